"""The files around the code: what is deployed, what it needs, how it is set."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

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


def deployed() -> list[str]:
    """Return what `func azure functionapp publish` would upload from this folder."""
    patterns = [rule.rstrip("/") for rule in rules(".funcignore")]
    kept = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in patterns)]
        names = [name for name in files if not any(fnmatch(name, pattern) for pattern in patterns)]
        kept += [(Path(folder) / name).relative_to(ROOT).as_posix() for name in names]
    return sorted(kept)


def test_package_holds_the_app_and_nothing_else():
    """Tests, tools, documents and secrets stay at home."""
    beside = {"function_app.py", "host.json", "requirements.txt"}
    assert beside <= set(deployed())
    assert all(
        re.fullmatch(r"shared/\w+\.py|shared/texts/\w+\.json", path) for path in deployed() if path not in beside
    )


def test_secrets_are_neither_committed_nor_deployed():
    """local.settings.json may hold a real environment's address and identity."""
    assert "local.settings.json" in rules(".gitignore")
    assert fnmatch("local.settings.json", "local.settings*.json")
    assert "local.settings*.json" in rules(".funcignore")


def imported(path: Path) -> set[str]:
    """Return the distributions that a module imports, standard library and own rooms left out."""
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
