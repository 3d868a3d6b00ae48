"""What Omnichannel recorded of who is on a conversation, from its engagement contexts and its social profile.

Like `rows`, from which it takes its checks: what is of another shape or of another conversation is not believed.
"""

from pydantic import Field, StrictBool, TypeAdapter

from shared.core.schema import CONTEXT_CONVERSATION, CONVERSATION_ID, CONVERSATION_PROFILE, EngagementContext
from shared.dataverse import rows
from shared.dataverse.batch import UNAVAILABLE, Row

MAX_CONTEXTS = 5
"""Rows of one context table to ask for. Where there are so many, there may be more, which say something else."""


class _LiveChatRow(rows.RowModel):
    conversation: rows.Id = Field(validation_alias=CONTEXT_CONVERSATION)
    signed_in: StrictBool | None = Field(validation_alias="msdyn_isauthenticated")
    contact: rows.Text = Field("", validation_alias="msdyn_portalcontactid")


class _NumberRow(rows.TextRow):
    conversation: rows.Id = Field(validation_alias=CONTEXT_CONVERSATION)


class _ProfileRow(rows.RowModel):
    customer: rows.LookupId = Field(validation_alias="_customerid_value")


class _ProfiledRow(rows.RowModel, defer_build=False):
    id: rows.Id = Field(validation_alias=CONVERSATION_ID)
    profile: _ProfileRow | None = Field(None, validation_alias=CONVERSATION_PROFILE)


_LIVE_CHATS = TypeAdapter(list[_LiveChatRow], config=rows.WHEN_NEEDED)
_NUMBERS = TypeAdapter(list[_NumberRow], config=rows.WHEN_NEEDED)
_PROFILED = TypeAdapter(_ProfiledRow)


def signed_in_contact(id: str, body: Row) -> str:
    """The id of the contact who signed in on a conversation's live chat; "" where nobody did.

    UNAVAILABLE where contexts contradict each other, or more of them may be there than were read.
    """
    found = rows.listed(_LIVE_CHATS, body)
    rows.expect(all(row.conversation == id for row in found))
    rows.expect(all("contact" in row.model_fields_set for row in found if row.signed_in))  # lost on its way, not empty
    contacts = {row.contact.strip(" {}").lower() if row.signed_in else "" for row in found}
    if len(contacts) > 1 or len(found) >= MAX_CONTEXTS:
        unclear: str = UNAVAILABLE
        return unclear
    contact = contacts.pop() if contacts else ""
    return contact if rows.GUID.fullmatch(contact) else ""


def numbers(id: str, context: EngagementContext, body: Row) -> tuple[str, ...]:
    """The visitor's numbers that a channel states for a conversation."""
    found = rows.listed(_NUMBERS, body)
    rows.expect(all(row.conversation == id and row.has(context.columns) for row in found))
    texts = [text for row in found for column in context.columns if (text := row.texts.get(column, ""))]
    return tuple(f"+{text}" if context.international and text.isdecimal() else text for text in texts)


def profile_customer(id: str, body: Row) -> str:
    """The id of the customer of a conversation's social profile; "" where there is none."""
    row = rows.parsed(_PROFILED, body)
    rows.expect(row.id == id)
    return row.profile.customer if row.profile else ""
