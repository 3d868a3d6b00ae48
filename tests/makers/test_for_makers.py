"""docs/for-makers.md: its table is what the app answers, and its words are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dev.makers.flow import INPUTS, flows
from dev.makers.topics import FOLDER, topics
from dev.makers.truth import BEGIN, DOCUMENT, END, document, table
from dev.solution import connector, flow
from dev.solution.names import Names
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


def test_what_a_topic_does_is_said_of_statuses_that_exist():
    """And each of those for which it asks again, creates or fails is among them."""
    shown = rows("## What the topic does with a status")
    asking = {each for each in PartStatus if "nextQuestion" in each.text.next_step} | {PartStatus.CUSTOMER_NEEDED}
    assert asking | {PartStatus.CREATED, PartStatus.FAILED} <= shown - {"nextQuestion", "caseNumber"} <= set(PartStatus)


def test_the_outputs_are_those_of_the_flow():
    """Name, type and value of each output that a maker adds by hand are as in the flow that is imported."""
    response = json.loads(flows()["link-through-connector.json"])["properties"]["definition"]["actions"]
    inputs = response["Respond_to_the_agent"]["inputs"]
    section = TEXT.split("## The steps of the flow\n", 1)[1].split("\n## ")[0]
    shown = re.findall(r"^\| `(\w+)` \| (text|yes / no) \| `(.+?)` \|", section, re.MULTILINE)
    words = {"string": "text", "boolean": "yes / no"}
    for name, kind, value in shown:
        assert f"@{value}" == inputs["body"][name], name
        assert kind == words[inputs["schema"]["properties"][name]["type"]], name
    topic = (FOLDER / "escalate-through-flow.yaml").read_text(encoding="utf-8")
    used = re.findall(r"^ +(\w+): Topic", topic.split("      output:")[1].split("flowId:")[0], re.MULTILINE)
    assert set(used) <= {name for name, *_ in shown}


def test_the_inputs_are_those_of_the_topics():
    """What a maker adds by hand is what the topics hand over, under names that the app knows."""
    named = set(re.findall(r"`(\w+)`", re.search(r"with the names (.*?)\.\n", TEXT)[1]))
    assert named <= set(INPUTS) <= set(LinkRequest.names())
    for name in topics():
        topic = (FOLDER / name).read_text(encoding="utf-8")
        handed = topic.split("        binding:\n")[1].split("      output:")[0]
        assert set(re.findall(r"^ +(\w+):", handed, re.MULTILINE)) - {"always"} == named


def test_the_files_and_names_of_the_solutions():
    """As the command writes them, in the order of the import."""
    text = TEXT.split("## The short way: import two solutions\n", 1)[1].split("\n## ")[0]
    assert text.index(f"`{connector.UNIQUE_NAME}_") < text.index(f"`{flow.UNIQUE_NAME}_")
    assert Names().connection_reference.removeprefix(Names().prefix) in TEXT
    assert Names().connection_reference.startswith(Names().prefix)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_ai_is_an_agent_and_the_person_a_representative(page):
    """As in Microsoft's documents: nobody is called a human agent or a live agent."""
    text = page.read_text(encoding="utf-8").lower()
    assert not re.findall(r"\b(?:human|live|service|support) agents?\b", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_files_that_are_named_are_there(page):
    """Links (those to Microsoft in the reader's own language), and files of the samples in code."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        if link.startswith("https://"):
            assert re.match(r"https://learn\.microsoft\.com/(?![a-z]{2}-[a-z]{2}/)", link), link
        else:
            assert (page.parent / link).resolve().exists(), link
    for name in re.findall(r"`((?:samples|connector|docs|tests)/[\w./-]*)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`([\w-]+\.(?:yaml|py))`", text):
        assert any((ROOT / "samples").glob(f"*/{name}")), name
