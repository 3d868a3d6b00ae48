"""`python3 -m dev test`: every test, or what the arguments ask of pytest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NODE = Path(__file__).resolve().parent.parent / "tests" / "emulator" / "node"
"""Where the tests of the embedded Dataverse with a JavaScript client keep what they install."""


def main(arguments: list[str]) -> int:
    """Install what the tests with Node.js need, where npm is there; run pytest and return its exit status."""
    npm = shutil.which("npm")
    if npm and not (NODE / "node_modules").is_dir():
        print("Installing the JavaScript client of the emulator's tests …", flush=True)
        options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        if subprocess.run([npm, "install", *options], cwd=NODE, check=False).returncode:
            print("npm failed: the tests with Node.js are skipped.", file=sys.stderr)
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
