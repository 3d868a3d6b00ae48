"""How far the bench is: a bar on a line of its own where somebody looks on, else one quiet line per part."""

from __future__ import annotations

import time
from typing import TextIO

_WIDTH = 30
_BLANK = 100


class Progress:
    """Counts expected seconds; `total` of them make the whole run."""

    def __init__(self, stream: TextIO, total: float) -> None:
        self._stream = stream
        self._total = max(total, 1e-9)
        self._done = 0.0
        self._what = ""
        self._start = time.monotonic()
        self._live = stream.isatty()

    def part(self, what: str) -> None:
        """What is measured from now on."""
        self._what = what
        if self._live:
            self._draw()
        else:
            self._say(f"{time.monotonic() - self._start:4.0f} s  {what}\n")

    def advance(self, seconds: float) -> None:
        """So many of the expected seconds are done."""
        self._done = min(self._done + seconds, self._total)
        if self._live:
            self._draw()

    def end(self) -> None:
        """Take the bar away."""
        if self._live:
            self._say("\r" + " " * _BLANK + "\r")

    def _draw(self) -> None:
        share = self._done / self._total
        bar = "#" * int(share * _WIDTH)
        passed = time.monotonic() - self._start
        self._say(f"\r[{bar:-<{_WIDTH}}] {share:4.0%}  {passed:3.0f} s  {self._what}"[:_BLANK].ljust(_BLANK))

    def _say(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
