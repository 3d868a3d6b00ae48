"""What people type: brought into the form that is searched, never into another meaning."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.follow_up import TEXTS
from shared.resolver.values import names, words
from shared.resolver.values.addresses import read as read_address
from shared.resolver.values.case_numbers import read as read_case_number
from shared.resolver.values.variables import VARIABLES, read


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
    assert names.read(typed) == searched


@given(st.text())
def test_normalising_twice_changes_nothing(value: str) -> None:
    """For any text and every variable: what was read, read again, is itself."""
    for name in (*VARIABLES, "Other"):
        once = read(name, value).text
        assert read(name, once).text == once
        assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("name", ["Name", "Email", "Phone", "CaseNumber", "AccountNumber", "msdyn_fromphone"])
@pytest.mark.parametrize(
    "text",
    [
        "{{Topic.X}}",
        "${x}",
        "{x}",
        "[object Object]",
        "undefined",
        "null",
        "NaN",
        "None",
        "N/A",
        "#N/A",
        "TBD",
        "-",
        ".",
        "---",
        "???",
        "…",
        "skip",
        "Skip.",
        "no",
        "unknown",
        "I don't know",
        "keine Angabe",
        "aucun",
        "ninguno",
        "não sei",
        "なし",
    ],
)
def test_nothing_is_not_given(name: str, text: str) -> None:
    """Placeholders, words for nothing and refusals are no value of any variable; the note says so without repeating them."""
    reading = read(name, text)
    assert reading.text == ""
    assert "counted as not given" in reading.note
    assert text == "no" or text not in reading.note  # "no" is in the words of the note themselves


@pytest.mark.parametrize(
    "name", ["Nada Haddad", "Null Holdings Ltd", "Noah No", "Skip Larsen", "No Limits GmbH", "Sin Kim"]
)
def test_names_that_look_empty(name: str) -> None:
    """A name is not given only where all of it says so."""
    assert read("Name", name).text == name


def test_spellings_of_a_name() -> None:
    """Apostrophes and hyphens are searched in their usual spellings, the typed one first; nothing else changes."""
    found = names.forms("Anne\u2010Marie O\u2019Brien")
    assert found[0] == "Anne\u2010Marie O\u2019Brien"
    assert {"Anne-Marie O'Brien", "Anne\u2010Marie O'Brien", "Anne-Marie O\u2019Brien"} <= set(found)
    assert len(found) == len(set(found)) <= 30
    assert names.forms("Ann Lee") == ("Ann Lee",)


@pytest.mark.parametrize(
    ("typed", "searched"),
    [("  Ann@X.com ", "Ann@X.com"), ("a@x.com or A@X.com", "A@X.com"), ("ann @ x.com", "ann@x.com")],
)
def test_emails(typed: str, searched: str) -> None:
    """An address is searched in the letters in which it was typed, without the blanks around it and its @."""
    assert read_address(typed)[0] == searched


@pytest.mark.parametrize(("typed", "searched"), [(" CASE-0012 ", "CASE-0012"), ("case-0012", "case-0012")])
def test_case_numbers(typed: str, searched: str) -> None:
    """A case number is searched in the letters in which it was typed, without the blanks around it."""
    assert read_case_number(typed)[0] == searched


def test_every_language_of_the_questions_has_its_words() -> None:
    """Who is asked in a language is understood in it: refusals, and what a case number is called."""
    languages = {path.stem for path in TEXTS.glob("*.json")}
    assert languages <= words.NOTHING.keys()
    assert languages == words.NOUNS.keys() == words.SMALL.keys()
    assert languages - {"ja"} == words.REFUSALS.keys()


@pytest.mark.parametrize("text", ["maria.campbe\u217cl@example.com", "maria.campbell@ex\u00aample.com"])
def test_what_only_looks_like_an_address_stays_different(text: str) -> None:
    """Compatibility characters are not folded into the ASCII letters that they look like."""
    assert read_address(text)[0] == text


def test_full_width_addresses() -> None:
    """What a Japanese keyboard writes in full width is the same address."""
    assert read_address("\uff41\uff0e\uff42\uff20x.com")[0] == "a.b@x.com"
