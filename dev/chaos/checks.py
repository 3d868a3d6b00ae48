"""What must not be, found in a history. Each check returns one sentence per finding; ids only, no values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .history import Attempt, CaseWrite, ConversationWrite, History, Links
from .world import CLAIMED, Case

MAX_CUSTOMERS = 3
"""Customers for whom one conversation creates cases (contract, "Creating a case")."""

GRACE = 1.0
"""Seconds after the budget at which an answer is still in time."""

FIELDS = """
status linked message conversationId event dryRun customerStatus customerLinked customerMatchedBy customerType
customerId customerName identityLevel caseStatus caseLinked caseMatchedBy caseIsNew caseId caseNumber caseTitle
replacedCustomerId replacedCaseId customerUrl caseUrl conversationUrl nextField nextQuestion ignoredInputs
escalationSummary omnichannelTags CloseOmnichannelConversation explain failure canRetry requestId
"""
UNLINK_FIELDS = "status message conversationId customerStatus caseStatus requestId"


def lost(history: History) -> Iterator[str]:
    """Answers that name a customer and a case which the row never held together while the request was at work."""
    for attempt in history.attempts:
        if attempt.status != 200 or attempt.request.dry_run:
            continue
        rows = [row for row in seen(history, attempt) if row]
        if not any(_says(attempt, row) for row in rows):
            yield f"request {attempt.request.id}: the row never held what the answer says"


def _says(attempt: Attempt, row: Links) -> bool:
    """Whether an answer describes this row."""
    if attempt.request.route == "link":
        return (attempt.answer["customerId"], attempt.answer["caseId"]) == (row.customer, row.case)
    customer, case_gone = (attempt.answer[part] == "unlinked" for part in ("customerStatus", "caseStatus"))
    return not (customer and row.customer) and not (case_gone and row.case)


def seen(history: History, attempt: Attempt) -> list[Links | None]:
    """The rows that a request may have seen: the one it found, and all that came while it was at work."""
    return _rows_between(history, attempt.request.conversation, attempt.started, attempt.ended)


def _rows_between(history: History, conversation: str, start: float, end: float) -> list[Links | None]:
    """The row of a conversation at one moment, and all that came until another one."""
    rows: list[Links | None] = [history.start.get(conversation)]
    for write in history.of(conversation):
        if write.at > end:
            break
        if write.at <= start:
            rows.clear()
        rows.append(write.after)
    return rows


def wrong_pairs(history: History) -> Iterator[str]:
    """Writes of the app that leave a case with a customer to whom it does not belong."""
    for write in history.ours:
        row = write.after
        if row is None or not row.customer:
            continue
        # A write whatever the version leaves regarding alone (contract, "What is written"): not its doing.
        for case in {row.issue} if write.blind else {row.issue, row.regarding}:
            if case and not history.cases[case].belongs(row.customer):
                yield f"request {write.by}: case {case} with customer {row.customer}"


def doubled(history: History) -> Iterator[str]:
    """Cases that a conversation created for a customer while an earlier one of the same two was active."""
    active: dict[tuple[str, str], set[str]] = {}
    for write in history.case_writes:
        after = write.after
        if write.before is None and write.by and after:
            mine = active.setdefault((history.requests[write.by].conversation, after.customer), set())
            if mine:
                yield f"request {write.by}: case {after.id} created while {', '.join(mine)} is active"
            mine.add(after.id)
        else:
            _follow(active, after)


def _follow(active: dict[tuple[str, str], set[str]], case: Case | None) -> None:
    for mine in active.values():
        if case and not case.active:
            mine.discard(case.id)


def beside(history: History) -> Iterator[str]:
    """Cases created "if needed" though all through the request the conversation held an active one of the customer."""
    for write in history.case_writes:
        if write.before is not None or not write.by or write.after is None:
            continue
        request = history.requests[write.by]
        if request.body.get("createCase") != "always" and _was_held(history, request.conversation, write):
            yield f"request {write.by}: case {write.after.id} created beside one that was there"


def _was_held(history: History, conversation: str, write: CaseWrite) -> bool:
    """Whether the conversation held an active case of the customer from the first attempt on: a write may come late."""
    starts = [each.started for each in history.attempts if each.request.id == write.by]
    rows = _rows_between(history, conversation, min(starts, default=write.at), write.at)
    changed = {each.after.id for each in history.case_writes if each.before and each.after}
    owner = write.after.customer if write.after else ""
    return all(
        row is not None
        and row.customer == owner
        and bool(row.case)
        and row.case not in changed
        and history.cases[row.case].active
        and history.cases[row.case].belongs(owner)
        for row in rows
    )


def too_many_customers(history: History) -> Iterator[str]:
    """Conversations that created cases for a fourth customer."""
    for conversation in {request.conversation for request in history.requests.values()}:
        if len(history.customers(conversation)) > MAX_CUSTOMERS:
            yield f"conversation {conversation}: cases for {len(history.customers(conversation))} customers"


def lesser_known(history: History) -> Iterator[str]:
    """Writes of the app that put a customer in the place of one who is better known."""
    for write in history.ours:
        if write.before is None or write.after is None or not write.after.customer:
            continue
        before, after = (history.rank(write.conversation, row.customer) for row in (write.before, write.after))
        if after < before:
            yield f"request {write.by}: {write.before.customer} gave way to {write.after.customer}"


def wrong_level(history: History) -> Iterator[str]:
    """Answers whose level is not the one that was recorded of the customer they name; lower only where not sure."""
    for attempt in history.attempts:
        if attempt.status == 200 and attempt.request.route == "link":
            level = history.level(attempt.request.conversation, attempt.answer["customerId"])
            lowest = level if attempt.sure or not attempt.answer["customerId"] else CLAIMED
            if attempt.answer["identityLevel"] not in (level, lowest):
                yield f"request {attempt.request.id}: {attempt.answer['identityLevel']}, not {level}"


def ghosts(history: History) -> Iterator[str]:
    """Conversations that were created by a write that was to change one."""
    for write in history.ours:
        if write.before is None:
            yield f"request {write.by}: conversation {write.conversation} was created"


def undone(history: History) -> Iterator[str]:
    """Links that a request with `overwrite` false replaced or took away."""
    for write in history.ours:
        request = history.requests[write.by]
        if request.overwrite or request.route != "link" or write.before is None:
            continue
        for name in ("customer", "issue", "regarding"):
            held = getattr(write.before, name)
            if held and held != getattr(write.after, name, ""):
                yield f"request {write.by}: {name} {held} was replaced"


def overruns(history: History) -> Iterator[str]:
    """Answers that came later than the budget allows, seconds in which the whole machine stood still left out."""
    for attempt in history.attempts:
        took = attempt.ended - attempt.started - history.heart.stood_still(attempt.started, attempt.ended)
        if took > attempt.budget + GRACE:
            yield f"request {attempt.request.id}: {took:.1f} s, budget {attempt.budget:g} s"


def forbidden(history: History) -> Iterator[str]:
    """Writes where none may be: in a dry run, of a closed row, of a lead's regarding, of other columns, a removal."""
    for write in history.ours:
        if write.before is None:
            continue
        for why, is_so in _forbidden(history, write, write.before):
            if is_so:
                yield f"request {write.by}: {why}"
    for change in history.case_writes:
        if change.by and change.before is not None:
            yield f"request {change.by}: it changed a case"
        elif change.by and history.requests[change.by].dry_run:
            yield f"request {change.by}: a dry run created a case"


def _forbidden(history: History, write: ConversationWrite, before: Links) -> tuple[tuple[str, bool], ...]:
    after = write.after
    return (
        ("a dry run wrote", history.requests[write.by].dry_run),
        # A write whatever the version may meet one that was closed just then (contract, "What is written").
        ("a closed conversation was written", not before.open and not write.blind),
        ("a regarding that is no case was written", bool(before.other) and (not after or after.other != before.other)),
        (f"it wrote {', '.join(write.others)}", bool(write.others)),
        ("it removed the conversation", after is None),
    )


def strange(history: History) -> Iterator[str]:
    """Answers that are none of the contract's, or none that this request may get."""
    last: dict[str, Attempt] = {}
    for attempt in history.attempts:
        last[attempt.request.id] = attempt
        if why := _strange(history, attempt):
            yield f"request {attempt.request.id}: {attempt.status}, {why}"
    for attempt in last.values():
        if attempt.status == 503:
            yield f"request {attempt.request.id}: never answered but with 503"


def _strange(history: History, attempt: Attempt) -> str:
    if attempt.status == 200:
        wanted = FIELDS if attempt.request.route == "link" else UNLINK_FIELDS
        return "" if set(attempt.answer) == set(wanted.split()) else "its fields are others"
    if attempt.status == 404:
        return "" if None in seen(history, attempt) else "the conversation was there"
    if attempt.status == 503:
        fits = attempt.retry_after.isdecimal() and 1 <= int(attempt.retry_after) <= 60
        return "" if fits else "Retry-After is missing or wrong"
    return f"code {attempt.answer.get('code', '')}"


class Check(NamedTuple):
    """A row of the reckoning."""

    name: str
    find: Callable[[History], Iterator[str]]


CHECKS = (
    Check("links lost", lost),
    Check("wrong pairs", wrong_pairs),
    Check("cases doubled", doubled),
    Check("cases beside another program's", beside),
    Check("cases for a fourth customer", too_many_customers),
    Check("better known customers replaced", lesser_known),
    Check("levels that were not recorded", wrong_level),
    Check("ghosts created", ghosts),
    Check("a person's choice undone under overwrite false", undone),
    Check("budget overruns", overruns),
    Check("writes where none may be", forbidden),
    Check("answers outside the contract", strange),
)
