"""Processes that a test starts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Give the process; where the test fails before it has ended, end it by force, so that nothing waits for it."""
    with process:
        try:
            yield process
        finally:
            process.kill()
