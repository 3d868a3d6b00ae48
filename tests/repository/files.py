"""The files around the code that services read: workflows, forms, dependabot, the development container."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from dev.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
DEPENDABOT = GITHUB / "dependabot.yml"


def read(path: Path) -> Any:
    """The content of a YAML file; `on` is a yes to YAML 1.1, so triggers are under True."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def workflow(name: str) -> Any:
    """One workflow by the name of its file."""
    return read(GITHUB / "workflows" / f"{name}.yml")


def run(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a tool of this environment says."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def against(schema: str, *paths: Path) -> str:
    """What a schema that check-jsonschema ships objects to in these files; empty where nothing."""
    result = run("check_jsonschema", "--builtin-schema", schema, *paths)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def unknown_verbs(text: str) -> set[str]:
    """The verbs that a text calls and that are not there."""
    return set(re.findall(r"python3? -m dev (?:--python \S+ )?(\w+)", text)) - {verb.name for verb in VERBS}
