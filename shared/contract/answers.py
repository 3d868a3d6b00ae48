"""The answers of the contract as models: every field always there, "" where there is nothing.

Field names are the contract's, letter for letter; they are what makers map in their flows.
"""

from typing import Literal

from pydantic import BaseModel

from shared.contract.fields import answer_field
from shared.contract.statuses import Event, IdentityLevel, LinkStatus, PartStatus, UnlinkStatus
from shared.core.schema import CustomerType

REQUEST_ID = ("Request ID", "The id under which this call is in the log of the app.")
CONVERSATION_ID = ("Conversation ID", "The conversation.")


class LinkAnswer(BaseModel, defer_build=True):
    """The answer of `POST /api/link`."""

    status: LinkStatus = answer_field(
        LinkStatus.NOT_LINKED, "Status", "linked, partial, not_linked, or failed (an error; transfer all the same)."
    )
    linked: bool = answer_field(False, "Linked", "Whether all that was asked for is linked.", visibility="important")
    message: str = answer_field(
        "", "Message", "One sentence for run histories. Never show it to the customer.", visibility="important"
    )
    conversationId: str = answer_field("", *CONVERSATION_ID)
    event: Event = answer_field(Event.ESCALATE, "Event", "escalate or end.", visibility="internal")
    dryRun: bool = answer_field(
        False, "Dry Run", "Whether nothing was written because it was a dry run.", visibility="internal"
    )
    customerStatus: PartStatus = answer_field(
        PartStatus.NOT_GIVEN,
        "Customer Status",
        "What became of the customer. linked and already_linked: go on. not_found and ambiguous: ask "
        "nextQuestion. not_given: nothing was given to look for.",
        visibility="important",
    )
    customerLinked: bool = answer_field(
        False, "Customer Linked", "Whether the conversation has a customer now.", visibility="important"
    )
    customerMatchedBy: str = answer_field("", "Customer Matched By", "How the customer was found, such as Email.")
    customerType: CustomerType | Literal[""] = answer_field("", "Customer Type", "contact or account.")
    customerId: str = answer_field("", "Customer ID", "Id of the customer on the conversation.")
    customerName: str = answer_field(
        "",
        "Customer Name",
        "Name of the customer on the conversation. What was typed is not verified, so do not read it to the customer.",
    )
    identityLevel: IdentityLevel = answer_field(
        IdentityLevel.NONE,
        "Identity Level",
        "How well the customer on the conversation is known. verified: signed in as this customer. channel: writes "
        "from this customer's number. claimed: only typed, so tell this customer nothing that others must not know. "
        "none: nobody is on it.",
        visibility="important",
    )
    caseStatus: PartStatus = answer_field(
        PartStatus.NOT_GIVEN,
        "Case Status",
        "What became of the case. linked, already_linked and created: go on. not_found, ambiguous and "
        "customer_mismatch: ask nextQuestion; never say whose case it is.",
        visibility="important",
    )
    caseLinked: bool = answer_field(
        False, "Case Linked", "Whether the conversation has a case now.", visibility="important"
    )
    caseMatchedBy: str = answer_field("", "Case Matched By", "How the case was found, such as CaseNumber.")
    caseIsNew: bool = answer_field(
        False, "Case Is New", "Whether this conversation created the case.", visibility="important"
    )
    caseId: str = answer_field("", "Case ID", "Id of the case on the conversation.")
    caseNumber: str = answer_field(
        "", "Case Number", "Number of the case. If caseIsNew, tell it to the customer.", visibility="important"
    )
    caseTitle: str = answer_field(
        "", "Case Title", "Title of the case on the conversation. Do not read it to the customer."
    )
    replacedCustomerId: str = answer_field(
        "", "Replaced Customer ID", "Customer who was linked before.", visibility="internal"
    )
    replacedCaseId: str = answer_field("", "Replaced Case ID", "Case that was linked before.", visibility="internal")
    customerUrl: str = answer_field("", "Customer URL", "Opens the customer in Dynamics 365. For representatives.")
    caseUrl: str = answer_field("", "Case URL", "Opens the case in Dynamics 365. For representatives.")
    conversationUrl: str = answer_field(
        "", "Conversation URL", "Opens the conversation in Dynamics 365. For representatives."
    )
    nextField: str = answer_field(
        "", "Next Field", "Which input the answer to nextQuestion belongs in: Email, Phone, …"
    )
    nextQuestion: str = answer_field(
        "",
        "Next Question",
        "A question to ask the customer word for word; then call again with the answer in the input that "
        "nextField names. Empty: nothing is left to ask. Ask twice at most.",
        visibility="important",
    )
    ignoredInputs: str = answer_field("", "Ignored Inputs", "Names in the request that the app does not know.")
    escalationSummary: str = answer_field(
        "",
        "Escalation Summary",
        "Text for the representative; pass it with the transfer. Never show it to the customer.",
        visibility="important",
    )
    omnichannelTags: str = answer_field(
        "", "Omnichannel Tags", "The command of an Azure bot, as text.", visibility="internal"
    )
    CloseOmnichannelConversation: bool = answer_field(
        False,
        "Close Omnichannel Conversation",
        "Whether the conversation may be ended. If false after event end, transfer to a person.",
        visibility="important",
    )
    explain: str = answer_field("", "Explanation", "Dry run only: how it was decided.")
    failure: str = answer_field("", "Failure", "If status is failed: the code of the error.")
    canRetry: bool = answer_field(False, "Can Retry", "If status is failed: whether the same call may succeed later.")
    requestId: str = answer_field("", *REQUEST_ID)


class UnlinkAnswer(BaseModel, defer_build=True):
    """The answer of `POST /api/unlink`."""

    status: Literal[UnlinkStatus.UNLINKED, UnlinkStatus.NOT_LINKED] = answer_field(
        UnlinkStatus.NOT_LINKED, "Status", "unlinked if anything was removed, else not_linked.", visibility="important"
    )
    message: str = answer_field("", "Message", "One sentence for run histories.", visibility="important")
    conversationId: str = answer_field("", *CONVERSATION_ID)
    customerStatus: UnlinkStatus = answer_field(
        UnlinkStatus.NOT_LINKED, "Customer Status", "What became of the customer."
    )
    caseStatus: UnlinkStatus = answer_field(UnlinkStatus.NOT_LINKED, "Case Status", "What became of the case.")
    requestId: str = answer_field("", *REQUEST_ID)


class WrongField(BaseModel, defer_build=True):
    """One wrong input of a request, without its value."""

    field: str = answer_field("", "Error Field", "Which field is wrong.")
    message: str = answer_field("", "Error Message", "What is wrong with it.")


class Problem(BaseModel, defer_build=True):
    """A problem of RFC 9457. `errors` is there for 400 only."""

    type: str = answer_field("", "Problem Type", "A name for this kind of problem.")
    title: str = answer_field("", "Problem Title", "The kind of problem in words.")
    status: int = answer_field(500, "Problem HTTP Status", "The HTTP status.")
    code: str = answer_field("", "Problem Code", "The code of the error.")
    detail: str = answer_field("", "Problem Detail", "What is wrong, and what to do.")
    requestId: str = answer_field("", *REQUEST_ID)
    errors: list[WrongField] | None = answer_field(
        None, "Problem Errors", "For 400 only: what is wrong, field by field."
    )
