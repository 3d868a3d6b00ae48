"""What a FetchXML query asks for, as data ("Query data using FetchXml")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a column; ``entityname`` is the alias of the link whose column it is, "" for the own table's."""

    attribute: str
    operator: str
    values: tuple[str, ...]
    entityname: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions and filters joined by ``and`` or ``or``."""

    type: str
    children: tuple[Condition | Filter, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by; ``entityname`` as in `Condition`."""

    attribute: str
    descending: bool
    entityname: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A table with its chosen columns (name, alias). ``alias`` is "" for the table of the query itself."""

    name: str
    alias: str
    columns: tuple[tuple[str, str], ...]
    all_columns: bool
    filters: tuple[Filter, ...]
    orders: tuple[Order, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A joined table: its column ``from_column`` equals ``to_column`` of the table around it."""

    entity: Entity
    from_column: str
    to_column: str
    outer: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """A whole query. ``top`` None: no limit but the page's 5,000."""

    entity: Entity
    top: int | None
    distinct: bool
