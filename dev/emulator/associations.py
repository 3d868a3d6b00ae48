"""Many-to-many relationships: who is joined with whom ("Associate and disassociate table rows using the Web API").

``GET set(id)/name`` lists the other side, ``POST set(id)/name/$ref`` with ``@odata.id`` joins, ``DELETE
set(id)/name(other id)/$ref`` or ``…/name/$ref?$id=…`` parts. Joining twice and parting what is not joined change
nothing and are no error; no page says otherwise.
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from dev.http.messages import Response

from . import body, errors, query, security_errors
from .answers import empty, json_answer
from .callers import SYSTEM_ADMINISTRATOR
from .catalogue import Depth
from .reader import Reader
from .schema import Table
from .security_tables import ROLE_PRIVILEGES, TEAM_ROLES, USER_ROLES, Association
from .store import Row, Store, quoted
from .tables import TABLES, association
from .values import is_guid

if TYPE_CHECKING:
    from .asked import Call

_SEGMENT = re.compile(r"(\w+)(?:\(([^()]*)\))?")


def named(table: Table, segment: str) -> Association | None:
    """The relationship that a path segment names, with or without a key behind it."""
    found = _SEGMENT.fullmatch(segment)
    return association(table, found[1]) if found else None


class Associations:
    """Answers requests for the relationships of one row. ``base`` is the environment's address."""

    def __init__(self, store: Store, reader: Reader, base: str) -> None:
        self.store, self.reader, self.base = store, reader, base

    def answer(self, call: Call, table: Table, key: str, rest: list[str]) -> Response:
        """A request for ``set(key)/rest``. ApiError 403, 404, 405; 501 for what only Dataverse has."""
        found = _SEGMENT.fullmatch(rest[0])
        item = association(table, found[1]) if found else None
        if found is None or item is None:
            raise errors.unknown_segment(rest[0])
        method, reference = call.request.method, rest[1:] == ["$ref"]
        if method == "GET" and not rest[1:] and found[2] is None:
            return self._list(call, table, key, item)
        if method == "GET":
            raise errors.not_implemented("reading single rows, counts or references of a relationship")
        if not reference:
            raise errors.method_not_allowed(method)
        if method == "POST" and found[2] is None:
            content = body.load(call.request.body, table.entity_set)
            self._join(table, key, item, self._reference(call, content.get("@odata.id"), table, item))
        elif method == "DELETE":
            self._part(table, key, item, self._parted(call, found[2], table, item))
        else:
            raise errors.method_not_allowed(method)
        return empty()

    def _list(self, call: Call, table: Table, key: str, item: Association) -> Response:
        self._readable(table, key)
        other = TABLES[item.other(table.logical)]
        within = (
            f"t0.{quoted(other.key)} IN (SELECT {quoted(other.key)} FROM {quoted(item.pairs.logical)} "
            f"WHERE {quoted(table.key)} = '{key}')"
        )
        path = f"{table.entity_set}({key})/{item.name}"
        return json_answer(200, self.reader.many(other, call.request.query, call.wishes, path, within))

    def _readable(self, table: Table, key: str) -> Row:
        self.reader.privileges.check("Read", table)
        row = self.store.get(table, key)
        if row is None:
            raise errors.missing(table.logical, key)
        self.reader.privileges.check_row("Read", table, key, row)
        return row

    def _reference(self, call: Call, text: object, table: Table, item: Association) -> str:
        other = item.other(table.logical)
        return body.BodyReader(self.base, call.references).reference(text, table, other).key or ""

    def _parted(self, call: Call, key: str | None, table: Table, item: Association) -> str:
        if key is None:
            return self._reference(call, query.options(call.request.query).get("$id"), table, item)
        if not is_guid(key):
            raise errors.syntax()
        return key.lower()

    def _allowed(self, table: Table, key: str, item: Association, other: str) -> dict[str, Row]:
        """Both rows by table, read and changed only by those who may."""
        rows = {table.logical: self._readable(table, key)}
        rows |= {item.other(table.logical): self._readable(TABLES[item.other(table.logical)], other)}
        keys = {table.logical: key, item.other(table.logical): other}
        for verb, name in item.needs:
            self.reader.privileges.check_row(verb, TABLES[name], keys[name], rows[name])
        return rows

    def _join(self, table: Table, key: str, item: Association, other: str) -> None:
        rows = self._allowed(table, key, item, other)
        if item.pairs in (USER_ROLES, TEAM_ROLES):
            self._check_role(rows["role"], rows[item.left])
        join(self.store, item, {f"{table.logical}id": key, f"{item.other(table.logical)}id": other})

    def _check_role(self, role: Row, principal: Row) -> None:
        """A role is of the user's or team's business unit ("Assign a security role to a user"; the code is a guess).

        Nobody gives away more than they hold (prevented in the product too; the words and code are a guess).
        """
        if principal["businessunitid"] != role["businessunitid"]:
            raise security_errors.refused("The user or team and the role are not in the same business unit.")
        privileges = self.reader.privileges
        if role["parentrootroleid"] == SYSTEM_ADMINISTRATOR and not privileges.caller.administrator:
            raise security_errors.access_denied("Assign", "Security Role", role["roleid"], privileges.caller.user)

    def _part(self, table: Table, key: str, item: Association, other: str) -> None:
        self._allowed(table, key, item, other)
        pairs = {f"{table.logical}id": key, f"{item.other(table.logical)}id": other}
        for pair in _pairs(self.store, item, pairs):
            self.store.delete(item.pairs, pair)


def join(store: Store, item: Association, keys: dict[str, str]) -> None:
    """Join two rows, by the name of their key; past all privileges."""
    with store.transaction():
        if _pairs(store, item, keys):
            return
        depth = {"privilegedepthmask": Depth.Basic.mask} if item.pairs is ROLE_PRIVILEGES else {}
        store.save(item.pairs, str(uuid.uuid4()), {**keys, **depth}, creating=True)


def _pairs(store: Store, item: Association, keys: dict[str, str]) -> list[str]:
    tests = " AND ".join(f"{quoted(name)} = ?" for name in keys)
    sql = f"SELECT {quoted(item.pairs.key)} FROM {quoted(item.pairs.logical)} WHERE {tests}"
    return [row[0] for row in store.query(sql, list(keys.values()))]
