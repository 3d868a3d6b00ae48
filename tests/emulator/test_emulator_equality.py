"""For any text, a correctly quoted ``eq`` selects exactly the rows that are equal to it: over real HTTP."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dev.emulator import Emulator

# Lone surrogates are no text; an empty text is stored as null.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
NEAR = st.sampled_from(
    ["a", "A", "á", "a ", " a", "a'", "a''", "a%", "a_", "ab", "[a]", "ﬁ", "ß", "SS", "ss", "é", "e\u0301"]
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def alike(one: str, other: str) -> bool:
    """What the emulator documents: no case, no accents, no trailing blanks. Written a second time, on purpose."""

    def plain(text: str) -> str:
        letters = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
        return "".join(c for c in letters if unicodedata.category(c) != "Mn").casefold()

    return unicodedata.normalize("NFC", plain(one)).rstrip(" ") == unicodedata.normalize("NFC", plain(other)).rstrip(
        " "
    )


@pytest.fixture(scope="module")
def bare() -> Iterator[Emulator]:
    """One emulator for all examples."""
    with Emulator({}) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def web_class():
    """The plain client of the conftest."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        yield session


@SLOW
@given(texts=st.lists(TEXTS | NEAR, min_size=1, max_size=6), asked=TEXTS | NEAR)
@example(texts=["O'Brien", "O''Brien"], asked="o'brien")
@example(texts=["50%_off", "50x_off"], asked="50%_off")
@example(texts=["a&b#c+d%41"], asked="a&b#c+d%41")
@example(texts=["['\"]", "array0", "@p"], asked="['\"]")
@example(texts=["\x00", "\t\r\n"], asked="\x00")
def test_eq_selects_exactly_the_equal_rows(bare, web_class, texts, asked):
    """Doubled quotes and percent-encoding are all that a text needs."""
    bare.reset()
    wanted = {bare.insert("contacts", {"lastname": text}) for text in texts if alike(text, asked)}
    for text in texts:
        if not alike(text, asked):
            bare.insert("contacts", {"lastname": text})
    quoted = asked.replace("'", "''")
    answer = web_class.get(
        f"{bare.url}/api/data/v9.2/contacts",
        params={"$select": "lastname", "$filter": f"lastname eq '{quoted}'"},
        headers={"Authorization": f"Bearer {bare.identity.token()[0]}", "Accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert {row["contactid"] for row in answer.json()["value"]} == wanted


@SLOW
@given(prefix=TEXTS, value=TEXTS, suffix=TEXTS)
def test_contains_with_brackets_is_literal(bare, web_class, prefix, value, suffix):
    """Wildcards in brackets are plain characters, so the value is found inside whatever surrounds it."""
    from dev.emulator.collation import Collation

    escaped = "".join(f"[{char}]" if char in "%_[" else char for char in value)
    assert Collation().like(prefix + value + suffix, f"%{escaped}%")


@SLOW
@given(text=st.text(st.sampled_from("ab'()[],@=%_ andoreqnullIn.\"$1/"), max_size=40))
def test_any_filter_is_answered(bare, web_class, text):
    """Whatever stands in $filter, the answer is 200, 400 or 501, never a broken connection."""
    answer = web_class.get(
        f"{bare.url}/api/data/v9.2/contacts",
        params={"$filter": text},
        headers={"Authorization": f"Bearer {bare.identity.token()[0]}"},
    )
    assert answer.status_code in (200, 400, 501)
