"""The use case: read once, decide, write once. Everything the contract promises about a link happens in this order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import dropwhile
from random import uniform
from typing import Any

from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.contract.statuses import WRITTEN, PartStatus
from shared.core.context import RequestContext
from shared.core.errors import (
    BadInput,
    CaseExists,
    ConversationChanged,
    ConversationNotFound,
    DataverseRefused,
    DataverseUnavailable,
    FieldError,
)
from shared.core.schema import CASE_COLUMNS, CASE_SET, CONVERSATION_SET
from shared.dataverse import records, retry, rows
from shared.dataverse.client import DataverseClient
from shared.resolver import case_creation, identity, patch, queries
from shared.resolver.link_policy import permission_of
from shared.resolver.lookup import RecordLookup, policy_of
from shared.resolver.matching import decide
from shared.resolver.result import LinkResult, reported
from shared.settings import Settings

READ_AGAIN = 2
"""Times that a changed conversation is read and decided again before a write."""

PAUSE = 0.05
"""Seconds, at most, before the first time that a changed conversation is read again."""

CHANGED = "The conversation was changed again and again at the same moment; repeat the call."
TOO_MANY_CASES = "This conversation has created too many cases already; link one by its number."
TAKEN_OVER = (
    "The new case was closed or given to another customer as soon as it was created, so it was not linked; "
    "a plug-in, workflow or flow of this environment does that."
)
INVISIBLE_CASE = "The created case cannot be read; give the app's security role depth Organization on cases."


class Resolver:
    """Links and unlinks the conversations of one environment."""

    def __init__(self, settings: Settings, dataverse: DataverseClient) -> None:
        self._settings = settings
        self.dataverse = dataverse
        self._lookup = RecordLookup(settings, dataverse)

    def link(self, request: LinkRequest, context: RequestContext) -> LinkResult:
        """Find the customer and the case, and write them to the conversation where that changes something.

        Raises:
            BadInput: a dry run was asked for where none is allowed.
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        if request.dryRun and not self._settings.allow_dry_run:
            message = "is switched off here (ALLOW_DRY_RUN)"
            raise BadInput(f"dryRun {message}.", [FieldError("dryRun", message)])
        lost: LinkResult | None = None
        for attempt in range(1 + READ_AGAIN):
            _let_others_finish(attempt, context)
            result = self._decide(request, context)
            if lost and context.write_unsure and _holds(result.found.conversation, lost.changes.after):
                return lost
            result = self._with_created_case(result, context, lost)
            if self._written(result, context):
                return result
            lost = result
        if not request.overwrite:
            raise DataverseUnavailable(CHANGED)
        return self._overwritten(result, context)

    def unlink(self, request: UnlinkRequest, context: RequestContext) -> tuple[records.Conversation, patch.Changes]:
        """Remove the customer and / or the case of an open conversation; the row before, and what was changed.

        Raises:
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        lost: tuple[records.Conversation, patch.Changes] | None = None
        for _ in range(1 + READ_AGAIN):
            before = self.dataverse.read_one(queries.conversation_get(request.conversationId), context)
            if lost and context.write_unsure and _holds(before, lost[1].after):
                return lost
            changes = patch.unlink(before, request.customer and before.open, request.case and before.open)
            if self._update(before, before.etag, changes.body, context):
                return before, changes
            lost = before, changes
        raise DataverseUnavailable(CHANGED)

    def _decide(self, request: LinkRequest, context: RequestContext) -> LinkResult:
        asked = self._lookup.find(request, context)
        decision = decide(asked.criteria, asked.found, asked.policy)
        changes = patch.link(asked.found.conversation, decision)
        return LinkResult(request, asked.criteria, asked.found, decision, changes, self._settings)

    def _with_created_case(
        self, result: LinkResult, context: RequestContext, before: LinkResult | None = None
    ) -> LinkResult:
        """The outcome with the case created, where it wants one; that of the attempt `before` does again."""
        owner, planned = result.customer, result.decision.case.record
        if (
            result.decision.case.status is not PartStatus.CREATED
            or result.request.dryRun
            or owner is None
            or planned is None
        ):
            return result
        made = before.decision.case.record if before and before.decision.case.status is PartStatus.CREATED else None
        same = made if made and made.id == planned.id and made.customer_id == owner.id else None
        case = same or self._created_case(result, owner, planned, context)
        if case is None:  # others created cases for other customers at the same moment: the limit is reached now
            return self._with_created_case(self._decide(result.request, context), context)
        decision = result.decision._replace(case=result.decision.case._replace(record=case))
        return result._replace(decision=decision, changes=patch.link(result.found.conversation, decision))

    def _created_case(
        self, result: LinkResult, owner: records.Customer, planned: records.Case, context: RequestContext
    ) -> records.Case | None:
        """The case of the planned id, created if missing; of the next id where that one cannot be used.

        None where the ids that cannot be used are of so many customers that none may be created any more.
        """
        row, created = case_creation.row(result.request, owner, self._settings), list(result.found.created)
        for case_id in dropwhile(lambda id: id != planned.id, case_creation.ids(result.request.conversationId)):
            if case_creation.has_reached_its_limit(created, owner):
                return None
            try:
                case = self._new_case(case_id, row, context)
            except CaseExists:
                case = self._case(case_id, context)
                if _is_usable(case, owner):
                    return case
                created.append(case)
                continue  # closed meanwhile, or created for another customer at the same moment
            if not _is_usable(case, owner):
                raise DataverseRefused(TAKEN_OVER)
            return case
        raise DataverseRefused(TOO_MANY_CASES)

    def _new_case(self, case_id: str, row: Mapping[str, Any], context: RequestContext) -> records.Case:
        """The new case as Dataverse returned it; read back where it returned less than was asked for."""
        parse = partial(rows.case, case_id)
        returned = self.dataverse.create(CASE_SET, case_id, row, CASE_COLUMNS, parse, context)
        return returned or self._case(case_id, context)

    def _case(self, case_id: str, context: RequestContext) -> records.Case:
        found = self.dataverse.read_one(queries.case_get(case_id), context)
        if not found:
            raise DataverseRefused(INVISIBLE_CASE)
        return found

    def _written(self, result: LinkResult, context: RequestContext) -> bool:
        """Whether all is written that there is to write; False where the conversation changed in between."""
        before, body = result.found.conversation, result.changes.body
        return result.request.dryRun or self._update(before, before.etag, body, context)

    def _overwritten(self, result: LinkResult, context: RequestContext) -> LinkResult:
        """The last resort with `overwrite`: written whatever the version, but for regarding, which may be anybody's.

        A customer whom nobody described is no reason to undo somebody's work (a case number replaces nobody), nor is a
        case that only regarding lacks.
        """
        part, before = result.decision.customer, result.found.conversation
        named = part.record if result.criteria.customers else None
        body = patch.without_regarding(result.changes)
        if named is None or not body or not self._may_replace_anybody(named, result):
            raise DataverseUnavailable(CHANGED)
        if self._settings.case_must_match_customer:
            body = patch.whole_pair(result.changes, named, self._settings.case_columns)
        if not self._update(before, "*", body, context):
            raise DataverseUnavailable(CHANGED)
        return self._as_it_is_now(result, context)

    def _may_replace_anybody(self, named: records.Customer, result: LinkResult) -> bool:
        """Whether nobody who may have been linked meanwhile is better known than `named`, and LINK_POLICY replaces."""
        evidence, region = result.found.evidence, self._settings.phone_region
        best = identity.best_level(evidence)
        permission = permission_of(
            named, result.decision.customer.matched_by, result.found, policy_of(result.request, self._settings)
        )
        return permission.replace and identity.level(named, evidence, region).rank >= best.rank

    def _as_it_is_now(self, result: LinkResult, context: RequestContext) -> LinkResult:
        """After a write that asked for no version: what came in between is put right where it still can be."""
        again = self._with_created_case(self._decide(result.request, context), context)
        written = self._written(again, context)
        now = again.changes.after if written else again.found.conversation
        case = again.decision.case
        unlinked = (
            case.status in WRITTEN and case.record and case.record.id not in {held.id for held in now.cases.values()}
        )
        if not written and (unlinked or not self._is_in_place(result, now)):
            raise DataverseUnavailable(CHANGED)
        return reported(result, again, now)

    def _is_in_place(self, result: LinkResult, now: records.Conversation) -> bool:
        """Whether the row holds what the call promises: the customer, the case, and no other customer's case."""
        customer, case = result.customer, result.decision.case.record
        if customer is None or now.customer is None or now.customer.id != customer.id:
            return False
        pairs = self._settings.case_must_match_customer
        strangers = pairs and any(not held.belongs_to(customer) for held in now.cases.values())
        return not strangers and (case is None or case.id in {held.id for held in now.cases.values()})

    def _update(self, before: records.Conversation, etag: str, body: patch.Body, context: RequestContext) -> bool:
        if not body:
            return True
        try:
            self.dataverse.update(CONVERSATION_SET, before.id, etag, body, context)
        except (ConversationChanged, ConversationNotFound):
            # A 404 may mean a record that the change points to: reading again tells which one is gone.
            return False
        return True


def _let_others_finish(attempt: int, context: RequestContext) -> None:
    """A short pause of random length before reading again, so that two writers of one row rarely meet twice."""
    if attempt:
        retry.sleep(min(uniform(0, attempt * PAUSE), max(0.0, context.deadline.left())))  # noqa: S311 - no secret


def _is_usable(case: records.Case, owner: records.Customer) -> bool:
    return case.active and case.belongs_to(owner)


def _holds(now: records.Conversation, wanted: records.Conversation) -> bool:
    """Whether the row holds what a write without an answer wanted it to hold."""
    return _ids(now) == _ids(wanted)


def _ids(row: records.Conversation) -> tuple[str, dict[str, str]]:
    return row.customer.id if row.customer else "", {name: case.id for name, case in row.cases.items()}
