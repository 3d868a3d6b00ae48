"""The ways in which one phone number may be stored. Variants of the same number only: two numbers never become one.

A column for phone numbers is free text in Dataverse (table references, contact `telephone1`), and equality is the only
comparison that is safe, so a number is searched in the forms people and programs store it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_VARIANTS = 12
MAX_LENGTH = 50
"""Characters that a phone column holds."""

_EXTENSION_WORDS = re.compile(r"(?:tel:|;?\s*ext(?:ension|n)?\.?|\bx)", re.IGNORECASE)
NORTH_AMERICA = 1


def variants(typed: str, region: str) -> tuple[str, ...]:
    """How the number that was typed may be stored, as typed first; `region` (like US) reads one without country code.

    What is no phone number is searched as typed. Forms without a country code are used for numbers of `region` alone:
    the same digits elsewhere are another number.
    """
    number = _parsed(typed, region)
    forms = (
        [typed]
        if number is None
        else [typed, *(form for form in _forms(number, region) if _same(form, number, region))]
    )
    return tuple(dict.fromkeys(form for form in forms if len(form) <= MAX_LENGTH))[:MAX_VARIANTS]


def _parsed(text: str, region: str) -> PhoneNumber | None:
    """The number that `text` is; None where it is none, or where letters would have to be read as digits."""
    import phonenumbers  # the metadata of the world's numbers: only who searches by phone pays for it

    if any(char.isalpha() for char in _EXTENSION_WORDS.sub("", text)):
        return None
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _same(form: str, number: PhoneNumber, region: str) -> bool:
    """Whether whoever reads `form` in `region` reads this number, or none at all."""
    import phonenumbers

    if form.startswith("+"):
        return True
    read = _parsed(form, region)
    return read is None or _key(read) == _key(number) or not phonenumbers.is_valid_number(read)


def _key(number: PhoneNumber) -> tuple[object, ...]:
    return number.country_code, number.national_number, number.italian_leading_zero, number.extension


def _forms(number: PhoneNumber, region: str) -> Iterator[str]:
    """The usual forms, the most usual first."""
    import phonenumbers

    formats = phonenumbers.PhoneNumberFormat
    extension, number = number.extension, _without_extension(number)
    e164 = phonenumbers.format_number(number, formats.E164)
    international = phonenumbers.format_number(number, formats.INTERNATIONAL)
    national = phonenumbers.format_number(number, formats.NATIONAL)
    home = region if region and phonenumbers.country_code_for_region(region) == number.country_code else ""
    forms = [e164, international, *([national, *_national(national)] if home else [])]
    if extension:
        for form in dict.fromkeys(forms[:4]):
            yield from (f"{form} ext. {extension}", f"{form} x{extension}", f"{form}x{extension}")
        return
    yield from forms[:3]
    yield e164[1:]
    yield from forms[3:]
    yield from _international(number.country_code, international, national)


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    import phonenumbers

    plain = phonenumbers.PhoneNumber()
    plain.merge_from(number)
    plain.extension = None
    return plain


def _national(national: str) -> Iterator[str]:
    """Other ways to write a number without its country code: digits alone, hyphens, blanks, points or a slash."""
    groups = re.findall(r"\d+", national)
    yield from ("".join(groups), "-".join(groups), " ".join(groups))
    yield f"{groups[0]}/{''.join(groups[1:])}" if groups[0].startswith("0") else ".".join(groups)


def _international(country_code: int | None, international: str, national: str) -> Iterator[str]:
    """Other ways to write a number with its country code."""
    groups = re.findall(r"\d+", international)
    yield "+" + " ".join(groups)
    yield "+" + "-".join(groups)
    if country_code == NORTH_AMERICA:
        yield f"+1 {national}"
        yield "-".join(groups)
        return
    yield "00" + "".join(groups)
    if national.startswith("0") and not groups[1].startswith("0"):  # Italy keeps its 0 abroad
        yield f"+{country_code} (0){' '.join(groups[1:])}"


def same(one: str, other: str, region: str) -> bool:
    """Whether two texts are one number: read in `region` both are the same, or their characters are."""
    numbers = _parsed(one, region), _parsed(other, region)
    if numbers[0] is None or numbers[1] is None:
        return one.strip() == other.strip()
    return _key(numbers[0]) == _key(numbers[1])
