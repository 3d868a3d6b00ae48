"""The use case: read once, decide, write once. Everything the contract promises about a link happens in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import dropwhile
from random import uniform
from typing import Any

from . import conversation, creation, retry, rows, search
from .dataverse import Dataverse
from .deadline import Trip
from .decision import WRITTEN
from .errors import (
    BadInput,
    CaseExists,
    ConversationChanged,
    ConversationNotFound,
    DataverseRefused,
    DataverseUnavailable,
    FieldError,
)
from .finding import Finder
from .identification import CASE_COLUMNS, CASE_SET, CONVERSATION_SET
from .models import LinkRequest, UnlinkRequest
from .outcome import Outcome, told
from .resolver import decide
from .settings import Settings

READ_AGAIN = 2
"""Times that a changed conversation is read and decided again before a write."""

PAUSE = 0.05
"""Seconds, at most, before the first time that a changed conversation is read again."""

CHANGED = "The conversation was changed again and again at the same moment; repeat the call."
TOO_MANY_CASES = "This conversation has created too many cases for this customer already; link one by its number."
TAKEN_OVER = (
    "The new case was closed or given to another customer as soon as it was created, so it was not linked; "
    "a plug-in, workflow or flow of this environment does that."
)
INVISIBLE_CASE = "The created case cannot be read; give the app's security role depth Organization on cases."


class Linker:
    """Links and unlinks the conversations of one environment."""

    def __init__(self, settings: Settings, dataverse: Dataverse) -> None:
        self._settings = settings
        self.dataverse = dataverse
        self._finder = Finder(settings, dataverse)

    def link(self, request: LinkRequest, trip: Trip) -> Outcome:
        """Find the customer and the case, and write them to the conversation where that changes something.

        Raises:
            BadInput: a dry run was asked for where none is allowed.
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        if request.dryRun and not self._settings.allow_dry_run:
            message = "is switched off here (ALLOW_DRY_RUN)"
            raise BadInput(f"dryRun {message}.", [FieldError("dryRun", message)])
        lost: Outcome | None = None
        for attempt in range(1 + READ_AGAIN):
            _let_others_finish(attempt, trip)
            outcome = self._decide(request, trip)
            if lost and trip.write_unsure and _holds(outcome.found.conversation, lost.changes.after):
                return lost
            outcome = self._with_created_case(outcome, trip, lost)
            if self._written(outcome, trip):
                return outcome
            lost = outcome
        if not request.overwrite:
            raise DataverseUnavailable(CHANGED)
        return self._overwritten(outcome, trip)

    def unlink(self, request: UnlinkRequest, trip: Trip) -> tuple[rows.Conversation, conversation.Changes]:
        """Remove the customer and / or the case of an open conversation; the row before, and what was changed.

        Raises:
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        lost: tuple[rows.Conversation, conversation.Changes] | None = None
        for _ in range(1 + READ_AGAIN):
            bodies = self.dataverse.read(search.conversation_read(request.conversationId), trip)
            with rows.readable():
                before = rows.conversation(request.conversationId, bodies["conversation"])
            if lost and trip.write_unsure and _holds(before, lost[1].after):
                return lost
            changes = conversation.unlink(before, request.customer and before.open, request.case and before.open)
            if self._update(before, before.etag, changes.body, trip):
                return before, changes
            lost = before, changes
        raise DataverseUnavailable(CHANGED)

    def _decide(self, request: LinkRequest, trip: Trip) -> Outcome:
        asked = self._finder.find(request, trip)
        decision = decide(asked.question, asked.found, asked.policy)
        changes = conversation.link(asked.found.conversation, decision)
        return Outcome(request, asked.question, asked.found, decision, changes, self._settings)

    def _with_created_case(self, outcome: Outcome, trip: Trip, before: Outcome | None = None) -> Outcome:
        """The outcome with the case created, where it wants one; that of the attempt `before` does again."""
        owner, planned = outcome.customer, outcome.decision.case.record
        if outcome.decision.case.status != "created" or outcome.request.dryRun or owner is None or planned is None:
            return outcome
        made = before.decision.case.record if before and before.decision.case.status == "created" else None
        same = made if made and made.id == planned.id and made.customer_id == owner.id else None
        case = same or self._created_case(outcome.request, owner, planned, trip)
        decision = replace(outcome.decision, case=replace(outcome.decision.case, record=case))
        return replace(outcome, decision=decision, changes=conversation.link(outcome.found.conversation, decision))

    def _created_case(self, request: LinkRequest, owner: rows.Customer, planned: rows.Case, trip: Trip) -> rows.Case:
        """The active case of the first id, from the planned one on, that has no inactive one; created if missing."""
        row = creation.row(request, owner, self._settings)
        ids = creation.ids(request.conversationId, owner.id)
        for case_id in dropwhile(lambda id: id != planned.id, ids):
            try:
                body = self.dataverse.create(CASE_SET, case_id, row, ",".join(CASE_COLUMNS), trip)
            except CaseExists:
                case = self._case(case_id, trip)
                if _is_usable(case, owner):
                    return case
                continue  # that one has had its day; the next id
            case = self._as_created(body, case_id, trip)
            if not _is_usable(case, owner):
                raise DataverseRefused(TAKEN_OVER)
            return case
        raise DataverseRefused(TOO_MANY_CASES)

    def _as_created(self, body: Mapping[str, Any], case_id: str, trip: Trip) -> rows.Case:
        """The new case as Dataverse returned it; read back where it returned less than was asked for."""
        with rows.readable():
            return rows.case(body) if all(column in body for column in CASE_COLUMNS) else self._case(case_id, trip)

    def _case(self, case_id: str, trip: Trip) -> rows.Case:
        found = search.cases(self.dataverse.read(search.case_read(case_id), trip)["case"])
        if not found:
            raise DataverseRefused(INVISIBLE_CASE)
        return found[0]

    def _written(self, outcome: Outcome, trip: Trip) -> bool:
        """Whether all is written that there is to write; False where the conversation changed in between."""
        before, body = outcome.found.conversation, outcome.changes.body
        return outcome.request.dryRun or self._update(before, before.etag, body, trip)

    def _overwritten(self, outcome: Outcome, trip: Trip) -> Outcome:
        """The last resort with `overwrite`: written whatever the version, but for regarding, which may be anybody's.

        A customer whom nobody named is no reason to undo somebody's work, nor is a case that only regarding lacks.
        """
        part, before = outcome.decision.customer, outcome.found.conversation
        named = part.record if part.matched_by != "conversation" else None
        body = conversation.without_regarding(outcome.changes)
        if named is None or not body:
            raise DataverseUnavailable(CHANGED)
        if self._settings.case_must_match_customer:
            body = conversation.whole_pair(outcome.changes, named, self._settings.case_columns)
        if not self._update(before, "*", body, trip):
            raise DataverseUnavailable(CHANGED)
        return self._as_it_is_now(outcome, trip)

    def _as_it_is_now(self, outcome: Outcome, trip: Trip) -> Outcome:
        """After a write that asked for no version: what came in between is put right if it still can be, and told."""
        again = self._with_created_case(self._decide(outcome.request, trip), trip)
        written = self._written(again, trip)
        now = again.changes.after if written else again.found.conversation
        case = again.decision.case
        unlinked = (
            case.status in WRITTEN and case.record and case.record.id not in {held.id for held in now.cases.values()}
        )
        if not written and (unlinked or not self._is_in_place(outcome, now)):
            raise DataverseUnavailable(CHANGED)
        return told(outcome, again, now)

    def _is_in_place(self, outcome: Outcome, now: rows.Conversation) -> bool:
        """Whether the row holds what the call promises: the customer, the case, and no stranger's case."""
        customer, case = outcome.customer, outcome.decision.case.record
        if customer is None or now.customer is None or now.customer.id != customer.id:
            return False
        pairs = self._settings.case_must_match_customer
        strangers = pairs and any(not held.belongs_to(customer) for held in now.cases.values())
        return not strangers and (case is None or case.id in {held.id for held in now.cases.values()})

    def _update(self, before: rows.Conversation, etag: str, body: conversation.Body, trip: Trip) -> bool:
        if not body:
            return True
        try:
            self.dataverse.update(CONVERSATION_SET, before.id, etag, body, trip)
        except (ConversationChanged, ConversationNotFound):
            # A 404 may mean a record that the change points to: reading again tells which one is gone.
            return False
        return True


def _let_others_finish(attempt: int, trip: Trip) -> None:
    """A short pause of random length before reading again: whoever writes the same row then rarely meets us twice."""
    if attempt:
        retry.sleep(min(uniform(0, attempt * PAUSE), max(0.0, trip.deadline.left())))  # noqa: S311 - no secret


def _is_usable(case: rows.Case, owner: rows.Customer) -> bool:
    return case.active and case.belongs_to(owner)


def _holds(now: rows.Conversation, wanted: rows.Conversation) -> bool:
    """Whether the row holds what a write without an answer wanted it to hold."""
    return _ids(now) == _ids(wanted)


def _ids(row: rows.Conversation) -> tuple[str, dict[str, str]]:
    return row.customer.id if row.customer else "", {name: case.id for name, case in row.cases.items()}
