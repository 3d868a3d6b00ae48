"""`python3 -m dev test`: every test, or what the arguments ask of pytest."""

from __future__ import annotations

import sys

import pytest


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit status."""
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
