"""The query options of a URL, read strictly ("Query data using the Web API").

Names are case-sensitive; what is not documented for Dataverse is refused, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from . import errors, filter_text, unbuilt
from .schema import Column, Navigation, Table
from .tables import TABLES, association

MAX_EXPANDS = 15
MAX_ROWS = 5000
_KNOWN = frozenset({"$select", "$filter", "$top", "$orderby", "$count", "$expand", "$skiptoken"})
_ABSENT = {"$apply": "$apply", "savedQuery": "savedQuery", "userQuery": "userQuery"}


@dataclass(frozen=True, slots=True)
class Expand:
    """One expanded navigation property."""

    navigation: Navigation
    select: tuple[Column, ...] | None
    expands: tuple[Expand, ...] = ()


@dataclass(slots=True)
class Query:
    """What a URL asks for. ``select`` None means every column."""

    select: tuple[Column, ...] | None = None
    expands: tuple[Expand, ...] = ()
    filter: filter_text.Parsed | None = None
    order: list[tuple[Column, bool]] = field(default_factory=list)
    top: int | None = None
    count: bool = False
    skip: int = 0
    options: dict[str, str] = field(default_factory=dict)


def options(text: str) -> dict[str, str]:
    """The query string as names and values: decoded once, ``+`` is a blank. ApiError 400 for a name given twice."""
    found: dict[str, str] = {}
    for item in filter(None, text.split("&")):
        name, _, value = item.partition("=")
        try:
            name, value = unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")
        except UnicodeDecodeError as error:
            raise errors.syntax("The request URI is not valid UTF-8.") from error
        if name in found:
            raise errors.syntax(
                f"Query option '{name}' was specified more than once, but it must be specified at most once."
            )
        found[name] = value
    return found


def parse(table: Table, text: str, allowed: Iterable[str] = _KNOWN) -> Query:
    """Read the options of a request for rows of ``table``; ``allowed`` narrows them for other kinds of request.

    ApiError 400: unknown options, unknown names, wrong values; 501: what only Dataverse has.
    """
    given = options(text)
    aliases = {name: value for name, value in given.items() if name.startswith("@")}
    query = Query(options=given)
    for name, value in given.items():
        if name in _ABSENT:
            raise errors.not_implemented(_ABSENT[name])
        if name == "$skip":
            raise errors.no_skip()
        if name not in allowed and not name.startswith("@"):
            raise errors.syntax(f"The query parameter '{name}' is not supported.")
        _apply(query, table, name, value, aliases)
    return query


def _apply(query: Query, table: Table, name: str, value: str, aliases: dict[str, str]) -> None:
    if name == "$select":
        query.select = _select(table, value)
    elif name == "$filter":
        query.filter = filter_text.parse(value, aliases)
    elif name == "$expand":
        query.expands = _expands(table, value)
    elif name == "$orderby":
        query.order = [_order(table, aliases.get(item.strip(), item)) for item in value.split(",")]
    elif name == "$top":
        query.top = _number(name, value)
    elif name == "$count":
        query.count = _boolean(name, value)
    elif name == "$skiptoken":
        query.skip = _skip(value)


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise errors.syntax(
            f"Invalid value '{value}' for {name} query option found. The {name} query option requires a "
            "non-negative integer value."
        )
    return int(value)


def _boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise errors.syntax(
            f"Invalid value '{value}' for {name} query option found. Valid values are 'true' or 'false'."
        )
    return value == "true"


def _skip(value: str) -> int:
    found = re.fullmatch(r'<cookie pagenumber="\d+" skip="(\d+)" istracking="False" />', value)
    if not found:
        raise errors.syntax("Malformed XML in the Paging Cookie")
    return int(found[1])


def skiptoken(page: int, skip: int) -> str:
    """The opaque token of a next link ("Page results")."""
    return f'<cookie pagenumber="{page}" skip="{skip}" istracking="False" />'


def column(table: Table, name: str) -> Column:
    """A column by its name in queries.

    ApiError 400 for a name the table does not have, in that case; 501 for one that it has in Dataverse.
    """
    found = table.properties.get(name)
    if found is None:
        raise unbuilt.unknown(table, name)
    return found


def _select(table: Table, text: str) -> tuple[Column, ...]:
    return tuple(column(table, name.strip()) for name in text.split(","))


def _order(table: Table, text: str) -> tuple[Column, bool]:
    name, *direction = text.split()[:3] or [""]
    if direction not in ([], ["asc"], ["desc"]):
        raise errors.syntax(f"Syntax error in the $orderby option '{text}'.")
    first, slash, _ = name.partition("/")
    if slash and (first in table.navigations or unbuilt.is_collection(table, first)):
        raise errors.not_implemented(f"$orderby={name}")
    return column(table, first if slash else name), direction == ["desc"]


def _expands(table: Table, text: str) -> tuple[Expand, ...]:
    found = tuple(_expand(table, item.strip()) for item in _split(text, ","))
    if _size(found) > MAX_EXPANDS:
        raise errors.syntax(f"The number of $expand options exceeds the maximum of {MAX_EXPANDS}.")
    return found


def _size(expands: tuple[Expand, ...]) -> int:
    return sum(1 + _size(item.expands) for item in expands)


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside parentheses."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    if depth != 0:
        raise errors.syntax(f"Syntax error in the $expand option '{text}'.")
    return [*parts, text[start:]]


def _expand(table: Table, text: str) -> Expand:
    found = re.fullmatch(r"(\w+)(/\$ref|/\$count)?(?:\((.*)\))?", text, re.DOTALL)
    if not found:
        raise errors.syntax(f"Syntax error in the $expand option '{text}'.")
    navigation = table.navigations.get(found[1])
    if association(table, found[1]):
        raise errors.not_implemented("expanding a many-to-many relationship")
    if navigation is None:
        raise unbuilt.unknown(table, found[1])
    if found[2]:
        raise errors.not_implemented(f"$expand={text}")
    target = TABLES[navigation.target]
    select: tuple[Column, ...] | None = None
    nested: tuple[Expand, ...] = ()
    for option in _split(found[3], ";") if found[3] is not None else []:
        name, _, value = option.strip().partition("=")
        if name == "$select":
            select = _select(target, value)
        elif name == "$expand":
            nested = _expands(target, value)
        else:
            # $filter, $orderby and $top belong to collections only ("Join tables").
            raise errors.syntax(f"The query option '{name}' is not supported in the expand of '{found[1]}'.")
    return Expand(navigation, select, nested)
