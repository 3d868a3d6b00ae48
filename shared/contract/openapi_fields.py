"""What makers and language models read about each field: title, visibility, who sets it, description. Data only.

Imported when a definition is asked for, never at the start of the app. The types come from the models.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Visibility = Literal["important", "", "advanced", "internal"]
Who = Literal["customer", "maker", "platform", "bot"]

DO_NOT_ASK = "do not ask the customer"
"""Every input that only maker, platform or bot may set says so, to people and to language models."""


class Input(NamedTuple):
    """One field of a request."""

    name: str
    title: str
    who: Who
    visibility: Visibility
    text: str
    choices: tuple[str, ...] = ()
    """The words on the wire, where they are not the model's."""


class Output(NamedTuple):
    """One field of an answer."""

    name: str
    title: str
    visibility: Visibility
    text: str
    type: str = "string"
    """Only where there is no model to take it from."""


CONVERSATION_ID = Input(
    "conversationId",
    "Conversation ID",
    "platform",
    "advanced",
    f"Id of the Omnichannel conversation. Set from msdyn_ConversationId; {DO_NOT_ASK}.",
)


def _alias(name: str, title: str) -> Input:
    return Input(name, title, "platform", "internal", f"Same as conversationId; {DO_NOT_ASK}.")


ALIASES = (
    _alias("msdyn_ConversationId", "Msdyn Conversation ID"),
    _alias("msdyn_liveworkitemid", "Msdyn Live Work Item ID"),
    _alias("msdyn_ocliveworkitemid", "Msdyn OC Live Work Item ID"),
)


def _record(name: str, title: str, what: str) -> Input:
    text = f"{what} Set from the context variable of this name; {DO_NOT_ASK}."
    return Input(name, title, "platform", "advanced", text)


LINK_INPUTS = (
    CONVERSATION_ID,
    *ALIASES,
    Input("Name", "Name", "customer", "important", "Full name of the customer, or of their company, as they gave it."),
    Input("Email", "Email", "customer", "important", "E-mail address of the customer, as they gave it."),
    Input("Phone", "Phone", "customer", "important", "Phone number of the customer, as they gave it, in any format."),
    Input(
        "customerPhoneNumber",
        "Caller Number",
        "platform",
        "advanced",
        f"Number of the caller, where Phone is empty. Set from customerPhoneNumber on voice; {DO_NOT_ASK}.",
    ),
    Input(
        "CaseNumber",
        "Case Number",
        "customer",
        "important",
        "Number of an existing support case, as the customer gave it, such as CAS-01001-X1Y2Z3. Empty if none.",
    ),
    Input(
        "event",
        "Event",
        "maker",
        "advanced",
        f"What the agent is about to do: escalate (default) or end. Set by the maker; {DO_NOT_ASK}.",
    ),
    Input(
        "type",
        "Command Type",
        "bot",
        "internal",
        f"Command of an Azure bot; says the same as event. Set by the bot; {DO_NOT_ASK}.",
        ("Escalate", "EndConversation"),
    ),
    Input(
        "entities",
        "Entities",
        "maker",
        "advanced",
        f"What to look for, with commas: account, contact, case (default all). Set by the maker; {DO_NOT_ASK}.",
    ),
    _record("msdyn_contact_msdyn_ocliveworkitem_Customer", "Known Contact", "A contact that is known already."),
    _record("msdyn_account_msdyn_ocliveworkitem_Customer", "Known Account", "An account that is known already."),
    _record("msdyn_incident_msdyn_ocliveworkitem", "Known Case Record", "A case that is known already."),
    _record("msdyn_CustomerId", "Known Customer", "A customer that is known already."),
    _record("msdyn_CustomerType", "Known Customer Type", "contact or account, of the known customer."),
    _record("msdyn_CaseId", "Known Case", "A case that is known already."),
    Input(
        "createCase",
        "Create Case",
        "maker",
        "advanced",
        "Create a case: no (default), if_needed (none could be linked), always. Only for customers whose identity "
        f"was verified. Set by the maker; {DO_NOT_ASK}.",
    ),
    Input(
        "language",
        "Language",
        "maker",
        "advanced",
        f"Language of nextQuestion, such as de-DE (default English). Set by the maker; {DO_NOT_ASK}.",
    ),
    Input(
        "va_CustomerLocale",
        "Customer Locale",
        "platform",
        "advanced",
        f"Stands in for language. Set from va_CustomerLocale; {DO_NOT_ASK}.",
    ),
    Input("caseTitle", "Case Title", "customer", "", "Title of a case that is created: the request in a few words."),
    Input("caseDescription", "Case Description", "customer", "", "Description of a case that is created."),
    Input(
        "overwrite",
        "Overwrite",
        "maker",
        "advanced",
        "Whether a new link replaces an old one (default true). false where the customer is signed in. Set by the "
        f"maker; {DO_NOT_ASK}.",
    ),
    Input(
        "dryRun",
        "Dry Run",
        "maker",
        "internal",
        f"For the maker's own tests: decide, write nothing, explain. No tool for a language model; {DO_NOT_ASK}.",
    ),
    Input(
        "timeoutSeconds",
        "Timeout Seconds",
        "maker",
        "advanced",
        f"How long the caller waits, 1 to 60 seconds. Set by the maker; {DO_NOT_ASK}.",
    ),
)

UNLINK_INPUTS = (
    CONVERSATION_ID,
    *ALIASES,
    Input("customer", "Remove Customer", "maker", "advanced", f"Default true. Set by the maker; {DO_NOT_ASK}."),
    Input("case", "Remove Case", "maker", "advanced", f"Default true. Set by the maker; {DO_NOT_ASK}."),
)
