"""docs/for-makers.md: its table is what the app answers, and its words are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dev.makers.flow import INPUTS, OUTPUTS
from dev.makers.truth import BEGIN, DOCUMENT, END, document, table
from shared.contract.requests import LinkRequest
from shared.contract.statuses import PartStatus

ROOT = Path(__file__).resolve().parents[2]
TEXT = DOCUMENT.read_text(encoding="utf-8")
PAGES = [DOCUMENT, *sorted((ROOT / "samples").glob("*/README.md"))]


def rows(heading):
    """The first cells of the table under a heading, as code."""
    section = TEXT.split(f"{heading}\n", 1)[1].split("\n## ")[0]
    return {
        name for line in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)
    }


@pytest.fixture(scope="module")
def truth():
    """The table as the app answers now."""
    return table()


def test_the_truth_table_is_fresh(truth):
    """If not: `python3 -m dev makers`."""
    shown = TEXT.split(BEGIN)[1].split(END)[0]
    assert shown == truth, "docs/for-makers.md is stale: python3 -m dev makers"


def test_the_truth_table_shows_every_status(truth):
    """But for those of a dry run, which is no tool for a topic."""
    shown = set(re.findall(r"`(\w+)`", truth))
    assert {each for each in PartStatus if not each.startswith("would_")} <= shown
    assert {"linked", "partial", "not_linked", "failed"} <= shown


def test_the_table_has_one_place():
    """A document without it is refused."""
    with pytest.raises(ValueError, match="no place"):
        document("nothing")


def test_every_status_is_explained():
    """With what the topic does."""
    assert rows("## Each status, and what the topic does") == set(PartStatus)


def test_every_name_is_one_of_the_code():
    """Inputs and outputs that makers are told to map."""
    assert rows("## Step by step") <= set(OUTPUTS)
    named = re.search(r"with the names (.*?)\.\n", TEXT)
    assert set(re.findall(r"`(\w+)`", named[1])) <= set(INPUTS) <= set(LinkRequest.names())


def test_the_five_checks_are_five():
    """As the heading says."""
    section = TEXT.split("## Nobody is linked: five checks\n")[1].split("\n## ")[0]
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("12345")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_files_that_are_named_are_there(page):
    """Links, and files of the samples in code."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (page.parent / link).resolve().exists(), link
    for name in re.findall(r"`((?:samples|connector|docs|tests)/[\w./-]*)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`([\w-]+\.(?:yaml|py))`", text):
        assert any((ROOT / "samples").glob(f"*/{name}")), name
