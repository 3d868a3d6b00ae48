"""How texts compare.

"Microsoft Dataverse language collations": every language compares without regard to case (_CI); English and most
others also without regard to accents (_AI), some with (_AS). `Collation` starts as the English one, CI_AI; the switch
is ``accent_sensitive``. Trailing blanks do not count in ``eq``, as in SQL Server ("How SQL Server compares strings with
trailing spaces"); leading ones do. Width and kana, which SQL Server collations of this kind ignore too, are told apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


class Collation:
    """Case-insensitive comparison, with or without regard to accents."""

    def __init__(self, accent_sensitive: bool = False) -> None:
        self.accent_sensitive = accent_sensitive

    def fold(self, text: str) -> str:
        """The text with case (and accents) taken away; two texts are alike where these are the same."""
        if text.isascii():
            return text.casefold()
        folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
        if not self.accent_sensitive:
            folded = "".join(mark for mark in folded if unicodedata.category(mark) != "Mn").casefold()
        return unicodedata.normalize("NFC", folded)

    def key(self, text: str) -> str:
        """What ``eq``, ``lt`` and ``$orderby`` compare: `fold` without trailing blanks."""
        return self.fold(text).rstrip(" ")

    def like(self, text: str | None, pattern: str) -> bool | None:
        """T-SQL ``LIKE`` with ``%``, ``_``, ``[…]`` and ``[^…]`` ("Use wildcard characters in conditions").

        None for null.
        """
        if text is None:
            return None
        return _like(self.fold(pattern)).fullmatch(self.fold(text)) is not None


def _token(pattern: str, at: int) -> tuple[str, int]:
    """The regular expression for the pattern's character at ``at`` and the place after it."""
    char = pattern[at]
    if char in "%_":
        return (".*" if char == "%" else "."), at + 1
    # A "]" right after "[" ends an empty set in T-SQL, which matches nothing; an unclosed "[" does the same.
    end = pattern.find("]", at + 1) if char == "[" else -1
    if char != "[":
        return re.escape(char), at + 1
    if end < 0:
        return r"(?!)", len(pattern)
    return _character_set(pattern[at + 1 : end]), end + 1


def _character_set(body: str) -> str:
    negated, members = ("^", body[1:]) if body.startswith("^") else ("", body)
    parts, at = [], 0
    while at < len(members):
        span = members[at : at + 3]
        if len(span) == 3 and span[1] == "-":
            # A range that runs backwards matches nothing, in T-SQL too.
            parts.append(f"{re.escape(span[0])}-{re.escape(span[2])}" if span[0] <= span[2] else "")
            at += 3
        else:
            parts.append(re.escape(members[at]))
            at += 1
    return f"[{negated}{''.join(parts)}]" if any(parts) else r"(?!)"


@lru_cache(maxsize=512)
def _like(pattern: str) -> re.Pattern[str]:
    parts, at = [], 0
    while at < len(pattern):
        part, at = _token(pattern, at)
        parts.append(part)
    return re.compile("".join(parts), re.DOTALL)
