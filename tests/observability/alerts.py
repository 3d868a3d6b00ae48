"""infra/app/alerts.bicep, read: its rules and which query each one loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).resolve().parents[2] / "infra" / "app" / "alerts.bicep"


class Rule(NamedTuple):
    """A rule: its name, the name of its query, the column it measures, operator and threshold as written."""

    name: str
    query: str
    measure: str
    operator: str
    threshold: str


def rules() -> list[Rule]:
    """Every rule, in the order of the file."""
    text = PATH.read_text(encoding="utf-8")
    (table,) = re.findall(r"^var rules = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    return [_rule(block) for block in re.findall(r"^  \{\n(.*?)^  \}", table, re.MULTILINE | re.DOTALL)]


def _rule(block: str) -> Rule:
    said = dict(re.findall(r"^    (\w+): (.+)$", block, re.MULTILINE))
    (query,) = re.findall(r"^loadTextContent\('\.\./queries/([\w-]+)\.kql'\)$", said["query"])
    return Rule(
        said["name"].strip("'"), query, said["measure"].strip("'"), said["operator"].strip("'"), said["threshold"]
    )
