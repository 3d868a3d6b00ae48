"""Two numbers never become one: what is searched for one number is no usual written form of another."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonemetadata import PhoneMetadata

from shared.resolver.values.phone_forms import forms

SEED = 20260101
REGIONS = ("", "US", "GB", "DE", "FR", "IT", "ES", "BR", "MX", "AR", "JP", "IN", "RU", "HU", "AU", "CN")
"""DEFAULT_PHONE_REGION of a run; none, and those whose plans differ most."""

TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def examples() -> list[PhoneNumber]:
    """The library's example numbers of all regions, landline and mobile."""
    found = [
        phonenumbers.example_number_for_type(region, type)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for type in TYPES
    ]
    return [number for number in found if number is not None]


def varied(number: PhoneNumber, chance: random.Random) -> PhoneNumber | None:
    """A valid number of the same region with other digits at the end."""
    digits = phonenumbers.national_significant_number(number)
    for _ in range(10):
        count = chance.randint(1, max(1, len(digits) - 3))
        other = digits[:-count] + "".join(chance.choice("0123456789") for _ in range(count))
        candidate = with_national_number(number.country_code, other)
        if phonenumbers.is_valid_number(candidate):
            return candidate
    return None


def with_national_number(code: int, digits: str) -> PhoneNumber:
    """The number of a country code and digits, zeros at their beginning included."""
    zeros = len(digits) - len(digits.lstrip("0"))
    number = PhoneNumber(code, int(digits or "0"))
    if zeros:
        number.italian_leading_zero, number.number_of_leading_zeros = True, zeros
    return number


def look_alikes(number: PhoneNumber) -> Iterator[PhoneNumber]:
    """Valid numbers of other countries and lines whose digits are those of this one, with or without country code."""
    own, e164 = phonenumbers.national_significant_number(number), key(number)[1:]
    for digits in (own, e164, own.lstrip("0"), "0" + own, e164[1:], own[1:]):
        for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
            rest = digits.removeprefix(str(code))
            for candidate in {digits, rest} if len(rest) > 4 else {digits}:
                if 5 <= len(candidate) <= 14 and candidate.isdigit():
                    other = with_national_number(code, candidate)
                    if phonenumbers.is_valid_number(other):
                        yield other


def key(number: PhoneNumber) -> str:
    """What makes a number this one."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def usual(number: PhoneNumber, region: str) -> set[str]:
    """How a number is usually written where `region` is at home: abroad with a prefix, at home without it.

    Where no region is set, any number may stand without its prefix.
    """
    formats = [PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966]
    written = {phonenumbers.format_number(number, format) for format in formats}
    written |= {"00" + key(number)[1:], re.sub(r"[^\d+]", "", phonenumbers.format_number(number, 1))}
    if region:
        written.add(phonenumbers.format_out_of_country_calling_number(number, region))
    own = phonenumbers.region_code_for_country_code(number.country_code)
    if not region or phonenumbers.country_code_for_region(region) == number.country_code:
        written |= at_home(number, region or own)
    return written | {separated for text in written for separated in other_separators(text)}


def at_home(number: PhoneNumber, region: str) -> set[str]:
    """Without country code: the national format, its digits, the digits without what is dialled before them."""
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:  # a number of no country
        return {national}
    prefix = metadata.national_prefix or ""
    own = phonenumbers.national_significant_number(number)
    texts = {national, re.sub(r"\D", "", national), prefix + own}
    if len(own) >= max(metadata.general_desc.possible_length):
        texts.add(own)
    return texts


def other_separators(text: str) -> set[str]:
    """The text without brackets, and with other characters between its groups."""
    return {re.sub(r"[-\s./]+", separator, re.sub(r"[()]", "", text)) for separator in ("", " ", "-", ".")}


@pytest.fixture(scope="module")
def numbers() -> list[PhoneNumber]:
    """Over 1,000 valid numbers of all regions, some of them with the digits of another."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    found = {key(number): number for number in examples()}
    for number in list(found.values()):
        other = varied(number, chance)
        if other is not None:
            found[key(other)] = other
    for number in chance.sample(sorted(found.values(), key=key), 50):
        alike = list(look_alikes(number))
        found |= {key(other): other for other in chance.sample(alike, min(4, len(alike)))}
    return sorted(found.values(), key=key)


@pytest.mark.parametrize("region", REGIONS)
def test_no_form_is_one_of_another_number(numbers: list[PhoneNumber], region: str) -> None:
    """Over at least 200,000 pairs: no text that is searched for one number is a usual written form of another."""
    chance = random.Random(f"{SEED} {region}")  # noqa: S311 - no secret
    owners: dict[str, set[str]] = {}
    for number in numbers:
        for text in usual(number, region):
            owners.setdefault(text, set()).add(key(number))
    home = [
        number for number in numbers if region and number.country_code == phonenumbers.country_code_for_region(region)
    ]
    typed = [*home[:40], *chance.sample(numbers, 200 - len(home[:40]))]
    assert len(typed) * len(numbers) >= 200_000
    for number in typed:
        strangers = {
            (form, owner)
            for form in forms(key(number), region)
            for owner in owners.get(form, ())
            if owner != key(number)
        }
        assert strangers == set()
