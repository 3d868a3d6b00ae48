"""How well a customer is known, and what LINK_POLICY then permits: who is linked, replaced, given a case."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.contract.policy import DEFAULT, Link, LinkPolicy, Permission, Standing
from shared.contract.statuses import CreateCase, IdentityLevel
from shared.dataverse.records import Case, Customer, Evidence
from shared.resolver import identity
from shared.resolver.case_creation import ids
from tests.unit.resolver.decided import (
    ANN,
    ANNS,
    BEN,
    BENS,
    CONTACT,
    CORP,
    EMPTY,
    LOOSE,
    NAME_TEXT,
    OFF,
    Row,
    holding,
)

NUMBER = "+14255550100"
ANN_CALLS = ANN._replace(texts={"telephone1": "(425) 555-0100"})
CALLER = BEN._replace(texts={"telephone1": "(425) 555-0100"})
SIGNED_IN, PROFILE = Evidence(signed_in_contact_id=BEN.id), Evidence(profile_customer_id=BEN.id)
BY_NUMBER = Evidence(numbers=("+14255550199", NUMBER))
NAME_ALONE = {"contact": NAME_TEXT}
TYPED = {"contact": (ANN,)}


def permitting(standing: Standing, **cells: object) -> LinkPolicy:
    """The default table but for one standing."""
    return LinkPolicy({**DEFAULT, standing: DEFAULT[standing]._replace(**cells)})


NARROW, NOT_LINKED = permitting(Standing.CLAIMED, link=Link.NARROW_ONLY), permitting(Standing.CLAIMED, link=Link.NO)
KEPT, NOT_GIVEN, LINKED = ("kept_existing", None), ("not_given", None), ("linked", ANN)
NO_CASE = ("not_found", None)

KNOWN = [
    Row("a name links where nobody is", LINKED, NO_CASE, **TYPED, criteria=NAME_ALONE),
    Row("a name replaces nobody", KEPT, NO_CASE, **TYPED, criteria=NAME_ALONE, on=holding(BEN)),
    Row("an address does", LINKED, NO_CASE, **TYPED, on=holding(BEN)),
    Row("but nobody who signed in", KEPT, NO_CASE, **TYPED, on=holding(BEN), evidence=SIGNED_IN),
    Row("nor whose profile it is", KEPT, NO_CASE, **TYPED, on=holding(BEN), evidence=PROFILE),
    Row(
        "nor who calls from an own number",
        KEPT,
        NO_CASE,
        **TYPED,
        on=holding(CALLER),
        evidence=BY_NUMBER,
        policy={"phone_region": "US"},
    ),
    Row(
        "whoever calls replaces whose profile it is: both are equally well known",
        ("linked", ANN_CALLS),
        NO_CASE,
        contact=(ANN_CALLS,),
        on=holding(BEN),
        evidence=PROFILE._replace(numbers=(NUMBER,)),
        policy={"phone_region": "US"},
    ),
    Row(
        "whoever signed in replaces whoever calls",
        LINKED,
        NO_CASE,
        **TYPED,
        on=holding(BEN),
        evidence=PROFILE._replace(signed_in_contact_id=ANN.id),
    ),
    Row(
        "whoever signed in replaces, found by name",
        LINKED,
        NO_CASE,
        **TYPED,
        criteria=NAME_ALONE,
        on=holding(BEN),
        evidence=Evidence(signed_in_contact_id=ANN.id),
    ),
    Row(
        "unless nothing may be replaced",
        KEPT,
        NO_CASE,
        **TYPED,
        on=holding(BEN),
        evidence=Evidence(signed_in_contact_id=ANN.id),
        policy=OFF,
    ),
    Row(
        "the policy: what is claimed replaces nobody",
        KEPT,
        NO_CASE,
        **TYPED,
        on=holding(BEN),
        policy={"permissions": permitting(Standing.CLAIMED, replace=False)},
    ),
    Row("the policy: what is claimed links nobody", NOT_GIVEN, NO_CASE, **TYPED, policy={"permissions": NOT_LINKED}),
    Row("the policy: it only narrows", NOT_GIVEN, NO_CASE, **TYPED, policy={"permissions": NARROW}),
    Row(
        "the policy: a case number confirms it",
        LINKED,
        ("linked", ANNS),
        **TYPED,
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        policy={"permissions": NARROW},
    ),
    Row(
        "the policy: a stranger's case number does not",
        NOT_GIVEN,
        ("linked", BENS),
        **TYPED,
        number=(BENS,),
        policy=LOOSE | {"permissions": NARROW},
    ),
    Row(
        "the policy of another workstream does not count",
        LINKED,
        NO_CASE,
        **TYPED,
        policy={"permissions": LinkPolicy(workstreams={"w": NOT_LINKED.table})},
    ),
    Row(
        "the policy of its workstream does",
        NOT_GIVEN,
        NO_CASE,
        **TYPED,
        on=EMPTY._replace(workstream_id="w"),
        policy={"permissions": LinkPolicy(workstreams={"w": NOT_LINKED.table})},
    ),
]

CREATE = {"create_case": CreateCase.IF_NEEDED}
CREATING = [
    Row(
        "for a name that calls from an own number",
        ("linked", ANN_CALLS),
        ("created", Case(ids("c")[0], customer_id=ANN.id)),
        contact=(ANN_CALLS,),
        criteria=NAME_ALONE,
        evidence=BY_NUMBER,
        policy=CREATE | {"phone_region": "US"},
    ),
    Row("for an address", LINKED, ("created", Case(ids("c")[0], customer_id=ANN.id)), **TYPED, policy=CREATE),
    Row("not for a name", LINKED, ("customer_needed", None), **TYPED, criteria=NAME_ALONE, policy=CREATE),
    Row(
        "but for whoever signed in",
        LINKED,
        ("created", Case(ids("c")[0], customer_id=ANN.id)),
        **TYPED,
        criteria=NAME_ALONE,
        evidence=Evidence(signed_in_contact_id=ANN.id),
        policy=CREATE,
    ),
    Row(
        "not where the policy says so",
        LINKED,
        ("customer_needed", None),
        **TYPED,
        policy=CREATE | {"permissions": permitting(Standing.CLAIMED, create_case=False)},
    ),
]

TABLE = [*KNOWN, *CREATING]


@pytest.mark.parametrize(
    ("customer", "evidence", "level"),
    [
        (None, SIGNED_IN, IdentityLevel.NONE),
        (BEN, SIGNED_IN, IdentityLevel.VERIFIED),
        (BEN, PROFILE, IdentityLevel.CHANNEL),
        (CALLER, BY_NUMBER, IdentityLevel.CHANNEL),
        (BEN, BY_NUMBER, IdentityLevel.CLAIMED),
        (ANN, SIGNED_IN, IdentityLevel.CLAIMED),
        (ANN, Evidence(), IdentityLevel.CLAIMED),
        (CORP, Evidence(signed_in_contact_id=CORP.id), IdentityLevel.CLAIMED),
        (CORP, Evidence(profile_customer_id=CORP.id), IdentityLevel.CHANNEL),
    ],
)
def test_level(customer: Customer | None, evidence: Evidence, level: IdentityLevel) -> None:
    """Only what Omnichannel recorded of this very customer makes anybody more than claimed."""
    assert identity.level(customer, evidence, "US") is level


@pytest.mark.parametrize(
    ("number", "own", "region"),
    [
        ("+14255550100", "+14255550101", "US"),
        ("+14255550100", "(425) 555-0100", ""),
        ("+14255550100", "425-555-0100 ext. 12", "US"),
        ("+393471234567", "+3903471234567", "IT"),
        ("+4930123456", "30123456", "US"),
        ("", "", "US"),
    ],
)
def test_another_number_is_nobodys_own(number: str, own: str, region: str) -> None:
    """A number that is not the customer's, extension and leading zero included, proves nothing."""
    customer = ANN._replace(texts={"telephone1": own})
    assert not identity.writes_from_own_number(customer, Evidence(numbers=(number,)), region)


@pytest.mark.parametrize("column", ["telephone1", "mobilephone"])
def test_any_number_of_the_row_is_an_own_one(column: str) -> None:
    """The channel may state any of the numbers that the row holds."""
    customer = ANN._replace(texts={column: "425-555-0100"})
    assert identity.writes_from_own_number(customer, BY_NUMBER, "US")


@pytest.mark.parametrize(
    ("matched_by", "evidence", "standing"),
    [
        (("Name",), Evidence(), Standing.NAME),
        (("Name", "CaseNumber"), Evidence(), Standing.NAME),
        (("CaseNumber",), Evidence(), Standing.CLAIMED),
        (("Name", "Email"), Evidence(), Standing.CLAIMED),
        (("record",), Evidence(), Standing.CLAIMED),
        (("Name",), SIGNED_IN, Standing.VERIFIED),
        (("Name",), PROFILE, Standing.CHANNEL),
    ],
)
def test_standing(matched_by: tuple[str, ...], evidence: Evidence, standing: Standing) -> None:
    """A name, alone or with a case number, is the weakest of what is claimed; what is recorded counts more."""
    assert identity.standing(BEN, matched_by, evidence, "") is standing


def test_the_default_policy() -> None:
    """Who is known or claimed may be linked, replace and get a case; a name alone replaces nobody and creates nothing."""
    everything = Permission(link=Link.YES, replace=True, create_case=True, names=True)
    nothing_new = everything._replace(replace=False, create_case=False)
    expected: Mapping[Standing, Permission] = dict.fromkeys(Standing, everything) | {Standing.NAME: nothing_new}
    assert {standing: LinkPolicy().permission(standing) for standing in Standing} == expected
