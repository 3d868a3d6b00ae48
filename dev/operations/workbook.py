"""infra/workbook.json: an Azure Workbook that draws the queries, over a time range that its reader chooses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

PATH = Path(__file__).resolve().parents[2] / "infra" / "workbook.json"

COMPONENT = "microsoft.insights/components"
HOUR = 3_600_000
"""Milliseconds."""
SPANS = (1, 4, 12, 24, 72, 168, 720)
"""Hours that the time range offers; any other can be typed in."""


class Part(NamedTuple):
    """A query in the workbook: its name, its title, how it is drawn, which columns a chart shows, its width in %."""

    query: str
    title: str
    visualization: str = "table"
    columns: tuple[str, ...] = ()
    width: int = 50


PARTS = (
    Part("link-rate", "Links and failures, per quarter of an hour", "timechart", ("linked", "partial", "failed")),
    Part("outcomes", "What became of customers and cases", "table"),
    Part(
        "ambiguous-and-mismatch",
        "Customers and cases that could not be told apart or did not fit, in % of the calls",
        "timechart",
        ("ambiguousCustomerRate", "ambiguousCaseRate", "mismatchRate", "customerNotFoundRate"),
    ),
    Part("duration", "Milliseconds per call", "timechart", ("p50", "p95", "p99")),
    Part("throttling", "Round trips that Dataverse throttled, in %", "timechart", ("throttledRate",)),
    Part("retries", "Retries inside the app", "timechart", ("retries", "callsRetried")),
    Part(
        "slow-starts",
        "First call of a new instance, beside the others (p95 ms)",
        "timechart",
        ("p95OfFirstCalls", "p95OfOthers"),
    ),
    Part("unavailable", "Calls that ended in 503, in %", "table"),
    Part("failures", "Failures by code", width=100),
    Part("trouble", "Settings, bugs, rules that could not be used", width=100),
    Part("versions", "Versions of the app", width=100),
    Part("history", "One conversation or request (give its id above)", width=100),
)

INTRODUCTION = (
    "# Conversation Linker\n\nWhat to look at, and what to do about it: `docs/operations.md`. "
    "Dry runs are left out of links and outcomes."
)


def workbook(queries: Mapping[str, str]) -> str:
    """The workbook as JSON."""
    content = {
        "version": "Notebook/1.0",
        "items": [_text(INTRODUCTION), _parameters(), *(_drawn(part, queries[part.query]) for part in PARTS)],
        "fallbackResourceIds": [],
        "$schema": "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _text(markdown: str) -> dict[str, Any]:
    return {"type": 1, "content": {"json": markdown}, "name": "introduction"}


def _parameters() -> dict[str, Any]:
    time_range = {
        "typeSettings": {"selectableValues": [{"durationMs": hours * HOUR} for hours in SPANS], "allowCustom": True},
        "value": {"durationMs": 24 * HOUR},
    }
    parameters = [
        _parameter("TimeRange", "Time range", 4) | {"isRequired": True} | time_range,
        _parameter("Id", "Conversation id or request id", 1) | {"value": ""},
    ]
    content = {
        "version": "KqlParameterItem/1.0",
        "parameters": parameters,
        "style": "pills",
        "queryType": 0,
        "resourceType": COMPONENT,
    }
    return {"type": 9, "content": content, "name": "parameters"}


def _parameter(name: str, label: str, kind: int) -> dict[str, Any]:
    id = str(uuid5(NAMESPACE_URL, f"conversation-linker/{name}"))
    return {"id": id, "version": "KqlParameterItem/1.0", "name": name, "label": label, "type": kind}


def _drawn(part: Part, query: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "version": "KqlItem/1.0",
        "query": query,
        "size": 0,
        "title": part.title,
        "timeContextFromParameter": "TimeRange",
        "queryType": 0,
        "resourceType": COMPONENT,
        "visualization": part.visualization,
    }
    if part.columns:
        content["chartSettings"] = {"xAxis": "timestamp", "yAxis": list(part.columns)}
    return {"type": 3, "content": content, "customWidth": str(part.width), "name": part.query}
