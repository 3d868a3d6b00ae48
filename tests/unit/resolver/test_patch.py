"""The changes of the conversation: what a decision, an unlink and the last resort write."""

from __future__ import annotations

import pytest

from shared.contract.statuses import PartStatus
from shared.dataverse.records import Conversation
from shared.resolver.decision import BY_CONVERSATION, Decision, LinkDecision
from shared.resolver.patch import Changes, link, unlink, whole_pair, without_regarding
from tests.unit.resolver.decided import ANN, ANNS, ANNS_2ND, BEN, BENS, CORP, CORPS, EMPTY, holding

CONTACT = "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind"
ACCOUNT = "msdyn_customer_msdyn_ocliveworkitem_account@odata.bind"
ISSUE = "msdyn_IssueId_msdyn_ocliveworkitem@odata.bind"
REGARDING = "regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind"
BOTH = ("issue", "regarding")
NOBODY = LinkDecision(PartStatus.NOT_FOUND)
NO_CASE = LinkDecision(PartStatus.NOT_FOUND)


def test_a_pair_is_bound_through_named_navigation_properties() -> None:
    """Contract, "What is written": the customer by its type, the case in the columns of the decision."""
    changes = link(
        EMPTY,
        Decision(
            LinkDecision(PartStatus.LINKED, CORP), LinkDecision(PartStatus.LINKED, CORPS), set_columns=("regarding",)
        ),
    )
    assert changes.body == {ACCOUNT: f"/accounts({CORP.id})", REGARDING: f"/incidents({CORPS.id})"}
    assert changes.after == holding(CORP, None, CORPS)


def test_a_customer_in_place_is_not_written_again() -> None:
    """Nothing is written where nothing would change."""
    there = LinkDecision(PartStatus.ALREADY_LINKED, ANN, BY_CONVERSATION)
    changes = link(holding(ANN, ANNS), Decision(there, LinkDecision(PartStatus.ALREADY_LINKED, ANNS)))
    assert changes == Changes({}, holding(ANN, ANNS))


def test_a_column_that_is_emptied_holds_nothing_afterwards() -> None:
    """Contract, "The pair": the former customer's case goes, what is in the other column stays."""
    on = holding(BEN, BENS, ANNS)
    changes = link(on, Decision(LinkDecision(PartStatus.LINKED, ANN), NO_CASE, clear_columns=("issue",)))
    assert changes.body == {ISSUE: None, CONTACT: f"/contacts({ANN.id})"}
    assert changes.after == holding(ANN, None, ANNS)


LINKED_ANN = link(
    EMPTY, Decision(LinkDecision(PartStatus.LINKED, ANN), LinkDecision(PartStatus.LINKED, ANNS), set_columns=BOTH)
)


def test_the_last_resort_leaves_regarding_alone() -> None:
    """Contract: without the version, regarding may be anybody's record by now."""
    assert without_regarding(LINKED_ANN) == {CONTACT: f"/contacts({ANN.id})", ISSUE: f"/incidents({ANNS.id})"}


@pytest.mark.parametrize(
    ("changes", "columns", "body"),
    [
        (LINKED_ANN, BOTH, {ISSUE: f"/incidents({ANNS.id})"}),
        (Changes({}, holding(ANN, ANNS)), BOTH, {ISSUE: f"/incidents({ANNS.id})"}),
        (Changes({}, holding(ANN)), BOTH, {ISSUE: None}),
        (Changes({}, holding(ANN, None, ANNS)), BOTH, {ISSUE: None}),
        (Changes({}, holding(ANN)), ("regarding",), {}),
        (Changes({REGARDING: None}, holding(ANN)), ("regarding",), {}),
    ],
    ids=["linked", "in place", "no case", "only in regarding", "issue is not written", "regarding is left"],
)
def test_the_last_resort_writes_the_whole_pair(
    changes: Changes, columns: tuple[str, ...], body: dict[str, str | None]
) -> None:
    """Whatever was written in between: the customer and the issue column as they are to be, empty where there is none."""
    assert whole_pair(changes, ANN, columns) == {CONTACT: f"/contacts({ANN.id})", **body}


@pytest.mark.parametrize(
    ("on", "customer", "case", "body", "after"),
    [
        (holding(ANN, ANNS, ANNS_2ND), True, True, {CONTACT: None, ISSUE: None, REGARDING: None}, EMPTY),
        (holding(CORP, CORPS), True, False, {ACCOUNT: None}, holding(None, CORPS)),
        (holding(ANN, None, ANNS), False, True, {REGARDING: None}, holding(ANN)),
        (holding(ANN, ANNS), False, False, {}, holding(ANN, ANNS)),
        (holding(ANN), False, True, {}, holding(ANN)),
        (holding(None, ANNS), True, False, {}, holding(None, ANNS)),
        (EMPTY, True, True, {}, EMPTY),
    ],
)
def test_unlink(on: Conversation, customer: bool, case: bool, body: dict[str, str | None], after: Conversation) -> None:
    """Contract, /api/unlink: what is asked for and is there is emptied, in both case columns."""
    assert unlink(on, customer, case) == Changes(body, after)
