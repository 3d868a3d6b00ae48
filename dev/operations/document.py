"""The parts of docs/operations.md that nobody writes: the table of events, the table of fields, the queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from dev.documents.blocks import replaced
from dev.documents.tables import table
from shared.core.events import EVENTS, FIELDS

PATH = Path(__file__).resolve().parents[2] / "docs" / "operations.md"

_QUERY = re.compile(r"(<!-- query: ([\w-]+) -->\n```kusto\n).*?(```)", re.DOTALL)


def document(text: str, queries: Mapping[str, str]) -> str:
    """The document with tables and queries as they are now.

    Raises:
        ValueError: the mark of the tables is not there once, or a query is named that there is not.
    """
    changed = replaced(text, "events", "operations", tables())
    unknown = set(shown(text)) - set(queries)
    if unknown:
        raise ValueError(f"{PATH.name} names queries that are not there: {', '.join(sorted(unknown))}")
    return _QUERY.sub(lambda found: found[1] + queries[found[2]] + found[3], changed)


def shown(text: str) -> list[str]:
    """The names of the queries that stand in a document, in its order."""
    return [found[2] for found in _QUERY.finditer(text)]


def tables() -> str:
    """The events and the fields in Markdown."""
    events = (
        (f"`{name}`", event.when, ", ".join(f"`{field}`" for field in event.fields)) for name, event in EVENTS.items()
    )
    fields = ((f"`{name}`", meaning) for name, meaning in FIELDS.items())
    return table(("event", "when", "fields"), events) + "\n\n" + table(("field", "meaning"), fields)
