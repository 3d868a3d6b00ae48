"""The definition of the app for machines: OpenAPI 2.0 with the extensions of Power Platform, as connectors take it.

Imported when it is asked for (`GET /api/openapi.json`, `python3 -m dev connector`), never at the start of the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from shared import __version__
from shared.contract.openapi_schemas import schemas

TITLE = "Conversation Linking"
DESCRIPTION = (
    "Links the right customer and the right case to a Dynamics 365 Omnichannel conversation, from what an agent or bot "
    "learned about the customer, so that the representative who takes over sees both."
)
PLACEHOLDER_HOST = "your-function-app.azurewebsites.net"
CONTACT = {
    "name": "Your company",
    "url": "https://your-company.example/support",
    "email": "support@your-company.example",
}
METADATA = {
    "Website": "https://your-company.example",
    "Privacy policy": "https://your-company.example/privacy",
    "Categories": "Sales and CRM;Communication",
}
"""What certification asks for besides. Placeholders: `python3 -m dev connector --help` says how to fill them in."""

Auth = Literal["key", "entra"]
TENANT, API_APP = "your-tenant-id", "api://your-api-app-id"

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?", re.I)
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.[0-9]+){3})(?::[0-9]+)?", re.I)


def plain_host(*candidates: str) -> str:
    """The first that is a plain host name, with or without a port, in lower case; else the placeholder."""
    for candidate in candidates:
        if len(candidate) <= 253 and _HOST.fullmatch(candidate):
            return candidate.lower()
    return PLACEHOLDER_HOST


def called_host(headers: Mapping[str, str]) -> str:
    """The host that a caller called, as a gateway or the request itself says it."""
    return plain_host(headers.get("x-forwarded-host", ""), headers.get("host", ""))


def definition(host: str = PLACEHOLDER_HOST, auth: Auth = "key") -> dict[str, Any]:
    """The definition in OpenAPI 2.0."""
    return {
        "swagger": "2.0",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": __version__, "contact": dict(CONTACT)},
        "host": host,
        "basePath": "/api",
        "schemes": ["http" if _LOOPBACK.fullmatch(host) else "https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": _paths(),
        "definitions": schemas(),
        "parameters": {},
        "responses": {},
        "securityDefinitions": _SECURITY[auth],
        "security": [{next(iter(_SECURITY[auth])): list(next(iter(_SECURITY[auth].values())).get("scopes", ()))}],
        "tags": [],
        "x-ms-capabilities": {"testConnection": {"operationId": "GetDiagnosis", "parameters": {}}},
        "x-ms-connector-metadata": [{"propertyName": name, "propertyValue": value} for name, value in METADATA.items()],
    }


_SECURITY: Mapping[Auth, dict[str, Any]] = {
    "key": {"api_key": {"type": "apiKey", "in": "header", "name": "x-functions-key"}},
    "entra": {
        "oauth2_auth": {
            "type": "oauth2",
            "flow": "accessCode",
            "authorizationUrl": f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize",
            "tokenUrl": f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
            "scopes": {f"{API_APP}/.default": "Call the app"},
        }
    },
}


def _paths() -> dict[str, Any]:
    return {
        "/link": {
            "post": {
                "operationId": "LinkConversation",
                "summary": "Link customer and case to the conversation",
                "description": (
                    "Finds the customer and the case from what the customer gave (e-mail address, phone number, name, "
                    "case number) and links both to the current conversation, so that the representative sees them. "
                    "Use it right before a transfer to a person or the end of the conversation, and once more after "
                    "the customer answered nextQuestion. Repeating it is harmless."
                ),
                "x-ms-visibility": "important",
                "parameters": [_ALWAYS, _body("LinkRequest", "Link Request", "What is known about the customer.")],
                "responses": _responses("LinkAnswer", 400, 401, 404, 413, 424, 500, 503),
            }
        },
        "/unlink": {
            "post": {
                "operationId": "UnlinkConversation",
                "summary": "Remove customer and case from the conversation",
                "description": (
                    "Removes the customer, the case or both from a conversation. For makers; no tool for a language "
                    "model, and nothing that a customer may ask for."
                ),
                "x-ms-visibility": "advanced",
                "parameters": [_body("UnlinkRequest", "Unlink Request", "Which conversation, and what to remove.")],
                "responses": _responses("UnlinkAnswer", 400, 401, 404, 413, 424, 500, 503),
            }
        },
        "/diagnose": {
            "get": {
                "operationId": "GetDiagnosis",
                "summary": "Check that the app works",
                "description": (
                    "Says what works, what does not and how to fix it: settings, sign-in, security role, tables. For "
                    "makers; no tool for a language model."
                ),
                "x-ms-visibility": "advanced",
                "parameters": [_CONVERSATION],
                "responses": _responses("Diagnosis", 401)
                | {"503": _response("What to fix before it works.", "Diagnosis")},
            }
        },
    }


_ALWAYS = {
    "name": "always",
    "in": "query",
    "required": True,
    "type": "boolean",
    "default": True,
    "x-ms-summary": "Always Answer",
    "x-ms-visibility": "internal",
    "description": "An error comes as an answer with status failed, because an agent cannot handle a failed call.",
}

_CONVERSATION = {
    "name": "conversationId",
    "in": "query",
    "required": False,
    "type": "string",
    "x-ms-summary": "Conversation Id",
    "x-ms-visibility": "advanced",
    "description": "Look at this conversation, too: its state, and the ids of what is linked to it.",
}


def _body(schema: str, title: str, text: str) -> dict[str, Any]:
    reference = {"$ref": f"#/definitions/{schema}"}
    return {
        "name": "body",
        "in": "body",
        "required": True,
        "x-ms-summary": title,
        "description": text,
        "schema": reference,
    }


_ERRORS = {
    400: "The request is wrong, or the conversation id is missing.",
    401: "The key is missing or wrong. Answered by Azure, before the app.",
    404: "There is no such conversation.",
    413: "The request is too large.",
    424: "Dataverse refuses, or a setting is wrong; repeating does not help.",
    500: "An internal error.",
    503: "Dataverse is not available; repeating is safe.",
}


def _responses(schema: str, *errors: int) -> dict[str, Any]:
    answers = {"200": _response("The answer.", schema)}
    for status in errors:
        words = _ERRORS[status]
        answers[str(status)] = {"description": words} if status == 401 else _response(words, "Problem")
    return answers


def _response(text: str, schema: str) -> dict[str, Any]:
    return {"description": text, "schema": {"$ref": f"#/definitions/{schema}"}}
