"""OData text: quoting, encoding, keys."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dataverse import odata

NOT_SURROGATES = st.text(st.characters(exclude_categories=("Cs",)))


def test_a_quote_is_doubled() -> None:
    """Web API docs, "Filter rows": a quote inside a literal is doubled."""
    assert odata.text("O'Brien ''x") == "'O''Brien ''''x'"


@given(NOT_SURROGATES)
def test_a_literal_ends_only_at_its_end(value: str) -> None:
    """For any text: undoubling the inside of the literal gives the text back, so nothing can leave it."""
    literal = odata.text(value)
    inside = literal[1:-1]
    assert literal[0] == literal[-1] == "'"
    assert "'" not in inside.replace("''", "")
    assert inside.replace("''", "'") == value


@given(NOT_SURROGATES)
def test_options_arrive_as_written(value: str) -> None:
    """For any text: what a server decodes from the URL is what was put in, in one option."""
    url = odata.url("contacts", {"$filter": value, "$top": "2"})
    assert url.isascii()
    found = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert found == {"$filter": [value], "$top": ["2"]}


def test_conditions_are_joined() -> None:
    """`or` stands in parentheses beside `and`; a single condition needs none."""
    assert odata.all_of(["a", odata.any_of(["b", "c"]), odata.any_of(["d"])]) == "a and (b or c) and d"


@pytest.mark.parametrize("value", ["", "x", "1) or (1 eq 1", "b7397aae-ecf8-43a6-aeb0-07d294efb494)/x"])
def test_only_a_guid_becomes_a_key(value: str) -> None:
    """Nothing but a GUID can become part of a path."""
    with pytest.raises(ValueError, match="badly formed"):
        odata.key("contacts", value)


def test_a_guid_is_bare() -> None:
    """Web API docs: GUIDs stand bare, in lower case, without braces."""
    assert odata.bind("contacts", "{B7397AAE-ECF8-43A6-AEB0-07D294EFB494}") == (
        "/contacts(b7397aae-ecf8-43a6-aeb0-07d294efb494)"
    )


@given(NOT_SURROGATES)
def test_a_value_is_encoded_whole(value: str) -> None:
    """RFC 3986, section 2.3: nothing of a value stands in a URL but unreserved characters and percent-encoding."""
    for name in ("$filter", "$select"):
        encoded = odata.url("contacts", {name: value}).removeprefix(f"contacts?{name}=")
        assert re.fullmatch(r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})*", encoded)


@pytest.mark.parametrize("name", ["$filter", "fetchXml"])
def test_values_of_people_are_kept_nowhere(name: str) -> None:
    """Constant options are encoded once and kept; an option that holds what a person typed is not."""
    before = odata._encoded_constant.cache_info()
    odata.url("contacts", {name: "emailaddress1 eq 'ann@x.com'"})
    assert odata._encoded_constant.cache_info() == before
    odata.url("contacts", {"$select": "fullname"})
    odata.url("contacts", {"$select": "fullname"})
    assert odata._encoded_constant.cache_info().hits > before.hits
