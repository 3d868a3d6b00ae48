"""The files of the connector, as bytes by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dev.connector.icon import BRAND, icon
from dev.connector.readme import readme
from shared.contract.openapi import API_APP, TENANT, TITLE, Auth, definition

FOLDER = Path(__file__).resolve().parents[2] / "connector"

KEY_HINT = (
    "A host key of the Function App (App keys, Host keys), not a function key: "
    "a function key opens one operation only. Never the _master key."
)


def files(host: str, auth: Auth) -> dict[str, bytes]:
    """Everything that a connector consists of."""
    swagger = definition(host, auth)
    return {
        "apiDefinition.swagger.json": _json(swagger),
        "apiProperties.json": _json(properties(auth)),
        "readme.md": readme(swagger, auth).encode(),
        "icon.png": icon(),
    }


def properties(auth: Auth) -> dict[str, Any]:
    """`apiProperties.json`: how a connection is made, and how the connector looks."""
    return {
        "properties": {
            "connectionParameters": {"api_key": _key()} if auth == "key" else {"token": _token()},
            "iconBrandColor": BRAND,
            "capabilities": [],
            "policyTemplateInstances": [],
            "publisher": TITLE,
            "stackOwner": TITLE,
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


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=4, ensure_ascii=False) + "\n").encode()
