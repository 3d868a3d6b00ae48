"""``GET set?fetchXml=…``: rows of a FetchXML query as JSON ("Use FetchXML to retrieve data").

Unlike rows of an OData query they have no properties for null values, and linked columns stand beside the own ones.
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

from dataclasses import dataclass

from . import errors, fetch_sql, fetch_text, prefer, query, values
from .fetch_query import Fetch
from .fetch_sql import Output, Statement
from .reader import Json, Reader
from .schema import Table
from .store import Row, quoted

OPTION = "fetchXml"
_MORE = "Microsoft.Dynamics.CRM.morerecords"


def is_fetch(text: str) -> bool:
    """Whether a query string asks with FetchXML. ApiError as in `query.options`."""
    return OPTION in query.options(text)


@dataclass(slots=True)
class FetchReader:
    """Answers queries in FetchXML."""

    reader: Reader

    def many(self, table: Table, text: str, wishes: prefer.Preferences) -> Json:
        """The rows. ApiError as in `fetch_text.parse` and `fetch_sql.compile_fetch`; 400 for options beside it."""
        given = query.options(text)
        for name in given:
            if name != OPTION:
                raise errors.syntax(f"The query parameter '{name}' is not supported together with {OPTION}.")
        fetch = fetch_text.parse(given[OPTION])
        made = fetch_sql.compile_fetch(table, fetch, self.reader.store.collation, self.reader.privileges)
        for each in made.tables:
            self.reader.privileges.check("Read", each)
        limit = fetch.top or fetch_text.MAX_TOP
        found = self._rows(table, fetch, made, wishes)
        answer: Json = {"@odata.context": self._context(table, fetch, made)}
        if wishes.annotates(_MORE):
            answer[f"@{_MORE}"] = fetch.top is None and len(found) > limit
        return answer | {"value": found[:limit]}

    def _rows(self, table: Table, fetch: Fetch, made: Statement, wishes: prefer.Preferences) -> list[Json]:
        """One row more than the limit at most, unless rows that are alike have to be found first."""
        wanted = [f"t0.{quoted(table.key)} AS id", "t0.versionnumber AS versionnumber"]
        for at, output in enumerate(made.outputs):
            wanted.append(f"{output.sql} AS c{at}")
            if output.column.kind == "lookup":
                wanted.append(f'{output.sql[:-1]}#type" AS type{at}')
        where = f" WHERE {made.where}" if made.where else ""
        order = ", ".join([*made.order, f"t0.{quoted(table.key)}"])
        limit = -1 if fetch.distinct else (fetch.top or fetch_text.MAX_TOP) + 1
        sql = f"SELECT {', '.join(wanted)} FROM {quoted(table.logical)} t0 {' '.join(made.joins)}{where}"
        parameters = [*made.join_parameters, *made.where_parameters, limit]
        stored = self.reader.store.query(f"{sql} ORDER BY {order} LIMIT ?", parameters)
        rows = [self._row(table, fetch, made.outputs, dict(row), wishes) for row in stored]
        return _distinct(rows) if fetch.distinct else rows

    def _row(self, table: Table, fetch: Fetch, outputs: list[Output], row: Row, wishes: prefer.Preferences) -> Json:
        """One row. The primary key comes along unasked, but for ``distinct``, which it would undo."""
        keyed = any(output.root and output.name == table.key for output in outputs)
        body: Json = {"@odata.etag": f'W/"{row["versionnumber"]}"'} if keyed or not fetch.distinct else {}
        for at, output in enumerate(outputs):
            stored = row[f"c{at}"]
            if stored is None or output.hidden:
                continue
            body[output.name] = values.render(output.column, stored)
            body |= self.reader.annotations(output.name, output.column, stored, row.get(f"type{at}"), wishes)
        return body if keyed or fetch.distinct else body | {table.key: row["id"]}

    def _context(self, table: Table, fetch: Fetch, made: Statement) -> str:
        own = [output.column for output in made.outputs if output.root]
        return self.reader.context(table, tuple(own) if fetch.entity.columns else None, ())


def _distinct(rows: list[Json]) -> list[Json]:
    found: list[Json] = []
    for row in rows:
        if row not in found:
            found.append(row)
    return found
