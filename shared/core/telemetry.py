"""Events for the log: one JSON object a line, of the names and fields in `events` and no others. Nothing personal.

The JSON is the message, since the classic path of Functions logging carries nothing else; the same fields are in
`extra` for OpenTelemetry, which keeps them. The host drops what is logged outside an invocation (its worker channel
looks the invocation up), so whatever has to be seen in Azure is logged by the thread that the worker calls.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from traceback import extract_tb

from shared.core.events import EVENTS, Name

LOGGER = logging.getLogger("conversation_linker")
LOGGER.setLevel(logging.INFO)  # whatever the worker leaves the root at: rates are counted from these events

Field = str | int | float | bool


def event(name: Name, fields: Mapping[str, Field], level: int = logging.INFO) -> None:
    """Log one event; a field that is not in its row of the table is left out."""
    if LOGGER.isEnabledFor(level):
        known: dict[str, Field] = {"event": name}
        known |= {field: fields[field] for field in EVENTS[name].fields if field in fields}
        LOGGER.log(level, "%s", json.dumps(known, ensure_ascii=True), extra=known)


def bug(error: BaseException, fields: Mapping[str, Field]) -> None:
    """Log an error that nobody foresaw: its class and where it arose, not its text, which may hold values."""
    frames = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    where = " < ".join(reversed(frames[-8:]))
    event("bug", {"error": type(error).__name__, "at": where, **fields}, logging.ERROR)
