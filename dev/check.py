"""`python3 -m dev check`: lint, format and types. All of them, even where the first finds something."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # what is checked, the command, the command where --fix is asked
    ("ruff check", ("ruff", "check"), ("ruff", "check", "--fix")),
    ("ruff format", ("ruff", "format", "--check"), ("ruff", "format")),
    ("mypy", ("mypy",), ("mypy",)),
)


def main(arguments: list[str]) -> int:
    """Run every check, print which passed, and return 1 if one did not."""
    parser = argparse.ArgumentParser(prog="python3 -m dev check", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what ruff can mend by itself")
    fix = parser.parse_args(arguments).fix
    failed = [name for name, look, mend in CHECKS if not _passes(name, mend if fix else look)]
    if failed:
        print(f"Failed: {', '.join(failed)}. `python3 -m dev check --fix` mends what can be mended by itself.")
        return 1
    print("All checks pass.")
    return 0


def _passes(name: str, command: tuple[str, ...]) -> bool:
    print(f"{name}:", flush=True)
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
