"""A case by its number, or as a known record: whose it must be, and whom it confirms."""

from __future__ import annotations

import pytest

from shared.dataverse.records import Case
from shared.resolver.matching import decide
from shared.resolver.patch import link
from tests.unit.resolver.decided import (
    ACCOUNT,
    ANN,
    ANN2,
    ANNS,
    ANNS_2ND,
    ANNS_AT_CORP,
    BENS,
    CLOSED_DOWNS,
    CONTACT,
    CORP,
    CORPS,
    GONES,
    LEFT_OVER,
    LOOSE,
    PRIMARY,
    RECORD,
    SAM,
    SEVERAL,
    SUE,
    Row,
    guid,
    holding,
    inputs_of,
)

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

SEEN_ALONE = Case(guid("seenalone"), customer_id=ANN.id)
"""A case whose customer Dataverse did not show."""

OF_COMPANY = [
    Row(
        "a case whose customer is not shown confirms nobody",
        ("not_found", None),
        ("linked", SEEN_ALONE),
        contact=(ANN,),
        number=(SEEN_ALONE,),
        via={CONTACT: (SEEN_ALONE,)},
    ),
    Row(
        "a company is described, and the case is its",
        ("linked", CORP),
        ("linked", CORPS),
        account=(CORP,),
        number=(CORPS,),
        via={ACCOUNT: (CORPS,)},
    ),
    Row("the company's case", ("linked", SAM), ("linked", CORPS), contact=(SAM,), number=(CORPS,)),
    Row(
        "the company's case, two of its contacts",
        ("ambiguous", None),
        ("customer_mismatch", None),
        contact=(SAM, SUE),
        number=(CORPS,),
    ),
    Row(
        "the case of an inactive company",
        ("linked", LEFT_OVER),
        ("customer_mismatch", None),
        contact=(LEFT_OVER,),
        number=(CLOSED_DOWNS,),
    ),
    Row("another company's case", ("linked", ANN), ("customer_mismatch", None), contact=(ANN,), number=(CORPS,)),
    Row(
        "own customer, the company's case", ("already_linked", SAM), ("linked", CORPS), number=(CORPS,), on=holding(SAM)
    ),
    Row(
        "own customer, the case of an inactive company",
        ("already_linked", LEFT_OVER),
        ("customer_mismatch", None),
        number=(CLOSED_DOWNS,),
        on=holding(LEFT_OVER),
    ),
    Row(
        "the case confirms the company that is described, and the contact of it",
        ("linked", SAM),
        ("linked", CORPS),
        contact=(SAM,),
        account=(CORP,),
        number=(CORPS,),
        via={ACCOUNT: (CORPS,)},
    ),
]

TABLE = [*NAMED, *OF_COMPANY]

STRANGERS = [row for row in TABLE if row.case == ("customer_mismatch", None)]


@pytest.mark.parametrize("row", STRANGERS, ids=lambda row: row.rule)
def test_a_strangers_case_is_neither_written_nor_named(row: Row) -> None:
    """Contract, `customer_mismatch`: a decision against a stranger's case writes and names nothing of it."""
    criteria, found, policy = inputs_of(row)
    decision = decide(criteria, found, policy)
    told = repr((decision, link(row.on, decision).body))
    assert [case for case in found.cases if case.id in told or case.number in told] == []
