"""A FetchXML query to SQL over the tables, with the documentation's meaning ("Filter rows", "Join tables").

A filter inside a link belongs to the join; one of the query itself is applied after all joins, to linked columns too
where it names their alias (``entityname``). By hand: no library runs FetchXML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import fetch_errors, literals, unbuilt
from .collation import Collation
from .fetch_query import Condition, Entity, Fetch, Filter, Link, Order
from .ordering import sort_key
from .privileges import Privileges
from .schema import TEXT_KINDS, Column, Table
from .store import quoted
from .tables import TABLES

_COMPARISONS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_WITH_NULL = frozenset({"ne", "not-like", "not-in"})


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the answer: its name there, the column, where SQL has it.

    ``hidden``: the caller may not read it.
    """

    name: str
    column: Column
    sql: str
    root: bool
    hidden: bool


@dataclass(slots=True)
class Statement:
    """The pieces of the SQL statement. ``tables`` are all that it reads, the query's own first."""

    outputs: list[Output] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    join_parameters: list[Any] = field(default_factory=list)
    where: str = ""
    where_parameters: list[Any] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def compile_fetch(table: Table, fetch: Fetch, collation: Collation, privileges: Privileges) -> Statement:
    """The SQL of a query for rows of ``table``, as the caller of ``privileges`` sees them.

    ApiError 400: a table (0x80041102) or column (0x80041103) that does not exist, a value of another type, a query
    for another table than the entity set's. 501: a table or column that only Dataverse has.
    """
    if _table(fetch.entity.name, privileges) is not table:
        raise fetch_errors.other_entity_set(fetch.entity.name, table.entity_set)
    compiler = _Compiler(collation, privileges)
    compiler.add(fetch.entity, table, "t0")
    compiler.finish(fetch.entity)
    return compiler.made


class _Compiler:
    def __init__(self, collation: Collation, privileges: Privileges) -> None:
        self.collation, self.privileges = collation, privileges
        self.made = Statement()
        self.places: dict[str, tuple[str, Table]] = {}
        self.orders: list[tuple[Order, str]] = []

    def add(self, entity: Entity, table: Table, sql: str) -> None:
        """A table with its columns and its links."""
        if entity.alias in self.places:
            raise fetch_errors.fetch_xml(f"The alias {entity.alias} is used more than once.")
        self.places[entity.alias] = (sql, table)
        self.made.tables.append(table)
        self.made.outputs += _outputs(entity, table, sql, self.privileges.hidden(table))
        self.orders += [(order, order.entityname or entity.alias) for order in entity.orders]
        for link in entity.links:
            self.join(link, sql, table)

    def join(self, link: Link, outer_sql: str, outer_table: Table) -> None:
        """The joined table; its filters are part of the join, so they never name another table's alias."""
        here, table = f"t{len(self.places)}", _table(link.entity.name, self.privileges)
        inner, outer = _column(table, link.from_column), _column(outer_table, link.to_column)
        tests = [test.format(inner=here, outer=outer_sql) for test in _on(inner, outer, table, outer_table)]
        if inner.name in self.privileges.hidden(table) or outer.name in self.privileges.hidden(outer_table):
            tests.append("(0)")
        tests += filter(None, [self.privileges.scope("Read", table, here)])
        tests += [self.filter(item, (here, table), self.made.join_parameters, True) for item in link.entity.filters]
        kind = "LEFT JOIN" if link.outer else "JOIN"
        self.made.joins.append(f"{kind} {quoted(table.logical)} {here} ON {' AND '.join(tests)}")
        self.add(link.entity, table, here)

    def finish(self, entity: Entity) -> None:
        """What needs every alias: the filters of the query itself, and the order."""
        tests = [self.filter(item, self.places[""], self.made.where_parameters) for item in entity.filters]
        tests += filter(None, [self.privileges.scope("Read", self.places[""][1], "t0")])
        self.made.where = " AND ".join(tests)
        for order, alias in self.orders:
            sql, table = self.place(alias)
            column = _column(table, order.attribute)
            if column.name not in self.privileges.hidden(table):
                self.made.order.append(f"{sort_key(column, sql, labels=True)}{' DESC' if order.descending else ''}")
        names = [output.name for output in self.made.outputs]
        if len(names) != len(set(names)):
            raise fetch_errors.fetch_xml("Two columns of the answer would have the same name.")

    def place(self, alias: str) -> tuple[str, Table]:
        """The table behind an alias."""
        if alias not in self.places:
            raise fetch_errors.fetch_xml(f"There is no link with the alias {alias}.")
        return self.places[alias]

    def filter(
        self, node: Filter | Condition, own: tuple[str, Table], parameters: list[Any], joined: bool = False
    ) -> str:
        """A filter or a condition as SQL; its values go to ``parameters``, in order. An empty filter is true.

        ``own`` is the table that the filter stands in, ``joined`` whether that is a link.
        """
        if isinstance(node, Filter):
            tests = [self.filter(child, own, parameters, joined) for child in node.children]
            return f"({f' {node.type.upper()} '.join(tests)})" if tests else "1"
        if joined and node.entityname:
            raise fetch_errors.fetch_xml("entityname belongs to the filter of the query's own table.")
        sql, table = self.place(node.entityname) if node.entityname else own
        column = _column(table, node.attribute)
        raw, compared = f"{sql}.{quoted(column.name)}", f"{sql}.{quoted(_stored(column))}"
        before = len(parameters)
        test = self.condition(node, column, raw, compared, parameters)
        if column.name in self.privileges.hidden(table):
            del parameters[before:]
            return "(NULL)"
        return test

    def condition(self, node: Condition, column: Column, raw: str, compared: str, parameters: list[Any]) -> str:
        """One test. ``ne``, ``not-in`` and ``not-like`` hold for rows without a value, unlike SQL's."""
        if node.operator in ("null", "not-null"):
            return f"({raw} IS {'NOT ' if node.operator == 'not-null' else ''}NULL)"
        if node.operator in ("like", "not-like"):
            if column.kind not in TEXT_KINDS:
                raise fetch_errors.fetch_xml(f"The operator {node.operator} needs a text column, not {column.name}.")
            parameters += node.values
            test = f"{'NOT ' if node.operator == 'not-like' else ''}dv_like({raw}, ?)"
        else:
            parameters += [_value(column, text, self.collation) for text in node.values]
            test = f"{compared} {_right(node)}"
        return f"({raw} IS NULL OR {test})" if node.operator in _WITH_NULL else f"({test})"


def _right(node: Condition) -> str:
    if node.operator in _COMPARISONS:
        return f"{_COMPARISONS[node.operator]} ?"
    return f"{'NOT ' if node.operator == 'not-in' else ''}IN ({', '.join('?' * len(node.values))})"


def _table(name: str, privileges: Privileges) -> Table:
    if name not in TABLES or not privileges.known(TABLES[name]):
        unbuilt.check_table(name)
        raise fetch_errors.no_entity(name)
    return TABLES[name]


def _column(table: Table, name: str) -> Column:
    if name not in table.columns:
        unbuilt.check_column(table, name)
        raise fetch_errors.no_attribute(name, table.logical)
    return table.columns[name]


def _stored(column: Column) -> str:
    return f"{column.name}#key" if column.kind in TEXT_KINDS else column.name


def _value(column: Column, text: str, collation: Collation) -> Any:
    """The text as the store compares it; GUIDs may stand in braces, yes and no may be digits."""
    plain = text
    if column.edm == "Edm.Guid":
        plain = text.removeprefix("{").removesuffix("}")
    elif column.edm == "Edm.Boolean":
        plain = {"0": "false", "1": "true"}.get(text, text.lower())
    try:
        return literals.stored(column, plain, collation)
    except (ValueError, OverflowError) as error:
        raise fetch_errors.bad_fetch_value(text, column.name, column.edm) from error


def _outputs(entity: Entity, table: Table, sql: str, hidden: frozenset[str]) -> Iterable[Output]:
    """The columns of one table; those of a link are named ``alias.column``, null ones are left out later."""
    chosen = [(column, "") for column in table.columns.values()]
    if not entity.all_columns and (entity.columns or entity.alias):
        chosen = [(_column(table, name), alias) for name, alias in entity.columns]
    for column, alias in chosen:
        own = column.wire if not entity.alias else f"{entity.alias}.{column.name}"
        yield Output(alias or own, column, f"{sql}.{quoted(column.name)}", not entity.alias, column.name in hidden)


def _on(inner: Column, outer: Column, inner_table: Table, outer_table: Table) -> Iterator[str]:
    """The tests of a join, to be filled in: equal values, and where a lookup is one side, the right kind of row."""
    if inner.edm != outer.edm:
        raise fetch_errors.fetch_xml(f"The columns {inner.name} and {outer.name} cannot be joined.")
    yield f"{{inner}}.{quoted(_stored(inner))} = {{outer}}.{quoted(_stored(outer))}"
    if outer.kind == "lookup" and inner.name == inner_table.key:
        yield f"{{outer}}.{quoted(f'{outer.name}#type')} = '{inner_table.logical}'"
    if inner.kind == "lookup" and outer.name == outer_table.key:
        yield f"{{inner}}.{quoted(f'{inner.name}#type')} = '{outer_table.logical}'"
