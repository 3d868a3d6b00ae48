"""A JSON body to the changes it asks for, checked against the table.

"Create a table row", "Update and delete", "Associate and disassociate", "Web API properties".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import address, errors, unbuilt, values
from .schema import Column, Table

BIND = "@odata.bind"
_CONTROL = frozenset({"@odata.type", "@odata.id", "@odata.etag", "@odata.context", "@odata.editLink"})

OWNER_TARGET = "principal"
PRINCIPALS = ("systemuser", "team")
"""The one navigation property ``ownerid`` points to either ("Web API types", principal)."""


@dataclass(slots=True)
class Changes:
    """Columns to set as they are stored; lookups by column: the row to point to, or None to clear."""

    columns: dict[str, Any] = field(default_factory=dict)
    lookups: dict[str, address.Address | None] = field(default_factory=dict)


def load(data: bytes, entity_set: str) -> dict[str, Any]:
    """The body as a JSON object. ApiError 400 (0x80048d19) for anything else, and for a name given twice."""
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise errors.payload(entity_set, "Newtonsoft.Json.JsonReaderException: the body is not valid JSON.") from error
    if not isinstance(found, dict):
        raise errors.payload(entity_set, "Microsoft.OData.ODataException: A node of type 'StartObject' was expected.")
    return found


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name was given twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


@dataclass(slots=True)
class BodyReader:
    """Reads bodies for one call. ``base`` is the environment's address, ``references`` what ``$1`` stands for."""

    base: str
    references: Mapping[str, str] = field(default_factory=dict)

    def changes(self, table: Table, body: Mapping[str, Any], creating: bool, key: str | None) -> Changes:
        """The changes. ApiError 400: unknown or read-only names, wrong types and values, malformed references."""
        found = Changes()
        for name, value in body.items():
            if name in _CONTROL:
                continue
            if name.endswith(BIND):
                self._bind(table, found, name.removesuffix(BIND), value)
            elif "@" in name:
                _annotation(table, name)
            elif name in table.navigations:
                _navigation_value(table, found, name, value)
            else:
                _scalar(table, found, name, value, creating, key)
        return found

    def reference(self, text: Any, table: Table, target: str) -> address.Address:
        """The row that a bind names; ApiError 400 where it is of another table than the navigation property's."""
        if not isinstance(text, str):
            raise errors.payload(
                table.entity_set, "Microsoft.OData.ODataException: The value of an odata.bind must be a string."
            )
        found = address.reference(text, self.base, dict(self.references))
        if found.table.logical not in (PRINCIPALS if target == OWNER_TARGET else (target,)):
            raise errors.payload(
                table.entity_set,
                f"Microsoft.OData.ODataException: A resource of type 'Microsoft.Dynamics.CRM.{found.table.logical}' "
                f"is not assignable to 'Microsoft.Dynamics.CRM.{target}'.",
            )
        return found

    def _bind(self, table: Table, found: Changes, name: str, value: Any) -> None:
        navigation = table.navigations.get(name)
        if navigation is None:
            raise unbuilt.refusal(table, name, errors.undeclared(table.entity_set, name))
        _once(table, found, navigation.column)
        if navigation.column.name == "owningbusinessunit":
            raise errors.not_implemented("setting owningbusinessunit, record ownership across business units")
        if "ro" in navigation.column.flags:
            raise errors.not_settable(navigation.column.name, table.logical, "update")
        wanted = OWNER_TARGET if navigation.column.name == "ownerid" else navigation.target
        target = None if value is None else self.reference(value, table, wanted)
        found.lookups[navigation.column.name] = target


def _once(table: Table, found: Changes, column: Column) -> None:
    """Two navigation properties of one lookup in one body: what wins is documented nowhere, so it is refused."""
    if column.name in found.lookups:
        raise errors.payload(table.entity_set, f"Microsoft.Crm.CrmException: '{column.name}' is set more than once.")


def _annotation(table: Table, name: str) -> None:
    owner = name.partition("@")[0]
    if owner and owner not in table.properties and owner not in table.navigations:
        raise unbuilt.refusal(table, owner, errors.undeclared(table.entity_set, owner))


def _navigation_value(table: Table, found: Changes, name: str, value: Any) -> None:
    """``"<nav>": null`` clears; a nested object would be a deep insert."""
    if isinstance(value, dict | list):
        raise errors.not_implemented("deep insert")
    if value is not None:
        raise errors.payload(
            table.entity_set,
            "Microsoft.OData.ODataException: A 'PrimitiveValue' node with non-null value was found when trying to read "
            f"the value of the navigation property '{name}'; however, a 'StartObject' node or a null was expected.",
        )
    column = table.navigations[name].column
    _once(table, found, column)
    found.lookups[column.name] = None


def _scalar(table: Table, found: Changes, name: str, value: Any, creating: bool, key: str | None) -> None:
    column = table.properties.get(name)
    if column is None:
        raise unbuilt.refusal(table, name, errors.invalid_property(name, table.logical))
    if column.kind == "lookup":
        raise errors.direct_lookup(table.entity_set)
    parsed = values.parse(table, column, value)
    if name == table.key:
        # The key may be repeated in a body, not changed by it ("Use Upsert").
        if parsed is None or (key is not None and parsed != key):
            raise errors.not_settable(name, table.logical, "update")
    elif not column.settable(creating):
        raise errors.not_settable(name, table.logical, "create" if creating else "update")
    found.columns[name] = parsed
