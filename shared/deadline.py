"""One time budget per request: made at the border, handed down, spent by every call together."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import TypeVar

from .errors import DataverseUnavailable

T = TypeVar("T")

OUT_OF_TIME = (
    "Dataverse did not answer within the time budget; it is not known whether anything was linked. Repeat the call."
)

MAX_AT_WORK = 256
"""Requests at work at once; more wait for a place, within their own budget."""


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
class Trip:
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


class Workers:
    """Threads that do the work of requests, so that no call that hangs can hold an answer past its deadline.

    A time-out of `requests` bounds each read, not the total, and azure-identity has none for a whole sign-in. A worker
    that is late finds its deadline passed at its next step and ends there, without starting another call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def run(self, deadline: Deadline, work: Callable[[], T]) -> T:
        """The result of `work`, or what it raised.

        Raises:
            DataverseUnavailable: the deadline passed first; the work may have taken effect, or still take it.
        """
        future = self._threads().submit(contextvars.copy_context().run, work)
        try:
            return future.result(timeout=max(0.0, deadline.left()))
        except FutureTimeout:
            future.cancel()
            raise DataverseUnavailable(OUT_OF_TIME) from None

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            with self._lock:
                if self._pool is None:
                    self._pool = ThreadPoolExecutor(MAX_AT_WORK, thread_name_prefix="link")
        return self._pool
