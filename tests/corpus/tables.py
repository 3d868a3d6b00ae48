"""The tables of this folder as typed rows. What the columns mean is in README.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

FOLDER = Path(__file__).resolve().parent
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


class Expected(StrEnum):
    """What typing `typed` does to the row that holds `stored`."""

    MATCH = "match"
    NO_MATCH = "no_match"
    NOT_GIVEN = "not_given"


class Phone(NamedTuple):
    """A row of phones.tsv. `region` is DEFAULT_PHONE_REGION, "" for none."""

    country: str
    typed: str
    stored: str
    region: str
    expected: Expected
    kind: str


class Name(NamedTuple):
    """A row of names.tsv."""

    typed: str
    stored: str
    expected: Expected
    kind: str


class Email(NamedTuple):
    """A row of emails.tsv. `expected` is the address that is searched, "" where it counts as not given."""

    typed: str
    expected: str
    kind: str


class CaseNumber(NamedTuple):
    """A row of case_numbers.tsv. `expected` is the number that is searched, "" where it counts as not given."""

    typed: str
    expected: str
    language: str
    kind: str


Row = TypeVar("Row", Phone, Name, Email, CaseNumber)


def phones() -> list[Phone]:
    """The rows of phones.tsv."""
    return [row._replace(expected=Expected(row.expected)) for row in _rows("phones.tsv", Phone)]


def names() -> list[Name]:
    """The rows of names.tsv."""
    return [row._replace(expected=Expected(row.expected)) for row in _rows("names.tsv", Name)]


def emails() -> list[Email]:
    """The rows of emails.tsv."""
    return list(_rows("emails.tsv", Email))


def case_numbers() -> list[CaseNumber]:
    """The rows of case_numbers.tsv."""
    return list(_rows("case_numbers.tsv", CaseNumber))


def _rows(file: str, kind: type[Row]) -> Iterable[Row]:
    """Raises ValueError where a line has not the columns of the header, or the header not those of `kind`."""
    header, *lines = (FOLDER / file).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if tuple(header.split("\t")) != kind._fields:
        raise ValueError(f"{file}: the header must be {', '.join(kind._fields)}")
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(kind._fields):
            raise ValueError(f"{file}, line {number}: must have {len(kind._fields)} columns")
        yield kind._make(map(_decoded, cells))


def _decoded(cell: str) -> str:
    r"""The text of a cell: `\u200b` stands for the character of this number."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), cell)
