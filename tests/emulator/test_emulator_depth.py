"""How deep a privilege reaches: own rows, those of the business unit, of units below, all.

The demo data belongs to a person in the root unit, but for one Alex Smith and his case, which belong to one in the unit
below.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dev.emulator.start_rows import CHILD_PERSON, CHILD_UNIT, PERSON, ROOT_UNIT

SOMEBODY = "50000000-0000-4000-8000-000000000001"
MARIA, ALEX_BELOW = "c0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000003"
CASE_BELOW, CASE = "e0000000-0000-4000-8000-000000000014", "e0000000-0000-4000-8000-000000000001"
OPEN = "msdyn_ocliveworkitems(b7397aae-ecf8-43a6-aeb0-07d294efb494)"
CONTACT = "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind"
SMITH = "fullname eq 'Alex Smith'"
DENIED, OUT_OF_REACH = (403, "0x80040220"), (403, "0x80048306")


def fetch(text):
    """The path of a FetchXML query for contacts with this inside its entity element."""
    entity = f"<fetch><entity name='contact'><attribute name='contactid'/>{text}</entity></fetch>"
    return f"contacts?fetchXml={quote(entity)}"


@pytest.mark.parametrize(
    ("unit", "depth", "seen"),
    [
        (ROOT_UNIT, "Basic", []),
        (ROOT_UNIT, "Local", ["2"]),
        (ROOT_UNIT, "Deep", ["2", "3"]),
        (ROOT_UNIT, "Global", ["2", "3"]),
        (CHILD_UNIT, "Basic", []),
        (CHILD_UNIT, "Local", ["3"]),
        (CHILD_UNIT, "Deep", ["3"]),
        (CHILD_UNIT, "Global", ["2", "3"]),
    ],
)
def test_rows_out_of_reach_are_missing(caller, unit, depth, seen):
    """Lists, counts, FetchXML and single rows all show the same rows; by key the others are refused."""
    me = caller(unit, prvReadContact=depth)
    assert me.ids("contacts", SMITH) == seen
    assert me.get("contacts", filter=SMITH, count="true").json()["@odata.count"] == len(seen)
    assert me.get("contacts/$count", filter=SMITH).text[-1] == str(len(seen))
    names = "<filter><condition attribute='fullname' operator='eq' value='Alex Smith'/></filter>"
    assert [row["contactid"][-1] for row in me.get(fetch(names)).json()["value"]] == seen
    answer = me.get(f"contacts({ALEX_BELOW})", select="fullname")
    assert answer.status_code == (200 if "3" in seen else 403)
    if "3" not in seen:
        assert me.error(answer) == OUT_OF_REACH
        assert "ReadAccess" in answer.json()["error"]["message"]
        assert me.error(me.get(f"contacts({ALEX_BELOW})/fullname")) == OUT_OF_REACH


def test_own_rows(caller, emu):
    """Basic reaches the own rows, whoever made them."""
    me = caller(prvReadContact="Basic")
    emu.update("contacts", MARIA, {"ownerid": emu.user(SOMEBODY)})
    assert me.ids("contacts", "contactid ne null") == ["1"]
    assert me.get(f"contacts({MARIA})").status_code == 200


def test_rows_of_a_team(caller, emu):
    """A team's rows lie in the team's business unit."""
    team = emu.insert("teams", {"name": "Outlet", "businessunitid": CHILD_UNIT})
    emu.grant_team(team, {"prvReadContact": "Basic"})
    me = caller(CHILD_UNIT, prvReadContact="Local", prvAssignContact="Global", prvWriteContact="Global")
    assert me.patch(f"contacts({MARIA})", {"ownerid@odata.bind": f"/teams({team})"}).status_code == 204
    assert emu.row("contacts", MARIA)["_owninguser_value"] is None
    assert me.ids("contacts", "contactid ne null") == ["1", "3"]


def test_expanded_and_joined_rows(caller):
    """A lookup to a row out of reach stays, its expansion is null, and a filter through it finds nothing."""
    me = caller(prvReadIncident="Global", prvReadContact="Local")
    row = me.get(f"incidents({CASE_BELOW})", select="title,_customerid_value", expand="customerid_contact").json()
    assert (row["_customerid_value"], row["customerid_contact"]) == (ALEX_BELOW, None)
    assert me.ids("incidents", "customerid_contact/fullname eq 'Alex Smith'") == []
    assert me.ids("incidents", "customerid_contact/fullname eq 'Maria Campbell'") == ["1"]
    assert me.error(me.get(f"incidents({CASE_BELOW})/customerid_contact")) == OUT_OF_REACH
    near = caller(prvReadIncident="Local", prvReadContact="Global")
    assert near.error(near.get(f"incidents({CASE_BELOW})/customerid_contact")) == OUT_OF_REACH
    deep = caller(prvReadIncident="Global", prvReadContact="Deep")
    assert deep.ids("incidents", "customerid_contact/fullname eq 'Alex Smith'") == ["14"]


@pytest.mark.parametrize(("kind", "found"), [("inner", 0), ("outer", 1)])
def test_joined_rows_in_fetchxml(caller, kind, found):
    """A linked row out of reach is none: an inner link drops the row, an outer one leaves its columns out."""
    me = caller(prvReadIncident="Global", prvReadContact="Local")
    text = (
        f"<fetch><entity name='incident'><attribute name='title'/><filter><condition attribute='incidentid' "
        f"operator='eq' value='{CASE_BELOW}'/></filter><link-entity name='contact' from='contactid' to='customerid' "
        f"link-type='{kind}' alias='c'><attribute name='fullname'/></link-entity></entity></fetch>"
    )
    rows = me.get(f"incidents?fetchXml={quote(text)}").json()["value"]
    assert len(rows) == found
    assert all("c.fullname" not in row for row in rows)


@pytest.mark.parametrize(("depth", "below"), [("Basic", OUT_OF_REACH), ("Local", OUT_OF_REACH), ("Deep", None)])
def test_writing_out_of_reach(caller, emu, depth, below):
    """Update and delete are refused for rows that may be read but not written, and nothing changes."""
    me = caller(prvReadContact="Global", prvWriteContact=depth, prvDeleteContact=depth)
    for answer in (
        me.patch(f"contacts({ALEX_BELOW})", {"jobtitle": "x"}),
        me.send("PUT", f"contacts({ALEX_BELOW})/jobtitle", json={"value": "x"}),
        me.send("DELETE", f"contacts({ALEX_BELOW})"),
    ):
        assert answer.status_code == 204 if below is None else me.error(answer) == below
    assert (emu.row("contacts", ALEX_BELOW) is None) == (below is None)
    if below:
        assert emu.row("contacts", ALEX_BELOW)["jobtitle"] is None


@pytest.mark.parametrize("short", ["prvWriteActivity", "prvAppendActivity", "prvAppendToContact"])
def test_linking_out_of_reach(caller, emu, short):
    """Setting a lookup asks Write and Append of the row's owner and AppendTo of the target's, each by its depth."""
    needed = ("prvReadActivity", "prvWriteActivity", "prvAppendActivity", "prvAppendToContact")
    linked = {CONTACT: f"/contacts({MARIA})"}
    assert caller(**dict.fromkeys(needed, "Local")).patch(OPEN, linked).status_code == 204
    answer = (me := caller(**(dict.fromkeys(needed, "Global") | {short: "Basic"}))).patch(OPEN, linked)
    assert me.error(answer) == OUT_OF_REACH
    verb = short.removeprefix("prv").removesuffix("Activity").removesuffix("Contact")
    assert f" {verb}Access " in answer.json()["error"]["message"]


def test_creating_for_somebody_else(caller, emu):
    """Another owner takes Assign, and Create must reach the new owner; Append and AppendTo are for other lookups."""
    owner = {"lastname": "x", "ownerid@odata.bind": f"/systemusers({PERSON})"}
    me = caller(prvCreateContact="Global")
    assert me.error(me.send("POST", "contacts", json=owner)) == DENIED
    me = caller(prvCreateContact="Basic", prvAssignContact="Basic")
    assert me.error(me.send("POST", "contacts", json=owner)) == OUT_OF_REACH
    me = caller(prvCreateContact="Local", prvAssignContact="Basic")
    assert me.send("POST", "contacts", json=owner).status_code == 204
    child = {"lastname": "x", "ownerid@odata.bind": f"/systemusers({CHILD_PERSON})"}
    assert me.error(me.send("POST", "contacts", json=child)) == OUT_OF_REACH


def test_giving_a_row_away(caller, emu):
    """Assign is asked on the row as it is."""
    away = {"ownerid@odata.bind": f"/systemusers({CHILD_PERSON})"}
    more = {"prvReadContact": "Global", "prvWriteContact": "Global"}
    me = caller(**more)
    assert me.error(me.patch(f"contacts({MARIA})", away)) == DENIED
    me = caller(prvAssignContact="Basic", **more)
    assert me.error(me.patch(f"contacts({MARIA})", away)) == OUT_OF_REACH
    me = caller(prvAssignContact="Local", **more)
    assert me.patch(f"contacts({MARIA})", away).status_code == 204
    assert emu.row("contacts", MARIA)["_ownerid_value"] == CHILD_PERSON


def test_a_change_set_out_of_reach(caller, emu):
    """One refusal undoes the whole change set; the parts of a batch are all the caller's."""
    me = caller(prvReadContact="Global", prvWriteContact="Local")
    near = me.part("PATCH", f"contacts({MARIA})", {"jobtitle": "x"}, content_id="1")
    far = me.part("PATCH", f"contacts({ALEX_BELOW})", {"jobtitle": "x"}, content_id="2")
    _, answers = me.batch(me.change_set(near, far))
    assert [answer.status for answer in answers] == [403]
    assert emu.row("contacts", MARIA)["jobtitle"] is None


@pytest.mark.parametrize(
    ("depth", "users", "roles"), [("Basic", 1, None), ("Local", 3, 2), ("Deep", 4, 4), ("Global", 4, 4)]
)
def test_rows_of_business_units(caller, depth, users, roles):
    """Users, roles and units lie in a business unit themselves; Basic is the own user only."""
    more = {"prvReadRole": depth, "prvReadBusinessUnit": depth} if roles else {}
    me = caller(prvReadUser=depth, **more)
    assert len(me.get("systemusers", select="fullname").json()["value"]) == users
    if roles:
        assert len(me.get("roles", select="name").json()["value"]) == roles
        assert len(me.get("businessunits", select="name").json()["value"]) == (1 if depth == "Local" else 2)


def test_the_built_in_caller_with_less(web, emu):
    """`depths` narrows the administrator, and both names of a conversation's privilege count."""
    emu.depths = {"prvReadContact": "Local", "prvReadmsdyn_ocliveworkitem": "Basic"}
    assert web.ids("contacts", SMITH) == ["2"]
    assert web.get("msdyn_ocliveworkitems", select="subject").json()["value"] == []
    assert web.get("tasks", select="subject").status_code == 200
    emu.depths = {}
    assert web.ids("contacts", SMITH) == ["2", "3"]


def test_activities_share_their_privileges(caller, emu):
    """Who may read conversations may read tasks, and the other way round."""
    key = emu.insert("tasks", {"subject": "Call back"})
    me = caller(prvReadActivity="Global")
    assert me.get(f"tasks({key})").status_code == 200
    assert me.get(OPEN).status_code == 200
    assert me.error(me.get("contacts")) == DENIED
