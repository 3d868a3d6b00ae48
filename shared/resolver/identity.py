"""How well a customer is known: from what Omnichannel itself recorded, never from what a request says. Pure."""

from __future__ import annotations

from shared.contract.policy import Standing
from shared.contract.statuses import IdentityLevel
from shared.dataverse.records import Customer, Evidence
from shared.resolver.filters import MatchedBy

NAME_ONLY = frozenset({"Name", "CaseNumber"})
"""A case number beside a name adds nothing that is secret."""


def level(customer: Customer | None, evidence: Evidence, region: str) -> IdentityLevel:
    """How well `customer` is known by this evidence; `region` reads a number without country code."""
    if customer is None:
        return IdentityLevel.NONE
    if customer.type == "contact" and customer.id == evidence.signed_in_contact_id:
        return IdentityLevel.VERIFIED
    if customer.id == evidence.profile_customer_id or writes_from_own_number(customer, evidence, region):
        return IdentityLevel.CHANNEL
    return IdentityLevel.CLAIMED


def writes_from_own_number(customer: Customer, evidence: Evidence, region: str) -> bool:
    """Whether a number that the channel states is one of the customer's."""
    if not evidence.numbers:
        return False
    from shared.resolver.values import phones  # a new instance imports it late: most requests need none

    return any(phones.same(number, own, region) for number in evidence.numbers for own in customer.phones)


def best_level(evidence: Evidence) -> IdentityLevel:
    """The level that a customer could have by this evidence, whoever it is."""
    if evidence.signed_in_contact_id or evidence.incomplete:
        return IdentityLevel.VERIFIED
    return IdentityLevel.CHANNEL if evidence.numbers or evidence.profile_customer_id else IdentityLevel.CLAIMED


def standing(customer: Customer, matched_by: MatchedBy, evidence: Evidence, region: str) -> Standing:
    """On what the match of a customer stands."""
    name_only = "Name" in matched_by and NAME_ONLY.issuperset(matched_by)
    return Standing.of(level(customer, evidence, region), name_only)
