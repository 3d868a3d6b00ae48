"""Threads that do the work of requests, so that the caller always gets an answer before the deadline."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TypeVar

from shared.core.context import OUT_OF_TIME, Deadline
from shared.core.errors import DataverseUnavailable

T = TypeVar("T")

MAX_AT_WORK = 256
"""Requests at work at once; more wait for a place, within their own budget."""


class Workers:
    """Threads that do the work of requests, so that no call that hangs can hold an answer past its deadline.

    A worker that is late finds its deadline passed at its next step and ends there, without starting another call; an
    exchange that it waits for is ended at the deadline (`dataverse.exchange`).
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
