"""`python3 -m dev test`: every test, or what the arguments ask of pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent / "tests"
NODE = (
    (TESTS / "emulator" / "node", "the JavaScript client of the emulator's tests"),
    (TESTS / "connector" / "node", "the JavaScript validator of the connector's tests"),
    (TESTS / "observability" / "node", "Microsoft's KQL parser for the tests of the queries"),
)
"""Where tests with Node.js keep what they install, and what that is."""

SIDE_BY_SIDE = ["--quiet", f"--numprocesses={min(4, os.cpu_count() or 1)}", "--dist=loadfile"]
"""How the whole suite runs: much of it waits for answers that hang on purpose, so files run beside each other."""


def main(arguments: list[str]) -> int:
    """Install what the tests with Node.js need, where npm is there; run pytest and return its exit status."""
    npm = shutil.which("npm")
    for folder, what in NODE if npm else ():
        if not (folder / "node_modules").is_dir():
            print(f"Installing {what} …", flush=True)
            _install(str(npm), folder)
    return int(pytest.main(arguments or SIDE_BY_SIDE))


def _install(npm: str, folder: Path) -> None:
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    if subprocess.run([npm, "install", *options], cwd=folder, check=False).returncode:
        print("npm failed: the tests with Node.js are skipped.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
