"""How far a run is: a bar for somebody who looks on, a line now and then for a log."""

from __future__ import annotations

import threading
import time
from typing import TextIO

WIDTH = 40
LINES = 10
"""Lines that a log gets."""


class Progress:
    """Counts up to `total`; safe under threads."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._live = stream.isatty()
        self._every = max(1, total // (200 if self._live else LINES))
        self._done = 0
        self._start = time.monotonic()
        self._lock = threading.Lock()

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1
            if self._done % self._every == 0 or self._done == self._total:
                self._show()

    def _show(self) -> None:
        text = f"{self._done:>6} of {self._total} requests, {time.monotonic() - self._start:.1f} s"
        if not self._live:
            print(text, file=self._stream, flush=True)
            return
        full = WIDTH * self._done // self._total
        end = "\n" if self._done == self._total else ""
        print(f"\r{'█' * full}{'░' * (WIDTH - full)} {text}", end=end, file=self._stream, flush=True)
