"""The standard rule of Omnichannel, as the page runs it beside the app's: exact, active, one match or none."""

from __future__ import annotations

import pytest

from dev.demo.steps import conversation
from dev.emulator import Emulator
from dev.page.screen import Screen
from dev.page.standard_rule import Tables, identify

MARIA = "c0000000-0000-4000-8000-000000000001"
DANA = "c0000000-0000-4000-8000-000000000006"


@pytest.fixture(scope="module")
def tables():
    """Return the demo data."""
    with Emulator() as emulator:
        yield Tables.of(emulator)


def found(tables, signed_in="", **given):
    """Return status and name of the customer and of the case."""
    outcome = identify(tables, given, signed_in)
    return [(outcome[part]["status"], outcome[part]["label"]) for part in ("customer", "case")]


@pytest.mark.parametrize(
    ("given", "customer", "case"),
    [
        ({}, ("not_given", ""), ("not_given", "")),
        ({"Email": "  "}, ("not_given", ""), ("not_given", "")),
        ({"Email": "MARIA.campbell@example.com"}, ("linked", "Maria Campbell"), ("linked", "CAS-01001-X1Y2Z3")),
        ({"Name": "Alex Smith"}, ("ambiguous", ""), ("not_given", "")),
        (
            {"Name": "Alex Smith", "CaseNumber": "CAS-01014-N4P5Q6"},
            ("ambiguous", ""),
            ("linked", "CAS-01014-N4P5Q6"),
        ),
        ({"Name": "Maria Campbell", "Email": "kim.park@example.com"}, ("not_found", ""), ("not_given", "")),
        ({"Name": "contoso ltd"}, ("linked", "Contoso Ltd"), ("linked", "CAS-01005-E5F6G7")),
        ({"Email": "info@fourthcoffee.example"}, ("linked", "Sam Rivera"), ("not_found", "")),
        ({"Phone": "+1 425 555 0209"}, ("linked", "Taylor Reed"), ("not_found", "")),
        ({"Phone": "+14255550201"}, ("not_found", ""), ("not_given", "")),
        ({"Email": "dana.holt@example.com"}, ("not_found", ""), ("not_given", "")),
        ({"Email": "robin.lee@example.com"}, ("linked", "Robin Lee"), ("ambiguous", "")),
        ({"Email": "ola.nordmann@example.com"}, ("linked", "Ola Nordmann"), ("not_found", "")),
        ({"CaseNumber": "cas-01002-b2c3d4"}, ("not_given", ""), ("linked", "CAS-01002-B2C3D4")),
        ({"CaseNumber": "CAS-01009-D1D1D1"}, ("not_given", ""), ("ambiguous", "")),
        ({"CaseNumber": "CAS-01011-K1L2M3"}, ("not_given", ""), ("not_found", "")),
        (
            {"Email": "kim.park@example.com", "CaseNumber": "CAS-01008-H8J9K1"},
            ("linked", "Kim Park"),
            ("not_found", ""),
        ),
    ],
)
def test_what_the_rule_links(tables, given, customer, case):
    """Every given variable equals its column, rows are active, cases In Progress and of such a customer."""
    assert found(tables, **given) == [customer, case]


def test_signed_in_customer(tables):
    """The sign-in alone identifies a contact; together with somebody else's address nobody fits."""
    assert found(tables, DANA) == [("not_found", ""), ("not_given", "")]
    assert found(tables, MARIA) == [("linked", "Maria Campbell"), ("linked", "CAS-01001-X1Y2Z3")]
    assert found(tables, MARIA, Email="kim.park@example.com") == [("not_found", ""), ("not_given", "")]


NOBODY, INACTIVE = "nobody has exactly these values", "the record is inactive"
DIFFERENTLY, SOMEBODY_ELSE = "the number is stored differently", "the visitor signed in as somebody else"
DANAS = {"Name": "Dana Holt", "Email": "dana.holt@example.com", "Phone": "+1 425 555 0206"}


@pytest.mark.parametrize(
    ("given", "signed_in", "why"),
    [
        ({"Phone": "0014255550201"}, "", DIFFERENTLY),
        ({"Phone": "+1 (425) 555-0201", "Name": "maria campbell"}, "", DIFFERENTLY),
        ({"Phone": "+1 (425) 555-0201", "Name": "Kim Park"}, "", NOBODY),
        ({"Phone": "555 0201"}, "", NOBODY),
        (DANAS, "", INACTIVE),
        ({"Phone": "+1 425 555 0206"}, "", INACTIVE),
        ({"Phone": "+14255550206"}, "", INACTIVE),
        ({"Name": "Litware", "Phone": "+1 425 555 0140"}, "", INACTIVE),
        ({"Email": "nobody@example.com"}, "", NOBODY),
        ({}, DANA, INACTIVE),
        ({"Email": "kim.park@example.com"}, MARIA, SOMEBODY_ELSE),
        ({"Phone": "+14255550201"}, MARIA, DIFFERENTLY),
    ],
)
def test_why_nobody_is_found(tables, given, signed_in, why):
    """The reason is true of the rows: differently is said of an active row with the same digits, and of no other."""
    assert identify(tables, given, signed_in)["customer"]["why"] == why


def test_why_no_case_is_found(tables):
    """A case that is active and waits is missed by its state."""
    assert "not In Progress" in identify(tables, {"Email": "ola.nordmann@example.com"})["case"]["why"]


def test_what_the_channel_recorded():
    """Who is signed in and which number calls are read where the tables have it, and are empty elsewhere."""
    with Emulator() as emulator:
        screen = Screen(emulator)
        assert (screen.signed_in(conversation(1)), screen.caller(conversation(1))) == ("", "")
        assert screen.signed_in(conversation(24)) == MARIA
        assert screen.caller(conversation(27)) == "+14255550207"
