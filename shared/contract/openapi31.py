"""The same definition as OpenAPI 3.1, for everyone but connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contract.http import JSON
from shared.contract.parsing import CONVERSATION_ID_FIELDS


def modern(definition: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI 2.0 definition of ours as OpenAPI 3.1, without the extensions of Power Platform."""
    plain = _plain(definition)
    return {
        "openapi": "3.1.0",
        "info": plain["info"],
        "servers": [{"url": f"{plain['schemes'][0]}://{plain['host']}{plain['basePath']}"}],
        "paths": {
            path: {verb: _operation(operation) for verb, operation in verbs.items()}
            for path, verbs in plain["paths"].items()
        },
        "components": {
            "schemas": {name: _with_conversation_id(schema) for name, schema in plain["definitions"].items()},
            "securitySchemes": {name: _security(scheme) for name, scheme in plain["securityDefinitions"].items()},
        },
        "security": plain["security"],
    }


def _plain(value: Any) -> Any:
    """A value without extensions, its references led to where 3.1 keeps schemas."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if not name.startswith("x-ms-")}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.replace("#/definitions/", "#/components/schemas/") if isinstance(value, str) else value


def _with_conversation_id(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema; of a request also that one of the names of the conversation id is given, and not blank."""
    names = [name for name in CONVERSATION_ID_FIELDS if name in schema["properties"]]
    if len(names) < len(CONVERSATION_ID_FIELDS):
        return schema
    return {**schema, "anyOf": [{"required": [name], "properties": {name: {"pattern": r"\S"}}} for name in names]}


def _operation(old: Mapping[str, Any]) -> dict[str, Any]:
    new = {name: old[name] for name in ("operationId", "summary", "description")}
    parameters = [_parameter(each) for each in old["parameters"] if each["in"] != "body"]
    bodies = [_body(each) for each in old["parameters"] if each["in"] == "body"]
    new |= {"parameters": parameters} if parameters else {}
    new |= {"requestBody": bodies[0]} if bodies else {}
    return new | {"responses": {status: _response(each) for status, each in old["responses"].items()}}


def _parameter(old: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of the query. A flag is the caller's choice here: callers that handle errors leave it out."""
    default = {"default": False} if old["type"] == "boolean" else {}
    return {
        "name": old["name"],
        "in": old["in"],
        "description": old["description"],
        "schema": {"type": old["type"], **default},
    }


def _body(old: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": old["description"], "required": True, "content": {JSON: {"schema": old["schema"]}}}


def _response(old: Mapping[str, Any]) -> dict[str, Any]:
    content = {"content": {JSON: {"schema": old["schema"]}}} if "schema" in old else {}
    return {"description": old["description"], **content}


def _security(old: Mapping[str, Any]) -> dict[str, Any]:
    if old["type"] == "apiKey":
        return dict(old)
    flow = {
        "authorizationUrl": old["authorizationUrl"],
        "tokenUrl": old["tokenUrl"],
        "scopes": old["scopes"],
    }
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}
