"""A match against what is on the conversation already: linked, in place, kept, closed; and the pair rule. Pure."""

from __future__ import annotations

from shared.contract.policy import Link, Permission
from shared.contract.statuses import WRITTEN, IdentityLevel, PartStatus
from shared.dataverse.records import Conversation, Customer
from shared.resolver import identity
from shared.resolver.decision import (
    BY_CONVERSATION,
    BY_CUSTOMER,
    CaseDecision,
    CustomerDecision,
    Decision,
    LinkDecision,
    Policy,
    Record,
    SearchResult,
)
from shared.resolver.filters import MatchCriteria, MatchedBy


def keeps_existing(conversation: Conversation, beside: Customer | None) -> bool:
    """Whether the case on the conversation is one that inference leaves alone."""
    case = conversation.case
    return case is not None and (beside is None or (case.active and case.belongs_to(beside)))


def apply_customer_policy(
    criteria: MatchCriteria, found: SearchResult, policy: Policy, customer: CustomerDecision, confirmed: bool
) -> CustomerDecision:
    """The match against the customer in place and against LINK_POLICY: linked, already linked, kept, closed.

    `confirmed`: a case number that was given is of a case of the customer.
    """
    conversation = found.conversation
    if not criteria.wants_customer:
        return LinkDecision(PartStatus.NOT_REQUESTED, reason="left out by entities")
    if customer.record is None:
        return customer
    in_place = conversation.customer
    if in_place and in_place.id == customer.record.id:
        return customer._replace(status=PartStatus.ALREADY_LINKED)
    if not conversation.open:
        return customer.rejected(PartStatus.CONVERSATION_CLOSED, "the conversation is closed")
    if is_withheld(customer, found, policy, confirmed):
        return customer.rejected(PartStatus.NOT_GIVEN, "what was given does not identify by itself (LINK_POLICY)")
    permission = permission_of(customer.record, customer.matched_by, found, policy)
    reason = _why_kept(in_place, customer.record, permission, found, policy) if in_place else ""
    return (
        customer.rejected(PartStatus.KEPT_EXISTING, reason) if reason else customer._replace(status=PartStatus.LINKED)
    )


def is_withheld(customer: CustomerDecision, found: SearchResult, policy: Policy, confirmed: bool) -> bool:
    """Whether LINK_POLICY links no such customer, or only one whom a case number confirms."""
    if customer.record is None:
        return False
    link = permission_of(customer.record, customer.matched_by, found, policy).link
    return link is Link.NO or (link is Link.NARROW_ONLY and not confirmed)


def permission_of(customer: Customer, matched_by: MatchedBy, found: SearchResult, policy: Policy) -> Permission:
    """What LINK_POLICY permits for a customer who was matched by these variables."""
    standing = identity.standing(customer, matched_by, found.evidence, policy.phone_region)
    return policy.permissions.permission(standing, found.conversation.workstream_id)


def _why_kept(in_place: Customer, other: Customer, permission: Permission, found: SearchResult, policy: Policy) -> str:
    """Why the customer in place may not be replaced by another one; "" where it may."""
    if not policy.overwrite:
        return "another customer is on the conversation and overwrite is false"
    known = identity.level(in_place, found.evidence, policy.phone_region)
    others = identity.level(other, found.evidence, policy.phone_region)
    if known.rank > others.rank:
        return f"the customer on the conversation is better known ({known})"
    if found.evidence.incomplete and others is not IdentityLevel.VERIFIED:
        return "how well the customer on the conversation is known cannot be read for now"
    if not permission.replace:
        return "what was given is not enough to replace the customer on the conversation (LINK_POLICY)"
    return ""


def apply_case_policy(
    conversation: Conversation, policy: Policy, case: CaseDecision, beside: Customer | None
) -> CaseDecision:
    """The match against the case in place and against the customer beside it."""
    if case.record is None:
        return case
    in_place = conversation.case
    if in_place and in_place.id == case.record.id and not (conversation.open and _columns(conversation, policy, case)):
        return case._replace(status=PartStatus.ALREADY_LINKED)
    if not conversation.open:
        return case.rejected(PartStatus.CONVERSATION_CLOSED, "the conversation is closed")
    must_match = policy.case_must_match_customer or case.matched_by == BY_CUSTOMER  # only a named case may be anybody's
    if must_match and beside and not case.record.belongs_to(beside):
        if in_place and in_place.id == case.record.id:
            return case._replace(status=PartStatus.ALREADY_LINKED)
        return case.rejected(
            PartStatus.CUSTOMER_MISMATCH, "the case does not belong to the customer on the conversation"
        )
    if in_place and in_place.id != case.record.id and not policy.overwrite:
        return case.rejected(PartStatus.KEPT_EXISTING, "another case is on the conversation and overwrite is false")
    if not _columns(conversation, policy, case):
        return case.rejected(
            PartStatus.KEPT_EXISTING, "the only case column that may be written is taken by another record"
        )
    return case._replace(status=PartStatus.LINKED)


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
