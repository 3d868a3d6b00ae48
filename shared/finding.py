"""Reading what a decision needs: one round trip, a second one where the conversation's own customer has to be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import search
from .dataverse import Dataverse
from .deadline import Trip
from .decision import Findings, Policy
from .models import LinkRequest
from .question import Question, question
from .resolver import needs_own_cases
from .settings import Settings

if TYPE_CHECKING:
    from .workstream import WorkstreamFinder


class Finder:
    """Finds customers and cases in one environment, by the built-in rules or by those of the workstreams."""

    def __init__(self, settings: Settings, dataverse: Dataverse) -> None:
        self._settings = settings
        self._dataverse = dataverse
        self._workstreams: WorkstreamFinder | None = None
        if settings.rule_source == "workstream":
            from .workstream import WorkstreamFinder  # XML and all that, only for whom it serves

            self._workstreams = WorkstreamFinder(settings, dataverse)

    def find(self, request: LinkRequest, trip: Trip) -> Findings:
        """What `request` asks for and what there is.

        Raises:
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable: see `Dataverse.read`.
        """
        asked = question(request, self._settings)
        policy = policy_of(request, self._settings)
        if self._workstreams is None:
            return self._built_in(asked, policy, request, trip)
        findings = self._workstreams.find(asked, policy, request, trip)
        if isinstance(findings, Findings):
            return findings
        built_in = self._built_in(asked, policy, request, trip)
        return replace(built_in, found=replace(built_in.found, rule=f"built-in; {findings}"))

    def _built_in(self, asked: Question, policy: Policy, request: LinkRequest, trip: Trip) -> Findings:
        bodies = self._dataverse.read(search.first_read(asked, request.conversationId), trip)
        found = search.found(request.conversationId, bodies, self._settings.case_columns[0])
        own = found.conversation.customer
        if own and needs_own_cases(asked, found, policy):
            more = self._dataverse.read(search.cases_of(own, asked), trip)
            found = replace(found, own_cases=search.cases(more[search.OWN]))
        return Findings(asked, found, policy)


def policy_of(request: LinkRequest, settings: Settings) -> Policy:
    """What the caller and the settings decide about links."""
    return Policy(
        overwrite=request.overwrite,
        case_must_match_customer=settings.case_must_match_customer,
        link_only_active_case=settings.link_only_active_case,
        customer_types=settings.customer_types,
        case_columns=settings.case_columns,
        create_case=request.createCase,
    )
