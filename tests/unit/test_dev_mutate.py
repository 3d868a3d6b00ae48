"""`python3 -m dev mutate`: what it changes is there, and whoever has to notice is there."""

from __future__ import annotations

import ast
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


def test_what_the_tests_import_is_copied():
    """The tests run in a copy, which holds every package of this repository that one of them imports."""
    copied = {"tests", *CONFIGURED["source_paths"], *CONFIGURED["also_copy"]}
    run = [file for folder in CONFIGURED["pytest_add_cli_args_test_selection"] for file in (ROOT / folder).glob("*.py")]
    imported = {package for file in run for package in _imported(file) if (ROOT / package).is_dir()}
    assert imported - copied == set()


def _imported(file: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {name.partition(".")[0] for name in names}
