"""The tests of the decision: people, their cases, and one line of its table as what goes into `decide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from shared.contract.statuses import PartStatus
from shared.core.schema import CustomerType
from shared.dataverse.records import Case, Conversation, Customer, Evidence
from shared.resolver.case_creation import is_created
from shared.resolver.decision import Policy, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchCriteria
from shared.resolver.matching import decide, needs_own_cases
from shared.resolver.patch import link
from shared.settings import Settings

SETTINGS = Settings.from_environment({"DATAVERSE_URL": "https://org.example"})
ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
"""A conversation, where its id counts."""


def guid(name: str) -> str:
    """A GUID that stands for a name."""
    return str(uuid5(NAMESPACE_OID, name))


ANN = Customer("contact", guid("ann"), "Ann", texts={"telephone1": "+14255550101"})
ANN2 = Customer("contact", guid("ann2"), "Ann")
BEN = Customer("contact", guid("ben"), "Ben", texts={"mobilephone": "+14255550102"})
GONE = Customer("contact", guid("gone"), "Gone", active=False)
CORP = Customer("account", guid("corp"), "Corp")
INC = Customer("account", guid("inc"), "Inc")
CLOSED_DOWN = Customer("account", guid("closeddown"), "Closed Down", active=False)
SAM = Customer("contact", guid("sam"), "Sam", company_id=CORP.id)
SUE = Customer("contact", guid("sue"), "Sue", company_id=CORP.id)
LEFT_OVER = Customer("contact", guid("leftover"), "Left Over", company_id=CLOSED_DOWN.id)


def case_of(name: str, customer: Customer, primary: Customer | None = None, active: bool = True) -> Case:
    """A case with its customers read along, as a search by number without a customer reads them."""
    related = {"customerid_contact" if customer.type == "contact" else "customerid_account": customer}
    if primary:
        related["primarycontactid"] = primary
    return Case(guid(name), f"CAS-{name}", "t", active, customer.id, primary.id if primary else "", related)


ANNS = case_of("anns", ANN)
ANNS_2ND = case_of("anns2nd", ANN)
ANN2S = case_of("ann2s", ANN2)
BENS = case_of("bens", BEN)
GONES = case_of("gones", GONE)
CORPS = case_of("corps", CORP)
CLOSED_DOWNS = case_of("closeddowns", CLOSED_DOWN)
ANNS_AT_CORP = case_of("annsatcorp", CORP, primary=ANN)
ANNS_OLD = case_of("annsold", ANN, active=False)

CONTACT, PRIMARY, ACCOUNT = "customerid_contact", "primarycontactid", "customerid_account"
EMAIL, NAME = Condition(("emailaddress1",), ("'a@x'",), "Email"), Condition(("fullname",), ("'A'",), "Name")
TEXT = EntityCriteria((EMAIL,))
TIE = EntityCriteria((EMAIL,), tie_break=EntityCriteria((NAME, EMAIL)))
NAME_TEXT = EntityCriteria((NAME,))
NAME_ONLY = EntityCriteria((NAME,), supporting_only=True)
NUMBER = EntityCriteria((Condition(("ticketnumber",), ("'1'",), "CaseNumber"),))
NUMBER_ONLY = NUMBER._replace(supporting_only=True)
RECORD = EntityCriteria((Condition(("contactid",), ("ann",)),))
CASE_RECORD = EntityCriteria((Condition(("incidentid",), ("anns",)),))
SEVERAL = EntityCriteria((Condition(("contactid",), ("ann", "ben")),), PartStatus.AMBIGUOUS)
TOO_LONG = EntityCriteria((Condition(("emailaddress1",), (), "Email"),), PartStatus.NOT_FOUND)

NOTHING_RECORDED = Evidence()
EMPTY = Conversation("c", 'W/"1"')


def holding(customer: Customer | None = None, issue: Case | None = None, regarding: Case | None = None) -> Conversation:
    """An open conversation that holds these already."""
    cases = {name: case for name, case in {"issue": issue, "regarding": regarding}.items() if case}
    return Conversation("c", 'W/"1"', customer=customer, cases=cases)


@dataclass(frozen=True)
class Row:
    """One line of the table. `contact` and `account` are rows found, None where nothing describes one."""

    rule: str
    customer: tuple[str, Customer | None] = ("", None)
    case: tuple[str, Case | None] = ("", None)
    contact: tuple[Customer, ...] | None = None
    account: tuple[Customer, ...] | None = None
    number: tuple[Case, ...] | None = None
    via: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    by_name: Mapping[CustomerType, tuple[Customer, ...]] = field(default_factory=dict)
    via_name: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    own: tuple[Case, ...] | None = None
    on: Conversation = EMPTY
    evidence: Evidence = NOTHING_RECORDED
    created: tuple[Case, ...] = ()
    criteria: Mapping[str, EntityCriteria] = field(default_factory=dict)
    requested: frozenset[str] = frozenset({"contact", "account", "case"})
    policy: Mapping[str, Any] = field(default_factory=dict)


HERS: Mapping[str, Any] = {"contact": (ANN,), "number": (ANNS,), "via": {CONTACT: (ANNS,)}}
"""A contact, and the number of a case of hers."""

OFF = {"overwrite": False}
LOOSE = {"case_must_match_customer": False}
NO_INFERENCE = {"link_only_active_case": False}
CLOSED = Conversation("c", open=False)
CLOSED_ANN = Conversation("c", open=False, customer=ANN, cases={"issue": ANNS})


def inputs_of(row: Row) -> tuple[MatchCriteria, SearchResult, Policy]:
    """The question, the rows and the policy of one line."""
    given = {"contact": row.contact, "account": row.account}
    customers = {type: row.criteria.get(type, TEXT) for type, rows in given.items() if rows is not None}
    case = row.criteria.get("case", NUMBER) if row.number is not None else None
    found = SearchResult(
        conversation=row.on,
        customers={type: rows for type, rows in given.items() if rows is not None and customers[type].searches},
        cases=row.number or (),
        cases_via=row.via,
        customers_by_name=row.by_name,
        cases_via_name=row.via_name,
        own_cases=row.own,
        evidence=row.evidence,
        created=row.created,
    )
    return MatchCriteria(customers, case, row.requested), found, Policy(**row.policy)


def check(row: Row) -> None:
    """The line holds, its rows are all that the decision needs, and `explain` can say why."""
    criteria, found, policy = inputs_of(row)
    assert not needs_own_cases(criteria, found, policy)
    decision = decide(criteria, found, policy)
    assert (decision.customer.status, decision.customer.record) == row.customer
    assert (decision.case.status, decision.case.record) == row.case
    assert decision.customer.reason
    assert decision.case.reason


def check_again(row: Row) -> None:
    """On the row that the first call left, the same call has nothing to write."""
    criteria, found, policy = inputs_of(row)
    after = link(found.conversation, decide(criteria, found, policy)).after
    own = (after.case,) if after.case and not criteria.customers else found.own_cases
    created = {case.id: case for case in (*found.created, *after.cases.values()) if is_created(after.id, case)}
    again = found._replace(conversation=after, own_cases=own, created=tuple(created.values()))
    assert link(after, decide(criteria, again, policy)).body == {}
