"""What identifies whom, as data: the one place where an account, a contact and a case differ.

Names come from Microsoft's table references (account, contact, incident, msdyn_ocliveworkitem). Navigation properties
are case-sensitive. Contact has no column `name`: its primary name is `fullname`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

CustomerType = Literal["contact", "account"]
EntityName = Literal["contact", "account", "case"]
Columns = tuple[str, ...]
Rules = Mapping[str, Mapping[str, Columns]]
"""Entity name -> variable -> the text columns that may hold it, any of them."""

ACTIVE = "statecode eq 0"
"""The filter every search carries, also on related rows (as `path/statecode eq 0`)."""


class Lookup(NamedTuple):
    """A lookup: its navigation property towards one table, and the column behind it."""

    navigation: str
    column: str


class CustomerTable(NamedTuple):
    """A table whose rows can be the customer of a conversation and of a case."""

    type: CustomerType
    entity_set: str
    id_column: str
    name_column: str
    conversation_navigation: str
    case_paths: tuple[Lookup, ...]
    phone_columns: Columns


CUSTOMERS: Mapping[CustomerType, CustomerTable] = {
    "contact": CustomerTable(
        type="contact",
        entity_set="contacts",
        id_column="contactid",
        name_column="fullname",
        conversation_navigation="msdyn_customer_msdyn_ocliveworkitem_contact",
        case_paths=(
            Lookup("customerid_contact", "_customerid_value"),
            Lookup("primarycontactid", "_primarycontactid_value"),
        ),
        phone_columns=("telephone1", "mobilephone"),
    ),
    "account": CustomerTable(
        type="account",
        entity_set="accounts",
        id_column="accountid",
        name_column="name",
        conversation_navigation="msdyn_customer_msdyn_ocliveworkitem_account",
        case_paths=(Lookup("customerid_account", "_customerid_value"),),
        phone_columns=("telephone1",),
    ),
}

COMPANY = "_parentcustomerid_value"
"""The column of a contact that points to its company (or to another contact)."""

CASE_SET = "incidents"
CASE_ID = "incidentid"
CASE_LOGICAL_NAME = "incident"
CASE_COLUMNS = ("incidentid", "ticketnumber", "title", "statecode", "_customerid_value", "_primarycontactid_value")

CONVERSATION_SET = "msdyn_ocliveworkitems"
CONVERSATION_LOGICAL_NAME = "msdyn_ocliveworkitem"
CONVERSATION_ID = "activityid"
CONVERSATION_CUSTOMER = "_msdyn_customer_value"
CONVERSATION_REGARDING = "_regardingobjectid_value"

CONVERSATION_CASES: Mapping[str, Lookup] = {
    "issue": Lookup("msdyn_IssueId_msdyn_ocliveworkitem", "_msdyn_issueid_value"),
    "regarding": Lookup("regardingobjectid_incident_msdyn_ocliveworkitem", CONVERSATION_REGARDING),
}
"""The two case columns of a conversation, by the words of the setting CASE_COLUMNS; the first decides what is shown."""

CONVERSATION_WORKSTREAM = "_msdyn_liveworkstreamid_value"
CONVERSATION_PROFILE = "msdyn_socialprofileid_msdyn_ocliveworkitem"
"""The navigation property to the social profile that a conversation on a social channel comes from."""


class EngagementContext(NamedTuple):
    """A table in which a channel keeps what it knows of the visitor: one row for a conversation, by nobody else.

    `columns` are those that are read; `said` is what people call the channel. `international`: its numbers have their
    country code, also where they come without `+`.
    """

    logical_name: str
    entity_set: str
    columns: Columns
    said: str
    international: bool = False


LIVE_CHAT = EngagementContext(
    "msdyn_livechatengagementctx",
    "msdyn_livechatengagementctxes",
    ("msdyn_isauthenticated", "msdyn_portalcontactid"),
    "live chat",
)
NUMBERED_CHANNELS = (
    EngagementContext("msdyn_smsengagementctx", "msdyn_smsengagementctxes", ("msdyn_customerphonenumber",), "SMS"),
    EngagementContext(
        "msdyn_whatsappengagementctx", "msdyn_whatsappengagementctxes", ("msdyn_customerphonenumber",), "WhatsApp", True
    ),
    EngagementContext(
        "msdyn_ocphonecallengagementctx", "msdyn_ocphonecallengagementctxes", ("msdyn_fromphone",), "voice"
    ),
)
"""Channels that state the visitor's number (table references of the engagement contexts)."""

CONTEXT_CONVERSATION = "_msdyn_liveworkitemid_value"
"""The column of an engagement context that points to its conversation."""

SOCIAL_PROFILE = "socialprofile"
SOCIAL_PROFILE_ID = "socialprofileid"

BUILTIN_RULES: Rules = {
    "contact": {"Name": ("fullname",), "Email": ("emailaddress1",), "Phone": ("telephone1", "mobilephone")},
    "account": {"Name": ("name",), "Email": ("emailaddress1",), "Phone": ("telephone1",)},
    "case": {"CaseNumber": ("ticketnumber",)},
}

MAX_LENGTH: Mapping[str, int] = {"Name": 160, "Email": 100, "Phone": 50, "CaseNumber": 100}
"""Characters that the compared columns hold; a longer value cannot match and is not sent."""

ENTITY_WORDS: Mapping[str, EntityName] = {
    "account": "account",
    "contact": "contact",
    "case": "case",
    "incident": "case",
}
"""The words for an entity in `entities` and in IDENTIFICATION_RULES."""
