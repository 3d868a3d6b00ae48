"""What every variable has in common: blanks, composed letters, characters that nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")
QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇"
BRACKETS = "()[]{}<>（）［］【】〔〕〈〉《》"
PUNCTUATION = ".,;:!?。、！？：；，．…"

_UNSEEN = "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
"""Soft hyphens, marks of direction, zero-width spaces, what no XML can hold. The joiners U+200C and U+200D are part of
names.

A text, not a compiled pattern: that costs every new instance a third of a millisecond, and most values are ASCII.
"""


def one_spaced(text: str) -> str:
    """`text` in Unicode's composed form (NFC), without unseen characters, inner white space as single blanks."""
    seen = text if text.isascii() else unicodedata.normalize("NFC", re.sub(_UNSEEN, "", text))
    return " ".join(seen.split())


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFE6B: ord("@")}


def usual_width(text: str) -> str:
    """`text` with the full-width forms of ASCII, and the small @, as ASCII; any other character stays what it is."""
    return unicodedata.normalize("NFC", text.translate(_FULL_WIDTH))


def plain(text: str) -> str:
    """`text` in characters of usual width, dashes as hyphens, without the joiners: for all but names."""
    usual = unicodedata.normalize("NFKC", text).translate(DASHES).replace("\u200c", "").replace("\u200d", "")
    return " ".join(usual.split())
