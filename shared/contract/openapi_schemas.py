"""The schemas of the OpenAPI definition, made from the models: pydantic's JSON schema, flattened for connectors.

Connectors know the common part of OpenAPI 2.0 and 3.1 only: every property has one type, and there is no `anyOf`, no
`oneOf`, no `nullable` and no reference inside a schema.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared.contract import parsing
from shared.contract.answers import LinkAnswer, Problem, UnlinkAnswer
from shared.contract.diagnosis import Diagnosis
from shared.contract.fields import DO_NOT_ASK, Who
from shared.contract.requests import ConversationRequest, LinkRequest, UnlinkRequest

Schema = dict[str, Any]

ALIASES: Mapping[str, str] = {
    "msdyn_ConversationId": "Msdyn Conversation ID",
    "msdyn_liveworkitemid": "Msdyn Live Work Item ID",
    "msdyn_ocliveworkitemid": "Msdyn OC Live Work Item ID",
}
"""The further names of the conversation id, with their titles."""


def schemas() -> dict[str, Schema]:
    """Every schema by its name."""
    requests = {model.__name__: _request(model) for model in (LinkRequest, UnlinkRequest)}
    answers = {model.__name__: _answer(model) for model in (LinkAnswer, UnlinkAnswer, Diagnosis, Problem)}
    return requests | answers


def who_sets(model: type[ConversationRequest]) -> dict[str, Who]:
    """Who sets each field of a request, by all names that a caller may use."""
    fields = {name: Who(row["who"]) for name, row in model.model_json_schema()["properties"].items() if "who" in row}
    return {name: fields.get(name, Who.PLATFORM) for name in model.names()}


def _request(model: type[ConversationRequest]) -> Schema:
    """The schema of a request. Nothing is required: the app answers what is missing better than a caller could."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    rows = {name: row for name, row in schema["properties"].items() if "who" in row}
    first = {name: _property(rows[name], definitions) for name in parsing.CONVERSATION_ID_FIELDS[:1]}
    aliases = {name: _alias(title) for name, title in ALIASES.items()}
    return {"type": "object", "properties": first | aliases | {n: _property(r, definitions) for n, r in rows.items()}}


def _alias(title: str) -> Schema:
    text = f"Same as conversationId; {DO_NOT_ASK}."
    return {"type": "string", "x-ms-summary": title, "description": text, "x-ms-visibility": "internal"}


def _answer(model: type[BaseModel]) -> Schema:
    """The schema of an answer. Every field is always there, but for one that may be null."""
    schema = model.model_json_schema(mode="serialization")
    rows, definitions = schema["properties"], schema.get("$defs", {})
    properties = {name: _property(row, definitions) for name, row in rows.items()}
    return {
        "type": "object",
        "required": [name for name in rows if not _may_be_null(rows[name])],
        "properties": properties,
    }


def _property(row: Mapping[str, Any], definitions: Mapping[str, Schema]) -> Schema:
    """One property: its type, the words it may be, its title, its description, and who sees it."""
    schema = _type(row, definitions)
    if "words" in row:
        schema["enum"] = row["words"]
    if schema["type"] == "boolean" and "who" in row:
        schema["default"] = row["default"]
    # pydantic leaves out a title that is also the name of the type.
    title = row.get("title") or row["$ref"].rpartition("/")[2]
    schema |= {"x-ms-summary": title, "description": row["description"]}
    return schema | ({"x-ms-visibility": row["visibility"]} if row["visibility"] else {})


def _type(row: Mapping[str, Any], definitions: Mapping[str, Schema]) -> Schema:
    """One type: what may be null is left out, and a list of an input comes as a text with commas, or as JSON."""
    if "$ref" in row:
        return _type(definitions[row["$ref"].rpartition("/")[2]], definitions)
    if choices := row.get("anyOf"):
        types = [_type(choice, definitions) for choice in choices if choice.get("type") != "null"]
        words = [word for choice in types for word in choice.get("enum", ())]
        return types[0] | ({"enum": words} if words else {})
    if "const" in row:
        return {"type": "string", "enum": [row["const"]]}
    if row["type"] == "array" and "who" not in row:
        return {"type": "array", "items": _item(row["items"], definitions)}
    if row["type"] in ("boolean", "number", "integer"):
        return {"type": row["type"]}
    return {"type": "string", **({"enum": list(row["enum"])} if "enum" in row else {})}


def _item(row: Mapping[str, Any], definitions: Mapping[str, Schema]) -> Schema:
    schema = definitions[row["$ref"].rpartition("/")[2]]
    properties = {name: _property(inner, definitions) for name, inner in schema["properties"].items()}
    return {"type": "object", "required": list(properties), "properties": properties}


def _may_be_null(row: Mapping[str, Any]) -> bool:
    return any(choice.get("type") == "null" for choice in row.get("anyOf", ()))
