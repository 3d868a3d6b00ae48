"""Events for the log: a constant name and fields of ids, outcomes, counts and durations. Nothing personal.

One JSON object is the message, since the classic path of Functions logging drops `extra`; the same fields are in
`extra` for OpenTelemetry, which keeps them (Azure Functions docs, "Monitor executions").
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from traceback import extract_tb

LOGGER = logging.getLogger("conversation_linker")

Field = str | int | float | bool


def event(name: str, fields: Mapping[str, Field], level: int = logging.INFO) -> None:
    """Log one event."""
    if LOGGER.isEnabledFor(level):
        message = json.dumps({"event": name, **fields}, ensure_ascii=True)
        LOGGER.log(level, "%s", message, extra={"event": name, **fields})


def bug(error: BaseException, fields: Mapping[str, Field]) -> None:
    """Log an error that nobody foresaw: its class and where it arose, not its text, which may hold values."""
    frames = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    where = " < ".join(reversed(frames[-8:]))
    event("bug", {"error": type(error).__name__, "at": where, **fields}, logging.ERROR)
