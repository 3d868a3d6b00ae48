"""The workflows of GitHub: well-formed, closed, pinned, and about what is really there."""

from __future__ import annotations

import json
import re

import pytest

from tests.repository.files import ROOT, WORKFLOWS, against, run, unknown_verbs, workflow
from tests.unit.test_packaging import BESIDE_SHARED

EVERY_WORKFLOW = pytest.mark.parametrize("path", WORKFLOWS, ids=[path.stem for path in WORKFLOWS])

MAY_WRITE = {
    "azure-dev": {"deploy": {"id-token"}},
    "codeql": {"analyze": {"security-events"}},
    "release": {"publish": {"attestations", "contents", "id-token"}},
}
"""Who may change what: no other job of any workflow may write anything."""

BROKEN = """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.pull_request.title }} ${{ matrix.nothing }}
"""


@EVERY_WORKFLOW
def test_a_workflow_fits_its_schema(path):
    """As GitHub publishes it, and with a time limit for each job."""
    assert against("vendor.github-workflows", path) == ""
    jobs = workflow(path.stem)["jobs"].values()
    assert [job for job in jobs if "timeout-minutes" not in job and "uses" not in job] == []


def test_the_linter_finds_nothing():
    """Expressions, events, inputs of actions, injection of what strangers write, permissions, pins."""
    result = run("jactionlint", "--no-color", "--shellcheck=", "--strict-exit")
    assert (result.returncode, result.stdout) == (0, "")


def test_a_bad_workflow_is_noticed(tmp_path):
    """The two tests above can fail."""
    path = tmp_path / "bad.yml"
    path.write_text(BROKEN, encoding="utf-8")
    assert "script-injection" in (found := run("jactionlint", "--no-color", "--shellcheck=", path).stdout), found
    path.write_text(BROKEN.replace("steps:", "stepps:"), encoding="utf-8")
    assert "stepps" in against("vendor.github-workflows", path)


@EVERY_WORKFLOW
def test_actions_are_pinned(path):
    """By the hash of a commit, with the version beside it for people and for dependabot; ours by their path."""
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml", action), (
            action
        )


@EVERY_WORKFLOW
def test_permissions_are_the_least(path):
    """Nothing for the workflow, what it needs for each job, and writing only where MAY_WRITE says so."""
    content = workflow(path.stem)
    assert content["permissions"] == {}
    writing = {
        name: {scope for scope, access in job["permissions"].items() if access == "write"}
        for name, job in content["jobs"].items()
    }
    assert {name: scopes for name, scopes in writing.items() if scopes} == MAY_WRITE.get(path.stem, {})


@EVERY_WORKFLOW
def test_no_secret_is_kept_in_github(path):
    """Azure is signed in to with OpenID Connect, releases are made with the token of the run."""
    assert "secrets." not in path.read_text(encoding="utf-8")


@EVERY_WORKFLOW
def test_verbs_of_workflows_are_there(path):
    """A workflow calls this project's own commands by their names of today."""
    assert unknown_verbs(path.read_text(encoding="utf-8")) == set()


def test_changes_pass_what_ci_run_asks_for():
    """On Linux .ci/run itself, with both Pythons that it wants; elsewhere the same two verbs."""
    jobs = workflow("ci")["jobs"]
    linux, others = ([step.get("run") for step in jobs[name]["steps"]] for name in ("linux", "others"))
    versions = jobs["linux"]["steps"][1]["with"]["python-version"].split()
    wanted = re.search(r"for version in ([\d. ]+);", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))[1].split()
    assert versions == wanted
    assert linux[-1] == "bash .ci/run"
    assert others[-2:] == ["python -m dev check", "python -m dev test"]
    assert jobs["others"]["strategy"]["matrix"]["system"] == ["windows-latest", "macos-latest"]
    assert any("az bicep build --file infra/main.bicep" in step.get("run", "") for step in jobs["azure"]["steps"])


def test_deployment_hands_over_every_variable():
    """azd finds in the environment each variable of main.parameters.json, and what it signs in with; nothing else."""
    text = (ROOT / "infra" / "main.parameters.json").read_text(encoding="utf-8")
    values = [entry["value"] for entry in json.loads(text)["parameters"].values()]
    names = {re.match(r"\$\{(\w+)", value)[1] for value in values}
    names |= {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
    assert workflow("azure-dev")["jobs"]["deploy"]["env"] == {name: f"${{{{ vars.{name} }}}}" for name in names}


def test_the_released_app_is_the_deployed_one():
    """The zip of a release holds what azd would upload."""
    runs = [step.get("run", "") for step in workflow("release")["jobs"]["build"]["steps"]]
    (archive,) = [run for run in runs if "conversation-linker-app" in run]
    assert set(archive.partition(" HEAD ")[2].split()) == BESIDE_SHARED | {"shared"}


def test_what_is_released_has_passed_and_is_attested():
    """Checks come first; checksums cover every file, and the attestation covers the checksums."""
    jobs = workflow("release")["jobs"]
    assert (jobs["build"]["needs"], jobs["publish"]["needs"]) == ("checks", "build")
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yml"
    attest = [step["with"] for step in jobs["publish"]["steps"] if step.get("uses", "").startswith("actions/attest@")]
    assert attest == [{"subject-checksums": "dist/SHA256SUMS"}]
