"""`python3 -m dev mutate`: what it changes is there, and whoever has to notice is there."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIGURED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]


def test_what_is_changed_is_there():
    """A rule that moved to another module is still tried: mutmut passes over a name that is not there."""
    missing = [file for file in CONFIGURED["only_mutate"] if not (ROOT / file).is_file()]
    assert missing == []


def test_who_has_to_notice_is_there():
    """The tests that are run, and what they read, are where pyproject.toml says."""
    named = CONFIGURED["pytest_add_cli_args_test_selection"] + CONFIGURED["also_copy"]
    assert [path for path in named if not (ROOT / path).exists()] == []
