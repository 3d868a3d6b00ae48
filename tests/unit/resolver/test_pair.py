"""The rule of the pair: no call leaves a case beside a customer to whom it does not belong."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from shared.dataverse.records import Case, Conversation
from shared.resolver.decision import Policy
from shared.resolver.matching import decide
from shared.resolver.patch import link
from tests.unit.resolver.decided import (
    ACCOUNT,
    ANN,
    ANN2,
    ANNS,
    ANNS_AT_CORP,
    ANNS_OLD,
    BEN,
    BENS,
    CONTACT,
    CORP,
    CORPS,
    GONE,
    LOOSE,
    OFF,
    PRIMARY,
    Row,
    holding,
    inputs_of,
)

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
    """Contract, "The pair": no search on any conversation makes a wrong pair, or replaces a customer who was not named."""
    policy = Policy(overwrite=overwrite)
    for search, held, issue, regarding in product(SEARCHES, PEOPLE, CASES, CASES):
        cases = search["number"] if search["number"] is not None else (ANNS, ANNS_AT_CORP, BENS)
        via: dict[str, tuple[Case, ...]] = {}
        for case in cases:
            for path, rows in seen_through(case, search).items():
                via[path] = via.get(path, ()) + rows
        conversation = holding(held, issue, regarding)
        row = Row("", **search, via=via, own=(ANNS,) if held == ANN else (), on=conversation)
        criteria, found, _ = inputs_of(row)
        changes = link(conversation, decide(criteria, found, policy))
        after = changes.after
        if changes.body and after.customer:
            strangers = [case for case in after.cases.values() if not case.belongs_to(after.customer)]
            assert not strangers, (search, conversation, changes)
        if not overwrite:
            assert after.customer == held or held is None
            assert all(after.cases[name] == case for name, case in conversation.cases.items())
        if held and search["contact"] is None and search["account"] is None:
            assert after.customer == held


def test_the_former_customers_case_is_cleared_from_every_column() -> None:
    """Contract, "The pair": where the customer is replaced and no other case is linked, the case columns are cleared."""
    on = holding(BEN, BENS, BENS)
    criteria, found, policy = inputs_of(Row("", contact=(ANN,), on=on))
    changes = link(on, decide(criteria, found, policy))
    assert changes.after == Conversation("c", 'W/"1"', customer=ANN)
    assert [name for name, bind in changes.body.items() if bind is None] == [
        "msdyn_IssueId_msdyn_ocliveworkitem@odata.bind",
        "regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind",
    ]


@pytest.mark.parametrize(
    ("row", "after"),
    [
        (Row("named again", contact=(ANN,), on=holding(ANN, BENS)), holding(ANN)),
        (Row("nobody is named", on=holding(ANN, BENS), own=()), holding(ANN, BENS)),
        (Row("nothing may be replaced", contact=(ANN,), on=holding(ANN, BENS), policy=OFF), holding(ANN, BENS)),
        (Row("the rule rests", contact=(ANN,), on=holding(None, BENS), policy=LOOSE), holding(ANN, BENS)),
        (Row("a case comes", number=(ANNS,), on=holding(ANN, BENS, BENS)), holding(ANN, ANNS, ANNS)),
        (
            Row("in one column", number=(ANNS,), on=holding(ANN, None, BENS), policy={"case_columns": ("issue",)}),
            holding(ANN, ANNS),
        ),
    ],
    ids=lambda value: value.rule if isinstance(value, Row) else "",
)
def test_what_becomes_of_a_strangers_case(row: Row, after: Conversation) -> None:
    """Contract, "The pair": a stranger's case goes where a call names the customer or links something, if it may."""
    criteria, found, policy = inputs_of(row)
    assert link(row.on, decide(criteria, found, policy)).after == after
