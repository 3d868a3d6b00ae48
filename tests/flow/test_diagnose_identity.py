"""The diagnosis of what Omnichannel records by itself: who is on a conversation, and cases that its agent creates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dev.emulator import Emulator, Fault
from shared.dataverse import retry
from shared.diagnostics.identity_checks import SOURCES
from tests.flow.people import contact, conversation
from tests.flow.test_diagnose import ask, check
from tests.flow.test_diagnose_security import READS, ROLE, app_of  # noqa: F401  # a fixture

TABLES = [source.table for source in SOURCES]
READ = {f"prvRead{table}": "Global" for table in TABLES[:-1]} | {"prvReadSocialProfile": "Global"}
PRIVILEGES = dict(zip(TABLES, READ, strict=True))

PEOPLE = {24: 1, 25: 9, 26: 4, 27: 7}
"""Conversation -> the contact who is on it; 24 signed in, 25 by SMS, 26 by WhatsApp, 27 calls."""

KNOWN = {24: "verified", 25: "channel", 26: "channel", 27: "channel"}

SPEAKS = {
    "msdyn_livechatengagementctx": 24,
    "msdyn_smsengagementctx": 25,
    "msdyn_ocphonecallengagementctx": 27,
}
"""Tables that are the only evidence for a conversation; for 26 there are two."""


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts are not lived through."""
    monkeypatch.setattr(retry, "sleep", lambda _: None)


def levels(app: Any) -> dict[int, str]:
    """The identity level on each conversation; every one of them is linked."""
    answers = {number: app.link(conversation(number), msdyn_CustomerId=contact(who)) for number, who in PEOPLE.items()}
    assert {answer["customerStatus"] for answer in answers.values()} <= {"linked", "already_linked"}
    return {number: answer["identityLevel"] for number, answer in answers.items()}


def without(table: str) -> dict[int, str]:
    """The levels where one table cannot be read."""
    return {number: "claimed" if SPEAKS.get(table) == number else level for number, level in KNOWN.items()}


def of(content: dict[str, Any], table: str) -> dict[str, Any]:
    """The check of a table."""
    (found,) = [each for each in content["checks"] if each["area"] == "identity" and f"({table})" in each["name"]]
    return dict(found)


def test_each_source_is_readable(app) -> None:
    """One check per table that a link reads, each with the level that it can give; the links have those levels."""
    _, content = ask(app)
    found = [each for each in content["checks"] if each["area"] == "identity"]
    assert [each["ok"] for each in found] == [True] * len(TABLES)
    assert all(source.gives in of(content, source.table)["found"] for source in SOURCES)
    assert levels(app) == KNOWN


@pytest.mark.parametrize("table", TABLES)
def test_missing_privilege_costs_the_level_and_never_the_link(app, dataverse, table) -> None:
    """Still ready and linked; the diagnosis says which level is lost, the privilege, and that Dynamics can give it."""
    dataverse.denied = {PRIVILEGES[table]}
    status, content = ask(app)
    found = of(content, table)
    assert (status, found["ok"], found["needed"]) == (200, False, False)
    assert PRIVILEGES[table] in found["fix"]
    assert found["fixBy"].startswith("Dynamics 365 administrator")
    source = next(source for source in SOURCES if source.table == table)
    assert source.gives in found["found"]
    assert all(of(content, other)["ok"] for other in TABLES if other != table)
    assert levels(app) == without(table)


@pytest.mark.parametrize("table", TABLES[:-1])
def test_missing_table_is_fine(app, dataverse, table) -> None:
    """An environment without a channel has nothing to fix: said in words, and every other level stays."""
    dataverse.missing_tables = {table}
    status, content = ask(app)
    found = of(content, table)
    assert (status, found["ok"], found["fix"]) == (200, True, "")
    assert "nothing is lost" in found["found"]
    assert levels(app) == without(table)


@pytest.mark.parametrize("depth", ["Basic", "Local", "Deep"])
@pytest.mark.parametrize("table", TABLES)
def test_rows_of_others_are_hidden_below_organization(app_of, table, depth) -> None:  # noqa: F811
    """Less than Organization loses the evidence without a refusal, so the diagnosis has to say it."""
    shallow = PRIVILEGES[table]
    status, content = ask(app_of(ROLE | READS | READ | {shallow: depth}))
    found = of(content, table)
    assert (status, found["ok"], found["needed"]) == (200, False, False)
    assert f"{shallow} at depth Organization" in found["fix"]


def test_what_cannot_be_compared_still_counts_as_read(app_of) -> None:  # noqa: F811
    """Where the app may not see what it holds, a row that was read says enough."""
    held = {name: depth for name, depth in (ROLE | READS | READ).items() if name != "prvReadOrganization"}
    _, content = ask(app_of(held))
    assert all(of(content, table)["ok"] for table in TABLES)


def test_unavailable_evidence_makes_nobody_unready(app, dataverse) -> None:
    """Where these reads are throttled to the end, that is said as advice, and what was found before stays."""
    path = SOURCES[0].get.resource.partition("?")[0]
    dataverse.faults.add(Fault(status=429, retry_after=30, path=path, part=0, times=99))
    status, content = ask(app)
    found = check(content, "what Omnichannel recorded")
    assert (status, found["ok"], found["needed"], found["fixBy"]) == (200, False, False, "nobody; wait and repeat")
    assert check(content, "rows of contact")["ok"]


def agent(dataverse: Emulator, on: bool | None) -> None:
    """The setting of the Case Management Agent, as an administrator switched it."""
    row = {"msdyn_name": "Settings", "msdyn_conversationtocaseautonomousflowenabled": on}
    dataverse.insert("msdyn_agentcopilotsettings", row)


AGENT = "case creation by the Case Management Agent"


@pytest.mark.parametrize("on", [True, False, None])
def test_two_creators_of_cases_are_said(app, dataverse, on) -> None:
    """Advice only where the agent creates cases from conversations, for whoever can switch it off."""
    agent(dataverse, on)
    status, content = ask(app)
    found = check(content, AGENT)
    assert (status, found["ok"]) == (200, on is not True)
    assert ("createCase" in found["fix"], found["fixBy"]) == (
        (True, "Omnichannel administrator") if on else (False, "")
    )


def test_no_second_creator_where_nothing_is_created(app, dataverse) -> None:
    """`createCase=false`: the agent is the only one, so nothing is asked or said."""
    agent(dataverse, True)
    _, content = ask(app, createcase="false")
    assert not [each for each in content["checks"] if each["name"] == AGENT]
    assert "agentcopilotsetting" not in str([part.path for call in dataverse.calls for part in call.parts])


def test_agent_that_is_not_there_or_hidden(app, dataverse) -> None:
    """An environment without the agent is fine; a setting that may not be read is advice with the privilege's table."""
    dataverse.missing_tables = {"msdyn_agentcopilotsetting"}
    assert check(ask(app)[1], AGENT)["ok"]
    dataverse.reset()
    dataverse.denied = {"prvReadmsdyn_agentcopilotsetting"}
    status, content = ask(app)
    found = check(content, AGENT)
    assert (status, found["ok"], found["needed"]) == (200, False, False)
    assert "msdyn_agentcopilotsetting" in found["fix"]


WORKSTREAM = "f0000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("policy", "lines"),
    [
        ("", {}),
        ('{"claimed": {"link": "narrow_only", "names": false}}', {2: "claimed: link narrow_only, replace yes"}),
        (
            f'{{"workstreams": {{"{WORKSTREAM}": {{"name": {{"link": false}}}}}}}}',
            {4: f"workstream {WORKSTREAM}, name: link no, replace no, createCase no, names yes"},
        ),
        (f'{{"workstreams": {{"{WORKSTREAM}": {{}}}}}}', {4: f"workstream {WORKSTREAM}: the same"}),
    ],
)
def test_policy_in_force_is_shown(app_with: Callable[..., Any], policy, lines) -> None:
    """A line for each level in the setting's own words, and what a workstream has of its own."""
    found = check(ask(app_with(LINK_POLICY=policy))[1], "LINK_POLICY")
    shown = found["found"].split("\n")
    plain = [
        *(f"{level}: link yes, replace yes, createCase yes, names yes" for level in ("verified", "channel", "claimed")),
        "name: link yes, replace no, createCase no, names yes",
    ]
    assert (found["area"], found["ok"]) == ("settings", True)
    assert len(shown) == len(plain) + any(place > 3 for place in lines)
    for place, line in enumerate(shown):
        assert line.startswith(lines.get(place) or plain[place])
