"""Dependabot, the forms for issues, the development container, the page about security."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from dev.setup.pythons import SUPPORTED
from tests.repository.files import DEPENDABOT, FORMS, GITHUB, ROOT, against, read, unknown_verbs

PACKAGES = {"pip": "requirements*.txt", "npm": "package.json"}
"""Per ecosystem of dependabot, the files that name packages."""


@pytest.mark.parametrize("path", FORMS, ids=[path.stem for path in FORMS])
def test_a_form_fits_its_schema(path):
    """A form that does not is not shown by GitHub; its verbs are there."""
    assert against("vendor.github-issue-forms", path) == ""
    assert unknown_verbs(path.read_text(encoding="utf-8")) == set()


def test_a_bad_form_is_noticed(tmp_path):
    """The test above can fail."""
    path = tmp_path / "bad.yml"
    path.write_text("name: x\ndescription: y\nbody:\n  - type: novel\n", encoding="utf-8")
    assert against("vendor.github-issue-forms", path)


def test_dependabot_fits_its_schema():
    """One mistake, and no update comes at all, without a word."""
    assert against("vendor.dependabot", DEPENDABOT) == ""


def test_dependabot_sees_every_package():
    """Each committed file that names packages is in a folder that is looked at; no folder is named in vain."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    updates = {update["package-ecosystem"]: update for update in read(DEPENDABOT)["updates"]}
    for ecosystem, pattern in PACKAGES.items():
        found = {path.rpartition("/")[0] for path in listed if (ROOT / path).match(pattern)}
        assert set(updates[ecosystem]["directories"]) == {f"/{folder}" for folder in found}, ecosystem
    assert {"github-actions", "devcontainers"} <= updates.keys()


def test_the_container_runs_the_demo():
    """It has a Python that is supported, and ends its set-up with the demo; its ports are those that are served."""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"] == "python3 -m dev demo"
    assert unknown_verbs(container["postCreateCommand"]) == set()
    assert container["image"].rpartition(":")[2] in SUPPORTED
    assert {str(port) for port in container["forwardPorts"]} == container["portsAttributes"].keys()


@pytest.mark.parametrize("name", ["SECURITY.md", "docs/go-live.md", "docs/operations.md"])
def test_pages_lead_somewhere(name):
    """Every file that the page points to is there, every verb that it calls as well."""
    page = ROOT / name
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert unknown_verbs(text) == set()


def test_forms_point_to_files_that_are_there():
    """What a form sends people to exists."""
    named = {name for path in FORMS for name in re.findall(r"[\w/.-]+\.md", path.read_text(encoding="utf-8"))}
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert (GITHUB / "pull_request_template.md").exists()
