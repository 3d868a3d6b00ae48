"""A release and its papers: one version, and documents whose names, paths, commands and tests are there."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from dev.verbs import VERBS
from shared import __version__
from shared.api.service import Service
from shared.contract.http import ApiRequest
from shared.contract.openapi import definition
from shared.contract.openapi_schemas import who_sets
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.dataverse.client import HEADERS

ROOT = Path(__file__).resolve().parents[2]
HELD = ("CHANGELOG.md", "CONTRIBUTING.md", "docs/security.md")

VERSION_STANDS_IN = {"shared/__init__.py", "CHANGELOG.md", "connector/apiDefinition.swagger.json"}
"""The one place, what was released, and what is made of it, which a test of its own keeps fresh."""


@cache
def text(path: str) -> str:
    """Return a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def releases() -> list[tuple[str, str]]:
    """Return version and date of every release in the change log, the newest first."""
    return re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", text("CHANGELOG.md"), re.MULTILINE)


def test_the_version_is_the_newest_of_the_change_log():
    """Semantic Versioning, three whole numbers; releases are told with their day, the newest first."""
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", __version__)
    assert releases()[0][0] == __version__
    numbers = [tuple(map(int, version.split("."))) for version, _ in releases()]
    days = [day for _, day in releases()]
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for day in days)
    assert (numbers, days) == (sorted(set(numbers), reverse=True), sorted(days, reverse=True))


def test_callers_are_told_the_version():
    """Health, diagnosis, connector and what Dataverse sees: all of them the one version."""
    service = Service.from_environment({})
    assert json.loads(service.health(ApiRequest()).body)["version"] == __version__
    assert json.loads(service.diagnose(ApiRequest()).body)["version"] == __version__
    assert definition()["info"]["version"] == __version__
    assert HEADERS["User-Agent"].endswith(f"/{__version__}")


def test_no_second_copy_of_the_version():
    """What is written twice is forgotten once. Versions of packages and formats are other numbers."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    alone = re.compile(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])")
    files = [name for name in listed.stdout.splitlines() if not name.endswith(".png") and (ROOT / name).is_file()]
    found = {name for name in files if alone.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))}
    assert found == VERSION_STANDS_IN


def test_the_licence():
    """MIT, in the name of the authors."""
    assert text("LICENSE").startswith("MIT License\n\nCopyright (c) 2026 the Conversation Linker authors\n")
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text("LICENSE")


@pytest.mark.parametrize("document", HELD)
def test_every_path_and_test_that_is_named_is_there(document):
    """Paths as code, tests as path::name, links."""
    content = text(document)
    named = re.findall(r"`((?:[\w.-]+/)*[\w.-]+/?)(?:::(\w+))?`", content)
    paths = [(path, test) for path, test in named if "/" in path or re.search(r"\.(py|md|json|txt)$", path)]
    assert paths or document == "CHANGELOG.md"
    assert [path for path, _ in paths if not (ROOT / path).exists()] == []
    assert [f"{path}::{test}" for path, test in paths if test and not _has_test(path, test)] == []
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", content) if "://" not in link]
    assert [link for link in links if link and not (ROOT / document).parent.joinpath(link).exists()] == []


def _has_test(path: str, name: str) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.parse(text(path)).body)


@pytest.mark.parametrize("document", HELD)
def test_every_command_is_a_verb(document):
    """`python3 -m dev …` in a document works."""
    verbs = re.findall(r"python3 -m dev(?: --python [\d.]+)? (\w+)", text(document))
    assert set(verbs) <= {verb.name for verb in VERBS}
    if document == "CONTRIBUTING.md":
        assert set(verbs) == {verb.name for verb in VERBS}


# --- docs/security.md ------------------------------------------------------------------------------------------------


def rows(heading: str, document: str = "docs/security.md") -> list[list[str]]:
    """Return the cells of the tables under a heading, their heads left out."""
    (section,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text(document), re.MULTILINE | re.DOTALL)
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_who_may_set_a_field_is_as_the_connector_says():
    """Every field of the models once, under the same who as the connector has it, which the contract holds in turn."""
    told = {
        name: {"Azure bot": "bot"}.get(who, who.partition(",")[0])
        for who, cell in rows("Who may set which field")
        for name in re.findall(r"`(\w+)`", cell)
    }
    assert told == who_sets(LinkRequest) | who_sets(UnlinkRequest)
    assert set(told) == {*LinkRequest.names(), *UnlinkRequest.names()}
    cells = " ".join(cell for _, cell in rows("Who may set which field"))
    assert len(re.findall(r"`\w+`", cells)) == len(told)


@pytest.mark.parametrize(
    "heading",
    [
        "Who can call",
        "What a caller can learn",
        "What a customer can claim",
        "What the identity can do",
        "Personal data",
        "Too much, too often, once again",
    ],
)
def test_every_threat_has_a_place_and_a_test(heading):
    """A promise that no test holds is a wish."""
    table = rows(heading)
    assert len(table) >= 4
    for threat, held, where, tests in table:
        assert threat, held
        assert "`" in where, threat
        assert "`tests/" in tests, threat
        assert "::test_" in tests, threat


def test_the_threat_model_is_one_page():
    """What nobody reads protects nobody."""
    assert len(text("docs/security.md").splitlines()) <= 140
