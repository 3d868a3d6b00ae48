"""Column-level security: what a secured column shows to whom, and who may write it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

SOMEBODY = "50000000-0000-4000-8000-000000000001"
MARIA = "c0000000-0000-4000-8000-000000000001"
MAIL = "maria.campbell@example.com"
SECURED = {("contact", "emailaddress1"), ("incident", "customerid")}
CASE = "e0000000-0000-4000-8000-000000000001"
ALL = {
    f"prv{verb}{table}": "Global"
    for table in ("Contact", "Incident")
    for verb in ("Read", "Write", "Create", "Append", "AppendTo")
} | {"prvReadEntity": "Global", "prvReadAttribute": "Global"}


@pytest.fixture
def me(caller, emu):
    """A caller with every privilege but no column, while two are secured."""
    emu.secured = SECURED
    return caller(**ALL)


def test_the_definition_says_so(me, emu):
    """IsSecured is what tells it; everybody who reads columns sees it."""
    path = "EntityDefinitions(LogicalName='contact')/Attributes"
    found = {
        row["LogicalName"] for row in me.get(path, select="LogicalName,IsSecured").json()["value"] if row["IsSecured"]
    }
    assert found == {"emailaddress1"}
    emu.secured = set()
    assert not me.get(f"{path}(LogicalName='emailaddress1')", select="IsSecured").json()["IsSecured"]


def test_values_are_hidden(me, web):
    """A hidden value is null everywhere, its formatted text too; an administrator sees it."""
    row = me.get(f"contacts({MARIA})", select="fullname,emailaddress1", prefer='odata.include-annotations="*"').json()
    assert (row["fullname"], row["emailaddress1"]) == ("Maria Campbell", None)
    assert me.get(f"contacts({MARIA})/emailaddress1").status_code == 204
    case = me.get(f"incidents({CASE})", expand="customerid_contact", prefer='odata.include-annotations="*"').json()
    assert (case["_customerid_value"], case["customerid_contact"]) == (None, None)
    assert not [name for name in case if name.startswith(("_customerid_value@",))]
    assert me.get(f"incidents({CASE})/customerid_contact").status_code == 204
    assert web.get(f"contacts({MARIA})", select="emailaddress1").json()["emailaddress1"] == MAIL


@pytest.mark.parametrize(
    "test",
    [
        f"emailaddress1 eq '{MAIL}'",
        "emailaddress1 ne 'x'",
        "not (emailaddress1 eq 'x')",
        "emailaddress1 eq null",
        "emailaddress1 ne null",
        "contains(emailaddress1,'@')",
        "not contains(emailaddress1,'fabrikam')",
        "emailaddress1 ne telephone1",
        "Microsoft.Dynamics.CRM.In(PropertyName='emailaddress1',PropertyValues=[\"maria.campbell@example.com\"])",
    ],
)
def test_filters_find_nothing(me, web, test):
    """No test of a hidden column is true, not even negated; the rest of the filter goes on working."""
    web.emu.insert("contacts", {"lastname": "Without Mail"})
    assert me.ids("contacts", test) == []
    assert me.ids("contacts", f"{test} or lastname eq 'Campbell'") == ["1"]
    assert web.ids("contacts", test)


def test_wrong_filters_stay_wrong(me):
    """A value of another type is refused, hidden or not."""
    assert me.get("contacts", filter="emailaddress1 eq 1").status_code == 400


def test_the_order_gives_nothing_away(me, web):
    """Sorting by a hidden column is no sorting."""
    keys = [
        row["contactid"] for row in me.get("contacts", select="contactid", orderby="emailaddress1 desc").json()["value"]
    ]
    assert keys == sorted(keys)


def test_joins_through_a_hidden_lookup(me):
    """A hidden lookup leads nowhere."""
    assert me.ids("incidents", "customerid_contact/lastname eq 'Campbell'") == []


def test_fetchxml(me):
    """The same in FetchXML: no value, no match, no join."""

    def fetch(entity, text):
        query = f"<fetch><entity name='{entity}'><attribute name='{entity}id'/>{text}</entity></fetch>"
        return me.get(f"{entity}s?fetchXml={quote(query)}").json()["value"]

    condition = "<filter><condition attribute='emailaddress1' operator='not-null'/></filter>"
    assert fetch("contact", condition) == []
    assert not [row for row in fetch("contact", "<attribute name='emailaddress1'/>") if "emailaddress1" in row]
    link = "<link-entity name='contact' from='contactid' to='customerid'/>"
    assert fetch("incident", link) == []


def test_writing(me, emu):
    """Update and Create of a secured column are refused each with its code, and nothing else of the body is done."""
    body = {"jobtitle": "x", "emailaddress1": "y@example.com"}
    assert me.error(me.patch(f"contacts({MARIA})", body)) == (403, "0x8004F507")
    assert me.error(me.send("POST", "contacts", json=body)) == (403, "0x8004F502")
    customer = {"customerid_contact@odata.bind": f"/contacts({MARIA})"}
    assert me.error(me.patch(f"incidents({CASE})", customer)) == (403, "0x8004F507")
    assert emu.row("contacts", MARIA)["jobtitle"] is None


@pytest.mark.parametrize("what", ["Read", "Create", "Update"])
def test_a_profile_opens_a_column(me, emu, what):
    """A field permission opens just what it names."""
    emu.permit(SOMEBODY, "contact", "emailaddress1", what)
    row = me.get(f"contacts({MARIA})", select="emailaddress1").json()
    found = {
        "Read": row["emailaddress1"] == MAIL,
        "Create": me.send("POST", "contacts", json={"lastname": "x", "emailaddress1": "y@example.com"}).ok,
        "Update": me.patch(f"contacts({MARIA})", {"emailaddress1": "z@example.com"}).ok,
    }
    assert [name for name, done in found.items() if done] == [what]


def test_profiles_over_the_web_api(me, web, emu):
    """An administrator makes a profile, gives it a permission and a member."""
    profile = web.add("fieldsecurityprofiles", name="Mail")
    permission = {"entityname": "contact", "attributelogicalname": "emailaddress1", "canread": 4}
    bind = f"/fieldsecurityprofiles({profile})"
    web.add("fieldpermissions", **permission, fieldsecurityprofileid__bind=bind)
    path = f"systemusers({emu.user(SOMEBODY)})/systemuserprofiles_association"
    member = {"@odata.id": f"{emu.url}/api/data/v9.2{bind}"}
    assert web.send("POST", f"{path}/$ref", json=member).status_code == 204
    assert me.ids("contacts", f"emailaddress1 eq '{MAIL}'") == ["1"]
    assert web.send("DELETE", f"fieldsecurityprofiles({profile})").status_code == 204
    assert me.ids("contacts", f"emailaddress1 eq '{MAIL}'") == []
