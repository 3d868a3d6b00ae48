"""How far a verb is, on standard error: a bar for somebody who looks on, lines for a log."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

LINES = 10
"""Lines that a log gets, and one for each part."""


class Progress:
    """Counts up to ``total``, for the time of a `with` block; safe under threads."""

    def __init__(self, total: float, what: str = "", console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._total, self._what, self._done = max(total, 1e-9), what, 0.0
        self._start, self._lock = time.monotonic(), threading.Lock()
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            refresh_per_second=2,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(what, total=self._total)

    def part(self, what: str) -> None:
        """What is done from now on."""
        self._what = what
        self._bar.update(self._task, description=what)
        self._line()

    def advance(self, amount: float = 1) -> None:
        """So much more of the total is done."""
        with self._lock:
            tenth = int(self._done / self._total * LINES)
            self._done = min(self._done + amount, self._total)
            self._bar.update(self._task, completed=self._done)
            if int(self._done / self._total * LINES) > tenth:
                self._line()

    def _line(self) -> None:
        if not self._console.is_terminal:
            passed = time.monotonic() - self._start
            self._console.print(f"{self._done / self._total:4.0%} {passed:5.0f} s  {self._what}", markup=False)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
