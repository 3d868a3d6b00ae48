"""docs/go-live.md is one complete list, and what the other pages compute and promise about production holds."""

from __future__ import annotations

import contextlib
import io
import json
import re

import pytest

from dev.host import Host
from tests.repository.files import ROOT

GO_LIVE = ROOT / "docs" / "go-live.md"
OPERATIONS = ROOT / "docs" / "operations.md"
UNTRIED = ("infra/README.md", "infra/dataverse/README.md", "docs/operations.md")
"""Pages about things that only exist in the cloud."""


def rows() -> list[list[str]]:
    """The cells of every numbered row; a bar inside a cell is escaped."""
    lines = re.findall(r"^\| \d+\.\d+ \|.*$", GO_LIVE.read_text(encoding="utf-8"), re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_every_assumption_says_how_to_check_it_and_what_else():
    """Number, assumption, check, way out: none is empty, and a bar in a query does not tear a row apart."""
    assert rows()
    assert [row for row in rows() if len(row) != 4 or not all(row)] == []


def test_numbers_run_on():
    """A report names an assumption by its number: each stands for one, in order, section by section."""
    numbers = [tuple(map(int, row[0].split("."))) for row in rows()]
    expected = []
    for section, _ in numbers:
        last = expected[-1] if expected else (0, 0)
        expected.append((section, last[1] + 1 if section == last[0] else 1))
    assert numbers == expected
    headings = re.findall(r"^## (\d)\.", GO_LIVE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(heading) for heading in headings] == list(range(1, len(headings) + 1))
    assert {section for section, _ in numbers} <= {int(heading) for heading in headings}


def test_rows_that_are_referred_to_exist():
    """A check or a way out that is another row's names one that is there."""
    numbers = {row[0] for row in rows()}
    referred = {
        number for row in rows() for cell in row[1:] for number in re.findall(r"(?<![\d.v])\d\.\d+(?![\d.])", cell)
    }
    assert {number for number in referred if number not in ("3.11", "3.12", "3.13")} <= numbers


@pytest.mark.parametrize("name", UNTRIED)
def test_what_was_not_tried_is_in_the_list(name):
    """A page that has something untried does not keep a list of its own."""
    text = (ROOT / name).read_text(encoding="utf-8")
    section = re.split(r"^## (?:What was checked|Not checked|Not verified).*$", text, flags=re.MULTILINE)
    assert len(section) == 2
    assert "go-live.md" in section[1]
    assert "\n- " not in section[1]


def test_the_example_of_costs_is_computed():
    """What stands under the example in docs/operations.md is what it prints."""
    text = OPERATIONS.read_text(encoding="utf-8")
    code, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL).groups()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})  # noqa: S102  our own page
    assert out.getvalue() == printed


def test_the_probe_of_the_list_answers():
    """`curl APP/api/health` needs no key and says that the app is alive, as line 2.3 promises; diagnose needs one."""
    import requests

    with Host(settings={"DATAVERSE_URL": "http://127.0.0.1:1"}, enable_auth=True) as host:
        health = requests.get(f"{host.url}/api/health", timeout=30)
        closed = requests.get(f"{host.url}/api/diagnose", timeout=30)
    assert (health.status_code, json.loads(health.text)["status"], closed.status_code) == (200, "ok", 401)
