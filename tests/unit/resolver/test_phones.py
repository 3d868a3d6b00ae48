"""Phone numbers as people type them, against phone numbers as they are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.resolver.values.phone_forms import forms
from shared.resolver.values.phones import is_organizations, read, same


def searched(typed: str, region: str) -> tuple[str, ...]:
    """The texts under which a typed number is searched; none where it counts as not given."""
    text, _ = read(typed, region)
    return forms(text, region) if text else ()


BESIDE_THE_CORPUS = [
    # typed, stored, DEFAULT_PHONE_REGION, whether it is found
    ("whatsapp:14255550100", "+1 425 555 0100", "", True),
    ("14255550100@s.whatsapp.net", "+14255550100", "", True),
    ("https://wa.me/14255550100", "+1 425-555-0100", "", True),
    ("tel:555-0100;phone-context=+1425", "+14255550100", "", True),
    ("+525512345678", "01 55 1234 5678", "MX", True),  # how it was dialled until 2019
    ("01 55 1234 5678", "+52 55 1234 5678", "MX", True),
    ("+4930123456", "30123456", "DE", False),  # a dropped 0 makes another number
    ("+14255550100", "%4255550100", "US", False),
]
"""What `phonenumbers`, against which tests/corpus is checked, reads otherwise."""


@pytest.mark.parametrize(("typed", "stored", "region", "found"), BESIDE_THE_CORPUS)
def test_pairs_that_the_library_reads_otherwise(typed: str, stored: str, region: str, found: bool) -> None:
    """One number is found however it is typed and stored, and two never become one, where the library says else too."""
    assert (stored in searched(typed, region)) is found


@given(st.text(max_size=60), st.sampled_from(["", "US", "DE", "JP", "IT"]))
def test_any_text_is_read(typed: str, region: str) -> None:
    """For any text: forms of at most 50 characters, what was read first, each once; reading twice changes nothing."""
    text, _ = read(typed, region)
    found = forms(text, region) if text else ()
    assert all(len(form) <= 50 for form in found)
    assert len(set(found)) == len(found)
    assert not found or len(text) > 50 or found[0] == text
    assert not text or read(text, region)[0] == text


@pytest.mark.parametrize("text", ["1234", "5550100", "1-800-FLOWERS", "+1 425 555", "12345678901234567890"])
def test_what_is_no_number_is_searched_as_typed(text: str) -> None:
    """Digits in which nobody reads a number have one form, as typed."""
    assert searched(text, "US") == (text,)


NOT_GIVEN = [
    "call me", "n/a", "+", "extension 12", "2 days ago", "24/7 please", "0", "000-000-0000", "I only have 1",
    "anonymous", "Anonymous", "unknown", "private", "Restricted", "+266696687", "266696687", "+7378742833",
    "sip:anonymous@anonymous.invalid", "sip:unavailable@unknown.invalid", "tel:anonymous", "No Caller ID",
    "{{Topic.Phone}}", "{{Topic.Phone2020}}", "${phone}", "{phone}", "@{triggerBody()?['phone1234']}", "=Topic.Phone",
    "[object Object]", "undefined", "null", "NaN", "#N/A", "#REF!", "TBD", "-", ".", "---", "???",
    "ann@x.com", "ann4255550100@x.com", "US.13491208655302741918", "US.1349", "US.A7", "whatsapp:US.13491208655302741918",
    "8:acs:3f2504e0-4f89-11d3-9a0c-0305e82c3301_0000", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "I don't have one", "I’d rather not say", "habe ich nicht", "keine Angabe", "je n'en ai pas", "aucun",
    "no tengo", "prefiero no decirlo", "não tenho", "prefiro não informar", "ありません", "電話はありません",
]  # fmt: skip


@pytest.mark.parametrize("region", ["", "US"])
@pytest.mark.parametrize("text", NOT_GIVEN)
def test_what_cannot_be_a_number_is_not_given(text: str, region: str) -> None:
    """Withheld numbers, placeholders, refusals, addresses and ids of businesses are no phone numbers."""
    assert read(text, region)[0] == ""


@pytest.mark.parametrize(
    ("one", "other", "region", "expected"),
    [
        ("sip:+14255550100@sbc.example.com", "(425) 555-0100", "US", True),
        ("+14255550100", "(425) 555-0100", "", False),
        ("+4792212345", "4792212345", "", False),
        ("+14255550100", "+1 425 555 0100 x12", "", False),
        ("1234", "1234", "", True),
        ("anonymous", "anonymous", "", False),
        ("", "", "", False),
    ],
)
def test_whether_two_texts_are_one_number(one: str, other: str, region: str, expected: bool) -> None:
    """Two texts are one number where both are read as it; what is withheld is nobody's."""
    assert same(one, other, region) is expected


@pytest.mark.parametrize(
    ("typed", "organization", "region", "expected"),
    [
        ("18005550100", "+18005550100", "", True),
        ("0018005550100", "18005550100", "", True),
        ("(800) 555-0100", "+18005550100", "US", True),
        ("18005550101", "+18005550100", "", False),
        ("anonymous", "anonymous", "", False),
    ],
)
def test_the_organizations_own_number(typed: str, organization: str, region: str, expected: bool) -> None:
    """The same digits are the organization's own number, with or without `+` or `00`, whatever the region."""
    assert is_organizations(typed, organization, region) is expected
