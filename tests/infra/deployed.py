"""What infra/main.bicep hands to Azure for given parameters. A value that only Azure knows stays an `Unknown`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.infra.bicep import File, required
from tests.infra.expressions import NotUnderstood, Scope, properties

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
MAIN = INFRA / "main.bicep"
FILES = sorted(path for path in INFRA.rglob("*") if path.suffix in (".bicep", ".bicepparam"))

DATAVERSE = "https://org.crm.dynamics.com"
ASKED_FOR = {"environmentName": "linker", "location": "westeurope", "dataverseUrl": DATAVERSE}
"""The parameters that have no default: azd asks for them."""


@dataclass
class Module:
    """One deployed module: what it refers to, what it is given, and for a file of our own what is inside."""

    reference: str
    parameters: dict[str, Any]
    inside: Deployment | None


@dataclass
class Deployment:
    """What a file hands to Azure."""

    modules: dict[str, Module] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def module(self, path: str) -> Module:
        """The module at a path of symbols such as `functionApp/storage`."""
        first, _, rest = path.partition("/")
        found = self.modules[first]
        return found.inside.module(rest) if rest and found.inside else found

    def all(self, before: str = "") -> Iterator[tuple[str, Module]]:
        """Every module with its path, the inner ones too."""
        for symbol, module in self.modules.items():
            yield before + symbol, module
            if module.inside:
                yield from module.inside.all(f"{before}{symbol}/")


def deploy(path: Path, texts: Mapping[str, bytes] | None = None, **given: Any) -> Deployment:
    """What a file hands on where these parameters are given; `texts` stand in for files, by name."""
    texts = texts or {}
    file = File(path, texts.get(path.name))
    unknown, missing = given.keys() - file.parameters.keys(), required(file) - given.keys()
    if unknown or missing:
        raise NotUnderstood(f"{path.name}: no such parameter {sorted(unknown)}, not given {sorted(missing)}")
    scope = Scope(path.parent, file.variables, dict(given))
    for name in file.parameters.keys() - given.keys():
        scope.known[name] = scope.value(file.parameters[name].default)
    found = Deployment()
    for one in file.modules:
        if not scope.deploys(one.whole):
            continue
        parameters = scope.value(properties(one.body)["params"])
        inner = path.parent / one.reference
        inside = None if one.reference.startswith("br") else deploy(inner, texts, **parameters)
        found.modules[one.symbol] = Module(one.reference, parameters, inside)
    found.resources = {one.symbol: scope.value(one.whole) for one in file.resources}
    found.outputs = {name: scope.value(node) for name, node in file.outputs.items()}
    return found


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
