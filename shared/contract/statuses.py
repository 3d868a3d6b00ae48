"""The words of the contract as enumerations. A status carries all that is said of it, so none can be forgotten."""

from enum import StrEnum
from typing import NamedTuple, Self


class StatusText(NamedTuple):
    """What is said of a status.

    `meaning` and `next_step` are for the documents. `of_customer` and `of_case` are its clause in `message`, "" where
    that part never has this status. `summary` is said to the representative where nothing is on the conversation.
    """

    meaning: str
    next_step: str
    of_customer: str = ""
    of_case: str = ""
    summary: str = ""


class PartStatus(StrEnum):
    """What became of the customer, or of the case."""

    text: StatusText

    def __new__(cls, word: str, text: StatusText) -> Self:
        """A member is its word; the text goes along."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.text = text
        return member

    LINKED = (
        "linked",
        StatusText(
            meaning="written by this call",
            next_step="go on",
            of_customer="linked {type}{by}",
            of_case="linked {what}",
        ),
    )
    ALREADY_LINKED = (
        "already_linked",
        StatusText(
            meaning="was in place",
            next_step="go on",
            of_customer="the {type} was linked already",
            of_case="the case was linked already",
        ),
    )
    CREATED = (
        "created",
        StatusText(
            meaning="a new case, created and linked",
            next_step="tell the customer `caseNumber`",
            of_case="created and linked a case",
        ),
    )
    WOULD_LINK = (
        "would_link",
        StatusText(
            meaning="dry run: would be linked",
            next_step="call again without `dryRun`",
            of_customer="would link {type}{by}",
            of_case="would link {what}",
        ),
    )
    WOULD_CREATE = (
        "would_create",
        StatusText(
            meaning="dry run: would be created and linked",
            next_step="call again without `dryRun`",
            of_case="would create and link a case",
        ),
    )
    KEPT_EXISTING = (
        "kept_existing",
        StatusText(
            meaning="another one is there, and may not be replaced (`overwrite` is false, or a policy)",
            next_step="go on with the one that is there",
            of_customer="the customer was not linked because what is on the conversation is kept",
            of_case="the case was not linked because what is on the conversation is kept",
            summary="left as it was",
        ),
    )
    NOT_GIVEN = (
        "not_given",
        StatusText(
            meaning="nothing was given to look for",
            next_step="ask `nextQuestion` if there is one, or go on without it",
            of_customer="nothing was given that identifies the customer",
            of_case="no case was given",
            summary="none given",
        ),
    )
    NOT_REQUESTED = (
        "not_requested",
        StatusText(
            meaning="left out by `entities`; a case also where `LINK_ONLY_ACTIVE_CASE` is off",
            next_step="go on",
            of_customer="the customer was not requested",
            of_case="the case was not requested",
            summary="not asked for",
        ),
    )
    NOT_FOUND = (
        "not_found",
        StatusText(
            meaning="no active record matches",
            next_step="ask `nextQuestion`, or transfer",
            of_customer="no customer matched",
            of_case="no active case matched",
            summary="not found",
        ),
    )
    AMBIGUOUS = (
        "ambiguous",
        StatusText(
            meaning="several match; none is linked",
            next_step="ask `nextQuestion`, or transfer",
            of_customer="several customers matched, so none was linked",
            of_case="several active cases matched, so none was linked",
            summary="several match, none linked",
        ),
    )
    CUSTOMER_MISMATCH = (
        "customer_mismatch",
        StatusText(
            meaning="the case belongs to another customer",
            next_step="ask `nextQuestion`; do not say whose case it is",
            of_case="the case belongs to another customer, so it was not linked",
            summary="not linked, the case that was named is another customer's",
        ),
    )
    CUSTOMER_NEEDED = (
        "customer_needed",
        StatusText(
            meaning="a case was to be created, but there is no active customer for whom one may be created",
            next_step="find the customer first, or go on without a case",
            of_case="no case was created because there is no active customer for whom one may be created",
            summary="none created, because there is no customer for whom one may be created",
        ),
    )
    CONVERSATION_CLOSED = (
        "conversation_closed",
        StatusText(
            meaning="the conversation is closed, and the record is not in place already",
            next_step="nothing",
            of_customer="the conversation is closed, so the customer was not linked",
            of_case="the conversation is closed, so the case was not linked",
            summary="not linked, the conversation is closed",
        ),
    )
    FAILED = (
        "failed",
        StatusText(
            meaning="an error; only with `?always=true`",
            next_step="repeat if `canRetry` is true, else transfer",
            of_customer="the customer could not be looked up",
            of_case="the case could not be looked up",
            summary="could not be looked up",
        ),
    )


WRITTEN = frozenset({PartStatus.LINKED, PartStatus.CREATED})
"""The statuses of a part that this call writes to the conversation."""

IN_PLACE = WRITTEN | {PartStatus.ALREADY_LINKED}
"""The statuses of a part that is on the conversation, as it was asked for."""


class LinkStatus(StrEnum):
    """What became of a link request as a whole."""

    LINKED = "linked"
    PARTIAL = "partial"
    NOT_LINKED = "not_linked"
    FAILED = "failed"


class UnlinkStatus(StrEnum):
    """What became of an unlink request, as a whole or in one of its parts."""

    UNLINKED = "unlinked"
    NOT_LINKED = "not_linked"
    NOT_REQUESTED = "not_requested"
    CONVERSATION_CLOSED = "conversation_closed"


class Event(StrEnum):
    """What the bot is about to do."""

    ESCALATE = "escalate"
    END = "end"

    @property
    def command(self) -> str:
        """The command of an Azure bot that says the same (Omnichannel docs, "Escalate and end conversations")."""
        return "Escalate" if self is Event.ESCALATE else "EndConversation"


class CreateCase(StrEnum):
    """Whether a case is created: never, where none could be linked, or also beside the customer's active case."""

    NO = "no"
    IF_NEEDED = "if_needed"
    ALWAYS = "always"


class ContextFormat(StrEnum):
    """How a bot's command holds context variables: as they are, or so that the representative sees them.

    A value without `isDisplayable` is not shown (Omnichannel docs, "Manage context variables", 2026); older bots expect
    plain values ("Escalate and end conversations", 2022).
    """

    PLAIN = "plain"
    DISPLAYABLE = "displayable"


class IdentityLevel(StrEnum):
    """How well the customer on the conversation is known. Only what the app read itself raises it, never a request."""

    summary: str
    rank: int

    def __new__(cls, word: str, rank: int, summary: str) -> Self:
        """A member is its word; how much it counts and what a representative reads go along."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.rank = rank
        member.summary = summary
        return member

    VERIFIED = "verified", 3, "Signed in as this customer"
    CHANNEL = "channel", 2, "Writes from this customer's number"
    CLAIMED = "claimed", 1, "Only typed, not verified"
    NONE = "none", 0, ""
