"""Texts on their way to SQLite and back.

SQL Server's nvarchar holds half a surrogate pair, SQLite's UTF-8 does not: such a text is kept as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def bound(values: Iterable[Any]) -> list[Any]:
    """Parameters as SQLite takes them."""
    return [_bound(value) for value in values]


def _bound(value: Any) -> Any:
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def read(stored: Any) -> Any:
    """A value of a row; what is no such text stays as it is."""
    return stored.decode("utf-8", "surrogatepass") if isinstance(stored, bytes) else stored
