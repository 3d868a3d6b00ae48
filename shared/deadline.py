"""One time budget per request: made at the border, handed down, spent by every call together."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .errors import DataverseUnavailable


@dataclass(frozen=True)
class Deadline:
    """The moment, on the monotonic clock, at which the answer has to be given."""

    expires: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The deadline that lies `seconds` from now."""
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left, more than 0.

        Raises:
            DataverseUnavailable: nothing is left.
        """
        left = self.expires - time.monotonic()
        if left <= 0:
            raise DataverseUnavailable("Dataverse did not answer within the time budget; repeat the call.")
        return left


@dataclass
class Trip:
    """What one request takes along to Dataverse: its deadline, its correlation id, and a count of what it cost."""

    deadline: Deadline
    correlation_id: str
    round_trips: int = 0
    retries: int = 0
    service_request_ids: list[str] = field(default_factory=list)
