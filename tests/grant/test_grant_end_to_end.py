"""The verb against the embedded Dataverse: what it says, what it writes, and that the app works with just that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from dev.emulator import Fault
from dev.emulator.callers import SYSTEM_ADMINISTRATOR
from dev.grant import __main__ as verb
from dev.grant.client import Dataverse
from dev.grant.report import WIDTH
from shared.dataverse import odata
from shared.diagnostics import queries
from shared.diagnostics.privileges import NEEDS, Choice, For, needs
from shared.diagnostics.requirements import tables
from shared.settings import Settings
from tests.flow.people import OPEN, case, contact, conversation
from tests.grant.conftest import IDENTITY, SOMEBODY, everything

MARIA_MAIL, KIM_MAIL = "maria.campbell@example.com", "kim.park@example.com"
ROOT = Path(__file__).resolve().parents[2]
MADE = ("roles", "roleprivilegescollection", "systemuserrolescollection", "systemusers")


def test_dry_run_writes_nothing(environment, grant, capsys):
    """Without --apply not one row changes, and no call is anything but a read."""
    before = everything(environment)
    environment.calls.clear()
    assert grant() == 0
    assert everything(environment) == before
    assert {call.method for call in environment.calls} == {"GET"}
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= WIDTH
    text = " ".join(out.split())
    assert "Nothing was written" in text
    assert all(need.why in text for need in needs(Choice()))


def test_apply_makes_role_user_and_assignment_and_nothing_else(environment, grant, capsys):
    """--apply adds rows to the tables of the security model alone; every other row is as it was."""
    before = everything(environment)
    assert grant("--apply") == 0
    after = everything(environment)
    assert {name for name in after if after[name] != before[name]} == set(MADE)
    assert {need.depth for need in needs(Choice()) if not need.name} == set(environment.held(IDENTITY).values())
    progress = capsys.readouterr().out
    for step in ("Created the role", "privileges", "Created the application user", "Assigned", "Done"):
        assert step in progress


def test_role_holds_exactly_the_needs(environment, grant):
    """What the identity holds afterwards are the needs, one by one: no more, and none less deep."""
    assert grant("--apply") == 0
    held = environment.held(IDENTITY)
    assert len(held) == len(needs(Choice()))
    assert held["prvWriteActivity"] == held["prvReadContact"] == held["prvCreateIncident"] == "Global"
    assert held["prvReadUser"] == "Basic"
    assert not [name for name in held if name.startswith(("prvDelete", "prvShare", "prvAssign"))]


def test_second_run_finds_nothing_to_do(environment, grant, capsys):
    """Repeating is harmless: nothing is sent but reads, nothing changes, and it says so."""
    grant("--apply")
    before = everything(environment)
    environment.calls.clear()
    capsys.readouterr()
    assert grant("--apply") == 0
    assert everything(environment) == before
    assert {call.method for call in environment.calls} == {"GET"}
    assert "Nothing is to be done." in capsys.readouterr().out


def test_app_links_with_just_this_role(grant, app):
    """The role is enough: customer and case are linked, a case is created, and the diagnosis is ready."""
    grant("--apply")
    linker = app()
    answer = linker.link(OPEN, Email=MARIA_MAIL)
    assert (answer["status"], answer["customerId"], answer["caseId"]) == ("linked", contact(1), case(1))
    assert linker.link(conversation(1), Email=KIM_MAIL, createCase=True)["caseStatus"] == "created"
    content = linker.diagnose()
    assert content["ready"], content
    assert [check for check in content["checks"] if check["area"] == "privileges" and not check["ok"]] == []


def test_without_create_case_linking_works_and_creating_does_not(environment, grant, app):
    """--no-create-case leaves out what only createCase needs: then only that fails, and names the privilege."""
    assert grant("--apply", "--no-create-case") == 0
    assert "prvCreateIncident" not in environment.held(IDENTITY)
    linker = app()
    assert linker.link(OPEN, Email=MARIA_MAIL)["status"] == "linked"
    refused = linker.link(conversation(1), Email=KIM_MAIL, createCase=True)
    assert refused["http"] == 424
    assert "prvCreateIncident" in refused["detail"]


LEVELS = {
    24: (contact(1), "verified"),
    25: (contact(9), "channel"),
    26: (contact(4), "channel"),
    27: (contact(7), "channel"),
}
"""Conversations of the demo data: the customer, and how Omnichannel knows that it is this one."""


def levels(linker):
    """The identity level of each customer of `LEVELS`, who is linked as a known record."""
    found = {}
    for number, (customer, _) in LEVELS.items():
        answer = linker.link(conversation(number), msdyn_CustomerId=customer, msdyn_CustomerType="contact")
        assert (answer["http"], answer["customerId"]) == (200, customer)
        found[number] = answer["identityLevel"]
    return found


def identity(linker):
    """The checks of the diagnosis about the identity level, by the name of the table."""
    checks = [check for check in linker.diagnose()["checks"] if check["area"] == "identity"]
    return {check["name"].partition("(")[2].rstrip(")"): check for check in checks}


def test_role_gives_the_identity_level(grant, app):
    """With just this role the app knows who signed in and whose number it is, and the diagnosis says so."""
    grant("--apply")
    linker = app()
    assert levels(linker) == {number: level for number, (_, level) in LEVELS.items()}
    checks = identity(linker)
    assert set(checks) == {need.table for need in NEEDS if For.IDENTITY in need.purposes}
    assert all(check["ok"] for check in checks.values())


def test_without_identity_all_are_claimed(environment, grant, app):
    """--no-identity leaves out just that: links are made, everybody is claimed, the diagnosis is ready and says it."""
    assert grant("--apply", "--no-identity") == 0
    assert len(environment.held(IDENTITY)) == len(needs(Choice(identity=False)))
    linker = app()
    assert set(levels(linker).values()) == {"claimed"}
    assert linker.diagnose()["ready"]
    assert not any(check["ok"] for check in identity(linker).values())


def test_environment_without_channels_is_granted_the_rest(environment, grant, app, capsys):
    """Tables that are not there are said, end with status 0, and cost nothing but what they would have told."""
    missing = {"msdyn_ocphonecallengagementctx", "msdyn_smsengagementctx", "msdyn_agentcopilotsetting"}
    environment.missing_tables = missing
    assert grant("--apply") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(f"no table {table} here" in said for table in missing)
    assert len(environment.held(IDENTITY)) == len(needs(Choice())) - len(missing)
    assert grant() == 0
    assert "Nothing is to be done." in capsys.readouterr().out
    linker = app()
    assert levels(linker) == {24: "verified", 25: "claimed", 26: "channel", 27: "claimed"}
    assert all(check["ok"] for check in identity(linker).values())


OWNS_CASES = {"prvReadIncident": "Basic"}
"""What Dataverse demands of a team that is to own a case."""

PROFILE = "80000000-0000-4000-8000-000000000001"
"""The social profile of `contact(4)`."""

OUTCOME = ("http", "status", "customerId", "caseStatus", "identityLevel")
"""The fields of an answer that are compared."""

TIMES = "distance"
"""The area of the diagnosis that depends on the machine it runs on."""


def outcomes(environment, app, team):
    """What the app does in every way that the role is for, as comparable values: links, and what a diagnosis sees."""
    linker = app(CASE_OWNER_TEAM_ID=team)
    profile = {"msdyn_socialprofileid_msdyn_ocliveworkitem": None}
    environment.update("msdyn_ocliveworkitems", conversation(26), profile)  # so that the number alone speaks
    environment.update("msdyn_ocliveworkitems", conversation(17), dict.fromkeys(profile, PROFILE))
    found = [
        linker.link(OPEN, Email=MARIA_MAIL),
        linker.link(conversation(1), Email="office@contoso.example"),
        linker.link(conversation(2), CaseNumber="CAS-01001-X1Y2Z3"),
        linker.link(conversation(3), Email=KIM_MAIL, createCase="always"),
        app(RULE_SOURCE="workstream").link(conversation(21), AccountNumber="CON-001"),
        linker.link(conversation(17), msdyn_CustomerId=contact(4)),
        *(linker.link(conversation(number), msdyn_CustomerId=who) for number, (who, _) in LEVELS.items()),
    ]
    facts = [tuple(each.get(name) for name in OUTCOME) for each in found]
    checks = [
        (check["area"], check["name"], check["ok"])
        for check in app(CASE_OWNER_TEAM_ID=team, RULE_SOURCE="workstream").diagnose()["checks"]
        if check["area"] != TIMES
    ]
    return facts, checks + definitions(environment)


def definitions(environment):
    """Whether each definition that a diagnosis asks for is given to the identity."""
    uses = tables(Settings.from_environment(environment.settings))
    headers = {
        "Authorization": f"Bearer {environment.identity.token(client_id=IDENTITY)[0]}",
        "Accept": "application/json",
    }
    with requests.Session() as session:
        session.trust_env = False
        return [
            (asked, session.get(f"{environment.url}/api/data/v9.2/{get.resource}", headers=headers).status_code)
            for asked, get in queries.definitions(uses).items()
        ]


@pytest.fixture
def granted(environment, grant):
    """The identity with all that may be needed, and a team that owns created cases."""
    team = environment.insert("teams", {"name": "Cases", "teamtype": 0, "businessunitid": _root(environment)})
    environment.grant_team(team, OWNS_CASES)
    assert grant("--apply", "--case-owner-team", "--rule-source", "workstream") == 0
    return team


def _root(environment):
    units = environment.rows("businessunits")
    return next(unit["businessunitid"] for unit in units if unit["_parentbusinessunitid_value"] is None)


def test_all_of_it_is_enough(environment, granted, app):
    """With the whole role everything that it is for works: the measure for the next test."""
    facts, checks = outcomes(environment, app, granted)
    assert [fact[:2] for fact in facts] == [(200, "linked")] * len(facts)
    assert [fact[-1] for fact in facts[5:]] == ["channel", *(level for _, level in LEVELS.values())]
    assert [each for each in checks if each[-1] not in (True, 200)] == []


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name or f"{need.type}-{need.table}")
def test_without_one_of_them_something_fails(environment, granted, app, web, need):
    """The role is the smallest: without any one privilege a call fails or rows are missing; or a check of the diagnosis."""
    held = _held(environment, need, web)
    facts, checks = outcomes(environment, app, granted)
    environment.reset()
    team = {"teamid": granted, "name": "Cases", "teamtype": 0, "businessunitid": _root(environment)}
    environment.insert("teams", team)
    environment.grant_team(granted, OWNS_CASES)
    environment.grant(IDENTITY, held)
    other_facts, other_checks = outcomes(environment, app, granted)
    assert (other_facts != facts) is (need.purposes != (For.DIAGNOSIS,))
    assert other_checks != checks


def test_measure_does_not_depend_on_how_it_was_granted(environment, granted, app, web):
    """The test above can fail: with all of them, given the same way, every outcome is the same."""
    held = _held(environment, None, web)
    whole = outcomes(environment, app, granted)
    environment.reset()
    team = {"teamid": granted, "name": "Cases", "teamtype": 0, "businessunitid": _root(environment)}
    environment.insert("teams", team)
    environment.grant_team(granted, OWNS_CASES)
    environment.grant(IDENTITY, held)
    assert outcomes(environment, app, granted) == whole


def _held(environment, without, web):
    """Names and depths of all needs but one, as the environment's definitions name them."""
    return {need.name or _name(web, need): need.depth for need in NEEDS if need != without}


def _name(web, need):
    definition = web.get(
        odata.url(f"EntityDefinitions(LogicalName={odata.text(need.table)})", {"$select": "Privileges"}), "read"
    )
    return next(row["Name"] for row in definition["Privileges"] if row["PrivilegeType"] == need.type)


def test_half_done_is_completed_and_depths_are_raised(environment, grant, app, web, capsys):
    """A role with some privileges at a smaller depth and a user without it become whole, without a second of either."""
    assert grant("--apply", "--no-create-case", "--no-diagnosis") == 0
    role = _role(environment)
    environment.update("roles", role["roleid"], {"description": "kept"})
    for pair in environment.rows("systemuserrolescollection"):
        if pair["roleid"] == role["roleid"]:
            environment.delete("systemuserrolescollection", pair["systemuserroleid"])
    _replace(environment, web, role["roleid"], "Basic")
    capsys.readouterr()
    assert grant("--apply") == 0
    assert "now only depth User" in " ".join(capsys.readouterr().out.split())
    assert environment.held(IDENTITY)["prvReadContact"] == "Global"
    assert _role(environment)["roleid"] == role["roleid"]
    assert len([row for row in environment.rows("systemusers") if row["applicationid"] == IDENTITY]) == 1
    assert app().link(OPEN, Email=MARIA_MAIL)["status"] == "linked"


def _role(environment):
    """The one role of that name that is no copy for a unit below."""
    named = [row for row in environment.rows("roles") if row["name"] == verb.ROLE]
    (found,) = [row for row in named if row["_parentroleid_value"] is None]
    return found


def _replace(environment, web, role_id, depth, only=""):
    """Set the depth of the role's privileges, of all or of the one named `only`, as an administrator might."""
    names = {row["privilegeid"]: row["name"] for row in environment.rows("privileges")}
    held = web.get(f"RetrieveRolePrivilegesRole(RoleId={role_id})", "read")["RolePrivileges"]
    new = [
        {"PrivilegeId": row["PrivilegeId"], "Depth": depth if only in ("", names[row["PrivilegeId"]]) else row["Depth"]}
        for row in held
    ]
    action = f"{odata.key('roles', role_id)}/Microsoft.Dynamics.CRM.ReplacePrivilegesRole"
    web.post(action, {"Privileges": new}, "replace")


def test_smaller_depth_makes_a_single_match_of_two(environment, grant, app, web):
    """Why depth Organization: with less, one of two people of a name is hidden and the other is taken for the match."""
    grant("--apply")
    environment.update("contacts", contact(2), {"ownerid": environment.user(IDENTITY)})
    assert app().link(OPEN, Name="Alex Smith")["customerStatus"] == "ambiguous"
    role = _role(environment)["roleid"]
    _replace(environment, web, role, "Basic", "prvReadContact")
    assert app().link(OPEN, Name="Alex Smith")["customerId"] == contact(2)


def test_what_an_administrator_added_stays_and_is_named(environment, grant, web, capsys):
    """A privilege and a role beyond the needs are never taken away; the report names both."""
    grant("--apply")
    role = _role(environment)["roleid"]
    privilege = next(row["privilegeid"] for row in environment.rows("privileges") if row["name"] == "prvDeleteContact")
    action = f"{odata.key('roles', role)}/Microsoft.Dynamics.CRM.AddPrivilegesRole"
    web.post(action, {"Privileges": [{"PrivilegeId": privilege, "Depth": "Local"}]}, "add one more")
    user = environment.user(IDENTITY)
    path = f"{odata.key('systemusers', user)}/systemuserroles_association/$ref"
    web.post(path, {"@odata.id": web.root + odata.key("roles", SYSTEM_ADMINISTRATOR)}, "assign one more")
    capsys.readouterr()
    assert grant("--apply") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "prvDeleteContact (Business Unit)" in text
    assert "System Administrator" in text
    assert [
        row
        for row in environment.rows("roleprivilegescollection")
        if (row["roleid"], row["privilegeid"]) == (role, privilege)
    ]


def test_disabled_user_ends_with_status_1_and_says_where_to_enable_it(environment, grant, capsys):
    """All is granted, but Dataverse refuses a disabled user: that is not fine, in a dry run neither."""
    grant("--apply")
    environment.update("systemusers", environment.user(IDENTITY), {"isdisabled": True})
    capsys.readouterr()
    assert grant() == 1
    text = " ".join(capsys.readouterr().out.split())
    assert "disabled" in text
    assert "Application users" in text


def test_disabled_user_is_no_success_after_apply_either(environment, grant, capsys):
    """--apply does its steps, and still says that the app cannot work yet."""
    grant("--apply", "--no-create-case")
    environment.update("systemusers", environment.user(IDENTITY), {"isdisabled": True})
    capsys.readouterr()
    assert grant("--apply") == 1
    out = capsys.readouterr().out
    assert "Gave it 2 privileges." in out
    assert "disabled" in out.partition("Gave it")[2]


def test_two_roles_of_one_name_are_not_chosen_between(environment, grant, capsys):
    """Which of two roles is meant only people know: nothing is written, and --role is named."""
    for _ in range(2):
        environment.insert("roles", {"name": verb.ROLE, "businessunitid": _root(environment)})
    before = everything(environment)
    assert grant("--apply") == 1
    assert "--role" in capsys.readouterr().err
    assert everything(environment) == before
    assert grant("--apply", "--role", "Another") == 0


def test_step_without_effect_is_no_success(environment, grant, monkeypatch, capsys):
    """What Dataverse took is read back: where a privilege is not there afterwards, that is said, and the status is 1."""
    post = Dataverse.post

    def without_effect(self, resource, body, doing):
        return "" if "AddPrivilegesRole" in resource else post(self, resource, body, doing)

    monkeypatch.setattr(Dataverse, "post", without_effect)
    assert grant("--apply") == 1
    out, err = capsys.readouterr()
    assert "Done" not in out
    assert f"give it {len(needs(Choice()))} privileges" in err


def test_user_that_is_refused_may_come_from_a_wrong_id(environment, grant, capsys):
    """The likeliest slip is the object id: the fix says so, and that the user can be made in the admin center."""
    environment.faults.add(Fault(status=400, code="0x80040203", method="POST", path="systemusers"))
    assert grant("--apply") == 1
    error = capsys.readouterr().err
    assert "object id" in error
    assert "admin center" in error


def test_caller_without_rights_is_told_which_and_changes_nothing(environment, grant, monkeypatch, capsys):
    """Who may only read is told in the dry run what is missing, and --apply ends with the fix and no change."""
    reads = ("BusinessUnit", "Role", "User", "Organization", "Entity")
    environment.grant(SOMEBODY, {f"prvRead{name}": "Global" for name in reads})
    monkeypatch.setenv("AZURE_CLIENT_ID", SOMEBODY)
    before = everything(environment)
    assert grant() == 0
    assert "prvCreateRole" in capsys.readouterr().out
    assert grant("--apply") == 1
    error = capsys.readouterr().err
    assert "prvCreateRole" in error
    assert "System Administrator" in error
    assert everything(environment) == before


def test_stranger_to_the_environment_is_told_so(grant, monkeypatch, capsys):
    """Signed in, but no user there: the fix says as whom to sign in."""
    monkeypatch.setenv("AZURE_CLIENT_ID", SOMEBODY)
    assert grant() == 1
    assert "no user of this environment" in capsys.readouterr().err


def test_nobody_signed_in_is_told_to_sign_in(environment, monkeypatch, capsys, caplog):
    """No identity at all: one sentence with `az login`, not the list of what was tried."""
    for name in (*environment.settings, "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    assert verb.main(["--url", "https://org.crm.dynamics.com", "--client-id", IDENTITY]) == 1
    out, err = capsys.readouterr()
    assert "az login" in err
    assert len(err.splitlines()) == 1
    assert out == ""
    assert [record for record in caplog.records if record.name.startswith("azure")] == []


def test_the_embedded_dataverse_needs_no_sign_in(environment, monkeypatch, capsys):
    """`--url http://127.0.0.1:7072` works beside `python3 -m dev emulator` with nothing set, as the page promises."""
    for name in environment.settings:
        monkeypatch.delenv(name, raising=False)
    assert verb.main(["--url", environment.url, "--client-id", IDENTITY, "--apply"]) == 0
    assert len(environment.held(IDENTITY)) == len(needs(Choice()))
    assert "Done, and read back" in capsys.readouterr().out


def test_no_embedded_dataverse_there_is_told_how_to_start_it(environment, monkeypatch, capsys):
    """One sentence with the command, also for another spelling of the address, which its tokens are not for."""
    monkeypatch.delenv("IDENTITY_ENDPOINT")
    port = environment.url.rpartition(":")[2]
    for url in ("http://127.0.0.1:1", f"http://localhost:{port}"):
        assert verb.main(["--url", url, "--client-id", IDENTITY]) == 1
        assert "python3 -m dev emulator" in capsys.readouterr().err


def test_applied_although_nobody_reads_on(environment):
    """`grant --apply | head -1` does all of it: a reader that leaves shortens what is shown, not what is done."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "dev.grant", "--url", environment.url, "--client-id", IDENTITY, "--apply"]
    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(command, cwd=ROOT, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(environment.held(IDENTITY)) == len(needs(Choice()))


@pytest.mark.parametrize("step", range(1, 5), ids=["role", "privileges", "user", "assignment"])
def test_broken_off_at_any_step_the_next_run_does_the_rest(environment, grant, step, capsys):
    """A failure leaves what is done; the next run completes it and makes nothing twice."""
    environment.faults.add(Fault(status=500, method="POST", after=step - 1))
    assert grant("--apply") == 1
    assert "repeat" in capsys.readouterr().err
    environment.faults.clear()
    assert grant("--apply") == 0
    assert len(environment.held(IDENTITY)) == len(needs(Choice()))
    assert len([row for row in environment.rows("systemusers") if row["applicationid"] == IDENTITY]) == 1


def test_token_is_never_printed(environment, grant, capsys):
    """No secret reaches the terminal, whatever happens."""
    grant("--apply")
    environment.denied = {"prvReadRole"}
    grant()
    out, err = capsys.readouterr()
    token = environment.identity.token()[0]
    assert token not in out + err
    assert "eyJ" not in out + err
