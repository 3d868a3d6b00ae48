"""The rows, in SQLite: in memory or in a file.

A table has a column per Dataverse column, ``name#key`` beside each text (what comparisons see, `Collation.key`) and
``name#type`` beside each lookup (the logical name of the table it points to). One connection behind one lock: a
call takes microseconds, so threads wait less than they would for connections of their own.
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from . import sql_text
from .collation import Collation
from .schema import TEXT_KINDS, Column, Table
from .tables import TABLES

Row = dict[str, Any]

_FIRST_VERSION = 81_359_849
_HOLDERS = frozenset({"systemuser", "team", "businessunit"})
"""Lookups to these, who owns or wrote a row, have no index."""


def quoted(name: str) -> str:
    """An SQL identifier."""
    return f'"{name}"'


def _stored_names(column: Column) -> tuple[str, ...]:
    if column.kind in TEXT_KINDS:
        return column.name, f"{column.name}#key"
    if column.kind == "lookup":
        return column.name, f"{column.name}#type"
    return (column.name,)


Observer = Callable[[Table, str, Row | None, Row | None], None]
"""Called with a write that stays: table, key, the row before and after; None where there is none."""


class Store:
    """All tables. ``path`` is a file or ``:memory:``.

    ``observer`` is called in the order of the writes, before anybody else can read or write; it must not write.
    ``security_version`` is another number after every write that may change what a user may do.
    """

    def __init__(self, path: str, collation: Collation) -> None:
        self.collation = collation
        self.lock = threading.RLock()
        self.observer: Observer | None = None
        self.security_version = 0
        self._unseen: list[tuple[Table, str, Row | None, Row | None]] = []
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, cached_statements=512)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("dv_like", 2, self._like, deterministic=True)
        self._connection.executescript("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;")
        self._add_columns()
        self._connection.executescript(_create_statements())
        self._versions = count(self._highest_version() + 1)

    def _like(self, text: str | bytes | None, pattern: str) -> bool | None:
        return self.collation.like(sql_text.read(text), pattern)

    def close(self) -> None:
        """Give the file back."""
        with self.lock:
            self._connection.close()

    def is_empty(self) -> bool:
        """Whether no table has a row but those of the security model, some of which are there from the start."""
        own = [name for name, table in TABLES.items() if table.owned == "user"]
        return all(not self.query(f"SELECT 1 FROM {quoted(name)} LIMIT 1") for name in own)

    def clear(self) -> None:
        """Remove every row but those that nobody writes."""
        self.security_version += 1
        with self.transaction():
            for name in [name for name, table in TABLES.items() if table.owned != "none"]:
                self.query(f"DELETE FROM {quoted(name)}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nobody in between; may be nested ("Execute batch operations", change sets)."""
        with self.lock:
            name = f"level{self._depth}"
            self._connection.execute(f"SAVEPOINT {name}")
            self._depth += 1
            unseen = len(self._unseen)
            try:
                yield
            except BaseException:
                self._connection.execute(f"ROLLBACK TO {name}")
                self.security_version += 1
                del self._unseen[unseen:]
                raise
            finally:
                self._depth -= 1
                self._connection.execute(f"RELEASE {name}")
            self._show()

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Rows of one statement."""
        with self.lock:
            return self._connection.execute(sql, sql_text.bound(parameters)).fetchall()

    def get(self, table: Table, key: str) -> Row | None:
        """The row as stored, ``#key`` and ``#type`` columns included."""
        rows = self.query(f"SELECT * FROM {quoted(table.logical)} WHERE {quoted(table.key)} = ?", (key,))
        if not rows:
            return None
        row = dict(rows[0])
        return row | {name: sql_text.read(value) for name, value in row.items() if isinstance(value, bytes)}

    def exists(self, table: Table, key: str) -> bool:
        """Whether there is such a row."""
        sql = f"SELECT 1 FROM {quoted(table.logical)} WHERE {quoted(table.key)} = ?"
        return bool(self.query(sql, (key,)))

    def save(self, table: Table, key: str, values: Row, creating: bool) -> None:
        """Write ``values``; the row gets a new version, so its ETag changes with each write."""
        values = {**values, "versionnumber": next(self._versions)}
        for name in list(values):
            if table.columns.get(name.partition("#")[0], None) is None:
                raise KeyError(name)
            if "#" not in name and table.columns[name].kind in TEXT_KINDS:
                text = values[name]
                values[f"{name}#key"] = None if text is None else self.collation.key(text)
        with self._observed(table, key):
            self.query(*(_insert if creating else _update)(table, key, values))

    def fill(self, table: Table, rows: Sequence[Row]) -> None:
        """Add whole rows, keys included, all with the same columns; nobody observes it."""
        texts = [column.name for column in table.columns.values() if column.kind in TEXT_KINDS]
        complete = [
            {**row, **{f"{name}#key": self.collation.key(row[name]) for name in texts}, "versionnumber": version}
            for row, version in zip(rows, self._versions, strict=False)
        ]
        names, marks = ", ".join(map(quoted, complete[0])), ", ".join("?" * len(complete[0]))
        sql = f"INSERT INTO {quoted(table.logical)} ({names}) VALUES ({marks})"
        with self.lock:
            self._connection.executemany(sql, [list(row.values()) for row in complete])

    def delete(self, table: Table, key: str) -> None:
        """Remove the row; what pointed to it is the caller's business."""
        with self._observed(table, key):
            self.query(f"DELETE FROM {quoted(table.logical)} WHERE {quoted(table.key)} = ?", (key,))

    @contextmanager
    def _observed(self, table: Table, key: str) -> Iterator[None]:
        with self.lock:
            self.security_version += table.owned != "user"
            if self.observer is None:
                yield
                return
            before = self.get(table, key)
            yield
            self._unseen.append((table, key, before, self.get(table, key)))
            self._show()

    def _show(self) -> None:
        """Report to the observer what stays: nothing that an outer transaction may still undo."""
        while self._unseen and self._depth == 0:
            write = self._unseen.pop(0)
            if self.observer:
                self.observer(*write)

    def _add_columns(self) -> None:
        """A file that an older emulator made gets the columns that came later."""
        for table in TABLES.values():
            there = {row["name"] for row in self.query(f"PRAGMA table_info({quoted(table.logical)})")}
            wanted = [name for column in table.columns.values() for name in _stored_names(column)]
            for name in [name for name in wanted if there and name not in there]:
                self.query(f"ALTER TABLE {quoted(table.logical)} ADD COLUMN {quoted(name)}")

    def _highest_version(self) -> int:
        newest = [self.query(f"SELECT MAX(versionnumber) FROM {quoted(name)}")[0][0] or 0 for name in TABLES]
        return max(_FIRST_VERSION, *newest)


def _insert(table: Table, key: str, values: Row) -> tuple[str, list[Any]]:
    values = {table.key: key, **values}
    names = ", ".join(quoted(name) for name in values)
    marks = ", ".join("?" * len(values))
    return f"INSERT INTO {quoted(table.logical)} ({names}) VALUES ({marks})", list(values.values())


def _update(table: Table, key: str, values: Row) -> tuple[str, list[Any]]:
    settings = ", ".join(f"{quoted(name)} = ?" for name in values)
    return f"UPDATE {quoted(table.logical)} SET {settings} WHERE {quoted(table.key)} = ?", [*values.values(), key]


def _indexed(column: Column) -> str:
    return f"{column.name}#key" if column.kind in TEXT_KINDS else column.name


def _create_statements() -> str:
    statements = []
    for table in TABLES.values():
        names = [quoted(name) for column in table.columns.values() for name in _stored_names(column)]
        names[0] += " TEXT PRIMARY KEY"
        statements.append(f"CREATE TABLE IF NOT EXISTS {quoted(table.logical)} ({', '.join(names)});")
        statements += [
            f"CREATE INDEX IF NOT EXISTS {quoted(f'{table.logical}.{column.name}')} "
            f"ON {quoted(table.logical)} ({quoted(_indexed(column))});"
            for column in table.columns.values()
            if "index" in column.flags
            or (column.kind == "lookup" and table.owned == "user" and not _HOLDERS & set(column.targets))
        ]
    return "".join(statements)
