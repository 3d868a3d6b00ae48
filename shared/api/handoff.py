"""What goes along to the representative and to Omnichannel: the summary, the links to open, the bot command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.contract import parsing
from shared.contract.requests import LinkRequest
from shared.contract.statuses import ContextFormat, Event, IdentityLevel, PartStatus
from shared.core.schema import CONVERSATION_LOGICAL_NAME
from shared.core.text import one_line
from shared.resolver.decision import BY_CONVERSATION, BY_CREATION, BY_CUSTOMER, BY_PROFILE, BY_RECORD
from shared.resolver.filters import MatchedBy
from shared.resolver.result import LinkResult

MAX_SUMMARY = 1000
TYPED = "Typed by the customer, not verified:"

MAX_CONTEXT_NAME = 100
MAX_CONTEXT_VALUE = 4000
MAX_TAGS_BYTES = 20_000
MAX_INTEGER = 2**31 - 1
"""Limits of context variables (Omnichannel docs, "Manage context variables"); larger numbers go as text."""


def record_url(dataverse_url: str, app_id: str, table: str, record_id: str) -> str:
    """The address that opens one record in Dynamics; "" where there is none."""
    app = f"appid={app_id}&" if app_id else ""
    return f"{dataverse_url}/main.aspx?{app}pagetype=entityrecord&etn={table}&id={record_id}" if record_id else ""


def conversation_url(dataverse_url: str, app_id: str, conversation_id: str) -> str:
    """The address that opens a conversation."""
    return record_url(dataverse_url, app_id, CONVERSATION_LOGICAL_NAME, conversation_id)


# --- escalationSummary -----------------------------------------------------------------------------------------------


def summary(result: LinkResult, links: Mapping[str, str]) -> str:
    """At most 1,000 characters for the representative: what is linked and why, what was typed, links to open."""
    head = [_customer_line(result), *_identity_line(result), _case_line(result), *_unmatched_line(result)]
    return fit(head, typed_lines(result.request), [f"Open {name}: {link}" for name, link in links.items() if link])


def failed_summary(request: LinkRequest) -> str:
    """The summary where nothing could be looked up."""
    return fit(["Customer and case could not be looked up."], typed_lines(request), [])


def fit(head: list[str], typed: list[str], links: list[str]) -> str:
    """The lines in their order; of the typed ones, those that leave room for the links."""
    room = MAX_SUMMARY - sum(len(line) + 1 for line in (*head, TYPED, *links))
    shown = []
    for line in typed:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return "\n".join([*head, *([TYPED, *shown] if shown else []), *links])[:MAX_SUMMARY]


def typed_lines(request: LinkRequest) -> list[str]:
    """What the customer said, one line each, cut and cleaned."""
    typed = request.variables() | {
        "Case title": request.caseTitle,
        "Case description": request.caseDescription,
    }
    return [f"{name}: {one_line(value)}" for name, value in typed.items() if value]


def _customer_line(result: LinkResult) -> str:
    part, customer = result.decision.customer, result.customer
    if customer is None:
        return f"Customer: {part.status.text.summary}."
    name = one_line(customer.name) if result.include_names else ""
    return f"Customer: {name or 'linked'} ({customer.type}){_how(part.status, part.matched_by)}."


def _identity_line(result: LinkResult) -> list[str]:
    """How well the customer is known, and whether somebody else is signed in."""
    level = result.identity_level
    if level is IdentityLevel.NONE:
        return []
    typed = result.decision.customer.matched_by not in ((), BY_CONVERSATION, BY_PROFILE, BY_RECORD)
    words = level.summary if typed or level is not IdentityLevel.CLAIMED else "Not verified"
    other = result.found.evidence.signed_in_contact_id and level is not IdentityLevel.VERIFIED
    return [f"{words}; the visitor is signed in as another contact." if other else f"{words}."]


def _case_line(result: LinkResult) -> str:
    part, case = result.decision.case, result.case
    if case is None:
        return f"Case: {part.status.text.summary}."
    title = one_line(case.title) if result.include_names else ""
    shown = ", ".join(text for text in (one_line(result.case_number), title) if text)
    return f"Case: {shown or 'linked'}{_how(part.status, part.matched_by)}."


_HOW: Mapping[MatchedBy, str] = {
    BY_RECORD: ", known to the platform",
    BY_CONVERSATION: ", already on the conversation",
    BY_PROFILE: ", known by the social profile",
    BY_CUSTOMER: ", the customer's only active case",
    BY_CREATION: ", created by the bot",
}


def _how(status: PartStatus, matched_by: MatchedBy) -> str:
    if not matched_by:
        return f", already on the conversation ({status.text.summary})" if status.text.summary else ""
    return _HOW.get(matched_by, f", matched by {', '.join(matched_by)}")


def _unmatched_line(result: LinkResult) -> list[str]:
    decision, criteria = result.decision, result.criteria
    missed: list[str] = []
    if decision.customer.status is PartStatus.NOT_FOUND:
        missed += [name for criterion in criteria.customers.values() for name in criterion.matched_by]
    if decision.case.status in (PartStatus.NOT_FOUND, PartStatus.CUSTOMER_MISMATCH) and criteria.case:
        missed += criteria.case.matched_by
    return [f"Given and not found: {', '.join(dict.fromkeys(missed))}."] if missed else []


# --- omnichannelTags -------------------------------------------------------------------------------------------------


def tags(result: LinkResult) -> str:
    """The bot's command for `channelData.tags`, with the caller's own variables and our findings on escalate."""
    found: dict[str, str] = {
        "LinkStatus": result.status,
        "CustomerStatus": result.customer_status,
        "CaseStatus": result.case_status,
        "IdentityLevel": result.identity_level,
    }
    if result.case_number:
        found["CaseNumber"] = result.case_number
    return command(result.request.what, result.request.others, found, result.request.contextFormat)


def command(
    event: Event, others: Mapping[str, Any], found: Mapping[str, str], format: ContextFormat = ContextFormat.PLAIN
) -> str:
    """A bot command of Omnichannel as JSON text; the context of an EndConversation is empty (Omnichannel docs)."""
    if event is Event.END:
        return _json({"type": event.command, "context": {}})
    shown = format is ContextFormat.DISPLAYABLE
    context: dict[str, Any] = {n: {"value": v, "isDisplayable": True} if shown else v for n, v in found.items()}
    room = MAX_TAGS_BYTES - 1 - len(_json({"type": event.command, "context": context}).encode())
    taken = {name.lower() for name in found}
    for name, value in _extras(others).items():
        size = len(_json({name: value}).encode())
        if name.lower() not in taken and size <= room:
            context[name] = value
            room -= size
    return _json({"type": event.command, "context": context})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _extras(others: Mapping[str, Any]) -> dict[str, str | int]:
    """The caller's variables that Omnichannel takes: texts and whole numbers."""
    extras = {name: _context_value(value) for name, value in others.items() if len(name) <= MAX_CONTEXT_NAME}
    return {name: value for name, value in extras.items() if value is not None}


def _context_value(value: Any) -> str | int | None:
    if isinstance(value, parsing.Number):
        digits = parsing.text(value)
        if not digits.removeprefix("-").isdecimal():
            return None
        return int(digits) if len(digits) <= 11 and abs(int(digits)) <= MAX_INTEGER else digits[:MAX_CONTEXT_VALUE]
    return value[:MAX_CONTEXT_VALUE] if isinstance(value, str) else None
