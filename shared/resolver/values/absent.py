"""What counts as not given, whatever the variable: template placeholders, words for nothing, refusals. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from shared.resolver.values.words import BARE, NOTHING, REFUSALS, REFUSALS_JA

# A pattern that only some values need is a text: Python compiles it with the first of them, not in every new instance.

_DOUBLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"[$#@]\{.*?\}|\{%.*?%\}|<%.*?%>|\[object \w+\]"  # ${x} @{…} {% x %} <%= x %>
    r"|^\{[A-Za-z_][\w. ]*\}$|^%[A-Za-z_]\w*%$|^<[A-Za-z_][\w ]*>$|^__\w+__$"  # {x} %x% <x> __x__
    r"|^=?(?:Topic|Global|System|Env)\.[A-Za-z_][\w.]*$|^@\w+\(.*\)",  # Topic.X, @triggerBody()
    re.DOTALL,
)
_MANY_DIGITS = re.compile(r"\d\D*\d\D*\d")


def _words(text: str) -> str:
    """The words of a text in lower case, with one blank between them; punctuation is none of them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


_SENTENCE = "|".join(f"(?:{pattern})" for pattern in REFUSALS.values())


@cache
def _nothing() -> frozenset[str]:
    return frozenset(_words(entry) for entries in NOTHING.values() for entry in entries.split(";"))


def is_placeholder(text: str) -> bool:
    """Whether a template was not filled in: `{{Topic.X}}` anywhere in it, `${x}`, `{x}`, `[object Object]` alone."""
    text = text.strip()
    if _DOUBLE.search(text):
        return True
    left, count = _PLACEHOLDER.subn("", text)
    is_bracketed = text.startswith("{") and _MANY_DIGITS.search(text) is not None  # {12345} is a number in brackets
    return count > 0 and not _words(left) and not is_bracketed


def is_nothing(text: str) -> bool:
    """Whether a whole text says that there is nothing: no letter or digit, a placeholder, "none", "I don't know"."""
    words = _words(text)
    first, *others = words.split() or [""]
    words = first if others and len(first) > 2 and set(others) == {first} else words  # "null null"
    return not words or words in _nothing() or is_placeholder(text) or is_refusal(text)


def is_refusal(text: str, bare: bool = False) -> bool:
    """Whether a sentence begins by refusing an answer; `bare`: also one that begins with a mere no or none."""
    words = _words(text)
    if re.match(_SENTENCE, words) or re.search(REFUSALS_JA, words):
        return True
    return bare and re.match(BARE, words) is not None
