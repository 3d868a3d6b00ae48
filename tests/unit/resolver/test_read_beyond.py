"""Rows that were read and do not decide: those of a type that does not identify, and lists that cases of others fill."""

from __future__ import annotations

import pytest

from shared.contract.statuses import PartStatus
from shared.dataverse.records import Case
from shared.resolver.matching import customer_of_a_cut_list, decide
from shared.resolver.queries import TOP
from tests.unit.resolver.decided import (
    ANN,
    ANN2,
    ANNS,
    BEN,
    CONTACT,
    CORP,
    EMPTY,
    NAME_ONLY,
    PRIMARY,
    TEXT,
    TIE,
    Row,
    case_of,
    holding,
    inputs_of,
)

BENS = tuple(case_of(f"ben{number}", BEN) for number in range(TOP))
THEIRS = (ANNS, *BENS[1:])
"""As long as a list may be, one of Ann's among those of Ben."""


# --- a type that does not identify -----------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [(ANN,), (ANN, BEN)], ids=["one", "two"])
@pytest.mark.parametrize(
    ("accounts", "status", "record"),
    [((), PartStatus.NOT_FOUND, None), ((CORP,), PartStatus.LINKED, CORP)],
    ids=["no account", "an account"],
)
def test_what_narrows_only_links_nobody(people, accounts, status, record) -> None:
    """SUFFICIENT_ALONE: rows of a type that is described by a name alone count for nobody, whichever rule read them."""
    row = Row("", contact=people, account=accounts, criteria={"contact": NAME_ONLY, "account": TEXT})
    criteria, found, policy = inputs_of(row)
    decision = decide(criteria, found._replace(customers={"contact": people, "account": accounts}), policy)
    assert (decision.customer.status, decision.customer.record) == (status, record)


# --- a list that cases of others filled ------------------------------------------------------------------------------

CUT = Row("", contact=(ANN,), via={CONTACT: THEIRS})
FILLED = {
    "cases of others": (CUT, ANN),
    "in the other list": (Row("", contact=(ANN,), via={CONTACT: (ANNS,), PRIMARY: THEIRS}), ANN),
    "the name decided": (
        Row(
            "",
            contact=(ANN, ANN2),
            by_name={"contact": (ANN,)},
            via_name={CONTACT: THEIRS},
            criteria={"contact": TIE},
        ),
        ANN,
    ),
    "a short list": (Row("", contact=(ANN,), via={CONTACT: THEIRS[:-1]}), None),
    "all hers": (Row("", contact=(BEN,), via={CONTACT: BENS}), None),
    "read by themselves": (Row("", contact=(ANN,), via={CONTACT: THEIRS}, own=(ANNS,)), None),
    "a number was given": (Row("", contact=(ANN,), via={CONTACT: THEIRS}, number=(ANNS,)), None),
    "no case is asked for": (
        Row("", contact=(ANN,), via={CONTACT: THEIRS}, requested=frozenset({"contact", "account"})),
        None,
    ),
    "nobody is described": (Row("", contact=(ANN, BEN), via={CONTACT: THEIRS}), None),
}


@pytest.mark.parametrize(("row", "customer"), FILLED.values(), ids=FILLED.keys())
def test_whose_cases_are_read_by_themselves(row, customer) -> None:
    """Where cases of look-alikes filled a list, a case of the customer may be missing: theirs are read alone."""
    assert customer_of_a_cut_list(*inputs_of(row)) == customer


@pytest.mark.parametrize(
    ("via", "via_name"), [({CONTACT: THEIRS}, {}), ({}, {CONTACT: THEIRS})], ids=["by what was given", "by the name"]
)
def test_of_a_cut_list_no_case_is_the_only_one(via, via_name) -> None:
    """Ann's one case in a list that may have been cut is not known to be her only one."""
    by_name = {"contact": (ANN,)} if via_name else {}
    people = (ANN, ANN2) if via_name else (ANN,)
    row = Row("", contact=people, by_name=by_name, via=via, via_name=via_name, criteria={"contact": TIE})
    assert decide(*inputs_of(row)).case.status is PartStatus.AMBIGUOUS


def test_of_a_list_of_another_path_only_her_cases_count() -> None:
    """The list that the name left is hers where the name decided; those of namesakes fill the other one alone."""
    row = Row(
        "",
        contact=(ANN, BEN),
        by_name={"contact": (ANN,)},
        via={CONTACT: THEIRS},
        via_name={CONTACT: (ANNS,)},
        criteria={"contact": TIE},
        on=EMPTY,
    )
    decision = decide(*inputs_of(row))
    assert (decision.case.status, decision.case.record) == (PartStatus.LINKED, ANNS)


def test_read_by_themselves_only_her_own_count() -> None:
    """Cases that were read for one customer count for that one alone."""
    strangers: tuple[Case, ...] = (*BENS, ANNS)
    row = Row("", contact=(ANN,), via={CONTACT: THEIRS}, own=strangers, on=holding())
    assert decide(*inputs_of(row)).case.record == ANNS
