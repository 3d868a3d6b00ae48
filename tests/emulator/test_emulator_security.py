"""Who is calling: application users, roles, privileges and what may be done to them over the Web API."""

from __future__ import annotations

import base64
import json
import time
from email.utils import parsedate_to_datetime

import pytest
import requests
from azure.identity import ManagedIdentityCredential

from dev.emulator import Emulator
from dev.emulator.callers import SYSTEM_ADMINISTRATOR
from dev.emulator.identity import CLIENT_ID
from dev.emulator.privileges import APPLICATION_USER
from dev.emulator.start_rows import CHILD_UNIT, PERSON, ROOT_UNIT

APPLICATION = "50000000-0000-4000-8000-00000000000a"
ROOT = f"/businessunits({ROOT_UNIT})"
MARIA = "c0000000-0000-4000-8000-000000000001"
NAMESPACE = "Microsoft.Dynamics.CRM."
DEPTHS = ("Basic", "Local", "Deep", "Global")


def privilege(web, name):
    """The id of a privilege, by its name."""
    (found,) = web.get("privileges", select="privilegeid,name", filter=f"name eq '{name}'").json()["value"]
    return found["privilegeid"]


def held_by(web, role):
    """What a role holds, as {name: depth}."""
    answer = web.send("GET", f"RetrieveRolePrivilegesRole(RoleId={role})")
    assert answer.status_code == 200, answer.text
    return {item["PrivilegeName"]: item["Depth"] for item in answer.json()["RolePrivileges"]}


def give(web, role, action="AddPrivilegesRole", **privileges):
    """Let a role hold privileges, by name and depth."""
    content = [{"PrivilegeId": privilege(web, name), "Depth": depth} for name, depth in privileges.items()]
    return web.send("POST", f"roles({role})/{NAMESPACE}{action}", json={"Privileges": content})


def assign(web, user, role):
    """Give a user a role."""
    reference = {"@odata.id": f"{web.emu.url}/api/data/v9.2/roles({role})"}
    return web.send("POST", f"systemusers({user})/systemuserroles_association/$ref", json=reference)


def test_the_life_of_an_application_user(web, emu):
    """No user, no role, a role, disabled: a client id is let in only as a user who is enabled and has a role."""
    other = type(web)(emu, APPLICATION)
    assert other.error(other.get("WhoAmI")) == (403, "0x80072560")
    user = web.add("systemusers", applicationid=APPLICATION, businessunitid__bind=ROOT)
    assert other.error(other.get("WhoAmI")) == (403, "0x80042F09")
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    assert give(web, role, prvReadContact="Global").status_code == 204
    assert assign(web, user, role).status_code == 204
    who = other.get("WhoAmI").json()
    assert (who["UserId"], who["BusinessUnitId"]) == (user, ROOT_UNIT)
    assert other.get("contacts", select="fullname").status_code == 200
    assert web.patch(f"systemusers({user})", {"isdisabled": True}).status_code == 204
    assert other.error(other.get("WhoAmI")) == (403, "0x80040225")
    assert other.error(other.send("POST", "$batch", data=b"")) == (403, "0x80040225")


def test_one_user_per_application(web):
    """A second user for a client id is a duplicate, and one without unit or any name to sign in with is refused."""
    web.add("systemusers", applicationid=APPLICATION, businessunitid__bind=ROOT)
    again = {"applicationid": APPLICATION, "businessunitid@odata.bind": ROOT}
    assert web.error(web.send("POST", "systemusers", json=again)) == (412, "0x80040237")
    for body in ({"applicationid": MARIA}, {"lastname": "x", "businessunitid@odata.bind": ROOT}):
        assert web.send("POST", "systemusers", json=body).status_code == 400


def test_the_identity_endpoint_tells_callers_apart(emu, monkeypatch):
    """azure-identity with AZURE_CLIENT_ID signs in as that application user, without it as the administrator."""
    emu.grant(APPLICATION, {"prvReadContact": "Global"})
    for name, value in emu.settings_of(APPLICATION).items():
        monkeypatch.setenv(name, value)
    who = []
    for chosen in ({}, {"client_id": APPLICATION}):
        with ManagedIdentityCredential(**chosen) as credential:
            token = credential.get_token(f"{emu.url}/.default").token
        answer = requests.get(
            f"{emu.url}/api/data/v9.2/WhoAmI", headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        who.append(answer.json()["UserId"])
        claims = token.split(".")[1]
        who.append(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["appid"])
    assert who == [APPLICATION_USER, CLIENT_ID, emu.user(APPLICATION), APPLICATION]


def test_rows_tell_who_wrote_them(caller, emu):
    """A new row belongs to the caller, who also stands in createdby and modifiedby."""
    me = caller(prvCreateContact="Basic", prvReadContact="Basic", prvWriteContact="Global")
    key = me.add("contacts", lastname="x")
    row, user = emu.row("contacts", key), emu.user("50000000-0000-4000-8000-000000000001")
    names = ("_ownerid_value", "_owninguser_value", "_createdby_value", "_modifiedby_value")
    assert [row[name] for name in names] == [user] * 4
    assert me.patch(f"contacts({MARIA})", {"lastname": "y"}).status_code == 204
    changed = emu.row("contacts", MARIA)
    assert (changed["_ownerid_value"], changed["_modifiedby_value"]) == (PERSON, user)


def test_definitions_name_the_privileges(web):
    """Each privilege has an id, the depths it can have and a row of its own; activities share theirs."""

    def of(table):
        found = web.get(f"EntityDefinitions(LogicalName='{table}')", select="LogicalName,Privileges").json()
        return {item["PrivilegeType"]: item for item in found["Privileges"]}

    contact, conversation, task = of("contact"), of("msdyn_ocliveworkitem"), of("task")
    assert set(contact) == {"Create", "Read", "Write", "Delete", "Assign", "Share", "Append", "AppendTo"}
    assert all(contact["Read"][f"CanBe{depth}"] for depth in DEPTHS)
    assert contact["Read"]["PrivilegeId"] == privilege(web, "prvReadContact")
    assert conversation["Write"]["Name"] == "prvWriteActivity"
    assert conversation["Write"]["PrivilegeId"] == task["Write"]["PrivilegeId"] != conversation["Read"]["PrivilegeId"]
    assert [of("fieldsecurityprofile")["Read"][f"CanBe{depth}"] for depth in DEPTHS] == [False, False, False, True]


def test_roles_hold_what_was_added(web):
    """AddPrivilegesRole adds and replaces a depth, ReplacePrivilegesRole leaves nothing else, RemovePrivilegeRole one."""
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    assert held_by(web, role) == {}
    give(web, role, prvReadContact="Basic", prvReadActivity="Deep")
    give(web, role, prvReadContact="Global")
    assert held_by(web, role) == {"prvReadContact": "Global", "prvReadActivity": "Deep"}
    gone = {"PrivilegeId": privilege(web, "prvReadActivity")}
    assert web.send("POST", f"roles({role})/{NAMESPACE}RemovePrivilegeRole", json=gone).status_code == 204
    assert held_by(web, role) == {"prvReadContact": "Global"}
    give(web, role, "ReplacePrivilegesRole", prvReadLead="Local")
    assert held_by(web, role) == {"prvReadLead": "Local"}


def test_privileges_come_as_documented(web):
    """The six fields of a RolePrivilege; the parameter of the function may be an alias."""
    answer = web.send("GET", f"RetrieveRolePrivilegesRole(RoleId=@p)?@p={SYSTEM_ADMINISTRATOR}").json()
    assert set(answer["RolePrivileges"][0]) == {
        *("Depth", "PrivilegeId", "BusinessUnitId", "PrivilegeName", "RecordFilterId", "RecordFilterUniqueName")
    }
    assert len(answer["RolePrivileges"]) == len(web.get("privileges", select="name").json()["value"])


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"PrivilegeId": "{read}", "Depth": 3}, 400),
        ({"PrivilegeId": "{read}", "Depth": "Organization"}, 400),
        ({"PrivilegeId": "{read}"}, 400),
        ({"PrivilegeId": "x", "Depth": "Global"}, 400),
        ({"PrivilegeId": MARIA, "Depth": "Global"}, 404),
        ({"PrivilegeId": "{entity}", "Depth": "Basic"}, 403),
        ({"PrivilegeId": "{read}", "Depth": "Basic", "Name": "x"}, 400),
    ],
)
def test_wrong_privileges(web, item, status):
    """Depths are names that the privilege can have; unknown privileges and fields are refused; nothing is half done."""
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    known = {"{read}": privilege(web, "prvReadContact"), "{entity}": privilege(web, "prvReadEntity")}
    wrong = item | {"PrivilegeId": known.get(item["PrivilegeId"], item["PrivilegeId"])}
    good = {"PrivilegeId": privilege(web, "prvReadLead"), "Depth": "Global"}
    answer = web.send("POST", f"roles({role})/{NAMESPACE}AddPrivilegesRole", json={"Privileges": [good, wrong]})
    assert answer.status_code == status
    assert held_by(web, role) == {}


def test_a_role_is_copied_into_the_units_below(web, emu):
    """A role has a copy per business unit, which shares its privileges, cannot be changed and goes with it."""
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    rows = web.get("roles", filter="name eq 'Linker'", select="roleid,_businessunitid_value").json()["value"]
    by_unit = {row["_businessunitid_value"]: row["roleid"] for row in rows}
    assert by_unit[ROOT_UNIT] == role
    assert set(by_unit) == {ROOT_UNIT, CHILD_UNIT}
    give(web, role, prvReadContact="Global")
    assert held_by(web, by_unit[CHILD_UNIT]) == {"prvReadContact": "Global"}
    assert give(web, by_unit[CHILD_UNIT], prvReadLead="Global").status_code == 400
    assert web.patch(f"roles({by_unit[CHILD_UNIT]})", {"name": "x"}).status_code == 400
    below = web.add("businessunits", name="Third", parentbusinessunitid__bind=f"/businessunits({CHILD_UNIT})")
    assert web.get("roles/$count", filter=f"name eq 'Linker' and _businessunitid_value eq {below}").text[-1] == "1"
    assign(web, PERSON, role)
    assert web.send("DELETE", f"roles({role})").status_code == 204
    assert web.get("roles/$count", filter="name eq 'Linker'").text[-1] == "0"
    pairs = [*emu.rows("systemuserrolescollection"), *emu.rows("roleprivilegescollection")]
    assert {pair["roleid"] for pair in pairs} == {SYSTEM_ADMINISTRATOR}


def test_roles_of_a_user(web, emu):
    """`systemuserroles_association` lists, joins once and parts, by key or by $id; a role of another unit is refused."""
    user = web.add("systemusers", applicationid=APPLICATION, businessunitid__bind=ROOT)
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    path = f"systemusers({user})/systemuserroles_association"

    def listed():
        return [item["roleid"] for item in web.get(path, select="roleid,name").json()["value"]]

    for _ in range(2):
        assert assign(web, user, role).status_code == 204
    assert listed() == [role]
    assert [item["systemuserid"] for item in web.get(f"roles({role})/systemuserroles_association").json()["value"]] == [
        user
    ]
    assert web.get(path, filter="name eq 'Other'").json()["value"] == []
    assert web.send("DELETE", f"{path}({role})/$ref").status_code == 204
    assert listed() == []
    assign(web, user, role)
    assert web.send("DELETE", f"{path}/$ref", params={"$id": f"{emu.url}/api/data/v9.2/roles({role})"}).ok
    assert listed() == []
    (copy,) = [row["roleid"] for row in emu.rows("roles") if row["name"] == "Linker" and row["roleid"] != role]
    assert assign(web, user, copy).status_code == 400
    assert assign(web, user, MARIA).status_code == 404


def test_moving_a_user_takes_the_roles(web, emu):
    """A user who goes to another business unit has no roles any more."""
    user = emu.grant(APPLICATION, {"prvReadContact": "Global"})
    other = type(web)(emu, APPLICATION)
    assert other.get("WhoAmI").status_code == 200
    assert web.patch(f"systemusers({user})", {"businessunitid@odata.bind": f"/businessunits({CHILD_UNIT})"}).ok
    assert other.error(other.get("WhoAmI")) == (403, "0x80042F09")


def test_what_a_user_holds(caller, web, emu):
    """RetrieveUserPrivileges is the union over the roles, the deepest grant counting; the administrator holds all."""
    client = "50000000-0000-4000-8000-000000000001"
    caller(prvReadContact="Local", prvReadLead="Basic")
    user = emu.user(client)
    role = web.add("roles", name="More", businessunitid__bind=ROOT)
    give(web, role, prvReadContact="Global", prvReadLead="Basic", prvWriteLead="Deep")
    assign(web, user, role)
    answer = web.send("GET", f"systemusers({user})/{NAMESPACE}RetrieveUserPrivileges()").json()["RolePrivileges"]
    found = {item["PrivilegeName"]: item["Depth"] for item in answer}
    assert found == {"prvReadContact": "Global", "prvReadLead": "Basic", "prvWriteLead": "Deep"} == emu.held(client)
    emu.denied, emu.depths = {"prvReadLead"}, {"prvReadContact": "Local"}
    mine = web.send("GET", f"systemusers({APPLICATION_USER})/{NAMESPACE}RetrieveUserPrivileges()").json()
    found = {item["PrivilegeName"]: item["Depth"] for item in mine["RolePrivileges"]}
    assert (found["prvReadContact"], found["prvReadAccount"]) == ("Local", "Global")
    assert "prvReadLead" not in found


def test_who_may_ask_what_a_user_holds(caller, emu):
    """RetrieveUserPrivileges takes prvReadOrganization and prvReadUser, at Basic for oneself."""
    client = "50000000-0000-4000-8000-000000000001"
    me = caller(prvReadUser="Basic", prvReadOrganization="Global")
    own, other = (
        f"systemusers({key})/{NAMESPACE}RetrieveUserPrivileges()" for key in (emu.user(client), APPLICATION_USER)
    )
    assert me.get(own).status_code == 200
    assert me.error(me.get(other)) == (403, "0x80048306")
    for missing in ("prvReadUser", "prvReadOrganization"):
        emu.denied = {missing}
        assert f"is missing {missing} privilege" in me.get(own).json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "missing"),
    [
        ("POST", "roles", {"name": "x", "businessunitid@odata.bind": ROOT}, "prvCreateRole"),
        (
            "POST",
            "systemusers",
            {"applicationid": MARIA, "businessunitid@odata.bind": ROOT},
            "prvCreateUser",
        ),
        ("POST", "roles({role})/" + NAMESPACE + "AddPrivilegesRole", {"Privileges": []}, "prvWriteRole"),
        ("POST", "roles({role})/" + NAMESPACE + "ReplacePrivilegesRole", {"Privileges": []}, "prvWriteRole"),
        (
            "POST",
            "systemusers({user})/systemuserroles_association/$ref",
            {"@odata.id": "roles({role})"},
            "prvAssignRole",
        ),
        ("DELETE", "systemusers({user})/systemuserroles_association({role})/$ref", None, "prvAssignRole"),
        ("GET", "EntityDefinitions(LogicalName='contact')", None, "prvReadEntity"),
        ("GET", "EntityDefinitions(LogicalName='contact')/Attributes", None, "prvReadAttribute"),
        ("GET", "EntityDefinitions(LogicalName='contact')/ManyToOneRelationships", None, "prvReadRelationship"),
        ("GET", "RetrieveRolePrivilegesRole(RoleId={role})", None, "prvReadRole"),
        ("GET", "systemuserrolescollection", None, "prvReadRole"),
    ],
)
def test_administration_takes_its_privileges(caller, web, emu, method, path, body, missing):
    """A caller with all of administration's privileges but one is refused, and that one is named."""
    needed = (
        *("prvCreateRole", "prvReadRole", "prvWriteRole", "prvAssignRole", "prvCreateUser", "prvReadUser"),
        *("prvAppendRole", "prvAppendUser", "prvAppendToBusinessUnit"),
        *("prvReadEntity", "prvReadAttribute", "prvReadRelationship"),
    )
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    names = {"{role}": role, "{user}": PERSON}
    for old, new in names.items():
        path = path.replace(old, new)
        body = body and {name: text.replace(old, new) if isinstance(text, str) else text for name, text in body.items()}
    me = caller(**{name: "Global" for name in needed if name != missing})
    answer = me.send(method, path, json=body)
    assert me.error(answer) == (403, "0x80040220")
    assert f"is missing {missing} privilege" in answer.json()["error"]["message"]
    assert caller(**dict.fromkeys(needed, "Global")).send(method, path, json=body).ok


def test_nobody_gives_away_more_than_they_hold(caller, web):
    """Who may change roles adds only privileges of their own, and never makes an administrator."""
    role = web.add("roles", name="Linker", businessunitid__bind=ROOT)
    more = dict.fromkeys(("prvReadRole", "prvWriteRole", "prvAssignRole", "prvReadUser"), "Global")
    me = caller(prvReadContact="Local", **more)
    assert give(me, role, prvReadContact="Local").status_code == 204
    assert me.error(give(me, role, prvReadContact="Global")) == (403, "0x80040220")
    assert assign(me, PERSON, SYSTEM_ADMINISTRATOR).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "privileges", 405),
        ("PATCH", f"privileges({MARIA})", 405),
        ("PUT", f"privileges({MARIA})/name", 405),
        ("POST", "systemuserrolescollection", 405),
        ("PATCH", f"roles({SYSTEM_ADMINISTRATOR})", 400),
        ("DELETE", f"roles({SYSTEM_ADMINISTRATOR})", 400),
        ("POST", f"roles({SYSTEM_ADMINISTRATOR})/{NAMESPACE}RetrieveUserPrivileges()", 501),
        ("POST", f"systemusers({PERSON})/{NAMESPACE}RetrieveUserPrivileges()", 404),
        ("GET", f"roles({SYSTEM_ADMINISTRATOR})/{NAMESPACE}AddPrivilegesRole", 404),
        ("GET", f"roles({SYSTEM_ADMINISTRATOR})/{NAMESPACE}RetrieveRolePrivilegesRole()", 501),
        ("GET", "RetrieveRolePrivilegesRole(RoleId=x)", 400),
        ("GET", f"RetrieveRolePrivilegesRole(RoleId={MARIA})", 404),
        ("GET", f"systemusers({PERSON})/systemuserroles_association/$ref", 501),
        ("PUT", f"systemusers({PERSON})/systemuserroles_association/$ref", 405),
        ("GET", f"systemusers({MARIA})/systemuserroles_association", 404),
        ("GET", f"contacts({MARIA})/systemuserroles_association", 404),
        ("GET", "systemusers?$expand=systemuserroles_association", 501),
        ("GET", "EntityDefinitions?$expand=Attributes", 501),
    ],
)
def test_what_cannot_be_asked(web, method, path, status):
    """Read-only tables, the administrators' role, wrong verbs, unbound and unknown names."""
    assert web.send(method, path, json={} if method != "GET" else None).status_code == status


@pytest.mark.parametrize("header", ["MSCRMCallerID", "CallerObjectId"])
def test_nobody_acts_for_another(web, header):
    """Impersonation is refused, never answered with the caller's own rights."""
    assert web.send("GET", "WhoAmI", headers={header: PERSON}).status_code == 501


def test_the_clock(emu, web):
    """Every answer has a Date, also one that is refused; a test can set the clock wrong."""
    emu.clock_shift = 3600
    for path in ("WhoAmI", "nothing", f"{emu.url}/elsewhere", emu.settings["IDENTITY_ENDPOINT"]):
        moment = parsedate_to_datetime(web.send("GET", path).headers["Date"]).timestamp()
        assert abs(moment - time.time() - 3600) < 60
    emu.reset()
    assert abs(parsedate_to_datetime(web.get("WhoAmI").headers["Date"]).timestamp() - time.time()) < 60


def test_reset(emu, web):
    """Users, roles, identities and controls are as at the start, the ids of roles and privileges too."""
    before = {name: emu.rows(name) for name in ("systemusers", "roles", "businessunits", "privileges")}
    emu.grant(APPLICATION, {"prvReadContact": "Basic"})
    emu.secured, emu.depths, emu.denied = {("contact", "fullname")}, {"prvReadLead": "Basic"}, {"prvReadAccount"}
    emu.reset()

    def ids(rows):
        return [next(iter(row.values())) for row in rows]

    assert {name: ids(emu.rows(name)) for name in before} == {name: ids(rows) for name, rows in before.items()}
    assert (emu.secured, emu.depths, emu.denied, emu.user(APPLICATION)) == (frozenset(), {}, set(), None)
    assert APPLICATION not in emu.identity.identities
    assert web.get("WhoAmI").status_code == 200


def test_controls_refuse_what_is_not(emu):
    """Unknown privileges, depths and columns are mistakes of the test."""
    for wrong in ({"prvReadNothing": "Global"}, {"prvReadContact": "Organization"}, {"prvReadEntity": "Basic"}):
        with pytest.raises(ValueError, match="prv"):
            emu.depths = wrong
        with pytest.raises(ValueError, match="prv"):
            emu.grant(APPLICATION, wrong)
    with pytest.raises(ValueError, match="contact"):
        emu.secured = {("contact", "nothing")}
    for ask in (lambda: emu.held(APPLICATION), lambda: emu.permit(APPLICATION, "contact", "fullname")):
        with pytest.raises(KeyError):
            ask()


def test_a_file_keeps_users_and_roles(tmp_path):
    """Grants survive in a file; what an older file lacks is added to it."""
    path = tmp_path / "rows.db"
    with Emulator(db=path) as first:
        user = first.grant(APPLICATION, {"prvReadContact": "Local"})
        first._store.query("ALTER TABLE systemuser DROP COLUMN azureactivedirectoryobjectid")
        first._store.query("DELETE FROM role")
    with Emulator(db=path) as second:
        assert second.user(APPLICATION) == user
        assert second.row("roles", SYSTEM_ADMINISTRATOR)["name"] == "System Administrator"
        assert second.row("systemusers", user)["azureactivedirectoryobjectid"] is None


@pytest.mark.parametrize("administrator", [True, False])
def test_owner_team_must_be_able_to_read(emu, web, caller, administrator):
    """A team whose roles lack Read owns no row, whatever the caller may do; the privilege and the team are named."""
    me = (
        web
        if administrator
        else caller(
            prvCreateIncident="Global",
            prvAssignIncident="Global",
            prvAppendIncident="Global",
            prvAppendToContact="Global",
        )
    )
    team = emu.insert("teams", {"name": "Cases"})
    new = {
        "title": "x",
        "customerid_contact@odata.bind": "/contacts(c0000000-0000-4000-8000-000000000008)",
        "ownerid@odata.bind": f"/teams({team})",
    }
    emu.grant_team(team, {"prvReadContact": "Global"})
    answer = me.send("POST", "incidents", json=new)
    assert me.error(answer) == (403, "0x80040299")
    for words in ("Read Privilege Check For Owner failed", "prvReadIncident", team, "'incident'", "teamType=0,"):
        assert words in answer.json()["error"]["message"]
    assert "None" not in answer.text
    assert len(emu.rows("incidents")) == 14
    emu.grant_team(team, {"prvReadIncident": "Basic"})
    assert me.send("POST", "incidents", json=new).status_code == 204
    emu.grant_team(team, {})
    case = {"ownerid@odata.bind": f"/teams({team})"}
    assert web.error(web.patch("incidents(e0000000-0000-4000-8000-000000000001)", case)) == (403, "0x80040299")


def test_roles_of_a_team(emu, web):
    """A team gets its roles by teamroles_association, those of its own business unit only."""
    team = emu.insert("teams", {"name": "Cases"})
    elsewhere = emu.insert("roles", {"name": "Elsewhere", "businessunitid": CHILD_UNIT})
    path = f"teams({team})/teamroles_association"
    administrator = {"@odata.id": f"{emu.url}/api/data/v9.2/roles({SYSTEM_ADMINISTRATOR})"}
    assert web.send("POST", f"{path}/$ref", json={"@odata.id": f"roles({elsewhere})"}).status_code == 400
    assert web.send("POST", f"{path}/$ref", json=administrator).status_code == 204
    assert [row["name"] for row in web.get(path, select="name").json()["value"]] == ["System Administrator"]
    owner = {"ownerid@odata.bind": f"/teams({team})"}
    assert web.patch("contacts(c0000000-0000-4000-8000-000000000001)", owner).status_code == 204
    with pytest.raises(KeyError):
        emu.grant_team(elsewhere, {})
