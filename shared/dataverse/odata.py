"""OData 4.0 text: literals, conditions, URLs and binds. All quoting of the project happens here.

Rules: Web API docs, "Filter rows using OData" (a quote inside a literal is doubled, GUIDs stand bare) and
"Compose HTTP requests" (percent-encoding). Doubling is syntax, encoding is transport: in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote
from uuid import UUID


def text(value: str) -> str:
    """The string literal that means exactly `value`: O'Brien becomes 'O''Brien'."""
    return "'" + value.replace("'", "''") + "'"


def guid(value: str) -> str:
    """The bare GUID literal. Anything but a GUID is a programming error, so nothing else can slip into a query."""
    return str(UUID(value))


def equals(column: str, literal: str) -> str:
    """`column eq literal`; Dataverse compares texts without regard to case."""
    return f"{column} eq {literal}"


def any_of(conditions: Iterable[str]) -> str:
    """The conditions joined by `or`, in parentheses where there are several."""
    parts = list(conditions)
    return parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"


def all_of(conditions: Iterable[str]) -> str:
    """The conditions joined by `and`."""
    return " and ".join(conditions)


def key(entity_set: str, record_id: str) -> str:
    """The path of one record: `contacts(00000000-…)`."""
    return f"{entity_set}({guid(record_id)})"


def bind(entity_set: str, record_id: str) -> str:
    """The value of an `@odata.bind` that points at one record."""
    return "/" + key(entity_set, record_id)


def url(resource: str, options: Mapping[str, str]) -> str:
    """`resource?$select=…&$filter=…` with every value percent-encoded whole, so that it arrives as written."""
    return resource + "?" + "&".join(f"{name}={_encoded(name, value)}" for name, value in options.items())


def _encoded(name: str, value: str) -> str:
    return quote(value, safe="") if name in HOLDS_VALUES else _encoded_constant(value)


HOLDS_VALUES = ("$filter", "fetchXml")
"""Options in which values of people stand; they are kept nowhere. The others are the same at every call."""


@lru_cache(maxsize=256)
def _encoded_constant(value: str) -> str:
    return quote(value, safe="")
