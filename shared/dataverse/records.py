"""Rows of Dataverse as records: ids, a state, what is shown to people. No text in them is ever compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.core.errors import DataverseUnavailable
from shared.core.schema import (
    CASE_ID,
    CASE_LOGICAL_NAME,
    COMPANY,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_REGARDING,
    CUSTOMERS,
    CustomerType,
)

Row = Mapping[str, Any]
LOOKUP_TYPE = "@Microsoft.Dynamics.CRM.lookuplogicalname"


@dataclass(frozen=True)
class Customer:
    """A contact or an account. `active` is what Dataverse said; unknown counts as not active.

    `company_id` is known where a case of a contact's company counts as the contact's (CASE_OF_COMPANY).
    """

    type: CustomerType
    id: str
    name: str = ""
    active: bool = True
    company_id: str = ""


@dataclass(frozen=True)
class Case:
    """An incident, the ids of its customer and primary contact, and those of the two that were read along."""

    id: str
    number: str = ""
    title: str = ""
    active: bool = True
    customer_id: str = ""
    primary_contact_id: str = ""
    related: Mapping[str, Customer] = field(default_factory=dict)

    def at(self, column: str) -> str:
        """The id in one of the two lookup columns to a customer."""
        return {"_customerid_value": self.customer_id, "_primarycontactid_value": self.primary_contact_id}[column]

    def is_of(self, customer: Customer) -> bool:
        """Whether `customer` is the customer or the primary contact of this case."""
        return customer.id in (self.customer_id, self.primary_contact_id)

    def belongs_to(self, customer: Customer) -> bool:
        """Whether this case may stand beside `customer`: it is theirs, or, where that counts, their company's."""
        return self.is_of(customer) or (bool(customer.company_id) and customer.company_id == self.customer_id)


@dataclass(frozen=True)
class Conversation:
    """A conversation with what is linked to it. `cases` holds the case of each case column that holds one.

    `first_column` is the case column that decides which case is shown where both hold one (CASE_COLUMNS).
    """

    id: str
    etag: str = "*"
    open: bool = True
    customer: Customer | None = None
    cases: Mapping[str, Case] = field(default_factory=dict)
    regarding_is_free: bool = True
    first_column: str = "issue"

    @property
    def case(self) -> Case | None:
        """The case that counts: the one in the first column, else the one in the other."""
        return self.cases.get(self.first_column) or next(iter(self.cases.values()), None)


def customer(type: CustomerType, row: Row) -> Customer:
    """The record of a row of `contacts` or `accounts`."""
    table = CUSTOMERS[type]
    return Customer(
        type=type,
        id=row[table.id_column].lower(),
        name=row.get(table.name_column) or "",
        active=row.get("statecode") == 0,
        company_id=_id(row, COMPANY),
    )


def case(row: Row) -> Case:
    """The record of a row of `incidents`, with the customers that were expanded."""
    related = {
        path.navigation: customer(type, row[path.navigation])
        for type, table in CUSTOMERS.items()
        for path in table.case_paths
        if row.get(path.navigation)
    }
    return Case(
        id=row[CASE_ID].lower(),
        number=row.get("ticketnumber") or "",
        title=row.get("title") or "",
        active=row.get("statecode") == 0,
        customer_id=_id(row, "_customerid_value"),
        primary_contact_id=_id(row, "_primarycontactid_value"),
        related=related,
    )


def conversation(id: str, row: Row, first_column: str = "issue") -> Conversation:
    """The record of a row of `msdyn_ocliveworkitems`, with its customer and its cases expanded."""
    cases = {name: found for name in CONVERSATION_CASES if (found := _conversation_case(name, row))}
    return Conversation(
        id=id,
        etag=row.get("@odata.etag") or "*",
        open=row["statecode"] == 0,
        customer=_conversation_customer(row),
        cases=cases,
        regarding_is_free=not row.get(CONVERSATION_REGARDING) or "regarding" in cases,
        first_column=first_column,
    )


def _conversation_case(name: str, row: Row) -> Case | None:
    """The case of one column; only its id where the row behind it was not shown to us."""
    lookup = CONVERSATION_CASES[name]
    if row.get(lookup.navigation):
        return case(row[lookup.navigation])
    hidden = _id(row, lookup.column)
    is_case = name == "issue" or row.get(lookup.column + LOOKUP_TYPE) == CASE_LOGICAL_NAME
    return Case(hidden, active=False) if hidden and is_case else None


def _conversation_customer(row: Row) -> Customer | None:
    for type, table in CUSTOMERS.items():
        expanded = row.get(table.conversation_navigation)
        if expanded:
            return customer(type, expanded)
        if row.get(CONVERSATION_CUSTOMER) and row.get(CONVERSATION_CUSTOMER + LOOKUP_TYPE) == type:
            return Customer(type, _id(row, CONVERSATION_CUSTOMER), active=False)
    return None


def _id(row: Row, column: str) -> str:
    """The id in a lookup column, "" where it is empty; ids are compared, so their case is taken away."""
    return (row.get(column) or "").lower()


@contextmanager
def readable() -> Iterator[None]:
    """Reading rows: one of another shape than Dataverse's is an answer that was cut or altered on its way.

    Raises:
        DataverseUnavailable: a row or a list is not what was asked for.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError):
        raise DataverseUnavailable("Dataverse's answer could not be understood; repeat the call.") from None
