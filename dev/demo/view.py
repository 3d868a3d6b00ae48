"""Prints the demo: one block per step, in 100 columns, colour only where somebody looks on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dev.demo.steps import Step

WIDTH = 100
_INDENT = (0, 0, 0, 4)
_GOOD = ("linked", "already_linked", "unlinked", "would_link")


@dataclass(frozen=True)
class Outcome:
    """What a step brought: status and answer, the conversation before and after as (customer, case), what is wrong."""

    status: int
    answer: Mapping[str, Any]
    before: tuple[str, str]
    after: tuple[str, str]
    seconds: float
    problems: tuple[str, ...]


class View:
    """Writes to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, width=WIDTH, highlight=False, markup=False, emoji=False)

    def line(self, text: str = "") -> None:
        """Print a line as it is, however long: it may be there to be copied."""
        self._console.print(text, soft_wrap=True)

    def heading(self, text: str, *rows: str) -> None:
        """Print what the demo is, and a line for each fact about it."""
        self._console.print(text, style="bold")
        for row in rows:
            self._console.print(row, style="dim")

    def step(self, number: int, step: Step, outcome: Outcome) -> None:
        """Print one block."""
        self._console.rule(style="dim")
        title = Table.grid(expand=True)
        title.add_column(style="bold")
        title.add_column(style="dim", justify="right", no_wrap=True)
        title.add_row(f"{number:>2}  {step.title}", f"{outcome.status}, {outcome.seconds * 1000:.0f} ms")
        self._console.print(title, Padding(_texts(step, outcome.answer), _INDENT))
        self.line()
        self._console.print(Padding(_links(outcome), _INDENT))
        for problem in outcome.problems:
            self._console.print(Padding(f"NOT AS IT SHOULD BE: {problem}", _INDENT), style="red")
        self.line()


def _texts(step: Step, answer: Mapping[str, Any]) -> Table:
    """What was asked, and the sentence of the answer."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", width=8)
    grid.add_column()
    sent = json.dumps({**step.sent}, ensure_ascii=False) if step.sent else ""
    grid.add_row("asked", Text(f"POST /api/{step.route}  {sent}".rstrip(), style="yellow"))
    grid.add_row("answer", str(answer.get("message", "")))
    return grid


def _links(outcome: Outcome) -> Table:
    """Customer and case before and after, and what became of each."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", style="dim", width=8)
    table.add_column("CUSTOMER", width=33, no_wrap=True, overflow="ellipsis")
    table.add_column("CASE", width=52, no_wrap=True, overflow="ellipsis")
    table.add_row("before", *(cell or "-" for cell in outcome.before))
    table.add_row("after", *(cell or "-" for cell in outcome.after))
    table.add_row("result", *(_result(outcome.answer, part) for part in ("customer", "case")))
    if (level := outcome.answer.get("identityLevel", "none")) != "none":
        table.add_row("level", level)
    return table


def _result(answer: Mapping[str, Any], part: str) -> Text:
    status, by = answer.get(f"{part}Status", ""), answer.get(f"{part}MatchedBy", "")
    text = f"{status} (by {by})" if by else status
    return Text(text or "-", style="green" if status in _GOOD else "yellow")
