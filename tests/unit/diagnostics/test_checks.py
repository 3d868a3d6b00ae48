"""The diagnosis as pure functions: privileges and depths, clocks, tokens, what is fixed first."""

from __future__ import annotations

import base64
import json

import pytest

from shared.core.errors import DataverseRefused, DataverseUnavailable
from shared.core.schema import CUSTOMERS
from shared.dataverse.client import WhoAmIResult
from shared.dataverse.rows import parsed
from shared.diagnostics import (
    environment_checks,
    privilege_checks,
    privileges,
    queries,
    requirements,
    table_checks,
)
from shared.diagnostics.report import AREAS, Report, bad, good
from shared.settings import Settings

REFUSED = DataverseRefused("refused")
URL = {"DATAVERSE_URL": "https://org.crm.dynamics.com"}
READ_ID = "11111111-1111-4111-8111-111111111111"
TABLE = requirements.TableUse(
    "contact", "contacts", "contactid", (), (), (), (privileges.Need("contact", "Read", "search all of them"),)
)


def defined(body: object) -> queries.Definition:
    """The definition in an answer."""
    return parsed(queries.DEFINITION, body)


READ = {"Name": "prvReadContact", "PrivilegeId": READ_ID, "PrivilegeType": "Read"}
DEFINED = {("contact", "privileges"): defined({"Privileges": [READ]})}
NO_ROWS = queries.Seen(value=[])


def held(*privileges: dict[str, object]) -> privilege_checks.GrantedPrivileges:
    """What `RetrieveUserPrivileges` says."""
    return privilege_checks.GrantedPrivileges(parsed(queries.HELD, {"RolePrivileges": list(privileges)}))


@pytest.mark.parametrize(
    ("privilege", "found"),
    [
        ({"PrivilegeName": "prvReadContact", "Depth": "Global"}, "Organization"),
        ({"PrivilegeId": READ_ID.upper(), "Depth": "Global"}, "Organization"),
        ({"PrivilegeName": None, "PrivilegeId": READ_ID, "Depth": 3}, "Organization"),
        ({"PrivilegeName": "PRVREADCONTACT", "Depth": "Deep"}, "Parent and child units, not Organization"),
        ({"PrivilegeName": "prvReadContact", "Depth": "Local"}, "Business unit, not Organization"),
        ({"PrivilegeName": "prvReadContact", "Depth": "Basic"}, "User, not Organization"),
        ({"PrivilegeName": "prvReadContact", "Depth": 0}, "User, not Organization"),
        ({"PrivilegeName": "prvReadContact", "Depth": "Endless"}, "User, not Organization"),
        ({"PrivilegeName": "prvReadAccount", "Depth": "Global"}, "missing"),
    ],
)
def test_depths(privilege, found) -> None:
    """Only Organization is ok, whether Dataverse names the privilege or its id, the depth or its number."""
    (check,) = privilege_checks.checks([TABLE], DEFINED, held(privilege))
    assert (check.found, check.ok) == (found, found == "Organization")
    assert check.ok or "prvReadContact at depth Organization" in check.fix


def test_the_deepest_of_several_roles_counts() -> None:
    """Privileges add up over roles ("Security roles and privileges")."""
    several = [
        {"PrivilegeId": READ_ID, "PrivilegeName": "prvReadContact", "Depth": depth}
        for depth in ("Basic", "Global", "Local")
    ]
    (check,) = privilege_checks.checks([TABLE], DEFINED, held(*several))
    assert check.ok


SOME = requirements.TableUse("contact", "contacts", "contactid", ("fullname", "_x_value"), ("fullname",), ("Nav",), ())


@pytest.mark.parametrize(
    ("row", "definition", "found"),
    [
        (NO_ROWS, None, "2 found"),
        (NO_ROWS, {"value": []}, "2 found"),
        (NO_ROWS, {"value": [{"LogicalName": "fullname"}]}, "2 found"),
        (NO_ROWS, {"value": [{"LogicalName": "fullname", "AttributeType": "Lookup"}]}, "not text: fullname"),
        (REFUSED, {"value": [{"LogicalName": "x"}]}, "missing: fullname"),
        (REFUSED, {"value": [{"LogicalName": "fullname", "AttributeType": "String"}]}, "missing: _x_value"),
        (REFUSED, {"value": []}, ""),
        (REFUSED, REFUSED, ""),
    ],
)
def test_what_is_read_is_there(row, definition, found) -> None:
    """A row that came with a column proves it, whatever the definition leaves out; a refused one is explained by it."""
    asked = ("contact", "columns")
    found_there = {} if definition is None else {asked: defined(definition) if definition != REFUSED else REFUSED}
    answers, definitions = {asked: row}, found_there
    (check,) = table_checks.columns([SOME], answers, definitions)
    assert (check.found, check.ok) == (found.replace("_x_value", "x"), found.endswith("found"))


def test_a_navigation_property_that_is_read_is_there() -> None:
    """The same for navigation properties, whose names are compared with case."""
    key = "ReferencingEntityNavigationPropertyName"
    asked = ("contact", "navigation")
    definitions = {asked: defined({"value": [{key: "nav"}]})}
    (read,) = table_checks.navigations([SOME], {asked: NO_ROWS}, definitions)
    (refused,) = table_checks.navigations([SOME], {asked: REFUSED}, definitions)
    assert (read.ok, refused.ok, refused.found) == (True, False, "missing: Nav")


def test_a_created_case_is_the_apps_own() -> None:
    """Create on cases does its work at any depth; only what reaches other people's rows has to reach all."""
    table = next(use for use in requirements.tables(Settings.from_environment(URL)) if use.logical_name == "incident")
    kinds = ("Read", "AppendTo", "Create", "Append")
    privileges = [{"Name": f"prv{kind}X", "PrivilegeType": kind} for kind in kinds]
    definitions = {("incident", "privileges"): defined({"Privileges": privileges})}
    shallow = held(*({"PrivilegeName": f"prv{kind}X", "Depth": "Basic"} for kind in kinds))
    checks = privilege_checks.checks([table], definitions, shallow)
    assert [check.ok for check in checks] == [False, False, True, True]


def test_a_privilege_without_a_name_is_not_held() -> None:
    """Of an entry that says nothing, no privilege is made."""
    (check,) = privilege_checks.checks([TABLE], DEFINED, held({}))
    assert check.found == "missing"


ODD = [
    (queries.HELD, {}),
    (queries.HELD, {"RolePrivileges": None}),
    (queries.HELD, {"RolePrivileges": "x"}),
    (queries.HELD, {"RolePrivileges": [{"Depth": []}]}),
    (queries.DEFINITION, {"value": None}),
    (queries.DEFINITION, {"value": [{"LogicalName": ["x"]}]}),
    (queries.DEFINITION, {"Privileges": [{"Name": 5}]}),
    (queries.SEEN, {}),
    (queries.SEEN, {"value": ["x"]}),
]


@pytest.mark.parametrize(("adapter", "body"), ODD)
def test_an_odd_answer_is_unreadable(adapter, body) -> None:
    """Missing, null or of another type: nothing is concluded from it."""
    with pytest.raises(DataverseUnavailable):
        parsed(adapter, body)


def test_what_is_asked_for_follows_the_settings() -> None:
    """Columns of the organisation's own rules, the company's column, the team's Assign: only where they are used."""
    plain = {use.logical_name: use for use in requirements.tables(Settings.from_environment(URL))}
    assert set(plain) == {*CUSTOMERS, "incident", "msdyn_ocliveworkitem", "msdyn_liveworkstream"}
    assert "_parentcustomerid_value" not in plain["contact"].columns
    assert "Assign" not in [need.type for need in plain["incident"].privileges]
    more = Settings.from_environment(
        URL
        | {
            "CASE_OF_COMPANY": "true",
            "CASE_OWNER_TEAM_ID": READ_ID,
            "RULE_SOURCE": "workstream",
            "IDENTIFICATION_RULES": '{"contact": {"Phone": ["telephone3"]}}',
        }
    )
    changed = {use.logical_name: use for use in requirements.tables(more)}
    assert {"_parentcustomerid_value", "telephone3"} <= set(changed["contact"].columns)
    assert "mobilephone" not in changed["contact"].columns
    assert "Assign" in [need.type for need in changed["incident"].privileges]
    assert (plain["msdyn_liveworkstream"].needed, changed["msdyn_liveworkstream"].needed) == (False, True)
    without = {use.logical_name: use for use in requirements.tables(more, create_case=False)}
    assert [need.type for need in without["incident"].privileges] == ["Read", "AppendTo"]
    assert "description" not in without["incident"].columns


@pytest.mark.parametrize(
    ("date", "answered", "found", "ok"),
    [
        ("Thu, 01 Jan 1970 00:10:00 GMT", 600.4, "+0 s against Dataverse", True),
        ("Thu, 01 Jan 1970 00:10:00 GMT", 900.0, "+300 s against Dataverse", False),
        ("Thu, 01 Jan 1970 00:10:00 GMT", 400.0, "-200 s against Dataverse", False),
        ("", 600.0, "Dataverse did not say the time", True),
        ("yesterday", 600.0, "Dataverse did not say the time", True),
    ],
)
def test_clocks(date, answered, found, ok) -> None:
    """A minute is much: the clock times tokens and waits."""
    _, clock = environment_checks.distance(WhoAmIResult(READ_ID, 0.2, date), answered, 8)
    assert (clock.found, clock.ok, clock.needed) == (found, ok, ok)


@pytest.mark.parametrize(("seconds", "ok"), [(0.08, True), (1.5, True), (1.7, False)])
def test_distance(seconds, ok) -> None:
    """A round trip that eats a fifth of the budget is advised against; it keeps nobody from linking."""
    trip, _ = environment_checks.distance(WhoAmIResult(READ_ID, seconds, ""), 600, 8)
    assert (trip.ok, trip.needed) == (ok, ok)


def jwt(claims: object) -> str:
    """A token with these claims, unsigned."""
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"


@pytest.mark.parametrize(
    ("token", "who"),
    [
        (jwt({"appid": "app-1"}), "app-1"),
        (jwt({"azp": "app-2"}), "app-2"),
        (jwt({"aud": "x"}), "unknown"),
        (jwt(["appid"]), "unknown"),
        ("opaque", "unknown"),
        ("a.b.c", "unknown"),
        ("a.!!!!.c", "unknown"),
    ],
)
def test_whose_token(token, who) -> None:
    """The client id, where the token says it; a token of another kind is no reason to fail."""
    assert environment_checks.token(token, 0).found == f"client id {who}, good until 1970-01-01 00:00:00 UTC"


def test_what_is_fixed_first() -> None:
    """In the order of areas, whatever was found first; advice only where nothing needed is wrong."""
    report = Report()
    report.add(bad("rows", "rows", "fix rows"), bad("workstreams", "w", "advice", "them", needed=False))
    report.add(good("settings", "settings"), bad("privileges", "p", "fix p"))
    content = report.diagnosis("", "", "").model_dump()
    assert (content["ready"], content["firstFix"]) == (False, "fix p")
    assert content["summary"] == "Not ready: 2 of 4 checks failed, first of all: p."
    assert [check["area"] for check in content["checks"]] == ["settings", "privileges", "rows", "workstreams"]
    only_advice = Report()
    only_advice.add(bad("workstreams", "w", "advice", "them", needed=False), good("settings", "settings"))
    content = only_advice.diagnosis("", "", "").model_dump()
    assert (content["ready"], content["firstFix"], content["firstFixBy"]) == (True, "advice", "them")
    assert content["summary"] == "Ready: the app can link. 1 of 2 checks gives advice."
    fine = Report()
    fine.add(good("settings", "settings"))
    found = fine.diagnosis("1.2.3", "now", "an-id")
    assert (found.ready, found.summary) == (True, "Ready: all 1 checks are fine.")
    assert (found.firstFix, found.firstFixBy) == ("", "")
    assert (found.version, found.checkedAt, found.requestId) == ("1.2.3", "now", "an-id")
    assert len(set(AREAS)) == len(AREAS)


def test_the_workstream_is_needed_where_a_policy_names_one() -> None:
    """LINK_POLICY for single workstreams reads along which one a conversation is of, so that column is checked."""
    policy = {"LINK_POLICY": '{"workstreams": {"b7397aae-ecf8-43a6-aeb0-07d294efb494": {"name": {"link": "no"}}}}'}
    for settings, checked in ((URL, False), (URL | policy, True)):
        uses = {use.logical_name: use for use in requirements.tables(Settings.from_environment(settings))}
        assert ("_msdyn_liveworkstreamid_value" in uses["msdyn_ocliveworkitem"].columns) is checked
