"""One time budget per request: made at the API boundary, handed down, spent by every call together."""

from __future__ import annotations

import time
from dataclasses import dataclass

from shared.core.errors import DataverseUnavailable

OUT_OF_TIME = (
    "Dataverse did not answer within the time budget; it is not known whether anything was linked. Repeat the call."
)


@dataclass(frozen=True)
class Deadline:
    """The moment, on the monotonic clock, at which the answer has to be given."""

    expires: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
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


@dataclass
class RequestContext:
    """What one request takes along to Dataverse: its deadline, correlation id and trace, and a count of what it cost.

    `write_unsure` is set when a write got no answer: it may have taken effect. `rule_not_used` says why the rule of the
    workstream was not.
    """

    deadline: Deadline
    correlation_id: str
    trace_parent: str = ""
    round_trips: int = 0
    retries: int = 0
    throttled: int = 0
    write_unsure: bool = False
    rule_not_used: str = ""
