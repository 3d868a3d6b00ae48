"""The case that the bot creates: its id, which makes a repeated call find it, and its row. Pure."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from shared.contract.requests import LinkRequest
from shared.core.schema import CUSTOMERS
from shared.dataverse import odata
from shared.dataverse.records import Case, Customer
from shared.settings import Settings

NAMESPACE = UUID("6d0a7f0e-4a57-5c1b-9c1e-2f5a3e1d7b64")
"""Of the ids of created cases; must never change, or a repeated call would create a second case."""

MAX_CASES = 30
"""Cases that one conversation may create, closed and deleted ones included."""

MAX_CUSTOMERS = 3
"""Customers for whom one conversation may create cases: a customer is one person, and a conversation rarely more."""

DEFAULT_TITLE = "Conversation from bot"
MAX_TITLE, MAX_DESCRIPTION = 200, 2000
"""UTF-16 code units that the columns hold (incident table reference)."""


@lru_cache(maxsize=256)
def ids(conversation_id: str) -> tuple[str, ...]:
    """The ids of the cases that a conversation creates, in the order in which they are used."""
    return tuple(str(uuid5(NAMESPACE, f"{conversation_id}/{counter}")) for counter in range(MAX_CASES))


def is_created(conversation_id: str, case: Case) -> bool:
    """Whether `case` was created by this conversation."""
    is_version_5 = case.id[14:15] == "5"  # most cases are not, and the hashes are spared
    return is_version_5 and case.id in ids(conversation_id)


def has_reached_its_limit(created: Collection[Case], customer: Customer) -> bool:
    """Whether a conversation that created these cases may create none for `customer` any more."""
    customers = {case.customer_id for case in created}
    return customer.id not in customers and len(customers) >= MAX_CUSTOMERS


def planned(conversation_id: str, created: Collection[Case], customer: Customer) -> Case | None:
    """The case for `customer`, as far as it is known before: one that was created already, else one of the next id.

    None where no id is left.
    """
    for case in created:
        if case.active and case.customer_id == customer.id:
            return case
    used = {case.id for case in created}
    free = [id for id in ids(conversation_id) if id not in used]
    return Case(id=free[0], customer_id=customer.id) if free else None


def row(request: LinkRequest, customer: Customer, settings: Settings) -> dict[str, Any]:
    """The body that creates the case of a request."""
    table = CUSTOMERS[customer.type]
    title = _cut(" ".join(request.caseTitle.split()), MAX_TITLE) or DEFAULT_TITLE
    body: dict[str, Any] = {
        "title": title,
        "caseorigincode": settings.case_origin_code,
        f"{table.case_paths[0].navigation}@odata.bind": odata.bind(table.entity_set, customer.id),
    }
    if request.caseDescription:
        body["description"] = _cut(request.caseDescription, MAX_DESCRIPTION)
    if settings.case_owner_team_id:
        body["ownerid@odata.bind"] = odata.bind("teams", settings.case_owner_team_id)
    return body


def _cut(text: str, units: int) -> str:
    """At most `units` UTF-16 code units of `text`; a pair is not torn apart."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
