"""What the figures were measured on, without a name of anybody's."""

from __future__ import annotations

import os
import platform
import sys


def machine() -> str:
    """Cores, memory, system and Python in words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    memory = _memory()
    parts = [f"{cores} cores", f"{memory} GB of memory" if memory else "", f"{platform.system()} {platform.machine()}"]
    return ", ".join([part for part in parts if part] + [f"Python {platform.python_version()}"])


def _memory() -> int:
    """GB, or 0 where the system does not say it this way (Windows)."""
    if sys.platform == "win32":
        return 0
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3)
