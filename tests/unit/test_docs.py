"""What the documents say and the code knows: names, defaults, the example of the README, links."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from dev.emulator import Emulator
from dev.start import EXAMPLES, curl
from shared.api.service import ApiRequest, Service
from shared.contract.answers import LinkAnswer, Problem, UnlinkAnswer
from shared.contract.diagnosis import Check, Diagnosis
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.contract.statuses import PartStatus
from shared.core.errors import LinkerError
from shared.diagnostics.report import AREAS
from shared.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "infra").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")

OF_AZURE_IDENTITY = {"AZURE_CLIENT_ID": "", "AZURE_TOKEN_CREDENTIALS": ""}
"""Settings that the code does not read itself."""

SHOWN_DATAVERSE = "http://127.0.0.1:7072"
"""Where the embedded Dataverse is in the answer that the README shows."""


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    (after,) = re.findall(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(after)


def rows(text: str) -> list[list[str]]:
    """Return the cells of the rows of a table, the head left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(cell: str) -> str:
    """Return what a cell says as code; nothing where it says it in words."""
    return cell.strip("`") if cell.startswith("`") else ""


def test_the_commands_open_the_readme():
    """A title, one sentence, the two commands."""
    title, sentence, commands = README.split("\n\n")[:3]
    assert (title.startswith("# "), sentence.count(". "), "\n" in sentence) == (True, 0, False)
    assert re.findall(r"^    (python3 -m dev \w+)", commands, re.MULTILINE) == [
        "python3 -m dev demo",
        "python3 -m dev test",
    ]


def test_every_setting_stands_in_the_readme_with_its_default():
    """And none that the code does not know."""
    table = rows(section(README, "## Settings"))
    documented = {code(name): code(default) for name, default, *_ in table}
    assert documented == {setting.name: setting.default for setting in SETTINGS} | OF_AZURE_IDENTITY
    assert len(table) == len(documented)
    assert [code(name) for name, default, *_ in table if default == "required"] == ["DATAVERSE_URL"]


def test_every_dependency_stands_in_the_readme():
    """And none that is not installed."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    installed = {re.split(r"[<>=!~;\[ ]", line)[0] for line in lines if line and not line.startswith("#")}
    assert {code(name) for name, _ in rows(section(README, "## Run-time dependencies"))} == installed


def test_the_layout_in_the_readme_is_there():
    """Every path exists, and so does every module that is named beside its folder."""
    table = rows(section(README, "## What is where"))
    paths = [path for cell, _ in table for path in re.findall(r"`([^`]+)`", cell)]
    paths += [code(cell) + module for cell, text in table for module in re.findall(r"`(\w+\.py)`", text)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def names_of_errors() -> set[str]:
    """Return every code that a problem may bear."""
    family, codes = [LinkerError], set()
    for error in family:
        family += error.__subclasses__()
        codes.add(error.code)
    return codes


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("## Request of /api/link", set(LinkRequest.names())),
        ("## Answer of /api/link: 200", set(LinkAnswer.model_fields)),
        ("### Statuses", set(PartStatus)),
        ("## /api/unlink", {*UnlinkRequest.names()[:1], "customer", "case", *UnlinkAnswer.model_fields}),
        ("## /api/diagnose", {*Diagnosis.model_fields, *Check.model_fields, "conversationId"}),
        ("## Errors", {*Problem.model_fields, *names_of_errors()}),
    ],
)
def test_every_name_stands_in_the_contract(heading, names):
    """Under its heading, as code."""
    assert names - set(re.findall(r"`([^`]+)`", section(CONTRACT, heading))) == set()


def test_no_field_stands_in_the_contract_that_is_not_in_the_answer():
    """The other way round, for the two tables that callers map."""
    answer = rows(section(CONTRACT, "## Answer of /api/link: 200").split("### Statuses")[0])
    request = rows(section(CONTRACT, "## Request of /api/link"))
    assert {name for cell, *_ in answer for name in re.findall(r"`(\w+)`", cell)} == set(LinkAnswer.model_fields)
    assert {code(cell) for cell, *_ in request} <= set(LinkRequest.names())


def test_every_setting_that_the_contract_names_is_one():
    """A name in capitals is a setting or one of Azure's own."""
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", CONTRACT))
    assert named <= {setting.name for setting in SETTINGS}


def test_the_example_is_the_one_that_start_prints():
    """So whoever follows the terminal sees what the README shows."""
    assert curl("http://127.0.0.1:7071", EXAMPLES[True]) in README


def test_the_example_answers_what_the_readme_shows(monkeypatch):
    """The request of the README, posted to the app over the demo data."""
    shell, shown = re.findall(r"```(?:sh|json)\n(.*?)```", section(README, "## One request and its answer"), re.DOTALL)
    words = shlex.split(shell)
    expected = json.loads(shown)
    with Emulator() as dataverse:
        for name, value in dataverse.settings.items():
            monkeypatch.setenv(name, value)
        reply = Service(dataverse.settings).link(ApiRequest(words[words.index("-d") + 1].encode(), invocation_id="any"))
        answer = json.loads(reply.body.replace(dataverse.url, SHOWN_DATAVERSE))
    assert reply.status == 200
    assert answer | {"requestId": expected["requestId"]} == expected
    assert list(answer) == list(expected)


def test_what_the_demo_prints_is_what_the_readme_shows():
    """The steps of the excerpt are steps of the demo, by number, title and what was asked."""
    from dev.demo.steps import STEPS

    excerpt = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert excerpt
    shown = re.findall(r"^ *(\d+)  (.+)\n +asked    POST /api/\w+  (.+)$", excerpt[1], re.MULTILINE)
    assert len(shown) == 3
    for number, title, asked in shown:
        step = STEPS[int(number) - 1]
        assert (title, json.loads(asked)) == (step.title, step.sent)


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a document, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Relative links point at files, and at headings of them."""
    for link in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_path_of_one_machine(path):
    """Readers have other machines."""
    assert re.findall("/(?:work|tmp|root)/", path.read_text(encoding="utf-8")) == []


def test_every_area_of_the_diagnosis_stands_in_the_contract():
    """And none that is not one."""
    (table,) = re.findall(r"\| area \| what is checked \|\n(?:\|.*\n)+", section(CONTRACT, "## /api/diagnose"))
    assert [area for cell, _ in rows(table) for area in cell.split(", ")] == list(AREAS)
