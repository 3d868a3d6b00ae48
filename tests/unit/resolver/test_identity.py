"""Who is replaced and given a case, by how well both are known; and on what a match stands."""

from __future__ import annotations

import pytest

from shared.contract.policy import DEFAULT, Link, LinkPolicy, Standing
from shared.contract.statuses import CreateCase
from shared.dataverse.records import Case, Evidence
from shared.resolver import identity
from shared.resolver.case_creation import ids
from tests.unit.resolver.decided import (
    ANN,
    BEN,
    BENS,
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
        "where only a case number confirms, a stranger's does not",
        NOT_GIVEN,
        ("linked", BENS),
        **TYPED,
        number=(BENS,),
        policy=LOOSE | {"permissions": permitting(Standing.CLAIMED, link=Link.NARROW_ONLY)},
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
