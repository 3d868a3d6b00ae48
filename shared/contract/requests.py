"""The requests of the contract as models: what comes in is checked here, once.

Field names are the contract's, letter for letter; they are what makers map in their flows.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared.contract import parsing
from shared.contract.fields import Who, request_field
from shared.contract.statuses import ContextFormat, CreateCase, Event
from shared.core.errors import BadConversationId, BadInput, FieldError, NoConversationId, RequestError
from shared.core.schema import ENTITY_WORDS, EntityName

NO_CONVERSATION_ID = (
    "No conversation id was given, so nothing was linked. "
    "Normal in the test pane; in Omnichannel pass msdyn_ConversationId."
)
WRONG_CONVERSATION_ID = "conversationId must be a GUID; pass msdyn_ConversationId, never va_ConversationId."

EVENTS = {event.value: event for event in Event}
COMMANDS = {event.command.lower(): event for event in Event}
CONTEXT_FORMATS = {format.value: format for format in ContextFormat}
CREATE_CASE = {
    "false": CreateCase.NO,
    "no": CreateCase.NO,
    "0": CreateCase.NO,
    "true": CreateCase.IF_NEEDED,
    "yes": CreateCase.IF_NEEDED,
    "1": CreateCase.IF_NEEDED,
    "if_needed": CreateCase.IF_NEEDED,
    "always": CreateCase.ALWAYS,
}


def _create_case(value: Any) -> CreateCase:
    return parsing.word(CREATE_CASE)(str(value).lower() if isinstance(value, bool) else value)


Text = Annotated[str, BeforeValidator(parsing.text)]
YesNo = Annotated[bool, BeforeValidator(parsing.yes_no)]
Records = Annotated[tuple[str, ...], BeforeValidator(parsing.records)]


class ConversationRequest(BaseModel):
    """What every request names: the conversation, by the first of its names that is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    conversationId: str = request_field(
        ..., Who.PLATFORM, "Conversation ID", "Id of the Omnichannel conversation. Set from msdyn_ConversationId."
    )
    others: dict[str, Any] = Field(default_factory=dict, exclude=True, description="Names that are no field.")
    written: dict[str, str] = Field(default_factory=dict, exclude=True, description="Texts, by names as written.")

    @classmethod
    def names(cls) -> list[str]:
        """The field names a caller may use, the further names of the conversation id included."""
        return [*parsing.CONVERSATION_ID_FIELDS, *(name for name in cls.model_fields if name not in _OURS)]

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """The request in the bytes of a body.

        Raises:
            RequestError: with every field that is wrong; a missing or malformed conversation id first.
        """
        content = parsing.read_object(body)
        named, others, errors = parsing.sort_names(content, cls.names())
        ids = [named.pop(name) for name in parsing.CONVERSATION_ID_FIELDS if name in named]
        conversation_id, id_error = _conversation_id(ids)
        unusable = _errors_in(others)
        errors += unusable.values()
        usable = {name: value for name, value in others.items() if name not in unusable}
        written = parsing.as_written(content)
        given = {**named, "conversationId": conversation_id, "others": usable, "written": written}
        try:
            request = cls.model_validate(given)
        except ValidationError as problem:
            wrong = {
                str(error["loc"][0]): FieldError(str(error["loc"][0]), _words(error)) for error in problem.errors()
            }
            errors += wrong.values()
            request = cls.model_validate({name: value for name, value in given.items() if name not in wrong})
        if id_error or errors:
            failure = id_error(errors) if id_error else BadInput(_sentence(errors[0]), errors)
            failure.readable = request
            raise failure
        return request


_OURS = ("conversationId", "others", "written")


def _conversation_id(given: list[Any]) -> tuple[str, Callable[[list[FieldError]], RequestError] | None]:
    if not given:
        missing = FieldError("conversationId", "is missing")
        return "", lambda errors: NoConversationId(NO_CONVERSATION_ID, [missing, *errors])
    try:
        return parsing.guid(given[0]), None
    except ValueError:
        wrong = FieldError("conversationId", "must be a GUID")
        return "", lambda errors: BadConversationId(WRONG_CONVERSATION_ID, [wrong, *errors])


def _errors_in(others: Mapping[str, Any]) -> dict[str, FieldError]:
    errors = {}
    for name, value in others.items():
        try:
            if isinstance(value, str):
                parsing.text(value)
        except ValueError as problem:
            errors[name] = FieldError(name[:100], str(problem))
    return errors


def _words(error: Any) -> str:
    return str(error.get("ctx", {}).get("error", "is not valid"))


def _sentence(error: FieldError) -> str:
    return f"{error.field} {error.message}." if error.field else f"The request has {error.message}."


class LinkRequest(ConversationRequest, defer_build=False):
    """`POST /api/link`: what the bot learned and what the platform knows. Only the conversation id is required."""

    Name: Text = request_field(
        "", Who.CUSTOMER, "Name", "Full name of the customer, or of their company, as they gave it."
    )
    Email: Text = request_field("", Who.CUSTOMER, "Email", "E-mail address of the customer, as they gave it.")
    Phone: Text = request_field(
        "", Who.CUSTOMER, "Phone", "Phone number of the customer, as they gave it, in any format."
    )
    customerPhoneNumber: Text = request_field(
        "",
        Who.PLATFORM,
        "Caller Number",
        "Number of the caller, where Phone is empty. Set from customerPhoneNumber on voice.",
    )
    CaseNumber: Text = request_field(
        "",
        Who.CUSTOMER,
        "Case Number",
        "Number of an existing support case, as the customer gave it, such as CAS-01001-X1Y2Z3. Empty if none.",
    )
    event: Annotated[Event | None, BeforeValidator(parsing.word(EVENTS))] = request_field(
        None, Who.MAKER, "Event", "What the agent is about to do: escalate (default) or end. Set by the maker."
    )
    type: Annotated[Event | None, BeforeValidator(parsing.word(COMMANDS))] = request_field(
        None,
        Who.BOT,
        "Command Type",
        "Command of an Azure bot; says the same as event. Set by the bot.",
        visibility="internal",
        words=("Escalate", "EndConversation"),
    )
    entities: Annotated[tuple[EntityName, ...], BeforeValidator(parsing.words(ENTITY_WORDS))] = request_field(
        ("account", "contact", "case"),
        Who.MAKER,
        "Entities",
        "What to look for, with commas: account, contact, case (default all). Set by the maker.",
    )
    msdyn_contact_msdyn_ocliveworkitem_Customer: Records = request_field(
        (),
        Who.PLATFORM,
        "Known Contact",
        "A contact that is known already. Set from the context variable of this name.",
    )
    msdyn_account_msdyn_ocliveworkitem_Customer: Records = request_field(
        (),
        Who.PLATFORM,
        "Known Account",
        "An account that is known already. Set from the context variable of this name.",
    )
    msdyn_incident_msdyn_ocliveworkitem: Records = request_field(
        (),
        Who.PLATFORM,
        "Known Case Record",
        "A case that is known already. Set from the context variable of this name.",
    )
    msdyn_CustomerId: Records = request_field(
        (),
        Who.PLATFORM,
        "Known Customer",
        "A customer that is known already. Set from the context variable of this name.",
    )
    msdyn_CustomerType: Text = request_field(
        "",
        Who.PLATFORM,
        "Known Customer Type",
        "contact or account, of the known customer. Set from the context variable of this name.",
    )
    msdyn_CaseId: Records = request_field(
        (), Who.PLATFORM, "Known Case", "A case that is known already. Set from the context variable of this name."
    )
    msdyn_CustomerPhoneNumber: Text = request_field(
        "",
        Who.PLATFORM,
        "Channel Phone Number",
        "Number that the customer writes from, on SMS and WhatsApp. Set from the context variable of this name.",
    )
    msdyn_TeamsCustomerEmail: Text = request_field(
        "",
        Who.PLATFORM,
        "Teams Email",
        "Address that Microsoft Teams states, where Email is empty. Set from the context variable of this name.",
    )
    msdyn_SocialProfileId: Text = request_field(
        "",
        Who.PLATFORM,
        "Social Profile",
        "Social profile that the customer writes from. Set from the context variable of this name.",
    )
    msdyn_CustomerName: Text = request_field(
        "",
        Who.PLATFORM,
        "Known Customer Name",
        "Name of the known customer. It is not searched. Set from the context variable of this name.",
    )
    msdyn_CaseTitle: Text = request_field(
        "",
        Who.PLATFORM,
        "Known Case Title",
        "Title of the known case. It is not searched. Set from the context variable of this name.",
    )
    msdyn_Locale: Text = request_field(
        "",
        Who.PLATFORM,
        "Conversation Locale",
        "Stands in for language, after va_CustomerLocale. Set from the context variable of this name.",
    )
    msdyn_WorkstreamId: Text = request_field(
        "",
        Who.PLATFORM,
        "Workstream",
        "Workstream of the conversation; the app reads it itself. Set from the context variable of this name.",
    )
    msdyn_OrganizationPhoneNumber: Text = request_field(
        "",
        Who.PLATFORM,
        "Organization Phone Number",
        "Number of the organization itself, which is never searched. Set from the context variable of this name.",
    )
    createCase: Annotated[CreateCase, BeforeValidator(_create_case)] = request_field(
        CreateCase.NO,
        Who.MAKER,
        "Create Case",
        "Create a case: no (default), if_needed (none could be linked), always. Only for customers whose "
        "identity was verified. Set by the maker.",
    )
    language: Text = request_field(
        "", Who.MAKER, "Language", "Language of nextQuestion, such as de-DE (default English). Set by the maker."
    )
    va_CustomerLocale: Text = request_field(
        "", Who.PLATFORM, "Customer Locale", "Stands in for language. Set from va_CustomerLocale."
    )
    caseTitle: Text = request_field(
        "", Who.CUSTOMER, "Case Title", "Title of a case that is created: the request in a few words.", visibility=""
    )
    caseDescription: Text = request_field(
        "", Who.CUSTOMER, "Case Description", "Description of a case that is created.", visibility=""
    )
    overwrite: YesNo = request_field(
        True,
        Who.MAKER,
        "Overwrite",
        "Whether a new link replaces an old one (default true). false where the customer is signed in. Set "
        "by the maker.",
    )
    dryRun: YesNo = request_field(
        False,
        Who.MAKER,
        "Dry Run",
        "For the maker's own tests: decide, write nothing, explain. No tool for a language model.",
        visibility="internal",
    )
    contextFormat: Annotated[ContextFormat, BeforeValidator(parsing.word(CONTEXT_FORMATS))] = request_field(
        ContextFormat.PLAIN,
        Who.MAKER,
        "Context Format",
        "How omnichannelTags holds what the app found: plain (default), or displayable, which the representative sees. "
        "Set by the maker.",
    )
    timeoutSeconds: Annotated[float | None, BeforeValidator(parsing.seconds)] = request_field(
        None, Who.MAKER, "Timeout Seconds", "How long the caller waits, 1 to 60 seconds. Set by the maker."
    )

    @property
    def spoken(self) -> str:
        """The language in which the customer is asked."""
        return self.language or self.va_CustomerLocale or self.msdyn_Locale

    @property
    def what(self) -> Event:
        """What the bot is about to do."""
        return self.event or self.type or Event.ESCALATE

    def variables(self) -> dict[str, str]:
        """The given variables of the built-in rules, by name."""
        phone = self.Phone or self.customerPhoneNumber or self.msdyn_CustomerPhoneNumber
        values = (self.Name, self.Email, phone, self.CaseNumber)
        return {name: value for name, value in zip(parsing.VARIABLES, values, strict=True) if value}


class UnlinkRequest(ConversationRequest):
    """`POST /api/unlink`: which links to remove; both by default."""

    customer: YesNo = request_field(True, Who.MAKER, "Remove Customer", "Default true. Set by the maker.")
    case: YesNo = request_field(True, Who.MAKER, "Remove Case", "Default true. Set by the maker.")
