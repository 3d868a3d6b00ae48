"""Tables as text and as Markdown: cells are texts already, the first column to the left, figures to the right. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


class Table:
    """A title, the heads of the columns, and rows of as many cells."""

    def __init__(self, title: str, heads: Sequence[str], rows: Rows, words: Sequence[int] = (0,)) -> None:
        self.title = title
        self._lines = [list(heads), *(list(row) for row in rows)]
        self._words = words
        wrong = [line for line in self._lines if len(line) != len(heads)]
        if wrong:
            raise ValueError(f"{title}: {wrong[0]} does not have {len(heads)} cells")

    def text(self) -> str:
        """For a terminal."""
        widths = self._widths(2)
        lines = ["  ".join(self._padded(line, widths)).rstrip() for line in self._lines]
        return "\n".join([self.title, lines[0], "  ".join("-" * width for width in widths), *lines[1:]])

    def markdown(self) -> str:
        """For a document, without the title."""
        cells = [[cell.replace("|", "\\|") for cell in line] for line in self._lines]
        widths = self._widths(3)
        rule = ["-" * width if place in self._words else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
        padded = [self._padded(line, widths) for line in cells]
        return "\n".join("| " + " | ".join(line) + " |" for line in [padded[0], rule, *padded[1:]])

    def _widths(self, least: int) -> list[int]:
        return [max(least, *(len(line[place]) for line in self._lines)) for place in range(len(self._lines[0]))]

    def _padded(self, line: Sequence[str], widths: Sequence[int]) -> list[str]:
        return [
            cell.ljust(width) if place in self._words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
