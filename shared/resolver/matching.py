"""The decision: from rows alone to the customer and the case that the conversation gets. Pure; rows are joined by id.

The way through it: who is described (`_customer_without_number`) → which case a number or record names, and whom it
confirms (`_named_case`) → who the customer is after the call (`apply_customer_policy`) → which case goes beside that
customer (`apply_case_policy`) → no case beside another customer (`enforce_consistency`). The rules are those of
docs/contract.md, "How records are found".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from shared.contract.statuses import CreateCase, PartStatus
from shared.core.schema import CUSTOMERS, CustomerType
from shared.dataverse.records import Case, Customer
from shared.resolver.creation_policy import created_case, may_create
from shared.resolver.decision import (
    BY_CONVERSATION,
    BY_CUSTOMER,
    BY_PROFILE,
    CaseDecision,
    CustomerDecision,
    Decision,
    LinkDecision,
    Policy,
    SearchResult,
)
from shared.resolver.filters import EntityCriteria, MatchCriteria, MatchedBy
from shared.resolver.link_policy import (
    apply_case_policy,
    apply_customer_policy,
    enforce_consistency,
    is_withheld,
    keeps_existing,
)
from shared.resolver.queries import TOP


def needs_own_cases(criteria: MatchCriteria, found: SearchResult, policy: Policy) -> bool:
    """Whether the decision hangs on cases of the conversation's own customer that were not read yet."""
    own = found.own_customer
    if criteria.customers or own is None or not own.active or not criteria.wants_case or found.own_cases is not None:
        return False
    if criteria.case:
        return policy.case_must_match_customer and len(found.cases) > 1
    return policy.link_only_active_case and not keeps_existing(found.conversation, own)


def customer_of_a_cut_list(criteria: MatchCriteria, found: SearchResult, policy: Policy) -> Customer | None:
    """The described customer whose cases have to be read by themselves, because those of others filled a list."""
    if criteria.case or not criteria.wants_case or found.own_cases is not None:
        return None
    customer = described(criteria, found, policy)
    cut = customer and any(
        _may_be_cut(rows, customer) for rows in (*found.cases_via.values(), *found.cases_via_name.values())
    )
    return customer if cut else None


def described(criteria: MatchCriteria, found: SearchResult, policy: Policy) -> Customer | None:
    """Whom the request describes where no case is named; the conversation's own customer where it describes nobody."""
    return _customer_without_number(criteria, found, policy).record


def decide(criteria: MatchCriteria, found: SearchResult, policy: Policy) -> Decision:
    """Who and which case is linked, and why. The same rows always give the same decision."""
    wanted = _customer_without_number(criteria, found, policy)
    matched = wanted
    case: CaseDecision | None = None
    if criteria.wants_case and criteria.case:
        case, matched = _named_case(criteria, criteria.case, found, policy, wanted)
    confirmed = bool(case and case.record and matched.record and case.record.belongs_to(matched.record))
    customer = apply_customer_policy(criteria, found, policy, matched, confirmed)
    beside = customer.record if customer.status is PartStatus.LINKED else found.conversation.customer
    creates = policy.create_case is not CreateCase.NO and criteria.wants_case and may_create(criteria, case)
    if case is None or creates:
        # Whom the request describes counts also where somebody else stays on the conversation.
        case = _unnamed_case(criteria, found, policy, customer.record or wanted.record, beside)
    withheld = matched.record if is_withheld(matched, found, policy, confirmed) else None
    if withheld and beside is None and case.record and case.record.belongs_to(withheld):
        case = case.rejected(PartStatus.NOT_GIVEN, "the case of a customer who is not linked (LINK_POLICY)")
    case = apply_case_policy(found.conversation, policy, case, beside)
    if creates:
        case = created_case(found, policy, customer, case, wanted)
    return enforce_consistency(found.conversation, policy, customer, case)


# --- who is described ------------------------------------------------------------------------------------------------


def _customer_without_number(criteria: MatchCriteria, found: SearchResult, policy: Policy) -> CustomerDecision:
    """The preferred type's single match, else the other type's, else ambiguous if any had two, else not found."""
    if not criteria.customers:
        return _undescribed_customer(found)
    identifying = {type: each for type, each in criteria.customers.items() if not each.supporting_only}
    if not identifying:
        return LinkDecision(
            PartStatus.NOT_GIVEN, reason="what was given does not identify by itself (SUFFICIENT_ALONE)"
        )
    for type in policy.customer_types:
        if type in identifying and (part := _single(type, identifying[type], found)):
            return part
    several = any(each.preset_status is PartStatus.AMBIGUOUS for each in identifying.values())
    if several or any(len(found.customers.get(type, ())) > 1 for type in identifying):
        return LinkDecision(PartStatus.AMBIGUOUS, reason="several match")
    return LinkDecision(PartStatus.NOT_FOUND, reason="none matches")


def _undescribed_customer(found: SearchResult) -> CustomerDecision:
    """Where the request describes nobody: the customer who is there, else the one of the social profile."""
    if found.conversation.customer:
        return LinkDecision(PartStatus.LINKED, found.conversation.customer, BY_CONVERSATION, "on the conversation")
    if found.own_customer:
        return LinkDecision(PartStatus.LINKED, found.own_customer, BY_PROFILE, "the customer of the social profile")
    return LinkDecision(PartStatus.NOT_GIVEN, reason="not given")


def _single(type: CustomerType, criterion: EntityCriteria, found: SearchResult) -> CustomerDecision | None:
    """The single match of one type, the name deciding between several where it may."""
    rows, named = found.customers.get(type, ()), found.customers_by_name.get(type, ())
    if len(rows) == 1:
        return LinkDecision(PartStatus.LINKED, rows[0], criterion.matched_by, f"the only matching {type}")
    if len(rows) > 1 and len(named) == 1 and criterion.tie_break:
        return LinkDecision(
            PartStatus.LINKED, named[0], criterion.tie_break.matched_by, f"the only matching {type} of that name"
        )
    return None


# --- a case that is named by its number or as a known record ---------------------------------------------------------


def _named_case(
    criteria: MatchCriteria,
    named: EntityCriteria,
    found: SearchResult,
    policy: Policy,
    customer: CustomerDecision,
) -> tuple[CaseDecision, CustomerDecision]:
    """The case, and the customer: the one that the case confirms where it belongs to who is described."""
    matched_by = named.matched_by
    if named.preset_status is PartStatus.AMBIGUOUS:
        return LinkDecision(PartStatus.AMBIGUOUS, reason="several records were given"), customer
    if not policy.case_must_match_customer:
        return _only(found.cases, matched_by), customer
    if criteria.customers:
        return _described_case(criteria, found, policy, customer, matched_by)
    own = found.own_customer
    if own:
        return _own_case(found, own, matched_by), customer
    if named.supporting_only:
        return LinkDecision(
            PartStatus.NOT_GIVEN, reason="a number does not identify by itself (SUFFICIENT_ALONE)"
        ), customer
    case = _only(found.cases, matched_by)
    return case, _customer_of(case.record, matched_by, criteria) if case.record else customer


def _only(cases: Iterable[Case], matched_by: MatchedBy) -> CaseDecision:
    rows = _distinct(cases)
    if len(rows) == 1:
        return LinkDecision(
            PartStatus.LINKED, rows[0], matched_by, f"the only active case (by {', '.join(matched_by)})"
        )
    return (
        LinkDecision(PartStatus.AMBIGUOUS, reason="several active cases match")
        if rows
        else LinkDecision(PartStatus.NOT_FOUND, reason="no active case matches")
    )


def _described_case(
    criteria: MatchCriteria, found: SearchResult, policy: Policy, customer: CustomerDecision, matched_by: MatchedBy
) -> tuple[CaseDecision, CustomerDecision]:
    if criteria.case and criteria.case.supporting_only and customer.status is PartStatus.NOT_GIVEN:
        return LinkDecision(
            PartStatus.NOT_GIVEN, reason="nothing that was given identifies by itself (SUFFICIENT_ALONE)"
        ), customer
    theirs = _distinct([*_all(found.cases_via), *(case for case in found.cases if _of_company(case, found))])
    if len(theirs) > 1:
        theirs = _distinct(_all(found.cases_via_name)) or theirs
    if theirs:
        case = _only(theirs, matched_by)
        return case, _confirmed(case.record, criteria, found, policy) if case.record else customer
    return _not_theirs(found.cases), customer


def _all(cases: Mapping[str, tuple[Case, ...]]) -> list[Case]:
    return [case for rows in cases.values() for case in rows]


def _of_company(case: Case, found: SearchResult) -> Customer | None:
    """The described contact whose active company the case belongs to (CASE_OF_COMPANY); only a single one counts."""
    contacts, company = found.customers.get("contact", ()), case.related.get("customerid_account")
    if len(contacts) == 1 and company and company.active and contacts[0].company_id == company.id:
        return contacts[0]
    return None


def _not_theirs(cases: tuple[Case, ...]) -> CaseDecision:
    if len(cases) == 1:
        return LinkDecision(PartStatus.CUSTOMER_MISMATCH, reason="the case belongs to another customer")
    return _only(cases, ())


def _confirmed(case: Case, criteria: MatchCriteria, found: SearchResult, policy: Policy) -> CustomerDecision:
    """The customer whom the case confirms: of the preferred type where both do, its primary contact last."""
    for type in policy.customer_types:
        criterion = criteria.customers.get(type)
        if criterion is None:
            continue
        confirmed = _through(case, type, found) or (_of_company(case, found) if type == "contact" else None)
        if confirmed:
            return LinkDecision(PartStatus.LINKED, confirmed, criterion.matched_by, f"the {type} of the case")
    return LinkDecision(PartStatus.NOT_FOUND, reason="the case confirms nobody")


def _through(case: Case, type: CustomerType, found: SearchResult) -> Customer | None:
    """The customer of a type whom a path from the case led to."""
    for lookup in CUSTOMERS[type].case_paths:
        for row in (*found.cases_via.get(lookup.navigation, ()), *found.cases_via_name.get(lookup.navigation, ())):
            if row.id == case.id and lookup.navigation in row.related:
                return row.related[lookup.navigation]
    return None


def _own_case(found: SearchResult, own: Customer, matched_by: MatchedBy) -> CaseDecision:
    """The named case, if it belongs to the customer who is already on the conversation."""
    candidates = found.cases if found.own_cases is None else found.own_cases
    theirs = [case for case in candidates if own.active and _may_be_named_by(case, own)]
    return _only(theirs, matched_by) if theirs else _not_theirs(found.cases)


def _may_be_named_by(case: Case, own: Customer) -> bool:
    company = case.related.get("customerid_account")
    return case.is_of(own) or (case.belongs_to(own) and company is not None and company.active)


def _customer_of(case: Case, matched_by: MatchedBy, criteria: MatchCriteria) -> CustomerDecision:
    """The customer of a case that was named alone."""
    for customer in case.related.values():
        if customer.active and customer.type in criteria.requested:
            return LinkDecision(PartStatus.LINKED, customer, matched_by, f"the {customer.type} of the case")
    return LinkDecision(PartStatus.NOT_FOUND, reason="the case's customer is inactive or not asked for")


# --- a case that nobody named ----------------------------------------------------------------------------------------


def _unnamed_case(
    criteria: MatchCriteria,
    found: SearchResult,
    policy: Policy,
    customer: Customer | None,
    beside: Customer | None,
) -> CaseDecision:
    """The case on the conversation where it stays, else the only active case of `customer`."""
    if not criteria.wants_case:
        return LinkDecision(PartStatus.NOT_REQUESTED, reason="left out by entities")
    if keeps_existing(found.conversation, beside):
        return LinkDecision(PartStatus.LINKED, found.conversation.case, BY_CONVERSATION, "on the conversation")
    if not policy.link_only_active_case:
        return LinkDecision(PartStatus.NOT_REQUESTED, reason="no number was given and LINK_ONLY_ACTIVE_CASE is off")
    if customer is None:
        return LinkDecision(PartStatus.NOT_GIVEN, reason="no number was given and no single customer is known")
    return (
        _only(_cases_of(customer, found), BY_CUSTOMER)
        if customer.active
        else LinkDecision(PartStatus.NOT_FOUND, reason="the customer is not active")
    )


def _cases_of(customer: Customer, found: SearchResult) -> list[Case]:
    """The customer's cases; with those of others where these filled a list, so that it may have been cut."""
    if found.own_cases is not None:
        return [case for case in found.own_cases if case.is_of(customer)]
    by_name = any(row.id == customer.id for row in found.customers_by_name.get(customer.type, ()))
    via = found.cases_via_name if by_name else found.cases_via
    for rows in (via.get(path.navigation, ()) for path in CUSTOMERS[customer.type].case_paths):
        if _may_be_cut(rows, customer):
            return list(rows)
    return [case for case in [*_all(found.cases_via), *_all(found.cases_via_name)] if case.is_of(customer)]


def _may_be_cut(cases: Collection[Case], customer: Customer) -> bool:
    """Whether cases of others filled a list, so that some of the customer's may be missing."""
    return len(cases) >= TOP and not all(case.is_of(customer) for case in cases)


def _distinct(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple({case.id: case for case in cases}.values())
