"""Phone numbers as people type them and as channels send them: the one number in a text. Pure.

phonenumbers reads; what is added is what it does not know: addresses of channels, withheld numbers, renumbered plans.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from shared.resolver.values.absent import is_nothing
from shared.resolver.values.text import PUNCTUATION, QUOTES, one_spaced, plain

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_TEXT = 500
"""Characters of a text in which a number is looked for; a longer one is searched as it is, which finds nobody."""

MAX_LENGTH = 50
"""Characters that a phone column holds."""

_SIP = re.compile(r"sips?:([^@;>?\s]*)|^(\+[\d().-]+)@\S+$", re.IGNORECASE)
"""The user of a SIP address; one that begins with `+` is a number without the scheme, too."""

_TEL = re.compile(r"\btel:(?://)?([^\s<>\"]+)", re.IGNORECASE)
_WHATSAPP = re.compile(
    r"(?:whatsapp:|(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=))(\+?\d{7,15})(?![.\w])"
    r"|^(\d{7,15})(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$",
    re.IGNORECASE,
)
"""WhatsApp writes numbers with their country code, often without `+`."""

_SCHEME = re.compile(
    r"^<?(?:callto|sms|smsto|mms|fax|skype|facetime|facetime-audio|whatsapp|phone|4):(?://)?", re.IGNORECASE
)
"""`4:` begins the id of a telephone in Azure Communication Services."""

_BOUND = re.compile(
    r"^(?:whatsapp:)?[A-Za-z]{2}\.(?=\w*\d)\w+$|^(?:8|28|29):|^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$",
    re.IGNORECASE,
)
"""Ids that a channel binds to one business, ids of users of Teams and Communication Services, GUIDs."""

_ADDRESS = re.compile(r"\S*@\S*")
_EXTENSION = re.compile(
    r"[;,]?\s*(?:ext(?:ension|n)?|доб|int(?:erno)?|anexo|ramal|poste|durchwahl|dw|内線|x|#)[.:]?\s*=?\s*(?=\d{1,7}\W*$)",
    re.IGNORECASE,
)
_ONLY_A_LABEL = re.compile(r"((?:[^\d+(]*[^\dA-Za-z+(])?)([+(]?\d[\d\s().\-/+]*)\W*")

_WITHHELD = ("ANONYMOUS", "RESTRICTED", "UNAVAILABLE", "PRIVATE", "WITHHELD", "BLOCKED", "UNKNOWN")
"""Withheld numbers come as what these words are on the keys of a telephone: +266696687."""

FEWEST_DIGITS, FEW_DIGITS = 3, 4
"""Digits that a number has, and that a text among words has to have where nobody reads a number in it."""


def read(text: str, region: str) -> tuple[str, str]:
    """The number in a text as it is searched, "" where there is none or more than one, and what was done."""
    shown = one_spaced(text)
    if len(shown) > MAX_TEXT:
        return shown, ""
    if is_nothing(shown) or _BOUND.match(shown) or not _digits(shown):
        return "", "no number was found"
    usual = _ADDRESS.sub(" ", _unwrapped(plain(shown))).strip(QUOTES + " <>").rstrip(PUNCTUATION)
    if len(_digits(usual)) < FEWEST_DIGITS or not _digits(usual).strip("0") or _is_withheld(usual):
        return "", "no number was found"
    found = _found(usual, region)
    if len(found) > 1:
        return "", "there was more than one number"
    number = found[0] if found else _unread(usual)
    if not number:
        return "", "no number was found"
    return (shown, "") if number == plain(shown) else (number, "a number was taken out of a longer text")


def parsed(text: str, region: str) -> PhoneNumber | None:
    """The number that a whole text is, read in `region`; None where it is none, or several words."""
    import phonenumbers  # the metadata of the world's numbers: only a search by phone pays for it

    if any(char.isalpha() for char in _EXTENSION.sub("", text)):
        return None
    try:
        number = today(phonenumbers.parse(_EXTENSION.sub(" ext. ", text), region or None))
    except phonenumbers.NumberParseException:
        number = None
    digits = _digits(text)
    if digits.startswith("00") and (number is None or not phonenumbers.is_valid_number(number)):
        abroad = (
            parsed("+" + text.strip("( ").replace("0", "", 2).strip(" -."), "") if text.strip("( ")[:1] == "0" else None
        )
        number = abroad if abroad and phonenumbers.is_valid_number(abroad) else number
    possible = number is not None and phonenumbers.is_possible_number_with_reason(number)
    return number if possible == phonenumbers.ValidationResult.IS_POSSIBLE else None


def key(number: PhoneNumber) -> tuple[object, ...]:
    """What makes a number this one."""
    zeros = number.number_of_leading_zeros or 1 if number.italian_leading_zero else 0
    return number.country_code, number.national_number, zeros, number.extension or ""


def same(one: str, other: str, region: str) -> bool:
    """Whether two texts are one number: read in `region` both are the same, or nobody reads either and they are equal.

    What counts as not given, such as a withheld number, is the same as nothing.
    """
    texts = read(one, region)[0], read(other, region)[0]
    numbers = [parsed(text, region) for text in texts if text]
    if len(numbers) < 2 or (numbers[0] is None) != (numbers[1] is None):
        return False
    return texts[0] == texts[1] if numbers[0] is None or numbers[1] is None else key(numbers[0]) == key(numbers[1])


def is_organizations(text: str, organization: str, region: str) -> bool:
    """Whether a text is the organization's own number: the same number, or its digits with or without `+` or `00`."""
    digits = [_digits(read(each, region)[0]).removeprefix("00") for each in (text, organization)]
    return same(text, organization, region) or (bool(digits[0]) and digits[0] == digits[1])


def today(number: PhoneNumber) -> PhoneNumber:
    """The number after a change of its country's plan, where the plan says what became of each old one.

    Brazil put a 9 before the eight digits of mobile numbers, which begin with 6, 8 or 9 (Anatel, 2012 to 2016; those
    with 7 were trunked radio and stay). Mexico left out the 1 of calls from abroad to mobiles, and the 01 of calls
    within the country (IFT, 2019).
    """
    import phonenumbers

    old = phonenumbers.national_significant_number(number)
    new = ""
    if number.country_code == BRAZIL and len(old) == 10 and old[2] in "689":
        new = f"{old[:2]}9{old[2:]}"
    if number.country_code == MEXICO and len(old) == 11 and old[0] == "1":
        new = old[1:]
    if number.country_code == MEXICO and len(old) == 12 and old.startswith("01"):
        new = old[2:]
    if not new or phonenumbers.is_valid_number(number):
        return number
    changed = phonenumbers.PhoneNumber(number.country_code, int(new), number.extension)
    return changed if phonenumbers.is_valid_number(changed) else number


BRAZIL, MEXICO = 55, 52


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _unwrapped(text: str) -> str:
    """The text with the addresses of channels taken apart."""
    sip = _SIP.search(text)
    if sip:
        return unquote(sip[1] or sip[2] or "")
    whatsapp = _WHATSAPP.search(text)
    if whatsapp:
        return "+" + (whatsapp[1] or whatsapp[2]).lstrip("+")
    text = _TEL.sub(lambda found: _tel(unquote(found[1])), text)
    return unquote(_SCHEME.sub("", text)) if _SCHEME.match(text) else text.replace("%2B", "+")


def _tel(uri: str) -> str:
    """The number of a `tel:` URI (RFC 3966), its context before and its extension behind it."""
    number, *parameters = uri.split(";")
    values = {name.lower(): value for name, _, value in (each.partition("=") for each in parameters)}
    context = values.get("phone-context", "") if not number.startswith("+") else ""
    extension = f" ext. {values['ext']}" if values.get("ext") else ""
    return f"{context if context.startswith('+') else ''}{number}{extension}"


def _is_withheld(text: str) -> bool:
    import phonenumbers

    digits = _digits(text)
    if digits not in _withheld() or not (text.startswith("+") or len(digits) > FEW_DIGITS * 2):
        return False
    try:
        return not phonenumbers.is_valid_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return True


@lru_cache(maxsize=1)
def _withheld() -> frozenset[str]:
    import phonenumbers

    return frozenset(phonenumbers.convert_alpha_characters_in_number(word) for word in _WITHHELD)


def _found(text: str, region: str) -> list[str]:
    """The different numbers in a text, as written: the whole text where it is one, else those within it."""
    import phonenumbers

    if parsed(text, region):
        return [text]
    matcher = phonenumbers.PhoneNumberMatcher(_EXTENSION.sub(" ext. ", text), region or "ZZ")
    return list({key(match.number): match.raw_string for match in matcher}.values())


def _unread(text: str) -> str:
    """What is searched of a text in which nobody reads a number: digits behind a label, else the text itself."""
    label = _ONLY_A_LABEL.fullmatch(text)
    if label and len(_digits(label[2])) >= FEW_DIGITS:
        return label[2].strip()
    has_words = any(char.isalpha() for char in text)
    return "" if has_words and len(_digits(text)) < FEW_DIGITS else text
