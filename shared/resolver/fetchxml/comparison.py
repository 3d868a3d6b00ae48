"""Whether a row that a workstream's rule found holds just what was given (see `resolver.lookalikes`). Pure.

The rule is an administrator's, so its conditions are followed as they stand: where all must hold, those on a name or a
phone number are Dataverse's; where one of several is enough, each has to hold by itself, or an address that only looks
like the given one would pass beside a number that is nobody's. What stands in another table is not compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from shared.resolver.fetchxml.parser import Fetch, FetchCondition, FetchFilter, Variable
from shared.resolver.filters import DATAVERSE_DECIDES
from shared.resolver.lookalikes import folded
from shared.resolver.values.variables import CHANNEL_NUMBERS

if TYPE_CHECKING:
    from shared.resolver.fetchxml.substitution import Values

DECIDED_BY_DATAVERSE = DATAVERSE_DECIDES | set(CHANNEL_NUMBERS)


def compared(fetch: Fetch) -> tuple[str, ...]:
    """The columns of the query's own table that are compared with a variable."""
    return tuple(dict.fromkeys(column for node in fetch.filters for column in _columns(node)))


def _columns(node: FetchFilter | FetchCondition) -> Iterator[str]:
    if isinstance(node, FetchFilter):
        for child in node.children:
            yield from _columns(child)
    elif _compares(node):
        yield dict(node.attributes)["attribute"]


def _compares(node: FetchCondition) -> bool:
    """Whether a condition holds a variable against a column of the query's own table."""
    return "entityname" not in dict(node.attributes) and any(isinstance(value, Variable) for value in node.values)


def holds(fetch: Fetch, values: Values, texts: Mapping[str, str]) -> bool:
    """Whether a row with these texts is what the filters ask for, looked at once more."""
    return all(_holds(node, values, texts, False) is not False for node in fetch.filters)


def _holds(
    node: FetchFilter | FetchCondition, values: Values, texts: Mapping[str, str], one_is_enough: bool
) -> bool | None:
    """Whether it holds; None where nothing was given for it, so that it was left out."""
    if isinstance(node, FetchCondition):
        return _condition_holds(node, values, texts, one_is_enough)
    any_of = node.any and len(node.children) > 1
    found = [_holds(child, values, texts, one_is_enough or any_of) for child in node.children]
    decided = [each for each in found if each is not None]
    if not decided:
        return None
    return any(decided) if node.any else all(decided)


def _condition_holds(
    node: FetchCondition, values: Values, texts: Mapping[str, str], one_is_enough: bool
) -> bool | None:
    if not any(isinstance(value, Variable) for value in node.values):
        return True
    variables = [value for value in node.values if isinstance(value, Variable)]
    given = [text for variable in variables for text in values.texts(variable)]
    if not given:
        return None
    if not _compares(node):
        return True
    names = {variable.name for variable in variables}
    dataverse_decides = not names.isdisjoint(DECIDED_BY_DATAVERSE)
    held = texts.get(dict(node.attributes)["attribute"])
    if not one_is_enough and (held is None or dataverse_decides):
        return True  # a column that holds no text, or one of which every spelling counts
    wanted = [*given, *(value for value in node.values if isinstance(value, str))]
    fold = _without_accents if dataverse_decides else folded
    return held is not None and fold(held) in (fold(text.strip("{}")) for text in wanted)


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn").rstrip()
