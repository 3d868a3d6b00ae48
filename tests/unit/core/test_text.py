"""Typed text made harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.text import one_line


@given(st.text())
def test_any_text_becomes_one_short_visible_line(value: str) -> None:
    """For any text: one line, at most 100 characters, nothing invisible but single blanks."""
    line = one_line(value)
    assert len(line) <= 100
    assert len(line.splitlines()) <= 1
    assert "  " not in line.strip() or not value
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in line)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  Ann \t\r\n Lee ", "Ann Lee"),
        ("Ann\u202eeeL\u202c", "AnneeL"),
        ("A\u200bn\ufeffn\u00ad", "Ann"),
        ("Zoë 🦊 田中", "Zoë 🦊 田中"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 99 + "…"),
    ],
)
def test_one_line(value: str, expected: str) -> None:
    """White space collapses; bidirectional and zero-width characters go; letters of any script stay."""
    assert one_line(value) == expected
