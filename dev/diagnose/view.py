"""Draws a diagnosis: what to fix first on top, then each check in its area, in 100 columns."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from itertools import groupby
from typing import Any, TextIO

from dev.output import say

WIDTH = 100
MARKS = {"ok": ("ok", "32"), "advice": ("advice", "33"), "bad": ("NOT OK", "31")}
_INDENT = " " * 10


class View:
    """Writes to a stream, in colour where somebody looks on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def show(self, url: str, answer: Mapping[str, Any]) -> None:
        """Draw the whole answer."""
        self._line(f"{url}  Conversation Linker {_text(answer, 'version')}, asked {_text(answer, 'checkedAt')}")
        self._line(self._paint(_text(answer, "summary"), "32" if answer["ready"] else "31"))
        if answer.get("firstFix"):
            self._line()
            self._wrapped(f"First: {_text(answer, 'firstFix')}", "")
            self._wrapped(f"Who can fix it: {_text(answer, 'firstFixBy')}", "")
        for area, checks in groupby(answer["checks"], key=lambda check: _text(check, "area")):
            self._line()
            self._line(self._paint(area.capitalize(), "1"))
            for check in checks:
                self._check(check)

    def _check(self, check: Mapping[str, Any]) -> None:
        mark, colour = MARKS["ok" if check.get("ok") else "bad" if check.get("needed") else "advice"]
        lines = [line for text in _said(check) for line in textwrap.wrap(text, WIDTH - len(_INDENT))] or [""]
        self._line(f"  {self._paint(f'{mark:<8}', colour)}{lines[0]}")
        for line in lines[1:]:
            self._line(_INDENT + line)
        if check.get("fix"):
            self._wrapped(f"-> {_text(check, 'fix')}", _INDENT)
            self._wrapped(f"   Who can fix it: {_text(check, 'fixBy')}", _INDENT)

    def _wrapped(self, text: str, indent: str) -> None:
        for line in textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent):
            self._line(line)

    def _line(self, text: str = "") -> None:
        say(text, self._stream)

    def _paint(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured else text


def _said(check: Mapping[str, Any]) -> list[str]:
    """Name and finding, which may have several lines."""
    first, *others = str(check.get("found", "")).split("\n")
    name = _text(check, "name")
    return [f"{name}: {_plain(first)}" if first else name, *map(_plain, others)]


def _text(source: Mapping[str, Any], name: str) -> str:
    """A text of the answer without control characters: names of workstreams come from people."""
    return _plain(str(source.get(name, "")))


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
