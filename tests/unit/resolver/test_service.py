"""The order of a link: what a second attempt takes over from the first."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contract.requests import LinkRequest
from shared.contract.statuses import CreateCase
from shared.core.context import Deadline, RequestContext
from shared.dataverse.records import Case, Customer
from shared.resolver.case_creation import ids
from shared.resolver.matching import decide
from shared.resolver.patch import link
from shared.resolver.result import LinkResult
from shared.resolver.service import Resolver
from tests.unit.resolver.decided import ANN, BEN, ID, SETTINGS, Row, inputs_of

FIRST, SECOND = ids(ID)[:2]


class Creating:
    """A Dataverse that creates every case that it is asked for, for one customer."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.asked: list[str] = []

    def create(self, _: str, case_id: str, *arguments: Any) -> Case:
        """The new case."""
        self.asked.append(case_id)
        return Case(case_id, customer_id=self.customer.id)


def attempt(customer: Customer, *created: Case) -> LinkResult:
    """What one attempt decided for a customer, where it saw these cases of the conversation's own making."""
    criteria, found, policy = inputs_of(Row("", contact=(customer,), created=created))
    found = found._replace(conversation=found.conversation._replace(id=ID))
    decision = decide(criteria, found, policy._replace(create_case=CreateCase.ALWAYS))
    request = LinkRequest(conversationId=ID, createCase=CreateCase.ALWAYS)
    return LinkResult(request, criteria, found, decision, link(found.conversation, decision), SETTINGS)


OURS, CLOSED, BENS = (
    Case(FIRST, customer_id=ANN.id),
    Case(FIRST, active=False, customer_id=ANN.id),
    Case(FIRST, customer_id=BEN.id),
)


@pytest.mark.parametrize(
    ("before", "now", "asked"),
    [
        (None, attempt(ANN), [FIRST]),
        (attempt(ANN), attempt(ANN, OURS), []),
        (attempt(ANN), attempt(ANN, CLOSED), [SECOND]),
        (attempt(BEN), attempt(ANN, BENS), [SECOND]),
        (attempt(BEN), attempt(ANN), [FIRST]),
    ],
    ids=["first", "the same", "closed in between", "another customer", "another customer, unseen"],
)
def test_what_a_second_attempt_creates(before: LinkResult | None, now: LinkResult, asked: list[str]) -> None:
    """The case of the first attempt is used again, but only for its own customer, and only while it is the one wanted."""
    dataverse = Creating(ANN)
    context = RequestContext(Deadline.after(60), ID)
    resolver = Resolver(SETTINGS, dataverse)  # type: ignore[arg-type]
    result = resolver._with_created_case(now, context, before)
    assert dataverse.asked == asked
    assert result.case is not None
    assert result.case.customer_id == ANN.id
