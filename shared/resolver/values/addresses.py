"""E-mail addresses as people type and paste them: the one address in a text. Pure.

The standard library's parser (`email.utils`) reads headers, not sentences: it keeps a final full stop and loses an
address behind words. So what an address may consist of (RFC 5322 `dot-atom`, RFC 6531 for other scripts) is looked for.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from shared.resolver.values.absent import is_placeholder
from shared.resolver.values.text import one_spaced, plain

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
    usual = _FULL_STOP.sub(".", plain(shown))
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
    text = _MAILTO.sub(lambda found: f" {unquote(found[1])} ", _MAILTO_QUERY.sub(r"\1", text))
    return [address for found in _ADDRESS.finditer(text) if (address := _address(found, text))]


def _address(found: re.Match[str], text: str) -> str:
    """The address without what touches it: quotes, full stops, words of a script that writes without blanks."""
    local, domain = found["local"].lstrip("'.*").rstrip("."), found["domain"]
    if domain.isascii() or _ends_in_ascii(domain):
        domain = re.match(r"[\x00-\x7f]*", domain)[0].rstrip(".-")  # type: ignore[index]
    ascii_local = re.search(r"[\x21-\x7e]+$", local)
    if ascii_local and _OTHER_SCRIPT.search(local) and _has_no_blanks(local):
        local = ascii_local[0]
    return f"{local}@{domain}" if local and domain else ""


def _ends_in_ascii(domain: str) -> bool:
    """Whether other letters only follow a whole domain: `example.comです`."""
    return re.match(r"[a-z0-9.-]+\.[a-z]{2,}[^\x00-\x7f.]+$", domain, re.IGNORECASE) is not None


def _has_no_blanks(local: str) -> bool:
    """Whether the letters are of a script that writes words without blanks between them."""
    return re.search(r"[\u3040-\u30ff][\x21-\x7e]+$", local) is not None
