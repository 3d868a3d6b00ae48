"""Reading what a decision needs: one round trip, a second one where the conversation's own customer has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contract.requests import LinkRequest
from shared.core.context import RequestContext
from shared.dataverse.client import DataverseClient
from shared.resolver import queries
from shared.resolver.decision import Policy, ResolutionInput
from shared.resolver.filters import MatchCriteria, match_criteria
from shared.resolver.lookalikes import without_lookalikes
from shared.resolver.matching import customer_of_a_cut_list, needs_own_cases
from shared.settings import RuleSource, Settings

if TYPE_CHECKING:
    from shared.resolver.fetchxml.lookup import WorkstreamLookup


class RecordLookup:
    """Finds customers and cases in one environment, by the built-in rules or by those of the workstreams."""

    def __init__(self, settings: Settings, dataverse: DataverseClient) -> None:
        self._settings = settings
        self._dataverse = dataverse
        self._workstreams: WorkstreamLookup | None = None
        if settings.rule_source is RuleSource.WORKSTREAM:
            from shared.resolver.fetchxml.lookup import WorkstreamLookup  # XML and all that, only where it is used

            self._workstreams = WorkstreamLookup(settings, dataverse)

    def find(self, request: LinkRequest, context: RequestContext) -> ResolutionInput:
        """What `request` asks for and what there is.

        Raises:
            ConversationNotFound, DataverseRefused, Misconfigured, DataverseUnavailable: see `DataverseClient.read`.
        """
        asked = match_criteria(request, self._settings)
        policy = policy_of(request, self._settings)
        if self._workstreams is None:
            return self._built_in(asked, policy, request, context)
        findings = self._workstreams.find(asked, policy, request, context)
        if isinstance(findings, ResolutionInput):
            return findings
        built_in = self._built_in(asked, policy, request, context)
        return built_in._replace(found=built_in.found._replace(rule=f"built-in; {findings}"))

    def _built_in(
        self, asked: MatchCriteria, policy: Policy, request: LinkRequest, context: RequestContext
    ) -> ResolutionInput:
        search = queries.search(
            asked,
            request.conversationId,
            self._settings.case_columns[0],
            with_workstream=bool(self._settings.link_policy.workstreams),
        )
        found = without_lookalikes(asked, self._dataverse.read(search.gets, search.found, context))
        needs_own = needs_own_cases(asked, found, policy)
        customer = found.own_customer if needs_own else customer_of_a_cut_list(asked, found, policy)
        if customer:
            own_cases = self._dataverse.read_one(queries.cases_of(customer, asked), context)
            found = without_lookalikes(asked, found._replace(own_cases=own_cases))
        return ResolutionInput(asked, found, policy)


def policy_of(request: LinkRequest, settings: Settings) -> Policy:
    """What the caller and the settings decide about links."""
    return Policy(
        overwrite=request.overwrite,
        case_must_match_customer=settings.case_must_match_customer,
        link_only_active_case=settings.link_only_active_case,
        customer_types=settings.customer_types,
        case_columns=settings.case_columns,
        create_case=request.createCase,
        permissions=settings.link_policy,
        phone_region=settings.phone_region,
    )
