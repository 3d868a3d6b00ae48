"""The app over the corpus: what is typed is found where the tables say so, and nowhere else."""

from __future__ import annotations

from functools import lru_cache

import pytest

from dev.emulator.collation import Collation
from shared.resolver.filters import MAX_FORMS
from shared.resolver.values import variables
from tests.corpus import tables
from tests.corpus.tables import CaseNumber, Email, Expected, Name, Phone

equal = lru_cache(maxsize=None)(Collation().key)
"""What Dataverse compares, in the embedded one's words."""


def searched(name: str, typed: str, region: str = "") -> set[str]:
    """The texts that are searched, as Dataverse compares them; none where the input counts as not given."""
    text = variables.read(name, typed, region).text
    return {equal(form) for form in variables.forms(name, text, region)[:MAX_FORMS]} if text else set()


def agrees(name: str, row: Phone | Name, region: str = "") -> bool:
    """Whether the row is found, not found, or the input not given, as its table has it."""
    found = searched(name, row.typed, region)
    if row.expected is Expected.NOT_GIVEN:
        return not found
    return (equal(row.stored) in found) == (row.expected is Expected.MATCH)


@pytest.mark.parametrize("country", sorted({row.country for row in tables.phones()}))
def test_phones(country: str) -> None:
    """Phone numbers of a country match as the table says, and two numbers never become one."""
    rows = [row for row in tables.phones() if row.country == country]
    assert [row for row in rows if not agrees("Phone", row, row.region)] == []


@pytest.mark.parametrize("row", tables.names(), ids=lambda row: f"{row.kind}: {row.typed!a}")
def test_names(row: Name) -> None:
    """Names match in every spelling of apostrophe and hyphen, and not by guesses."""
    assert agrees("Name", row)


@pytest.mark.parametrize("row", tables.emails(), ids=lambda row: f"{row.kind}: {row.typed!a}")
def test_emails(row: Email) -> None:
    """The one address in a text is searched."""
    assert equal(variables.read("Email", row.typed).text) == equal(row.expected)


@pytest.mark.parametrize("row", tables.case_numbers(), ids=lambda row: f"{row.kind}: {row.typed!a}")
def test_case_numbers(row: CaseNumber) -> None:
    """The number in an answer is searched; what is unclear as it is."""
    assert equal(variables.read("CaseNumber", row.typed).text) == equal(row.expected)
