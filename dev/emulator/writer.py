"""Writes: create, update, upsert, delete and the links between rows.

"Update and delete", "Use Upsert", "Perform conditional operations", "Associate and disassociate".
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import errors, owners, reader, security_rules
from .body import Changes
from .lookups import LookupWriter
from .privileges import Privileges
from .schema import Column, Table
from .security_tables import ASSOCIATIONS
from .store import Row, Store, quoted
from .tables import TABLES
from .values import now

_RESOLVED = 1
_SUFFIX = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Conditions:
    """The If-Match and If-None-Match headers of a request."""

    match: str | None = None
    none_match: str | None = None

    @property
    def must_exist(self) -> bool:
        """Whether the call may not create ("Perform conditional operations", If-Match)."""
        return self.match is not None

    def check(self, table: Table, key: str, row: Row | None) -> None:
        """ApiError 404 or 412 where the row is not as the headers demand."""
        if row is None:
            if self.must_exist:
                raise errors.missing(table.logical, key)
            return
        if self.none_match == "*":
            raise errors.already_exists()
        if self.match not in (None, "*") and reader.etag(row) not in [
            tag.strip() for tag in str(self.match).split(",")
        ]:
            raise errors.version_mismatch()


@dataclass(slots=True)
class Writer:
    """Changes rows; every method is one transaction."""

    store: Store
    privileges: Privileges

    @property
    def _lookups(self) -> LookupWriter:
        return LookupWriter(self.store, self.privileges)

    def create(self, table: Table, changes: Changes, key: str | None = None) -> str:
        """A new row; returns its id.

        ApiError: id taken 412, missing required column 400, unknown target 404, not allowed 403.
        """
        self.privileges.check("Create", table)
        self.privileges.check_columns("Create", table, [*changes.columns, *changes.lookups])
        key = key or changes.columns.get(table.key) or str(uuid.uuid4())
        with self.store.transaction():
            if self.store.exists(table, key):
                raise errors.already_exists("0x80040237")
            row = self.new_row(table, changes)
            self._lookups.own(table, key, changes, row, row)
            self._lookups.link(table, key, changes, row, row)
            row |= {name: value for name, value in changes.columns.items() if name != table.key}
            _not_resolved(table, changes)
            security_rules.before_create(self.store, table, row)
            _required(table, row, None)
            self.privileges.check_row("Create", table, key, row)
            self.finish(table, key, row, {})
            self.store.save(table, key, row, creating=True)
            security_rules.settle(self.store, table, key)
        return key

    def update(self, table: Table, key: str, changes: Changes, row: Row) -> None:
        """Change a row that is there. ApiError as for `create`, 400 for a row that is read-only."""
        self.privileges.check_row("Write", table, key, row)
        self.privileges.check_columns("Update", table, [*changes.columns, *changes.lookups])
        with self.store.transaction():
            _not_resolved(table, changes)
            _writable(table, key, changes, row)
            security_rules.before_update(table, row)
            caller = self.privileges.caller.user
            new: Row = {"modifiedon": now(), "modifiedby": caller, "modifiedby#type": "systemuser"}
            new = {name: value for name, value in new.items() if name.partition("#")[0] in table.columns}
            new |= {name: value for name, value in changes.columns.items() if name != table.key}
            self._lookups.own(table, key, changes, new, row)
            self._lookups.link(table, key, changes, new, row)
            _required(table, new, row)
            self.finish(table, key, new, row)
            self.store.save(table, key, new, creating=False)
            security_rules.moved(self.store, table, key, row, new)

    def delete(self, table: Table, key: str, conditions: Conditions) -> None:
        """Remove a row and do to those that point to it what their relationship says. ApiError 403, 404, 412.

        The privileges on the rows that go with it are not asked for.
        """
        self.privileges.check("Delete", table)
        with self.store.transaction():
            row = self.store.get(table, key)
            if row is None:
                raise errors.missing(table.logical, key)
            conditions.check(table, key, row)
            self.privileges.check_row("Delete", table, key, row)
            security_rules.before_update(table, row)
            self._remove(table, key)

    def _remove(self, table: Table, key: str) -> None:
        self.store.delete(table, key)
        for item in ASSOCIATIONS:
            if table.logical in (item.left, item.right):
                self._part(item.pairs, table.key, key)
        for other in TABLES.values():
            for column in other.columns.values():
                if table.logical in column.targets:
                    self._unlink(other, column, table, key)

    def _part(self, pairs: Table, column: str, key: str) -> None:
        sql = f"SELECT {quoted(pairs.key)} FROM {quoted(pairs.logical)} WHERE {quoted(column)} = ?"
        for (pair,) in self.store.query(sql, (key,)):
            self.store.delete(pairs, pair)

    def _unlink(self, other: Table, column: Column, table: Table, key: str) -> None:
        """Delete: Cascade (regarding, a case's customer) or RemoveLink (the rest; table references, relationships)."""
        sql = (
            f"SELECT {quoted(other.key)} FROM {quoted(other.logical)} "
            f"WHERE {quoted(column.name)} = ? AND {quoted(f'{column.name}#type')} = ?"
        )
        for (referring,) in self.store.query(sql, (key, table.logical)):
            if "cascade" in column.flags:
                self._remove(other, referring)
            else:
                self.store.save(other, referring, {column.name: None, f"{column.name}#type": None}, creating=False)

    def new_row(self, table: Table, changes: Changes) -> Row:
        """The columns that a new row gets by itself: stamps, owner, state, defaults, case number."""
        moment = now()
        row: Row = {}
        stamps = {"createdon": changes.columns.get("overriddencreatedon") or moment, "modifiedon": moment}
        row |= {name: value for name, value in stamps.items() if name in table.columns}
        for name in ("ownerid", "owninguser", "createdby", "modifiedby"):
            if name in table.columns:
                row |= {name: self.privileges.caller.user, f"{name}#type": "systemuser"}
        row |= {name: 0 for name, column in table.columns.items() if column.kind in ("bool", "state")}
        row |= {name: column.default for name, column in table.columns.items() if column.default is not None}
        if "activitytypecode" in table.columns:
            row |= {"activitytypecode": table.logical, "isregularactivity": 1}
        if "ticketnumber" in table.columns and not changes.columns.get("ticketnumber"):
            row["ticketnumber"] = self.ticket_number()
        return row

    def ticket_number(self) -> str:
        """The next automatic case number, in the default look: prefix, counter of five digits, six characters."""
        taken = self.store.query("SELECT COUNT(*) FROM incident")[0][0]
        while True:
            suffix = "".join(random.choices(_SUFFIX, k=6))  # noqa: S311 -- a number, no secret
            number = f"CAS-{1001 + taken:05d}-{suffix}"
            if not self.store.query("SELECT 1 FROM incident WHERE ticketnumber = ?", (number,)):
                return number

    def finish(self, table: Table, key: str, new: Row, old: Mapping[str, Any]) -> None:
        """What follows from the rest: the full name, who owns it, the status that goes with a state."""
        if "ownerid" in new:
            new |= owners.columns(self.store, new["ownerid"], new["ownerid#type"])
        if "fullname" in table.columns and {"firstname", "lastname"} & set(new):
            names = (new.get(part, old.get(part)) for part in ("firstname", "middlename", "lastname"))
            new["fullname"] = " ".join(name for name in names if name) or None
        complete_status(table, key, new, old)


def complete_status(table: Table, key: str, new: Row, old: Mapping[str, Any]) -> None:
    """A state without a status reason gets its default one.

    ApiError 400 (0x80048408) for a pair that does not go together.
    """
    column = table.columns.get("statuscode")
    if column is None or not {"statecode", "statuscode"} & set(new):
        return
    state = new.get("statecode", old.get("statecode", 0))
    if new.get("statecode") is None and "statecode" in new:
        raise errors.required("statecode", table.logical)
    if new.get("statuscode") is None:
        new["statuscode"] = column.default_status(state)
    if state not in column.states[new["statuscode"]]:
        raise errors.bad_status(new["statuscode"], table.state_name(state), table.logical, key)


def _required(table: Table, new: Mapping[str, Any], old: Row | None) -> None:
    """SystemRequired columns hold a value, from the start and for good ("Update and delete")."""
    for column in table.columns.values():
        if "required" in column.flags and (old is None or column.name in new) and new.get(column.name) is None:
            raise errors.no_customer() if column.name == "customerid" else errors.required(column.name, table.logical)


def _not_resolved(table: Table, changes: Changes) -> None:
    """A case is resolved by CloseIncident only; it may be cancelled and reactivated ("CloseIncident Action")."""
    if table.logical == "incident" and changes.columns.get("statecode") == _RESOLVED:
        raise errors.use_close_incident()


def _writable(table: Table, key: str, changes: Changes, row: Row) -> None:
    """Resolved cases, inactive accounts and contacts are read-only until they are active again (table references)."""
    if table.read_only_when_inactive and row["statecode"] != 0 and changes.columns.get("statecode") != 0:
        raise errors.read_only_record(table.logical, key)
