"""Corners of the decision: social profiles, evidence that is missing, only the case asked for, columns left alone."""

from __future__ import annotations

import pytest

from shared.contract.policy import DEFAULT, Link, LinkPolicy, Standing
from shared.contract.statuses import CreateCase, PartStatus
from shared.dataverse.records import Customer, Evidence
from shared.resolver.decision import BY_PROFILE, Decision
from shared.resolver.filters import Given
from shared.resolver.matching import decide
from tests.unit.resolver.decided import (
    ANN,
    ANNS,
    BEN,
    BENS,
    CASE_RECORD,
    EMPTY,
    GONE,
    LOOSE,
    Row,
    holding,
    inputs_of,
)

CASE_ALONE = frozenset({"case"})
NARROW_ONLY = LinkPolicy({**DEFAULT, Standing.CLAIMED: DEFAULT[Standing.CLAIMED]._replace(link=Link.NARROW_ONLY)})


def decided(row: Row) -> Decision:
    """What becomes of one line."""
    return decide(*inputs_of(row))


# --- the customer of a social profile --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "on", "status", "record", "matched_by"),
    [
        (ANN, EMPTY, PartStatus.LINKED, ANN, BY_PROFILE),
        (GONE, EMPTY, PartStatus.NOT_GIVEN, None, ()),
        (BEN, holding(ANN), PartStatus.ALREADY_LINKED, ANN, ("conversation",)),
    ],
    ids=["nobody is there", "inactive", "somebody is there"],
)
def test_the_customer_of_a_profile(profile: Customer, on, status, record, matched_by) -> None:
    """Where the request describes nobody and nobody is there, the active customer of the named profile is linked."""
    criteria, found, policy = inputs_of(Row("", on=on))
    customer = decide(criteria, found._replace(profile_customer=profile), policy).customer
    assert (customer.status, customer.record, customer.matched_by) == (status, record, matched_by)
    assert customer.reason


# --- evidence that is missing for now --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed_in", "status"),
    [("", PartStatus.KEPT_EXISTING), (BEN.id, PartStatus.LINKED)],
    ids=["typed only", "signed in"],
)
def test_who_is_there_may_be_better_known_than_it_seems(signed_in: str, status: PartStatus) -> None:
    """While evidence is missing, only whom nobody can be better known than replaces the customer who is there."""
    evidence = Evidence(signed_in_contact_id=signed_in, incomplete=True)
    assert decided(Row("", contact=(BEN,), on=holding(ANN), evidence=evidence)).customer.status is status


# --- only the case is asked for --------------------------------------------------------------------------------------


def test_a_number_confirms_also_where_no_customer_is_asked_for() -> None:
    """LINK_POLICY narrow_only: the case of a customer whom its number confirms is linked, with `entities` case alone."""
    row = Row("", contact=(ANN,), number=(ANNS,), via={"customerid_contact": (ANNS,)}, requested=CASE_ALONE)
    criteria, found, policy = inputs_of(row)
    case = decide(criteria, found, policy._replace(permissions=NARROW_ONLY)).case
    assert (case.status, case.record) == (PartStatus.LINKED, ANNS)


def test_a_strangers_case_leaves_a_column_that_is_not_written() -> None:
    """The pair holds for columns that CASE_COLUMNS leaves out, and where no customer is asked for."""
    row = Row(
        "",
        number=(ANNS,),
        on=holding(ANN, regarding=BENS),
        requested=CASE_ALONE,
        policy={"case_columns": ("issue",)},
    )
    decision = decided(row)
    assert (decision.set_columns, decision.clear_columns) == (("issue",), ("regarding",))


def test_any_case_goes_into_both_columns() -> None:
    """CASE_MUST_MATCH_CUSTOMER=false: the named case is written to every column that may hold it."""
    assert decided(Row("", number=(BENS,), on=holding(ANN), policy=LOOSE)).set_columns == ("issue", "regarding")


# --- a case that was named is not created anew -----------------------------------------------------------------------


@pytest.mark.parametrize(("values", "created"), [({}, True), ({"CaseNumber": "CAS-1"}, False)])
def test_a_number_beside_a_known_record_creates_nothing(values: dict[str, str], created: bool) -> None:
    """createCase: instead of a known record that is gone a case is created, but never where a number was given, too."""
    row = Row(
        "",
        contact=(ANN,),
        number=(),
        criteria={"case": CASE_RECORD},
        policy={"create_case": CreateCase.IF_NEEDED},
    )
    criteria, found, policy = inputs_of(row)
    status = decide(criteria._replace(given=Given(values)), found, policy).case.status
    assert (status is PartStatus.CREATED) is created
