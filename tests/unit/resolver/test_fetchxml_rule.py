"""The rule of a workstream: what is read, what is refused, what is sent for which values."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example
from hypothesis import given as for_any
from hypothesis import strategies as st

from shared.contract.parsing import is_text
from shared.core.errors import DataverseUnavailable
from shared.resolver.fetchxml.rule import RuleRefused, WorkstreamRule, parse, parsed
from shared.resolver.fetchxml.substitution import Values, fill, given, unfold, variable_names
from shared.resolver.values import variables

KEYS = {
    "account": ("accounts", "accountid", "msdyn_account_msdyn_ocliveworkitem_Customer"),
    "contact": ("contacts", "contactid", "msdyn_contact_msdyn_ocliveworkitem_Customer"),
    "incident": ("incidents", "incidentid", "msdyn_incident_msdyn_ocliveworkitem"),
}
CONTEXT = "msdyn_engagement_context"


def condition(attribute: str, value: str, operator: str = "eq", **more: str) -> str:
    """Return a condition."""
    extra = "".join(f" {name}={quoteattr(text)}" for name, text in more.items())
    return f'<condition attribute="{attribute}" operator="{operator}" value={quoteattr(value)}{extra} />'


def rule(table: str, inside: str, preferred: str = "", fetch: str = 'top="2"') -> str:
    """Return the rule for one table."""
    entity_set, key, context = KEYS.get(table, ("leads", "leadid", "x"))
    wins = f' isPreferred="{preferred}"' if preferred else ""
    return (
        f'<RecordIdentificationRule><PrimaryEntity LogicalCollectionName="{entity_set}" PrimaryKeyAttribute="{key}"/>'
        f'<fetch version="1.0" mapping="logical" {fetch}><entity name="{table}"><attribute name="{key}"/>{inside}</entity>'
        f'</fetch><ContextKey name="{context}"{wins}/></RecordIdentificationRule>'
    )


def rules(*parts: str) -> str:
    """Return a whole rule set."""
    return f"<RecordIdentificationRuleSet>{''.join(parts)}</RecordIdentificationRuleSet>"


def standard(phone_of_account: str, phone_of_contact: str, visitor: str = "") -> str:
    """Return a rule set of the shape that the product ships, for chat or for voice."""
    active, mail = condition("statuscode", "1"), condition("emailaddress1", "${Email}")

    def branch(of: str, name: str, phone: str, more: str = "") -> str:
        conditions = active + condition(name, "${Name}") + mail + phone + more
        linked = conditions.replace(" />", f' entityname="{of}" />')
        return f'<filter type="and">{linked}</filter>'

    either = branch("ac", "name", phone_of_account) + branch("co", "fullname", phone_of_contact, visitor)
    links = (
        '<link-entity name="account" from="accountid" to="customerid" link-type="outer" alias="ac" />'
        '<link-entity name="contact" from="contactid" to="customerid" link-type="outer" alias="co" />'
    )
    account = active + condition("name", "${Name}") + mail + phone_of_account
    contact = active + visitor + condition("fullname", "${Name}") + mail + phone_of_contact
    case = condition("ticketnumber", "${CaseNumber}") + active + f'<filter type="or">{either}</filter>'
    return rules(
        rule("account", f'<filter type="and">{account}</filter>', "false"),
        rule("contact", f'<filter type="and">{contact}</filter>', "true"),
        rule("incident", f'<filter type="and">{case}</filter>{links}'),
    )


CHAT = standard(
    condition("telephone1", "${Phone}"),
    condition("telephone1", "${Phone}"),
    condition("contactid", "${msdyn_portalcontactid}", source=CONTEXT),
)
VOICE = standard(
    condition("telephone1", "${msdyn_fromphone}", source=CONTEXT),
    condition("mobilephone", "${msdyn_fromphone}", source=CONTEXT),
)


def only(inside: str, table: str = "contact") -> WorkstreamRule:
    """Return the parsed rule set with this one filter."""
    return parse(rules(rule(table, f"<filter>{inside}</filter>")))


def asked(
    made: WorkstreamRule, entity: str = "contact", platform: dict[str, str] | None = None, **customer: str
) -> str:
    """Return the conditions that are sent, short: `name=value`, ` & `, ` | `, parentheses; "" where nothing is sent."""
    text = fill(made.entries[entity], Values(customer, platform or {}))  # type: ignore[index]
    if text is None:
        return ""
    filters = fromstring(text).findall("entity/filter")
    assert len(filters) == 1
    return short(filters[0])[1:-1]


def short(element: Element) -> str:
    """Return a filter or condition as short text."""
    if element.tag == "filter":
        sign = " | " if element.get("type") == "or" else " & "
        return f"({sign.join(short(child) for child in element)})"
    prefix = f"{element.get('entityname')}." if element.get("entityname") else ""
    values = [child.text or "" for child in element]
    operator = element.get("operator")
    value = f"={element.get('value')}" if operator == "eq" else f" {operator} {element.get('value') or values}"
    return f"{prefix}{element.get('attribute')}{value}"


# --- the product's rules ---------------------------------------------------------------------------------------------


def test_the_chat_rule() -> None:
    """One entry for each table, the contact preferred, variables as written."""
    made = parse(CHAT)
    assert set(made.entries) == {"contact", "account", "case"}
    assert [entry.preferred for entry in made.entries.values()] == [False, True, False]
    assert made.entries["case"].entity_set == "incidents"
    assert variable_names(made) == {"Name", "Email", "Phone", "CaseNumber", "msdyn_portalcontactid"}
    assert variable_names(parse(VOICE)) == {"Name", "Email", "CaseNumber", "msdyn_fromphone"}


@pytest.mark.parametrize(
    ("entity", "customer", "expected"),
    [
        ("contact", {"Email": "a@b.c"}, "statecode=0 & statuscode=1 & emailaddress1=a@b.c"),
        ("contact", {"Name": "A", "Phone": "1"}, "statecode=0 & statuscode=1 & fullname=A & telephone1=1"),
        ("account", {"Name": "A"}, "statecode=0 & statuscode=1 & name=A"),
        ("contact", {}, ""),
        ("contact", {"Email": ""}, ""),
        ("contact", {"email": "a@b.c"}, ""),
        ("contact", {"CaseNumber": "C"}, ""),
        (
            "case",
            {"CaseNumber": "C"},
            "statecode=0 & ticketnumber=C & statuscode=1 & ((ac.statuscode=1) | (co.statuscode=1))",
        ),
        (
            "case",
            {"Name": "A"},
            "statecode=0 & statuscode=1 & ((ac.statuscode=1 & ac.name=A) | (co.statuscode=1 & co.fullname=A))",
        ),
    ],
)
def test_what_is_not_given_is_left_out(entity: str, customer: dict[str, str], expected: str) -> None:
    """A condition without its value goes, then an empty filter; without any value nothing is asked."""
    assert asked(parse(CHAT), entity, **customer) == expected


def test_a_branch_that_lost_its_values_does_not_hold_for_everybody() -> None:
    """A signed-in visitor fills the contact's branch alone: the account's would hold for any case of any company."""
    visitor = {"msdyn_portalcontactid": "c1"}
    assert asked(parse(CHAT), "case", visitor) == "statecode=0 & statuscode=1 & ((co.statuscode=1 & co.contactid=c1))"


def test_what_the_platform_sets_is_not_filled_by_the_customer() -> None:
    """`msdyn_…`, and whatever the rule takes from an engagement context, comes from the platform alone."""
    contact = parse(VOICE).entries["contact"]
    assert fill(contact, Values({"msdyn_fromphone": "+1"})) is None
    assert fill(contact, Values({}, {"msdyn_fromphone": "+1"})) is not None
    assert given(contact, Values({"Name": "A"}, {"msdyn_fromphone": "+1", "Email": "x"})) == ("Name", "msdyn_fromphone")
    from_context = only(condition("fullname", "${Name}", source=CONTEXT))
    assert asked(from_context, Name="A") == ""
    assert asked(from_context, platform={"Name": "A"}) == "statecode=0 & fullname=A"
    assert asked(only(condition("fullname", "${MSDYN_x}")), MSDYN_x="A") == ""


def test_what_is_sent_is_dataverse_s_fetchxml() -> None:
    """Two rows, our own columns, nothing of the product's own `source`; a case brings its customer along."""
    text = fill(parse(CHAT).entries["case"], Values({"CaseNumber": "C"}))
    root = fromstring(text or "")
    assert root.attrib == {"top": "5", "distinct": "true"}
    names = [element.get("name") for element in root.findall("entity/attribute")]
    assert names == ["incidentid", "ticketnumber", "title", "statecode", "customerid", "primarycontactid"]
    links = {link.get("alias"): [child.get("name") for child in link] for link in root.iter("link-entity")}
    assert links["customerid_contact"] == ["contactid", "fullname", "statecode", "telephone1", "mobilephone"]
    assert links["customerid_account"] == ["accountid", "name", "statecode", "telephone1"]
    assert links["ac"] == []
    assert "source" not in (fill(parse(CHAT).entries["contact"], Values({}, {"msdyn_portalcontactid": "c"})) or "")


def test_columns_of_customers() -> None:
    """Name, state, numbers and what is compared; the company of a contact only where that is asked for."""
    contact = parse(CHAT).entries["contact"]
    root = fromstring(fill(contact, Values({"Name": "A"})) or "")
    columns = ["contactid", "fullname", "statecode", "telephone1", "mobilephone", "emailaddress1"]
    assert [element.get("name") for element in root.iter("attribute")] == columns
    assert root.attrib == {"top": "5"}
    assert "parentcustomerid" in (fill(contact, Values({"Name": "A"}), company=True) or "")


# --- leaving out -----------------------------------------------------------------------------------------------------

A, B = condition("a", "${A}"), condition("b", "${B}")


@pytest.mark.parametrize(
    ("inside", "customer", "expected"),
    [
        (A + B, {"B": "2"}, "b=2"),
        (f'<filter type="or">{A}{B}</filter>', {"B": "2"}, "(b=2)"),
        (f'<filter type="or">{A}</filter>{B}', {"B": "2"}, "b=2"),
        (f'<filter type="or"><filter>{condition("k", "1")}{A}</filter>{B}</filter>', {"B": "2"}, "(b=2)"),
        (f'<filter type="or"><filter>{condition("k", "1")}{A}</filter></filter>{B}', {"B": "2"}, "((k=1)) & b=2"),
        (f'<filter type="or">{condition("k", "1")}{B}</filter>', {"B": "2"}, "(k=1 | b=2)"),
        (f'<filter type="or">{condition("k", "1")}{B}</filter>', {}, ""),
        (f"<filter><filter><filter>{A}</filter></filter></filter>{B}", {"B": "2"}, "b=2"),
        (f'<filter type="or"><filter><filter type="or">{A}{B}</filter></filter></filter>', {"B": "2"}, "(((b=2)))"),
        (condition("k", "%x", "like") + B, {"B": "2"}, "k like %x & b=2"),
        (condition("k", "1"), {"B": "2"}, ""),
        (A + A, {"A": "1"}, "a=1 & a=1"),
        (f"{B}<condition attribute='k' operator='null'/>", {"B": "2"}, "b=2 & k null []"),
    ],
)
def test_leaving_out(inside: str, customer: dict[str, str], expected: str) -> None:
    """What is left never holds for more rows than the whole rule, and is nothing without a value."""
    sent = asked(only(inside), **customer)
    assert sent == (f"statecode=0 & {expected}" if expected else "")


@pytest.mark.parametrize(
    ("values", "customer", "expected"),
    [
        ("<value>${A}</value><value>${B}</value>", {"A": "1", "B": "2"}, "x in ['1', '2']"),
        ("<value>${A}</value><value> ${B}\n</value>", {"B": "2"}, "x in ['2']"),
        ("<value>${A}</value><value>z</value>", {"A": "1"}, "x in ['1', 'z']"),
        ("<value>${A}</value><value>z</value>", {}, ""),
    ],
)
def test_values_of_in(values: str, customer: dict[str, str], expected: str) -> None:
    """`in` keeps the values that are given; a constant among them identifies nobody."""
    sent = asked(only(f'<condition attribute="x" operator="in">{values}</condition>'), **customer)
    assert sent == (f"statecode=0 & {expected}" if expected else "")


def test_an_or_loses_an_in_without_its_values() -> None:
    """Constants that were beside a lost value do not stand in for it in an `or`."""
    listed = '<condition attribute="x" operator="in"><value>${A}</value><value>z</value></condition>'
    assert asked(only(f'<filter type="or">{listed}{B}</filter>'), B="2") == "statecode=0 & (b=2)"


def test_variables_of_an_inner_link() -> None:
    """An inner link narrows the rows, so its values count; rows that it multiplies count once."""
    link = f'<link-entity name="account" from="primarycontactid" to="contactid"><filter>{A}{B}</filter></link-entity>'
    made = parse(rules(rule("contact", link)))
    root = fromstring(fill(made.entries["contact"], Values({"B": "2"})) or "")
    assert [short(element) for element in root.findall(".//link-entity/filter")] == ["(b=2)"]
    assert [short(element) for element in root.findall("entity/filter")] == ["(statecode=0)"]
    assert root.get("distinct") == "true"
    assert fill(made.entries["contact"], Values({})) is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (f"<filter>{condition('statecode', '0')}{A}</filter>", "statecode=0 & a=1"),
        (f"<filter>{condition('statecode', '1')}{A}</filter>", "statecode=0 & statecode=1 & a=1"),
        (f"<filter>{condition('statecode', '0', entityname='x')}{A}</filter>", "statecode=0 & x.statecode=0 & a=1"),
        (f'<filter type="or">{condition("statecode", "0")}{A}</filter>', "statecode=0 & (statecode=0 | a=1)"),
        (f"<filter>{A}</filter><filter>{A}</filter>", "statecode=0 & (a=1) & (a=1)"),
    ],
)
def test_only_active_rows(filters: str, expected: str) -> None:
    """The contract's condition is added unless the rule has it where it holds for every row."""
    assert asked(parse(rules(rule("contact", filters))), A="1") == expected


# --- any value -------------------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
IN_XML = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


@for_any(ANY_TEXT)
@example("Ann\uffff Lee")
@example("ann\ufffe@example.com")
def test_what_is_searched_fits_into_xml(text: str) -> None:
    """Whatever a request may hold, the values that are made of it, and their forms, are texts that XML can hold."""
    for name in ("Name", "Email", "Phone", "CaseNumber", "AccountNumber"):
        value = variables.read(name, text, "US").text if is_text(text) else ""
        searched = (*variables.forms(name, value, "US"), variables.as_typed(name, text)) if value else ()
        assert all(IN_XML.fullmatch(form) for form in searched)


@for_any(ANY_TEXT.filter(IN_XML.fullmatch), ANY_TEXT.filter(IN_XML.fullmatch))
def test_a_value_stays_a_value(one: str, other: str) -> None:
    """For any text: what a reader finds in the place of the variable is that text, and all else is as with another."""
    listed = '<condition attribute="x" operator="in"><value>${A}</value><value>${B}</value></condition>'
    entry = only(condition("a", "${A}") + listed).entries["contact"]
    root, plain = (fromstring(fill(entry, Values(values)) or "") for values in ({"A": one, "B": other}, AS_IS))
    places = root.findall(".//condition[@attribute='a']"), root.findall(".//value")
    assert [place.get("value") for place in places[0]] == [one]
    assert [place.text for place in places[1]] == [one, other]
    assert shape(root) == shape(plain)


AS_IS = {"A": "plain", "B": "plain"}


def shape(root: Element) -> list[tuple[str, list[str]]]:
    """Return the elements with the names of their attributes."""
    return [(element.tag, list(element.attrib)) for element in root.iter()]


@for_any(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """For any text at all: a rule, or a refusal."""
    with suppress(RuleRefused):
        assert parse(text).entries


@for_any(st.text("<>/&;!-[]\"' ${}=abRule", max_size=60))
def test_any_markup_inside_a_rule_is_read_or_refused(text: str) -> None:
    """For any markup in the place of conditions: a rule, or a refusal."""
    with suppress(RuleRefused):
        assert only(text).entries


# --- refusals --------------------------------------------------------------------------------------------------------

GOOD = rule("contact", f"<filter>{A}</filter>")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\ufeff \n", "well-formed"),
        ("no XML", "well-formed"),
        (CHAT.replace("</filter>", "", 1), "well-formed"),
        (CHAT.replace("</filter>", "</filter></filter>", 1), "well-formed"),
        (CHAT.replace('name="account"', 'name="account" name="account"', 1), "well-formed"),
        (rules(GOOD + " " * 30_000), "too long"),
        ('<!DOCTYPE r [<!ENTITY e "x">]>' + rules(GOOD), "document type"),
        ("<fetch/>", "no RecordIdentificationRuleSet"),
        ("<RecordIdentificationRuleSet><other/></RecordIdentificationRuleSet>", "no RecordIdentificationRuleSet"),
        (rules(), "holds no rule"),
        (rules(GOOD, GOOD), "two rules"),
        (rules("<a>" * 40 + "</a>" * 40), "deeply"),
        (rules(GOOD.replace("<filter>", "<filter>" * 40).replace("</filter>", "</filter>" * 40)), "deeply"),
        (rules(GOOD.replace('entity name="contact"', 'entity name="lead"')), "another table"),
        (rules(rule("lead", "")), "another table"),
        (rules(GOOD.replace('"contacts"', '"accounts"')), "PrimaryEntity"),
        (rules(GOOD.replace('PrimaryKeyAttribute="contactid"', 'PrimaryKeyAttribute="x"')), "PrimaryEntity"),
        (rules(re.sub(r"<PrimaryEntity[^>]*>", "", GOOD)), "exactly one"),
        (rules(GOOD.replace("msdyn_contact_", "msdyn_account_")), "ContextKey"),
        (rules(re.sub(r"<ContextKey[^>]*>", "", GOOD)), "exactly one"),
        (rules(rule("contact", A, fetch='aggregate="true"')), "aggregate"),
        (rules(rule("contact", '<attribute name="a" aggregate="count" alias="n"/>')), "aggregate"),
        (rules(rule("contact", '<attribute name="a" groupby="true" alias="n"/>')), "aggregate"),
        (rules(rule("contact", "", fetch='datasource="retained"')), "attribute that is not understood"),
        (rules(rule("contact", '<filter isquickfindfields="1"/>')), "attribute that is not understood"),
        (rules(rule("contact", A)), "element that is not understood"),
        (rules(rule("contact", "<filter><link-entity name='a' link-type='any'/></filter>")), "not understood"),
        (rules(rule("contact", '<filter type="xor"/>')), "neither and nor or"),
        (rules(rule("contact", '<link-entity name="account" link-type="not any"/>')), "neither inner nor outer"),
        (rules(rule("contact", '<link-entity name="account" alias="customerid_contact"/>')), "alias"),
        (rules(rule("contact", "<link-entity name='account'/>" * 14)), "too many tables"),
        (rules(rule("contact", f"<filter>{condition('a', '1') * 201}</filter>")), "too many conditions"),
        (rules(rule("contact", f"<filter>{condition('a', '${A}', 'ne')}</filter>")), "another operator"),
        (rules(rule("contact", f"<filter>{condition('a', '${A}', 'like')}</filter>")), "another operator"),
        (rules(rule("contact", f"<filter>{condition('a', '${A}', 'not-in')}</filter>")), "another operator"),
        (rules(rule("contact", f"<filter>{condition('a', '%${A}%')}</filter>")), "only a part"),
        (rules(rule("contact", f"<filter>{condition('a', '${A}${B}')}</filter>")), "only a part"),
        (rules(rule("contact", f"<filter>{condition('a', '${}')}</filter>")), "only a part"),
        (rules(rule("contact", f"<filter>{condition('${A}', 'x')}</filter>")), "outside the value"),
        (rules(rule("contact", f"<filter>{condition('a', 'x', '${A}')}</filter>")), "outside the value"),
        (rules(rule("contact", f"<filter>{condition('a', 'x', entityname='${A}')}</filter>")), "outside the value"),
        (rules(rule("contact", "<filter>${A}</filter>")), "outside the value"),
        (rules(rule("contact", f"<filter>{condition('a', 'x')}${{A}}</filter>")), "outside the value"),
        (rules(rule("contact", "", fetch='top="${A}"')), "outside the value"),
        (rules(rule("contact", "", preferred="${A}")), "outside the value"),
        (
            rules(rule("contact", f"<link-entity name='account' link-type='outer'><filter>{A}</filter></link-entity>")),
            "outer link",
        ),
        (
            rules(
                rule(
                    "contact",
                    "<link-entity name='account' link-type='outer'><link-entity name='contact'>"
                    f"<filter>{A}</filter></link-entity></link-entity>",
                )
            ),
            "outer link",
        ),
        (
            rules(rule("contact", "<filter><condition attribute='a' operator='eq'><b>${A}</b></condition></filter>")),
            "outside the value",
        ),
        (
            rules(rule("contact", "<filter><condition attribute='a' operator='eq'><b/></condition></filter>")),
            "not understood",
        ),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    """Whatever makes a rule unsafe or unreadable is said in a constant sentence."""
    with pytest.raises(RuleRefused, match=reason):
        parse(text)


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rows_come_back_as_odata_has_them() -> None:
    """Linked columns become the object that `$expand` would have brought; annotations stay where they are."""
    row = {
        "incidentid": "e",
        "statecode@OData.Community.Display.V1.FormattedValue": "Active",
        "customerid_contact.contactid": "c",
        "customerid_contact.statecode": 0,
    }
    assert unfold(row) == {
        "incidentid": "e",
        "statecode@OData.Community.Display.V1.FormattedValue": "Active",
        "customerid_contact": {"contactid": "c", "statecode": 0},
    }


@pytest.mark.parametrize("value", [5, "x", [1], None, True])
def test_a_column_that_bears_the_name_of_a_link_is_unreadable(value: object) -> None:
    """No query asks for such a row: the answer was altered, and is asked for again."""
    with pytest.raises(DataverseUnavailable):
        unfold({"customerid_contact": value, "customerid_contact.contactid": "c"})


# --- the cache -------------------------------------------------------------------------------------------------------


def test_a_text_is_parsed_once() -> None:
    """A rule changes rarely: what was parsed, and what was refused, is kept by its text; a changed text is read anew."""
    parsed.cache_clear()
    assert parsed(CHAT) is parsed(CHAT)
    assert isinstance(parsed(""), RuleRefused)
    assert parsed("") is parsed("")
    assert parsed(VOICE) is not parsed(CHAT)
    assert parsed.cache_info().misses == 3
