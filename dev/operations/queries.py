"""The KQL queries, one a file in `infra/queries`, and what each of them asks of the app's events.

Workbook and document are written from these files and the alert rules load them, so a query has one text everywhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "infra" / "queries"

_FIELD = re.compile(r"""\be(?:\.(\w+)|\["(\w+)"\])""")
_EVENT = re.compile(r"""'\{"event": "(\w+)"'""")
_COMPARED = re.compile(r"""\be(?:\.(\w+)|\["(\w+)"\])\)* (?:==|!=|in) (\((?:"[^"]*"(?:, )?)+\)|"[^"]*")""")


class Uses(NamedTuple):
    """What a query names: events, fields of them, and the values that fields are compared with."""

    events: frozenset[str]
    fields: frozenset[str]
    values: frozenset[tuple[str, str]]


def queries() -> dict[str, str]:
    """The text of every query by its name, that of the file."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.kql"))}


def uses(query: str) -> Uses:
    """What a query asks of the events; by the habit of all of them to call a parsed message `e`."""
    values = {
        (dotted or bracketed, value)
        for dotted, bracketed, compared in _COMPARED.findall(query)
        for value in re.findall(r'"([^"]*)"', compared)
    }
    events = {*_EVENT.findall(query), *(value for field, value in values if field == "event")}
    fields = {dotted or bracketed for dotted, bracketed in _FIELD.findall(query)} - {"event"}
    return Uses(frozenset(events), frozenset(fields), frozenset(values))
