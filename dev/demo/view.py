"""Prints the demo: one block per step, columns of equal width, colour only where somebody looks on."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO
from unicodedata import combining, east_asian_width

from dev.demo.steps import Step

WIDTH = 100
_INDENT = " " * 4
_LABEL = 9
_COLUMNS = (34, 53)
_NOTHING = "-"

_COLOURS = {"bold": "1", "dim": "2", "good": "32", "bad": "31", "plain": "33"}
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
        self._stream = stream
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "") -> None:
        """Print a line as it is."""
        print(text, file=self._stream)

    def heading(self, text: str, *rows: str) -> None:
        """Print what the demo is, and a line for each fact about it."""
        self.line(self._paint(text, "bold"))
        for row in rows:
            self.line(self._paint(row, "dim"))

    def step(self, number: int, step: Step, outcome: Outcome) -> None:
        """Print one block."""
        took = f"{outcome.status}, {outcome.seconds * 1000:.0f} ms"
        self.line(self._paint("─" * WIDTH, "dim"))
        self.line(self._paint(_pad(f"{number:>2}  {step.title}", WIDTH - len(took)), "bold") + self._paint(took, "dim"))
        sent = json.dumps({**step.sent}, ensure_ascii=False) if step.sent else ""
        self._labelled("asked", f"POST /api/{step.route}  {sent}".rstrip(), "plain")
        self._labelled("answer", str(outcome.answer.get("message", "")), "plain")
        self.line()
        self._row("", ("CUSTOMER", "CASE"), "dim")
        self._row("before", outcome.before)
        self._row("after", outcome.after)
        self._result(outcome.answer)
        for problem in outcome.problems:
            self.line(_INDENT + self._paint(f"NOT AS IT SHOULD BE: {problem}", "bad"))
        self.line()

    def _result(self, answer: Mapping[str, Any]) -> None:
        """Print what became of each part."""
        cells, colours = [], []
        for part in ("customer", "case"):
            status, by = answer.get(f"{part}Status", ""), answer.get(f"{part}MatchedBy", "")
            cells.append(f"{status} (by {by})" if by else status)
            colours.append("good" if status in _GOOD else "plain")
        self._row("result", cells, *colours)

    def _row(self, label: str, cells: Sequence[str], *colours: str) -> None:
        """Print one row of the table; without colours as it is, with one for all cells or one for each."""
        shown = [_pad(_shortened(cell or _NOTHING, room), room) for cell, room in zip(cells, _COLUMNS, strict=True)]
        paints = itertools.chain(colours, itertools.repeat(colours[-1] if colours else ""))
        text = "".join(self._paint(cell, paint) for cell, paint in zip(shown, paints, strict=False))
        self.line((_INDENT + self._paint(_pad(label, _LABEL), "dim") + text).rstrip())

    def _labelled(self, label: str, text: str, colour: str) -> None:
        for position, line in enumerate(_wrapped(text, WIDTH - len(_INDENT) - _LABEL)):
            shown = _pad(label if position == 0 else "", _LABEL)
            self.line(_INDENT + self._paint(shown, "dim") + (self._paint(line, colour) if label == "asked" else line))

    def _paint(self, text: str, colour: str) -> str:
        if not self._coloured or not colour or not text.strip():
            return text
        return f"\033[{_COLOURS[colour]}m{text}\033[0m"


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def _wrapped(text: str, columns: int) -> list[str]:
    """Break a text between words; unlike textwrap it knows letters that take two columns."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and width(lines[-1]) + 1 + width(word) > columns:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _pad(text: str, columns: int) -> str:
    return text + " " * max(1, columns - width(text))


def _shortened(text: str, room: int) -> str:
    """Cut a text so that it leaves a gap before the next column."""
    if width(text) < room:
        return text
    while width(text) > room - 2:
        text = text[:-1]
    return text.rstrip() + "…"
