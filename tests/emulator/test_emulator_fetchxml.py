"""``fetchXml``: "Use FetchXML to retrieve data", "Filter rows", "Join tables", "Select columns" using FetchXml."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from shared.resolver.fetchxml.rule import RuleRefused, parse
from shared.resolver.fetchxml.substitution import Values, fill, unfold

MARIA = "c0000000-0000-4000-8000-000000000001"
CONTOSO = "a0000000-0000-4000-8000-000000000001"
WORKSTREAM = "f0000000-0000-4000-8000-00000000000{}"
OUTER = (
    '<link-entity name="account" from="accountid" to="customerid" link-type="outer" alias="ac" />'
    '<link-entity name="contact" from="contactid" to="customerid" link-type="outer" alias="co" />'
)


def url(entity_set: str, text: str) -> str:
    """The address of a query, encoded as a component."""
    return f"{entity_set}?fetchXml={quote(text, safe='')}"


def fetch(table: str, inside: str, more: str = "") -> str:
    """A query."""
    return f'<fetch {more}><entity name="{table}">{inside}</entity></fetch>'


def rows(web, entity_set, inside, more="", prefer=""):
    """The rows of a query for the set's table."""
    table = {"opportunities": "opportunity"}.get(entity_set, entity_set.removesuffix("s"))
    answer = web.get(url(entity_set, fetch(table, inside, more)), prefer)
    assert answer.status_code == 200, answer.text
    return answer.json()["value"]


def ids(web, entity_set, filters, links=""):
    """The last digits of the keys of the rows that a filter selects."""
    key = {"contacts": "contactid", "accounts": "accountid", "incidents": "incidentid"}[entity_set]
    found = rows(web, entity_set, f'<attribute name="{key}"/><filter>{filters}</filter>{links}')
    return [row[key][-2:].lstrip("0") for row in found]


def where(attribute: str, operator: str, value: str | None = None, **more: str) -> str:
    """A condition."""
    given = {"attribute": attribute, "operator": operator, **({} if value is None else {"value": value}), **more}
    written = " ".join(f'{name}="{text}"' for name, text in given.items())
    return f"<condition {written} />"


def any_of(attribute: str, operator: str, *values: str) -> str:
    """A condition with several values."""
    listed = "".join(f"<value>{value}</value>" for value in values)
    return f'<condition attribute="{attribute}" operator="{operator}">{listed}</condition>'


@pytest.mark.parametrize(
    ("entity_set", "filters", "expected"),
    [
        ("contacts", where("fullname", "eq", "MARIA campbell"), ["1"]),
        ("contacts", where("fullname", "eq", "Maria Campbell  "), ["1"]),
        ("contacts", where("fullname", "eq", "Jurgen MÜSSIG"), ["13"]),
        ("contacts", where("fullname", "eq", "Patrick O'Brien"), ["4"]),
        ("contacts", where("fullname", "eq", "Percy 100%_Real"), ["15"]),
        ("accounts", where("name", "eq", "O'Reilly &amp; Sons"), ["3"]),
        ("contacts", where("contactid", "eq", MARIA.upper()), ["1"]),
        ("contacts", where("contactid", "eq", f"{{{MARIA}}}"), ["1"]),
        ("contacts", where("parentcustomerid", "eq", CONTOSO), ["9"]),
        ("contacts", where("statecode", "eq", "1"), ["6"]),
        ("contacts", where("statecode", "ne", "0"), ["6"]),
        ("contacts", where("mobilephone", "not-null"), ["9"]),
        ("contacts", where("telephone1", "null"), ["9"]),
        ("incidents", where("statecode", "gt", "0"), ["7", "12"]),
        ("incidents", where("statecode", "ge", "2"), ["12"]),
        ("incidents", where("prioritycode", "lt", "2") + where("statecode", "le", "0"), ["3", "8"]),
        ("contacts", where("lastname", "like", "100%"), ["15", "19"]),
        ("contacts", where("lastname", "like", "100[%]%"), ["15"]),
        ("contacts", where("fullname", "like", "alex %") + where("emailaddress1", "not-like", "%@example.com"), ["3"]),
        ("contacts", any_of("lastname", "in", "LEE", "Park"), ["7", "8"]),
        ("contacts", any_of("lastname", "in", "Lee") + any_of("statecode", "not-in", "1"), ["7"]),
        ("contacts", where("createdon", "gt", "2100-01-01T00:00:00Z"), []),
        ("contacts", where("donotphone", "eq", "1"), []),
        ("contacts", "", [str(n) for n in range(1, 20)]),
    ],
)
def test_conditions(web, entity_set, filters, expected):
    """Texts compare as in ``$filter``; values are texts of the column's type; an empty filter selects all."""
    assert ids(web, entity_set, filters) == expected


def test_negations_hold_for_rows_without_a_value(web):
    """``ne``, ``not-in`` and ``not-like`` return rows without a value too, as ``ne`` of ``$filter`` does."""
    for condition in (
        where("mobilephone", "ne", "+1 425 555 0209"),
        any_of("mobilephone", "not-in", "+1 425 555 0209"),
        where("mobilephone", "not-like", "+1%"),
    ):
        assert len(ids(web, "contacts", condition)) == 18


def test_nested_filters(web):
    """Filters nest; several children are joined by the filter's own type."""
    kim, robin = where("lastname", "eq", "Park"), where("lastname", "eq", "Lee")
    either = f'<filter type="or">{kim}<filter>{robin}{where("statecode", "eq", "1")}</filter></filter>'
    assert ids(web, "contacts", either) == ["8"]
    assert ids(web, "contacts", f'<filter type="or">{kim}{robin}</filter>{where("statecode", "eq", "0")}') == ["7", "8"]


def test_inner_link(web):
    """An inner link keeps the rows with a partner that fulfils its filter; a lookup's type counts."""
    robin = '<link-entity name="contact" from="contactid" to="customerid" alias="co"><filter>{}</filter></link-entity>'
    assert ids(web, "incidents", "", robin.format(where("lastname", "eq", "lee"))) == ["3", "4"]
    company = '<link-entity name="account" from="accountid" to="customerid" />'
    assert ids(web, "incidents", "", company) == ["5", "9", "10", "12"]


def test_outer_link(web):
    """The filter of an outer link belongs to the join; ``entityname`` filters after it, across both links."""
    own = '<link-entity name="contact" from="contactid" to="customerid" link-type="outer" alias="co">{}</link-entity>'
    filtered = own.format(f"<filter>{where('lastname', 'eq', 'lee')}</filter>")
    assert len(ids(web, "incidents", "", filtered)) == 14
    assert ids(web, "incidents", where("contactid", "not-null", entityname="co"), filtered) == ["3", "4"]
    either = where("name", "eq", "contoso ltd", entityname="ac") + where("lastname", "eq", "Campbell", entityname="co")
    assert ids(web, "incidents", f'<filter type="or">{either}</filter>', OUTER) == ["1", "5"]


def test_link_to_many_and_distinct(web):
    """From the one side a row comes once per partner, and once with ``distinct``; links nest."""
    link = '<link-entity name="incident" from="customerid" to="contactid" alias="of">{}</link-entity>'
    only = f"<attribute name='contactid'/><filter>{where('lastname', 'eq', 'lee')}</filter>"
    assert len(rows(web, "contacts", only + link.format(""))) == 2
    assert len(rows(web, "contacts", only + link.format(""), 'distinct="true" top="2"')) == 1
    nested = '<link-entity name="contact" from="contactid" to="primarycontactid" alias="p"/>'
    company = f'<link-entity name="incident" from="customerid" to="accountid">{nested}</link-entity>'
    assert ids(web, "accounts", where("lastname", "eq", "Reed", entityname="p"), company) == ["1"]


def test_columns(web):
    """The key comes along, null columns do not; a lookup is named as in OData; linked columns have their alias."""
    inside = (
        '<attribute name="title"/><attribute name="primarycontactid"/><attribute name="customerid"/>'
        '<attribute name="ticketnumber" alias="number"/><order attribute="ticketnumber"/>'
        '<link-entity name="account" from="accountid" to="customerid" link-type="outer" alias="ac">'
        '<attribute name="name"/><attribute name="primarycontactid"/><attribute name="telephone1" alias="phone"/>'
        "</link-entity>"
        '<link-entity name="contact" from="contactid" to="customerid" link-type="outer"><attribute name="lastname"/>'
        "</link-entity>"
    )
    found = {row["number"]: row for row in rows(web, "incidents", inside)}
    company, person = found["CAS-01005-E5F6G7"], found["CAS-01001-X1Y2Z3"]
    assert company.pop("@odata.etag").startswith('W/"')
    taylor = "c0000000-0000-4000-8000-000000000009"
    assert company == {
        "incidentid": "e0000000-0000-4000-8000-000000000005",
        "title": "Delivery to the new warehouse",
        "_primarycontactid_value": taylor,
        "_customerid_value": CONTOSO,
        "number": "CAS-01005-E5F6G7",
        "ac.name": "Contoso Ltd",
        "ac.primarycontactid": taylor,
        "phone": "+1 425 555 0100",
    }
    assert person["contact.lastname"] == "Campbell"
    assert not {"_primarycontactid_value", "ac.name", "phone"} & set(person)


def test_all_columns(web):
    """Without attribute elements, and with all-attributes, every column that has a value comes; of a link none."""
    link = '<link-entity name="account" from="primarycontactid" to="contactid" alias="ac">{}</link-entity>'
    plain = rows(web, "contacts", link.format(""))[0]
    assert plain == rows(web, "contacts", "<all-attributes/>" + link.format(""))[0]
    assert plain["fullname"] == "Taylor Reed"
    assert "telephone1" not in plain
    assert not [name for name in plain if name.startswith("ac.")]
    assert rows(web, "contacts", link.format("<all-attributes/>"))[0]["ac.name"] == "Contoso Ltd"


def test_lookups_and_choices_are_sorted_by_what_they_show(web):
    """``order`` of a lookup sorts by name, of a choice by label, unlike OData's, which sorts choices by number."""
    by_name = '<attribute name="customerid"/><order attribute="customerid"/>'
    shown = "_customerid_value@OData.Community.Display.V1.FormattedValue"
    names = [row[shown].casefold() for row in rows(web, "incidents", by_name, prefer="odata.include-annotations=*")]
    assert names == sorted(names)
    by_label = '<attribute name="prioritycode"/><order attribute="prioritycode"/>'
    labels = {1: "High", 2: "Normal", 3: "Low"}
    found = [labels[row["prioritycode"]] for row in rows(web, "incidents", by_label)]
    assert found == sorted(found)
    assert set(found) == set(labels.values())


def test_top_and_order(web):
    """``top`` limits, ``order`` sorts, by columns of links too."""
    select = '<attribute name="lastname"/>'
    backwards = (
        f'{select}<order attribute="lastname" descending="true"/><filter>{where("lastname", "like", "[R-S]%")}</filter>'
    )
    found = rows(web, "contacts", backwards, 'top="3"')
    assert [row["lastname"] for row in found] == ["Stone", "Smith", "Smith"]
    names = [row["lastname"] for row in rows(web, "contacts", f'{select}<order attribute="lastname"/>')]
    assert names.index("Campbell") < names.index("Diaz") < names.index("Smith")
    link = '<link-entity name="contact" from="contactid" to="customerid" alias="co"><order attribute="fullname"/></link-entity>'
    assert rows(web, "incidents", link, 'top="1"')[0]["title"] == "Replacement for a lost card"


def test_annotations(web):
    """Formatted values, of linked columns too, only where they are asked for; more rows are announced."""
    inside = '<attribute name="statecode"/><attribute name="customerid"/>' + OUTER.replace(
        'alias="co" />', 'alias="co"><attribute name="statecode"/></link-entity>'
    )
    wish = 'odata.include-annotations="*"'
    plain, annotated = rows(web, "incidents", inside)[0], rows(web, "incidents", inside, prefer=wish)[0]
    formatted = "@OData.Community.Display.V1.FormattedValue"
    assert not [name for name in plain if name.endswith(formatted)]
    assert annotated[f"co.statecode{formatted}"] == "Active"
    assert annotated[f"_customerid_value{formatted}"] == "Maria Campbell"
    assert annotated["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "contact"
    answer = web.get(url("contacts", fetch("contact", "")), wish).json()
    assert answer["@Microsoft.Dynamics.CRM.morerecords"] is False


def test_in_a_batch(web):
    """Queries stand in a batch like any other read, and may be twice as long there."""
    long = fetch("contact", f"<filter>{any_of('lastname', 'in', *['Campbell'] * 1000)}</filter>", 'top="2"')
    assert web.send("GET", url("contacts", long)).status_code == 414
    query = url("accounts", fetch("account", '<attribute name="name"/>', 'top="2"'))
    _, parts = web.batch(web.part("GET", query), web.part("GET", url("contacts", long)))
    assert [len(part.body["value"]) for part in parts] == [2, 1]


def test_privileges(web, emu):
    """Every table that is read needs its privilege."""
    emu.denied = {"prvReadContact"}
    assert web.send("GET", url("incidents", fetch("incident", ""))).status_code == 200
    answer = web.send("GET", url("incidents", fetch("incident", OUTER)))
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "0x80040220"


LINK = '<link-entity name="account" from="accountid" to="customerid" alias="{}"/>'


@pytest.mark.parametrize(
    ("entity_set", "text", "status", "code"),
    [
        ("contacts", "", 400, "0x80060888"),
        ("contacts", "<fetch>", 400, "0x80060888"),
        ("contacts", '<!DOCTYPE x [<!ENTITY e "e">]>' + fetch("contact", ""), 400, "0x80060888"),
        ("contacts", fetch("contact", "<filter>" * 200 + "</filter>" * 200), 400, "0x80060888"),
        ("contacts", "<fetch/>", 400, "0x80060888"),
        ("contacts", "<fetch><entity/></fetch>", 400, "0x80060888"),
        ("contacts", fetch("account", ""), 400, "0x80060888"),
        ("contacts", fetch("nothing", ""), 400, "0x80041102"),
        ("contacts", fetch("contact", '<attribute name="name"/>'), 400, "0x80041103"),
        ("contacts", fetch("contact", '<attribute name="_parentcustomerid_value"/>'), 400, "0x80041103"),
        ("contacts", fetch("contact", f"<filter>{where('name', 'eq', 'x')}</filter>"), 400, "0x80041103"),
        ("contacts", fetch("contact", '<order attribute="name"/>'), 400, "0x80041103"),
        ("incidents", fetch("incident", LINK.format("a").replace("customerid", "x")), 400, "0x80041103"),
        ("incidents", fetch("incident", LINK.format("a").replace('"account"', '"x"')), 400, "0x80041102"),
        ("incidents", fetch("incident", LINK.format("a").replace("customerid", "title")), 400, "0x80060888"),
        ("incidents", fetch("incident", LINK.format("a") * 2), 400, "0x80060888"),
        ("incidents", fetch("incident", "".join(LINK.format(n) for n in range(16))), 400, "0x8004430D"),
        ("contacts", fetch("contact", f"<filter>{where('statecode', 'eq', 'x')}</filter>"), 400, "0x80040203"),
        ("contacts", fetch("contact", f"<filter>{where('contactid', 'eq', 'x')}</filter>"), 400, "0x80040203"),
        ("contacts", fetch("contact", f"<filter>{where('statecode', 'like', '0')}</filter>"), 400, "0x80060888"),
        ("contacts", fetch("contact", f"<filter>{where('lastname', 'eq')}</filter>"), 400, "0x80060888"),
        ("contacts", fetch("contact", f"<filter>{where('lastname', 'in', 'x')}</filter>"), 400, "0x80060888"),
        ("contacts", fetch("contact", f"<filter>{where('lastname', 'null', 'x')}</filter>"), 400, "0x80060888"),
        (
            "contacts",
            fetch("contact", f"<filter>{where('lastname', 'null', entityname='x')}</filter>"),
            400,
            "0x80060888",
        ),
        (
            "contacts",
            fetch("contact", f"<filter>{where('lastname', 'eq', 'x', source='y')}</filter>"),
            400,
            "0x80060888",
        ),
        ("contacts", fetch("contact", '<filter type="xor"/>'), 400, "0x80060888"),
        ("contacts", fetch("contact", "<filter><x/></filter>"), 400, "0x80060888"),
        ("contacts", fetch("contact", "<x/>"), 400, "0x80060888"),
        ("contacts", fetch("contact", '<attribute name="lastname"/>' * 2), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'top="0"'), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'top="5001"'), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'top="many"'), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'distinct="maybe"'), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'limit="1"'), 400, "0x80060888"),
        ("contacts", fetch("contact", "", 'aggregate="true"'), 501, "0x80060888"),
        ("contacts", fetch("contact", "", 'page="2"'), 501, "0x80060888"),
        ("contacts", fetch("contact", '<attribute name="lastname" aggregate="count" alias="n"/>'), 501, "0x80060888"),
        ("contacts", fetch("contact", f"<filter>{where('createdon', 'today')}</filter>"), 501, "0x80060888"),
        (
            "contacts",
            fetch("contact", "<filter><condition attribute='a' operator='eq' valueof='b'/></filter>"),
            501,
            "0x80060888",
        ),
        ("incidents", fetch("incident", LINK.format("a").replace("alias", 'link-type="any" alias')), 501, "0x80060888"),
    ],
)
def test_refusals(web, entity_set, text, status, code):
    """What is wrong is refused with the documented code where there is one; what is missing here is said (501)."""
    answer = web.send("GET", url(entity_set, text))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_entityname_belongs_to_the_query_s_own_filter(web):
    """A filter inside a link cannot name another link, not even one that stands before it."""
    filtered = f"<filter>{where('name', 'null', entityname='ac')}</filter>"
    links = OUTER.replace('alias="co" />', f'alias="co">{filtered}</link-entity>')
    answer = web.send("GET", url("incidents", fetch("incident", links)))
    assert answer.status_code == 400
    assert "entityname" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "address", ["contacts?$top=1&fetchXml={}", f"contacts({MARIA})?fetchXml={{}}", "contacts?fetchxml={}"]
)
def test_only_alone_and_for_a_set(web, address):
    """No option stands beside it, no single row is asked with it, its name is exact."""
    text = quote(fetch("contact", ""), safe="")
    assert web.send("GET", address.format(text)).status_code == 400


# --- the demo data's rules -------------------------------------------------------------------------------------------


def asked(web, emu, number, entity, customer, platform=None):
    """The rows that the rule of a workstream finds."""
    text = emu.row("msdyn_liveworkstreams", WORKSTREAM.format(number))["msdyn_recordidentificationrule"]
    entry = parse(text).entries[entity]
    query = fill(entry, Values(customer, platform or {}))
    if query is None:
        return None
    answer = web.send("GET", url(entry.entity_set, query))
    assert answer.status_code == 200, answer.text
    return [unfold(row) for row in answer.json()["value"]]


@pytest.mark.parametrize(
    ("number", "entity", "customer", "expected"),
    [
        (1, "contact", {"Email": "maria.campbell@example.com"}, ["1"]),
        (1, "contact", {"Name": "Alex Smith"}, ["2", "3"]),
        (1, "contact", {"Name": "Dana Holt"}, []),
        (1, "contact", {}, None),
        (1, "account", {"Name": "O'Reilly & Sons"}, ["3"]),
        (1, "case", {"CaseNumber": "cas-01005-e5f6g7"}, ["5"]),
        (1, "case", {"CaseNumber": "CAS-01009-D1D1D1"}, ["9", "10"]),
        (1, "case", {"CaseNumber": "CAS-01011-K1L2M3"}, []),
        (1, "case", {"Name": "Maria Campbell"}, ["1"]),
        (1, "case", {"Name": "Robin Lee"}, ["3", "4"]),
        (1, "case", {"CaseNumber": "CAS-01008-H8J9K1", "Name": "Kim Park"}, []),
        (2, "account", {"AccountNumber": "con-001"}, ["1"]),
        (2, "account", {"AccountNumber": "LIT-004"}, []),
        (2, "account", {"Name": "Contoso Ltd"}, None),
        (2, "contact", {"Phone": "+1 425 555 0209"}, ["9"]),
        (2, "case", {"AccountNumber": "CON-001"}, ["5"]),
    ],
)
def test_rules_of_the_demo_data(web, emu, number, entity, customer, expected):
    """What the app makes of a workstream's rule is what the documentation lets a query be, and finds whom it should."""
    key = {"contact": "contactid", "account": "accountid", "case": "incidentid"}[entity]
    found = asked(web, emu, number, entity, customer)
    assert (None if found is None else [row[key][-2:].lstrip("0") for row in found]) == expected


def test_a_case_brings_its_customer(web, emu):
    """The case's customer is read along, as an expanded row would hold it."""
    (case,) = asked(web, emu, 1, "case", {"CaseNumber": "CAS-01005-E5F6G7"})
    customer = case["customerid_account"]
    assert (customer["accountid"], customer["name"], customer["statecode"]) == (CONTOSO, "Contoso Ltd", 0)
    assert "customerid_contact" not in case
    assert case["_customerid_value"] == CONTOSO


def test_a_visitor_who_signed_in(web, emu):
    """The platform's contact finds that person's case alone, though companies have active cases, too."""
    (case,) = asked(web, emu, 1, "case", {}, {"msdyn_portalcontactid": MARIA})
    assert case["customerid_contact"]["fullname"] == "Maria Campbell"


def test_the_malformed_rule(emu):
    """Like the published samples: a filter that is not closed."""
    text = emu.row("msdyn_liveworkstreams", WORKSTREAM.format(3))["msdyn_recordidentificationrule"]
    with pytest.raises(RuleRefused, match="well-formed"):
        parse(text)


def test_conversations_of_the_workstreams(emu):
    """One conversation for each rule, and one without a workstream."""
    found = [emu.row("msdyn_ocliveworkitems", f"b0000000-0000-4000-8000-0000000000{n}") for n in (20, 21, 22, 23)]
    assert [row["_msdyn_liveworkstreamid_value"] for row in found] == [*map(WORKSTREAM.format, (1, 2, 3)), None]
