"""What azd reads and runs: azure.yaml, the next steps, and what infra/README.md says of both."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from dev.verbs import VERBS
from shared.settings import SETTINGS
from tests.infra.bicep import File
from tests.infra.deployed import DATAVERSE, INFRA, MAIN, ROOT, main
from tests.infra.expressions import constant
from tests.infra.test_settings_in_bicep import upper

SH = shutil.which("sh")
SCRIPTS = INFRA / "scripts"
CLIENT = "11111111-2222-3333-4444-555555555555"
OF_AZURE = {
    "SERVICE_LINKER_NAME": "func-abc",
    "SERVICE_LINKER_URI": "https://func-abc.azurewebsites.net",
    "AZURE_FUNCTION_APP_NAME": "func-abc",
    "AZURE_RESOURCE_GROUP": "rg-linker",
    "AZURE_IDENTITY_CLIENT_ID": CLIENT,
}
"""What only Azure knows of the outputs, made up."""


def azure_yaml() -> dict:
    """azure.yaml, read."""
    return yaml.safe_load((ROOT / "azure.yaml").read_text(encoding="utf-8"))


def environment(**given) -> dict[str, str]:
    """What azd hands to a hook: the outputs of the deployment."""
    outputs = {name: str(value) for name, value in main(**given).outputs.items()}
    return outputs | OF_AZURE


def printed(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What next-steps.sh prints with these variables and no others."""
    return subprocess.run(
        [str(SH), str(SCRIPTS / "next-steps.sh")],
        env={"PATH": os.defpath} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def commands(text: str) -> list[list[str]]:
    """The commands of this project in what is printed, without `python3 -m dev`."""
    found = re.findall(r"^ +(?:python3|py) -m dev (.+)$", text, re.MULTILINE)
    return [shlex.split(line) for line in found]


def test_azd_knows_the_service():
    """One service, a Function App in Python, deployed from the root; the same name as on the tag of the app."""
    content = azure_yaml()
    assert content["services"] == {"linker": {"project": ".", "language": "python", "host": "function"}}
    assert content["name"] == "conversation-linker"
    assert main().module("functionApp/app").parameters["tags"] == {
        "azd-env-name": "linker",
        "azd-service-name": "linker",
    }


def test_azd_is_new_enough_to_read_funcignore():
    """An older one would deploy tests and tools."""
    major, minor = map(int, re.fullmatch(r">= (\d+)\.(\d+)\.0", azure_yaml()["requiredVersions"]["azd"]).groups())
    assert (major, minor) >= (1, 18)


@pytest.mark.parametrize(
    ("system", "shell", "script"), [("posix", "sh", "next-steps.sh"), ("windows", "pwsh", "next-steps.ps1")]
)
def test_azd_ends_with_the_next_steps(system, shell, script):
    """On every system, seen by whoever deployed, and never a reason for a deployment to fail."""
    hook = azure_yaml()["hooks"]["postdeploy"][system]
    assert hook == {"shell": shell, "run": f"./infra/scripts/{script}", "interactive": True, "continueOnError": True}
    assert (ROOT / hook["run"]).is_file()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission to execute")
def test_the_script_can_be_run():
    """azd runs the file itself on Linux and macOS."""
    path = SCRIPTS / "next-steps.sh"
    assert path.stat().st_mode & stat.S_IXUSR
    assert path.read_bytes().startswith(b"#!/bin/sh\n")


@pytest.mark.skipif(not SH, reason="no sh on this machine")
@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({}, []),
        ({"ruleSource": "workstream"}, ["--rule-source", "workstream"]),
        ({"caseOwnerTeamId": CLIENT}, ["--case-owner-team"]),
        ({"ruleSource": "workstream", "caseOwnerTeamId": CLIENT}, ["--rule-source", "workstream", "--case-owner-team"]),
    ],
)
def test_next_steps_with_a_key(given, options):
    """Grant and grant --apply with what the settings need, a key per caller, the solutions, the diagnosis: in order."""
    result = printed(environment(**given))
    assert (result.returncode, result.stderr) == (0, "")
    grant = ["grant", "--url", DATAVERSE, "--client-id", CLIENT, *options]
    assert commands(result.stdout) == [
        grant,
        [*grant, "--apply"],
        ["solution", "--host", "func-abc.azurewebsites.net"],
        ["diagnose", "--url", "https://func-abc.azurewebsites.net"],
    ]
    assert "az functionapp keys set --resource-group rg-linker --name func-abc --key-type functionKeys" in result.stdout
    assert OF_AZURE["SERVICE_LINKER_URI"] in result.stdout


@pytest.mark.skipif(not SH, reason="no sh on this machine")
def test_next_steps_with_sign_in():
    """No key is spoken of; the connector signs in, and so does the diagnosis."""
    result = printed(environment(entraClientId=CLIENT))
    assert result.returncode == 0
    assert "keys set" not in result.stdout
    assert [command[0] for command in commands(result.stdout)] == ["grant", "grant", "solution", "diagnose"]
    assert commands(result.stdout)[2][-2:] == ["--auth", "entra"]
    assert f'LINKER_TOKEN="$(az account get-access-token --resource {CLIENT} ' in result.stdout


class Understood(Exception):
    """The arguments were taken; nothing was done with them."""


@pytest.mark.skipif(not SH, reason="no sh on this machine")
def test_the_commands_are_understood(monkeypatch):
    """Every printed command is a verb that is there, with options that it takes."""
    parse = argparse.ArgumentParser.parse_args

    def understood(self, *arguments):
        parse(self, *arguments)
        raise Understood

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", understood)
    modules = {verb.name: verb.module for verb in VERBS}
    for given in ({}, {"entraClientId": CLIENT, "ruleSource": "workstream", "caseOwnerTeamId": CLIENT}):
        for verb, *arguments in commands(printed(environment(**given)).stdout):
            with pytest.raises(Understood):
                import_module(f"{modules[verb]}.__main__").main(arguments)


@pytest.mark.skipif(not SH, reason="no sh on this machine")
@pytest.mark.parametrize("name", ["SERVICE_LINKER_URI", "AZURE_IDENTITY_CLIENT_ID", "SERVICE_LINKER_DATAVERSE_URL"])
def test_next_steps_without_a_deployment(name):
    """What is missing is named, and no half command is printed."""
    result = printed({key: value for key, value in environment().items() if key != name})
    assert (result.returncode != 0, result.stdout) == (True, "")
    assert name in result.stderr


def test_both_scripts_say_the_same():
    """Windows and the others get the same steps; only `py` and what a shell spells differently differ."""
    shell, power = (plain(SCRIPTS / name) for name in ("next-steps.sh", "next-steps.ps1"))
    assert [line for line in shell if "LINKER_TOKEN" not in line] == [
        line for line in power if "LINKER_TOKEN" not in line
    ]
    assert len(shell) > 12


def plain(path: Path) -> list[str]:
    """The lines that a script prints, spelled alike."""
    text = path.read_text(encoding="utf-8").replace("$hostName", "$host").replace("py -m dev", "python3 -m dev")
    blocks = re.findall(r'(?:<<EOT|@")\n(.*?)\n(?:EOT|"@)', text, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_scripts_read_what_is_put_out():
    """Every variable of the scripts is an output of main.bicep."""
    outputs = File(MAIN).outputs.keys()
    shell = set(re.findall(r"\$\{([A-Z_]+)[:}]", (SCRIPTS / "next-steps.sh").read_text(encoding="utf-8")))
    power = set(re.findall(r"\$env:([A-Z_]+)", (SCRIPTS / "next-steps.ps1").read_text(encoding="utf-8"))) - {
        "LINKER_TOKEN"
    }
    assert shell == power <= outputs
    assert all(name.startswith(("AZURE_", "SERVICE_")) for name in outputs)


def rows() -> list[list[str]]:
    """The rows of the table of parameters in infra/README.md."""
    text = (INFRA / "README.md").read_text(encoding="utf-8")
    lines = text.partition("## Parameters\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_the_readme_lists_every_parameter():
    """Variable, default, limits and meaning as Bicep has them; the app's own settings are in docs/settings.md."""
    settings = {setting.name for setting in SETTINGS}
    parameters = [parameter for parameter in File(MAIN).parameters.values() if upper(parameter.name) not in settings]
    assert rows() == [row(parameter) for parameter in parameters]


def row(parameter) -> list[str]:
    """The row that a parameter deserves."""
    decorators = {name: constant(node) for name, node in parameter.decorators.items() if name != "metadata"}
    default = "asked for" if parameter.default is None else shown(constant(parameter.default))
    values = "" if parameter.type != "bool" else "`true` `false`"
    if "allowed" in decorators:
        values = " ".join(shown(value) for value in decorators["allowed"])
    elif "maxValue" in decorators or parameter.type == "int":
        values = (
            f"{decorators['minValue']} to {decorators['maxValue']}"
            if "maxValue" in decorators
            else f"from {decorators['minValue']}"
        )
    meaning = re.sub(r"^[A-Z_]+: ", "", decorators["description"])
    return [f"`{upper(parameter.name)}`", default, values, meaning]


def shown(value) -> str:
    """A value as the table shows it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`" if text else "none"


def test_links_of_the_readme_lead_somewhere():
    """Every file that it points to is there."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", (INFRA / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (INFRA / link).exists()] == []


def test_the_workbook_is_deployed():
    """What draws the telemetry is read from its file and bound to the Application Insights of the app."""
    workbook = main().module("monitoring").inside.resources["workbook"]["properties"]
    assert json.loads(workbook["serializedData"])["version"] == workbook["version"] == "Notebook/1.0"
    assert workbook["sourceId"] == "applicationInsights.outputs.resourceId"
