"""E-mail addresses as people type and paste them: the one address in a text. Pure.

The standard library's parser (`email.utils`) reads headers, not sentences: it keeps a final full stop and loses an
address behind words. So what an address may consist of (RFC 5322 `dot-atom`, RFC 6531 for other scripts) is looked for.
A text from which a mailer may take another address than the one found here counts as not given.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from shared.resolver.values.absent import is_placeholder
from shared.resolver.values.text import one_spaced, plain, usual_width

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(
    r"(?P<local>\"[^\"\s@]+\"|[\w!#$%&*+/=?^~.'-]+)@(?P<domain>" + _LABEL + r"(?:\." + _LABEL + r")*)"
)
_MAILTO_QUERY = re.compile(r"(mailto:[^\s?<>|]+)\?[^\s<>|\])\"']*", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:([^\s<>|\])\"']+)", re.IGNORECASE)
_BLANKS_AT = re.compile(r"(\S+) ?@ ?(\S+\.\S+)")
"""A keyboard that completes words puts a blank beside the @."""

_FULL_STOP = re.compile(r"(?<=[A-Za-z0-9])[。｡](?=[A-Za-z0-9])")
"""What a Japanese keyboard writes for the dot."""

_FIELD = re.compile(r"(?<![^\s<(\"'])(?:https?://\S*?[?&])?(?:e-?mail|mail|to)=(?=\S+@)", re.IGNORECASE)
"""The name of a field before an address, also in the query of a link."""

_GOES_ON = re.compile(r"[._-]*[^\W_]")
"""Behind an address, in plain characters: a longer one, written oddly, as in `ann@example.com..example.org`."""

_BEGINS_BEFORE = re.compile(r"[\w!#$%&*+/=?^~.'-]$")
"""Before an address, in plain characters: what an address may consist of."""

_WORDS_BEHIND = r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff5f-\uff9f]+"
"""A whole domain and words of a script that writes without blanks: kana, kanji, their punctuation; Hangul.

A text, which Python compiles when it is first used: it takes two milliseconds, and is seldom needed.
"""

_OTHER_SCRIPT = re.compile(r"[^\x00-\x7f]")
MAX_LENGTH = 100
"""Characters that an e-mail column holds."""

MAX_TEXT = 1000
"""Characters of a text in which an address is looked for; a longer one is searched as it is, which finds nobody."""


def read(text: str) -> tuple[str, str]:
    """The address in a text, "" where there is none or more than one, and what was done."""
    shown = one_spaced(text)
    if len(shown) > MAX_TEXT:
        return shown, ""
    if is_placeholder(shown):
        return "", "no address was found"
    usual = _FULL_STOP.sub(".", usual_width(shown)).replace("\u200c", "").replace("\u200d", "")
    whole = _BLANKS_AT.fullmatch(usual)
    found = {address.casefold(): address for address in _addresses("@".join(whole.groups()) if whole else usual)}
    if len(found) > 1:
        return "", "there was more than one address"
    address = next(iter(found.values()), "")
    if not address:
        is_word = " " not in shown and len(shown) > MAX_LENGTH  # no refusal is that long: a value that cannot match
        return (shown, "") if is_word else ("", "no address was found")
    return address, "" if address == shown else "an address was taken out of a longer text"


def _addresses(text: str) -> list[str]:
    """The addresses in a text; none where any may be a part of another one."""
    text = _MAILTO.sub(lambda found: f" {unquote(found[1])} ", _MAILTO_QUERY.sub(r"\1", text))
    text = _FIELD.sub(" ", text)
    around, found = plain(_ADDRESS.sub(" ", text)), list(_ADDRESS.finditer(text))
    if "@" in around or "%40" in around or any(map(_may_be_a_part, found)):
        return []
    addresses = [_address(each) for each in found]
    return addresses if all(addresses) else []


def _may_be_a_part(found: re.Match[str]) -> bool:
    """Whether an address is cut off at a character that may belong to it: a loose accent, a second full stop."""
    before, behind = found.string[: found.start()][-1:], found.string[found.end() :]
    if any(unicodedata.category(char).startswith("M") for char in before + behind[:1]):
        return True
    return bool(_BEGINS_BEFORE.search(plain(before)) or _GOES_ON.match(plain(behind.partition(" ")[0])))


def _address(found: re.Match[str]) -> str:
    """The address without what touches it: quotes, full stops, words of a script that writes without blanks."""
    local, domain = found["local"].lstrip("'.*").rstrip("."), found["domain"]
    if found.string.startswith("_", found.end()):  # Markdown: _ann@example.com_
        local = local.lstrip("_")
    if not domain.isascii() and re.fullmatch(_WORDS_BEHIND, domain):
        domain = re.match(r"[\x00-\x7f]*", domain)[0].rstrip(".-")  # type: ignore[index]
    ascii_local = re.search(r"[\x21-\x7e]+$", local)
    if ascii_local and _OTHER_SCRIPT.search(local) and _has_no_blanks(local):
        local = ascii_local[0]
    return f"{local}@{domain}" if local and domain else ""


def _has_no_blanks(local: str) -> bool:
    """Whether the letters are of a script that writes words without blanks between them."""
    return re.search(r"[\u3040-\u30ff][\x21-\x7e]+$", local) is not None
