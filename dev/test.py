"""`python3 -m dev test`: every test, or what the arguments ask of pytest."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
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
"""How the whole suite runs: much of it waits for answers that hang on purpose, so files run at the same time."""


def main(arguments: list[str]) -> int:
    """Install what the tests with Node.js need, where npm is there; run pytest and return its exit status."""
    _options(arguments)
    _leave_the_terminal()
    npm = shutil.which("npm")
    for folder, what in NODE if npm else ():
        if not (folder / "node_modules").is_dir():
            print(f"Installing {what} …", flush=True)
            _install(str(npm), folder)
    return int(pytest.main(arguments or SIDE_BY_SIDE))


def _options(arguments: list[str]) -> None:
    """Show the help of this verb where it is asked for; everything else is pytest's."""
    parser = argparse.ArgumentParser(
        prog="python3 -m dev test",
        usage="%(prog)s [-h] [arguments of pytest ...]",
        description="Run every test, files side by side; or what the arguments ask of pytest.",
        epilog="For example: tests/unit -k settings. https://docs.pytest.org/en/stable/reference/reference.html",
        allow_abbrev=False,
    )
    parser.parse_known_args(arguments)


def _leave_the_terminal() -> None:
    """In the background of a terminal, read nothing from it: the system would stop the run, and no test asks anybody.

    What the tests start may set the terminal up, which would stop the run, too; so that signal is ignored.
    """
    if os.name == "nt":
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), sys.stdin.fileno())


def _install(npm: str, folder: Path) -> None:
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    if subprocess.run([npm, "install", *options], cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode:
        print("npm failed: the tests with Node.js are skipped.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
