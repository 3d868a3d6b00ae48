"""What the environment says about itself: service document and table definitions.

"Query table definitions using the Web API": names in definitions are PascalCase, strings compare exactly.

Who may read them is said in two ways: "RetrieveEntity message privileges" (2016) and "Column-level security by using
code" say everybody, live environments answer 403 and name prvReadEntity. The stricter is done here: prvReadEntity for
everything, prvReadAttribute for columns and prvReadRelationship for relationships besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from . import errors, filter_text, unbuilt
from .definitions import TYPES, Json, attribute, definition, many_to_many, relationships
from .privileges import Privileges
from .schema import Table
from .tables import TABLES
from .values import is_guid


def service_document(root: str, privileges: Privileges) -> Json:
    """Every entity set ("Web API service documents")."""
    sets = [{"name": t.entity_set, "kind": "EntitySet", "url": t.entity_set} for t in privileges.tables]
    return {"@odata.context": f"{root}$metadata", "value": sets}


def definitions(segments: list[str], options: dict[str, str], root: str, privileges: Privileges) -> Json:
    """``EntityDefinitions`` and what is below it.

    ApiError 403 for callers who may not read them, 404 for unknown tables, 400 for unknown options.
    """
    privileges.require("prvReadEntity")
    tables = [definition(table) for table in privileges.tables]
    found, rest = _pick(segments[0], tables, "EntityDefinitions", unbuilt.check_table), segments[1:]
    if found is None:
        return _answer(_shaped(tables, options, unbuilt.check_table), root, "EntityDefinitions")
    if not rest:
        return _single(found, options, root, "EntityDefinitions")
    table = TABLES[found["LogicalName"]]
    name = rest[0].partition("(")[0]
    if name not in _COLLECTIONS:
        raise errors.unknown_segment(name)
    if name in _NEEDED:
        privileges.require(_NEEDED[name])
    items = _COLLECTIONS[name](table, privileges)
    if len(rest) > 1:
        items = _cast(items, rest[1])
    if len(rest) > 2:
        raise errors.not_implemented(rest[2]) if rest[2] in _OPTION_SETS else errors.unknown_segment(rest[2])
    check = partial(unbuilt.check_column, table) if name == "Attributes" else _nothing
    one = _pick(rest[0], items, name, check)
    return _single(one, options, root, name) if one else _answer(_shaped(items, options, check), root, name)


def _nothing(logical: str) -> None:
    """Nothing of that kind is known to be missing here."""


def _pick(segment: str, items: list[Json], name: str, check: Callable[[str], None]) -> Json | None:
    """The item that ``Name(LogicalName='x')`` or ``Name(guid)`` means, None for the whole collection.

    ``check`` raises ApiError 501 for a logical name that only Dataverse has.
    """
    found = re.fullmatch(rf"{name}(?:\((?:(\w+)='((?:[^']|'')*)'|([^)']*))\))?", segment)
    if not found:
        raise errors.unknown_segment(segment)
    field, text, plain = found.groups()
    if field is None and plain is None:
        return None
    if field is None and not is_guid(plain):
        raise errors.syntax()
    field, text = (field, text.replace("''", "'")) if field else ("MetadataId", plain.lower())
    for item in items:
        if item.get(field) == text:
            return item
    if field == "LogicalName":
        check(text)
    raise errors.ApiError(404, "0x80060888", f"Could not find an entity with {field} = {text}")


def _cast(items: list[Json], name: str) -> list[Json]:
    kind = re.fullmatch(r"Microsoft\.Dynamics\.CRM\.(\w+)AttributeMetadata", name)
    if not kind or kind[1] not in TYPES.values():
        raise errors.unknown_segment(name)
    return [item for item in items if item.get("AttributeType") == kind[1]]


def _shaped(items: list[Json], options: dict[str, str], check: Callable[[str], None] = _nothing) -> list[Json]:
    for name in options:
        if name not in ("$select", "$filter", "$expand", "LabelLanguages"):
            raise errors.syntax(f"The query parameter '{name}' is not supported.")
    if "$filter" in options:
        tree = filter_text.parse(options["$filter"]).tree
        items = [item for item in items if _holds(tree, item, check)]
    return [_chosen(item, options) for item in items]


def _chosen(item: Json, options: dict[str, str]) -> Json:
    expanded = {part.partition("(")[0] for part in options.get("$expand", "").split(",")} - {""}
    for name in expanded:
        if name in _COLLECTIONS and name not in item:
            raise errors.not_implemented(f"expanding {name} of a definition")
        if name not in item:
            raise errors.syntax(
                f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.EntityMetadata'."
            )
    names = [name.strip() for name in options["$select"].split(",")] if "$select" in options else list(item)
    for name in names:
        if name not in item:
            raise errors.syntax(
                f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.EntityMetadata'."
            )
    keep = [*names, "MetadataId", *expanded]
    return {
        name: value for name, value in item.items() if name in keep and (name != "OptionSet" or "OptionSet" in expanded)
    }


def _holds(node: Any, item: Json, check: Callable[[str], None]) -> bool:
    """Comparisons with ``and`` / ``or`` of plain properties; nothing else is needed to find names."""
    ast = filter_text.ast
    if isinstance(node, ast.BoolOp):
        left, right = _holds(node.left, item, check), _holds(node.right, item, check)
        return (left and right) if isinstance(node.op, ast.And) else (left or right)
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Identifier) or node.left.name not in item:
        raise errors.syntax()
    if not isinstance(node.comparator, ast.Eq | ast.NotEq):
        raise errors.syntax()
    value = getattr(node.right, "py_val", None)
    if node.left.name == "LogicalName" and isinstance(value, str):
        check(value)
    equal: bool = item[node.left.name] == value
    return equal == isinstance(node.comparator, ast.Eq)


def _answer(items: list[Json], root: str, name: str) -> Json:
    return {"@odata.context": f"{root}$metadata#{name}", "value": items}


def _single(item: Json, options: dict[str, str], root: str, name: str) -> Json:
    return {"@odata.context": f"{root}$metadata#{name}/$entity", **_shaped([item], options)[0]}


def _attributes(table: Table, privileges: Privileges) -> list[Json]:
    return [
        attribute(table, column, (table.logical, column.name) in privileges.secured)
        for column in table.columns.values()
    ]


_COLLECTIONS: dict[str, Callable[[Table, Privileges], list[Json]]] = {
    "Attributes": _attributes,
    "ManyToOneRelationships": lambda table, privileges: relationships(table, privileges.tables, incoming=False),
    "OneToManyRelationships": lambda table, privileges: relationships(table, privileges.tables, incoming=True),
    "ManyToManyRelationships": lambda table, privileges: many_to_many(table),
    "Keys": lambda table, privileges: [],
    "Privileges": lambda table, privileges: definition(table)["Privileges"],
}
_OPTION_SETS = ("OptionSet", "GlobalOptionSet")
_NEEDED = {
    "Attributes": "prvReadAttribute",
    "ManyToOneRelationships": "prvReadRelationship",
    "OneToManyRelationships": "prvReadRelationship",
    "ManyToManyRelationships": "prvReadRelationship",
}
