"""When things go wrong: slow, refused, throttled, cut off, answered twice, changed in between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from dev.emulator import Emulator, Fault
from shared.dataverse import retry
from tests.flow.people import OPEN

MARIA = "c0000000-0000-4000-8000-000000000001"
KIM = "c0000000-0000-4000-8000-000000000008"
MARIAS_CASE = "e0000000-0000-4000-8000-000000000001"
BY_MAIL = {"Email": "maria.campbell@example.com"}
LINKED = (MARIA, MARIAS_CASE, MARIAS_CASE)
EMPTY = ("", "", "")

HANGS = 90
"""Seconds that a call hangs here: far longer than any budget, so that waiting for it shows on any machine."""

SOON = 30
"""Seconds in which an answer has come that did not wait for what hangs, on any machine."""


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The waits between attempts, seen instead of lived through."""
    seen: list[float] = []
    monkeypatch.setattr(retry, "sleep", seen.append)
    return seen


@pytest.fixture
def patient(app_with: Any) -> Any:
    """The app with the longest budget: only the caller's own patience ends a call soon."""
    return app_with(LINK_BUDGET_SECONDS="60")


def another_customer(emulator: Emulator) -> None:
    """Someone links Kim by hand."""
    emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_customer_msdyn_ocliveworkitem_contact": KIM})


def touched(emulator: Emulator) -> None:
    """Someone changes something else on the conversation."""
    emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_escalationcount": 1})


def regarding_a_lead(emulator: Emulator) -> None:
    """Someone sets a lead in regarding."""
    lead = "d0000000-0000-4000-8000-000000000001"
    emulator.update("msdyn_ocliveworkitems", OPEN, {"regardingobjectid_lead_msdyn_ocliveworkitem": lead})


def closed(emulator: Emulator) -> None:
    """The conversation is closed."""
    emulator.update("msdyn_ocliveworkitems", OPEN, {"statecode": 1, "statuscode": 4})


def problem(reply: Any) -> dict[str, Any]:
    """The body of a reply."""
    found: dict[str, Any] = json.loads(reply.body)
    return found


RETRIED = [
    ("throttled read", Fault(status=429, retry_after=2, method="POST")),
    ("throttled write", Fault(status=429, retry_after=2, method="PATCH")),
    ("throttled twice", Fault(status=429, retry_after=1, method="PATCH", times=2)),
    (
        "throttled by a date that has passed",
        Fault(status=429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT", method="POST"),
    ),
    ("a part of the batch is throttled", Fault(status=429, code="0x80072326", part=1)),
    ("502", Fault(status=502, method="POST")),
    ("503 without a wish", Fault(status=503, method="PATCH")),
    ("504", Fault(status=504, method="POST")),
    ("an SQL deadlock", Fault(status=500, code="0x80044150", message="Sql Number: 1205", method="PATCH")),
    ("an SQL time-out", Fault(status=500, code="0x80044151", method="POST")),
    ("a status of a proxy", Fault(status=520, method="POST")),
    ("an error of no name", Fault(status=500, code="0x0", method="PATCH")),
    ("cut before the read", Fault(drop="before", method="POST")),
    ("cut after the read", Fault(drop="after", method="POST")),
    ("cut before the write", Fault(drop="before", method="PATCH")),
    ("cut after the write", Fault(drop="after", method="PATCH")),
    ("the token has ended", Fault(expire_token=True, method="POST")),
    ("the token ends between", Fault(expire_token=True, method="PATCH")),
    ("the token service fails once", Fault(target="token", status=500)),
    ("the token service is cut off", Fault(target="token", drop="before")),
    ("someone touches the row", Fault(concurrent=touched, method="PATCH")),
    ("someone touches it twice", Fault(concurrent=touched, method="PATCH", times=2)),
    ("someone links another", Fault(concurrent=another_customer, method="PATCH")),
    ("no optimistic concurrency", Fault(status=400, code="0x8006088D", method="PATCH")),
]


@pytest.mark.parametrize("fault", [f[1] for f in RETRIED], ids=[f[0] for f in RETRIED])
def test_retried(app, fault) -> None:
    """What a retry can help is retried: linked once, and said so."""
    app.dataverse.faults.add(fault)
    answer = app.link(OPEN, **BY_MAIL)
    assert (answer["status"], answer["customerStatus"], answer["caseStatus"]) == ("linked", "linked", "linked")
    assert app.on(OPEN) == LINKED
    assert app.dataverse.faults.injected


def test_the_wait_that_was_asked_for_is_kept(app, waits) -> None:
    """Retry-After is waited out where it fits the budget."""
    app.dataverse.faults.add(Fault(status=429, retry_after=3, method="POST"))
    app.link(OPEN, **BY_MAIL)
    assert waits == [3]


def test_a_wait_of_nothing_is_no_reason_to_hammer(app, waits) -> None:
    """Retry-After 0, or a date that has passed: the waits grow all the same."""
    app.dataverse.faults.add(Fault(status=429, retry_after=0, method="POST", times=3))
    app.link(OPEN, **BY_MAIL)
    assert 0.2 <= waits[0] <= waits[1] <= waits[2]


def test_every_wait_that_was_asked_for_is_kept(app, waits) -> None:
    """Throttled again and again: as often as it fits the budget, and no longer than Dataverse asks."""
    app.dataverse.faults.add(Fault(status=429, retry_after=1, method="POST", times=5))
    assert app.link(OPEN, **BY_MAIL)["status"] == "linked"
    assert waits == [1] * 5


def test_waits_grow_where_none_was_asked_for(app, waits) -> None:
    """Without Retry-After the waits grow, with jitter."""
    app.dataverse.faults.add(Fault(status=503, method="POST", times=3))
    app.link(OPEN, **BY_MAIL)
    assert len(waits) == 3
    assert 0.2 <= waits[0] <= 0.4 <= waits[1] <= 0.6 <= 0.8 <= waits[2] <= 1.0


@pytest.mark.parametrize(("asked", "told"), [(30, "30"), (600, "60")])
def test_a_wait_that_does_not_fit_is_passed_on_at_once(app, waits, asked, told) -> None:
    """A Retry-After beyond the budget: 503 at once with it, at most 60, and nothing is hammered."""
    app.dataverse.faults.add(Fault(status=429, retry_after=asked, method="POST", times=9))
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, reply.headers["Retry-After"]) == (503, told)
    assert problem(reply)["code"] == "dataverse_unavailable"
    assert waits == []
    assert app.calls() == ["POST"]


def test_unavailable_for_callers_that_cannot_handle_errors(app) -> None:
    """`?always=true`: the outage is an answer with `canRetry`, and a summary for the representative all the same."""
    app.dataverse.faults.add(Fault(status=503, retry_after=30, times=9))
    reply = app.reply({"conversationId": OPEN, "event": "end", **BY_MAIL}, always=True)
    answer = problem(reply)
    assert (reply.status, answer["status"], answer["failure"], answer["canRetry"]) == (
        200,
        "failed",
        "dataverse_unavailable",
        True,
    )
    assert answer["CloseOmnichannelConversation"] is False
    assert "maria.campbell@example.com" in answer["escalationSummary"]


PERMANENT = [
    ("read privilege", {"denied": {"prvReadContact"}}, "prvReadContact"),
    ("read of conversations", {"denied": {"prvReadActivity"}}, "prvReadActivity"),
    ("write privilege", {"denied": {"prvWriteActivity"}}, "prvWriteActivity"),
    ("append to", {"denied": {"prvAppendToContact"}}, "prvAppendToContact"),
    ("no application user", {"member": False}, "application user"),
]


@pytest.mark.parametrize(("state", "word"), [p[1:] for p in PERMANENT], ids=[p[0] for p in PERMANENT])
def test_what_a_retry_cannot_help(app, waits, state, word) -> None:
    """A missing privilege or application user: 424 at once, the fix named, nothing retried or written."""
    for name, value in state.items():
        setattr(app.dataverse, name, value)
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (424, "dataverse_refused")
    assert word in problem(reply)["detail"]
    assert waits == []
    assert app.on(OPEN) == EMPTY


REFUSED = [
    ("plug-in", Fault(status=400, code="0x80040265", message="No, Maria Campbell!", method="PATCH"), "plug-in"),
    ("unknown column", Fault(status=400, code="0x80060888", part=1), "IDENTIFICATION_RULES"),
    ("redirect", Fault(status=302, method="POST"), "DATAVERSE_URL"),
    ("Dataverse refuses every token", Fault(status=401, method="POST", times=9), "token"),
]


@pytest.mark.parametrize(("fault", "word"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(app, waits, fault, word) -> None:
    """A refusal is 424 at once with our own words, never Dataverse's."""
    app.dataverse.faults.add(fault)
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert reply.status == 424
    assert word in problem(reply)["detail"]
    assert "aria" not in problem(reply)["detail"]
    assert waits == []


def test_a_refused_token_is_renewed_once(app) -> None:
    """401 from Dataverse: one fresh token past the cache, one retry, then 424."""
    app.dataverse.faults.add(Fault(status=401, method="POST", times=9))
    app.reply({"conversationId": OPEN, **BY_MAIL})
    assert app.calls() == ["POST", "POST"]
    assert len(app.dataverse.token_calls) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_identity_is_permanent(app, waits, status) -> None:
    """A token service that refuses the app is 424 misconfigured, asked once."""
    app.dataverse.faults.add(Fault(target="token", status=status, times=9))
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (424, "misconfigured")
    assert len(app.dataverse.token_calls) == 1
    assert waits == []


def test_an_unreachable_token_service_is_an_outage(patient) -> None:
    """A token service that cannot be reached is 503, after retries within the budget."""
    patient.dataverse.faults.add(Fault(target="token", status=503, times=10**6))
    started = time.monotonic()
    reply = patient.reply({"conversationId": OPEN, "timeoutSeconds": 1, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (503, "dataverse_unavailable")
    assert time.monotonic() - started < SOON


def test_no_identity_at_all(app, monkeypatch) -> None:
    """An app without an identity is told which settings give it one."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (424, "misconfigured")
    assert "AZURE_TOKEN_CREDENTIALS" in problem(reply)["detail"]


HANGING = [
    ("read hangs", Fault(latency=HANGS, method="POST")),
    ("write hangs", Fault(latency=HANGS, method="PATCH")),
    ("body drips", Fault(drip=0.5, method="POST")),
]


@pytest.mark.parametrize("fault", [h[1] for h in HANGING], ids=[h[0] for h in HANGING])
def test_the_budget_bounds_the_whole_answer(patient, fault) -> None:
    """`timeoutSeconds`: the answer comes in time whatever hangs, also while a body drips in."""
    patient.dataverse.faults.add(fault)
    started = time.monotonic()
    reply = patient.reply({"conversationId": OPEN, "timeoutSeconds": 1, **BY_MAIL})
    assert 0.9 <= time.monotonic() - started < SOON
    assert (reply.status, problem(reply)["code"]) == (503, "dataverse_unavailable")
    patient.dataverse.faults.clear()
    assert patient.link(OPEN, **BY_MAIL)["status"] == "linked"
    assert patient.on(OPEN) == LINKED


def test_a_token_service_that_hangs_is_bounded_too(patient, monkeypatch) -> None:
    """The budget bounds the sign-in as well, although azure-identity has no time-out for a whole one."""
    monkeypatch.setattr("shared.dataverse.token_cache.FETCH_SECONDS", 3)
    monkeypatch.setattr("shared.dataverse.credential.READ_SECONDS", HANGS)
    patient.dataverse.faults.add(Fault(latency=HANGS, target="token"))
    started = time.monotonic()
    reply = patient.reply({"conversationId": OPEN, "timeoutSeconds": 1, **BY_MAIL})
    assert (reply.status, time.monotonic() - started < SOON) == (503, True)
    assert patient.link(OPEN, **BY_MAIL)["status"] == "linked"


def test_a_sign_in_that_hangs_holds_nobody_who_comes_later(patient, monkeypatch) -> None:
    """One call to the token service that never ends is given up; the next request signs in anew and links."""
    monkeypatch.setattr("shared.dataverse.token_cache.FETCH_SECONDS", 2)
    monkeypatch.setattr("shared.dataverse.credential.READ_SECONDS", HANGS)
    patient.dataverse.faults.add(Fault(latency=HANGS, target="token"))
    assert patient.link(OPEN, **BY_MAIL)["status"] == "linked"  # within 60 seconds, so not by waiting


def test_the_token_service_has_a_time_out_of_its_own() -> None:
    """azure-core's default is five minutes; a transport of one's own has to be told."""
    from shared.dataverse.credential import CONNECT_SECONDS, READ_SECONDS, ObservedTransport

    config = ObservedTransport().connection_config
    assert (config.timeout, config.read_timeout) == (CONNECT_SECONDS, READ_SECONDS)


def test_a_token_is_renewed_before_it_ends(app, monkeypatch) -> None:
    """A token that is still good is renewed in the background, once; nobody waits for it, and then it is used."""
    app.link(OPEN, **BY_MAIL)
    asked, go_on = [], threading.Event()
    fresh, ends = app.dataverse.identity.token(lifetime=3000)

    def renewed(*_: object) -> AccessToken:
        asked.append("token")
        go_on.wait()
        return AccessToken(fresh, ends)

    monkeypatch.setattr("shared.dataverse.credential.Credential.token", renewed)
    for name, seconds in {"MARGIN_SECONDS": 10**9, "FETCH_SECONDS": HANGS, "PAUSE_SECONDS": HANGS}.items():
        monkeypatch.setattr(f"shared.dataverse.token_cache.{name}", seconds)
    try:
        for _ in range(5):
            app.link(OPEN, **BY_MAIL)  # within the budget, so not by waiting
        assert fresh not in str(app.dataverse.calls[-1].headers)
    finally:
        go_on.set()
    app.service._ready()[1].dataverse.tokens._threads.shutdown(wait=True)
    app.link(OPEN, **BY_MAIL)
    assert asked == ["token"]
    assert fresh in str(app.dataverse.calls[-1].headers)


def test_a_lost_answer_counts_as_written(app) -> None:
    """A write without an answer, then 412, and our own values in the row: it was us, and nothing is written twice."""
    app.dataverse.faults.add(Fault(drop="after", method="PATCH"))
    answer = app.link(OPEN, **BY_MAIL)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("linked", "linked")
    assert app.calls() == ["POST", "PATCH", "PATCH", "POST"]


def link_maria(emulator: Emulator) -> None:
    """Someone links Maria and her case by hand."""
    links = {
        "msdyn_customer_msdyn_ocliveworkitem_contact": MARIA,
        "msdyn_IssueId_msdyn_ocliveworkitem": MARIAS_CASE,
        "regardingobjectid_incident_msdyn_ocliveworkitem": MARIAS_CASE,
    }
    emulator.update("msdyn_ocliveworkitems", OPEN, links)


def test_what_somebody_else_linked_is_not_called_ours(app) -> None:
    """A write that was refused as outdated did not take effect: the same link by somebody else was there already."""
    app.dataverse.faults.add(Fault(concurrent=link_maria, method="PATCH"))
    answer = app.link(OPEN, **BY_MAIL)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("already_linked", "already_linked")
    assert app.calls() == ["POST", "PATCH", "POST"]


def test_half_of_a_lost_write_is_not_taken_for_the_whole(app) -> None:
    """A write without an answer did not arrive, and someone linked the customer alone: the case is still to be linked."""

    def maria_alone(emulator: Emulator) -> None:
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_customer_msdyn_ocliveworkitem_contact": MARIA})

    app.dataverse.faults.add(Fault(drop="before", method="PATCH"))
    app.dataverse.faults.add(Fault(concurrent=maria_alone, method="PATCH"))
    answer = app.link(OPEN, **BY_MAIL)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("already_linked", "linked")
    assert app.on(OPEN) == LINKED


def test_a_choice_made_in_between_is_kept(app) -> None:
    """With overwrite false a customer whom someone links between our read and our write stays."""
    app.dataverse.faults.add(Fault(concurrent=another_customer, method="PATCH"))
    answer = app.link(OPEN, **BY_MAIL, overwrite=False)
    assert answer["customerStatus"] == "kept_existing"
    assert app.on(OPEN) == (KIM, "", "")


def test_a_conversation_closed_in_between_is_not_written(app) -> None:
    """The decision is made again on the row as it is."""
    app.dataverse.faults.add(Fault(concurrent=closed, method="PATCH"))
    assert app.link(OPEN, **BY_MAIL)["customerStatus"] == "conversation_closed"
    assert app.on(OPEN) == EMPTY


def test_with_overwrite_the_last_write_is_unconditional_but_for_regarding(app) -> None:
    """Contract, creating a case: after two re-reads once with `*` and without regarding."""
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=2))
    app.dataverse.faults.add(Fault(concurrent=regarding_a_lead, method="PATCH"))
    answer = app.link(OPEN, **BY_MAIL)
    assert answer["status"] == "linked"
    writes = [call for call in app.dataverse.calls if call.method == "PATCH"]
    assert [call.headers["if-match"] == "*" for call in writes] == [False, False, False, True]
    assert app.on(OPEN) == (MARIA, MARIAS_CASE, "d0000000-0000-4000-8000-000000000001")
    assert [call.method for call in app.dataverse.calls] == ["POST", "PATCH"] * 3 + ["PATCH", "POST"]


def test_the_last_write_leaves_no_strangers_case(app) -> None:
    """The unconditional write is the whole pair: a case that someone linked meanwhile does not stay beside the new customer."""

    def a_strangers_case(emulator: Emulator) -> None:
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_IssueId_msdyn_ocliveworkitem": MARIAS_CASE})

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=2))
    app.dataverse.faults.add(Fault(concurrent=a_strangers_case, method="PATCH"))
    assert app.link(OPEN, Email="kim.park@example.com")["status"] == "linked"
    assert app.on(OPEN) == (KIM, "", "")


def test_a_strangers_case_in_regarding_does_not_survive_the_last_write(app) -> None:
    """The unconditional write leaves regarding alone; what it then holds is looked at, and cleared under its version."""

    def a_strangers_case(emulator: Emulator) -> None:
        case = {"regardingobjectid_incident_msdyn_ocliveworkitem": MARIAS_CASE}
        emulator.update("msdyn_ocliveworkitems", OPEN, case)

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=2))
    app.dataverse.faults.add(Fault(concurrent=a_strangers_case, method="PATCH", times=2))
    assert app.link(OPEN, Email="kim.park@example.com")["status"] == "linked"
    assert app.on(OPEN) == (KIM, "", "")


def test_what_the_last_write_leaves_is_what_the_answer_tells(app) -> None:
    """The customer's own case in regarding stays there; the answer is made from the row as it is afterwards."""
    app.dataverse.update(
        "msdyn_ocliveworkitems", OPEN, {"regardingobjectid_incident_msdyn_ocliveworkitem": MARIAS_CASE}
    )
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    answer = app.link(OPEN, **BY_MAIL)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("linked", "already_linked")
    assert (answer["caseId"], answer["replacedCaseId"]) == (MARIAS_CASE, "")
    assert app.on(OPEN) == (MARIA, "", MARIAS_CASE)


def test_a_resolved_case_that_the_last_write_leaves_is_told(app) -> None:
    """Nothing is said to be replaced that is still there."""
    app.dataverse.update("incidents", MARIAS_CASE, {"statecode": 1, "statuscode": 5})
    app.dataverse.update(
        "msdyn_ocliveworkitems", OPEN, {"regardingobjectid_incident_msdyn_ocliveworkitem": MARIAS_CASE}
    )
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    answer = app.link(OPEN, **BY_MAIL)
    assert app.on(OPEN)[2] == MARIAS_CASE
    assert (answer["caseLinked"], answer["caseId"], answer["replacedCaseId"]) == (True, MARIAS_CASE, "")


def test_a_strangers_case_in_regarding_gives_way_to_the_case_that_was_named(app) -> None:
    """Where the last write leaves regarding alone, the look afterwards puts it right under its version."""
    kims = app.dataverse.insert("incidents", {"title": "x", "customerid_contact": KIM})
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, {"regardingobjectid_incident_msdyn_ocliveworkitem": kims})
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    answer = app.link(OPEN, CaseNumber="CAS-01001-X1Y2Z3", **BY_MAIL)
    assert (answer["status"], answer["replacedCaseId"]) == ("linked", kims)
    assert app.on(OPEN) == LINKED


def test_a_stranger_whom_nothing_removes_is_no_link(app) -> None:
    """Where even the look afterwards loses against somebody, it is 503: nobody is told of a link beside a stranger."""
    kims = app.dataverse.insert("incidents", {"title": "x", "customerid_contact": KIM})
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, {"regardingobjectid_incident_msdyn_ocliveworkitem": kims})
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=9))
    assert app.reply({"conversationId": OPEN, "CaseNumber": "CAS-01001-X1Y2Z3", **BY_MAIL}).status == 503


def test_the_last_write_keeps_to_the_columns_that_may_be_written(app_with) -> None:
    """CASE_COLUMNS=regarding: the issue column is nobody's business, also when everything else fails."""
    app = app_with(CASE_COLUMNS="regarding")
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    assert app.link(OPEN, **BY_MAIL)["status"] == "linked"
    assert app.on(OPEN) == (MARIA, "", MARIAS_CASE)
    written = [call.body for call in app.dataverse.calls if call.method == "PATCH"]
    assert not [text for text in written if b"msdyn_IssueId" in text]


def test_where_the_pair_rule_rests_the_last_write_touches_no_case(app_with) -> None:
    """CASE_MUST_MATCH_CUSTOMER=false: the unconditional write holds what changes, and nothing that someone else chose."""
    app = app_with(CASE_MUST_MATCH_CUSTOMER="false")

    def another_case(emulator: Emulator) -> None:
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_IssueId_msdyn_ocliveworkitem": MARIAS_CASE})

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=2))
    app.dataverse.faults.add(Fault(concurrent=another_case, method="PATCH"))
    assert app.link(OPEN, Email="kim.park@example.com", entities="contact")["status"] == "linked"
    assert app.on(OPEN) == (KIM, MARIAS_CASE, "")


def test_the_last_write_undoes_nobody_for_the_id_alone(app) -> None:
    """A customer whom nobody named is no reason to overwrite what someone keeps changing: 503, repeat."""
    another_customer(app.dataverse)
    case_of_kim = app.dataverse.insert("incidents", {"title": "x", "customerid_contact": KIM})
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=9))
    assert app.reply({"conversationId": OPEN}).status == 503
    app.dataverse.faults.clear()
    assert app.link(OPEN)["caseId"] == case_of_kim


def test_a_case_that_the_last_look_could_not_link_is_not_told(app) -> None:
    """A case came up only after the write whatever the version, and linking it met one more change: 503, repeat."""

    def gets_a_case(emulator: Emulator) -> None:
        emulator.insert("incidents", {"title": "x", "customerid_contact": KIM})

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    app.dataverse.faults.add(Fault(concurrent=gets_a_case, method="PATCH"))
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH"))
    assert app.reply({"conversationId": OPEN, "Email": "kim.park@example.com"}).status == 503
    assert app.link(OPEN, Email="kim.park@example.com")["status"] == "linked"


def test_the_last_look_creates_the_case_that_is_needed_by_now(app) -> None:
    """The only case was resolved while the conversation was written: with createCase, the last look creates one."""
    kims = app.dataverse.insert("incidents", {"title": "x", "customerid_contact": KIM})

    def resolved(emulator: Emulator) -> None:
        emulator.update("incidents", kims, {"statecode": 1, "statuscode": 5})

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    app.dataverse.faults.add(Fault(concurrent=resolved, method="PATCH"))
    answer = app.link(OPEN, Email="kim.park@example.com", createCase=True)
    assert (answer["status"], answer["caseStatus"], answer["caseIsNew"]) == ("linked", "created", True)
    assert app.on(OPEN) == (KIM, answer["caseId"], answer["caseId"])


def test_a_case_that_is_gone_after_the_last_write_is_not_told(app) -> None:
    """Somebody put other cases of the customer there after the last write, and the look after it lost: 503, repeat."""
    other = app.dataverse.insert("incidents", {"title": "new", "customerid_contact": KIM, "statecode": 1})
    resolved = app.dataverse.insert("incidents", {"title": "old", "customerid_contact": KIM, "statecode": 1})
    kims = app.dataverse.insert("incidents", {"title": "x", "customerid_contact": KIM})

    def other_cases(emulator: Emulator) -> None:
        emulator.update("incidents", kims, {"statecode": 1, "statuscode": 5})
        emulator.update("incidents", other, {"statecode": 0, "statuscode": 1})
        links = {
            "msdyn_IssueId_msdyn_ocliveworkitem": resolved,
            "regardingobjectid_incident_msdyn_ocliveworkitem": other,
        }
        emulator.update("msdyn_ocliveworkitems", OPEN, links)

    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=3))
    app.dataverse.faults.add(Fault(concurrent=other_cases, method="POST", after=3))
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", after=1))
    assert app.reply({"conversationId": OPEN, "Email": "kim.park@example.com"}).status == 503
    assert app.on(OPEN) == (KIM, resolved, other)


def test_without_overwrite_the_caller_is_asked_to_repeat(app) -> None:
    """Contract, creating a case: with overwrite false, 503 after two re-reads, and nothing forced."""
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH", times=9))
    reply = app.reply({"conversationId": OPEN, "overwrite": False, **BY_MAIL})
    assert reply.status == 503
    assert app.calls() == ["POST", "PATCH"] * 3
    assert app.on(OPEN) == EMPTY


def test_a_write_never_creates_a_conversation(app) -> None:
    """A conversation deleted between read and write stays deleted: 404, no ghost."""

    def deleted(emulator: Emulator) -> None:
        emulator.delete("msdyn_ocliveworkitems", OPEN)

    app.dataverse.faults.add(Fault(concurrent=deleted, method="PATCH"))
    assert app.reply({"conversationId": OPEN, **BY_MAIL}).status == 404
    assert app.dataverse.row("msdyn_ocliveworkitems", OPEN) is None


def test_a_customer_deleted_in_between_is_not_found(app) -> None:
    """A record that vanishes before the write is decided anew, not taken for a missing conversation."""

    def deleted(emulator: Emulator) -> None:
        emulator.delete("incidents", MARIAS_CASE)
        emulator.delete("contacts", MARIA)

    app.dataverse.faults.add(Fault(concurrent=deleted, method="PATCH"))
    assert app.link(OPEN, **BY_MAIL)["customerStatus"] == "not_found"


def test_unlink_reads_again(app) -> None:
    """Unlink is guarded by the ETag as well, and a lost answer counts."""
    app.link(OPEN, **BY_MAIL)
    app.dataverse.faults.add(Fault(concurrent=touched, method="PATCH"))
    assert app.unlink(OPEN)["status"] == "unlinked"
    app.link(OPEN, **BY_MAIL)
    app.dataverse.faults.add(Fault(drop="after", method="PATCH"))
    assert app.unlink(OPEN)["status"] == "unlinked"
    assert app.on(OPEN) == EMPTY


def test_what_somebody_else_unlinked_is_not_called_ours(app) -> None:
    """An unlink that was refused as outdated did not take effect: somebody else's did."""

    def emptied(emulator: Emulator) -> None:
        names = ("customer_msdyn_ocliveworkitem_contact", "IssueId_msdyn_ocliveworkitem")
        links = {f"msdyn_{name}": None for name in names}
        links["regardingobjectid_incident_msdyn_ocliveworkitem"] = None
        emulator.update("msdyn_ocliveworkitems", OPEN, links)

    app.link(OPEN, **BY_MAIL)
    app.dataverse.faults.add(Fault(concurrent=emptied, method="PATCH"))
    assert app.unlink(OPEN)["status"] == "not_linked"


def test_a_conflict_on_a_read_is_refused(app) -> None:
    """A 412 where nothing was written is 424, not a bug of ours."""
    app.dataverse.faults.add(Fault(status=412, part=1))
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (424, "dataverse_refused")


def test_cookies_are_not_kept(app) -> None:
    """An affinity cookie would pin the app to one server of the environment."""
    app.link(OPEN, **BY_MAIL)
    assert all("cookie" not in call.headers for call in app.dataverse.calls)


def test_a_wrong_credential_setting_is_named(app, monkeypatch) -> None:
    """AZURE_TOKEN_CREDENTIALS with a word that azure-identity does not know: 424, the setting named."""
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "bogus")
    reply = app.reply({"conversationId": OPEN, **BY_MAIL})
    assert (reply.status, problem(reply)["code"]) == (424, "misconfigured")
    assert "AZURE_TOKEN_CREDENTIALS" in problem(reply)["detail"]


def test_a_body_that_drips_frees_its_thread(app) -> None:
    """A worker whose answer drips ends soon after its deadline, so that drips cannot use up the workers."""
    app.link(OPEN, **BY_MAIL)
    app.dataverse.faults.add(Fault(drip=0.5, method="POST"))
    started = time.monotonic()
    app.reply({"conversationId": OPEN, "timeoutSeconds": 1, **BY_MAIL})
    workers = app.service._workers._pool
    assert workers is not None
    workers.shutdown(wait=True)
    assert time.monotonic() - started < SOON
