"""`createCase`: one case for the customer who is then linked, never a second one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dev.emulator import Emulator, Fault
from shared.dataverse import retry
from tests.flow.people import OPEN, case, contact, conversation

MARIA, ROBIN, KIM = contact(1), contact(7), contact(8)
KIM_MAIL, MARIA_MAIL, ROBIN_MAIL = "kim.park@example.com", "maria.campbell@example.com", "robin.lee@example.com"
MARIAS_CASE = "e0000000-0000-4000-8000-000000000001"
ANOTHER = "c0000000-0000-4000-8000-0000000000ff"


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The waits between attempts, seen instead of lived through."""
    seen: list[float] = []
    monkeypatch.setattr(retry, "sleep", seen.append)
    return seen


def new_cases(app) -> list[dict[str, Any]]:
    """The cases that are not of the demo data."""
    return [row for row in app.dataverse.rows("incidents") if not row["incidentid"].startswith("e0000000")]


STORIES = [
    # conversation, request, caseStatus, caseMatchedBy, cases created, CloseOmnichannelConversation on end
    ("no case: created", OPEN, {"Email": KIM_MAIL, "createCase": True}, "created", "created", 1, True),
    ("if_needed is true", OPEN, {"Email": KIM_MAIL, "createCase": "if_needed"}, "created", "created", 1, True),
    ("not asked for", OPEN, {"Email": KIM_MAIL}, "not_found", "", 0, True),
    ("an active case is used", OPEN, {"Email": MARIA_MAIL, "createCase": True}, "linked", "customer", 0, True),
    ("always creates", OPEN, {"Email": MARIA_MAIL, "createCase": "always"}, "created", "created", 1, True),
    ("several active cases: created", OPEN, {"Email": ROBIN_MAIL, "createCase": True}, "created", "created", 1, True),
    (
        "a number that is found is used",
        OPEN,
        {"CaseNumber": "CAS-01001-X1Y2Z3", "createCase": "always"},
        "linked",
        "CaseNumber",
        0,
        True,
    ),
    (
        "a number that is not found may be a slip",
        OPEN,
        {"Email": KIM_MAIL, "CaseNumber": "CAS-9", "createCase": True},
        "not_found",
        "",
        0,
        False,
    ),
    (
        "nor with always",
        OPEN,
        {"Email": KIM_MAIL, "CaseNumber": "CAS-9", "createCase": "always"},
        "not_found",
        "",
        0,
        False,
    ),
    (
        "a stranger's number",
        OPEN,
        {"Email": KIM_MAIL, "CaseNumber": "CAS-01008-H8J9K1", "createCase": True},
        "customer_mismatch",
        "",
        0,
        False,
    ),
    ("nobody found", OPEN, {"Email": "no@example.com", "createCase": True}, "customer_needed", "", 0, False),
    ("several found", OPEN, {"Name": "Alex Smith", "createCase": True}, "customer_needed", "", 0, False),
    ("nobody given", OPEN, {"createCase": True}, "customer_needed", "", 0, False),
    (
        "no case asked for",
        OPEN,
        {"Email": KIM_MAIL, "createCase": True, "entities": "contact"},
        "not_requested",
        "",
        0,
        True,
    ),
    ("closed", conversation(4), {"Email": KIM_MAIL, "createCase": True}, "conversation_closed", "", 0, False),
    (
        "another customer is kept",
        conversation(5),
        {"Email": KIM_MAIL, "createCase": True, "overwrite": False},
        "not_found",
        "",
        0,
        False,
    ),
    ("the customer on the conversation", conversation(9), {"createCase": "always"}, "created", "created", 1, True),
    (
        "a case on the conversation is used",
        conversation(6),
        {"createCase": True},
        "already_linked",
        "conversation",
        0,
        True,
    ),
    ("unless always", conversation(6), {"createCase": "always"}, "created", "created", 1, True),
    (
        "always, but what is linked is kept",
        conversation(6),
        {"createCase": "always", "overwrite": False},
        "kept_existing",
        "conversation",
        0,
        False,
    ),
    ("an inactive customer", conversation(14), {"createCase": True}, "customer_needed", "", 0, False),
    ("a resolved case is no case", conversation(15), {"createCase": True}, "created", "created", 1, True),
    (
        "the customer who is there already and is named again",
        conversation(5),
        {"Email": MARIA_MAIL, "entities": "case", "createCase": "always"},
        "created",
        "created",
        1,
        True,
    ),
    (
        "a known case that is resolved by now",
        OPEN,
        {"Email": KIM_MAIL, "msdyn_CaseId": case(7), "createCase": True},
        "created",
        "created",
        1,
        True,
    ),
    (
        "a closed known case beside a number: the number may be mistyped",
        OPEN,
        {"Email": KIM_MAIL, "msdyn_CaseId": case(7), "CaseNumber": "CAS-99999-Z9Z9Z9", "createCase": True},
        "not_found",
        "",
        0,
        False,
    ),
    (
        "nobody beside a customer who was not found",
        conversation(5),
        {"Email": "no@example.com", "createCase": True},
        "customer_needed",
        "",
        0,
        False,
    ),
]


@pytest.mark.parametrize(
    ("id", "body", "status", "matched", "created", "close"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_story(app, id, body, status, matched, created, close) -> None:
    """Contract, createCase: when a case is created, when one is used, when none may be."""
    answer = app.link(id, event="end", **body)
    assert (answer["caseStatus"], answer["caseMatchedBy"]) == (status, matched)
    rows = new_cases(app)
    assert len(rows) == created
    assert answer["caseIsNew"] is bool(created)
    assert answer["CloseOmnichannelConversation"] is close
    if created:
        customer, issue, regarding = app.on(id)
        assert issue == regarding == answer["caseId"] == rows[0]["incidentid"]
        assert rows[0]["_customerid_value"] == customer == answer["customerId"]
        assert answer["caseNumber"] == rows[0]["ticketnumber"]
        assert answer["caseNumber"]


@pytest.mark.parametrize(("id", "body", "created"), [(s[1], s[2], s[5]) for s in STORIES], ids=[s[0] for s in STORIES])
def test_again(app, id, body, created) -> None:
    """A repeated call never makes a second case, and says that this conversation created the one it has."""
    first = app.link(id, **body)
    again = app.link(id, **body)
    assert len(new_cases(app)) == created
    assert again["caseId"] == first["caseId"]
    assert again["caseIsNew"] is bool(created)
    if created:
        assert again["caseStatus"] == "already_linked"


@pytest.mark.parametrize(
    ("id", "body", "status", "created"), [(s[1], s[2], s[3], s[5]) for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_dry_run(app, id, body, status, created) -> None:
    """A dry run says what would be created and creates nothing."""
    before = app.on(id)
    answer = app.link(id, dryRun=True, **body)
    would = {"created": "would_create", "linked": "would_link"}
    assert answer["caseStatus"] == would.get(status, status)
    assert new_cases(app) == []
    assert app.on(id) == before
    assert answer["status"] == app.link(id, **body)["status"]


def test_the_row(app_with) -> None:
    """Title and description are cut to their columns, origin and owner come from the settings."""
    app = app_with(CASE_ORIGIN_CODE="1")
    app.link(OPEN, Email=KIM_MAIL, createCase=True, caseTitle="t\n" + "🦊" * 150, caseDescription="d\r\n" * 2000)
    (row,) = new_cases(app)
    assert row["title"] == "t " + "🦊" * 99
    assert len(row["description"]) == 2000
    assert row["caseorigincode"] == 1
    assert row["_customerid_value@type"] == "contact"


def test_defaults_of_the_row(app) -> None:
    """Without a title "Conversation from bot", origin 3 (Web)."""
    app.link(OPEN, Email=KIM_MAIL, createCase=True)
    (row,) = new_cases(app)
    assert (row["title"], row["caseorigincode"]) == ("Conversation from bot", 3)


def test_a_team_owns_the_case(app_with) -> None:
    """CASE_OWNER_TEAM_ID: the owner of a created case; one that does not exist is named."""
    team = "99999999-0000-4000-8000-000000000001"
    app = app_with(CASE_OWNER_TEAM_ID=team)
    reply = app.reply({"conversationId": OPEN, "Email": KIM_MAIL, "createCase": True})
    assert (reply.status, "CASE_OWNER_TEAM_ID" in reply.body) == (424, True)
    app.dataverse.insert("teams", {"teamid": team, "name": "Service"})
    app.dataverse.grant_team(team, {"prvReadIncident": "Basic"})
    app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert (new_cases(app)[0]["_ownerid_value"], new_cases(app)[0]["_ownerid_value@type"]) == (team, "team")


@pytest.mark.parametrize("changes", [{"statecode": 1}, {"customerid_contact": MARIA}])
def test_a_case_that_is_taken_over_at_once_is_not_created_again(app, changes) -> None:
    """A plug-in that closes or reassigns the new case: one case, nothing linked, and a sentence that says why."""

    def taken_over(emulator: Emulator) -> None:
        (case,) = [row["incidentid"] for row in emulator.rows("incidents") if row["incidentid"][:1] != "e"]
        emulator.update("incidents", case, changes)

    dataverse = app.service._ready()[1].dataverse
    real = dataverse.create

    def create(*arguments):
        real(*arguments)
        taken_over(app.dataverse)
        return {}

    dataverse.create = create
    reply = app.reply({"conversationId": OPEN, "Email": KIM_MAIL, "createCase": True})
    assert (reply.status, "plug-in" in reply.body) == (424, True)
    assert len(new_cases(app)) == 1
    assert app.on(OPEN) == ("", "", "")


def test_an_account_gets_its_case(app) -> None:
    """The case is bound to the customer through the navigation property of its type."""
    app.link(OPEN, Email="hello@oreilly-sons.example", createCase=True)
    assert new_cases(app)[0]["_customerid_value@type"] == "account"


def test_round_trips(app) -> None:
    """Contract, creating a case: createCase costs one round trip more, none on a repeat."""
    app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert app.calls() == ["POST", "PATCH", "PATCH"]
    create = app.dataverse.calls[1]
    assert create.headers["if-none-match"] == "*"
    app.dataverse.calls.clear()
    app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert app.calls() == ["POST"]


def test_a_case_that_was_closed_is_not_used_again(app) -> None:
    """A case of the chosen id that is no longer active moves the counter on."""
    first = app.link(OPEN, Email=KIM_MAIL, createCase=True)["caseId"]
    app.dataverse.update("incidents", first, {"statecode": 1})
    second = app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert second["caseStatus"] == "created"
    assert second["caseId"] != first
    assert second["replacedCaseId"] == first
    assert app.link(OPEN, Email=KIM_MAIL, createCase=True)["caseId"] == second["caseId"]


def test_a_created_case_that_was_given_to_somebody_else_is_not_used_again(app) -> None:
    """A case of the chosen id that is another customer's by now moves the counter on, as a closed one does."""
    first = app.link(OPEN, Email=KIM_MAIL, createCase=True)["caseId"]
    app.unlink(OPEN)
    app.dataverse.update("incidents", first, {"customerid_contact": MARIA})
    second = app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert (second["caseStatus"], second["caseIsNew"]) == ("created", True)
    assert {row["incidentid"]: row["_customerid_value"] for row in new_cases(app)} == {
        first: MARIA,
        second["caseId"]: KIM,
    }


def test_a_changed_customer_gets_a_case_of_its_own(app) -> None:
    """Between two attempts the address became another customer's: the case of the first attempt is not linked."""

    def moved(emulator: Emulator) -> None:
        emulator.update("contacts", KIM, {"emailaddress1": "old@example.com"})
        emulator.insert("contacts", {"contactid": ANOTHER, "lastname": "New", "emailaddress1": KIM_MAIL})
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_escalationcount": 1})

    app.dataverse.faults.add(Fault(concurrent=moved, **WRITE))
    answer = app.link(OPEN, Email=KIM_MAIL, createCase=True)
    owners = {row["incidentid"]: row["_customerid_value"] for row in new_cases(app)}
    assert owners[answer["caseId"]] == ANOTHER
    assert sorted(owners.values()) == sorted([KIM, ANOTHER])
    assert app.on(OPEN) == (ANOTHER, answer["caseId"], answer["caseId"])


def test_the_wrong_customers_case_is_not_reused(app) -> None:
    """A case for the earlier, wrong customer is not reused for the right one, nor left beside him."""
    wrong = app.link(OPEN, Email=KIM_MAIL, createCase="always")["caseId"]
    right = app.link(OPEN, Email=MARIA_MAIL, createCase="always")
    assert right["caseId"] != wrong
    assert right["replacedCaseId"] == wrong
    rows = {row["incidentid"]: row["_customerid_value"] for row in new_cases(app)}
    assert rows == {wrong: KIM, right["caseId"]: MARIA}


CREATE = {"method": "PATCH", "path": "incidents"}
WRITE = {"method": "PATCH", "path": "ocliveworkitems"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, retry_after=1, **CREATE),
        Fault(status=503, **CREATE),
        Fault(drop="before", **CREATE),
        Fault(drop="after", **CREATE),
        Fault(drop="after", times=2, **CREATE),
        Fault(expire_token=True, **CREATE),
        Fault(drop="before", **WRITE),
        Fault(drop="after", **WRITE),
        Fault(
            concurrent=lambda emulator: emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_escalationcount": 1}),
            **WRITE,
        ),
    ],
    ids=lambda fault: f"{fault.path} {fault.label}",
)
@pytest.mark.parametrize("mode", ["if_needed", "always"])
def test_faults(app, fault, mode) -> None:
    """A lost answer, a throttled call or a concurrent change never makes a second case, and the first is linked."""
    app.dataverse.faults.add(fault)
    answer = app.link(OPEN, Email=KIM_MAIL, createCase=mode)
    (row,) = new_cases(app)
    assert answer["caseStatus"] == "created"
    assert app.on(OPEN) == (KIM, row["incidentid"], row["incidentid"])


def test_a_call_that_died_in_the_middle_is_finished_by_its_repeat(app) -> None:
    """The case was created, the link failed with 503: the repeated call links that case and creates none."""
    app.dataverse.faults.add(Fault(status=503, retry_after=30, **WRITE))
    reply = app.reply({"conversationId": OPEN, "Email": KIM_MAIL, "createCase": "always"})
    assert reply.status == 503
    assert len(new_cases(app)) == 1
    answer = app.link(OPEN, Email=KIM_MAIL, createCase="always")
    assert (answer["caseStatus"], answer["caseIsNew"]) == ("created", True)
    assert len(new_cases(app)) == 1


def test_dataverse_that_returns_no_row_is_read_back(app, monkeypatch) -> None:
    """Whether an upsert with If-None-Match returns the row is documented nowhere: 204 is tolerated and read back."""
    dataverse = app.service._ready()[1].dataverse
    real = dataverse._round_trip

    def without_preference(method, resource, headers, body, token, context):
        return real(
            method, resource, {k: v for k, v in headers.items() if v != "return=representation"}, body, token, context
        )

    monkeypatch.setattr(dataverse, "_round_trip", without_preference)
    answer = app.link(OPEN, Email=KIM_MAIL, createCase=True)
    assert answer["caseNumber"] == new_cases(app)[0]["ticketnumber"]
    assert app.calls() == ["POST", "PATCH", "POST", "PATCH"]


def test_without_the_privilege_nothing_is_linked(app) -> None:
    """A missing privilege to create is named, and the conversation stays as it was."""
    app.dataverse.denied = {"prvCreateIncident"}
    reply = app.reply({"conversationId": OPEN, "Email": KIM_MAIL, "createCase": True})
    assert (reply.status, "prvCreateIncident" in json.loads(reply.body)["detail"]) == (424, True)
    assert app.on(OPEN) == ("", "", "")


def test_two_at_once_create_one(app) -> None:
    """Two calls that both see no case: the second finds the chosen id taken and uses that case."""
    nested: list[dict[str, Any]] = []

    def the_other_call(_: Emulator) -> None:
        nested.append(app.link(OPEN, Email=KIM_MAIL, createCase="always"))

    app.dataverse.faults.add(Fault(concurrent=the_other_call, **CREATE))
    answer = app.link(OPEN, Email=KIM_MAIL, createCase="always")
    assert len(new_cases(app)) == 1
    assert answer["caseId"] == nested[0]["caseId"]


def test_a_created_case_that_only_regarding_holds_is_used_again(app) -> None:
    """A person chose another case for the representative's column: `always` uses the active one that was created."""
    other = app.dataverse.insert("incidents", {"title": "Chosen by hand", "customerid_contact": KIM})
    created = app.link(OPEN, Email=KIM_MAIL, createCase="always")["caseId"]
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, {"msdyn_IssueId_msdyn_ocliveworkitem": other})
    assert app.link(OPEN, Email=KIM_MAIL, createCase="always")["caseId"] == created
    assert len(new_cases(app)) == 2


def test_a_changed_conversation_costs_no_second_create(app) -> None:
    """A 412 between creating and linking: the case of the first attempt is used, without asking Dataverse for it again."""

    def touched(emulator: Emulator) -> None:
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_escalationcount": 1})

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", path="msdyn_ocliveworkitems"))
    assert app.link(OPEN, Email=MARIA_MAIL, createCase="always")["caseStatus"] == "created"
    assert app.calls() == ["POST", "PATCH", "PATCH", "POST", "PATCH"]
    assert len(new_cases(app)) == 1


FOUR = [(KIM, KIM_MAIL), (MARIA, MARIA_MAIL), (ROBIN, ROBIN_MAIL), (contact(4), "patrick.o'brien@example.com")]
FOURTH, FOURTH_MAIL = FOUR[3]


def owners(app) -> list[str]:
    """Whose the new cases are."""
    return sorted(row["_customerid_value"] for row in new_cases(app))


def test_one_conversation_creates_for_three_customers(app) -> None:
    """Contract: for a fourth the part is `customer_needed`; the three still get theirs, closed ones counted."""
    for _, mail in FOUR[:3]:
        assert app.link(OPEN, Email=mail, createCase="always")["caseStatus"] == "created"
    first = next(row["incidentid"] for row in new_cases(app) if row["_customerid_value"] == KIM)
    app.dataverse.update("incidents", first, {"statecode": 1, "statuscode": 5})
    fourth = app.link(OPEN, Email=FOURTH_MAIL, createCase="always")
    assert (fourth["customerStatus"], fourth["caseStatus"]) == ("linked", "customer_needed")
    assert owners(app) == sorted(id for id, _ in FOUR[:3])
    assert app.link(OPEN, Email=KIM_MAIL, createCase="always")["caseStatus"] == "created"
    assert app.link(conversation(1), Email=FOURTH_MAIL, createCase="always")["caseStatus"] == "created"


@pytest.mark.parametrize("there", [0, 1, 2])
def test_for_three_customers_at_the_same_moment_too(app, there) -> None:
    """Calls for several customers that all see the same few cases: the last one to create sees what the others did."""
    for _, mail in FOUR[:there]:
        app.link(OPEN, Email=mail, createCase="always")
    nested: list[str] = []

    def the_next_call(_: Emulator) -> None:
        mail = FOUR[there + len(nested)][1]
        nested.append(mail)
        if len(nested) < 3 - there:
            app.dataverse.faults.add(Fault(concurrent=the_next_call, **CREATE))
        app.link(OPEN, Email=mail, createCase="always")

    app.dataverse.faults.add(Fault(concurrent=the_next_call, **CREATE))
    answer = app.link(OPEN, Email=FOURTH_MAIL, createCase="always")
    assert len(nested) == 3 - there
    assert answer["caseStatus"] == "customer_needed"
    assert owners(app) == sorted(id for id, _ in FOUR[:3])
