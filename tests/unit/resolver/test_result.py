"""What is said of a link: from a decision and its changes to the statuses and fields of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contract.policy import DEFAULT, LinkPolicy, Permission, Standing
from shared.contract.requests import LinkRequest
from shared.contract.statuses import CreateCase, IdentityLevel, LinkStatus, PartStatus
from shared.dataverse.records import Case, Customer, Evidence
from shared.resolver.case_creation import ids
from shared.resolver.decision import BY_CREATION, Decision, LinkDecision
from shared.resolver.filters import EntityCriteria
from shared.resolver.matching import decide
from shared.resolver.patch import Changes, link
from shared.resolver.result import LinkResult, reported
from shared.settings import Settings
from tests.unit.resolver.decided import (
    ANN,
    ANN2,
    ANNS,
    ANNS_2ND,
    BEN,
    BENS,
    CLOSED_ANN,
    CONTACT,
    HERS,
    ID,
    NAME,
    SETTINGS,
    Row,
    holding,
    inputs_of,
)

CREATE: dict[str, Any] = {"createCase": CreateCase.IF_NEEDED}


def result_of(row: Row, **fields: Any) -> LinkResult:
    """What a line of the decision's table comes to, for a request with these fields."""
    criteria, found, policy = inputs_of(row)
    policy = policy._replace(create_case=fields.get("createCase", policy.create_case))
    found = found._replace(conversation=found.conversation._replace(id=ID))
    decision = decide(criteria, found, policy)
    changes = link(found.conversation, decision)
    return LinkResult(LinkRequest(conversationId=ID, **fields), criteria, found, decision, changes, SETTINGS)


PAIR = Row("pair", **HERS)
STATUSES = [
    (PAIR, {}, LinkStatus.LINKED),
    (Row("in place", **HERS, on=holding(ANN, ANNS, ANNS)), {}, LinkStatus.LINKED),
    (Row("a stranger's case", contact=(ANN,), number=(BENS,)), {}, LinkStatus.PARTIAL),
    (Row("nobody, no case", contact=(), number=()), {}, LinkStatus.NOT_LINKED),
    (Row("nobody", contact=()), {}, LinkStatus.NOT_LINKED),
    (Row("a customer without a case", contact=(ANN,)), {}, LinkStatus.LINKED),
    (Row("nobody, and what is there stays", contact=(), on=holding(BEN)), {}, LinkStatus.NOT_LINKED),
    (Row("nothing is asked, nothing is there"), {}, LinkStatus.NOT_LINKED),
    (Row("nothing is asked, a customer is there", on=holding(ANN), own=()), {}, LinkStatus.LINKED),
    (Row("nothing is asked, a case is there", on=holding(None, ANNS)), {}, LinkStatus.LINKED),
    (Row("a number alone", number=(ANNS,)), {}, LinkStatus.LINKED),
    (
        Row("a customer is not asked for", **HERS, requested=frozenset({"case"})),
        {},
        LinkStatus.LINKED,
    ),
    (Row("a case is to be created, for nobody", contact=()), CREATE, LinkStatus.NOT_LINKED),
    (Row("a case is created", contact=(ANN,)), CREATE, LinkStatus.LINKED),
    (
        Row("a case is to be created, but none asked for", contact=(ANN,), requested=frozenset({"contact"})),
        CREATE,
        LinkStatus.LINKED,
    ),
    (Row("a dry run", **HERS), {"dryRun": True}, LinkStatus.LINKED),
]


@pytest.mark.parametrize(("row", "fields", "status"), STATUSES, ids=lambda value: getattr(value, "rule", ""))
def test_status(row: Row, fields: dict[str, Any], status: LinkStatus) -> None:
    """Contract, "Asked for": linked where all that was asked for is in place, partial where a part of it is."""
    assert result_of(row, **fields).status is status


@pytest.mark.parametrize(
    ("row", "fields", "customer", "case"),
    [
        (PAIR, {}, PartStatus.LINKED, PartStatus.LINKED),
        (PAIR, {"dryRun": True}, PartStatus.WOULD_LINK, PartStatus.WOULD_LINK),
        (Row("", contact=(ANN,)), CREATE, PartStatus.LINKED, PartStatus.CREATED),
        (Row("", contact=(ANN,)), CREATE | {"dryRun": True}, PartStatus.WOULD_LINK, PartStatus.WOULD_CREATE),
        (Row("", contact=(), number=()), {"dryRun": True}, PartStatus.NOT_FOUND, PartStatus.NOT_FOUND),
        (
            Row("", contact=(ANN,), via={CONTACT: (Case(ids(ID)[0], customer_id=ANN.id),)}),
            CREATE,
            PartStatus.LINKED,
            PartStatus.CREATED,
        ),
        (Row("", contact=(ANN,), on=CLOSED_ANN), {}, PartStatus.ALREADY_LINKED, PartStatus.ALREADY_LINKED),
    ],
)
def test_what_became_of_the_parts(row: Row, fields: dict[str, Any], customer: PartStatus, case: PartStatus) -> None:
    """Contract, "Statuses": a dry run says what would be; a case that this conversation created is `created`."""
    result = result_of(row, **fields)
    assert (result.customer_status, result.case_status) == (customer, case)
    assert result.would_create is (case is PartStatus.WOULD_CREATE)
    assert result.case_is_new is (case in (PartStatus.CREATED, PartStatus.WOULD_CREATE))


def test_who_and_what_is_there_after_the_call() -> None:
    """Contract: the customer and the case on the conversation after the call, whoever put them there."""
    result = result_of(Row("", contact=(), on=holding(BEN, BENS)))
    assert (result.customer, result.case) == (BEN, BENS)
    assert (result_of(PAIR).customer, result_of(PAIR).case) == (ANN, ANNS)
    nothing = result_of(Row("", contact=()))
    assert (nothing.customer, nothing.case, nothing.case_is_new) == (None, None, False)


def test_rows_are_counted_by_entity() -> None:
    """The log counts what was found of what was searched, and names nothing that was not."""
    row = Row("", contact=(ANN, ANN2), account=(), number=(ANNS,))
    assert result_of(row).matches() == {"contactMatches": 2, "accountMatches": 0, "caseMatches": 1}
    assert result_of(Row("", contact=(ANN,))).matches() == {"contactMatches": 1}
    assert result_of(Row("", number=())).matches() == {"caseMatches": 0}
    several = Row("", contact=(ANN, ANN2, BEN), number=(ANNS, ANNS_2ND, BENS))
    assert result_of(several).matches() == {"contactMatches": 2, "caseMatches": 2}


@pytest.mark.parametrize(
    ("row", "customer", "case"),
    [
        (Row("another pair", **HERS, on=holding(BEN, BENS, BENS)), BEN.id, BENS.id),
        (Row("the same pair", **HERS, on=holding(ANN, ANNS, ANNS)), "", ""),
        (Row("nothing was there", **HERS), "", ""),
        (Row("the customer stays", **HERS, on=holding(ANN, ANNS_2ND)), "", ANNS_2ND.id),
        (Row("a case in one column moves to both", **HERS, on=holding(ANN, None, ANNS)), "", ""),
        (Row("of two, the one that was shown", **HERS, on=holding(BEN, BENS, ANNS_2ND)), BEN.id, BENS.id),
        (Row("the other one", **HERS, on=holding(ANN, ANNS, ANNS_2ND)), "", ANNS_2ND.id),
        (Row("nobody was there", **HERS, on=holding(None, BENS)), "", BENS.id),
        (Row("nobody is found", contact=(), on=holding(BEN, BENS)), "", ""),
    ],
    ids=lambda value: getattr(value, "rule", ""),
)
def test_what_was_replaced(row: Row, customer: str, case: str) -> None:
    """Contract, `replacedCustomerId` and `replacedCaseId`: who was on the conversation before and is not any more."""
    result = result_of(row)
    assert (result.replaced_customer_id, result.replaced_case_id) == (customer, case)


def test_a_customer_who_went_in_between_was_replaced() -> None:
    """After a look again the conversation may hold nobody: who was there before is not any more."""
    result = result_of(Row("", contact=(), on=holding(BEN)))._replace(changes=Changes({}, holding()))
    assert result.replaced_customer_id == BEN.id


NO_NAMES = SETTINGS._replace(include_names=False)


@pytest.mark.parametrize(
    ("row", "settings", "number"),
    [
        (PAIR, SETTINGS, ANNS.number),
        (PAIR, NO_NAMES, ANNS.number),
        (Row("inferred", contact=(ANN,), via={CONTACT: (ANNS,)}), SETTINGS, ANNS.number),
        (Row("inferred", contact=(ANN,), via={CONTACT: (ANNS,)}), NO_NAMES, ""),
        (Row("none", contact=(ANN,)), SETTINGS, ""),
        (Row("another one stays", contact=(), number=(), on=holding(BEN, BENS)), NO_NAMES, ""),
    ],
)
def test_whose_number_is_shown(row: Row, settings: Settings, number: str) -> None:
    """INCLUDE_NAMES=false: the number of a case is told only to who gave it."""
    result = result_of(row)._replace(settings=settings)
    assert result.case_number == number


def test_names_are_withheld_where_the_policy_says_so() -> None:
    """LINK_POLICY, `names`: by how well the customer on the conversation is known, whoever put the customer there."""
    quiet = LinkPolicy({**DEFAULT, Standing.NAME: Permission(names=False)})
    settings = SETTINGS._replace(link_policy=quiet)
    by_name = {"contact": (ANN,), "criteria": {"contact": EntityCriteria((NAME,))}}
    assert not result_of(Row("", **by_name))._replace(settings=settings).include_names
    assert result_of(Row("", contact=(ANN,)))._replace(settings=settings).include_names
    signed_in = Row("", **by_name, evidence=Evidence(signed_in_contact_id=ANN.id))
    assert result_of(signed_in)._replace(settings=settings).include_names
    kept = Row("", **by_name, on=holding(BEN))
    assert result_of(kept)._replace(settings=settings).include_names
    assert not result_of(signed_in)._replace(settings=NO_NAMES).include_names
    nobody = result_of(Row("", contact=()))
    assert (nobody._replace(settings=NO_NAMES).include_names, nobody.include_names) == (False, True)


def test_how_well_the_customer_on_the_conversation_is_known() -> None:
    """Contract, `identityLevel`: of the customer who is there after the call."""
    signed_in = Evidence(signed_in_contact_id=BEN.id)
    assert result_of(Row("", contact=(), on=holding(BEN), evidence=signed_in)).identity_level is IdentityLevel.VERIFIED
    assert result_of(Row("", contact=(ANN,), evidence=signed_in)).identity_level is IdentityLevel.CLAIMED
    assert result_of(Row("", contact=())).identity_level is IdentityLevel.NONE


def test_a_number_that_was_refused_shows_none() -> None:
    """A number that was given but names a case that is kept out shows no other case's number."""
    kept = LinkDecision[Case](PartStatus.KEPT_EXISTING, matched_by=("CaseNumber",))
    result = result_of(Row("", contact=(), on=holding(BEN, BENS)))
    result = result._replace(settings=NO_NAMES, decision=result.decision._replace(case=kept))
    assert (result.shows_number, result.case_number) == (False, "")


def part(status: PartStatus, record: Any = None) -> LinkDecision[Any]:
    """A part of a decision."""
    return LinkDecision(status, record, ("Email",))


@pytest.mark.parametrize(
    ("written", "again", "now", "told"),
    [
        (part(PartStatus.LINKED, ANN), part(PartStatus.ALREADY_LINKED, ANN), ANN, PartStatus.LINKED),
        (part(PartStatus.LINKED, ANN), part(PartStatus.KEPT_EXISTING), BEN, PartStatus.KEPT_EXISTING),
        (part(PartStatus.LINKED, ANN), part(PartStatus.NOT_FOUND), None, PartStatus.NOT_FOUND),
        (part(PartStatus.ALREADY_LINKED, ANN), part(PartStatus.LINKED, ANN), ANN, PartStatus.LINKED),
        (part(PartStatus.NOT_FOUND), part(PartStatus.LINKED, ANN), ANN, PartStatus.LINKED),
    ],
)
def test_what_is_told_after_a_look_again(
    written: LinkDecision[Customer], again: LinkDecision[Customer], now: Customer | None, told: PartStatus
) -> None:
    """A write is told in its own words where it holds, else in those of the look afterwards; both parts alike."""
    first = result_of(PAIR)._replace(decision=Decision(written, NOTHING))
    second = result_of(PAIR)._replace(decision=Decision(again, NOTHING))
    result = reported(first, second, holding(now))
    assert result.decision.customer.status is told
    assert result.changes == Changes({}, holding(now))


NOTHING = LinkDecision[Case](PartStatus.NOT_GIVEN)


def test_a_case_that_was_written_and_created_is_told_as_created() -> None:
    """The look again finds the created case in place; the call created it all the same."""
    case = Case(ids(ID)[0], customer_id=ANN.id)
    made = LinkDecision(PartStatus.CREATED, case, BY_CREATION)
    first = result_of(PAIR)._replace(decision=Decision(part(PartStatus.LINKED, ANN), made))
    second = result_of(PAIR)._replace(
        decision=Decision(part(PartStatus.ALREADY_LINKED, ANN), part(PartStatus.ALREADY_LINKED, case))
    )
    assert reported(first, second, holding(ANN, case)).decision.case is made
    assert reported(first, second, holding(ANN, ANNS)).decision.case is second.decision.case


def test_a_dry_run_reports_refusals_as_they_are() -> None:
    """Only `linked` and `created` have a word of their own in a dry run."""
    result = result_of(Row("", contact=(ANN,), number=(BENS,)), dryRun=True)
    assert (result.customer_status, result.case_status) == (PartStatus.WOULD_LINK, PartStatus.CUSTOMER_MISMATCH)
