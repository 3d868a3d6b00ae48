"""What people type: brought into the form that is searched, never into another meaning."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.resolver.values.normalize import case_number, email, one_spaced, variable


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("Ann  Lee", "Ann Lee"),
        (" Ann\tLee\r\n", "Ann Lee"),
        ("Ann\u00a0Lee", "Ann Lee"),
        ("田中\u3000太郎", "田中 太郎"),
        ("Zoe\u0308", "Zoë"),
        ("Jürgen", "Jürgen"),
        ("O'Brien", "O'Brien"),
        ("", ""),
    ],
)
def test_names(typed: str, searched: str) -> None:
    """Names: trimmed, inner white space collapsed, Unicode composed; nothing that changes who is meant."""
    assert one_spaced(typed) == searched


@given(st.text())
def test_normalising_twice_changes_nothing(value: str) -> None:
    """For any text and every variable: the normal form of a normal form is itself."""
    for name in ("Name", "Email", "Phone", "CaseNumber", "Other"):
        once = variable(name, value)
        assert variable(name, once) == once
        assert unicodedata.is_normalized("NFC", once) or name in ("Email", "CaseNumber")


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("ann@x.com", "ann@x.com"),
        ("  ann@x.com ", "ann@x.com"),
        ("mailto:ann@x.com", "ann@x.com"),
        ("MAILTO:ann@x.com?subject=Hi", "ann@x.com"),
        ("mailto:ann%2Bshop@x.com", "ann+shop@x.com"),
        ("Ann Lee <ann@x.com>", "ann@x.com"),
        ('"Lee, Ann" <ann@x.com>', "ann@x.com"),
        ("<ann@x.com>", "ann@x.com"),
        ("<mailto:ann@x.com>", "ann@x.com"),
        ("Ann <no address>", "Ann <no address>"),
        ("a@x.com, b@x.com", "a@x.com, b@x.com"),
        ("ann+tag@x.com", "ann+tag@x.com"),
        ("o'brien@x.com", "o'brien@x.com"),
    ],
)
def test_emails(typed: str, searched: str) -> None:
    """E-mail: trimmed, `mailto:` and display-name form taken apart, the address itself untouched."""
    assert email(typed) == searched


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("CAS-01001-X1Y2Z3", "CAS-01001-X1Y2Z3"),
        ("#CAS-01001", "CAS-01001"),
        ("case CAS-01001", "CAS-01001"),
        ("Case #CAS-01001.", "CAS-01001"),
        ("case: 4711", "4711"),
        ("Case#4711", "4711"),
        ("“CAS-01001”", "CAS-01001"),
        ("'CAS-01001'!", "CAS-01001"),
        ("CAS–01001—X1", "CAS-01001-X1"),
        ("CAS\u201101001", "CAS-01001"),
        ("CAS-01001。", "CAS-01001"),
        ("CASE-0012", "CASE-0012"),
        ("case-0012", "case-0012"),
        ("casework 12", "casework 12"),
        ("no", ""),
        ("none", ""),
        ("I don't have one", ""),
        ("case", ""),
        ("#", ""),
        ("???", ""),
        ("７７", "７７"),
    ],
)
def test_case_numbers(typed: str, searched: str) -> None:
    """Case numbers: `#`, `case`, quotes, final punctuation and typographic dashes go; without a digit it is none."""
    assert case_number(typed) == searched
