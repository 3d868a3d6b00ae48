"""The use case: read once, decide, write once. Everything the contract promises about a link happens in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import conversation, rows, search
from .dataverse import Dataverse
from .deadline import Trip
from .errors import BadInput, ConversationChanged, DataverseUnavailable, FieldError
from .identification import CONVERSATION_SET, CUSTOMERS
from .models import LinkRequest, UnlinkRequest
from .outcome import Outcome
from .resolver import Found, Policy, decide, needs_own_cases
from .search import Question
from .settings import Settings

CHANGED = "The conversation was changed at the same moment, so nothing was linked; repeat the call."


class Linker:
    """Links and unlinks the conversations of one environment."""

    def __init__(self, settings: Settings, dataverse: Dataverse) -> None:
        self._settings = settings
        self._dataverse = dataverse

    def link(self, request: LinkRequest, trip: Trip) -> Outcome:
        """Find the customer and the case, and write them to the conversation where that changes something.

        Raises:
            BadInput: a dry run was asked for where none is allowed.
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        if request.dryRun and not self._settings.allow_dry_run:
            message = "is switched off here (ALLOW_DRY_RUN)"
            raise BadInput(f"dryRun {message}.", [FieldError("dryRun", message)])
        question = search.question(request, self._settings)
        policy = _policy(request, self._settings)
        found = self._find(question, request.conversationId, policy, trip)
        decision = decide(question, found, policy)
        changes = conversation.link(found.conversation, decision)
        if not request.dryRun:
            self._write(found.conversation, changes, trip)
        return Outcome(request, question, found, decision, changes, self._settings)

    def unlink(self, request: UnlinkRequest, trip: Trip) -> tuple[rows.Conversation, conversation.Changes]:
        """Remove the customer and / or the case of an open conversation; the row before, and what was changed.

        Raises:
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable.
        """
        bodies = self._dataverse.read(search.conversation_read(request.conversationId), trip)
        before = rows.conversation(request.conversationId, bodies["conversation"])
        changes = conversation.unlink(before, request.customer and before.open, request.case and before.open)
        self._write(before, changes, trip)
        return before, changes

    def _find(self, question: Question, conversation_id: str, policy: Policy, trip: Trip) -> Found:
        bodies = self._dataverse.read(search.first_read(question, conversation_id), trip)
        found = _found(conversation_id, bodies)
        own = found.conversation.customer
        if own and needs_own_cases(question, found, policy):
            more = self._dataverse.read(search.cases_of(own, question), trip)
            found = replace(found, own_cases=_records(rows.case, more["own cases"]))
        return found

    def _write(self, before: rows.Conversation, changes: conversation.Changes, trip: Trip) -> None:
        if not changes.body:
            return
        try:
            self._dataverse.update(CONVERSATION_SET, before.id, before.etag, changes.body, trip)
        except ConversationChanged:
            raise DataverseUnavailable(CHANGED) from None


def _policy(request: LinkRequest, settings: Settings) -> Policy:
    return Policy(
        overwrite=request.overwrite,
        case_must_match_customer=settings.case_must_match_customer,
        link_only_active_case=settings.link_only_active_case,
        customer_types=settings.customer_types,
        case_columns=settings.case_columns,
    )


def _found(conversation_id: str, bodies: Mapping[str, Mapping[str, Any]]) -> Found:
    navigations = [path.navigation for table in CUSTOMERS.values() for path in table.case_paths]
    return Found(
        conversation=rows.conversation(conversation_id, bodies["conversation"]),
        customers={
            type: tuple(rows.customer(type, row) for row in bodies[type]["value"])
            for type in CUSTOMERS
            if type in bodies
        },
        cases=_records(rows.case, bodies.get("case", {})),
        cases_via={name: _records(rows.case, bodies[name]) for name in navigations if name in bodies},
    )


def _records(parse: Callable[[rows.Row], rows.Case], body: Mapping[str, Any]) -> tuple[rows.Case, ...]:
    return tuple(parse(row) for row in body.get("value", ()))
