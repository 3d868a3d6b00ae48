"""Rows to JSON: one, or a list with paging, count, expands and annotations.

"Query data", "Select columns", "Join tables", "Page results", "Count rows", "Retrieve a row".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from . import errors, prefer, query, values
from .filter_sql import Where, compile_filter
from .ordering import sort_key
from .privileges import Privileges
from .query import Expand, Query
from .schema import Column, Table
from .store import Row, Store, quoted
from .tables import TABLES

Json = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """Answers reads. ``root`` is the address of the service, ``…/api/data/v9.2/``."""

    store: Store
    privileges: Privileges
    root: str

    def many(self, table: Table, text: str, wishes: prefer.Preferences, path: str = "", within: str = "") -> Json:
        """A list of rows. ApiError as in `query.parse` and `filter_sql.compile_filter`.

        ``within`` is an SQL condition on ``t0`` that they also fulfil, ``path`` what then stands in a next link.
        """
        asked = query.parse(table, text)
        where = self._where(table, asked, within)
        self._check(table, asked.expands, where.tables)
        # "$top is ignored" where a page size is asked for ("Page results").
        limit = wishes.page_size or min(query.MAX_ROWS if asked.top is None else asked.top, query.MAX_ROWS)
        rows = self._rows(table, asked, where, limit + 1)
        answer: Json = {"@odata.context": self.context(table, asked.select, asked.expands)}
        if asked.count:
            answer["@odata.count"] = self._count(table, where)
        if wishes.annotates("Microsoft.Dynamics.CRM.totalrecordcount"):
            answer["@Microsoft.Dynamics.CRM.totalrecordcount"] = answer.get("@odata.count", -1)
            answer["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] = False
        answer["value"] = [self.render(table, row, asked.select, asked.expands, wishes) for row in rows[:limit]]
        if len(rows) > limit and (wishes.page_size or asked.top is None or asked.top > query.MAX_ROWS):
            answer["@odata.nextLink"] = self._next(path or table.entity_set, asked, limit)
        return answer

    def one(self, table: Table, key: str, text: str, wishes: prefer.Preferences) -> tuple[Json, str]:
        """One row and its ETag. ApiError 404 where there is none, 403 where the caller may not read it."""
        asked = query.parse(table, text, ("$select", "$expand"))
        self._check(table, asked.expands, [])
        row = self.store.get(table, key)
        if row is None:
            raise errors.missing(table.logical, key)
        self.privileges.check_row("Read", table, key, row)
        body: Json = {"@odata.context": self.context(table, asked.select, asked.expands) + "/$entity"}
        return body | self.render(table, row, asked.select, asked.expands, wishes), etag(row)

    def count(self, table: Table, text: str) -> str:
        """``set/$count``: the number as text behind a byte order mark, 5000 at most ("Count rows")."""
        asked = query.parse(table, text, ("$filter",))
        where = self._where(table, asked)
        self._check(table, (), where.tables)
        return "\ufeff" + str(self._count(table, where))

    def context(self, table: Table, select: tuple[Column, ...] | None, expands: tuple[Expand, ...]) -> str:
        """The context URL; it lists what was selected and expanded."""
        shape = _shape(select, expands)
        return f"{self.root}$metadata#{table.entity_set}{f'({shape})' if shape else ''}"

    def render(
        self,
        table: Table,
        row: Row,
        select: tuple[Column, ...] | None,
        expands: tuple[Expand, ...],
        wishes: prefer.Preferences,
    ) -> Json:
        """A row as JSON. The primary key always comes along, null values stay ("Select columns")."""
        body: Json = {"@odata.etag": etag(row)}
        key = table.columns[table.key]
        chosen = tuple(table.columns.values()) if select is None else select
        hidden = self.privileges.hidden(table)
        for column in chosen if key in chosen else (*chosen, key):
            stored = None if column.name in hidden else row[column.name]
            body[column.wire] = values.render(column, stored)
            if wishes.annotations and stored is not None:
                body |= self.annotations(column.wire, column, stored, row.get(f"{column.name}#type"), wishes)
        for item in expands:
            body[item.navigation.name] = self._related(table, row, item, wishes)
        return body

    def annotations(
        self, name: str, column: Column, stored: Any, target: str | None, wishes: prefer.Preferences
    ) -> Json:
        """What was asked for about one value that is there; ``target`` is the table that a lookup points to."""
        found: Json = {}
        if wishes.annotates(prefer.FORMATTED):
            text = self._primary_name(target, stored) if target else values.formatted(column, stored)
            if text is not None:
                found[f"{name}@{prefer.FORMATTED}"] = text
        if target and wishes.annotates(prefer.LOOKUP_NAVIGATION):
            found[f"{name}@{prefer.LOOKUP_NAVIGATION}"] = column.targets.get(target, column.name)
        if target and wishes.annotates(prefer.LOOKUP_TABLE):
            found[f"{name}@{prefer.LOOKUP_TABLE}"] = target
        return found

    def _primary_name(self, logical: str, key: str) -> str | None:
        row = self.store.get(TABLES[logical], key)
        return row[TABLES[logical].name_column] if row else None

    def _related(self, table: Table, row: Row, item: Expand, wishes: prefer.Preferences) -> Json | None:
        lookup, target = item.navigation.column.name, TABLES[item.navigation.target]
        if row[lookup] is None or row[f"{lookup}#type"] != target.logical or lookup in self.privileges.hidden(table):
            return None
        related = self.store.get(target, row[lookup])
        if related is None or not self.privileges.reaches("Read", target, related):
            return None
        return self.render(target, related, item.select, item.expands, wishes)

    def _where(self, table: Table, asked: Query, within: str = "") -> Where:
        where = compile_filter(table, asked.filter, self.store.collation, self.privileges) if asked.filter else Where()
        tests = [test for test in (where.sql, within, self.privileges.scope("Read", table, "t0")) if test]
        where.sql = " AND ".join(tests)
        return where

    def _check(self, table: Table, expands: tuple[Expand, ...], joined: list[Table]) -> None:
        self.privileges.check("Read", table)
        for other in joined:
            self.privileges.check("Read", other)
        for item in expands:
            self._check(TABLES[item.navigation.target], item.expands, [])

    def _rows(self, table: Table, asked: Query, where: Where, limit: int) -> list[Row]:
        hidden = self.privileges.hidden(table)
        seen = [(column, down) for column, down in asked.order if column.name not in hidden]
        order = [f"{sort_key(column, 't0')}{' DESC' if down else ''}" for column, down in seen]
        order.append(f"t0.{quoted(table.key)}")
        sql = f"SELECT {_list(table, asked)} {_from(table, where)} ORDER BY {', '.join(order)} LIMIT ? OFFSET ?"
        return [dict(row) for row in self.store.query(sql, [*where.parameters, limit, asked.skip])]

    def _count(self, table: Table, where: Where) -> int:
        sql = f"SELECT COUNT(*) {_from(table, where)}"
        found: int = self.store.query(sql, where.parameters)[0][0]
        return min(found, query.MAX_ROWS)

    def _next(self, path: str, asked: Query, limit: int) -> str:
        skip = asked.skip + limit
        parameters = asked.options | {"$skiptoken": query.skiptoken(skip // limit + 1, skip)}
        return f"{self.root}{path}?{urlencode(parameters, quote_via=quote, safe='$')}"


def etag(row: Row) -> str:
    """The weak ETag of a row as it is now ("Perform conditional operations")."""
    return f'W/"{row["versionnumber"]}"'


def _list(table: Table, asked: Query) -> str:
    """The stored columns that `Reader.render` looks at."""
    if asked.select is None:
        return "t0.*"
    columns = [*asked.select, *(item.navigation.column for item in asked.expands)]
    names = dict.fromkeys(["versionnumber", table.key, *(column.name for column in columns)])
    names |= dict.fromkeys(f"{column.name}#type" for column in columns if column.kind == "lookup")
    return ", ".join(f"t0.{quoted(name)}" for name in names)


def _from(table: Table, where: Where) -> str:
    condition = f" WHERE {where.sql}" if where.sql else ""
    return f"FROM {quoted(table.logical)} t0 {' '.join(where.joins)}{condition}"


def _shape(select: tuple[Column, ...] | None, expands: tuple[Expand, ...]) -> str:
    names = [column.wire for column in select or ()]
    names += [f"{item.navigation.name}({_shape(item.select, item.expands)})" for item in expands]
    return ",".join(names)
