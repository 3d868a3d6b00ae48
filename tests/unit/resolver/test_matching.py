"""Who is described, and which case is theirs; and the tables of all rules: what was found, against what is decided."""

from __future__ import annotations

import pytest

from shared.resolver.decision import BY_CONVERSATION, BY_CUSTOMER, BY_RECORD
from shared.resolver.filters import MatchedBy
from shared.resolver.matching import decide, needs_own_cases
from tests.unit.resolver import test_case_creation, test_identity, test_link_policy, test_named_case
from tests.unit.resolver.decided import (
    ACCOUNT,
    ANN,
    ANN2,
    ANNS,
    ANNS_2ND,
    ANNS_AT_CORP,
    ANNS_OLD,
    BEN,
    BENS,
    CASE_RECORD,
    CONTACT,
    CORP,
    CORPS,
    GONE,
    HERS,
    INC,
    NAME_ONLY,
    NAME_TEXT,
    NO_INFERENCE,
    NUMBER_ONLY,
    PRIMARY,
    RECORD,
    SAM,
    SEVERAL,
    TEXT,
    TIE,
    TOO_LONG,
    Row,
    check,
    check_again,
    holding,
    inputs_of,
)

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

BY_NAME = [
    Row(
        "the name picks one of two, and that one's case",
        ("linked", BEN),
        ("linked", BENS),
        contact=(ANN, BEN),
        by_name={"contact": (BEN,)},
        via={CONTACT: (ANNS, ANNS_2ND)},
        via_name={CONTACT: (BENS,)},
        criteria={"contact": TIE},
    ),
    Row(
        "two of one name",
        ("ambiguous", None),
        ("not_given", None),
        contact=(ANN, ANN2),
        by_name={"contact": (ANN, ANN2)},
        criteria={"contact": TIE},
    ),
    Row(
        "two of an address, none of that name",
        ("ambiguous", None),
        ("not_given", None),
        contact=(ANN, ANN2),
        by_name={"contact": ()},
        criteria={"contact": TIE},
    ),
    Row(
        "two cases of a number, the name picks one",
        ("linked", BEN),
        ("linked", BENS),
        contact=(ANN, BEN),
        by_name={"contact": (BEN,)},
        number=(ANNS, BENS),
        via={CONTACT: (ANNS, BENS)},
        via_name={CONTACT: (BENS,)},
        criteria={"contact": TIE},
    ),
    Row(
        "more cases of a number than are read, the name picks one",
        ("linked", BEN),
        ("linked", BENS),
        contact=(ANN, BEN),
        by_name={"contact": (BEN,)},
        number=(ANNS, ANNS_2ND),
        via={CONTACT: (ANNS, ANNS_2ND)},
        via_name={CONTACT: (BENS,)},
        criteria={"contact": TIE},
    ),
    Row(
        "two cases of a number, the name picks none",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(ANNS, ANNS_2ND),
        via={CONTACT: (ANNS, ANNS_2ND)},
        via_name={CONTACT: ()},
        criteria={"contact": TIE},
    ),
    Row(
        "a second case of the number came between two reads of one batch",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS, ANNS_2ND)},
    ),
]

SUPPORTING = [
    Row(
        "a name that may not identify",
        ("not_given", None),
        ("not_given", None),
        contact=(),
        criteria={"contact": NAME_ONLY},
    ),
    Row(
        "a name that may not identify, beside an account's that may",
        ("linked", CORP),
        ("not_found", None),
        contact=(),
        account=(CORP,),
        criteria={"contact": NAME_ONLY},
    ),
    Row(
        "a number that may not identify",
        ("not_given", None),
        ("not_given", None),
        number=(ANNS,),
        criteria={"case": NUMBER_ONLY},
    ),
    Row(
        "neither name nor number may",
        ("not_given", None),
        ("not_given", None),
        contact=(),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"contact": NAME_ONLY, "case": NUMBER_ONLY},
    ),
    Row(
        "a name that narrows what the number identifies",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"contact": NAME_ONLY},
    ),
    Row(
        "a number that narrows what the address identifies",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"case": NUMBER_ONLY},
    ),
    Row(
        "a number that narrows the cases of the customer on the conversation",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(ANNS,),
        criteria={"case": NUMBER_ONLY},
        on=holding(ANN),
    ),
]

TABLES = {
    "matching": [*WITHOUT_NUMBER, *BY_NAME, *SUPPORTING],
    "named case": test_named_case.TABLE,
    "link policy": test_link_policy.TABLE,
    "identity": test_identity.TABLE,
    "case creation": test_case_creation.TABLE,
}
EVERY_ROW = [pytest.param(row, id=f"{table}: {row.rule}") for table, rows in TABLES.items() for row in rows]


@pytest.mark.parametrize("row", EVERY_ROW)
def test_decision(row: Row) -> None:
    """Contract, "How records are found": every combination of what is found, and what is there, has one end."""
    check(row)


@pytest.mark.parametrize("row", EVERY_ROW)
def test_the_same_call_again_changes_nothing(row: Row) -> None:
    """A repeated call is harmless: on the row that the first call left, the second has nothing to write."""
    check_again(row)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("no case, inference on", on=holding(ANN)), True),
        (Row("her case is there", on=holding(ANN, ANNS)), False),
        (Row("a resolved case is there", on=holding(ANN, ANNS_OLD)), True),
        (Row("inference off", on=holding(ANN), policy=NO_INFERENCE), False),
        (Row("somebody is described", contact=(ANN,), on=holding(ANN)), False),
        (Row("nobody is there", ("", None), ("", None)), False),
        (Row("inactive", on=holding(GONE)), False),
        (Row("one row of the number", number=(ANNS,), on=holding(ANN)), False),
        (Row("two rows of the number", number=(ANNS, BENS), on=holding(ANN)), True),
        (Row("no case asked for", on=holding(ANN), requested=frozenset({"contact"})), False),
    ],
    ids=lambda value: value.rule if isinstance(value, Row) else str(value),
)
def test_own_cases_are_read_only_where_they_decide(row: Row, expected: bool) -> None:
    """Contract, creating a case: the own customer's cases cost a round trip, so they are read only where needed."""
    assert needs_own_cases(*inputs_of(row)) is expected


OF_BOTH = {"contact": NAME_TEXT, "account": TEXT}


@pytest.mark.parametrize(
    ("row", "customer", "case"),
    [
        (Row("an address", contact=(ANN,), via={CONTACT: (ANNS,)}), ("Email",), BY_CUSTOMER),
        (Row("a number", number=(ANNS,)), ("CaseNumber",), ("CaseNumber",)),
        (Row("both", **HERS), ("Email",), ("CaseNumber",)),
        (Row("known records", **HERS, criteria={"contact": RECORD, "case": CASE_RECORD}), BY_RECORD, BY_RECORD),
        (Row("nobody", contact=()), (), ()),
        (Row("the id alone", on=holding(ANN, ANNS)), BY_CONVERSATION, BY_CONVERSATION),
        (Row("a number on the conversation", number=(ANNS,), on=holding(ANN)), BY_CONVERSATION, ("CaseNumber",)),
        (
            Row("a name that decides", contact=(ANN, BEN), by_name={"contact": (BEN,)}, criteria={"contact": TIE}),
            ("Name", "Email"),
            (),
        ),
        (Row("the other type", contact=(), account=(CORP,), criteria=OF_BOTH), ("Email",), ()),
        (
            Row(
                "the contact of a company, the account preferred",
                contact=(SAM,),
                account=(),
                number=(CORPS,),
                criteria=OF_BOTH,
                policy={"customer_types": ("account", "contact")},
            ),
            ("Name",),
            ("CaseNumber",),
        ),
        (Row("a stranger's case", contact=(ANN,), number=(BENS,)), ("Email",), ()),
    ],
    ids=lambda value: getattr(value, "rule", ""),
)
def test_matched_by(row: Row, customer: MatchedBy, case: MatchedBy) -> None:
    """Contract, `customerMatchedBy` and `caseMatchedBy`: the variables that found it, or what stands in for them."""
    decision = decide(*inputs_of(row))
    assert (decision.customer.matched_by, decision.case.matched_by) == (customer, case)
