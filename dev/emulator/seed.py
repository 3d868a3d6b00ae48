"""Rows from JSON: the demo data, a test's own data, another user's change.

The format is an object ``{entity set: [row, …]}``. A row names its columns as the Web API does (``emailaddress1``,
``statecode``); a lookup is set by its navigation property with the bare GUID of the target (``"customerid_contact":
"c0000000-…"``), which also says which table it is. Keys that are missing are made up; ``statecode`` alone brings its
default ``statuscode``; ``createdon`` may be set; ``fullname`` follows from first, middle and last name. The order of
tables and rows does not matter: links are checked at the end.

From the start there are a root business unit and one below it, a person in each, the built-in administrator with the
role System Administrator, and the privileges (`start_rows`). Rows belong to ``PERSON`` unless ``ownerid`` says
otherwise, so a caller whose privileges reach only the own rows sees none of them; some demo rows belong to
``CHILD_PERSON``.

``demo.json`` shows one rule of the contract after the other. Its ids are readable: ``a…`` companies, ``c…`` people,
``e…`` cases, ``b…`` conversations, ``9…`` their engagement contexts and ``7…`` their context items (with the tail of
the conversation), ``8…`` social profiles; the tail counts. What a row is there for stands in its ``description``
(conversations: ``subject``).
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import errors, owners, security_rules, values
from .associations import join
from .body import Changes
from .callers import SYSTEM_ADMINISTRATOR
from .catalogue import PRIVILEGES
from .privileges import APPLICATION_USER
from .schema import Table
from .security_tables import USER_ROLES, relationship
from .start_rows import ROOT_UNIT, START, privilege_row
from .store import Row, Store
from .tables import BY_SET, TABLES
from .writer import Conditions, Writer

Data = Mapping[str, Sequence[Mapping[str, Any]]]

DEMO = Path(__file__).with_name("demo.json")
_STAMPS = frozenset({"createdon", "modifiedon"})
_PLACED = frozenset({"systemuser", "team", "role"})


class Seeder:
    """Writes rows past the Web API: trusted, but never against the tables.

    All methods raise ValueError for what does not fit.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store, self._writer = store, writer

    def load(self, data: Data | Path | None) -> None:
        """Fill empty tables. None is the shipped demo data."""
        if data is None or isinstance(data, Path):
            rows_of: Data = json.loads((data or DEMO).read_text(encoding="utf-8"))
        else:
            rows_of = data
        with self._store.transaction():
            self.prepare()
            for entity_set, rows in rows_of.items():
                for row in rows:
                    self._insert(table_of(entity_set), row)
            self._check_links()
            security_rules.copy_roles(self._store)
            owners.follow(self._store)

    def insert(self, entity_set: str, row: Mapping[str, Any]) -> str:
        """One more row, its links checked; returns its id."""
        table = table_of(entity_set)
        with self._store.transaction():
            key = self._insert(table, row)
            self._check_targets(table, self._store.get(table, key) or {})
            security_rules.copy_roles(self._store)
        return key

    def update(self, entity_set: str, key: str, changes: Mapping[str, Any]) -> None:
        """Change a row as another user would; KeyError where there is none."""
        table = table_of(entity_set)
        with self._store.transaction():
            old = self._store.get(table, key.lower())
            if old is None:
                raise KeyError(key)
            new = {"modifiedon": values.now()} | self._stored(table, changes)
            self._complete(table, key, new, old)
            self._store.save(table, key.lower(), new, creating=False)
            self._check_targets(table, new)

    def delete(self, entity_set: str, key: str) -> None:
        """Delete a row as another user would, with all that this entails; KeyError where there is none."""
        table = table_of(entity_set)
        if not self._store.exists(table, key.lower()):
            raise KeyError(key)
        self._writer.delete(table, key.lower(), Conditions())

    def _insert(self, table: Table, row: Mapping[str, Any]) -> str:
        key = str(row.get(table.key) or uuid.uuid4()).lower()
        if not values.is_guid(key):
            raise ValueError(f"{table.entity_set}: {key} is no GUID")
        if self._store.exists(table, key):
            raise ValueError(f"{table.entity_set}: {key} is there twice")
        placed = {"businessunitid": ROOT_UNIT} if table.logical in _PLACED else {}
        given = placed | {name: value for name, value in row.items() if name != table.key}
        stored = self._stored(table, given)
        new = self._writer.new_row(table, Changes(columns={"ticketnumber": stored.get("ticketnumber")})) | stored
        self._complete(table, key, new, {})
        missing = [c.name for c in table.columns.values() if "required" in c.flags and new.get(c.name) is None]
        if missing:
            raise ValueError(f"{table.entity_set}: {key} needs {', '.join(missing)}")
        if table.logical == "role":
            new |= {"parentrootroleid": key, "parentrootroleid#type": "role"}
        self._store.save(table, key, new, creating=True)
        return key

    def _complete(self, table: Table, key: str, new: Row, old: Mapping[str, Any]) -> None:
        try:
            self._writer.finish(table, key, new, old)
        except errors.ApiError as error:
            raise ValueError(error.message) from error

    def _stored(self, table: Table, row: Mapping[str, Any]) -> Row:
        found: Row = {}
        for name, value in row.items():
            column = table.properties.get(name)
            if name in table.navigations:
                found |= _link(table, name, value)
            elif column is None or column.kind == "lookup" or name == table.key:
                raise ValueError(f"{table.entity_set} has no column or navigation property '{name}' to set")
            elif "ro" in column.flags and name not in _STAMPS:
                raise ValueError(f"{table.entity_set}: '{name}' is computed")
            else:
                found[name] = _value(table, name, value)
        return found

    def prepare(self) -> None:
        """Add what is there from the start and is missing."""
        with self._store.transaction():
            self._privileges()
            for entity_set, row in START:
                table = BY_SET[entity_set]
                if not self._store.exists(table, row[table.key]):
                    self._insert(table, row)
            security_rules.copy_roles(self._store)
            pair = {"systemuserid": APPLICATION_USER, "roleid": SYSTEM_ADMINISTRATOR}
            join(self._store, relationship(USER_ROLES), pair)
            owners.follow(self._store)

    def _privileges(self) -> None:
        there = {row[0] for row in self._store.query("SELECT privilegeid FROM privilege")}
        missing = [item for item in PRIVILEGES.values() if item.id not in there]
        if missing:
            self._store.fill(TABLES["privilege"], [privilege_row(item) for item in missing])

    def _check_targets(self, table: Table, row: Row) -> None:
        for name in table.columns:
            target = row.get(f"{name}#type")
            if target and not self._store.exists(TABLES[target], row[name]):
                raise ValueError(f"{table.entity_set}: {name} points to {target} {row[name]}, which does not exist")

    def _check_links(self) -> None:
        for table in TABLES.values():
            for column in table.columns.values():
                for target in column.targets:
                    self._check_link(table, column.name, TABLES[target])

    def _check_link(self, table: Table, column: str, target: Table) -> None:
        sql = (
            f'SELECT "{table.key}", "{column}" FROM "{table.logical}" WHERE "{column}#type" = ? '
            f'AND "{column}" NOT IN (SELECT "{target.key}" FROM "{target.logical}") LIMIT 1'
        )
        for key, missing in self._store.query(sql, (target.logical,)):
            raise ValueError(f"{table.entity_set}: {key} points to {target.logical} {missing}, which does not exist")


def table_of(entity_set: str) -> Table:
    """The table of an entity set; ValueError for an unknown one."""
    if entity_set not in BY_SET:
        raise ValueError(f"there is no entity set '{entity_set}'")
    return BY_SET[entity_set]


def public(table: Table, row: Row | None) -> Row | None:
    """A stored row for tests: lookups as ``_name_value`` with the target's logical name in ``_name_value@type``."""
    if row is None:
        return None
    found: Row = {}
    for column in table.columns.values():
        found[column.wire] = values.render(column, row[column.name])
        if column.kind == "lookup":
            found[f"{column.wire}@type"] = row[f"{column.name}#type"]
    return found


def _link(table: Table, name: str, value: Any) -> Row:
    navigation = table.navigations[name]
    if value is not None and not values.is_guid(value):
        raise ValueError(f"{table.entity_set}: '{name}' takes the bare GUID of a {navigation.target} or null")
    target = None if value is None else navigation.target
    return {navigation.column.name: value and value.lower(), f"{navigation.column.name}#type": target}


def _value(table: Table, name: str, value: Any) -> Any:
    try:
        return values.parse(table, table.columns[name], value)
    except errors.ApiError as error:
        raise ValueError(error.message) from error
