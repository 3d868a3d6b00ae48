"""One value on its way in (checked against its column) and out (JSON and its formatted text).

"Web API properties" and "Select columns" say which JSON a type is and what its formatted value looks like.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from . import errors, sql_text
from .schema import Column, Table

GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_INT_RANGE = {"int": 2**31, "choice": 2**31, "state": 2**31, "status": 2**31, "bigint": 2**63}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)")


def is_guid(text: object) -> bool:
    """Whether the text is a GUID as URLs take it: 36 characters, no braces, no quotes."""
    return isinstance(text, str) and GUID.fullmatch(text) is not None


def now() -> str:
    """The moment, as date columns hold it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> str:
    """A date and time with its offset as UTC to the second; ValueError when it is none."""
    if not _DATE_TIME.fullmatch(text):
        raise ValueError(text)
    moment = dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d", r"\1", text).replace("Z", "+00:00"))
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(table: Table, column: Column, value: Any) -> Any:
    """The JSON value as it is stored.

    ApiError: another JSON type than the column's (0x80048d19), too long (0x80044331), no option of the choice
    (0x8004431A). An empty text is stored as null, as Dataverse does.
    """
    if value is None:
        return None
    return _PARSERS[column.kind](table, column, value)


def _mismatch(table: Table, column: Column, value: Any) -> errors.ApiError:
    literal = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)
    return errors.wrong_type(table.entity_set, literal, column.edm)


def _text(table: Table, column: Column, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _mismatch(table, column, value)
    # Lengths are counted in UTF-16 units, as SQL Server's nvarchar counts them; it holds half a surrogate pair, too.
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > column.length:
        raise errors.too_long(column.name, table.logical, column.length)
    return value or None


def _integer(table: Table, column: Column, value: Any) -> int:
    limit = _INT_RANGE[column.kind]
    if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
        raise _mismatch(table, column, value)
    if column.options and value not in column.options:
        raise errors.out_of_range(column.name, table.logical, value, ",".join(map(str, column.options)))
    return value


def _multichoice(table: Table, column: Column, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _mismatch(table, column, value)
    chosen = [part.strip() for part in value.split(",") if part.strip()]
    for part in chosen:
        if not part.isascii() or not part.isdigit() or int(part) not in column.options:
            raise errors.out_of_range(column.name, table.logical, part, ",".join(map(str, column.options)))
    return ",".join(chosen) or None


def _boolean(table: Table, column: Column, value: Any) -> int:
    if not isinstance(value, bool):
        raise _mismatch(table, column, value)
    return int(value)


def _guid(table: Table, column: Column, value: Any) -> str:
    if not is_guid(value):
        raise _mismatch(table, column, value)
    return str(value).lower()


def _datetime(table: Table, column: Column, value: Any) -> str:
    try:
        return instant(value)
    except (TypeError, ValueError, OverflowError):
        raise _mismatch(table, column, value) from None


_PARSERS: dict[str, Callable[[Table, Column, Any], Any]] = {
    "string": _text,
    "memo": _text,
    "int": _integer,
    "bigint": _integer,
    "choice": _integer,
    "state": _integer,
    "status": _integer,
    "multichoice": _multichoice,
    "bool": _boolean,
    "guid": _guid,
    "datetime": _datetime,
}


def render(column: Column, stored: Any) -> Any:
    """The stored value as JSON."""
    return bool(stored) if column.kind == "bool" and stored is not None else sql_text.read(stored)


def formatted(column: Column, stored: Any) -> str | None:
    """The text of the FormattedValue annotation, None where there is none (texts, ids). Lookups: see `reader`."""
    if stored is None:
        return None
    if column.kind in ("choice", "state", "status"):
        return column.options[stored]
    if column.kind == "multichoice":
        return "; ".join(column.options[int(part)] for part in stored.split(","))
    if column.kind == "bool":
        return "Yes" if stored else "No"
    if column.kind in ("int", "bigint"):
        return f"{stored:,}"
    return _us_date(stored) if column.kind == "datetime" else None


def _us_date(stored: str) -> str:
    moment = dt.datetime.fromisoformat(stored.replace("Z", "+00:00"))
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour % 12 or 12}:{moment:%M %p}"
