"""Runs a long command and says in plain words what goes on. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import Sequence


class CommandFailed(Exception):
    """The command ended with an error; the text is what it printed."""


def run(what: str, command: Sequence[str]) -> None:
    """Run a command silently; print `what` and how long it took. Raises CommandFailed."""
    start = time.monotonic()
    _say(what + " …", end="")
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            _wait(process, what, start)
        if process.returncode == 0:
            _say(f" done in {time.monotonic() - start:.0f} s")
            return
        output.seek(0)
        _say(" failed")
        raise CommandFailed(output.read().decode("utf-8", "replace").strip())


def _wait(process: subprocess.Popen[bytes], what: str, start: float) -> None:
    """Wait for the end, counting the seconds where somebody looks on."""
    while True:
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if sys.stderr.isatty():
                _say(f"\r{what} … {time.monotonic() - start:.0f} s", end="")
        else:
            return


def _say(text: str, end: str = "\n") -> None:
    try:
        print(text, end=end, file=sys.stderr, flush=True)
    except UnicodeEncodeError:  # a console without … in its code page
        print(text.encode("ascii", "replace").decode("ascii"), end=end, file=sys.stderr, flush=True)
