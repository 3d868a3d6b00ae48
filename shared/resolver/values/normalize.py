"""What people type, in the form in which it is searched. Nothing here changes who or what is meant. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import unquote

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")
_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」『』"
_PUNCTUATION = ".,;:!?。、！？"
_CASE_WORD = re.compile(r"case(?:\s*#|\s*:|\s)\s*", re.IGNORECASE)
"""`case` counts as a word of its own only: CASE-0012 may be how an organisation numbers its cases."""


def one_spaced(text: str) -> str:
    """`text` in Unicode's composed form (NFC), without blanks around it, inner white space as single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def email(text: str) -> str:
    """The address in `ann@x.com`, `mailto:ann@x.com` or `Ann <ann@x.com>`."""
    address = one_spaced(text)
    shown = re.fullmatch(r"[^<>]*<\s*([^<>\s]+)\s*>", address)
    address = shown[1] if shown and "@" in shown[1][1:-1] else address
    if address[:7].lower() == "mailto:":
        address = unquote(address[7:].partition("?")[0]).strip()
    return address


def case_number(text: str) -> str:
    """The number in `#CAS-01`, `case CAS–01` or `"CAS-01".`; "" where there is no digit ("no", "none")."""
    number, before = one_spaced(text).translate(_DASHES), ""
    while number != before:
        before = number
        number = number.strip(_QUOTES + " ").rstrip(_PUNCTUATION).lstrip("#").strip()
        number = _CASE_WORD.sub("", number, count=1) if _CASE_WORD.match(number) else number
    return number if any(char.isdigit() for char in number) else ""


_BY_VARIABLE: Mapping[str, Callable[[str], str]] = {"Email": email, "CaseNumber": case_number}


def variable(name: str, text: str) -> str:
    """The value of a variable as it is searched; "" where it counts as not given."""
    return _BY_VARIABLE.get(name, one_spaced)(text)
