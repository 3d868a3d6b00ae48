"""The files of the connector, as bytes by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from dev.connector.readme import readme
from shared.contract.openapi import API_APP, CONTACT, METADATA, PLACEHOLDER_HOST, TENANT, Auth, definition

FOLDER = Path(__file__).resolve().parents[2] / "connector"
ICON = FOLDER / "icon.png"

BRAND = "#0b5a6f"
"""The background of the icon. Certification refuses #007ee5 and #ffffff."""

KEY_HINT = (
    "A host key of the Function App (App keys, Host keys), not a function key: "
    "a function key opens one operation only. Never the _master key."
)


class Owner(NamedTuple):
    """Who publishes the connector; the defaults are placeholders."""

    publisher: str = CONTACT["name"]
    website: str = METADATA["Website"]
    privacy_policy: str = METADATA["Privacy policy"]
    support: str = CONTACT["url"]
    email: str = CONTACT["email"]


PLACEHOLDER_OWNER = Owner()


def files(host: str = PLACEHOLDER_HOST, auth: Auth = "key", owner: Owner = PLACEHOLDER_OWNER) -> dict[str, bytes]:
    """Everything that a connector consists of."""
    swagger = openapi(host, auth, owner)
    return {
        "apiDefinition.swagger.json": as_json(swagger),
        "apiProperties.json": as_json(properties(auth, owner)),
        "readme.md": readme(swagger, auth, owner.publisher).encode(),
        "icon.png": ICON.read_bytes(),
    }


def openapi(host: str, auth: Auth, owner: Owner) -> dict[str, Any]:
    """The definition with its owner's contact and addresses."""
    swagger = definition(host, auth)
    swagger["info"]["contact"] = {"name": owner.publisher, "url": owner.support, "email": owner.email}
    addresses = {"Website": owner.website, "Privacy policy": owner.privacy_policy}
    for each in swagger["x-ms-connector-metadata"]:
        each["propertyValue"] = addresses.get(each["propertyName"], each["propertyValue"])
    return swagger


def properties(auth: Auth, owner: Owner = PLACEHOLDER_OWNER) -> dict[str, Any]:
    """`apiProperties.json`: how a connection is made, and how the connector looks."""
    return {
        "properties": {
            "connectionParameters": {"api_key": _key()} if auth == "key" else {"token": _token()},
            "iconBrandColor": BRAND,
            "capabilities": [],
            "policyTemplateInstances": [],
            "publisher": owner.publisher,
            "stackOwner": owner.publisher,
        }
    }


def _key() -> dict[str, Any]:
    return {
        "type": "securestring",
        "uiDefinition": {
            "displayName": "Host Key",
            "description": "The host key of the Function App.",
            "tooltip": KEY_HINT,
            "constraints": {"tabIndex": 2, "clearText": False, "required": "true"},
        },
    }


def _token() -> dict[str, Any]:
    return {
        "type": "oauthSetting",
        "oAuthSettings": {
            "identityProvider": "aad",
            "clientId": "your-client-id",
            "scopes": [f"{API_APP}/.default"],
            "redirectMode": "Global",
            "redirectUrl": "https://global.consent.azure-apim.net/redirect",
            "properties": {"IsFirstParty": "False", "AzureActiveDirectoryResourceId": API_APP},
            "customParameters": {
                "loginUri": {"value": "https://login.microsoftonline.com"},
                "tenantId": {"value": TENANT},
                "resourceUri": {"value": API_APP},
            },
        },
    }


def as_json(content: Any) -> bytes:
    """JSON as all files of the connector are written."""
    return (json.dumps(content, indent=4, ensure_ascii=False) + "\n").encode()
