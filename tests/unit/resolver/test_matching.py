"""The decision, as its whole table: what was found and what is linked already, against what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest

from shared.contract.statuses import PartStatus
from shared.dataverse.records import Case, Conversation, Customer
from shared.resolver.decision import Policy, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchCriteria
from shared.resolver.matching import decide, needs_own_cases
from shared.resolver.patch import link


def guid(name: str) -> str:
    """A GUID that stands for a name."""
    return str(uuid5(NAMESPACE_OID, name))


ANN = Customer("contact", guid("ann"), "Ann")
ANN2 = Customer("contact", guid("ann2"), "Ann")
BEN = Customer("contact", guid("ben"), "Ben")
GONE = Customer("contact", guid("gone"), "Gone", active=False)
CORP = Customer("account", guid("corp"), "Corp")
INC = Customer("account", guid("inc"), "Inc")


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
ANNS_AT_CORP = case_of("annsatcorp", CORP, primary=ANN)
ANNS_OLD = case_of("annsold", ANN, active=False)

CONTACT, PRIMARY, ACCOUNT = "customerid_contact", "primarycontactid", "customerid_account"
TEXT = EntityCriteria((Condition(("emailaddress1",), ("'a@x'",), "Email"),))
NUMBER = EntityCriteria((Condition(("ticketnumber",), ("'1'",), "CaseNumber"),))
RECORD = EntityCriteria((Condition(("contactid",), ("ann",)),))
SEVERAL = EntityCriteria((Condition(("contactid",), ("ann", "ben")),), PartStatus.AMBIGUOUS)
TOO_LONG = EntityCriteria((Condition(("emailaddress1",), (), "Email"),), PartStatus.NOT_FOUND)

EMPTY = Conversation("c", 'W/"1"')


def holding(customer: Customer | None = None, issue: Case | None = None, regarding: Case | None = None) -> Conversation:
    """An open conversation that holds these already."""
    cases = {name: case for name, case in {"issue": issue, "regarding": regarding}.items() if case}
    return Conversation("c", 'W/"1"', customer=customer, cases=cases)


@dataclass(frozen=True)
class Row:
    """One line of the table. `contact` and `account` are rows found, None where nothing describes one."""

    rule: str
    customer: tuple[str, Customer | None]
    case: tuple[str, Case | None]
    contact: tuple[Customer, ...] | None = None
    account: tuple[Customer, ...] | None = None
    number: tuple[Case, ...] | None = None
    via: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    own: tuple[Case, ...] | None = None
    on: Conversation = EMPTY
    criteria: Mapping[str, EntityCriteria] = field(default_factory=dict)
    requested: frozenset[str] = frozenset({"contact", "account", "case"})
    policy: Mapping[str, Any] = field(default_factory=dict)


OFF = {"overwrite": False}
LOOSE = {"case_must_match_customer": False}
NO_INFERENCE = {"link_only_active_case": False}
CLOSED = Conversation("c", open=False)
CLOSED_ANN = Conversation("c", open=False, customer=ANN, cases={"issue": ANNS})

WITHOUT_NUMBER = [
    Row("nothing given, nothing linked", ("not_given", None), ("not_given", None)),
    Row("one contact", ("linked", ANN), ("not_found", None), contact=(ANN,)),
    Row("one account", ("linked", CORP), ("not_found", None), contact=(), account=(CORP,)),
    Row("one of both: the preferred", ("linked", ANN), ("not_found", None), contact=(ANN,), account=(CORP,)),
    Row(
        "one of both, account preferred",
        ("linked", CORP),
        ("not_found", None),
        contact=(ANN,),
        account=(CORP,),
        policy={"customer_types": ("account", "contact")},
    ),
    Row("two contacts", ("ambiguous", None), ("not_given", None), contact=(ANN, ANN2), account=()),
    Row("two accounts", ("ambiguous", None), ("not_given", None), contact=(), account=(CORP, INC)),
    Row("two contacts, one account", ("linked", CORP), ("not_found", None), contact=(ANN, ANN2), account=(CORP,)),
    Row("one contact, two accounts", ("linked", ANN), ("not_found", None), contact=(ANN,), account=(CORP, INC)),
    Row("nobody", ("not_found", None), ("not_given", None), contact=(), account=()),
    Row("several known records", ("ambiguous", None), ("not_given", None), contact=(), criteria={"contact": SEVERAL}),
    Row("too long to match", ("not_found", None), ("not_given", None), contact=(), criteria={"contact": TOO_LONG}),
    Row("his only active case", ("linked", ANN), ("linked", ANNS), contact=(ANN,), via={CONTACT: (ANNS,)}),
    Row(
        "her only case, as primary contact",
        ("linked", ANN),
        ("linked", ANNS_AT_CORP),
        contact=(ANN,),
        via={PRIMARY: (ANNS_AT_CORP,)},
    ),
    Row(
        "one case by two ways",
        ("linked", ANN),
        ("linked", ANNS_AT_CORP),
        contact=(ANN,),
        account=(),
        via={PRIMARY: (ANNS_AT_CORP,), ACCOUNT: (ANNS_AT_CORP,)},
    ),
    Row(
        "two active cases",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,), PRIMARY: (ANNS_AT_CORP,)},
    ),
    Row(
        "a case of the other type does not count",
        ("linked", ANN),
        ("not_found", None),
        contact=(ANN,),
        account=(CORP,),
        via={ACCOUNT: (CORPS,)},
    ),
    Row(
        "inference switched off",
        ("linked", ANN),
        ("not_requested", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        policy=NO_INFERENCE,
    ),
    Row(
        "a case is not asked for",
        ("linked", ANN),
        ("not_requested", None),
        contact=(ANN,),
        requested=frozenset({"contact"}),
    ),
    Row(
        "only a case is asked for",
        ("not_requested", None),
        ("linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        requested=frozenset({"case"}),
    ),
]

NAMED = [
    Row("number alone", ("linked", ANN), ("linked", ANNS), number=(ANNS,)),
    Row("number alone, an account's", ("linked", CORP), ("linked", CORPS), number=(CORPS,)),
    Row(
        "number alone: its customer, not its contact",
        ("linked", CORP),
        ("linked", ANNS_AT_CORP),
        number=(ANNS_AT_CORP,),
    ),
    Row("number alone, inactive customer", ("not_found", None), ("linked", GONES), number=(GONES,)),
    Row(
        "number alone, its customer's type left out",
        ("not_found", None),
        ("linked", CORPS),
        number=(CORPS,),
        requested=frozenset({"contact", "case"}),
    ),
    Row("number unknown", ("not_given", None), ("not_found", None), number=()),
    Row("two rows of one number", ("not_given", None), ("ambiguous", None), number=(ANNS, BENS)),
    Row("confirmed", ("linked", ANN), ("linked", ANNS), contact=(ANN,), number=(ANNS,), via={CONTACT: (ANNS,)}),
    Row(
        "picks one of two people",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN, ANN2),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
    ),
    Row(
        "both types confirmed: the preferred",
        ("linked", ANN),
        ("linked", ANNS_AT_CORP),
        contact=(ANN,),
        account=(CORP,),
        number=(ANNS_AT_CORP,),
        via={PRIMARY: (ANNS_AT_CORP,), ACCOUNT: (ANNS_AT_CORP,)},
    ),
    Row(
        "both types confirmed, account preferred",
        ("linked", CORP),
        ("linked", ANNS_AT_CORP),
        contact=(ANN,),
        account=(CORP,),
        number=(ANNS_AT_CORP,),
        via={PRIMARY: (ANNS_AT_CORP,), ACCOUNT: (ANNS_AT_CORP,)},
        policy={"customer_types": ("account", "contact")},
    ),
    Row(
        "only the company confirmed: it beats the preferred type",
        ("linked", CORP),
        ("linked", CORPS),
        contact=(ANN,),
        account=(CORP,),
        number=(CORPS,),
        via={ACCOUNT: (CORPS,)},
    ),
    Row("a stranger's case", ("linked", ANN), ("customer_mismatch", None), contact=(ANN,), number=(BENS,)),
    Row(
        "a stranger's case, nobody found", ("not_found", None), ("customer_mismatch", None), contact=(), number=(BENS,)
    ),
    Row(
        "a stranger's case, two found",
        ("ambiguous", None),
        ("customer_mismatch", None),
        contact=(ANN, ANN2),
        number=(BENS,),
    ),
    Row("number unknown, customer found", ("linked", ANN), ("not_found", None), contact=(ANN,), number=()),
    Row(
        "two of a number, one is hers",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(BENS, CORPS),
        via={CONTACT: (ANNS,)},
    ),
    Row("two of a number, none is hers", ("linked", ANN), ("ambiguous", None), contact=(ANN,), number=(BENS, CORPS)),
    Row(
        "two of a number, both are hers",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(ANNS, ANNS_2ND),
        via={CONTACT: (ANNS, ANNS_2ND)},
    ),
    Row(
        "a known record decides like a text",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"contact": RECORD},
    ),
    Row(
        "a known case of several",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(),
        criteria={"case": SEVERAL},
    ),
    Row(
        "the case picks one of several known records",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"contact": SEVERAL},
    ),
    Row(
        "the pair rule rests: both as found",
        ("linked", ANN),
        ("linked", BENS),
        contact=(ANN,),
        number=(BENS,),
        policy=LOOSE,
    ),
    Row(
        "the pair rule rests: customer as without a number",
        ("not_given", None),
        ("linked", BENS),
        number=(BENS,),
        policy=LOOSE,
    ),
    Row(
        "the number does not count where a case is not asked for",
        ("linked", ANN),
        ("not_requested", None),
        contact=(ANN,),
        requested=frozenset({"contact"}),
    ),
    Row(
        "only a case is asked for, and it is the described customer's",
        ("not_requested", None),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        requested=frozenset({"case"}),
    ),
]

LINKED_ALREADY = [
    Row("id alone reports", ("already_linked", ANN), ("already_linked", ANNS), on=holding(ANN, ANNS)),
    Row("id alone, regarding alone", ("already_linked", ANN), ("already_linked", ANNS), on=holding(ANN, None, ANNS)),
    Row("id alone, own customer's only case", ("already_linked", ANN), ("linked", ANNS), on=holding(ANN), own=(ANNS,)),
    Row("id alone, own customer has none", ("already_linked", ANN), ("not_found", None), on=holding(ANN), own=()),
    Row("id alone, own has two", ("already_linked", ANN), ("ambiguous", None), on=holding(ANN), own=(ANNS, ANNS_2ND)),
    Row("id alone, a case without a customer", ("not_given", None), ("already_linked", BENS), on=holding(None, BENS)),
    Row(
        "id alone, the case in place is resolved",
        ("already_linked", ANN),
        ("linked", ANNS),
        on=holding(ANN, ANNS_OLD),
        own=(ANNS,),
    ),
    Row("own customer inactive", ("already_linked", GONE), ("not_found", None), on=holding(GONE)),
    Row("the same customer", ("already_linked", ANN), ("not_found", None), contact=(ANN,), on=holding(ANN)),
    Row(
        "the same pair",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(ANN, ANNS, ANNS),
    ),
    Row(
        "inference never replaces a case that is hers and active",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS_2ND,)},
        on=holding(ANN, ANNS),
    ),
    Row("another customer", ("linked", ANN), ("not_found", None), contact=(ANN,), on=holding(BEN)),
    Row(
        "another customer, her own case was there",
        ("linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        on=holding(BEN, ANNS),
    ),
    Row(
        "another pair",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN, BENS, BENS),
    ),
    Row(
        "nobody found: what is there stays",
        ("not_found", None),
        ("already_linked", BENS),
        contact=(),
        on=holding(BEN, BENS),
    ),
    Row("number of the own customer", ("already_linked", ANN), ("linked", ANNS), number=(ANNS,), on=holding(ANN)),
    Row("number of a stranger", ("already_linked", ANN), ("customer_mismatch", None), number=(BENS,), on=holding(ANN)),
    Row(
        "number of the own customer's company case",
        ("already_linked", ANN),
        ("linked", ANNS_AT_CORP),
        number=(ANNS_AT_CORP,),
        on=holding(ANN),
    ),
    Row(
        "two of a number, own has one",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(BENS, CORPS),
        own=(ANNS,),
        on=holding(ANN),
    ),
    Row(
        "number, own customer inactive",
        ("already_linked", GONE),
        ("customer_mismatch", None),
        number=(GONES,),
        on=holding(GONE),
    ),
    Row(
        "the issue column is filled beside the regarding one",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(ANNS,),
        on=holding(ANN, None, ANNS),
    ),
]

KEPT = [
    Row("no customer yet", ("linked", ANN), ("not_found", None), contact=(ANN,), policy=OFF),
    Row(
        "another customer is kept",
        ("kept_existing", None),
        ("not_found", None),
        contact=(ANN,),
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "the new customer's case does not come beside the kept one",
        ("kept_existing", None),
        ("customer_mismatch", None),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "nor does her only case",
        ("kept_existing", None),
        ("customer_mismatch", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "another case of the same customer is kept",
        ("already_linked", ANN),
        ("kept_existing", None),
        contact=(ANN,),
        number=(ANNS_2ND,),
        via={CONTACT: (ANNS_2ND,)},
        on=holding(ANN, ANNS),
        policy=OFF,
    ),
    Row(
        "nobody comes beside a stranger's case that is kept",
        ("kept_existing", None),
        ("kept_existing", None),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(None, BENS),
        policy=OFF,
    ),
    Row(
        "the same customer is not kept but there",
        ("already_linked", ANN),
        ("not_found", None),
        contact=(ANN,),
        on=holding(ANN),
        policy=OFF,
    ),
    Row(
        "an empty case column is filled",
        ("already_linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(ANN),
        policy=OFF,
    ),
]

CLOSED_ROWS = [
    Row(
        "closed, would link",
        ("conversation_closed", None),
        ("conversation_closed", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=CLOSED,
    ),
    Row(
        "closed, in place",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=CLOSED_ANN,
    ),
    Row("closed, id alone", ("already_linked", ANN), ("already_linked", ANNS), on=CLOSED_ANN),
    Row(
        "closed, another customer",
        ("conversation_closed", None),
        ("already_linked", ANNS),
        contact=(BEN,),
        on=CLOSED_ANN,
    ),
    Row(
        "closed, in place in one column",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=CLOSED_ANN,
    ),
    Row("closed, nobody found", ("not_found", None), ("not_given", None), contact=(), on=CLOSED),
]

TABLE = [*WITHOUT_NUMBER, *NAMED, *LINKED_ALREADY, *KEPT, *CLOSED_ROWS]


def inputs_of(row: Row) -> tuple[MatchCriteria, SearchResult, Policy]:
    """The question, the rows and the policy of one line."""
    given = {"contact": row.contact, "account": row.account}
    customers = {type: row.criteria.get(type, TEXT) for type, rows in given.items() if rows is not None}
    case = row.criteria.get("case", NUMBER) if row.number is not None else None
    found = SearchResult(
        conversation=row.on,
        customers={type: rows for type, rows in given.items() if rows is not None},
        cases=row.number or (),
        cases_via=row.via,
        own_cases=row.own,
    )
    return MatchCriteria(customers, case, row.requested), found, Policy(**row.policy)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.rule)
def test_decision(row: Row) -> None:
    """Contract, section 2: every combination of what is found and what is linked has one end."""
    criteria, found, policy = inputs_of(row)
    assert not needs_own_cases(criteria, found, policy)
    decision = decide(criteria, found, policy)
    assert (decision.customer.status, decision.customer.record) == row.customer
    assert (decision.case.status, decision.case.record) == row.case


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.rule)
def test_the_same_call_again_changes_nothing(row: Row) -> None:
    """A repeated call is harmless: on the row that the first call left, the second has nothing to write."""
    criteria, found, policy = inputs_of(row)
    after = link(found.conversation, decide(criteria, found, policy)).after
    own = (after.case,) if after.case and not criteria.customers else found.own_cases
    again = replace(found, conversation=after, own_cases=own)
    assert link(after, decide(criteria, again, policy)).body == {}


PEOPLE = (None, ANN, BEN, CORP, GONE)
CASES = (None, ANNS, BENS, CORPS, ANNS_AT_CORP, ANNS_OLD)
SEARCHES = [
    {"contact": contact, "account": account, "number": number}
    for contact in (None, (), (ANN,), (ANN, ANN2))
    for account in (None, (), (CORP,))
    for number in (None, (), (ANNS,), (BENS,), (ANNS_AT_CORP,), (ANNS, BENS))
]


def seen_through(case: Case, search: Mapping[str, Any]) -> dict[str, tuple[Case, ...]]:
    """The paths through which Dataverse would show the case for the customers of a search."""
    ways = {
        CONTACT: ("contact", case.customer_id),
        PRIMARY: ("contact", case.primary_contact_id),
        ACCOUNT: ("account", case.customer_id),
    }
    return {
        path: (case,)
        for path, (type, id) in ways.items()
        if search[type] is not None and id in {customer.id for customer in search[type]}
    }


@pytest.mark.parametrize("overwrite", [True, False])
def test_no_call_leaves_a_case_beside_a_stranger(overwrite: bool) -> None:
    """Contract, "The pair": over every search and every conversation, a write never leaves or makes a wrong pair."""
    policy = Policy(overwrite=overwrite)
    for search, held, issue, regarding in product(SEARCHES, PEOPLE, CASES, CASES):
        cases = search["number"] if search["number"] is not None else (ANNS, ANNS_AT_CORP, BENS)
        via: dict[str, tuple[Case, ...]] = {}
        for case in cases:
            for path, rows in seen_through(case, search).items():
                via[path] = via.get(path, ()) + rows
        conversation = holding(held, issue, regarding)
        row = Row("", ("", None), ("", None), **search, via=via, own=(ANNS,) if held == ANN else (), on=conversation)
        criteria, found, _ = inputs_of(row)
        changes = link(conversation, decide(criteria, found, policy))
        after = changes.after
        if changes.body and after.customer:
            strangers = [case for case in after.cases.values() if not case.belongs_to(after.customer)]
            assert not strangers, (search, conversation, changes)
        if not overwrite:
            assert after.customer == held or held is None
            assert all(after.cases[name] == case for name, case in conversation.cases.items())
        if (
            held
            and "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind" not in changes.body
            and search["contact"] is None
            and search["account"] is None
        ):
            assert after.customer == held


def test_a_number_never_replaces_the_customer_on_the_conversation() -> None:
    """Contract, section 2: a number alone leaves the customer who is there."""
    criteria, found, policy = inputs_of(Row("", ("", None), ("", None), number=(BENS,), on=holding(ANN)))
    assert link(found.conversation, decide(criteria, found, policy)).after.customer == ANN


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("no case, inference on", ("", None), ("", None), on=holding(ANN)), True),
        (Row("her case is there", ("", None), ("", None), on=holding(ANN, ANNS)), False),
        (Row("a resolved case is there", ("", None), ("", None), on=holding(ANN, ANNS_OLD)), True),
        (Row("inference off", ("", None), ("", None), on=holding(ANN), policy=NO_INFERENCE), False),
        (Row("somebody is described", ("", None), ("", None), contact=(ANN,), on=holding(ANN)), False),
        (Row("nobody is there", ("", None), ("", None)), False),
        (Row("inactive", ("", None), ("", None), on=holding(GONE)), False),
        (Row("one row of the number", ("", None), ("", None), number=(ANNS,), on=holding(ANN)), False),
        (Row("two rows of the number", ("", None), ("", None), number=(ANNS, BENS), on=holding(ANN)), True),
        (Row("no case asked for", ("", None), ("", None), on=holding(ANN), requested=frozenset({"contact"})), False),
    ],
    ids=lambda value: value.rule if isinstance(value, Row) else str(value),
)
def test_own_cases_are_read_only_where_they_decide(row: Row, expected: bool) -> None:
    """Contract, section 3: the own customer's cases cost a round trip, so they are read only where needed."""
    assert needs_own_cases(*inputs_of(row)) is expected


def test_a_lead_in_regarding_is_never_taken() -> None:
    """Contract, section 3: regarding is written only while it is empty or holds a case."""
    conversation = Conversation("c", regarding_is_free=False)
    criteria, found, policy = inputs_of(Row("", ("", None), ("", None), number=(ANNS,), on=conversation))
    columns = {name.split("@")[0] for name in link(conversation, decide(criteria, found, policy)).body}
    assert columns == {"msdyn_customer_msdyn_ocliveworkitem_contact", "msdyn_IssueId_msdyn_ocliveworkitem"}


@pytest.mark.parametrize("columns", [("issue",), ("regarding",), ("issue", "regarding")])
def test_only_the_configured_case_columns_are_linked(columns: tuple[str, ...]) -> None:
    """CASE_COLUMNS says which case columns a case is written to."""
    criteria, found, policy = inputs_of(
        Row("", ("", None), ("", None), number=(ANNS,), policy={"case_columns": columns})
    )
    assert decide(criteria, found, policy).set_columns == columns


def test_the_former_customers_case_is_cleared_from_every_column() -> None:
    """Contract, "The pair": where the customer is replaced and no other case is linked, the case columns are cleared."""
    on = holding(BEN, BENS, BENS)
    criteria, found, policy = inputs_of(Row("", ("", None), ("", None), contact=(ANN,), on=on))
    changes = link(on, decide(criteria, found, policy))
    assert changes.after == Conversation("c", 'W/"1"', customer=ANN)
    assert [name for name, bind in changes.body.items() if bind is None] == [
        "msdyn_IssueId_msdyn_ocliveworkitem@odata.bind",
        "regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind",
    ]
