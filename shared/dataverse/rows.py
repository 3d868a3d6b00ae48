"""The edge: from what Dataverse sent to records, checked by pydantic. No raw row goes further than this.

A row of another shape than was asked for, or of another record, is an answer that was cut, altered or mixed up on its
way: DataverseUnavailable, and nothing of it is used.
"""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from shared.core.errors import DataverseUnavailable
from shared.core.schema import (
    CASE_ID,
    CASE_LOGICAL_NAME,
    COMPANY,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_ID,
    CONVERSATION_REGARDING,
    CONVERSATION_WORKSTREAM,
    CUSTOMERS,
    SOCIAL_PROFILE_ID,
    CustomerType,
    Lookup,
)
from shared.core.text import valid
from shared.dataverse.batch import Row
from shared.dataverse.records import Case, Conversation, Customer

T = TypeVar("T")

NOT_UNDERSTOOD = "Dataverse's answer could not be understood; repeat the call."
LOOKUP_TYPE = "@Microsoft.Dynamics.CRM.lookuplogicalname"

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?"[!\x23-\x7e]*"')


def _guid(value: Any) -> str:
    """A GUID in lower case: ids are compared."""
    if not isinstance(value, str) or not GUID.fullmatch(value):
        raise ValueError("must be a GUID")
    return value.lower()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return valid(value)


def _etag(value: Any) -> str:
    """An entity tag (RFC 9110, section 8.8.3): it goes back in a header."""
    if not isinstance(value, str) or not _ETAG.fullmatch(value):
        raise ValueError("must be an entity tag")
    return value


Id = Annotated[str, BeforeValidator(_guid)]
LookupId = Annotated[str, BeforeValidator(lambda value: "" if value is None else _guid(value))]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else _text(value))]
"""A text to show; "" for null."""


class RowModel(BaseModel):
    """A row: columns that are not asked for, annotations among them, are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)  # built once, inside the adapters below


class TextRow(RowModel):
    """A row of which more columns are read along."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    @model_validator(mode="after")
    def _has_texts(self) -> Self:
        """What is compared is a text: one of another type would pass for one that is not equal."""
        for name, value in (self.model_extra or {}).items():
            if not isinstance(value, str | dict | None) and "@" not in name:
                raise ValueError("must be text")
        return self

    def has(self, columns: Collection[str]) -> bool:
        """Whether all these columns came along, empty ones as null."""
        return all(column in (self.model_extra or {}) for column in columns)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the other columns."""
        others = (self.model_extra or {}).items()
        return {name: valid(value) for name, value in others if isinstance(value, str) and "@" not in name}


class _CustomerRow(TextRow):
    id: Id
    name: Text = ""
    statecode: StrictInt | None = None
    company: LookupId = Field("", validation_alias=COMPANY)


class _ContactRow(_CustomerRow):
    id: Id = Field(validation_alias=CUSTOMERS["contact"].id_column)
    name: Text = Field("", validation_alias=CUSTOMERS["contact"].name_column)


class _AccountRow(_CustomerRow):
    id: Id = Field(validation_alias=CUSTOMERS["account"].id_column)
    name: Text = Field("", validation_alias=CUSTOMERS["account"].name_column)


class _CaseRow(TextRow):
    id: Id = Field(validation_alias=CASE_ID)
    ticketnumber: Text = ""
    title: Text = ""
    statecode: StrictInt | None = None
    customer: LookupId = Field("", validation_alias="_customerid_value")
    primary_contact: LookupId = Field("", validation_alias="_primarycontactid_value")
    customerid_contact: _ContactRow | None = None
    primarycontactid: _ContactRow | None = None
    customerid_account: _AccountRow | None = None


class _ConversationRow(RowModel, defer_build=False):
    """An empty lookup comes as null (Web API docs). One that is missing was lost, and would pass for an empty one."""

    id: Id = Field(validation_alias=CONVERSATION_ID)
    etag: Annotated[str, BeforeValidator(_etag)] = Field(validation_alias="@odata.etag")
    statecode: StrictInt
    customer: LookupId = Field(validation_alias=CONVERSATION_CUSTOMER)
    customer_type: Text = Field("", validation_alias=CONVERSATION_CUSTOMER + LOOKUP_TYPE)
    contact: _ContactRow | None = Field(None, validation_alias=CUSTOMERS["contact"].conversation_navigation)
    account: _AccountRow | None = Field(None, validation_alias=CUSTOMERS["account"].conversation_navigation)
    issue: LookupId = Field(validation_alias=CONVERSATION_CASES["issue"].column)
    issue_case: _CaseRow | None = Field(None, validation_alias=CONVERSATION_CASES["issue"].navigation)
    regarding: LookupId = Field(validation_alias=CONVERSATION_REGARDING)
    regarding_type: Text = Field("", validation_alias=CONVERSATION_REGARDING + LOOKUP_TYPE)
    regarding_case: _CaseRow | None = Field(None, validation_alias=CONVERSATION_CASES["regarding"].navigation)
    workstream: LookupId = Field("", validation_alias=CONVERSATION_WORKSTREAM)


class _SocialProfileRow(RowModel):
    id: Id = Field(validation_alias=SOCIAL_PROFILE_ID)
    customer: LookupId = Field("", validation_alias="_customerid_value")
    customerid_contact: _ContactRow | None = None
    customerid_account: _AccountRow | None = None


WHEN_NEEDED = ConfigDict(defer_build=True)  # most answers have no row of these

_CUSTOMERS: Mapping[CustomerType, TypeAdapter[Any]] = {
    "contact": TypeAdapter(list[_ContactRow]),
    "account": TypeAdapter(list[_AccountRow], config=WHEN_NEEDED),
}
_CASES = TypeAdapter(list[_CaseRow])
_CASE = TypeAdapter(_CaseRow)
_CONVERSATION = TypeAdapter(_ConversationRow)
_PROFILES = TypeAdapter(list[_SocialProfileRow], config=WHEN_NEEDED)


def parsed(adapter: TypeAdapter[T], body: object) -> T:
    """What `adapter` makes of the body of an answer.

    Raises:
        DataverseUnavailable: it is of another shape.
    """
    try:
        return adapter.validate_python(body)
    except ValidationError:
        raise DataverseUnavailable(NOT_UNDERSTOOD) from None


def listed(adapter: TypeAdapter[list[T]], body: Row, compared: Collection[str] = ()) -> list[T]:
    """The rows in the answer to a read of several. For none, nothing is built that checks rows.

    `compared`: columns of which each row has to hold one, as it would pass for a look-alike without.
    """
    raw = body.get("value")
    if raw == []:
        return []
    found = parsed(adapter, raw)
    expect(not compared or all(any(column in row for column in compared) for row in raw or ()))
    return found


def expect(holds: bool) -> None:
    """Go on only where an answer is one to what was asked.

    Raises:
        DataverseUnavailable: it is not.
    """
    if not holds:
        raise DataverseUnavailable(NOT_UNDERSTOOD)


def count(type: CustomerType, body: Row) -> int:
    """How many rows of `contacts` or `accounts` were found."""
    return len(listed(_CUSTOMERS[type], body))


def customers(
    type: CustomerType, body: Row, ids: Collection[str] = (), compared: Collection[str] = ()
) -> tuple[Customer, ...]:
    """The active rows of `contacts` or `accounts` that were asked for; with `ids`, of these alone."""
    found = tuple(_customer(type, row) for row in listed(_CUSTOMERS[type], body, compared))
    expect(all(customer.active and (not ids or customer.id in ids) for customer in found))
    return found


def cases(
    body: Row,
    ids: Collection[str] = (),
    path: Lookup | None = None,
    of: Customer | None = None,
    compared: Collection[str] = (),
) -> tuple[Case, ...]:
    """The active rows of `incidents` that were asked for.

    With `ids`, of these alone; with `path`, of the customer at its end, who was read along; with `of`, of that one.
    """
    found = tuple(_case(row) for row in listed(_CASES, body, compared))
    for each in found:
        expect(each.active and (not ids or each.id in ids))
        expect(path is None or path.navigation in each.related)
        expect(of is None or each.is_of(of))
    return found


def cases_of_ids(ids: Collection[str], body: Row) -> tuple[Case, ...]:
    """The cases of these ids that there are, active or not."""
    found = tuple(_case(row) for row in listed(_CASES, body))
    expect(all(each.id in ids for each in found))
    return found


def case_of_id(id: str, body: Row) -> Case | None:
    """The case of an id, active or not; None where there is none to be seen."""
    found = [_case(row) for row in listed(_CASES, body)]
    expect(len(found) <= 1 and all(each.id == id for each in found))
    return found[0] if found else None


def case(id: str, body: Row) -> Case:
    """The case of an id."""
    found = _case(parsed(_CASE, body))
    expect(found.id == id)
    return found


def conversation(id: str, body: Row, first_column: str = "issue") -> Conversation:
    """The conversation of an id, with its customer and its cases expanded, and its version."""
    row = parsed(_CONVERSATION, body)
    expect(row.id == id)
    found = {name: _held_case(*columns) for name, columns in _case_columns(row).items()}
    return Conversation(
        id=id,
        etag=row.etag,
        open=row.statecode == 0,
        customer=_held_customer(row),
        cases={name: case for name, case in found.items() if case},
        regarding_is_free=not row.regarding or found["regarding"] is not None,
        first_column=first_column,
        state=row.statecode,
        regarding_table=row.regarding_type,
        workstream_id=row.workstream,
    )


def holder_of_profile(id: str, body: Row) -> Customer | None:
    """The customer of the social profile of an id; None where it has none."""
    found = listed(_PROFILES, body)
    expect(len(found) <= 1 and all(row.id == id for row in found))
    for row in found:
        holders: dict[CustomerType, _CustomerRow | None] = {
            "contact": row.customerid_contact,
            "account": row.customerid_account,
        }
        for type, holder in holders.items():
            if holder:
                expect(holder.id == row.customer)
                return _customer(type, holder)
    return None


def _customer(type: CustomerType, row: _CustomerRow) -> Customer:
    table = CUSTOMERS[type]
    texts = {**row.texts, table.id_column: row.id, table.name_column: row.name}
    return Customer(type, row.id, row.name, row.statecode == 0, row.company, texts)


def _case(row: _CaseRow) -> Case:
    rows: dict[str, tuple[CustomerType, _CustomerRow | None, str]] = {
        "customerid_contact": ("contact", row.customerid_contact, row.customer),
        "primarycontactid": ("contact", row.primarycontactid, row.primary_contact),
        "customerid_account": ("account", row.customerid_account, row.customer),
    }
    expect(all(related is None or related.id == id for _, related, id in rows.values()))
    return Case(
        id=row.id,
        number=row.ticketnumber,
        title=row.title,
        active=row.statecode == 0,
        customer_id=row.customer,
        primary_contact_id=row.primary_contact,
        related={name: _customer(type, related) for name, (type, related, _) in rows.items() if related},
        texts={**row.texts, CASE_ID: row.id, "ticketnumber": row.ticketnumber, "title": row.title},
    )


def _case_columns(row: _ConversationRow) -> dict[str, tuple[str, bool, _CaseRow | None]]:
    """By case column: the id in it, whether it is a case's, and the case where it was shown to us."""
    return {
        "issue": (row.issue, True, row.issue_case),
        "regarding": (row.regarding, row.regarding_type == CASE_LOGICAL_NAME, row.regarding_case),
    }


def _held_case(id: str, is_case: bool, row: _CaseRow | None) -> Case | None:
    """The case of one column; only its id where the row behind it was not shown to us."""
    if row:
        expect(row.id == id)
        return _case(row)
    return Case(id, active=False) if id and is_case else None


def _held_customer(row: _ConversationRow) -> Customer | None:
    """The customer; only the id where the row behind it was not shown to us. One of no known type is not nobody."""
    expanded: dict[CustomerType, _CustomerRow | None] = {"contact": row.contact, "account": row.account}
    for type, related in expanded.items():
        if related:
            expect(related.id == row.customer)
            return _customer(type, related)
        if row.customer and row.customer_type == type:
            return Customer(type, row.customer, active=False)
    expect(not row.customer)
    return None
