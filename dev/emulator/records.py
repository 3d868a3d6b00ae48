"""One row as a resource: read, create, update, delete it; its columns and links.

"Retrieve a row", "Create a table row", "Update and delete", "Use Upsert", "Associate and disassociate".
"""

from __future__ import annotations

from typing import Any

from dev.http.messages import Response

from . import associations, body, errors, query, unbuilt, values
from .answers import empty, json_answer
from .asked import Call
from .associations import Associations
from .body import BodyReader
from .reader import Reader
from .roles import NAMESPACE, Roles
from .schema import Column, Navigation, Table
from .store import Store
from .tables import TABLES
from .writer import Writer


class Records:
    """Answers requests for single rows. ``base`` is the environment's address, ``root`` that of its Web API."""

    def __init__(self, store: Store, reader: Reader, writer: Writer, base: str, root: str) -> None:
        self.store, self.reader, self.writer, self.base, self.root = store, reader, writer, base, root
        self.associations = Associations(store, reader, base)
        self.roles = Roles(store, reader.privileges, root)

    def create(self, call: Call, table: Table, key: str | None) -> Response:
        """A new row, with an id of the caller's or its own."""
        _check_kept(call, table)
        changes = self._bodies(call).changes(table, self._json(call, table), creating=True, key=key)
        return self._written(call, table, self.writer.create(table, changes, key), created=True)

    def answer(self, call: Call, table: Table, key: str, rest: list[str]) -> Response:
        """A request for the row, or for the member of it that ``rest`` names. ApiError as documented."""
        if rest:
            return self._member(call, table, key, rest)
        handler = {"GET": self._get, "PATCH": self._patch, "DELETE": self._delete}.get(call.request.method)
        if handler is None:
            raise errors.method_not_allowed(call.request.method)
        _check_kept(call, table)
        return handler(call, table, key)

    def _get(self, call: Call, table: Table, key: str) -> Response:
        content, tag = self.reader.one(table, key, call.request.query, call.wishes)
        # A conditional GET is never answered with 304 where rows are expanded or annotations asked for.
        plain = not call.wishes.annotations and "$expand" not in query.options(call.request.query)
        if plain and call.conditions.none_match == tag:
            return empty(304, {"ETag": tag})
        return json_answer(200, content, {"ETag": tag})

    def _patch(self, call: Call, table: Table, key: str) -> Response:
        """Update, or upsert without If-Match ("Use Upsert"): then a missing row is created under that id."""
        content = self._json(call, table)
        with self.store.transaction():
            row = self.store.get(table, key)
            call.conditions.check(table, key, row)
            changes = self._bodies(call).changes(table, content, creating=row is None, key=key)
            if row is None:
                self.writer.create(table, changes, key)
            else:
                self.writer.update(table, key, changes, row)
            return self._written(call, table, key, created=row is None)

    def _delete(self, call: Call, table: Table, key: str) -> Response:
        self.writer.delete(table, key, call.conditions)
        return empty()

    def _written(self, call: Call, table: Table, key: str, created: bool) -> Response:
        """204 with OData-EntityId, or the row without it ("Create with data returned", "Use Upsert")."""
        options = query.parse(table, call.request.query, ("$select", "$expand")).options
        if not call.wishes.representation:
            place = f"{self.root}{table.entity_set}({key})"
            return empty(204, {"OData-EntityId": place, "Location": place})
        # $select is honoured, $expand is not.
        selected = f"$select={options['$select']}" if "$select" in options else ""
        content, tag = self.reader.one(table, key, selected, call.wishes)
        return json_answer(201 if created else 200, content, {"ETag": tag})

    def _member(self, call: Call, table: Table, key: str, rest: list[str]) -> Response:
        if rest[0].startswith(NAMESPACE):
            return self.roles.bound(call, table, key, rest)
        if associations.named(table, rest[0]):
            return self.associations.answer(call, table, key, rest)
        _check_kept(call, table)
        navigation = table.navigations.get(rest[0])
        if navigation and rest[1:] == ["$ref"]:
            return self._link(call, table, key, navigation)
        if navigation and not rest[1:]:
            return self._related(call, table, key, navigation)
        column = table.properties.get(rest[0])
        if column is None or rest[1:]:
            raise _no_member(table, rest)
        return self._column(call, table, key, column)

    def _link(self, call: Call, table: Table, key: str, navigation: Navigation) -> Response:
        """``PUT …/$ref`` replaces a link, ``DELETE …/$ref`` removes it ("Associate and disassociate")."""
        name = navigation.column.name
        if call.request.method == "GET":
            return self._named(call, table, key, navigation)
        with self.store.transaction():
            row = self._existing(call, table, key)
            if call.request.method == "PUT":
                content = self._json(call, table)
                target = self._bodies(call).reference(content.get("@odata.id"), table, navigation.target)
                self.writer.update(table, key, body.Changes(lookups={name: target}), row)
            elif call.request.method == "DELETE":
                # Only a link through this navigation property is removed, never one to a row of another table.
                if row[f"{name}#type"] in (navigation.target, None):
                    self.writer.update(table, key, body.Changes(lookups={name: None}), row)
            else:
                raise errors.method_not_allowed(call.request.method)
        return empty()

    def _named(self, call: Call, table: Table, key: str, navigation: Navigation) -> Response:
        """``GET …/$ref``: where the row is that a lookup holds ("Web API Query Data Sample"); 204 for none."""
        query.parse(table, call.request.query, ())
        target = self._target(call, table, key, navigation)
        if target is None:
            return empty()
        place = f"{self.root}{TABLES[navigation.target].entity_set}({target})"
        return json_answer(200, {"@odata.context": f"{self.root}$metadata#$ref", "@odata.id": place})

    def _related(self, call: Call, table: Table, key: str, navigation: Navigation) -> Response:
        """``set(id)/<nav>``: the row a lookup holds; 204 where it holds none."""
        if call.request.method != "GET":
            raise errors.method_not_allowed(call.request.method)
        target = self._target(call, table, key, navigation)
        return self._get(call, TABLES[navigation.target], target) if target else empty()

    def _target(self, call: Call, table: Table, key: str, navigation: Navigation) -> str | None:
        """The id of the row that a lookup holds, as far as the caller may read it; None for none of that table."""
        self.reader.privileges.check("Read", table)
        row = self._existing(call, table, key)
        self.reader.privileges.check_row("Read", table, key, row)
        name = navigation.column.name
        if name in self.reader.privileges.hidden(table) or row[f"{name}#type"] != navigation.target:
            return None
        held: str = row[name]
        return held

    def _column(self, call: Call, table: Table, key: str, column: Column) -> Response:
        """``set(id)/column``: one value to read, set (PUT) or clear (DELETE, not for lookups)."""
        method = call.request.method
        with self.store.transaction():
            row = self._existing(call, table, key)
            if method == "GET":
                self.reader.privileges.check_row("Read", table, key, row)
                if row[column.name] is None or column.name in self.reader.privileges.hidden(table):
                    return empty()
                context = f"{self.root}$metadata#{table.entity_set}({key})/{column.wire}"
                return json_answer(200, {"@odata.context": context, "value": values.render(column, row[column.name])})
            if method not in ("PUT", "DELETE"):
                raise errors.method_not_allowed(method)
            value = self._json(call, table).get("value") if method == "PUT" else None
            changes = self._bodies(call).changes(table, {column.wire: value}, creating=False, key=key)
            self.writer.update(table, key, changes, row)
        return empty()

    def _existing(self, call: Call, table: Table, key: str) -> dict[str, Any]:
        row = self.store.get(table, key)
        if row is None:
            raise errors.missing(table.logical, key)
        call.conditions.check(table, key, row)
        return row

    def _bodies(self, call: Call) -> BodyReader:
        return BodyReader(self.base, call.references)

    def _json(self, call: Call, table: Table) -> dict[str, Any]:
        kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise errors.ApiError(415, "0x0", f"The content type '{kind}' is not supported; use application/json.")
        return body.load(call.request.body, table.entity_set)


def _no_member(table: Table, rest: list[str]) -> errors.ApiError:
    """What is said of a path below a row that leads nowhere, or further than this emulator goes."""
    name = rest[0].partition("(")[0]
    navigation = table.navigations.get(name)
    if not rest[1:] or (navigation is None and name not in table.properties):
        return unbuilt.refusal(table, name, errors.unknown_segment(rest[-1]))
    if navigation is None:
        value = rest[1:] == ["$value"]
        return errors.not_implemented(f"{name}/$value") if value else errors.unknown_segment(rest[-1])
    target = TABLES[navigation.target]
    if {rest[1]} & (set(target.properties) | set(target.navigations)):
        return errors.not_implemented(f"a path through the lookup {name}")
    return unbuilt.refusal(target, rest[1].partition("(")[0], errors.unknown_segment(rest[-1]))


def _check_kept(call: Call, table: Table) -> None:
    """ApiError 405 for writing what is only read: privileges, and pairs of a relationship (table references)."""
    if table.owned in ("none", "intersect") and call.request.method != "GET":
        raise errors.method_not_allowed(call.request.method)
