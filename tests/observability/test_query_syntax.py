"""Microsoft's own parser of KQL finds nothing wrong with any query, and says which columns come out of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dev.operations.queries import queries
from dev.operations.workbook import PARTS
from tests.observability.alerts import rules

HERE = Path(__file__).parent / "node"
NODE = shutil.which("node")

if NODE is None:
    pytest.skip("node is not installed: the syntax of the queries is not checked", allow_module_level=True)
if not (HERE / "node_modules" / "@kusto").is_dir():
    pytest.skip("the parser is not installed: npm install --prefix tests/observability/node", allow_module_level=True)

NUMBERS = {"long", "int", "real"}


@pytest.fixture(scope="module")
def parsed():
    """What the parser says of every query, and of three that are wrong."""
    wrong = {
        "a keyword": "traces | summarize last = max(timestamp)",
        "no such column": "traces | where mesage == ''",
        "no such function": "traces | summarize percentileif(itemCount, 95, true)",
    }
    asked = json.dumps({**queries(), **wrong})
    done = subprocess.run(
        [NODE, "parse.mjs"], cwd=HERE, input=asked, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", queries())
def test_a_query_is_valid(parsed, name):
    """Syntax, names of tables, columns and functions, types of arguments."""
    assert parsed[name]["wrong"] == []


@pytest.mark.parametrize("name", ["a keyword", "no such column", "no such function"])
def test_the_parser_would_see_a_mistake(parsed, name):
    """It was really asked."""
    assert parsed[name]["wrong"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.query)
def test_what_a_chart_shows_comes_out_of_its_query(parsed, part):
    """A time and numbers."""
    columns = parsed[part.query]["columns"]
    assert {columns.get(name) for name in part.columns} <= NUMBERS
    assert part.visualization != "timechart" or columns["timestamp"] == "datetime"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_what_an_alert_measures_is_a_number_of_its_query(parsed, rule):
    """Else the rule would never fire."""
    assert parsed[rule.query]["columns"][rule.measure] in NUMBERS
