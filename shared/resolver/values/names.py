"""Names as people type them: one apostrophe and one hyphen, in several spellings. Nothing else is guessed. Pure."""

from __future__ import annotations

from shared.resolver.values.absent import is_nothing
from shared.resolver.values.text import one_spaced

APOSTROPHES = "'\u2019\u02bc\u02bb\u2018\uff07"
"""Typewriter's, typographic (phones set it), modifier letter, okina, opening quote, full width."""

HYPHENS = "-\u2010\u2011"
"""Typewriter's, Unicode's own, non-breaking."""

_AS_APOSTROPHE = dict.fromkeys(map(ord, APOSTROPHES + "\u00b4`"), "'")
_AS_HYPHEN = dict.fromkeys(map(ord, HYPHENS + "\u2013"), "-")


def read(text: str) -> str:
    """The name; "" where it counts as not given."""
    name = one_spaced(text)
    return "" if is_nothing(name) else name


def forms(name: str) -> tuple[str, ...]:
    """The name as typed, then in the other spellings of its apostrophes and hyphens, the same one throughout."""
    simple = name.translate(_AS_APOSTROPHE).translate(_AS_HYPHEN)
    spelled = (
        simple.replace("'", apostrophe).replace("-", hyphen)
        for apostrophe in (APOSTROPHES if "'" in simple else "'")
        for hyphen in (HYPHENS if "-" in simple else "-")
    )
    return tuple(dict.fromkeys((name, *spelled)))
