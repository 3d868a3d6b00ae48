"""What Omnichannel records of the customer: the engagement contexts, context items and social profiles."""

from __future__ import annotations

import json

import pytest

from dev.emulator import Emulator

CONTEXTS = {
    "msdyn_livechatengagementctx": ("msdyn_name", 24),
    "msdyn_smsengagementctx": ("msdyn_name", 25),
    "msdyn_whatsappengagementctx": ("msdyn_name", 26),
    "msdyn_ocphonecallengagementctx": ("msdyn_callername", 27),
}
ITEM = "msdyn_ocliveworkitemcontextitem"
READ = {"prvReadActivity": "Global", "prvReadmsdyn_smsengagementctx": "Global"}


def conversation(number: int) -> str:
    """The id of a conversation of the demo data."""
    return f"b0000000-0000-4000-8000-{number:012d}"


@pytest.mark.parametrize("logical", CONTEXTS)
def test_context_is_found_by_its_conversation(web, logical):
    """Each channel's context points to the conversation by ``msdyn_liveworkitemid``, which can be expanded."""
    name, number = CONTEXTS[logical]
    mine = f"_msdyn_liveworkitemid_value eq {conversation(number)}"
    answer = web.get(f"{logical}es", filter=mine, select=name, expand="msdyn_liveworkitemid($select=msdyn_channel)")
    (row,) = answer.json()["value"]
    assert row[f"{logical}id"] == f"90000000-0000-4000-8000-{number:012d}"
    assert row["msdyn_liveworkitemid"]["activityid"] == conversation(number)
    assert web.get(f"{logical}es", filter=f"_msdyn_liveworkitemid_value eq {conversation(1)}").json()["value"] == []


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        (
            "msdyn_livechatengagementctxes(90000000-0000-4000-8000-000000000024)",
            {"msdyn_isauthenticated": True, "msdyn_portalcontactid": "c0000000-0000-4000-8000-000000000001"},
        ),
        (
            "msdyn_smsengagementctxes(90000000-0000-4000-8000-000000000025)",
            {"msdyn_customerphonenumber": "+14255550209"},
        ),
        (
            "msdyn_whatsappengagementctxes(90000000-0000-4000-8000-000000000026)",
            {"msdyn_customerphonenumber": "+35315550204"},
        ),
        ("msdyn_ocphonecallengagementctxes(90000000-0000-4000-8000-000000000027)", {"msdyn_fromphone": "+14255550207"}),
        (
            "msdyn_ocliveworkitemcontextitems(70000000-0000-4000-8000-000000000024)",
            {"msdyn_name": "OrderNumber", "msdyn_value": "4711", "_msdyn_ocliveworkitemid_value": conversation(24)},
        ),
        (
            "socialprofiles(80000000-0000-4000-8000-000000000001)",
            {"uniqueprofileid": "35315550204", "_customerid_value": "c0000000-0000-4000-8000-000000000004"},
        ),
    ],
)
def test_demo_data_shows_each_channel(web, path, columns):
    """The demo data has a signed-in chat, a text message, a WhatsApp message and a call, as the platform keeps them."""
    answer = web.get(path, select=",".join(columns))
    assert {name: answer.json()[name] for name in columns} == columns


def test_conversation_has_its_social_profile(web):
    """``msdyn_socialprofileid`` leads from the conversation to the profile and on to its customer."""
    inside = (
        "msdyn_socialprofileid_msdyn_ocliveworkitem($select=profilename;$expand=customerid_contact($select=fullname))"
    )
    found = web.get(f"msdyn_ocliveworkitems({conversation(26)})", select="_msdyn_socialprofileid_value", expand=inside)
    profile = found.json()["msdyn_socialprofileid_msdyn_ocliveworkitem"]
    assert profile["customerid_contact"]["fullname"] == "Patrick O'Brien"


def test_relationships_are_named_as_documented(web):
    """A conversation's one-to-many relationships carry the names that identification rules use as ``source``."""
    path = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')/OneToManyRelationships"
    found = {row["SchemaName"]: row["ReferencingEntity"] for row in web.get(path).json()["value"]}
    names = {f"msdyn_msdyn_ocliveworkitem_{logical}_liveworkitemid": logical for logical in CONTEXTS}
    item = {f"msdyn_msdyn_ocliveworkitem_{ITEM}_ocliveworkitemid": ITEM}
    assert names | item == {name: table for name, table in found.items() if name.startswith("msdyn_msdyn_oc")}


@pytest.mark.parametrize("logical", [*CONTEXTS, ITEM, "socialprofile"])
def test_each_table_has_its_own_read_privilege(caller, web, emu, logical):
    """Nobody reads a context by the privilege on activities; the table's own is named."""
    table = web.get(f"EntityDefinitions(LogicalName='{logical}')", select="EntitySetName,Privileges").json()
    privilege = next(item["Name"] for item in table["Privileges"] if item["PrivilegeType"] == "Read")
    me = caller(prvReadActivity="Global")
    refused = me.get(table["EntitySetName"])
    assert (me.error(refused), f" {privilege} " in refused.json()["error"]["message"]) == ((403, "0x80040220"), True)
    assert caller(prvReadActivity="Global", **{privilege: "Global"}).get(table["EntitySetName"]).status_code == 200


def test_missing_privilege_refuses_just_its_part(caller):
    """With continue-on-error a table that may not be read costs one part of a batch, and each keeps its Content-ID."""
    me = caller(**READ)
    parts = [
        me.part("GET", f"{name}es", content_id=name)
        for name in ("msdyn_livechatengagementctx", "msdyn_smsengagementctx")
    ]
    answer, found = me.batch(*parts, prefer="odata.continue-on-error")
    assert (answer.status_code, [part.status for part in found]) == (200, [403, 200])
    assert [line for line in answer.text.splitlines() if line.startswith("Content-ID")] == [
        "Content-ID: msdyn_livechatengagementctx",
        "Content-ID: msdyn_smsengagementctx",
    ]


@pytest.mark.parametrize("logical", [*CONTEXTS, ITEM, "msdyn_agentcopilotsetting"])
def test_missing_table_is_unknown(emu, web, logical):
    """An environment without a channel answers as if there had never been such a table, until the control is reset."""
    table = web.get(f"EntityDefinitions(LogicalName='{logical}')", select="EntitySetName").json()["EntitySetName"]
    emu.missing_tables = {logical}
    fetch = f'<fetch><entity name="{logical}"/></fetch>'
    joined = f'<fetch><entity name="contact"><link-entity name="{logical}" from="createdby" to="createdby"/></entity></fetch>'
    assert web.error(web.get(table)) == (404, "0x8006088a")
    assert web.send("GET", f"EntityDefinitions(LogicalName='{logical}')").status_code == 404
    assert web.error(web.send("GET", "contacts", params={"fetchXml": joined})) == (400, "0x80041102")
    assert web.send("GET", table, params={"fetchXml": fetch}).status_code == 404
    assert web.get("privileges", filter=f"name eq 'prvRead{logical}'").json()["value"] == []
    assert f'"{table}"' not in web.send("GET", "").text + web.send("GET", "$metadata").text
    assert logical not in web.get("EntityDefinitions", select="LogicalName").text
    assert f"prvRead{logical}" not in emu.held()
    emu.reset()
    assert web.get(table).status_code == 200
    assert f"prvRead{logical}" in emu.held()


def test_missing_table_is_missing_in_its_part_only(emu, web):
    """One unknown table does not refuse the other parts of a batch with continue-on-error."""
    emu.missing_tables = {"msdyn_ocphonecallengagementctx"}
    parts = [web.part("GET", f"{logical}es") for logical in CONTEXTS]
    answer, found = web.batch(*parts, prefer="odata.continue-on-error")
    assert (answer.status_code, [part.status for part in found]) == (200, [200, 200, 200, 404])
    assert json.loads(json.dumps(found[3].body))["error"]["code"] == "0x8006088a"


@pytest.mark.parametrize("name", ["nothing", "contact", "socialprofile", "role", "privilege"])
def test_needed_tables_cannot_be_missing(emu: Emulator, name):
    """A table that others point to is always there, as in Dataverse, which does not delete such a table."""
    with pytest.raises(ValueError, match=name):
        emu.missing_tables = {name}
