"""The schemas of the definition: types from the models, words from the data.

Flat, and in the common part of OpenAPI 2.0 and 3.1, because connectors know nothing else: every property has one
type, and there is no `anyOf`, no `oneOf`, no `nullable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from shared.contract.models import LinkAnswer, LinkRequest, Problem, UnlinkAnswer, UnlinkRequest
from shared.contract.openapi_fields import LINK_INPUTS, UNLINK_INPUTS, Input, Output
from shared.contract.openapi_outputs import (
    CHECK_OUTPUTS,
    DIAGNOSIS_OUTPUTS,
    ERROR_OUTPUTS,
    LINK_OUTPUTS,
    PROBLEM_OUTPUTS,
    UNLINK_OUTPUTS,
)

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Every schema by its name."""
    return {
        "LinkRequest": _request(LinkRequest, LINK_INPUTS),
        "LinkAnswer": _answer(LinkAnswer, LINK_OUTPUTS),
        "UnlinkRequest": _request(UnlinkRequest, UNLINK_INPUTS),
        "UnlinkAnswer": _answer(UnlinkAnswer, UNLINK_OUTPUTS),
        "Diagnosis": _diagnosis(),
        "Problem": _problem(),
    }


def _request(model: type[BaseModel], inputs: Iterable[Input]) -> Schema:
    """The schema of a request. Nothing is required: the app answers what is missing better than a caller could."""
    types = model.model_json_schema()["properties"]
    return {"type": "object", "properties": {row.name: _input(row, types.get(row.name, {})) for row in inputs}}


def _input(row: Input, found: Mapping[str, Any]) -> Schema:
    schema = _scalar(found)
    words = list(row.choices) or [word for word in schema.pop("enum", ()) if word]
    if words:
        schema["enum"] = words
    if schema["type"] == "boolean":
        schema["default"] = found["default"]
    return schema | _words(row.title, row.text, row.visibility)


def _scalar(found: Mapping[str, Any]) -> Schema:
    """One type: what may be null is not given, and a list comes as a text with commas, or as JSON."""
    for choice in found.get("anyOf", ()):
        if choice["type"] != "null":
            return _scalar(choice)
    if found.get("type") in ("boolean", "number", "integer"):
        return {"type": found["type"]}
    return {"type": "string", **({"enum": list(found["enum"])} if "enum" in found else {})}


def _words(title: str, text: str, visibility: str) -> Schema:
    words = {"x-ms-summary": title, "description": text}
    return words | ({"x-ms-visibility": visibility} if visibility else {})


def _answer(model: type[BaseModel], outputs: Iterable[Output]) -> Schema:
    """The schema of an answer. Every field is always there."""
    types = model.model_json_schema()["properties"]
    properties = {row.name: _scalar(types[row.name]) | _words(row.title, row.text, row.visibility) for row in outputs}
    return {"type": "object", "required": list(properties), "properties": properties}


def _told(outputs: Iterable[Output]) -> Schema:
    """The schema of an answer for which there is no model."""
    properties = {row.name: {"type": row.type} | _words(row.title, row.text, row.visibility) for row in outputs}
    return {"type": "object", "required": list(properties), "properties": properties}


def _diagnosis() -> Schema:
    schema = _told(DIAGNOSIS_OUTPUTS)
    schema["properties"]["checks"]["items"] = _told(CHECK_OUTPUTS)
    return schema


def _problem() -> Schema:
    schema = _answer(Problem, PROBLEM_OUTPUTS)
    schema["required"].remove("errors")
    schema["properties"]["errors"] |= {"type": "array", "items": _told(ERROR_OUTPUTS)}
    return schema
