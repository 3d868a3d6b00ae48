"""Lets one process at a time make an environment. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import IO, Iterator


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process holds the lock beside `folder`. The system frees it when a process dies."""
    with folder.with_name(folder.name + ".lock").open("a") as file:
        _acquire(file)
        yield


if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[str]) -> None:
        while True:
            # LK_LOCK gives up after ten seconds, and an installation takes longer.
            with contextlib.suppress(OSError):
                file.seek(0, os.SEEK_SET)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return

else:
    import fcntl

    def _acquire(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
