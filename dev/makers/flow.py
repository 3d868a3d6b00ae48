"""The two flows of samples/power-automate: the call through the connector, and through the plain HTTP action.

Both are written as Power Automate keeps a flow of a solution. All values are tokens: nothing is put together as text,
so a quotation mark in what a customer typed cannot break the request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.contract.openapi import PLACEHOLDER_HOST
from shared.contract.openapi_schemas import schemas

INPUTS = (
    "conversationId",
    "Name",
    "Email",
    "Phone",
    "CaseNumber",
    "event",
    "createCase",
    "caseTitle",
    "caseDescription",
    "language",
)
"""What the agent hands to the flow: texts, none of them required."""

OUTPUTS = (
    "status",
    "linked",
    "message",
    "customerStatus",
    "customerLinked",
    "caseStatus",
    "caseLinked",
    "caseNumber",
    "caseIsNew",
    "nextField",
    "nextQuestion",
    "escalationSummary",
    "CloseOmnichannelConversation",
    "failure",
    "canRetry",
    "requestId",
)
"""What the flow hands back: texts and yes / no."""

TEXTS = {
    "CloseOmnichannelConversationText": "CloseOmnichannelConversation",
    "caseIsNewText": "caseIsNew",
}
"""Outputs that repeat a yes / no as the text `true` or `false`, for topics that do not get it as a yes / no."""

API = "your-conversation-linking-connector"
REFERENCE = "your_connection_reference"
KEY = "your-function-key"
RETRY_ONCE = {"type": "fixed", "count": 1, "interval": "PT5S"}
SECURE = {"secureData": {"properties": ["inputs"]}}
_SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"


class Connection(NamedTuple):
    """How a flow reaches the connector."""

    name: str = "shared_conversationlinking"
    """Its name inside the flow."""
    api: str = API
    """The connector's id in an environment."""
    reference: str = REFERENCE
    """The logical name of the connection reference."""
    connector: str = ""
    """The logical name of the connector, where it is in a solution. The import finds its id by this name."""


def flows() -> dict[str, str]:
    """The text of each flow by the name of its file."""
    return {"link-through-connector.json": flow(Connection()), "link-through-http.json": _text(_http(), {})}


def flow(connection: Connection) -> str:
    """The text of the flow that calls the connector."""
    return _text(_connector(connection), {connection.name: _reference(connection)})


def _text(call: Mapping[str, Any], references: Mapping[str, Any]) -> str:
    flow = {"properties": {"connectionReferences": references, "definition": _definition(call)}}
    return json.dumps(flow | {"schemaVersion": "1.0.0.0"}, indent=2, ensure_ascii=False) + "\n"


def _definition(call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {
            "$connections": {"defaultValue": {}, "type": "Object"},
            "$authentication": {"defaultValue": {}, "type": "SecureObject"},
        },
        "triggers": {"manual": {"type": "Request", "kind": "Skills", "inputs": {"schema": _inputs()}}},
        "actions": {"Link_conversation": call, "Answer": _answer(), "Respond_to_the_agent": _respond()},
    }


def _inputs() -> dict[str, Any]:
    described = schemas()["LinkRequest"]["properties"]
    hint = {"x-ms-content-hint": "TEXT"}
    fields = {name: _field(name, described[name]["description"], "string") | hint for name in INPUTS}
    return {"type": "object", "properties": fields, "required": []}


def _outputs() -> dict[str, Any]:
    described = schemas()["LinkAnswer"]["properties"]
    fields = {name: _field(name, described[name]["description"], described[name]["type"]) for name in OUTPUTS}
    texts = {text: _field(text, f"{name} as text: true or false.", "string") for text, name in TEXTS.items()}
    return {"type": "object", "properties": fields | texts}


def _field(name: str, description: str, kind: str) -> dict[str, Any]:
    return {"title": name, "description": description, "type": kind, "x-ms-dynamically-added": True}


def _given(prefix: str = "") -> dict[str, str]:
    """Each input as its token. What the agent did not set is null, which the app takes as not given."""
    return {prefix + name: f"@triggerBody()?['{name}']" for name in INPUTS}


def _connector(connection: Connection) -> dict[str, Any]:
    # Exports leave the id of a custom connector empty where its logical name is given.
    api = "" if connection.connector else f"/providers/Microsoft.PowerApps/apis/{connection.api}"
    return {
        "type": "OpenApiConnection",
        "runAfter": {},
        "inputs": {
            "host": {
                "connectionName": connection.name,
                "operationId": "LinkConversation",
                "apiId": api,
            },
            "parameters": {"always": True, **_given("body/")},
            "authentication": "@parameters('$authentication')",
            "retryPolicy": RETRY_ONCE,
        },
        "limit": {"timeout": "PT30S"},
        "runtimeConfiguration": SECURE,
    }


def _reference(connection: Connection) -> dict[str, Any]:
    api = {"name": connection.api}
    if connection.connector:
        api["logicalName"] = connection.connector
    return {
        "runtimeSource": "embedded",
        "connection": {"connectionReferenceLogicalName": connection.reference},
        "api": api,
    }


def _http() -> dict[str, Any]:
    return {
        "type": "Http",
        "runAfter": {},
        "inputs": {
            "method": "POST",
            "uri": f"https://{PLACEHOLDER_HOST}/api/link?always=true",
            "headers": {"Content-Type": "application/json", "x-functions-key": KEY},
            "body": _given(),
            "retryPolicy": RETRY_ONCE,
        },
        "limit": {"timeout": "PT30S"},
        "runtimeConfiguration": SECURE,
    }


def _answer() -> dict[str, Any]:
    """The answer of the app. Left out where the call failed: then every output has its default."""
    return {
        "type": "Compose",
        "runAfter": {"Link_conversation": ["Succeeded"]},
        "inputs": "@body('Link_conversation')",
    }


def _respond() -> dict[str, Any]:
    body = {name: f"@{_token(name)}" for name in OUTPUTS}
    body |= {text: f"@if({_token(name)}, 'true', 'false')" for text, name in TEXTS.items()}
    return {
        "type": "Response",
        "kind": "Skills",
        "runAfter": {"Answer": ["Succeeded", "Failed", "Skipped", "TimedOut"]},
        "inputs": {"statusCode": 200, "body": body, "schema": _outputs()},
    }


def _token(name: str) -> str:
    boolean = schemas()["LinkAnswer"]["properties"][name]["type"] == "boolean"
    default = "'failed'" if name == "status" else "false" if boolean else "''"
    return f"coalesce(outputs('Answer')?['{name}'], {default})"
