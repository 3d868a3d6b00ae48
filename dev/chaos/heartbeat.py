"""A clock that runs along: while the machine itself stands still, no answer is in time, and that is nobody's fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PERIOD = 0.05
"""Seconds between two beats."""

STALL = 0.2
"""Seconds that a beat has to be late to count; a machine that is merely busy is no excuse."""


@dataclass
class Heartbeat:
    """Moments, on the monotonic clock, between which no thread of this process got on though one was to: from, to."""

    stalls: list[tuple[float, float]] = field(default_factory=list)
    last: float = 0.0

    def beat(self, due: float, came: float) -> None:
        """A beat that was due at one moment and came at another."""
        if came - due >= STALL:
            self.stalls.append((due, came))
        self.last = came

    def stood_still_until_now(self, started: float) -> float:
        """Seconds since `started` in which the machine did not get on, those included that the next beat will show."""
        now = time.monotonic()
        while self.last < now:
            time.sleep(PERIOD / 5)
        return self.stood_still(started, now)

    def stood_still(self, started: float, ended: float) -> float:
        """Seconds of this time in which the machine did not get on."""
        return sum(max(0.0, min(ended, to) - max(started, begin)) for begin, to in self.stalls)


@contextmanager
def heartbeat() -> Iterator[Heartbeat]:
    """Let one beat for the time of a `with` block."""
    heart, over = Heartbeat(), threading.Event()

    def keep_on() -> None:
        while not over.is_set():
            due = time.monotonic() + PERIOD
            over.wait(PERIOD)
            heart.beat(due, time.monotonic())

    thread = threading.Thread(target=keep_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        over.set()
        thread.join()
