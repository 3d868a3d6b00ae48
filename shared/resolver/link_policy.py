"""A match against what is on the conversation already: linked, in place, kept, closed; and the pair rule. Pure."""

from __future__ import annotations

from dataclasses import replace

from shared.contract.statuses import WRITTEN, PartStatus
from shared.dataverse.records import Conversation, Customer
from shared.resolver.decision import (
    BY_CONVERSATION,
    CaseDecision,
    CustomerDecision,
    Decision,
    LinkDecision,
    Policy,
    Record,
)
from shared.resolver.filters import MatchCriteria


def keeps_existing(conversation: Conversation, beside: Customer | None) -> bool:
    """Whether the case on the conversation is one that inference leaves alone."""
    case = conversation.case
    return case is not None and (beside is None or (case.active and case.belongs_to(beside)))


def apply_customer_policy(
    criteria: MatchCriteria, conversation: Conversation, policy: Policy, customer: CustomerDecision
) -> CustomerDecision:
    """The match against the customer in place: linked, already linked, kept, closed."""
    if not criteria.wants_customer:
        return LinkDecision(PartStatus.NOT_REQUESTED, reason="left out by entities")
    if customer.record is None:
        return customer
    in_place = conversation.customer
    if in_place and in_place.id == customer.record.id:
        return replace(customer, status=PartStatus.ALREADY_LINKED)
    if not conversation.open:
        return customer.rejected(PartStatus.CONVERSATION_CLOSED, "the conversation is closed")
    if in_place and not policy.overwrite:
        return customer.rejected(
            PartStatus.KEPT_EXISTING, "another customer is on the conversation and overwrite is false"
        )
    return replace(customer, status=PartStatus.LINKED)


def apply_case_policy(
    conversation: Conversation, policy: Policy, case: CaseDecision, beside: Customer | None
) -> CaseDecision:
    """The match against the case in place and against the customer beside it."""
    if case.record is None:
        return case
    in_place = conversation.case
    if in_place and in_place.id == case.record.id and not (conversation.open and _columns(conversation, policy, case)):
        return replace(case, status=PartStatus.ALREADY_LINKED)
    if not conversation.open:
        return case.rejected(PartStatus.CONVERSATION_CLOSED, "the conversation is closed")
    if policy.case_must_match_customer and beside and not case.record.belongs_to(beside):
        if in_place and in_place.id == case.record.id:
            return replace(case, status=PartStatus.ALREADY_LINKED)
        return case.rejected(
            PartStatus.CUSTOMER_MISMATCH, "the case does not belong to the customer on the conversation"
        )
    if in_place and in_place.id != case.record.id and not policy.overwrite:
        return case.rejected(PartStatus.KEPT_EXISTING, "another case is on the conversation and overwrite is false")
    if not _columns(conversation, policy, case):
        return case.rejected(
            PartStatus.KEPT_EXISTING, "the only case column that may be written is taken by another record"
        )
    return replace(case, status=PartStatus.LINKED)


def _columns(conversation: Conversation, policy: Policy, case: CaseDecision) -> tuple[str, ...]:
    """The columns that may hold the case and do not; a case that nobody named is left in the columns it is in."""
    if case.record is None or case.matched_by == BY_CONVERSATION:
        return ()
    free = [name for name in policy.case_columns if name != "regarding" or conversation.regarding_is_free]
    held = {name: conversation.cases.get(name) for name in free}
    return tuple(
        name for name, other in held.items() if other is None or (other.id != case.record.id and policy.overwrite)
    )


def enforce_consistency(
    conversation: Conversation, policy: Policy, customer: CustomerDecision, case: CaseDecision
) -> Decision:
    """No call leaves a case beside a customer to whom it does not belong; where nothing may be replaced, none comes."""
    columns = _columns(conversation, policy, case) if case.status in WRITTEN else ()
    beside = customer.record if customer.status in WRITTEN else conversation.customer
    named = customer.status is PartStatus.ALREADY_LINKED and customer.matched_by != BY_CONVERSATION
    changes = named or customer.status in WRITTEN or case.status in WRITTEN
    if not policy.case_must_match_customer or beside is None or not changes:
        return Decision(customer, case, columns)
    strangers = tuple(
        name for name, held in conversation.cases.items() if name not in columns and not held.belongs_to(beside)
    )
    if not conversation.open:
        return Decision(customer, case)
    if policy.overwrite or not strangers:
        return Decision(customer, case, columns, strangers)
    reason = "a case of another customer is on the conversation and overwrite is false"
    return Decision(_unless_linked(customer, reason), _unless_linked(case, reason))


def _unless_linked(part: LinkDecision[Record], reason: str) -> LinkDecision[Record]:
    return part.rejected(PartStatus.KEPT_EXISTING, reason) if part.status in WRITTEN else part
