"""What a workstream's rule found, looked at once more: conditions that must all hold, and those of which one is enough."""

from __future__ import annotations

from functools import partial

import pytest
from defusedxml.ElementTree import fromstring

from shared.resolver.fetchxml import parser
from shared.resolver.fetchxml.comparison import compared, holds
from shared.resolver.fetchxml.substitution import Values
from shared.resolver.values import variables

ID = "c0000000-0000-4000-8000-00000000000a"
ROW = {
    "contactid": ID,
    "fullname": "Jos\u00e9 Diaz",
    "emailaddress1": "jose@example.com",
    "emailaddress2": "home@example.com",
    "telephone1": "(425) 555-0101",
    "externaluseridentifier": "K-17",
}
MAIL, MAIL2 = ("emailaddress1", "Email"), ("emailaddress2", "Email")
NAME, PHONE, KEY, SIGNED_IN = (
    ("fullname", "Name"),
    ("telephone1", "Phone"),
    ("externaluseridentifier", "Key"),
    ("contactid", "msdyn_portalcontactid"),
)
ALIKE = "j\u00f3se@example.com"


def fetch(*conditions: tuple[str, str], type: str = "and", more: str = "") -> parser.Fetch:
    """A rule whose filter holds these conditions."""
    inside = "".join(
        f'<condition attribute="{column}" operator="eq" value="${{{name}}}"/>' for column, name in conditions
    )
    text = f'<fetch><entity name="contact"><filter type="{type}">{inside}{more}</filter></entity></fetch>'
    return parser.read(fromstring(text))


def given(**texts: str) -> Values:
    """The values of variables; phone numbers in every form."""
    platform = {name: text for name, text in texts.items() if name.startswith("msdyn_")}
    customer = {name: text for name, text in texts.items() if name not in platform}
    return Values(customer, platform, lambda name, text: variables.forms(name, text, "US"))


STATIC = '<condition attribute="statuscode" operator="eq" value="1"/>'
LINKED = '<condition entityname="ac" attribute="name" operator="eq" value="${Company}"/>'
WHAT = [
    # rule, values, whether the row holds them
    ("the address", fetch(MAIL), {"Email": "JOSE@example.com "}, True),
    ("a look-alike", fetch(MAIL), {"Email": ALIKE}, False),
    ("beside a static condition", fetch(MAIL, more=STATIC), {"Email": ALIKE}, False),
    ("a variable of one's own", fetch(KEY), {"Key": "k-17"}, True),
    ("that looks alike", fetch(KEY), {"Key": "\u212a-17\u0301"}, False),
    ("names are Dataverse's", fetch(NAME), {"Name": "Jose Diaz"}, True),
    ("phones are Dataverse's", fetch(PHONE), {"Phone": "+1 425 555 0101"}, True),
    ("a name does not help a look-alike", fetch(NAME, MAIL), {"Name": "Jos\u00e9 Diaz", "Email": ALIKE}, False),
    ("what is not given is left out", fetch(MAIL, PHONE), {"Phone": "4255550101"}, True),
    ("either address", fetch(MAIL, MAIL2, type="or"), {"Email": "home@example.com"}, True),
    ("neither address", fetch(MAIL, MAIL2, type="or"), {"Email": "h\u00f3me@example.com"}, False),
    ("one is enough: the phone", fetch(MAIL, PHONE, type="or"), {"Email": "no@x.com", "Phone": "425-555-0101"}, True),
    (
        "one is enough: nobody's phone",
        fetch(MAIL, PHONE, type="or"),
        {"Email": ALIKE, "Phone": "+1 425 555 0199"},
        False,
    ),
    ("one is enough: no phone", fetch(MAIL, PHONE, type="or"), {"Email": ALIKE}, False),
    ("one is enough: the name", fetch(MAIL, NAME, type="or"), {"Email": "no@x.com", "Name": "JOSE DIAZ"}, True),
    ("one is enough: nobody's name", fetch(MAIL, NAME, type="or"), {"Email": ALIKE, "Name": "Nobody"}, False),
    (
        "one is enough: who signed in",
        fetch(MAIL, SIGNED_IN, type="or"),
        {"msdyn_portalcontactid": "{" + ID.upper() + "}"},
        True,
    ),
    (
        "another who signed in",
        fetch(MAIL, SIGNED_IN, type="or"),
        {"Email": ALIKE, "msdyn_portalcontactid": ID[:-1] + "b"},
        False,
    ),
    ("an or with one branch is an and", fetch(MAIL, type="or"), {"Email": ALIKE}, False),
    ("a column that holds no text", fetch(("statuscode", "Status")), {"Status": "1"}, True),
    ("another table's column", fetch(more=LINKED), {"Company": "C\u00f3ntoso"}, True),
    ("another table's does not help", fetch(MAIL, more=LINKED), {"Company": "Contoso", "Email": ALIKE}, False),
    ("nothing given", fetch(MAIL, NAME), {}, True),
]


@pytest.mark.parametrize(("rule", "values", "expected"), [w[1:] for w in WHAT], ids=[w[0] for w in WHAT])
def test_holds(rule, values, expected) -> None:
    """A row stays where its own text equals what was given; an `or` is no way round, whatever stands beside."""
    assert holds(rule, given(**values), ROW) is expected


def test_where_all_must_hold_every_spelling_of_a_name_or_number_counts() -> None:
    """Which names and numbers are the same is Dataverse's to say, and it found the row by them."""
    row = ROW | {"fullname": "\u00c6sir AS", "telephone1": "call 425 555 0101"}
    assert holds(fetch(NAME, PHONE), given(Name="Aesir AS", Phone="4255550101"), row)


def test_a_literal_beside_a_variable_counts() -> None:
    """`in` with a text of the administrator's: that is what the row may hold, too."""
    inside = '<condition attribute="externaluseridentifier" operator="in"><value>K-17</value><value>${Key}</value></condition>'
    rule = partial(holds, fetch(more=inside))
    assert rule(given(Key="K-1"), ROW)
    assert not rule(given(Key="\u212a-1\u0301"), ROW | {"externaluseridentifier": "K-\u0661"})


def test_columns_that_are_compared() -> None:
    """Every column of the query's own table that is held against a variable is read along, once, and no other."""
    nested = '<filter type="or"><condition attribute="emailaddress1" operator="eq" value="${Email}"/></filter>'
    assert compared(fetch(MAIL, PHONE, more=nested + STATIC + LINKED)) == ("emailaddress1", "telephone1")
