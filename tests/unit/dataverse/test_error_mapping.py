"""What an error answer of Dataverse means: the kind, and a fix in our own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from shared.core.errors import (
    ConversationChanged,
    ConversationNotFound,
    DataverseRefused,
    DataverseUnavailable,
    TableUnknown,
)
from shared.dataverse.error_mapping import error_for, retry_after

PRIVILEGE = (
    "Principal user (Id=1, type=8) is missing prvReadContact privilege (Id=2) on OTC=2 for entity 'contact'. "
    "context.Caller=Ann Secret"
)

TABLE = [
    (401, "", "", DataverseRefused, "token"),
    (403, "0x80040220", PRIVILEGE, DataverseRefused, "prvReadContact"),
    (403, "0X80040220", "no name in it", DataverseRefused, "a privilege"),
    (403, "", PRIVILEGE, DataverseRefused, "prvReadContact"),
    (403, "0x80048d19", "no name in it", DataverseRefused, "column"),
    (403, "0x80072560", "The user is not a member of the organization.", DataverseRefused, "application user"),
    (401, "0x80072560", "", DataverseRefused, "application user"),
    (403, "", "", DataverseRefused, "security role"),
    (400, "0x80060888", "Could not find a property named 'Ann Secret'", DataverseRefused, "IDENTIFICATION_RULES"),
    (400, "0x0", "", DataverseRefused, "IDENTIFICATION_RULES"),
    (400, "0x80048d19", "", DataverseRefused, "IDENTIFICATION_RULES"),
    (404, "0x8006088a", "Resource not found for the segment 'x'.", TableUnknown, "table"),
    (404, "", "No HTTP resource was found", DataverseRefused, "DATAVERSE_URL"),
    (404, "0x80040217", "Entity With Id = 1 Does Not Exist", ConversationNotFound, "no conversation"),
    (404, "", "account With Id = 1 Does Not Exist", ConversationNotFound, "no conversation"),
    (400, "0x80040265", "Ann Secret may not be changed", DataverseRefused, "plug-in"),
    (500, "0x80040265", "Ann Secret may not be changed", DataverseRefused, "plug-in"),
    (500, "0x80040333", "", DataverseRefused, "uplicate"),
    (500, "0x80044150", "Sql Number: 1205, deadlocked", DataverseUnavailable, "epeat"),
    (500, "0x80044151", "", DataverseUnavailable, "epeat"),
    (400, "0x80044151", "", DataverseUnavailable, "epeat"),
    (500, "0x0", "", DataverseUnavailable, "epeat"),
    (500, "0x80060888", "", DataverseUnavailable, "epeat"),
    (500, "0x80048d19", "", DataverseUnavailable, "epeat"),
    (500, "0x80040220", PRIVILEGE, DataverseUnavailable, "epeat"),
    (503, "0x80040333", "", DataverseUnavailable, "epeat"),
    (520, "", "", DataverseUnavailable, "epeat"),
    (599, "0x0", "", DataverseUnavailable, "epeat"),
    (501, "", "", DataverseRefused, "refused"),
    (403, "0x80040299", "The owner lacks prvReadActivity", DataverseRefused, "The team of CASE_OWNER_TEAM_ID lacks"),
    (403, "0x80040299", "The owner lacks prvReadActivity", DataverseRefused, "the privilege prvReadActivity"),
    (412, "0x80060882", "", ConversationChanged, ""),
    (412, "", "", ConversationChanged, ""),
    (302, "", "", DataverseRefused, "redirect"),
    (413, "", "", DataverseRefused, "refused"),
    (429, "0x80072322", "", DataverseUnavailable, "epeat"),
    (500, "", "", DataverseUnavailable, "epeat"),
    (502, "", "", DataverseUnavailable, "epeat"),
    (503, "0x80044150", "", DataverseUnavailable, "epeat"),
    (504, "", "", DataverseUnavailable, "epeat"),
]


@pytest.mark.parametrize(("status", "code", "message", "kind", "word"), TABLE)
def test_refusal(status, code, message, kind, word) -> None:
    """Contract, errors: the kind of error by status and code, a fix in it, Dataverse's own text never."""
    error = error_for(status, {}, {"error": {"code": code, "message": message}})
    assert type(error) is kind
    assert word in error.detail
    assert "Secret" not in error.detail
    assert "context.Caller" not in error.detail


@pytest.mark.parametrize("body", [{}, {"error": None}, {"error": "text"}, {"error": {"code": 5, "message": []}}])
def test_any_body_will_do(body) -> None:
    """An error body of any shape, as a proxy may send it, is an error and never a crash."""
    assert type(error_for(503, {}, body)) is DataverseUnavailable
    assert type(error_for(400, {}, body)) is DataverseRefused


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("9" * 400, 1e9),
        ("²", None),
        ("٣", None),
    ],
)
def test_retry_after(value, seconds) -> None:
    """Retry-After is a number of seconds; what is no number is no wish."""
    assert retry_after({"retry-after": value}) == seconds


def test_retry_after_as_a_date() -> None:
    """Retry-After may be a date; one that has passed means now."""
    now = datetime.now(UTC)
    assert retry_after({"retry-after": format_datetime(now + timedelta(seconds=30))}) == pytest.approx(30, abs=2)
    assert retry_after({"retry-after": format_datetime(now - timedelta(days=1))}) == 0


@pytest.mark.parametrize(("wish", "told"), [("0", 1), ("7", 7), ("600", 60), ("", 1)])
def test_what_the_caller_is_told(wish, told) -> None:
    """Contract, errors: Retry-After of a 503 is a whole number from 1 to 60."""
    error = error_for(503, {"retry-after": wish}, {})
    assert isinstance(error, DataverseUnavailable)
    assert error.retry_after == told


@pytest.mark.parametrize(("status", "is_redirect"), [(300, True), (302, True), (399, True), (400, False), (410, False)])
def test_only_a_redirect_is_called_one(status, is_redirect) -> None:
    """Whoever is redirected has a wrong DATAVERSE_URL; anybody else looks elsewhere."""
    assert ("DATAVERSE_URL" in error_for(status, {}, {}).detail) is is_redirect


@pytest.mark.parametrize("status", [429, 503])
def test_throttling_passes_whatever_the_code_says(status) -> None:
    """A code of a refusal does not turn a wait into an end."""
    body = {"error": {"code": "0x80040220", "message": PRIVILEGE}}
    assert type(error_for(status, {"retry-after": "7"}, body)) is DataverseUnavailable


@pytest.mark.parametrize(
    ("status", "message"), [(403, "Access is denied."), (400, PRIVILEGE), (403, "prv"), (403, "approvals")]
)
def test_a_privilege_is_named_only_where_dataverse_names_one(status, message) -> None:
    """403 without the name of a privilege may have other causes; a name in another error is no cause."""
    assert "privilege" not in error_for(status, {}, {"error": {"code": "", "message": message}}).detail


@pytest.mark.parametrize(
    ("code", "reference"),
    [
        ("0x80040265", "(HTTP 400, 0x80040265)"),
        ("0X8004F000", "(HTTP 400, 0x8004f000)"),
        ("Ann Secret", "(HTTP 400)"),
        ("0x80040265 Ann", "(HTTP 400)"),
        ("0x123456789", "(HTTP 400)"),
        ("", "(HTTP 400)"),
    ],
)
def test_the_reference_for_support(code, reference) -> None:
    """The status and the code go along, so that support can look them up; a code that is none holds who knows what."""
    assert error_for(400, {}, {"error": {"code": code}}).detail.endswith(f" {reference}")


def test_no_wait_that_was_asked_for_is_none() -> None:
    """Without the header, Dataverse asks for nothing."""
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("status", "passes"),
    [
        (408, True),
        (409, False),
        (429, True),
        (499, False),
        (500, True),
        (501, False),
        (505, False),
        (506, True),
        (599, True),
    ],
)
def test_which_statuses_pass(status, passes) -> None:
    """RFC 9110, section 15: an unknown 5xx is a 500; a server that does not know how will not know later."""
    assert isinstance(error_for(status, {}, {}), DataverseUnavailable) is passes
