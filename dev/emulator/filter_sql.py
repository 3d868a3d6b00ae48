"""A filter's syntax tree to SQL over a table, with the documentation's meaning ("Filter rows").

Paths through lookups are **inner** joins, all of them: a row whose lookup is empty, or holds a row of another table
than the path's, is never returned. So ``customerid_contact/x eq 1 or customerid_account/x eq 1`` returns nothing: no
page documents an ``or`` across the targets of a polymorphic lookup, and a client must not depend on it. By hand: the
translators of odata-query know neither these joins nor Dataverse's collation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import errors, literals, unbuilt
from .collation import Collation
from .filter_text import COUNTED, Parsed, ast
from .privileges import Privileges
from .schema import TEXT_KINDS, Column, Table
from .store import quoted
from .tables import TABLES

_OPERATORS = {"Eq": "=", "NotEq": "<>", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
MAX_CONDITIONS = 500
"""Of one filter ("filter element", FetchXML reference: 0 to 500); the tests of a `$filter` become its conditions."""

_NAMESPACE = ("Microsoft", "Dynamics", "CRM")


@dataclass(slots=True)
class Where:
    """The condition with its parameters, and the joins it needs."""

    sql: str = ""
    parameters: list[Any] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Operand:
    sql: str
    column: Column


class _Compiler:
    def __init__(self, table: Table, parsed: Parsed, collation: Collation, privileges: Privileges) -> None:
        self.table, self.parsed, self.collation, self.privileges = table, parsed, collation, privileges
        self.where = Where()
        self.hidden = False
        self.tests = 0
        self.paths: dict[tuple[str, ...], tuple[str, Table]] = {(): ("t0", table)}

    def condition(self, node: Any) -> str:
        """A node that must be true or false."""
        handler = _CONDITIONS.get(type(node).__name__)
        if handler is None:
            raise errors.syntax("The $filter expression must evaluate to a single boolean value.")
        return handler(self, node)

    def test(self, node: Any) -> str:
        """One comparison or function. Of a column that the caller may not read none is true, not even negated."""
        self.tests += 1
        if self.tests > MAX_CONDITIONS:
            raise errors.too_many_conditions()
        before = len(self.where.parameters)
        self.hidden = False
        sql = _TESTS[type(node).__name__](self, node)
        if self.hidden:
            del self.where.parameters[before:]
            return "(NULL)"
        return sql

    def boolean(self, node: Any) -> str:
        word = "AND" if isinstance(node.op, ast.And) else "OR"
        return "(" + f" {word} ".join(self.condition(part) for part in _chain(node)) + ")"

    def negation(self, node: Any) -> str:
        if not isinstance(node.op, ast.Not):
            raise errors.syntax("A unary operator with an incompatible type was detected.")
        return f"(NOT {self.condition(node.operand)})"

    def comparison(self, node: Any) -> str:
        name = type(node.comparator).__name__
        if name not in _OPERATORS:
            raise errors.syntax("The operator 'in' is not supported: OData 4.01 features are not available.")
        left = self.operand(node.left)
        if isinstance(node.right, ast.Null):
            return _null_test(left, name)
        if isinstance(node.right, ast.Identifier | ast.Attribute):
            return self.two_columns(left, node, name)
        value = self.literal(left.column, node.right, name)
        self.where.parameters.append(value)
        test = f"{left.sql} {_OPERATORS[name]} ?"
        # FetchXML's "ne" returns rows without a value too, unlike SQL's; OData filters become FetchXML conditions.
        return f"({left.sql} IS NULL OR {test})" if name == "NotEq" else f"({test})"

    def two_columns(self, left: _Operand, node: Any, name: str) -> str:
        """Two columns of one row and one type may be compared ("Filter rows")."""
        right = self.operand(node.right)
        if isinstance(node.left, ast.Attribute) or isinstance(node.right, ast.Attribute):
            raise errors.syntax("Only columns of the same row can be compared with each other.")
        if left.column.edm != right.column.edm:
            literals.incompatible(left.column.edm, right.column.edm, name)
        return f"({left.sql} {_OPERATORS[name]} {right.sql})"

    def literal(self, column: Column, node: Any, operator: str) -> Any:
        """The parameter that a literal becomes; ApiError where its type is not the column's."""
        literals.check_type(column, type(node).__name__, operator)
        if node.val in self.parsed.arrays:
            raise errors.syntax("An array is only understood as PropertyValues of a Microsoft.Dynamics.CRM function.")
        return literals.stored(column, str(node.val), self.collation)

    def collection(self, node: Any) -> NoReturn:
        """``any`` and ``all`` over a collection ("Filter rows")."""
        *path, name = _names(node.owner)
        table = self.path(tuple(path))[1]
        if unbuilt.is_collection(table, name):
            raise errors.not_implemented(f"{type(node.operator).__name__.lower()} over {name}")
        raise unbuilt.unknown(table, name)

    def count(self, path: list[str]) -> NoReturn:
        """``collection/$count``."""
        table = self.path(tuple(path[:-1]))[1]
        if unbuilt.is_collection(table, path[-1]):
            raise errors.not_implemented(f"{path[-1]}/$count in $filter")
        if path[-1] in table.properties:
            raise errors.syntax(f"The property '{path[-1]}' is no collection that $count can be asked of.")
        raise unbuilt.unknown(table, path[-1])

    def operand(self, node: Any) -> _Operand:
        """A column, or a column behind lookups."""
        *path, name = _names(node)
        if name == COUNTED:
            self.count(path)
        alias, table = self.path(tuple(path))
        column = table.properties.get(name)
        if column is None:
            raise unbuilt.unknown(table, name)
        self.hidden = self.hidden or column.name in self.privileges.hidden(table)
        stored = f"{column.name}#key" if column.kind in TEXT_KINDS else column.name
        return _Operand(f"{alias}.{quoted(stored)}", column)

    def path(self, names: tuple[str, ...]) -> tuple[str, Table]:
        """The alias of the table at the end of a path; joins it the first time, as far as the caller may read it."""
        if names not in self.paths:
            alias, table = self.path(names[:-1])
            navigation = table.navigations.get(names[-1])
            if navigation is None:
                raise unbuilt.unknown(table, names[-1])
            target, here = TABLES[navigation.target], f"t{len(self.paths)}"
            lookup = navigation.column.name
            within = self.privileges.scope("Read", target, here)
            within = "AND (0)" if lookup in self.privileges.hidden(table) else within and f"AND {within}"
            self.where.joins.append(
                f"JOIN {quoted(target.logical)} {here} ON {here}.{quoted(target.key)} = {alias}.{quoted(lookup)} "
                f"AND {alias}.{quoted(f'{lookup}#type')} = '{target.logical}' {within}"
            )
            self.where.tables.append(target)
            self.paths[names] = (here, target)
        return self.paths[names]

    def call(self, node: Any) -> str:
        """A function. Only three are documented without a namespace."""
        name = node.func.name
        if node.func.namespace == _NAMESPACE and name in ("In", "NotIn"):
            return self.membership(node.args, name)
        if node.func.namespace == _NAMESPACE:
            raise errors.not_implemented(f"the query function {node.func.full_name()}")
        if node.func.namespace or name not in _PATTERNS:
            raise errors.syntax(f"An unknown function with name '{node.func.full_name()}' was found.")
        return self.text_match(node.args, _PATTERNS[name], name)

    def text_match(self, arguments: list[Any], pattern: str, name: str) -> str:
        """``contains`` and its kin: wildcards in the value are active ("Filter rows", wildcard characters)."""
        column, value = arguments
        operand = self.operand(column)
        if (
            operand.column.kind not in TEXT_KINDS
            or not isinstance(value, ast.String)
            or value.val in self.parsed.arrays
        ):
            raise errors.syntax(f"No function signature for the function with name '{name}' matches the arguments.")
        self.where.parameters.append(pattern.format(value.val))
        return f"dv_like({operand.sql.replace('#key', '')}, ?)"

    def membership(self, arguments: list[Any], name: str) -> str:
        """``In(PropertyName='x',PropertyValues=["a"])`` and NotIn ("Web API query function reference")."""
        given = {arg.name.name: arg.param for arg in arguments if isinstance(arg, ast.NamedParam)}
        column_name, values = given.get("PropertyName"), self.parsed.arrays.get(_text(given.get("PropertyValues")))
        if (
            set(given) != {"PropertyName", "PropertyValues"}
            or not isinstance(column_name, ast.String)
            or values is None
        ):
            raise errors.syntax(f"Microsoft.Dynamics.CRM.{name} takes PropertyName='…' and PropertyValues=[…].")
        operand = self.operand(ast.Identifier(column_name.val))
        if not values or not all(isinstance(value, str) for value in values):
            raise errors.syntax("PropertyValues must be a collection of Edm.String.")
        self.where.parameters += [_converted(self, operand.column, value) for value in values]
        marks = ", ".join("?" * len(values))
        test = f"{operand.sql} {'IN' if name == 'In' else 'NOT IN'} ({marks})"
        return f"({operand.sql} IS NULL OR {test})" if name == "NotIn" else f"({test})"


def _chain(node: Any) -> list[Any]:
    """What one operator joins: a chain is one list to SQLite, which refuses to nest it as deep as it is long."""
    parts: list[Any] = []
    operator, left = type(node.op), node
    while isinstance(left, ast.BoolOp) and isinstance(left.op, operator):
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def _text(node: Any) -> str:
    return node.val if isinstance(node, ast.String) else ""


def _converted(compiler: _Compiler, column: Column, text: str) -> Any:
    try:
        return literals.stored(column, text, compiler.collation)
    except ValueError as error:
        raise errors.syntax(f"The value '{text}' is not of type '{column.edm}'.") from error


def _names(node: Any) -> list[str]:
    """The names of a path, outermost first."""
    if isinstance(node, ast.Identifier) and not node.namespace:
        return [node.name]
    if isinstance(node, ast.Attribute):
        return [*_names(node.owner), node.attr]
    raise errors.syntax("The left side of an operator, and the first argument of a function, must be a column.")


def _null_test(operand: _Operand, operator: str) -> str:
    tests = {"Eq": f"({operand.sql} IS NULL)", "NotEq": f"({operand.sql} IS NOT NULL)"}
    return tests.get(operator, "(NULL)")


_PATTERNS = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
_TESTS: dict[str, Callable[[_Compiler, Any], str]] = {"Compare": _Compiler.comparison, "Call": _Compiler.call}
_CONDITIONS: dict[str, Callable[[_Compiler, Any], str]] = {
    "BoolOp": _Compiler.boolean,
    "UnaryOp": _Compiler.negation,
    "Compare": _Compiler.test,
    "Call": _Compiler.test,
    "CollectionLambda": _Compiler.collection,
}


def compile_filter(table: Table, parsed: Parsed, collation: Collation, privileges: Privileges) -> Where:
    """The SQL of a filter over ``table`` (alias ``t0``), as the caller of ``privileges`` sees the rows.

    ApiError 400 as "Web API client errors" says.
    """
    compiler = _Compiler(table, parsed, collation, privileges)
    try:
        compiler.where.sql = compiler.condition(parsed.tree)
    except (ValueError, RecursionError, OverflowError) as error:
        raise errors.syntax() from error
    return compiler.where
