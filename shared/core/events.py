"""Every event that the app logs and every field of it, with its meaning: the table behind `docs/operations.md`.

What is not in this table cannot be logged. Nothing in it is personal: ids, outcomes, counts, durations, our own words.
"""

from typing import Literal, NamedTuple

Name = Literal["request", "workstream_rule_not_used", "settings", "bug"]


class Event(NamedTuple):
    """When an event is logged, and its fields in the order of the line."""

    when: str
    fields: tuple[str, ...]


EVENTS: dict[Name, Event] = {
    "request": Event(
        "Every call of `link`, `unlink` and `diagnose`, once, at its end.",
        (
            "route",
            "outcome",
            "status",
            "code",
            "customerStatus",
            "caseStatus",
            "identityLevel",
            "contactMatches",
            "accountMatches",
            "caseMatches",
            "dryRun",
            "conversationId",
            "requestId",
            "milliseconds",
            "roundTrips",
            "retries",
            "throttled",
            "newInstance",
            "version",
        ),
    ),
    "workstream_rule_not_used": Event(
        "The rule of the workstream could not be used, so the built-in rules did the work.",
        ("reason", "conversationId", "requestId"),
    ),
    "settings": Event(
        "Settings are missing or wrong: at start, and with each request that fails for it.", ("detail", "requestId")
    ),
    "bug": Event("An unexpected error; the caller got 500 `internal`.", ("error", "at", "requestId")),
}

FIELDS: dict[str, str] = {
    "route": "`link`, `unlink` or `diagnose`",
    "outcome": "`linked`, `partial`, `not_linked`, `unlinked` or `failed`; of `diagnose`: `ready` or `not_ready`",
    "status": "HTTP status of the answer; with `?always=true` the one it would have been",
    "code": "code of the failure, as in the contract; empty where there was none",
    "customerStatus": "as in the answer; `failed` where there is none; empty for `diagnose`",
    "caseStatus": "likewise",
    "identityLevel": "how well the customer on the conversation is known, as in the answer; empty where there is none",
    "contactMatches": "contacts found: 0, 1, or 2 for several; absent where none was looked for",
    "accountMatches": "accounts found, likewise",
    "caseMatches": "cases found, likewise",
    "dryRun": "whether it was a dry run",
    "conversationId": "id of the conversation; empty where none could be read",
    "requestId": "the caller's correlation id, else the id of the invocation",
    "milliseconds": "from arrival in the app to its answer",
    "roundTrips": "HTTP requests sent to Dataverse",
    "retries": "attempts that failed in passing and were repeated, a refused token included",
    "throttled": "how many of the round trips were answered with 429, in whole or in part",
    "newInstance": "whether it was the first such call of its process",
    "version": "version of the app",
    "reason": "why, in the app's own words",
    "detail": "which settings, and what to do; no values",
    "error": "class of the exception; never its text",
    "at": "where it arose: file, line and function, innermost first",
}
"""What each field says."""
