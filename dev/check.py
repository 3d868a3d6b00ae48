"""`python3 -m dev check`: lint, format, types and imports. All of them, even where the first finds something."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LINT_IMPORTS = ("-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo", "--no-cache")
"""Not by `-m`, which import-linter does not know; its contracts are in pyproject.toml."""

CHECKS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # what is checked, the command, the command where --fix is asked
    ("ruff check", ("-m", "ruff", "check"), ("-m", "ruff", "check", "--fix")),
    ("ruff format", ("-m", "ruff", "format", "--check"), ("-m", "ruff", "format")),
    ("mypy", ("-m", "mypy"), ("-m", "mypy")),
    ("import-linter", LINT_IMPORTS, LINT_IMPORTS),
)


def main(arguments: list[str]) -> int:
    """Run every check, print which passed, and return 1 if one did not."""
    parser = argparse.ArgumentParser(prog="python3 -m dev check", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="fix what ruff can fix by itself")
    fix = parser.parse_args(arguments).fix
    failed = [name for name, look, fixing in CHECKS if not _passes(name, fixing if fix else look)]
    if failed:
        print(f"Failed: {', '.join(failed)}. `python3 -m dev check --fix` fixes what can be fixed by itself.")
        return 1
    print("All checks pass.")
    return 0


def _passes(name: str, command: tuple[str, ...]) -> bool:
    print(f"{name}:", flush=True)
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
