"""What the documents say and the code knows: names, defaults, the example of the README, links."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from dev.documents.__main__ import documents
from dev.documents.blocks import replaced
from dev.emulator import Emulator
from dev.start import EXAMPLES, curl
from shared.api.service import ApiRequest, Service
from shared.contract.answers import LinkAnswer, Problem, UnlinkAnswer
from shared.contract.diagnosis import Check, Diagnosis
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.contract.statuses import IN_PLACE, PartStatus
from shared.core.errors import LinkerError
from shared.diagnostics.report import AREAS
from shared.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "infra").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")

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


def test_the_readme_opens_with_picture_purpose_and_commands():
    """A title, a picture, what it is and why, the two commands; and no more than 100 lines in all."""
    title, picture, purpose, commands = README.split("\n\n")[:4]
    assert (title.startswith("# "), picture.startswith(("![", "<picture>")), len(purpose.splitlines())) == (
        True,
        True,
        2,
    )
    assert re.findall(r"^    (python3 -m dev \w+)", commands, re.MULTILINE) == [
        "python3 -m dev demo",
        "python3 -m dev test",
    ]
    assert len(README.splitlines()) <= 100


def test_tables_that_follow_from_the_code_are_fresh():
    """Settings, statuses and columns stand in the documents as they are. If not: `python3 -m dev documents`."""
    for path, content in documents().items():
        assert path.read_text(encoding="utf-8") == content, f"{path.name} is stale: python3 -m dev documents"


def test_a_block_without_its_marks_is_refused():
    """A table is never written where it has no place."""
    with pytest.raises(ValueError, match="0 blocks"):
        replaced("# A page\n", "settings", "documents", "")


def test_every_dependency_has_a_reason():
    """And none is explained that is not installed."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    installed = {re.split(r"[<>=!~;\[ ]", line)[0] for line in lines if line and not line.startswith("#")}
    assert {code(name) for name, _ in rows(section(ARCHITECTURE, "## Run-time dependencies"))} == installed


def test_every_path_of_the_layout_is_there():
    """Files and folders that the architecture names exist."""
    paths = re.findall(r"`((?:shared|dev|tests|infra|samples)/[\w/.-]*|\w+\.(?:py|json|txt|yaml))`", ARCHITECTURE)
    assert len(paths) > 20
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
    answer = rows(section(CONTRACT, "## Answer of /api/link: 200").split("### An example")[0])
    request = rows(section(CONTRACT, "## Request of /api/link"))
    assert {name for cell, *_ in answer for name in re.findall(r"`(\w+)`", cell)} == set(LinkAnswer.model_fields)
    assert {code(cell) for cell, *_ in request} <= set(LinkRequest.names())


def test_every_setting_that_the_contract_names_is_one():
    """A name in capitals is a setting or one of Azure's own."""
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", CONTRACT))
    assert named <= {setting.name for setting in SETTINGS}


def test_every_reason_why_nobody_is_linked_is_in_troubleshooting():
    """Each status that puts nothing in place, and each HTTP status of an error but those of a wrong body and a bug."""
    shown = {word for first, *_ in rows(TROUBLESHOOTING) for word in re.findall(r"`(\w+)`|\b(\d{3})\b", first)}
    words = {code or number for code, number in shown}
    in_place = IN_PLACE | {PartStatus.WOULD_LINK, PartStatus.WOULD_CREATE}
    assert set(PartStatus) - in_place <= words
    assert {"401", "404", "424", "503"} <= words


def test_the_example_is_the_one_that_start_prints():
    """So whoever follows the terminal sees what the README shows."""
    assert curl("http://127.0.0.1:7071", EXAMPLES[True]) in README


def test_the_example_answers_what_the_readme_shows(monkeypatch):
    """The request of the README, posted to the app over the demo data."""
    shell, shown = re.findall(r"```(?:sh|json)\n(.*?)```", section(README, "## One request and its answer"), re.DOTALL)
    (whole,) = re.findall(r"```json\n(.*?)```", section(CONTRACT, "### An example"), re.DOTALL)
    words = shlex.split(shell)
    expected, excerpt = json.loads(whole), json.loads(shown)
    with Emulator() as dataverse:
        for name, value in dataverse.settings.items():
            monkeypatch.setenv(name, value)
        reply = Service.from_environment(dataverse.settings).link(
            ApiRequest(words[words.index("-d") + 1].encode(), invocation_id="any")
        )
        answer = json.loads(reply.body.replace(dataverse.url, SHOWN_DATAVERSE))
    assert reply.status == 200
    assert answer | {"requestId": expected["requestId"]} == expected
    assert list(answer) == list(expected)
    assert len(excerpt) == 8
    assert excerpt.items() <= expected.items()


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
