"""Runs a verb until it is asked to stop: by Ctrl-C, or by SIGTERM."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def until_stopped() -> Iterator[threading.Event]:
    """Give an event that SIGINT and SIGTERM set, in place of ending the process.

    SIGINT counts here even where it was ignored before, as in what a script starts with `&`.
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def wait(stopped: threading.Event) -> None:
    """Return when the event is set."""
    # Without a time limit Ctrl-C would not be noticed on Windows.
    while not stopped.wait(0.5):
        pass
