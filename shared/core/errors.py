"""Everything that can end a request without an answer of section "Answer: 200" of the contract.

LinkerError
├── RequestError              the caller's fault, found before anything was sent
│   ├── BadInput                  400 bad_input
│   ├── NoConversationId          400 no_conversation_id
│   ├── BadConversationId         400 bad_conversation_id
│   └── TooLarge                  413 too_large
├── ConversationNotFound      404 conversation_not_found
├── DataverseRefused          424 dataverse_refused: someone has to change something first; 424, as flows retry 5xx
│   └── TableUnknown              the environment has no such table
├── Misconfigured             424 misconfigured: likewise
├── ControlSignal             never answered: the next step depends on it
│   ├── ConversationChanged       412: someone wrote in between
│   ├── CaseExists                412: a case of that id is there already
│   └── ConcurrencyUnsupported    0x8006088D: the table knows no versions
├── DataverseUnavailable      503 dataverse_unavailable, with Retry-After
└── InternalError             500 internal

No error carries a value of a person, a token or text that Dataverse wrote: `detail` is our own sentence with the fix.
"""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar, NamedTuple

MAX_RETRY_AFTER = 60
"""Seconds; more than this is never asked of a caller (docs/contract.md, "Errors")."""

TOKENS_UNREACHABLE = "The token service cannot be reached right now, so nothing was linked; repeat the call."


class FieldError(NamedTuple):
    """One wrong input: the name of the field and what is wrong with it, never its value."""

    field: str
    message: str


class LinkerError(Exception):
    """Base of the family: an HTTP status, a machine-readable code, a sentence that says the fix."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class RequestError(LinkerError):
    """The request itself is wrong; `errors` names every field that is."""

    status = 400
    title = "The request is not valid"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)
        self.readable: object = None
        """The request as far as it could be read: an answer to a caller who cannot handle errors is made of it."""


class BadInput(RequestError):
    """Not JSON, not an object, or a field of a wrong type or word."""

    code = "bad_input"


class NoConversationId(RequestError):
    """No conversation id in any of its names."""

    code = "no_conversation_id"


class BadConversationId(RequestError):
    """The conversation id is not a GUID."""

    code = "bad_conversation_id"


class TooLarge(RequestError):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    title = "The request is too large"


class ConversationNotFound(LinkerError):
    """Dataverse has no conversation of that id."""

    status = 404
    code = "conversation_not_found"
    title = "The conversation does not exist"


class DataverseRefused(LinkerError):
    """Dataverse said no: a privilege, an application user, a column or a plug-in."""

    status = 424
    code = "dataverse_refused"
    title = "Dataverse refused the request"


class TableUnknown(DataverseRefused):
    """Dataverse knows no table of that name: this environment does not have it."""


class Misconfigured(LinkerError):
    """A setting or the identity of the app is wrong."""

    status = 424
    code = "misconfigured"
    title = "The app is not set up correctly"


class ControlSignal(LinkerError):
    """An answer of Dataverse that decides what to do next."""


class ConversationChanged(ControlSignal):
    """Someone wrote the conversation between our read and our write, so nothing was written."""


class CaseExists(ControlSignal):
    """A case of the chosen id is there already, so none was created."""


class ConcurrencyUnsupported(ControlSignal):
    """The table has no optimistic concurrency, so a version cannot be asked for."""


class DataverseUnavailable(LinkerError):
    """Throttled, unavailable or out of time. It is not known whether anything was linked; repeating is safe."""

    status = 503
    code = "dataverse_unavailable"
    title = "Dataverse is not available right now"

    def __init__(self, detail: str, asked_wait: float | None = None) -> None:
        super().__init__(detail)
        self.asked_wait = asked_wait
        """Seconds that Dataverse asked to wait; None where it did not say."""

    @property
    def retry_after(self) -> int:
        """What `Retry-After` says to the caller: whole seconds, 1 to 60."""
        return max(1, min(MAX_RETRY_AFTER, ceil(self.asked_wait or 1)))


class InternalError(LinkerError):
    """Our own bug; what exactly is in the log under the request id."""
