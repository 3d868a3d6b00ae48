"""The diagnosis and the security of Dataverse: each privilege, its depth, hidden columns, an app of its own rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dev.emulator import Emulator
from shared.api.service import Service
from tests.flow.conftest import App
from tests.flow.people import OPEN, conversation
from tests.flow.test_diagnose import ask, check, failed

APP = "30000000-0000-4000-8000-000000000001"
"""The client id of an identity of its own."""

ROLE = {
    "prvReadContact": "Global",
    "prvAppendToContact": "Global",
    "prvReadAccount": "Global",
    "prvAppendToAccount": "Global",
    "prvReadIncident": "Global",
    "prvAppendToIncident": "Global",
    "prvCreateIncident": "Global",
    "prvAppendIncident": "Global",
    "prvReadActivity": "Global",
    "prvWriteActivity": "Global",
    "prvAppendActivity": "Global",
}
"""What linking and createCase need; here by name, since this is one environment whose names are known."""

READS = {
    "prvReadmsdyn_liveworkstream": "Global",
    "prvReadUser": "Basic",
    "prvReadOrganization": "Global",
    "prvReadEntity": "Global",
    "prvReadAttribute": "Global",
    "prvReadRelationship": "Global",
}
"""What the diagnosis reads besides."""


@pytest.fixture
def app_of(dataverse: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., App]:
    """The app signed in as an identity that holds just these privileges."""

    def make(privileges: dict[str, str], **settings: str) -> App:
        dataverse.grant(APP, privileges)
        for name, value in dataverse.settings_of(APP).items():
            monkeypatch.setenv(name, value)
        # No machine is too slow for a whole diagnosis.
        return App(
            Service.from_environment(dataverse.settings_of(APP) | {"LINK_BUDGET_SECONDS": "60"} | settings), dataverse
        )

    return make


def test_the_documented_role_is_enough(app_of) -> None:
    """With exactly the documented privileges all is well, the app links and creates; with fewer, see below."""
    app = app_of(ROLE | READS)
    status, content = ask(app)
    assert (status, failed(content)) == (200, {})
    assert [each["ok"] for each in content["checks"] if each["area"] == "privileges"] == [True] * 12
    assert check(content, "token")["found"].startswith(f"client id {APP}")
    assert app.link(OPEN, Email="maria.campbell@example.com")["status"] == "linked"
    created = app.link(conversation(2), Email="kim.park@example.com", createCase="always")
    assert created["caseStatus"] == "created", created


@pytest.mark.parametrize("missing", ROLE)
def test_each_missing_privilege_is_named(app_of, missing) -> None:
    """503, the privilege by its name in the first fix, the Dynamics administrator as who can fix it."""
    app = app_of({name: depth for name, depth in (ROLE | READS).items() if name != missing})
    status, content = ask(app)
    assert status == 503
    assert missing in content["firstFix"]
    assert content["firstFixBy"].startswith("Dynamics 365 administrator")
    assert check(content, missing)["found"] == "missing"


@pytest.mark.parametrize("depth", ["Basic", "Local", "Deep"])
@pytest.mark.parametrize("shallow", [name for name in ROLE if name not in ("prvCreateIncident", "prvAppendIncident")])
def test_each_privilege_that_does_not_reach_everything_is_named(app_of, shallow, depth) -> None:
    """Less than Organization: rows are silently missing, so the diagnosis has to say it."""
    status, content = ask(app_of(ROLE | READS | {shallow: depth}))
    assert status == 503
    assert f"{shallow} at depth Organization" in content["firstFix"]
    assert check(content, shallow)["found"].endswith(", not Organization")


def test_a_hidden_duplicate_would_make_one_match_of_two(app_of, dataverse) -> None:
    """Why depth matters: with less, the app takes one of two people of one name for the only one."""
    names = {"Name": "Alex Smith"}
    assert app_of(ROLE | READS).link(OPEN, dryRun=True, **names)["customerStatus"] == "ambiguous"
    mine = dataverse.grant(APP, ROLE | READS | {"prvReadContact": "Basic"})
    one = next(row for row in dataverse.rows("contacts") if row["fullname"] == "Alex Smith" and row["statecode"] == 0)
    dataverse.update("contacts", one["contactid"], {"ownerid": mine})
    app = app_of(ROLE | READS | {"prvReadContact": "Basic"})
    assert app.link(OPEN, dryRun=True, **names)["customerStatus"] == "would_link"
    assert "prvReadContact" in ask(app)[1]["firstFix"]


def test_creating_cases_may_be_left_out(app_of) -> None:
    """`createCase=false`: an app whose callers never create cases is ready without the privileges for it."""
    app = app_of(
        {
            name: depth
            for name, depth in (ROLE | READS).items()
            if name not in ("prvCreateIncident", "prvAppendIncident")
        }
    )
    assert ask(app)[0] == 503
    status, content = ask(app, createcase="false")
    assert (status, failed(content)) == (200, {})


@pytest.mark.parametrize("missing", ["prvReadUser", "prvReadOrganization", "prvReadEntity", "prvReadAttribute"])
def test_what_only_the_diagnosis_needs_makes_nobody_unready(app_of, missing) -> None:
    """Where the app may not look, that is said; what it can see by reading rows still counts."""
    app = app_of({name: depth for name, depth in (ROLE | READS).items() if name != missing})
    status, content = ask(app)
    assert (status, failed(content)) == (200, {})


def test_a_hidden_column(app_of, dataverse) -> None:
    """Column security on a compared column without Read for the app: named, as nothing will ever match on it."""
    app = app_of(ROLE | READS)
    dataverse.secured = {("contact", "emailaddress1")}
    assert app.link(OPEN, Email="maria.campbell@example.com", dryRun=True)["customerStatus"] == "not_found"
    status, content = ask(app)
    assert (status, list(failed(content))) == (503, ["column security on contact"])
    assert "emailaddress1" in content["firstFix"]
    dataverse.permit(APP, "contact", "emailaddress1")
    assert ask(app)[0] == 200


def test_the_clock(app, dataverse) -> None:
    """A clock that is wrong is told, as advice."""
    assert check(ask(app)[1], "clock")["ok"]
    dataverse.clock_shift = 3600
    found = check(ask(app)[1], "clock")
    assert (found["ok"], found["needed"]) == (False, False)


def test_an_identity_without_a_user(app_of, dataverse, monkeypatch) -> None:
    """A client id that nobody made an application user of: named, with the grant to make."""
    other = "30000000-0000-4000-8000-000000000009"
    dataverse.identity.identities |= {other}
    for name, value in dataverse.settings_of(other).items():
        monkeypatch.setenv(name, value)
    status, content = ask(App(Service.from_environment(dataverse.settings_of(other)), dataverse))
    assert status == 503
    assert "application user" in content["firstFix"]


def rows(app: Any) -> dict[str, Any]:
    """All rows of all tables that roles and links live in."""
    return {name: app.dataverse.rows(name) for name in ("roles", "systemusers", "msdyn_ocliveworkitems", "incidents")}


def test_nothing_is_written_with_little_rights_either(app_of) -> None:
    """No row is changed, whatever the app may do."""
    app = app_of(READS)
    before = rows(app)
    assert ask(app, conversationid=OPEN)[0] == 503
    assert rows(app) == before
