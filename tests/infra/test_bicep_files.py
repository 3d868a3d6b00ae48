"""The Bicep files as files: they parse, what they name is there, what they give is taken. No compiler is at hand."""

from __future__ import annotations

import re

import pytest

from tests.infra.bicep import File, required
from tests.infra.deployed import FILES, INFRA
from tests.infra.expressions import constant, properties, said, walk

NAMES = [str(path.relative_to(INFRA)) for path in FILES]
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=NAMES)

AZURE_VERIFIED_MODULE = re.compile(r"br/public:avm/(res|ptn|utl)/[a-z0-9/-]+:\d+\.\d+\.\d+")
RESOURCE = re.compile(r"Microsoft\.\w+/[\w/]+@\d{4}-\d{2}-\d{2}")

COMMON = {"name", "location", "tags", "enableTelemetry"}
VERIFIED = {
    "br/public:avm/res/managed-identity/user-assigned-identity:0.4.1": (
        set(),
        {"resourceId", "clientId", "principalId"},
    ),
    "br/public:avm/res/operational-insights/workspace:0.13.0": (
        {"dataRetention", "features", "tables"},
        {"resourceId"},
    ),
    "br/public:avm/res/insights/component:0.7.1": (
        {"kind", "applicationType", "workspaceResourceId", "disableLocalAuth", "disableIpMasking"}
        | {"roleAssignments"},
        {"resourceId", "connectionString"},
    ),
    "br/public:avm/res/web/serverfarm:0.7.0": ({"skuName", "reserved", "zoneRedundant"}, {"resourceId"}),
    "br/public:avm/res/storage/storage-account:0.32.0": (
        {"skuName", "allowSharedKeyAccess", "defaultToOAuthAuthentication", "allowBlobPublicAccess"}
        | {"supportsHttpsTrafficOnly", "minimumTlsVersion", "publicNetworkAccess", "networkAcls", "blobServices"}
        | {"roleAssignments"},
        {"primaryBlobEndpoint"},
    ),
    "br/public:avm/res/web/site:0.23.1": (
        {"kind", "serverFarmResourceId", "managedIdentities", "keyVaultAccessIdentityResourceId", "httpsOnly"}
        | {"publicNetworkAccess", "clientAffinityEnabled", "basicPublishingCredentialsPolicies", "siteConfig"}
        | {"functionAppConfig", "configs", "virtualNetworkSubnetResourceId"},
        {"name", "defaultHostname"},
    ),
    "br/public:avm/res/network/public-ip-address:0.12.0": ({"availabilityZones"}, {"resourceId", "ipAddress"}),
    "br/public:avm/res/network/nat-gateway:2.1.0": ({"availabilityZone", "publicIpResourceIds"}, {"resourceId"}),
    "br/public:avm/res/network/virtual-network:0.9.0": ({"addressPrefixes", "subnets"}, {"resourceId"}),
}
"""Per module of the registry: the parameters and outputs that were looked up for exactly this version."""

AZURE_GIVES = {"subscription", "resourceGroup", "tenant", "environment"}


@EVERY_FILE
def test_a_file_parses(path):
    """The grammar holds in every Bicep file."""
    assert File(path).mistakes == []


@pytest.mark.parametrize(
    "text", [b"param x string =\n", b"var a = {\n", b"module m 'x.bicep' {\n}\n", b"parm x string\n"]
)
def test_a_broken_file_is_noticed(text):
    """The test above can fail."""
    assert File(INFRA / "main.bicep", text).mistakes


@EVERY_FILE
def test_references_are_pinned(path):
    """A module of the registry bears an exact version, a resource a version that is no preview, a file is there."""
    file = File(path)
    for module in file.modules:
        local = (path.parent / module.reference).is_file()
        assert local or AZURE_VERIFIED_MODULE.fullmatch(module.reference), module.reference
    assert [one.reference for one in file.resources if not RESOURCE.fullmatch(one.reference)] == []


@EVERY_FILE
def test_modules_take_what_they_are_given(path):
    """Every parameter exists in the module, every required one is given, every output that is read exists."""
    file = File(path)
    for module in file.modules:
        given = set(properties(properties(module.body)["params"]))
        read = outputs_read(file, module.symbol)
        if module.reference.startswith("br"):
            parameters, outputs = VERIFIED[module.reference]
            assert (given - parameters - COMMON, read - outputs) == (set(), set()), module.symbol
            assert {"name", "location", "tags", "enableTelemetry"} <= given, module.symbol
        else:
            inner = File(path.parent / module.reference)
            assert (given - inner.parameters.keys(), required(inner) - given) == (set(), set()), module.symbol
            assert read <= inner.outputs.keys(), module.symbol


def outputs_read(file: File, symbol: str) -> set[str]:
    """The outputs of a module that the file reads."""
    texts = [said(node) for node in walk(file.root) if node.type == "member_expression"]
    return {found[1] for text in texts if (found := re.fullmatch(rf"{symbol}!?\.outputs\.(\w+)", text))}


@EVERY_FILE
def test_every_name_is_declared_and_used(path):
    """No expression hangs on a name that is not there, and nothing is declared for nobody."""
    file = File(path)
    declared = {*file.parameters, *file.variables, *(one.symbol for one in (*file.modules, *file.resources))}
    loops = {said(node.named_children[0]) for node in walk(file.root) if node.type == "for_statement"}
    used = {said(node) for node in walk(file.root) if is_reference(node)}
    assert used - declared - loops - AZURE_GIVES == set()
    assert {*file.parameters, *file.variables} - used == set()


def is_reference(node) -> bool:
    """Whether an identifier stands for a value: no key, no function, no name that is being declared."""
    if node.type != "identifier" or node.parent is None:
        return False
    kind, first = node.parent.type, node.parent.named_children[0] == node
    declares = kind.endswith("_declaration") or kind in ("object_property", "for_statement", "call_expression")
    return not (declares and first)


@EVERY_FILE
def test_every_parameter_is_described(path):
    """Who is asked for a value is told what it means."""
    for parameter in File(path).parameters.values():
        assert constant(parameter.decorators["description"]).strip().endswith("."), parameter.name


def test_alerts_have_one_default():
    """A parameter that is only handed on has the default and the limits of the file that uses it."""
    outer, inner = File(INFRA / "main.bicep").parameters, File(INFRA / "app" / "alerts.bicep").parameters
    handed_on = outer.keys() & inner.keys() - {"location", "tags"}
    assert handed_on == inner.keys() - {"location", "tags", "applicationInsightsId"}
    for name in handed_on:
        assert limits(outer[name]) == limits(inner[name]), name


def limits(parameter) -> dict:
    """What may be given, and what is taken where nothing is."""
    said_in = {key: constant(node) for key, node in parameter.decorators.items() if key != "description"}
    return {"type": parameter.type, "default": constant(parameter.default), **said_in}
