"""What one link request came to: everything the answer is made of, and nothing else."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.contract.policy import Standing
from shared.contract.requests import LinkRequest
from shared.contract.statuses import IN_PLACE, WRITTEN, CreateCase, IdentityLevel, LinkStatus, PartStatus
from shared.dataverse.records import Case, Conversation, Customer
from shared.resolver import identity
from shared.resolver.case_creation import is_created
from shared.resolver.decision import BY_CONVERSATION, BY_CREATION, Decision, LinkDecision, Record, SearchResult
from shared.resolver.filters import MatchCriteria
from shared.resolver.patch import Changes
from shared.settings import Settings

WOULD: Mapping[PartStatus, PartStatus] = {
    PartStatus.LINKED: PartStatus.WOULD_LINK,
    PartStatus.CREATED: PartStatus.WOULD_CREATE,
}
"""How a dry run says it."""


class LinkResult(NamedTuple):
    """A request, the question it put, what was found, what was decided, and what changes."""

    request: LinkRequest
    criteria: MatchCriteria
    found: SearchResult
    decision: Decision
    changes: Changes
    settings: Settings

    @property
    def customer(self) -> Customer | None:
        """The customer who is on the conversation after the call (in a dry run: would be)."""
        return self.changes.after.customer

    @property
    def case(self) -> Case | None:
        """The case that is on the conversation after the call (in a dry run: would be)."""
        return self.changes.after.case

    @property
    def customer_status(self) -> PartStatus:
        """What became of the customer; in a dry run, what would have."""
        return self._reported(self.decision.customer.status)

    @property
    def case_status(self) -> PartStatus:
        """What became of the case; in a dry run, what would have."""
        part = self.decision.case
        created = part.status is PartStatus.LINKED and part.matched_by == BY_CREATION
        return self._reported(PartStatus.CREATED if created else part.status)

    def _reported(self, status: PartStatus) -> PartStatus:
        return WOULD.get(status, status) if self.request.dryRun else status

    @property
    def would_create(self) -> bool:
        """Whether this is a dry run that stopped before a case was created."""
        return self.case_status is PartStatus.WOULD_CREATE

    @property
    def case_is_new(self) -> bool:
        """Whether this conversation created the case that is on it, in this call or before."""
        return self.case is not None and is_created(self.request.conversationId, self.case)

    def matches(self) -> dict[str, int]:
        """How many rows were found, by entity: 0, 1 or 2, which stands for several."""
        counts = {f"{type}Matches": min(len(rows), 2) for type, rows in self.found.customers.items()}
        return counts | ({"caseMatches": min(len(self.found.cases), 2)} if self.criteria.case else {})

    @property
    def asked(self) -> tuple[PartStatus, ...]:
        """The statuses of the parts that the request asks for."""
        parts = []
        if self.criteria.customers and self.criteria.wants_customer:
            parts.append(self.decision.customer.status)
        if self.criteria.case or (self.request.createCase is not CreateCase.NO and self.criteria.wants_case):
            parts.append(self.decision.case.status)
        return tuple(parts)

    @property
    def status(self) -> LinkStatus:
        """Linked where all that was asked for is in place, partial where a part of it is, else not_linked."""
        in_place = [status in IN_PLACE for status in self.asked] or [bool(self.customer or self.case)]
        if all(in_place):
            return LinkStatus.LINKED
        return LinkStatus.PARTIAL if any(in_place) else LinkStatus.NOT_LINKED

    @property
    def replaced_customer_id(self) -> str:
        """The customer who was on the conversation before and is not any more."""
        before = self.found.conversation.customer
        return before.id if before and (not self.customer or before.id != self.customer.id) else ""

    @property
    def replaced_case_id(self) -> str:
        """The case that was on the conversation before and is not any more; of several the one that was shown."""
        before, after = self.found.conversation, self.changes.after
        kept = {case.id for case in after.cases.values()}
        gone = [case.id for case in (before.case, *before.cases.values()) if case and case.id not in kept]
        return gone[0] if gone else ""

    @property
    def identity_level(self) -> IdentityLevel:
        """How well the customer on the conversation is known."""
        return identity.level(self.customer, self.found.evidence, self.settings.phone_region)

    @property
    def include_names(self) -> bool:
        """Whether names may be in the answer (INCLUDE_NAMES, LINK_POLICY)."""
        part = self.decision.customer
        matched_by = part.matched_by if part.record else BY_CONVERSATION
        # A case without a customer beside it is what somebody claimed.
        standing = (
            identity.standing(self.customer, matched_by, self.found.evidence, self.settings.phone_region)
            if self.customer
            else Standing.CLAIMED
        )
        permission = self.settings.link_policy.permission(standing, self.found.conversation.workstream_id)
        return self.settings.include_names and permission.names

    @property
    def shows_number(self) -> bool:
        """Whether the number of the case may be in the answer: always, or only to whoever gave it."""
        return self.include_names or (
            "CaseNumber" in self.decision.case.matched_by and self.decision.case.record is not None
        )

    @property
    def case_number(self) -> str:
        """The number of the case on the conversation, as far as it may be in the answer."""
        return self.case.number if self.case and self.shows_number else ""


def reported(written: LinkResult, again: LinkResult, now: Conversation) -> LinkResult:
    """The result of a write that was read again: as decided before where that holds, else as decided now."""
    customer = _holding(written.decision.customer, again.decision.customer, now.customer)
    case = _holding(written.decision.case, again.decision.case, now.case)
    return written._replace(decision=Decision(customer, case), changes=Changes({}, now))


def _holding(written: LinkDecision[Record], again: LinkDecision[Record], held: Record | None) -> LinkDecision[Record]:
    is_ours = written.status in WRITTEN and written.record and held and held.id == written.record.id
    return written if is_ours else again
