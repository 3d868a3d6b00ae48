"""One time budget per request: made at the API boundary, handed down, spent by every call together."""

import time
from typing import NamedTuple, Self

from shared.core.errors import DataverseUnavailable

OUT_OF_TIME = (
    "Dataverse did not answer within the time budget; it is not known whether anything was linked. Repeat the call."
)


class Deadline(NamedTuple):
    """The moment, on the monotonic clock, at which the answer has to be given."""

    expires: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The deadline that lies `seconds` from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left; 0 or less when it is over."""
        return self.expires - time.monotonic()

    def remaining(self) -> float:
        """Seconds left, more than 0.

        Raises:
            DataverseUnavailable: nothing is left.
        """
        left = self.left()
        if left <= 0:
            raise DataverseUnavailable(OUT_OF_TIME)
        return left


class RequestContext:
    """What one request takes along to Dataverse: its deadline, correlation id and trace, and a count of what it cost.

    `write_unsure` is set when a write got no answer: it may have taken effect. `rule_not_used` says why the rule of the
    workstream was not.
    """

    round_trips = 0
    retries = 0
    throttled = 0
    write_unsure = False
    rule_not_used = ""

    def __init__(self, deadline: Deadline, correlation_id: str, trace_parent: str = "") -> None:
        self.deadline = deadline
        self.correlation_id = correlation_id
        self.trace_parent = trace_parent
