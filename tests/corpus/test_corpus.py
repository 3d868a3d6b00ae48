"""The tables themselves: large enough, consistent, and right by the phonenumbers library. The app is not asked."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import phonenumbers
import pytest

from tests.corpus import tables
from tests.corpus.tables import CaseNumber, Email, Expected, Name, Phone

LANGUAGES = {"en", "de", "fr", "es", "pt", "ja"}
PHONES, NAMES, EMAILS, CASE_NUMBERS = tables.phones(), tables.names(), tables.emails(), tables.case_numbers()
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")

_WORDS_OF_A_NUMBER = re.compile(
    r"^(?:tel|whatsapp):|;?\s*(?:ext(?:ension)?\.?|x|доб\.|int\.|anexo)\s*=?(?=\s*\d)", re.IGNORECASE
)


def read(text: str, region: str) -> str:
    """The one number that phonenumbers reads in `text`, as E.164 with its extension; "" for none or several."""
    text = unicodedata.normalize("NFKC", text).strip()
    number = whole(text, region)
    found = [number] if number else [match.number for match in phonenumbers.PhoneNumberMatcher(text, region or "ZZ")]
    keys = {f"{phonenumbers.format_number(number, 0)};{number.extension or ''}" for number in found}
    return keys.pop() if len(keys) == 1 else ""


def whole(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The valid number that `text` is; None where there are words beside it."""
    if any(char.isalpha() for char in _WORDS_OF_A_NUMBER.sub("", text)):
        return None
    try:
        number = phonenumbers.parse(text if region else re.sub(r"^00\s?(?=[1-9])", "+", text), region or None)
    except phonenumbers.NumberParseException:
        return None
    number = today(number)
    return number if phonenumbers.is_valid_number(number) else None


def today(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """A mobile number of Brazil or Mexico as it is written since 2012 to 2016, and since 2019."""
    digits = phonenumbers.national_significant_number(number)
    if number.country_code == 55 and not phonenumbers.is_valid_number(number):
        return phonenumbers.parse(f"+55{digits[:2]}9{digits[2:]}")
    if number.country_code == 52 and len(digits) == 11 and digits[0] == "1":
        return phonenumbers.parse(f"+52{digits[1:]}")
    return number


def same_text(one: str, other: str) -> bool:
    """Whether Dataverse may find the texts equal: no case, no accents, no blanks around them."""
    return plain(one) == plain(other)


def plain(text: str) -> str:
    """`text` without case, accents and blanks around it."""
    letters = unicodedata.normalize("NFD", text.strip()).casefold()
    return "".join(char for char in letters if unicodedata.category(char) != "Mn")


def spelled(name: str) -> str:
    """`name` with one spelling of apostrophes, hyphens and blanks, no full stop at its end, nothing invisible."""
    name = re.sub("[\u2018\u2019\u02bb\u02bc\uff07]", "'", INVISIBLE.sub("", name))
    name = re.sub("[\u2010\u2011\u2013\u2014\u2212]", "-", name).removesuffix(".")
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def said(text: str) -> str:
    """`text` in plain characters, in lower case, for a search in it."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s*[\u2010-\u2015\u2212-]\s*", "-", text).casefold()


def test_phones_are_many() -> None:
    """At least 430 pairs of 46 countries that match somewhere, with and without a region; a quarter never match."""
    assert len(PHONES) >= 430
    assert len({row.country for row in PHONES if row.expected is Expected.MATCH}) >= 46
    assert 4 * sum(row.expected is Expected.NO_MATCH for row in PHONES) >= len(PHONES)
    for expected in (Expected.MATCH, Expected.NO_MATCH):
        regions = Counter(bool(row.region) for row in PHONES if row.expected is expected)
        assert min(regions[True], regions[False]) >= 50


def test_the_other_tables_are_large() -> None:
    """At least 90 addresses, 90 case numbers, 45 names."""
    assert len(EMAILS) >= 90
    assert len(CASE_NUMBERS) >= 90
    assert len(NAMES) >= 45
    assert {row.expected for row in NAMES} == set(Expected)


@pytest.mark.parametrize(
    "inputs",
    [
        [(row.typed, row.stored, row.region) for row in PHONES],
        [(row.typed, row.stored) for row in NAMES],
        [row.typed for row in EMAILS],
        [row.typed for row in CASE_NUMBERS],
    ],
    ids=["phones", "names", "emails", "case_numbers"],
)
def test_no_case_is_there_twice(inputs: Sequence[object]) -> None:
    """Each case counts once in a rate."""
    assert [case for case, count in Counter(inputs).items() if count > 1] == []


@pytest.mark.parametrize("file", ["phones", "names", "emails", "case_numbers"])
def test_what_a_reader_cannot_see_is_escaped(file: str) -> None:
    """No invisible character, and no blank at the end of a cell, hides in a table."""
    text = (tables.FOLDER / f"{file}.tsv").read_text(encoding="utf-8")
    hidden = [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\t\n"]
    assert hidden == []
    assert [cell for line in text.splitlines() for cell in line.split("\t") if cell != cell.strip(" \u00a0")] == []


def test_cells_fit_the_columns_they_are_compared_with() -> None:
    """Something is typed, the kind is one word, and what is searched or stored fits its column in Dataverse."""
    limits = {Phone: 50, Name: 160, Email: 100, CaseNumber: 100}
    rows: list[Phone | Name | Email | CaseNumber] = [*PHONES, *NAMES, *EMAILS, *CASE_NUMBERS]
    assert [row for row in rows if not row.typed or not re.fullmatch("[a-z0-9_]+", row.kind)] == []
    assert [row for row in rows if len(getattr(row, "stored", row.expected)) > limits[type(row)]] == []


def is_right(row: Phone) -> bool:
    """Whether the library, and equality of texts, say what `row` says."""
    typed, stored = read(row.typed, row.region), read(row.stored, row.region)
    one_number = bool(typed) and typed == stored
    if row.expected is Expected.MATCH:
        return one_number != (row.kind == "equal_text" and row.typed == row.stored)
    if row.expected is Expected.NO_MATCH:
        return not one_number and not same_text(row.typed, row.stored)
    return (typed, stored) == ("", "") and not any(char.isdigit() for char in row.typed)


def test_phones_are_right_by_the_library() -> None:
    """What matches is one number as read in the region, or equal text; what does not match is neither."""
    assert [row for row in PHONES if not is_right(row)] == []


def test_phones_name_countries() -> None:
    """Country and region are countries that the library knows, and a number that matches is of its country's code."""
    named = {row.country for row in PHONES} | {row.region for row in PHONES if row.region}
    assert named <= phonenumbers.SUPPORTED_REGIONS
    codes = {country: f"+{phonenumbers.country_code_for_region(country)}" for country in named}
    numbers = [row for row in PHONES if row.expected is Expected.MATCH and row.kind != "equal_text"]
    assert [row for row in numbers if not read(row.stored, row.region).startswith(codes[row.country])] == []


def test_names_differ_as_they_should() -> None:
    """What matches is one name in two spellings; what does not match is not equal for Dataverse either."""
    alike = [row for row in NAMES if row.expected is Expected.MATCH]
    others = [row for row in NAMES if row.expected is Expected.NO_MATCH]
    assert [row for row in alike if spelled(row.typed) != spelled(row.stored)] == []
    assert [row for row in others if same_text(spelled(row.typed), spelled(row.stored))] == []


@pytest.mark.parametrize("char", ["\u2019", "\u02bc", "\uff07", "\u02bb"], ids=ascii)
def test_apostrophes_come_in_both_directions(char: str) -> None:
    """Each typographic apostrophe is typed where the plain one is stored, and stored where the plain one is typed."""
    assert any(char in row.typed and "'" in row.stored for row in NAMES)
    assert any("'" in row.typed and char in row.stored for row in NAMES)


def test_an_address_stands_in_what_was_typed() -> None:
    """What is searched has one @ with something on both sides, and was typed, whatever is around it."""
    given = [row for row in EMAILS if row.expected]
    assert [row for row in given if not re.fullmatch("[^@ ]+@[^@ ]+", row.expected)] == []
    assert [row for row in given if row.expected.casefold() not in said(row.typed).replace("%2b", "+")] == []


def test_a_case_number_stands_in_what_was_typed() -> None:
    """What is searched has a digit and was typed, whatever is around it; what is unclear is searched as it is."""
    given = [row for row in CASE_NUMBERS if row.expected]
    assert [row for row in given if not any(char.isdigit() for char in row.expected)] == []
    assert [row for row in given if row.expected.casefold() not in said(row.typed)] == []
    assert [row for row in given if row.kind == "unclear" and row.expected != row.typed] == []


def test_languages_are_covered() -> None:
    """Six languages, each with words before a number or an address, and with refusals."""
    assert {row.language for row in CASE_NUMBERS} == LANGUAGES
    assert {row.kind.removeprefix("sentence_") for row in EMAILS if row.kind.startswith("sentence_")} == LANGUAGES
    for kind in ("words_before", "sentence", "refusal", "refusal_with_digits"):
        assert {row.language for row in CASE_NUMBERS if row.kind == kind} == LANGUAGES
