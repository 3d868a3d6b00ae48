"""The files around the code: what is deployed, what it needs, how it is set."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from shared.settings import SETTINGS, Settings

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = {
    "azure.functions": "azure-functions",
    "azure.identity": "azure-identity",
    "phonenumbers": "phonenumberslite",
}


def text(path: str) -> str:
    """Return a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def example() -> dict[str, str]:
    """Return the settings of local.settings.example.json."""
    values = json.loads(text("local.settings.example.json"))["Values"]
    assert isinstance(values, dict)
    return values


def rules(path: str) -> list[str]:
    """Return the lines of a file that are no comment."""
    return [line.strip() for line in text(path).splitlines() if line.strip() and not line.startswith("#")]


def stays_at_home(path: str) -> bool:
    """Whether .funcignore keeps a file or a folder (with a slash at its end) out of the package."""
    return bool(GitIgnoreSpec.from_lines(rules(".funcignore")).match_file(path))


def deployed() -> list[str]:
    """Return what `func azure functionapp publish` and `azd deploy` would upload from this folder."""
    kept = []
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not stays_at_home(f"{(here / name).as_posix()}/")]
        kept += [path for name in files if not stays_at_home(path := (here / name).as_posix())]
    return sorted(kept)


def committed() -> list[str]:
    """Return the files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split("\0") if path]


BESIDE_SHARED = {"function_app.py", "host.json", "requirements.txt"}
LEFT_BEHIND = (
    *(".venv/bin/python", ".venv-3.11/pyvenv.cfg", "venv/bin/python", ".env", ".env.local", ".azure/linker/.env"),
    *("local.settings.json", "app.zip", "app.log", "linker.db", "server.pem", "server.key", ".DS_Store", ".coverage"),
    *("shared/__pycache__/settings.cpython-313.pyc", "shared/x.pyc", ".pytest_cache/v/x", "htmlcov/index.html"),
    *(
        "main_env/bin/python",
        ".python_packages/lib/x.py",
        "__azurite_db_blob__.json",
        ".idea/x.xml",
        "node_modules/x/index.js",
    ),
    *("requirements-opentelemetry.txt", "infra/main.bicep", "azure.yaml", "tests/unit/test_x.py", "shared/notes.md"),
    *(
        ".github/workflows/ci.yml",
        ".github/dependabot.yml",
        ".devcontainer/devcontainer.json",
        "dist/x.txt",
        "SECURITY.md",
    ),
)
"""What work leaves in this folder, or what belongs to it and not into the package."""


def test_package_holds_the_app_and_nothing_else():
    """Tests, tools, documents and secrets stay at home."""
    package = deployed()
    assert {path for path in package if not path.startswith("shared/")} == BESIDE_SHARED
    assert [path for path in package if not re.fullmatch(r"(\w+/)*\w+\.(py|json|txt|html|css)", path)] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no clone")
def test_of_what_is_committed_only_the_app_is_deployed():
    """Held for the files that git knows: the whole of shared/, three files beside it, and no new folder by accident."""
    kept = {path for path in committed() if not stays_at_home(path)}
    assert kept == BESIDE_SHARED | {path for path in committed() if path.startswith("shared/")}


@pytest.mark.parametrize("path", LEFT_BEHIND)
def test_what_work_leaves_behind_stays_at_home(path):
    """No environment, cache, secret or document of a developer's machine goes to Azure."""
    assert stays_at_home(path)


def test_secrets_are_neither_committed_nor_deployed():
    """local.settings.json may hold a real environment's address and identity, .azure/ what azd was told."""
    gitignore = GitIgnoreSpec.from_lines(rules(".gitignore"))
    for path in ("local.settings.json", ".azure/linker/.env"):
        assert gitignore.match_file(path)
        assert stays_at_home(path)


def imported(path: Path) -> set[str]:
    """Return the distributions that a module imports, standard library and own packages left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
    roots = {".".join(name.split(".")[:2]) if name.startswith("azure.") else name.split(".")[0] for name in found}
    return {DISTRIBUTIONS.get(root, root) for root in roots - sys.stdlib_module_names - {"shared"}}


def test_requirements_are_what_the_app_imports():
    """Nothing that is imported is left to chance, nothing is installed that is not imported."""
    required = {re.split(r"[<>=~!;\s\[]", rule)[0] for rule in rules("requirements.txt")}
    files = [ROOT / "function_app.py", *(ROOT / "shared").rglob("*.py")]
    # It comes with azure-identity, whose errors it names; a bound of our own could only contradict that one's.
    indirect = {"azure.core"}
    assert set().union(*(imported(file) for file in files)) - indirect == required


@pytest.mark.parametrize(
    "file",
    [
        "requirements.txt",
        "requirements-opentelemetry.txt",
        "dev/requirements.txt",
        "dev/requirements-samples.txt",
        "dev/requirements-browser.txt",
        "dev/requirements-queries.txt",
        "dev/requirements-repository.txt",
        "dev/requirements-mutation.txt",
    ],
)
def test_requirements_are_bounded(file):
    """A new major version of a dependency comes in by a commit, not by itself; no worker is ever installed."""
    lines = [rule for rule in rules(file) if not rule.startswith("-r ")]
    assert all(re.search(r"==|<\d", rule.split(";")[0]) for rule in lines), lines
    assert not any(rule.startswith("azure-functions-worker") for rule in lines)


def test_example_settings_name_every_setting():
    """The example shows all there is to set, and nothing that no longer exists."""
    identity = {"AZURE_TOKEN_CREDENTIALS", "AZURE_CLIENT_ID", "IDENTITY_ENDPOINT", "IDENTITY_HEADER"}
    assert set(example()) == {setting.name for setting in SETTINGS} | identity | {
        "FUNCTIONS_WORKER_RUNTIME",
        "PYTHON_THREADPOOL_THREAD_COUNT",
    }
    assert all(isinstance(value, str) for value in example().values())


def test_example_settings_are_the_defaults():
    """Copying the example changes nothing but the Dataverse that is used."""
    only_url = Settings.from_environment({"DATAVERSE_URL": example()["DATAVERSE_URL"]})
    assert Settings.from_environment(example()) == only_url


def test_example_settings_fit_the_embedded_dataverse():
    """The example works as it is with `func start` beside `python3 -m dev emulator`."""
    from dev.emulator import Emulator

    with Emulator(port=0) as emulator:
        here = {name: value.replace(emulator.url, "http://127.0.0.1:7072") for name, value in emulator.settings.items()}
    assert here.items() <= example().items()


def test_host_is_patient_enough():
    """The host lets a request take the longest time that a caller may ask for, and less than its load balancer."""
    host = json.loads(text("host.json"))
    hours, minutes, seconds = map(int, host["functionTimeout"].split(":"))
    assert 61 < hours * 3600 + minutes * 60 + seconds < 230
    assert host["extensions"]["http"]["routePrefix"] == "api"


def test_no_event_is_sampled_away():
    """Rates are counted from the log, one event a request: what adaptive sampling leaves out would be missing there."""
    sampling = json.loads(text("host.json"))["logging"]["applicationInsights"]["samplingSettings"]
    assert {"Request", "Exception", "Trace"} == set(sampling["excludedTypes"].split(";"))
