"""The decision: from rows alone to the customer and the case that the conversation gets. Pure; rows are joined by id.

The way through it: who is described (`_customer_without_number`) → which case a number or record names, and whom it
confirms (`_named_case`) → who the customer is after the call (`settle_customer`) → which case goes beside that
customer (`settle_case`) → no case beside a stranger (`keep_pair`). The rules are sections 2 and 3 of the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .creation import is_created, planned
from .decision import Decision, Found, Part, Policy
from .identification import CUSTOMERS, CustomerType
from .placement import keep_pair, settle_case, settle_customer, stays
from .question import Criterion, Question
from .rows import Case, Customer


def needs_own_cases(question: Question, found: Found, policy: Policy) -> bool:
    """Whether the decision hangs on cases of the conversation's own customer that were not read yet."""
    own = found.conversation.customer
    if question.customers or own is None or not own.active or not question.wants_case or found.own_cases is not None:
        return False
    if question.case:
        return policy.case_must_match_customer and len(found.cases) > 1
    return policy.link_only_active_case and not stays(found.conversation, own)


def described(question: Question, found: Found, policy: Policy) -> Customer | None:
    """Whom the request describes where no case is named; the conversation's own customer where it describes nobody."""
    return _customer_without_number(question, found, policy).record


def decide(question: Question, found: Found, policy: Policy) -> Decision:
    """Who and which case is linked, and why. The same rows always give the same decision."""
    customer = _customer_without_number(question, found, policy)
    case: Part[Case] | None = None
    if question.wants_case and question.case:
        case, customer = _named_case(question, question.case, found, policy, customer)
    customer = settle_customer(question, found.conversation, policy, customer)
    beside = customer.record if customer.status == "linked" else found.conversation.customer
    creates = policy.create_case != "no" and question.wants_case and _may_create(question.case, case)
    if case is None or creates:
        case = _unnamed_case(question, found, policy, customer, beside)
    case = settle_case(found.conversation, policy, case, beside)
    if creates:
        case = _created_case(question, found, policy, customer, case)
    return keep_pair(found.conversation, policy, customer, case)


# --- who is described ------------------------------------------------------------------------------------------------


def _customer_without_number(question: Question, found: Found, policy: Policy) -> Part[Customer]:
    """The preferred type's single match, else the other type's, else ambiguous if any had two, else not found."""
    own = found.conversation.customer
    if not question.customers:
        return Part("match", own, "conversation", "on the conversation") if own else Part("not_given", why="not given")
    if all(criterion.narrows_only for criterion in question.customers.values()):
        return Part("not_given", why="what was given does not identify by itself (SUFFICIENT_ALONE)")
    for type in policy.customer_types:
        if type in question.customers and (part := _single(type, question.customers[type], found)):
            return part
    several = any(criterion.verdict == "ambiguous" for criterion in question.customers.values())
    if several or any(len(rows) > 1 for rows in found.customers.values()):
        return Part("ambiguous", why="several match")
    return Part("not_found", why="none matches")


def _single(type: CustomerType, criterion: Criterion, found: Found) -> Part[Customer] | None:
    """The single match of one type, the name deciding between several where it may."""
    rows, named = found.customers.get(type, ()), found.customers_by_name.get(type, ())
    if len(rows) == 1:
        return Part("match", rows[0], criterion.matched_by, f"the only matching {type}")
    if len(rows) > 1 and len(named) == 1 and criterion.tie_break:
        return Part("match", named[0], criterion.tie_break.matched_by, f"the only matching {type} of that name")
    return None


# --- a case that is named by its number or as a known record ---------------------------------------------------------


def _named_case(
    question: Question, named: Criterion, found: Found, policy: Policy, customer: Part[Customer]
) -> tuple[Part[Case], Part[Customer]]:
    """The case, and the customer: the one that the case confirms where it belongs to who is described."""
    matched_by = named.matched_by
    if named.verdict == "ambiguous":
        return Part("ambiguous", why="several records were given"), customer
    if not policy.case_must_match_customer:
        return _only(found.cases, matched_by), customer
    if question.customers:
        return _described_case(question, found, policy, customer, matched_by)
    own = found.conversation.customer
    if own:
        return _own_case(found, own, matched_by), customer
    if named.narrows_only:
        return Part("not_given", why="a number does not identify by itself (SUFFICIENT_ALONE)"), customer
    case = _only(found.cases, matched_by)
    return case, _customer_of(case.record, matched_by, question) if case.record else customer


def _only(cases: Iterable[Case], matched_by: str) -> Part[Case]:
    rows = _distinct(cases)
    if len(rows) == 1:
        return Part("match", rows[0], matched_by, f"the only active case (by {matched_by})")
    return (
        Part("ambiguous", why="several active cases match") if rows else Part("not_found", why="no active case matches")
    )


def _described_case(
    question: Question, found: Found, policy: Policy, customer: Part[Customer], matched_by: str
) -> tuple[Part[Case], Part[Customer]]:
    if question.case and question.case.narrows_only and customer.status == "not_given":
        return Part("not_given", why="nothing that was given identifies by itself (SUFFICIENT_ALONE)"), customer
    theirs = _distinct([*_all(found.cases_via), *(case for case in found.cases if _of_company(case, found))])
    if len(theirs) > 1:
        theirs = _distinct(_all(found.cases_via_name)) or theirs
    if theirs:
        case = _only(theirs, matched_by)
        return case, _confirmed(case.record, question, found, policy) if case.record else customer
    return _not_theirs(found.cases), customer


def _all(cases: Mapping[str, tuple[Case, ...]]) -> list[Case]:
    return [case for rows in cases.values() for case in rows]


def _of_company(case: Case, found: Found) -> Customer | None:
    """The described contact whose active company the case belongs to (CASE_OF_COMPANY); only a single one counts."""
    contacts, company = found.customers.get("contact", ()), case.related.get("customerid_account")
    if len(contacts) == 1 and company and company.active and contacts[0].company_id == company.id:
        return contacts[0]
    return None


def _not_theirs(cases: tuple[Case, ...]) -> Part[Case]:
    if len(cases) == 1:
        return Part("customer_mismatch", why="the case belongs to another customer")
    return _only(cases, "")


def _confirmed(case: Case, question: Question, found: Found, policy: Policy) -> Part[Customer]:
    """The customer whom the case confirms: of the preferred type where both do, its primary contact last."""
    for type in policy.customer_types:
        criterion = question.customers.get(type)
        if criterion is None:
            continue
        confirmed = _through(case, type, found) or (_of_company(case, found) if type == "contact" else None)
        if confirmed:
            return Part("match", confirmed, criterion.matched_by, f"the {type} of the case")
    return Part("not_found", why="the case confirms nobody")


def _through(case: Case, type: CustomerType, found: Found) -> Customer | None:
    """The customer of a type whom a path from the case led to."""
    for lookup in CUSTOMERS[type].case_paths:
        for row in (*found.cases_via.get(lookup.navigation, ()), *found.cases_via_name.get(lookup.navigation, ())):
            if row.id == case.id and lookup.navigation in row.related:
                return row.related[lookup.navigation]
    return None


def _own_case(found: Found, own: Customer, matched_by: str) -> Part[Case]:
    """The named case, if it belongs to the customer who is already on the conversation."""
    candidates = found.cases if found.own_cases is None else found.own_cases
    theirs = [case for case in candidates if own.active and _may_be_named_by(case, own)]
    return _only(theirs, matched_by) if theirs else _not_theirs(found.cases)


def _may_be_named_by(case: Case, own: Customer) -> bool:
    company = case.related.get("customerid_account")
    return case.is_of(own) or (case.belongs_to(own) and company is not None and company.active)


def _customer_of(case: Case, matched_by: str, question: Question) -> Part[Customer]:
    """The customer of a case that was named alone."""
    for customer in case.related.values():
        if customer.active and customer.type in question.requested:
            return Part("match", customer, matched_by, f"the {customer.type} of the case")
    return Part("not_found", why="the case's customer is inactive or not asked for")


# --- a case that nobody named ----------------------------------------------------------------------------------------


def _unnamed_case(
    question: Question, found: Found, policy: Policy, customer: Part[Customer], beside: Customer | None
) -> Part[Case]:
    """The case on the conversation where it stays, else the described customer's only active case."""
    if not question.wants_case:
        return Part("not_requested", why="left out by entities")
    if stays(found.conversation, beside):
        return Part("match", found.conversation.case, "conversation", "on the conversation")
    if not policy.link_only_active_case:
        return Part("not_requested", why="no number was given and LINK_ONLY_ACTIVE_CASE is off")
    described = _described_customer(question, found, policy, customer)
    if described is None:
        return Part("not_given", why="no number was given and no single customer is known")
    rows = _cases_of(described, found)
    return _only(rows, "customer") if described.active else Part("not_found", why="the customer is not active")


def _described_customer(question: Question, found: Found, policy: Policy, customer: Part[Customer]) -> Customer | None:
    """Whom the request describes, also where that customer is not the one who ends on the conversation."""
    return customer.record or described(question, found, policy)


def _cases_of(customer: Customer, found: Found) -> list[Case]:
    rows = [*_all(found.cases_via), *_all(found.cases_via_name)] if found.own_cases is None else found.own_cases
    return [case for case in rows if case.is_of(customer)]


# --- a case that is created ------------------------------------------------------------------------------------------

CREATED_INSTEAD_OF = {
    "if_needed": frozenset({"not_found", "ambiguous", "not_requested"}),
    "always": frozenset({"not_found", "ambiguous", "not_requested", "linked", "already_linked"}),
}
"""What may have become of a case that nobody named, for one to be created, by the mode of createCase."""


def _may_create(named: Criterion | None, case: Part[Case] | None) -> bool:
    """A number is never replaced by a new case (it may be a slip); a known record that is not active any more is."""
    return named is None or case is None or (named.matched_by == "record" and case.status == "not_found")


def _created_case(
    question: Question, found: Found, policy: Policy, customer: Part[Customer], case: Part[Case]
) -> Part[Case]:
    """A new case for the customer who is then linked, where the mode wants one and nothing speaks against it."""
    conversation = found.conversation
    if case.record and case.record.active and is_created(conversation.id, case.record):
        return replace(case, matched_by="created") if case.status == "linked" else case
    owner = _owner(question, found, policy, customer)
    if owner is None:
        return _without_owner(customer, case)
    if case.status not in CREATED_INSTEAD_OF[policy.create_case]:
        return case
    created = Part("match", planned(conversation, owner), "created", "created for the customer")
    settled = settle_case(conversation, policy, created, owner)
    return replace(settled, status="created") if settled.record else settled


def _without_owner(customer: Part[Customer], case: Part[Case]) -> Part[Case]:
    if customer.status == "kept_existing" or case.status not in ("not_given", "not_found", "not_requested"):
        return case
    closed = customer.status == "conversation_closed"
    return case.but("conversation_closed" if closed else "customer_needed", "a case needs a customer who is linked")


def _owner(question: Question, found: Found, policy: Policy, customer: Part[Customer]) -> Customer | None:
    """Whose case it would be: the customer who is then on the conversation, if it is the one who is described."""
    owner = customer.record if customer.status in ("linked", "already_linked") else None
    if customer.status == "not_requested":
        own, wanted = found.conversation.customer, described(question, found, policy)
        owner = own if own and wanted and wanted.id == own.id else None
    return owner if owner and owner.active else None


def _distinct(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple({case.id: case for case in cases}.values())
