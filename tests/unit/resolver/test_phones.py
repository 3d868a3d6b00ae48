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


MATCH: list[tuple[str, str, str]] = [
    # typed, stored, DEFAULT_PHONE_REGION
    ("(425) 555-0100", "+14255550100", "US"),
    ("(425) 555-0100", "425-555-0100", "US"),
    ("(425) 555-0100", "4255550100", "US"),
    ("(425) 555-0100", "425.555.0100", "US"),
    ("425 555 0100", "(425) 555-0100", "US"),
    ("4255550100", "+1 425-555-0100", "US"),
    ("+14255550100", "425-555-0100", "US"),
    ("+14255550100", "(425) 555-0100", "US"),
    ("+14255550100", "1-425-555-0100", "US"),
    ("1 425 555 0100", "+1 (425) 555-0100", "US"),
    ("+1 425 555 0100", "+14255550100", ""),
    ("+14255550100", "+1 425 555 0100", ""),
    ("tel:+1-425-555-0100", "4255550100", "US"),
    ("425-555-0100 ext. 12", "(425) 555-0100 ext. 12", "US"),
    ("425-555-0100 x12", "+14255550100 x12", "US"),
    ("+14165550123", "416-555-0123", "CA"),
    ("(416) 555-0123", "+1 416-555-0123", "CA"),
    ("030 123456", "+4930123456", "DE"),
    ("+49 30 123456", "030 123456", "DE"),
    ("+4930123456", "030/123456", "DE"),
    ("030/123456", "+49 30 123456", "DE"),
    ("+4930123456", "030-123456", "DE"),
    ("+4930123456", "0049 30 123456".replace(" ", ""), "DE"),
    ("0049 30 123456", "+4930123456", "DE"),
    ("030 123456", "+49 (0)30 123456", "DE"),
    ("+49 (0)30 123456", "030123456", "DE"),
    ("+4915112345678", "01511 2345678", "DE"),
    ("01511 2345678", "+49 1511 2345678", "DE"),
    ("020 7946 0958", "+442079460958", "GB"),
    ("+44 20 7946 0958", "020 7946 0958", "GB"),
    ("+442079460958", "+44 (0)20 7946 0958", "GB"),
    ("07911 123456", "+44 7911 123456", "GB"),
    ("+447911123456", "07911123456", "GB"),
    ("+44 20 7946 0958", "00442079460958", "GB"),
    ("01 23 45 67 89", "+33123456789", "FR"),
    ("+33 1 23 45 67 89", "01 23 45 67 89", "FR"),
    ("+33123456789", "0123456789", "FR"),
    ("06 12 34 56 78", "+33 6 12 34 56 78", "FR"),
    ("+33612345678", "06-12-34-56-78", "FR"),
    ("912 34 56 78", "+34912345678", "ES"),
    ("+34 912 34 56 78", "912 34 56 78", "ES"),
    ("+34912345678", "912345678", "ES"),
    ("612 345 678", "+34 612 34 56 78", "ES"),
    ("06 6982 1234", "+390669821234", "IT"),
    ("+39 06 6982 1234", "06 6982 1234", "IT"),
    ("+390669821234", "0669821234", "IT"),
    ("347 123 4567", "+39 347 123 4567", "IT"),
    ("03-5555-0170", "+81355550170", "JP"),
    ("+81 3-5555-0170", "03-5555-0170", "JP"),
    ("+81355550170", "0355550170", "JP"),
    ("090-1234-5678", "+81 90-1234-5678", "JP"),
    ("(11) 91234-5678", "+5511912345678", "BR"),
    ("+55 11 91234-5678", "(11) 91234-5678", "BR"),
    ("+5511912345678", "11912345678", "BR"),
    ("098765 43210", "+919876543210", "IN"),
    ("+91 98765 43210", "098765 43210", "IN"),
    ("98765 43210", "+91 98765 43210", "IN"),
    ("(02) 5550 1234", "+61255501234", "AU"),
    ("+61 2 5550 1234", "(02) 5550 1234", "AU"),
    ("0412 345 678", "+61 412 345 678", "AU"),
    ("+61412345678", "0412345678", "AU"),
    ("044 668 18 00", "+41446681800", "CH"),
    ("+41 44 668 18 00", "044 668 18 00", "CH"),
    ("+4722550217", "22 55 02 17", "NO"),
    ("22 55 02 17", "+47 22 55 02 17", "NO"),
    ("call me at 4255550100", "425-555-0100", "US"),
    ("whatsapp:14255550100", "+1 425 555 0100", ""),
    ("14255550100@s.whatsapp.net", "+14255550100", ""),
    ("https://wa.me/14255550100", "+1 425-555-0100", ""),
    ("4:+14255550100", "+14255550100", ""),
    ('"Ann" <sip:+14255550100@sbc.example.com>;tag=1', "+1 (425) 555-0100", ""),
    ("tel:555-0100;phone-context=+1425", "+14255550100", ""),
    ("tel:+1-425-555-0100;ext=12", "+1 425-555-0100 x12", ""),
    ("+917878787878", "78787-87878", "IN"),
    ("+49 (0)30 123456", "(030) 123456", "DE"),
    ("+5511987654321", "(11) 9 8765-4321", "BR"),
    ("+919876543210", "(+91) 98765 43210", ""),
    ("+442079460958", "+44 (0) 20 7946 0958", ""),
    ("+905321234567", "0 532 123 45 67", "TR"),
    ("+36301234567", "06 (30) 123-4567", "HU"),
    ("+5491123456789", "+54 9 (11) 2345-6789", ""),
    ("+525512345678", "01 55 1234 5678", "MX"),
    ("01 55 1234 5678", "+52 55 1234 5678", "MX"),
]

NO_MATCH: list[tuple[str, str, str]] = [
    ("+1 425 555 0100", "14255550100", ""),  # no region: it may be a number of another country
    ("+47 92 21 23 45", "4792212345", ""),  # Arkansas
    ("+36 1 234 5678", "3612345678", ""),
    ("+917878787xyz", "+917878787", ""),
    ("+39 6 6982 1234", "+39 06 6982 1234", ""),  # Italy's 0 is part of the number
    ("+551132345678", "+5511932345678", ""),  # a landline of Brazil has no mobile number beside it
    ("+54 11 2345-6789", "+54 9 11 2345-6789", ""),  # a landline, a mobile
    ("425-555-0100 or 425-555-0101", "425-555-0100", "US"),
    ("(425) 555-0100", "(425) 555-0101", "US"),
    ("(425) 555-0100", "(206) 555-0100", "US"),
    ("+49 30 123456", "030 123456", "US"),  # nobody knows whose 030 123456 that is
    ("+44 30 12345678", "030 12345678", "DE"),  # the same digits are a German number there
    ("+33 1 23 45 67 89", "01 23 45 67 89", "DE"),
    ("+442079460958", "2079460958", "US"),
    ("4255550100", "+14255550100", ""),  # no region: whose number it is stays unknown
    ("425-555-0100", "425-555-0100 ext. 12", "US"),  # another telephone
    ("425-555-0100 ext. 12", "425-555-0100", "US"),
    ("425-555-0100 ext. 12", "425-555-0100 ext. 13", "US"),
    ("425-555-0100 ext. 12", "+1425555010012", "US"),
    ("+4930123456", "30123456", "DE"),  # a dropped 0 makes another number
    ("555-0100", "425-555-0100", "US"),  # no area code
    ("0100", "425-555-0100", "US"),
    ("+14255550100", "%4255550100", "US"),
    ("+4912345678", "+112345678", "DE"),
    ("1-800-FLOWERS", "1-800-356-9377", "US"),
]


@pytest.mark.parametrize(("typed", "stored", "region"), MATCH)
def test_pairs_that_match(typed: str, stored: str, region: str) -> None:
    """One number, however it is typed and stored."""
    assert stored in searched(typed, region)


@pytest.mark.parametrize(("typed", "stored", "region"), NO_MATCH)
def test_pairs_that_must_not_match(typed: str, stored: str, region: str) -> None:
    """Two numbers never become one."""
    assert stored not in searched(typed, region)


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
