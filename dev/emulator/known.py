"""The names that exist in Dataverse and are not built here: ``known_names.txt``, which says where they are from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("known_names.txt")
_SECTION = re.compile(r"^\[([\w ]+)\]\n", re.MULTILINE)
_WORD = re.compile(r"(?:[^\s{}]|\{[^}]*\})+")
_PIECES = re.compile(r"\{([^}]*)\}|([^{}]+)")
_PLURALS = ((re.compile(r".*[^aeiou]y"), -1, "ies"), (re.compile(r".*(?:[sxz]|ch|sh)"), None, "es"))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one table: ``columns`` as FetchXML has them, ``wire`` as queries and answers do.

    ``navigations`` are the single-valued ones.
    """

    columns: frozenset[str]
    wire: frozenset[str]
    navigations: frozenset[str]
    collections: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """All names: ``tables`` by their logical name and ``entity_sets``, ``operations`` that are not bound."""

    tables: frozenset[str]
    entity_sets: frozenset[str]
    operations: frozenset[str]
    of: dict[str, Names]


def expand(text: str) -> list[str]:
    """The words of a text; ``a_{b c}`` is two."""
    return [name for word in _WORD.findall(text) for name in _expanded(word)]


def _expanded(word: str) -> list[str]:
    names = [""]
    for choices, plain in _PIECES.findall(word):
        names = [name + piece for name in names for piece in ([plain] if plain else choices.split())]
    return names


@cache
def known() -> Known:
    """The file, read once."""
    text = "\n".join(line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    _, *found = _SECTION.split(text)
    sections = {name: expand(body) for name, body in zip(found[::2], found[1::2], strict=True)}
    tables = [word.partition("=")[::2] for word in sections["tables"]]
    owners = {name.partition(" ")[0] for name in sections if " " in name}
    return Known(
        frozenset(logical for logical, _ in tables),
        frozenset(entity_set or _plural(logical) for logical, entity_set in tables),
        frozenset(sections["operations"]),
        {table: _names(table, sections) for table in owners},
    )


def _names(table: str, sections: dict[str, list[str]]) -> Names:
    plain = sections.get(f"{table} columns", [])
    lookups = [word.partition("=") for word in sections.get(f"{table} lookups", [])]
    named = [name for name, _, _ in lookups if name]
    navigations = {each for name, sign, after in lookups for each in (after.split(",") if sign else [name])} - {""}
    return Names(
        frozenset([*plain, *named]),
        frozenset([*plain, *(f"_{name}_value" for name in named)]),
        frozenset(navigations),
        frozenset(sections.get(f"{table} collections", [])),
    )


def _plural(logical: str) -> str:
    for pattern, end, suffix in _PLURALS:
        if pattern.fullmatch(logical):
            return logical[:end] + suffix
    return f"{logical}s"
