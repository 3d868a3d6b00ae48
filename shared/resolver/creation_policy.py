"""Whether a case is created, and for whom. Pure; the case itself is made by `case_creation`."""

from __future__ import annotations

from collections.abc import Mapping

from shared.contract.statuses import CreateCase, PartStatus
from shared.dataverse.records import Customer
from shared.resolver.case_creation import has_reached_its_limit, is_created, planned
from shared.resolver.decision import (
    BY_CREATION,
    CaseDecision,
    CustomerDecision,
    LinkDecision,
    Policy,
    SearchResult,
)
from shared.resolver.filters import MatchCriteria
from shared.resolver.link_policy import apply_case_policy, permission_of

NOTHING_LINKED = frozenset({PartStatus.NOT_FOUND, PartStatus.AMBIGUOUS, PartStatus.NOT_REQUESTED})
CREATED_INSTEAD_OF: Mapping[CreateCase, frozenset[PartStatus]] = {
    CreateCase.NO: frozenset(),
    CreateCase.IF_NEEDED: NOTHING_LINKED,
    CreateCase.ALWAYS: NOTHING_LINKED | {PartStatus.LINKED, PartStatus.ALREADY_LINKED},
}
"""What may have become of a case that nobody named, for one to be created, by the mode of createCase."""


def may_create(criteria: MatchCriteria, case: CaseDecision | None) -> bool:
    """A number is never replaced by a new case (it may be mistyped); a known record that is not active any more is."""
    if criteria.case is None or case is None:
        return True
    return criteria.case.is_record and case.status is PartStatus.NOT_FOUND and "CaseNumber" not in criteria.given.values


def created_case(
    found: SearchResult, policy: Policy, customer: CustomerDecision, case: CaseDecision, wanted: CustomerDecision
) -> CaseDecision:
    """A new case for the customer who is then linked, where the mode wants one and nothing speaks against it.

    `wanted` is whom the request describes.
    """
    conversation = found.conversation
    if case.record and is_created(conversation.id, case.record):
        return case._replace(matched_by=BY_CREATION) if case.status is PartStatus.LINKED else case
    owner = _owner(found, policy, customer, wanted)
    if owner is None:
        return _without_owner(customer, case)
    if case.status not in CREATED_INSTEAD_OF[policy.create_case]:
        return case
    record = planned(conversation.id, found.created, owner)
    if record is None or has_reached_its_limit(found.created, owner):
        return case.rejected(PartStatus.CUSTOMER_NEEDED, "this conversation has created as many cases as one may")
    created = LinkDecision(PartStatus.LINKED, record, BY_CREATION, "created for the customer")
    settled = apply_case_policy(conversation, policy, created, owner)
    return settled._replace(status=PartStatus.CREATED) if settled.record else settled


WITHOUT_CASE = frozenset({PartStatus.NOT_GIVEN, PartStatus.NOT_FOUND, PartStatus.NOT_REQUESTED})
"""What may have become of a case, for the missing customer to be the reason that there is none."""


def _without_owner(customer: CustomerDecision, case: CaseDecision) -> CaseDecision:
    if customer.status is PartStatus.KEPT_EXISTING or case.status not in WITHOUT_CASE:
        return case
    closed = customer.status is PartStatus.CONVERSATION_CLOSED
    return case.rejected(
        PartStatus.CONVERSATION_CLOSED if closed else PartStatus.CUSTOMER_NEEDED,
        "a case needs a customer who is linked and for whom one may be created",
    )


def _owner(
    found: SearchResult, policy: Policy, customer: CustomerDecision, wanted: CustomerDecision
) -> Customer | None:
    """Whose case it would be: the customer who is then on the conversation, if it is the one who is described."""
    part = wanted if customer.status is PartStatus.NOT_REQUESTED else customer
    own, owner = found.conversation.customer, part.record
    if owner is None or not owner.active or (part is wanted and (own is None or own.id != owner.id)):
        return None
    return owner if permission_of(owner, part.matched_by, found, policy).create_case else None
