"""Rows of Dataverse as records: ids, a state, what is shown to people, and texts to be looked at once more."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.core.schema import CUSTOMERS, CustomerType


class Customer(NamedTuple):
    """A contact or an account. `active` is what Dataverse said; unknown counts as not active.

    `company_id` is known where a case of a contact's company counts as the contact's (CASE_OF_COMPANY). `texts` are
    those of the columns that were read along to be looked at once more.
    """

    type: CustomerType
    id: str
    name: str = ""
    active: bool = True
    company_id: str = ""
    texts: Mapping[str, str] = {}

    @property
    def phones(self) -> tuple[str, ...]:
        """The phone numbers that the row holds."""
        return tuple(text for column in CUSTOMERS[self.type].phone_columns if (text := self.texts.get(column, "")))


class Case(NamedTuple):
    """An incident, the ids of its customer and primary contact, and those of the two that were read along."""

    id: str
    number: str = ""
    title: str = ""
    active: bool = True
    customer_id: str = ""
    primary_contact_id: str = ""
    related: Mapping[str, Customer] = {}
    texts: Mapping[str, str] = {}

    def at(self, column: str) -> str:
        """The id in one of the two lookup columns to a customer."""
        return {"_customerid_value": self.customer_id, "_primarycontactid_value": self.primary_contact_id}[column]

    def is_of(self, customer: Customer) -> bool:
        """Whether `customer` is the customer or the primary contact of this case."""
        return customer.id in (self.customer_id, self.primary_contact_id)

    def belongs_to(self, customer: Customer) -> bool:
        """Whether this case may stand beside `customer`: it is theirs, or, where that counts, their company's."""
        return self.is_of(customer) or (bool(customer.company_id) and customer.company_id == self.customer_id)


class Conversation(NamedTuple):
    """A conversation with what is linked to it. `cases` holds the case of each case column that holds one.

    `first_column` is the case column that decides which case is shown where both hold one (CASE_COLUMNS);
    `regarding_table` is the logical name of the table of what regarding holds.
    """

    id: str
    etag: str = "*"
    open: bool = True
    customer: Customer | None = None
    cases: Mapping[str, Case] = {}
    regarding_is_free: bool = True
    first_column: str = "issue"
    state: int = 0
    regarding_table: str = ""
    workstream_id: str = ""

    @property
    def case(self) -> Case | None:
        """The case that counts: the one in the first column, else the one in the other."""
        return self.cases.get(self.first_column) or next(iter(self.cases.values()), None)


class Evidence(NamedTuple):
    """What Omnichannel itself recorded of who is on a conversation. No caller and no visitor can write it.

    `signed_in_contact_id` is the contact who signed in on live chat, `numbers` are those that the channel states,
    `profile_customer_id` is the customer of the social profile; "" and () where there is none, or the app may not read
    it. `incomplete`: some of it is unavailable for now, or not clear, so a customer may be better known than it says.
    """

    signed_in_contact_id: str = ""
    numbers: tuple[str, ...] = ()
    profile_customer_id: str = ""
    incomplete: bool = False
