"""From an error answer of Dataverse to an error of ours: which kind it is, and the fix in our own words. Pure.

Codes come from the Web API's error list ("Web service error codes") and its page on client errors. HTTP status decides
first, then the code; a message is only searched for the name of a privilege and for "Does Not Exist".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

from shared.core.errors import (
    ConcurrencyUnsupported,
    ConversationChanged,
    ConversationNotFound,
    DataverseRefused,
    DataverseUnavailable,
    LinkerError,
    TableUnknown,
)

OBJECT_DOES_NOT_EXIST = "0x80040217"
PRIVILEGE_DENIED = "0x80040220"
CONCURRENCY_UNSUPPORTED = "0x8006088d"
TABLE_UNKNOWN = "0x8006088a"


def is_transient(status: int) -> bool:
    """Whether a later call may succeed after this HTTP status; an unknown one of 5xx counts as 500 (RFC 9110, 15).

    501 and 505 say that the server does not know how, and so will not later.
    """
    return status in (408, 429) or (status >= 500 and status not in (501, 505))


TRANSIENT_CODES = frozenset({"0x80044150", "0x80044151", "0x80072321", "0x80072322", "0x80072326", "0x8005f103"})
"""Errors that pass whatever the status: SQL deadlocks (1205, from writes of one row at once) and time-outs ("Use bulk
operation messages", troubleshooting), and the service protection limits."""

PERMANENT_500 = frozenset({"0x80040265", "0x80040333"})
"""Decisions that come with HTTP 500 and would be the same again: a plug-in refused (IsvAborted, also with 400), and a
duplicate was detected ("Detect duplicate data using the Web API"). A code that only names a class of errors is none."""

UNKNOWN_NAME = (
    "Dataverse does not know a column or navigation property that the app uses; check IDENTIFICATION_RULES, and that "
    "the Omnichannel solution is installed in this environment."
)
FIXES: Mapping[str, str] = {
    PRIVILEGE_DENIED: "The app's application user lacks {privilege}; add it to its security role (depth Organization).",
    "0x80048306": "The app's application user may not use one of the records; give its role depth Organization.",
    "0x80072560": "The app's identity has no application user in this environment; create one with its client id.",
    "0x80040225": "The app's application user is disabled or has no business unit; enable it.",
    "0x80042f09": "The app's application user has no security role; assign one.",
    "0x80040299": (
        "The team of CASE_OWNER_TEAM_ID lacks {privilege}, which the owner of a case needs to read it; assign the team "
        "a security role with it (where Omnichannel is installed, it may be prvReadActivity)."
    ),
    "0x80040265": "A plug-in of this environment refused the change; the plug-in trace log says why.",
    "0x80040333": "A duplicate detection rule of this environment refused the record.",
    "0x80060888": UNKNOWN_NAME,
    "0x80048d19": UNKNOWN_NAME,
    "0x0": UNKNOWN_NAME,
    TABLE_UNKNOWN: "Dataverse does not know a table that the app uses; is the Omnichannel solution installed there?",
}
"""Error code (lower case) -> what to do. None of these is fixed by repeating the call."""

BY_STATUS: Mapping[int, str] = {
    400: UNKNOWN_NAME,
    401: "Dataverse did not accept the app's token; check DATAVERSE_URL and the app's identity.",
    403: "Dataverse denied access; check the application user of the app's identity and its security role.",
    404: "Dataverse does not know an address that the app uses; check DATAVERSE_URL and DATAVERSE_API_VERSION.",
}


LONG = 1e9
"""Seconds; a longer wait is as good as this one."""


def error_for(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> LinkerError:
    """The error that an answer of `status` (300 or more) means. `headers` by lower-case name."""
    error = body.get("error")
    code, message = _code_and_message(error if isinstance(error, dict) else {})
    if _passes(status, code):
        detail = "Dataverse is throttled or unavailable; it is not known whether anything was linked. Repeat the call."
        return DataverseUnavailable(detail, retry_after(headers))
    if code == CONCURRENCY_UNSUPPORTED:
        return ConcurrencyUnsupported("The table has no optimistic concurrency.")
    if status == 412 and code not in FIXES:
        return ConversationChanged("The conversation was changed in between.")
    if _is_missing(status, code, message):
        return ConversationNotFound("Dataverse has no conversation of this id; pass msdyn_ConversationId.")
    if 300 <= status < 400:
        return DataverseRefused("Dataverse answered with a redirect, which is not followed; check DATAVERSE_URL.")
    kind = PRIVILEGE_DENIED if status == 403 and code not in FIXES and _PRIVILEGE.search(message) else code
    fix = FIXES.get(kind) or BY_STATUS.get(status, "Dataverse refused the request.")
    refused = TableUnknown if status == 404 and code == TABLE_UNKNOWN else DataverseRefused
    return refused(fix.format(privilege=_privilege(message)) + _reference(status, code))


def _passes(status: int, code: str) -> bool:
    """Whether a later call may succeed: the status says so, and no code says that it was decided for good."""
    if status >= 400 and code in TRANSIENT_CODES:
        return True
    return is_transient(status) and not (status == 500 and code in PERMANENT_500)


def _code_and_message(error: Mapping[str, Any]) -> tuple[str, str]:
    code, message = error.get("code"), error.get("message")
    return (code.lower() if isinstance(code, str) else ""), (message if isinstance(message, str) else "")


def _is_missing(status: int, code: str, message: str) -> bool:
    return status == 404 and (code == OBJECT_DOES_NOT_EXIST or (not code and "does not exist" in message.lower()))


_PRIVILEGE = re.compile(r"\bprv[A-Za-z0-9_]{1,100}")


def _privilege(message: str) -> str:
    found = _PRIVILEGE.search(message)
    return f"the privilege {found[0]}" if found else "a privilege"


def _reference(status: int, code: str) -> str:
    known = f", {code}" if re.fullmatch(r"0x[0-9a-f]{1,8}", code) else ""
    return f" (HTTP {status}{known})"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds in `Retry-After`, which is a number or a date; None where it is neither."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        return min(float(value[:12]), LONG)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time()) if value else None
    except (ValueError, OverflowError):
        return None
