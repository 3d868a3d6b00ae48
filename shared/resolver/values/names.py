"""Names as people type them: one apostrophe and one hyphen, in several spellings; a full stop after a name. Pure."""

from __future__ import annotations

from shared.resolver.values.absent import is_nothing
from shared.resolver.values.text import one_spaced

APOSTROPHES = "'\u2019\u02bc\u02bb\u2018\uff07"
"""Typewriter's, typographic (phones set it), modifier letter, okina, opening quote, full width."""

HYPHENS = "-\u2010\u2011\u2013"
"""Typewriter's, Unicode's own, non-breaking, and the dash that programs for texts set in its place."""

_AS_APOSTROPHE = dict.fromkeys(map(ord, APOSTROPHES + "\u00b4`"), "'")
_AS_HYPHEN = dict.fromkeys(map(ord, HYPHENS + "\u2014\u2212"), "-")


def read(text: str) -> str:
    """The name; "" where it counts as not given."""
    name = one_spaced(text)
    return "" if is_nothing(name) else name


def forms(name: str) -> tuple[str, ...]:
    """The name as typed, then in the other spellings of its apostrophes and hyphens, the same one throughout.

    A full stop at the end may be that of a sentence, or belong to the name (`Jr.`): both are searched.
    """
    simple = name.translate(_AS_APOSTROPHE).translate(_AS_HYPHEN)
    spelled = (
        text.replace("'", apostrophe).replace("-", hyphen)
        for text in (simple, simple.rstrip("."))
        for apostrophe in (APOSTROPHES if "'" in simple else "'")
        for hyphen in (HYPHENS if "-" in simple else "-")
    )
    return tuple(dict.fromkeys((name, *spelled)))
