"""What infra/main.bicep deploys, for the tests: with what it asks for, and with whatever a test adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.infra.bicep import Deployment, deploy

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
MAIN = INFRA / "main.bicep"
FILES = sorted(path for path in INFRA.rglob("*") if path.suffix in (".bicep", ".bicepparam"))

DATAVERSE = "https://org.crm.dynamics.com"
ASKED_FOR = {"environmentName": "linker", "location": "westeurope", "dataverseUrl": DATAVERSE}
"""The parameters that have no default: azd asks for them."""


def main(texts: Mapping[str, bytes] | None = None, **given: Any) -> Deployment:
    """What is deployed for these parameters; `texts` stand in for files, by name."""
    return deploy(MAIN, texts, **ASKED_FOR, **given)


def configuration(deployment: Deployment, name: str) -> Any:
    """The properties of one configuration of the Function App: `appsettings` or `authsettingsV2`."""
    configs = deployment.module("functionApp/app").parameters["configs"]
    (found,) = [config["properties"] for config in configs if config["name"] == name]
    return found


def app_settings(deployment: Deployment) -> dict[str, Any]:
    """The app settings of the Function App."""
    settings = configuration(deployment, "appsettings")
    assert isinstance(settings, dict)
    return settings
