"""The literals of a filter: which types go together, and what the store compares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from . import errors
from .collation import Collation
from .schema import TEXT_KINDS, Column
from .values import instant, is_guid

_KINDS = {"Eq": "Equal", "NotEq": "NotEqual", "Lt": "LessThan", "LtE": "LessThanOrEqual"}
_KINDS |= {"Gt": "GreaterThan", "GtE": "GreaterThanOrEqual"}
_LITERAL_EDM: dict[str, frozenset[str]] = {
    "String": frozenset({"Edm.String"}),
    "GUID": frozenset({"Edm.Guid"}),
    "Integer": frozenset({"Edm.Int32", "Edm.Int64"}),
    "Float": frozenset({"Edm.Double"}),
    "Boolean": frozenset({"Edm.Boolean"}),
    "DateTime": frozenset({"Edm.DateTimeOffset"}),
    "Date": frozenset({"Edm.Date", "Edm.DateTimeOffset"}),
}


def check_type(column: Column, kind: str, operator: str) -> None:
    """ApiError 400 unless a literal of that kind (the parser's name for it) can be compared with the column."""
    if kind not in _LITERAL_EDM:
        raise errors.syntax(f"The right side of an operator must be a literal, null or a column, not {kind}.")
    if column.edm not in _LITERAL_EDM[kind]:
        incompatible(column.edm, min(_LITERAL_EDM[kind]), operator)


def stored(column: Column, text: str, collation: Collation) -> Any:
    """A literal's text as the store compares it; ValueError where it is none of the column's type."""
    if column.edm == "Edm.String":
        return collation.key(text) if column.kind in TEXT_KINDS else text
    return _VALUES[column.edm](text)


def incompatible(left: str, right: str, operator: str) -> NoReturn:
    """Refuse a comparison of two types, in the documented words."""
    raise errors.syntax(
        "A binary operator with incompatible types was detected. Found operand types "
        f"'{left}' and '{right}' for operator kind '{_KINDS[operator]}'."
    )


def _instant(text: str) -> str:
    return instant(text if "T" in text else f"{text}T00:00:00Z")


def _integer(text: str) -> int:
    if len(text) > 20 or not -(2**63) <= int(text) < 2**63:
        raise ValueError(text)
    return int(text)


def _guid(text: str) -> str:
    if not is_guid(text):
        raise ValueError(text)
    return text.lower()


_VALUES: dict[str, Callable[[str], Any]] = {
    "Edm.Guid": _guid,
    "Edm.Int32": _integer,
    "Edm.Int64": _integer,
    "Edm.Boolean": lambda text: ("false", "true").index(text),
    "Edm.DateTimeOffset": _instant,
}
