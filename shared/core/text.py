"""Text of others, made harmless: valid Unicode; to be shown, one line, no invisible characters, cut."""

from __future__ import annotations

import re
import unicodedata

MAX_SHOWN = 100
"""Characters of one typed value that are repeated anywhere (contract, `escalationSummary`)."""

_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_INVISIBLE = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
"""Characters that show nothing although their category is a letter's or a mark's (Unicode, Default_Ignorable)."""


def valid(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, which no JSON text in UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def one_line(text: str, limit: int = MAX_SHOWN) -> str:
    """`text` on one line: white space becomes single blanks; control, bidirectional and zero-width characters go."""
    if text.isascii() and text.isprintable():
        visible = text
    else:
        visible = "".join(" " if char.isspace() else char for char in re.sub(_INVISIBLE, "", text) if _is_visible(char))
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _INVISIBLE_CATEGORIES
