"""The wire contract as models: what comes in is checked here, once, and what goes out has every field, always.

Field names are the contract's, letter for letter; they are what makers map in their flows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared.contract import parsing
from shared.core.errors import BadConversationId, BadInput, FieldError, NoConversationId, RequestError
from shared.core.schema import ENTITY_WORDS

NO_CONVERSATION_ID = (
    "No conversation id was given, so nothing was linked. "
    "Normal in the test pane; in Omnichannel pass msdyn_ConversationId."
)

EVENTS = {"escalate": "escalate", "end": "end"}
COMMANDS = {"escalate": "escalate", "endconversation": "end"}
CREATE_CASE = {
    "false": "no",
    "no": "no",
    "0": "no",
    "true": "if_needed",
    "yes": "if_needed",
    "1": "if_needed",
    "if_needed": "if_needed",
    "always": "always",
}


def _create_case(value: Any) -> str:
    return parsing.word(CREATE_CASE)(str(value).lower() if isinstance(value, bool) else value)


Text = Annotated[str, BeforeValidator(parsing.text)]
YesNo = Annotated[bool, BeforeValidator(parsing.yes_no)]
Records = Annotated[tuple[str, ...], BeforeValidator(parsing.records)]


class ConversationRequest(BaseModel):
    """What every request names: the conversation, by the first of its names that is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversationId: str = Field(description="Id of the Omnichannel conversation, a GUID.")
    others: dict[str, Any] = Field(default_factory=dict, exclude=True, description="Names that are no field.")

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
        named, others, errors = parsing.sort_names(parsing.read_object(body), cls.names())
        ids = [named.pop(name) for name in parsing.CONVERSATION_ID_FIELDS if name in named]
        conversation_id, id_error = _conversation_id(ids)
        errors += _errors_in(others)
        given = {**named, "conversationId": conversation_id, "others": others}
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


_OURS = ("conversationId", "others")


def _conversation_id(given: list[Any]) -> tuple[str, Callable[[list[FieldError]], RequestError] | None]:
    if not given:
        missing = FieldError("conversationId", "is missing")
        return "", lambda errors: NoConversationId(NO_CONVERSATION_ID, [missing, *errors])
    try:
        return parsing.guid(given[0]), None
    except ValueError:
        wrong = FieldError("conversationId", "must be a GUID")
        detail = "conversationId must be a GUID; pass msdyn_ConversationId, never va_ConversationId."
        return "", lambda errors: BadConversationId(detail, [wrong, *errors])


def _errors_in(others: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    for name, value in others.items():
        try:
            if isinstance(value, str):
                parsing.text(value)
        except ValueError as problem:
            errors.append(FieldError(name[:100], str(problem)))
    return errors


def _words(error: Any) -> str:
    return str(error.get("ctx", {}).get("error", "is not valid"))


def _sentence(error: FieldError) -> str:
    return f"{error.field} {error.message}." if error.field else f"The request has {error.message}."


class LinkRequest(ConversationRequest):
    """`POST /api/link`: what the bot learned and what the platform knows. Only the conversation id is required."""

    Name: Text = Field("", description="Name of the customer, as the customer gave it.")
    Email: Text = Field("", description="E-mail address of the customer, as the customer gave it.")
    Phone: Text = Field("", description="Phone number of the customer, as the customer gave it.")
    customerPhoneNumber: Text = Field("", description="Stands in for Phone where that is empty; set by voice.")
    CaseNumber: Text = Field("", description="Number of an existing case, as the customer gave it.")
    event: Annotated[Literal["escalate", "end", ""], BeforeValidator(parsing.word(EVENTS))] = Field(
        "", description="What the bot is about to do: escalate (default) or end."
    )
    type: Annotated[Literal["escalate", "end", ""], BeforeValidator(parsing.word(COMMANDS))] = Field(
        "", description="An Azure bot's command, Escalate or EndConversation; says the same as event."
    )
    entities: Annotated[tuple[str, ...], BeforeValidator(parsing.words(ENTITY_WORDS))] = Field(
        ("account", "contact", "case"), description="Which to look for: account, contact, case (default all)."
    )
    msdyn_contact_msdyn_ocliveworkitem_Customer: Records = Field((), description="Known contact.")
    msdyn_account_msdyn_ocliveworkitem_Customer: Records = Field((), description="Known account.")
    msdyn_incident_msdyn_ocliveworkitem: Records = Field((), description="Known case.")
    msdyn_CustomerId: Records = Field((), description="Known customer, of the type in msdyn_CustomerType.")
    msdyn_CustomerType: Text = Field("", description="contact or account.")
    msdyn_CaseId: Records = Field((), description="Known case.")
    createCase: Annotated[Literal["no", "if_needed", "always"], BeforeValidator(_create_case)] = Field(
        "no", description="Create a case: false (default), if_needed (or true), always."
    )
    language: Text = Field("", description="Language of nextQuestion, like de-DE (default English).")
    va_CustomerLocale: Text = Field("", description="Stands in for language where that is empty; set by the bot.")
    caseTitle: Text = Field("", description="Title of a created case.")
    caseDescription: Text = Field("", description="Description of a created case.")
    overwrite: YesNo = Field(True, description="Whether a new link replaces the old one (default true).")
    dryRun: YesNo = Field(False, description="Decide everything, write nothing, and explain.")
    timeoutSeconds: Annotated[float | None, BeforeValidator(parsing.seconds)] = Field(
        None, description="The caller's own patience, 1 to 60; at most LINK_BUDGET_SECONDS counts."
    )

    @property
    def spoken(self) -> str:
        """The language in which the customer is asked."""
        return self.language or self.va_CustomerLocale

    @property
    def what(self) -> Literal["escalate", "end"]:
        """What the bot is about to do."""
        return self.event or self.type or "escalate"

    def variables(self) -> dict[str, str]:
        """The given variables of the built-in rules, by name."""
        values = (self.Name, self.Email, self.Phone or self.customerPhoneNumber, self.CaseNumber)
        return {name: value for name, value in zip(parsing.VARIABLES, values, strict=True) if value}


class UnlinkRequest(ConversationRequest):
    """`POST /api/unlink`: which links to remove; both by default."""

    customer: YesNo = Field(True, description="Remove the customer.")
    case: YesNo = Field(True, description="Remove the case.")


PartStatus = Literal[
    "linked",
    "already_linked",
    "created",
    "would_link",
    "would_create",
    "kept_existing",
    "not_given",
    "not_requested",
    "not_found",
    "ambiguous",
    "customer_mismatch",
    "customer_needed",
    "conversation_closed",
    "failed",
]


class LinkAnswer(BaseModel):
    """The answer of `POST /api/link`: flat, every field always there, "" where there is nothing."""

    status: Literal["linked", "partial", "not_linked", "failed"] = "not_linked"
    linked: bool = False
    message: str = ""
    conversationId: str = ""
    event: Literal["escalate", "end"] = "escalate"
    dryRun: bool = False
    customerStatus: PartStatus = "not_given"
    customerLinked: bool = False
    customerMatchedBy: str = ""
    customerType: Literal["contact", "account", ""] = ""
    customerId: str = ""
    customerName: str = ""
    caseStatus: PartStatus = "not_given"
    caseLinked: bool = False
    caseMatchedBy: str = ""
    caseIsNew: bool = False
    caseId: str = ""
    caseNumber: str = ""
    caseTitle: str = ""
    replacedCustomerId: str = ""
    replacedCaseId: str = ""
    customerUrl: str = ""
    caseUrl: str = ""
    conversationUrl: str = ""
    nextField: str = ""
    nextQuestion: str = ""
    ignoredInputs: str = ""
    escalationSummary: str = ""
    omnichannelTags: str = ""
    CloseOmnichannelConversation: bool = False
    explain: str = ""
    failure: str = ""
    canRetry: bool = False
    requestId: str = ""


class UnlinkAnswer(BaseModel):
    """The answer of `POST /api/unlink`."""

    status: Literal["unlinked", "not_linked"] = "not_linked"
    message: str = ""
    conversationId: str = ""
    customerStatus: Literal["unlinked", "not_linked", "not_requested", "conversation_closed"] = "not_linked"
    caseStatus: Literal["unlinked", "not_linked", "not_requested", "conversation_closed"] = "not_linked"
    requestId: str = ""


class Problem(BaseModel):
    """A problem of RFC 9457. `errors` is there for 400 only."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    requestId: str
    errors: list[dict[str, str]] | None = None
