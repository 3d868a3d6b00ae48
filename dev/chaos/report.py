"""The reckoning as a table of plain text, which a document may hold as it is."""

from __future__ import annotations

from collections import Counter

from dev.machine import machine

from .checks import CHECKS
from .runner import Result

SHOWN = 5
"""Findings of each kind that are shown in full."""


def findings(result: Result) -> dict[str, list[str]]:
    """What must not be, by the row of the table; a run is clean when every list is empty."""
    found = {"final states wrong": result.wrong}
    return found | {check.name: list(check.find(result.history)) for check in CHECKS}


def table(result: Result, found: dict[str, list[str]]) -> str:
    """The whole table."""
    plan, attempts = result.plan, result.history.attempts
    statuses = Counter(attempt.status for attempt in attempts)
    ours = len(result.history.ours)
    rows = [
        ("requests", f"{plan.requests}"),
        ("  conversations, flows at once, seed", f"{plan.conversations}, {plan.threads}, {plan.seed}"),
        ("  answers by status", ", ".join(f"{status}: {statuses[status]}" for status in sorted(statuses))),
        ("retries", f"{result.retries + statuses[503]}"),
        ("  inside the app, by flows after a 503", f"{result.retries}, {statuses[503]}"),
        ("faults injected", f"{sum(result.faults.values())}"),
        *[(f"  {name}", f"{count}") for name, count in sorted(result.faults.items())],
        ("writes of conversations", f"{len(result.history.writes)}"),
        ("  by the app, by others", f"{ours}, {len(result.history.writes) - ours}"),
        ("final states right", f"{result.right}"),
        *[(name, f"{len(list_)}") for name, list_ in found.items()],
    ]
    width = max(len(name) for name, _ in rows) + 2
    lines = [f"{name:<{width}}{value}" for name, value in rows]
    return "\n".join([*lines, "", f"{result.seconds:.1f} s, {machine()}"])


def details(found: dict[str, list[str]]) -> str:
    """The first findings of each kind."""
    lines = []
    for name, sentences in found.items():
        lines += [f"{name}: {sentence}" for sentence in sentences[:SHOWN]]
    return "\n".join(lines)
