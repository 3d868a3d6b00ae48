"""How many of the phone numbers of `tests/corpus` are found, by country, beside an exact comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dev.emulator.collation import Collation
from shared.resolver.filters import MAX_FORMS
from shared.resolver.values import variables
from tests.corpus import tables
from tests.corpus.tables import Expected, Phone

HEAD = ("country", "pairs that are one number", "found", "by exact comparison", "pairs that are not", "found wrongly")

_equal = Collation().key
"""What Dataverse compares, as the embedded one does it."""


def rows() -> list[tuple[str, ...]]:
    """A row for each country, all of them in the last."""
    by_country: dict[str, list[Phone]] = defaultdict(list)
    for pair in tables.phones():
        by_country[pair.country].append(pair)
    counted = [(country, *map(str, _counts(pairs))) for country, pairs in sorted(by_country.items())]
    total = _counts(pair for pairs in by_country.values() for pair in pairs)
    return [*counted, (f"all {len(by_country)}", *map(str, total))]


def _counts(pairs: Iterable[Phone]) -> tuple[int, ...]:
    listed = list(pairs)
    same = [pair for pair in listed if pair.expected is Expected.MATCH]
    other = [pair for pair in listed if pair.expected is not Expected.MATCH]
    exact = sum(_equal(pair.typed) == _equal(pair.stored) for pair in same)
    return len(same), sum(map(_is_found, same)), exact, len(other), sum(map(_is_found, other))


def _is_found(pair: Phone) -> bool:
    text = variables.read("Phone", pair.typed, pair.region).text
    found = variables.forms("Phone", text, pair.region)[:MAX_FORMS] if text else ()
    return _equal(pair.stored) in map(_equal, found)
