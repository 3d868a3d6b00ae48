"""The chaos run: a short one ends clean, and every check finds what it is there to find."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from queue import Queue
from typing import Any

import pytest

from dev.chaos import checks, fault_plan, model, report
from dev.chaos.__main__ import main
from dev.chaos.concurrent_edits import ConcurrentEdits
from dev.chaos.heartbeat import Heartbeat, heartbeat
from dev.chaos.history import Attempt, CaseWrite, ConversationWrite, History, Links, Watch
from dev.chaos.mix import FlowRequest, requests
from dev.chaos.runner import Plan, Result, Runner, run
from dev.chaos.world import Case, Customer, build, links
from dev.emulator import Emulator, Fault
from shared.dataverse.client import DataverseClient
from shared.dataverse.transport import Response

CONVERSATION, ANNA, BERT = "conversation", "anna", "bert"
ANNAS, BERTS = Case("annas case", "N-1", ANNA), Case("berts case", "N-2", BERT)
EMPTY, PAIR = Links(), Links(ANNA, ANNAS.id, ANNAS.id)
CUSTOMERS = {id: Customer("contact", id, id.title(), f"{id}@example.com") for id in (ANNA, BERT)}


def test_a_short_run_ends_clean() -> None:
    """300 requests under every kind of fault: all final states right, nothing found."""
    # Few flows: the budget is in real seconds, and on a slow machine many at once would use it up by themselves.
    result = run(Plan(requests=300, seed=7, conversations=40, threads=4))
    found = report.findings(result)
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
    assert result.right >= 38
    assert sum(result.faults.values()) > 50
    assert result.retries > 0
    assert any(write.by for write in result.history.writes)
    assert any(not write.by for write in result.history.writes)
    assert {attempt.answer.get("identityLevel") for attempt in result.history.attempts} >= {
        "verified",
        "channel",
        "claimed",
    }


def any_version(update, self, entity_set, record_id, etag, changes, trip) -> None:
    """A write that does not ask which version it replaces."""
    update(self, entity_set, record_id, "*", changes, trip)


def no_outage(round_trip, self, method, *arguments) -> Response:
    """A write that takes a throttled or failing call for success."""
    answer = round_trip(self, method, *arguments)
    return Response(204, {}, b"") if method == "PATCH" and answer.status in (429, 502, 503, 504) else answer


def another_id(create, self, entity_set, record_id, *arguments) -> Any:
    """A case under an id that nobody can find again."""
    return create(self, entity_set, str(uuid.uuid4()), *arguments)


BROKEN = [
    ("update", any_version, {"a person's choice undone under overwrite false", "wrong pairs"}),
    ("_round_trip", no_outage, {"links lost"}),
    ("create", another_id, {"cases doubled"}),
]


ROUGH = {"throttled": 2, "unavailable": 1, "drop_after": 2, "edit": 12}
"""A fault plan without anything that takes time."""


@pytest.mark.parametrize(("method", "broken", "names"), BROKEN, ids=[b[1].__name__ for b in BROKEN])
def test_an_app_that_is_broken_is_found_out(monkeypatch, method, broken, names) -> None:
    """A run over an app that breaks a promise does not end clean, and says which one."""
    whole = getattr(DataverseClient, method)
    monkeypatch.setattr(DataverseClient, method, lambda self, *arguments: broken(whole, self, *arguments))
    monkeypatch.setattr(fault_plan, "PLAN", ROUGH)
    monkeypatch.setattr(fault_plan, "RATE", 0.6)
    monkeypatch.setattr(fault_plan, "HANG", 0.0)
    # One flow, so that every run meets the same in the same order: people change rows inside its calls, not beside them.
    result = run(Plan(requests=300, seed=7, conversations=15, threads=1))
    assert names & {name for name, sentences in report.findings(result).items() if sentences}


def test_the_same_seed_asks_the_same() -> None:
    """Data and requests come from the seed alone."""
    one, other = (build(3, 30) for _ in range(2))
    assert one == other
    assert requests(one, 3, 200) == requests(other, 3, 200)
    assert build(4, 30) != one


def test_the_mix_has_everything() -> None:
    """Every kind of request, both routes, and conversations that there are not."""
    world = build(1, 50)
    asked = requests(world, 1, 1000)
    names = Counter(name for request in asked for name in request.body)
    wanted = (
        "Name Email CaseNumber entities msdyn_CaseId createCase overwrite dryRun event timeoutSeconds customer case"
    )
    assert set(wanted.split()) <= set(names)
    assert {request.route for request in asked} == {"link", "unlink"}
    assert {request.conversation for request in asked} - {each.id for each in world.conversations}


# --- every check finds what it is there to find ----------------------------------------------------------------------


def asked(route: str = "link", **body: Any) -> FlowRequest:
    """A request about the conversation."""
    return FlowRequest("r", route, CONVERSATION, {"conversationId": CONVERSATION, **body})


def history(request: FlowRequest, *writes: ConversationWrite, start: Links | None = EMPTY) -> History:
    """A history of one request."""
    starts = {CONVERSATION: start} if start else {}
    made = History({request.id: request}, {case.id: case for case in (ANNAS, BERTS)}, starts)
    for write in writes:
        made.add(write)
    return made


def wrote(before: Links | None, after: Links | None, by: str = "r", at: float = 1.5, **more: Any) -> ConversationWrite:
    """A write of the conversation."""
    return ConversationWrite(at, CONVERSATION, by, before, after, **more)


def replied(made: History, status: int = 200, took: float = 1.0, retry_after: str = "", **answer: Any) -> History:
    """The history with a reply that began at 1."""
    fields = dict.fromkeys(checks.FIELDS.split(), "") | {"customerId": ANNA, "caseId": ANNAS.id} | answer
    fields = {**fields, "identityLevel": made.level(CONVERSATION, fields["customerId"])} | answer
    request = made.requests["r"]
    made.attempts.append(Attempt(request, 1.0, 1.0 + took, status, fields, retry_after))
    return made


GOOD = [
    replied(history(asked(), wrote(EMPTY, PAIR))),
    replied(history(asked(), start=PAIR)),
    replied(history(asked(), wrote(EMPTY, PAIR), wrote(PAIR, Links(BERT), by="", at=1.7))),
    replied(history(asked(dryRun=True))),
    replied(history(asked(overwrite=False), wrote(Links(ANNA), PAIR))),
    replied(history(asked(), wrote(Links(BERT, BERTS.id, BERTS.id), PAIR))),
    replied(history(asked(), start=None), status=404),
    replied(history(asked(), wrote(PAIR, None, by=""), start=PAIR), status=404),
    history(asked(), wrote(PAIR, Links(BERT, ANNAS.id, ANNAS.id), by=""), start=PAIR),
    history(asked("unlink"), wrote(PAIR, EMPTY)),
    # A write whatever the version leaves regarding as it is; the answer tells what is there all the same.
    replied(history(asked(), wrote(EMPTY, Links(ANNA, "", ANNAS.id), blind=True))),
]

BAD = [
    ("links lost", "said, never written", replied(history(asked()))),
    ("links lost", "only the customer was", replied(history(asked(), wrote(EMPTY, Links(ANNA))))),
    ("links lost", "held before, not while it was asked", replied(history(asked(), wrote(PAIR, EMPTY, "", 0.5), start=PAIR))),
    ("links lost", "written after the answer", replied(history(asked(), wrote(EMPTY, PAIR, at=2.5)))),
    ("links lost", "never together", replied(history(asked(), wrote(EMPTY, Links(ANNA), ""), wrote(Links(ANNA), Links(BERT, ANNAS.id), "")))),
    ("links lost", "regarding is hidden after a write whatever the version", replied(history(asked(), wrote(EMPTY, Links(ANNA, "", ANNAS.id), blind=True)), caseId="")),
    ("links lost", "a link is there that the answer hides", replied(history(asked(), start=PAIR), customerId="", caseId="")),
    ("links lost", "unlinked, still there", replied(history(asked("unlink"), start=PAIR), customerStatus="unlinked", caseStatus="unlinked")),
    ("wrong pairs", "in issue", history(asked(), wrote(EMPTY, Links(BERT, ANNAS.id)))),
    ("wrong pairs", "in regarding", history(asked(), wrote(PAIR, Links(BERT, BERTS.id, ANNAS.id)))),
    ("wrong pairs", "the case stayed", history(asked(), wrote(PAIR, Links(BERT, ANNAS.id, ANNAS.id)))),
    ("wrong pairs", "whatever the version", history(asked(), wrote(EMPTY, Links(BERT, ANNAS.id), blind=True))),
    ("ghosts created", "a row that was not there", history(asked(), wrote(None, PAIR), start=None)),
    ("a person's choice undone under overwrite false", "customer", history(asked(overwrite=False), wrote(Links(BERT), Links(ANNA)))),
    ("a person's choice undone under overwrite false", "issue", history(asked(overwrite=False), wrote(Links(ANNA, BERTS.id), PAIR))),
    ("a person's choice undone under overwrite false", "regarding", history(asked(overwrite=False), wrote(Links(ANNA, "", BERTS.id), PAIR))),
    ("a person's choice undone under overwrite false", "taken away", history(asked(overwrite=False), wrote(PAIR, Links(ANNA)))),
    ("budget overruns", "3.5 s of 2", replied(history(asked(), start=PAIR), took=3.5)),
    ("writes where none may be", "dry run", history(asked(dryRun=True), wrote(EMPTY, PAIR))),
    ("writes where none may be", "closed", history(asked(), wrote(Links(open=False), Links(ANNA, open=False)))),
    ("writes where none may be", "a lead's regarding", history(asked(), wrote(Links(other="lead"), PAIR))),
    ("writes where none may be", "another column", history(asked(), wrote(EMPTY, PAIR, others=("msdyn_title",)))),
    ("writes where none may be", "removed", history(asked(), wrote(PAIR, None))),
    ("answers outside the contract", "our bug", replied(history(asked(), start=PAIR), status=500)),
    ("answers outside the contract", "refused", replied(history(asked(), start=PAIR), status=424)),
    ("answers outside the contract", "404 for one that is there", replied(history(asked(), start=PAIR), status=404)),
    ("answers outside the contract", "503 without Retry-After", replied(replied(history(asked(), start=PAIR), status=503))),
    ("answers outside the contract", "503 with too long a wait", replied(replied(history(asked(), start=PAIR), status=503, retry_after="90"))),
    ("answers outside the contract", "503 for good", replied(history(asked(), start=PAIR), status=503, retry_after="1")),
    ("answers outside the contract", "a field too many", replied(history(asked(), start=PAIR), extra="")),
]  # fmt: skip


def known(made: History, **levels: str) -> History:
    """The history of a conversation on which Omnichannel knows these so well."""
    made.levels = {CONVERSATION: levels}
    return made


def found(made: History) -> dict[str, list[str]]:
    """What the checks find, by name."""
    return {check.name: sentences for check in checks.CHECKS if (sentences := list(check.find(made)))}


@pytest.mark.parametrize("made", GOOD, ids=range(len(GOOD)))
def test_what_is_right_is_not_found(made) -> None:
    """A clean history has no findings."""
    assert found(made) == {}


@pytest.mark.parametrize(("name", "made"), [(b[0], b[2]) for b in BAD], ids=[f"{b[0]}: {b[1]}" for b in BAD])
def test_what_is_wrong_is_found(name, made) -> None:
    """A bad history is found by the check that is there for it."""
    assert found(made).get(name)


def new_case(id: str, by: str = "r", customer: str = ANNA) -> CaseWrite:
    """A case that was created."""
    return CaseWrite(1.0, by, None, Case(id, "N", customer))


def closed(id: str) -> CaseWrite:
    """A case that a person resolved."""
    return CaseWrite(1.0, "", Case(id, "N", ANNA), Case(id, "N", ANNA, active=False))


def test_a_machine_that_stood_still_is_no_overrun() -> None:
    """What the clock beside the run missed as well is not counted; beats that are only a little late are."""
    made = replied(history(asked(), start=PAIR), took=6.0)
    assert found(made) != {}
    made.heart.beat(due=2.0, came=5.5)
    assert found(made) == {}
    late = replied(history(asked(), start=PAIR), took=6.0)
    for beat in range(50):
        late.heart.beat(due=1.0 + beat / 10, came=1.09 + beat / 10)
    assert list(found(late)) == ["budget overruns"]


@pytest.mark.parametrize(("stood_still", "calls", "wrong"), [(3.0, 2, 0), (0.0, 1, 1)])
def test_what_is_not_answered_in_the_calm_is_a_finding(monkeypatch, stood_still, calls, wrong) -> None:
    """But where the machine stood still no answer could be in time, and it is asked for again."""
    sent, whole = [], Runner._sent

    def first_away(self, request) -> Attempt:
        sent.append(request)
        return Attempt(request, 0.0, 3.0, 503, {}, "1") if len(sent) == 1 else whole(self, request)

    monkeypatch.setattr(Runner, "_sent", first_away)
    monkeypatch.setattr(Runner, "_flow", lambda self, request: None)
    monkeypatch.setattr(Heartbeat, "stood_still", lambda *_: stood_still)
    monkeypatch.setattr(fault_plan, "HANG", 0.0)
    result = run(Plan(requests=1, seed=7, conversations=1, threads=1))
    assert (len(sent), len(result.wrong)) == (calls, wrong)


def test_the_clock_beside_the_run_beats(monkeypatch) -> None:
    """Again and again, each beat with the moment it was due, until the run is over."""
    beats: Queue[float] = Queue()
    monkeypatch.setattr(Heartbeat, "beat", lambda self, due, came: beats.put(due))
    with heartbeat():
        due = [beats.get(timeout=60) for _ in range(3)]
    assert due == sorted(set(due))
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}


DOUBLED = [
    ("two for one customer", [new_case("1"), new_case("2")], True),
    ("three, the first closed", [new_case("1"), closed("1"), new_case("2"), new_case("3")], True),
    ("the first closed before the second", [new_case("1"), closed("1"), new_case("2")], False),
    ("for two customers", [new_case("1"), new_case("2", customer=BERT)], False),
    ("one by a person", [new_case("1", by=""), new_case("2")], False),
]


@pytest.mark.parametrize(("writes", "is_found"), [d[1:] for d in DOUBLED], ids=[d[0] for d in DOUBLED])
def test_doubled_cases(writes, is_found) -> None:
    """One active case that a conversation created for a customer, never a second one beside it."""
    made = history(asked())
    made.case_writes += writes
    assert bool(found(made).get("cases doubled")) is is_found


def test_a_case_that_a_dry_run_creates_or_a_request_changes_is_found() -> None:
    """Dry runs create nothing; the app changes no case."""
    for request, write in ((asked(dryRun=True), new_case("1")), (asked(), CaseWrite(1.0, "r", ANNAS, ANNAS))):
        made = history(request)
        made.case_writes.append(write)
        assert found(made).get("writes where none may be")


BY_ANOTHER = Case("another programs", "A-1", ANNA)
HELD = Links(ANNA, BY_ANOTHER.id, "")


def created_beside(start: Links, *writes: ConversationWrite, active: bool = True, mode: str = "if_needed") -> History:
    """A request that created a case at 1.5, over a conversation that began with `start`."""
    made = history(asked(createCase=mode), *writes, start=start)
    made.cases[BY_ANOTHER.id] = Case(BY_ANOTHER.id, BY_ANOTHER.number, ANNA, active=active)
    made.attempts.append(Attempt(made.requests["r"], 1.0, 2.0, 200, {}))
    made.case_writes.append(CaseWrite(1.5, "r", None, Case("ours", "N-9", ANNA)))
    return made


BESIDE = [
    ("it was there all the time", created_beside(HELD), True),
    ("it came before the request", created_beside(EMPTY, wrote(EMPTY, HELD, by="", at=0.9)), True),
    ("it came while the request was at work", created_beside(Links(ANNA), wrote(Links(ANNA), HELD, by="", at=1.2)), False),
    ("it was taken away meanwhile", created_beside(HELD, wrote(HELD, Links(ANNA), by="", at=1.2)), False),
    ("it is resolved", created_beside(HELD, active=False), False),
    ("another customer is there", created_beside(Links(BERT, BY_ANOTHER.id)), False),
    ("a case always", created_beside(HELD, mode="always"), False),
]  # fmt: skip


@pytest.mark.parametrize(("made", "is_found"), [b[1:] for b in BESIDE], ids=[b[0] for b in BESIDE])
def test_a_case_beside_another_programs(made, is_found) -> None:
    """No case is created "if needed" where the conversation holds an active one of the customer, whoever created it."""
    assert any("beside" in line for line in checks.beside(made)) is is_found


def test_cases_for_a_fourth_customer_are_found() -> None:
    """Three customers of a conversation may have cases that it created; other conversations do not count."""
    made = history(asked())
    made.requests["other"] = FlowRequest("other", "link", "another conversation", {})
    made.case_writes += [new_case(id, customer=id) for id in "123"] + [new_case("4", by="other", customer="4")]
    assert not list(checks.too_many_customers(made))
    made.case_writes.append(new_case("5", customer="5"))
    assert list(checks.too_many_customers(made))


@pytest.mark.parametrize(
    ("levels", "before", "after", "is_found"),
    [
        ({BERT: "verified"}, Links(BERT), Links(ANNA), True),
        ({BERT: "channel"}, Links(BERT), Links(ANNA), True),
        ({BERT: "verified", ANNA: "channel"}, Links(BERT), Links(ANNA), True),
        ({ANNA: "verified", BERT: "channel"}, Links(BERT), Links(ANNA), False),
        ({}, Links(BERT), Links(ANNA), False),
        ({BERT: "verified"}, Links(BERT), EMPTY, False),
        ({BERT: "verified"}, EMPTY, Links(ANNA), False),
    ],
)
def test_a_better_known_customer_who_gives_way_is_found(levels, before, after, is_found) -> None:
    """Whoever is better known is replaced by nobody who is less; taking a customer away is another thing."""
    made = known(history(asked(), wrote(before, after), start=before), **levels)
    assert bool(list(checks.lesser_known(made))) is is_found
    by_hand = known(history(asked(), wrote(before, after, by=""), start=before), **levels)
    assert not list(checks.lesser_known(by_hand))


@pytest.mark.parametrize("told", ["verified", "channel", "claimed", "none", ""])
def test_a_level_that_was_not_recorded_is_found(told) -> None:
    """The answer's level is the recorded one of the customer it names, neither more nor less."""
    for recorded in ("verified", "channel", "claimed"):
        made = known(history(asked(), start=PAIR), **{ANNA: recorded})
        assert bool(list(checks.wrong_level(replied(made, identityLevel=told)))) is (told != recorded)
    nobody = replied(history(asked()), customerId="", caseId="", identityLevel=told)
    assert bool(list(checks.wrong_level(nobody))) is (told != "none")


KNOWN = [
    # what, levels, request, row before, row after
    ("a typed one is no rival", {BERT: "verified"}, {"Email": "anna@example.com"}, Links(BERT), Links(BERT)),
    ("nor by a number", {BERT: "channel"}, {"Email": "anna@example.com", "CaseNumber": "N-1"}, Links(BERT), Links(BERT)),
    ("better known replaces", {ANNA: "verified", BERT: "channel"}, {"Name": "Anna"}, Links(BERT), PAIR),
    ("a name replaces nobody", {}, {"Name": "Anna"}, Links(BERT), Links(BERT)),
    ("nor with a number", {}, {"Name": "Anna", "CaseNumber": "N-1"}, Links(BERT), Links(BERT)),
    ("a name links where nobody is", {}, {"Name": "Anna"}, EMPTY, PAIR),
    ("a name opens no case", {}, {"Name": "Anna", "createCase": "always"}, EMPTY, PAIR),
    ("but for who signed in", {ANNA: "verified"}, {"Name": "Anna", "createCase": "always"}, EMPTY, Links(ANNA, model.NEW, model.NEW)),
]  # fmt: skip


@pytest.mark.parametrize(("levels", "body", "before", "after"), [k[1:] for k in KNOWN], ids=[k[0] for k in KNOWN])
def test_the_model_knows_how_well_who_is_known(levels, body, before, after) -> None:
    """What Omnichannel recorded counts in the model, too, and a name alone does little."""
    request = asked(**body)
    assert model.expected(request, before, known(history(request), **levels), CUSTOMERS) == after


def test_the_model_creates_for_three_customers() -> None:
    """A fourth customer of the conversation gets no case, not the only active one either: contract, `customer_needed`."""
    request = asked(Email="anna@example.com", createCase="always")
    made = history(request)
    made.case_writes += [new_case(id, customer=id) for id in "123"]
    assert model.expected(request, EMPTY, made, CUSTOMERS) == Links(ANNA)


def test_conversations_on_which_somebody_is_known() -> None:
    """Live chat with who signed in, SMS with the number of a row: recorded for the first of the cast."""
    world = build(1, 60)
    data, levels = world.data(), world.levels()
    assert {level for known in levels.values() for level in known.values()} == {"verified", "channel"}
    assert len(data["msdyn_livechatengagementctxes"]) + len(data["msdyn_smsengagementctxes"]) == len(levels)
    assert len({customer.phone for customer in world.customers.values() if customer.phone}) > 50


def test_another_program_creates_a_case() -> None:
    """As Dynamics' own agent does: an active case of the linked customer, in the conversation's case column."""
    world = build(1, 30)
    conversation = next(each for each in world.conversations if each.row.get("statecode") is None)
    with Emulator(world.data()) as emulator:
        made = History({}, dict(world.cases), {})
        edits = ConcurrentEdits(world, made, Watch(emulator, made))
        emulator.update("msdyn_ocliveworkitems", conversation.id, links(conversation.cast[0], None))
        with edits._watch.by_hand():
            edits._second_creator(emulator, conversation, random.Random(1))  # noqa: S311 -- it is to be repeatable
        row = emulator.row("msdyn_ocliveworkitems", conversation.id)
    (write,) = made.case_writes
    assert write.after == made.cases[row["_msdyn_issueid_value"]]
    assert (write.by, write.after.customer, write.after.active) == ("", conversation.cast[0].id, True)


MODEL = [
    # what, request, row before, row after
    ("by e-mail, with the only case", {"Email": "ANNA@example.com"}, EMPTY, PAIR),
    ("another is replaced", {"Email": "anna@example.com"}, Links(BERT, BERTS.id, BERTS.id), PAIR),
    ("another is kept", {"Email": "anna@example.com", "overwrite": False}, Links(BERT), Links(BERT)),
    ("a stranger's number", {"Email": "anna@example.com", "CaseNumber": "N-2"}, EMPTY, Links(ANNA)),
    ("a number alone", {"CaseNumber": "N-2"}, EMPTY, Links(BERT, BERTS.id, BERTS.id)),
    ("a number never replaces the customer", {"CaseNumber": "N-2"}, PAIR, PAIR),
    ("a lead stays", {"Email": "anna@example.com"}, Links(other="lead"), Links(ANNA, ANNAS.id, other="lead")),
    ("closed", {"Email": "anna@example.com"}, Links(open=False), Links(open=False)),
    ("dry run", {"Email": "anna@example.com", "dryRun": True}, EMPTY, EMPTY),
    ("no row", {"Email": "anna@example.com"}, None, None),
    ("nobody", {"Email": "no@example.com", "createCase": True}, EMPTY, EMPTY),
    ("a case always", {"Email": "anna@example.com", "createCase": "always"}, EMPTY, Links(ANNA, model.NEW, model.NEW)),
    ("a case if needed, and it is not", {"Email": "anna@example.com", "createCase": "if_needed"}, EMPTY, PAIR),
    ("a case beside no stranger", {"Email": "bert@example.com", "entities": "contact"}, PAIR, Links(BERT)),
]


@pytest.mark.parametrize(("body", "before", "after"), [m[1:] for m in MODEL], ids=[m[0] for m in MODEL])
def test_the_model(body, before, after) -> None:
    """What the model says of simple cases, by the contract."""
    request = asked(**body)
    assert model.expected(request, before, history(request), CUSTOMERS) == after


# --- the command -----------------------------------------------------------------------------------------------------


def test_a_finding_is_status_1(monkeypatch, capsys, tmp_path) -> None:
    """The exit status says whether all is as it must be; the table goes to the report, too."""
    wrong = Result(Plan(1), replied(history(asked())))
    monkeypatch.setattr("dev.chaos.__main__.run", lambda plan, step: wrong)
    assert main(["--requests", "1", "--report", str(tmp_path / "table.txt")]) == 1
    table = (tmp_path / "table.txt").read_text(encoding="utf-8")
    assert table in capsys.readouterr().out
    right = Result(Plan(1), replied(history(asked(), start=PAIR)))
    monkeypatch.setattr("dev.chaos.__main__.run", lambda plan, step: right)
    assert main([]) == 0
    right.wrong.append("request r: not as it must be")
    assert main([]) == 1


@pytest.mark.parametrize("arguments", [["--requests", "0"], ["--threads", "x"], ["--fast"]])
def test_wrong_arguments(arguments, capsys) -> None:
    """What is not understood is said."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "chaos" in capsys.readouterr().err


# --- what the embedded Dataverse lends it ----------------------------------------------------------------------------

OPEN = "b7397aae-ecf8-43a6-aeb0-07d294efb494"


def test_writes_are_observed_in_order() -> None:
    """Every write that stays is reported, with the row before and after; one that is undone is not."""
    with Emulator() as emulator:
        seen: list[Any] = []
        emulator.observe(seen.append)
        emulator.update("msdyn_ocliveworkitems", OPEN, {"msdyn_title": "Changed"})
        missing = {"msdyn_customer_msdyn_ocliveworkitem_contact": "00000000-0000-4000-8000-000000000000"}
        with pytest.raises(ValueError, match="does not exist"):
            emulator.update("msdyn_ocliveworkitems", OPEN, missing)
        emulator.delete("msdyn_ocliveworkitems", OPEN)
        emulator.observe(None)
        emulator.insert("accounts", {"name": "Unseen"})
    assert [(write.entity_set, write.id) for write in seen] == [("msdyn_ocliveworkitems", OPEN)] * 2
    assert [(write.after or {}).get("msdyn_title") for write in seen] == ["Changed", None]
    assert seen[1].before["msdyn_title"] == "Changed"


def test_a_plan_takes_further_kinds() -> None:
    """Kinds of one's own are drawn like the others, as often as they are named."""
    with Emulator() as emulator:
        emulator.faults.plan(1, 1.0, ["mine", "mine", "slow"], {"mine": lambda dice: Fault(status=503, name="mine")})
        for _ in range(60):
            emulator.faults.take("dataverse", "GET", "/")
        assert 30 < emulator.faults.injected["mine"] < 50
        with pytest.raises(ValueError, match="theirs"):
            emulator.faults.plan(1, 1.0, ["theirs"])
