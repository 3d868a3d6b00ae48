"""What keeps the deployment closed: no key anywhere, TLS, two roles, sign-in. Each is missed when it is taken out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.infra.bicep import File, without
from tests.infra.deployed import FILES, INFRA, ROOT, Deployment, configuration, main
from tests.infra.expressions import said, walk

CLIENT = "11111111-2222-3333-4444-555555555555"
MISSING = "missing"

APP, STORAGE = "functionApp/app", "functionApp/storage"
HELD = (
    (APP, "httpsOnly", True),
    (APP, "siteConfig.minTlsVersion", "1.2"),
    (APP, "siteConfig.scmMinTlsVersion", "1.2"),
    (APP, "siteConfig.remoteDebuggingEnabled", False),
    (APP, "basicPublishingCredentialsPolicies.0.allow", False),
    (APP, "basicPublishingCredentialsPolicies.1.allow", False),
    (APP, "functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity"),
    (APP, "configs.0.properties.AzureWebJobsStorage__credential", "managedidentity"),
    (APP, "configs.0.properties.AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"),
    (STORAGE, "allowSharedKeyAccess", False),
    (STORAGE, "defaultToOAuthAuthentication", True),
    (STORAGE, "allowBlobPublicAccess", False),
    (STORAGE, "supportsHttpsTrafficOnly", True),
    (STORAGE, "minimumTlsVersion", "TLS1_2"),
    (STORAGE, "blobServices.containers.0.publicAccess", "None"),
    ("monitoring/applicationInsights", "disableLocalAuth", True),
    ("monitoring/applicationInsights", "disableIpMasking", False),
    ("monitoring/workspace", "features.disableLocalAuth", True),
)
"""Module, property, and what it has to be: in every deployment."""

SIGN_IN = (
    ("platform.enabled", True),
    ("globalValidation.requireAuthentication", True),
    ("globalValidation.unauthenticatedClientAction", "Return401"),
    ("globalValidation.excludedPaths", ["/api/health"]),
    ("httpSettings.requireHttps", True),
    ("identityProviders.azureActiveDirectory.enabled", True),
    ("identityProviders.azureActiveDirectory.registration.clientId", CLIENT),
    ("identityProviders.azureActiveDirectory.validation.allowedAudiences", [CLIENT, f"api://{CLIENT}"]),
    ("login.tokenStore.enabled", False),
)
"""Easy Auth's properties where callers sign in."""

ALLOWED = "identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy.allowedApplications"
MODULES = ("main.bicep", "function-app.bicep", "monitoring.bicep", "alerts.bicep", "network.bicep")
OF_THE_IDENTITY = {
    "functionApp/storage": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "monitoring/applicationInsights": "3913510d-42f4-4e42-8a64-420c390055eb",
}
"""Storage Blob Data Owner, Monitoring Metrics Publisher."""


def at(value: Any, path: str) -> Any:
    """What stands at a path such as `siteConfig.minTlsVersion`."""
    for step in path.split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return MISSING
    return value


def held(deployment: Deployment) -> list[str]:
    """The rows of HELD that hold."""
    return [path for module, path, wanted in HELD if at(deployment.module(module).parameters, path) == wanted]


def signing_in(deployment: Deployment) -> list[str]:
    """The rows of SIGN_IN that hold."""
    easy_auth = configuration(deployment, "authsettingsV2")
    return [path for path, wanted in SIGN_IN if at(easy_auth, path) == wanted]


def stripped(key: str) -> dict[str, bytes]:
    """The Bicep files without any property of that name."""
    return {path.name: without(path.read_bytes(), key) for path in FILES if path.name in MODULES}


@pytest.mark.parametrize(
    "given",
    [{}, {"entraClientId": CLIENT}, {"openTelemetry": True}, {"virtualNetwork": True}],
    ids=["key", "entra", "otel", "network"],
)
def test_the_deployment_is_closed(given):
    """TLS, https, no keys, no public blobs, no basic authentication: whatever is chosen."""
    assert held(main(**given)) == [path for _, path, _ in HELD]


@pytest.mark.parametrize("path", sorted({path for _, path, _ in HELD}))
def test_a_hole_is_noticed(path):
    """Without one of these properties the test above fails."""
    assert path not in held(main(stripped(path.split(".")[-1])))


def test_callers_sign_in():
    """With an app registration: who has no token gets 401, on every path but the one that says "alive"."""
    assert signing_in(main(entraClientId=CLIENT)) == [path for path, _ in SIGN_IN]


@pytest.mark.parametrize("path", [path for path, _ in SIGN_IN])
def test_a_missing_part_of_the_sign_in_is_noticed(path):
    """Without one of these properties the test above fails."""
    assert path not in signing_in(main(stripped(path.split(".")[-1]), entraClientId=CLIENT))


def test_without_a_registration_sign_in_is_off():
    """It is written even then: a deployment that had it before would keep it, while the app asks for keys again."""
    assert configuration(main(), "authsettingsV2") == {"platform": {"enabled": False}}


@pytest.mark.parametrize(
    ("given", "allowed"), [("", [CLIENT]), ("a", [CLIENT, "a"]), ("a, b,a", [CLIENT, "a", "b"]), (CLIENT, [CLIENT])]
)
def test_the_list_of_callers_is_never_empty(given, allowed):
    """Who is not listed does not get in, also where nobody was listed."""
    easy_auth = configuration(main(entraClientId=CLIENT, entraAllowedApplications=given), "authsettingsV2")
    assert at(easy_auth, ALLOWED) == allowed


def test_the_identity_has_two_roles():
    """It owns the blobs of its storage and may send telemetry; nobody else is given anything."""
    roles = {
        (path, role["roleDefinitionIdOrName"], role["principalId"])
        for path, module in main().all()
        for role in module.parameters.get("roleAssignments", [])
    }
    assert roles == {(path, role, "identity.outputs.principalId") for path, role in OF_THE_IDENTITY.items()}
    assert not any("roleAssignments" in one.reference for path in FILES for one in File(path).resources)


def test_one_identity_everywhere():
    """The identity that runs the app is the one that opens the storage, sends telemetry and signs in to Dataverse."""
    app = main().module(APP).parameters
    settings = configuration(main(), "appsettings")
    client = "identity.outputs.clientId"
    assert app["managedIdentities"] == {"userAssignedResourceIds": ["identity.outputs.resourceId"]}
    assert settings["AZURE_CLIENT_ID"] == settings["AzureWebJobsStorage__clientId"] == client
    assert settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] == f"ClientId={client};Authorization=AAD"


def test_modules_report_nothing_home():
    """Microsoft's modules count their deployments unless told not to."""
    modules = [module for _, module in main().all() if module.inside is None]
    assert [module.reference for module in modules if module.parameters["enableTelemetry"] is not False] == []


KEYS = re.compile(
    r"AccountKey|SharedAccess|InstrumentationKey|(?i:password|client.?secret)(?!s)|-----BEGIN|sig=|[?&]code="
)
"""What a secret, or the place of one, looks like."""
CALLS = re.compile(r"^(?:list[A-Z]\w*|getSecret|newGuid|utcNow)$")
"""Functions that fetch secrets, or make values that differ each time."""


def secrets(text: bytes) -> list[str]:
    """What in a Bicep file fetches, takes or holds a secret."""
    file = File(INFRA / "main.bicep", text)
    nodes = list(walk(file.root))
    calls = [said(node.named_children[0]).split(".")[-1] for node in nodes if node.type == "call_expression"]
    strings = [said(node) for node in nodes if node.type == "string"]
    outputs = [name for name in file.outputs if re.search(r"(?i)key|secret|token", name)]
    secure = [
        name for name, one in file.parameters.items() if "secure" in one.decorators or one.type.startswith("secure")
    ]
    return (
        [call for call in calls if CALLS.match(call)]
        + [text for text in strings if KEYS.search(text)]
        + outputs
        + secure
    )


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(INFRA)) for path in FILES])
def test_no_secret_in_bicep(path):
    """None is fetched, none is a parameter, none is handed out, none is written down."""
    assert secrets(path.read_bytes()) == []


@pytest.mark.parametrize(
    "text",
    [
        "output x string = storage.listKeys().keys[0].value",
        "var x = listKeys('id', '2023-01-01').keys[0].value",
        "@secure()\nparam x string = 'abc'",
        "var x = 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b'",
        "var x = { y: 'https://f.azurewebsites.net/api/link?code=abc' }",
        "output HOST_KEY string = 'x'",
    ],
)
def test_a_secret_is_noticed(text):
    """The test above can fail."""
    assert secrets(text.encode())


@pytest.mark.parametrize(
    "name", ["azure.yaml", "infra/main.parameters.json", "infra/scripts/next-steps.sh", "infra/scripts/next-steps.ps1"]
)
def test_no_secret_beside_bicep(name):
    """Neither is one in what azd reads and runs."""
    assert KEYS.search((ROOT / name).read_text(encoding="utf-8")) is None
