"""Settings, token, distance to Dataverse, workstreams with a rule of their own, one conversation."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from shared.contract.diagnosis import Check
from shared.contract.policy import FIELDS, LinkPolicy, Permission, Table
from shared.core.errors import ConversationNotFound, LinkerError, TableUnknown
from shared.core.text import one_line
from shared.dataverse.client import WhoAmIResult
from shared.dataverse.records import Conversation
from shared.diagnostics.queries import AGENT_CASES, MOST_NAMED, WITH_RULE, Asked, Rows, refused, seen
from shared.diagnostics.report import AZURE, CALLER, OMNICHANNEL, bad, good, of_error
from shared.diagnostics.requirements import WORKSTREAM_NAME, list_of
from shared.settings import SETTINGS, RuleSource, Settings

AREA = "conversation"

MAX_CLOCK_SECONDS = 60
"""Seconds by which two clocks may differ; tokens are refused long after that only."""

SHARE_OF_BUDGET = 0.2
"""One round trip may take this share of the time budget: a link takes two to five."""


def settings(found: Settings) -> Check:
    """The settings were read; which of them were changed, by name."""
    default = Settings.from_environment({"DATAVERSE_URL": found.dataverse_url})
    changed = [row.name for row in SETTINGS[1:] if getattr(found, row.field) != getattr(default, row.field)]
    others = f"; changed: {list_of(changed)}" if changed else "; all others as shipped"
    return good("settings", "settings", f"DATAVERSE_URL={found.dataverse_url}{others}")


def link_policy(policy: LinkPolicy) -> Check:
    """The table in force, a line per level, in the words of the setting; then what workstreams have of their own."""
    lines = [*_levels(policy.table)]
    for workstream, table in policy.workstreams.items():
        own = {level: permission for level, permission in table.items() if permission != policy.table[level]}
        lines += [f"workstream {workstream}, {line}" for line in _levels(own)] or [f"workstream {workstream}: the same"]
    return good("settings", "LINK_POLICY", "\n".join(lines))


def _levels(table: Table) -> Iterator[str]:
    for level, permission in table.items():
        yield f"{level}: " + list_of(f"{name} {_word(permission, field)}" for name, field in FIELDS.items())


def _word(permission: Permission, field: str) -> str:
    value = getattr(permission, field)
    return str(value) if isinstance(value, str) else "yes" if value else "no"


def token(text: str, expires: float) -> Check:
    """Who the token speaks for, and until when it is good."""
    claims = _claims(text)
    who = claims.get("appid") or claims.get("azp") or "unknown"
    until = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return good("sign-in", "token", f"client id {who}, good until {until}")


def _claims(text: str) -> dict[str, object]:
    """The claims of a JWT, unchecked: they are shown, nothing depends on them. {} for a token of another kind."""
    try:
        middle = text.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def distance(greeting: WhoAmIResult, answered: float, budget: float) -> Iterator[Check]:
    """The time of a round trip and the difference of the clocks; it ended at `answered`, in seconds since 1970."""
    milliseconds = f"{greeting.seconds * 1000:.0f} ms"
    if greeting.seconds > budget * SHARE_OF_BUDGET:
        fix = "Run the Function App in the Azure region of the environment, or raise LINK_BUDGET_SECONDS."
        yield bad("distance", "round trip", fix, AZURE, milliseconds, needed=False)
    else:
        yield good("distance", "round trip", milliseconds)
    ahead = _seconds_ahead(greeting, answered)
    if ahead is None:
        yield good("distance", "clock", "Dataverse did not say the time")
    elif abs(ahead) > MAX_CLOCK_SECONDS:
        fix = "Set the clock of the machine that runs the app: it times tokens and waits."
        yield bad("distance", "clock", fix, AZURE, f"{ahead:+.0f} s against Dataverse", needed=False)
    else:
        yield good("distance", "clock", f"{ahead:+.0f} s against Dataverse")


def _seconds_ahead(greeting: WhoAmIResult, answered: float) -> float | None:
    """Our clock less Dataverse's, at the middle of the round trip; `Date` has whole seconds."""
    try:
        theirs = parsedate_to_datetime(greeting.date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return answered - greeting.seconds / 2 - theirs


def workstreams(found: Rows, settings: Settings) -> Check:
    """Which workstreams identify customers by themselves when a representative accepts, and may replace the link."""
    name = "rules of workstreams"
    error = refused(found, WITH_RULE)
    with_rule = seen(found, WITH_RULE)
    if error or with_rule is None:
        fix = "Give the app's security role Read on msdyn_liveworkstream, so that it can look for rules that compete."
        return bad(
            "workstreams", name, fix, found="cannot be read", needed=settings.rule_source is RuleSource.WORKSTREAM
        )
    named = list_of(f'"{one_line(str(row.get(WORKSTREAM_NAME) or ""))}"' for row in with_rule)
    if not named:
        return good("workstreams", name, "none has a rule of its own")
    more = " (and perhaps more)" if len(with_rule) >= int(MOST_NAMED) else ""
    if settings.rule_source is RuleSource.WORKSTREAM:
        return good("workstreams", name, f"used by the app: {named}{more}")
    fix = (
        "Omnichannel runs these rules when a representative accepts, and may replace what the bot linked: clear them, "
        "or set RULE_SOURCE=workstream so that both find the same."
    )
    return bad("workstreams", name, fix, OMNICHANNEL, f"a rule of its own: {named}{more}", needed=False)


def agent_cases(found: Mapping[Asked, Any]) -> Check:
    """Whether the Case Management Agent creates cases from conversations: with `createCase` there may be two of one."""
    name = "case creation by the Case Management Agent"
    error = refused(found, AGENT_CASES)
    if isinstance(error, TableUnknown):
        return good("workstreams", name, "this environment does not have the agent")
    if error:
        fix = f"Give the app's security role Read on {AGENT_CASES[0]}, so that it can see whether the agent does."
        return bad("workstreams", name, fix, found="cannot be read", needed=False)
    if not seen(found, AGENT_CASES):
        return good("workstreams", name, "off")
    fix = (
        "The agent may create a second case beside the one of createCase, when a representative accepts or ends the "
        "conversation: leave createCase off in the bot, or switch the agent's off (Copilot Service admin center, "
        "Case settings, Case Management Agent, Case creation and update)."
    )
    return bad("workstreams", name, fix, OMNICHANNEL, "on", needed=False)


def conversation(conversation_id: str, found: Conversation | LinkerError) -> Check:
    """Whether one conversation is there, its state and what is linked: ids and tables, no names."""
    if isinstance(found, ConversationNotFound):
        unseen = "does not exist, or is hidden from the app"
        return bad(AREA, conversation_id, found.detail, CALLER, unseen, needed=False)
    if isinstance(found, LinkerError):
        return of_error(AREA, conversation_id, found, needed=False)
    return good(AREA, conversation_id, _linked(found))


def _linked(row: Conversation) -> str:
    state = "open" if row.open else f"closed (statecode {row.state}), so nothing will be written"
    customer = f"{row.customer.type} {row.customer.id}{_inactive(row.customer.active)}" if row.customer else "none"
    cases = list_of(f"{case.id} ({column}{_inactive(case.active)})" for column, case in row.cases.items()) or "none"
    holder = one_line(row.regarding_table)
    taken = "" if row.regarding_is_free else f"; regarding holds a record of {holder}, which is left alone"
    return f"{state}; customer: {customer}; case: {cases}{taken}"


def _inactive(active: bool) -> str:
    return "" if active else ", inactive or hidden from the app"
