"""How a bot and Omnichannel talk: what Omnichannel sends at the start, and what it takes as a command.

Plain functions on plain data, for any SDK. Only the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

CONVERSATION_IDS = ("conversationId", "msdyn_ConversationId", "msdyn_liveworkitemid", "msdyn_ocliveworkitemid")
KNOWN = (
    *CONVERSATION_IDS,
    "msdyn_contact_msdyn_ocliveworkitem_Customer",
    "msdyn_account_msdyn_ocliveworkitem_Customer",
    "msdyn_incident_msdyn_ocliveworkitem",
    "msdyn_CustomerId",
    "msdyn_CustomerType",
    "msdyn_CaseId",
    "customerPhoneNumber",
    "va_CustomerLocale",
    "Name",
    "Email",
    "Phone",
    "CaseNumber",
)
"""What the app understands of what Omnichannel tells a bot. The rest (thread ids, voices, …) is left out."""

VOICE = "vnd.microsoft.msdyn.oc.data"
BRIDGED = {"deliveryMode": "bridged"}
"""The channel data of every message that the customer is to see."""

STARTS = ("startConversation", "omnichannelSetContext")
"""The event that starts a conversation: as Omnichannel sends it, and as Microsoft's middleware hands it on."""

Format = Literal["tags", "command"]
"""How a command is sent. Omnichannel knows two forms, and one message can bear only one of them.

- `tags`: the command as text in `channelData.tags`, as in Microsoft's "Configure Azure bots to escalate and end
  conversations".
- `command`: the command as an object in `channelData.command`, as in Microsoft's "Build an Azure AI agent" (April
  2026), for agents behind the middleware of that page.
"""
SUMMARY = "EscalationSummary"
LONGEST_VALUE = 4000
"""Characters that Omnichannel takes of one variable."""


def read_start(activity: Mapping[str, Any]) -> dict[str, Any]:
    """What the start of a conversation holds: its id, and what is known of customer and case. Empty for anything else.

    Live chat and Apple Messages start with an event, voice with a conversationUpdate. It may be the JSON as it came
    in (also as it is published, with `channeldata` and numbers where SDKs want texts) or an SDK's activity as a dict.
    A message is never a start: a customer could type one.
    """
    if not _may_start(activity):
        return {}
    for place in _places(activity):
        names = {name.lower(): value for name, value in place.items()}
        found = {name: names[name.lower()] for name in KNOWN if name.lower() in names}
        if any(found.get(name) for name in CONVERSATION_IDS):
            return found
    return {}


def _may_start(activity: Mapping[str, Any]) -> bool:
    kind = str(activity.get("type", "")).lower()
    return kind == "conversationupdate" or (kind == "event" and activity.get("name") in STARTS)


def _places(activity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where the context may be: the value, the channel data of voice, and the text, which repeats the value."""
    fields = {name.lower().replace("_", ""): value for name, value in activity.items()}
    data = _object(fields.get("channeldata"))
    for place in (fields.get("value"), data.get(VOICE), data, fields.get("text")):
        yield _object(place)


def _object(value: Any) -> Mapping[str, Any]:
    """An object, also where it comes as JSON text; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def original(kind: str, context: Mapping[str, Any]) -> str:
    """The bot's own command as text, `Escalate` or `EndConversation`; values are texts or whole numbers."""
    return json.dumps({"type": kind, "context": dict(context)})


def command(answer: Mapping[str, Any]) -> str:
    """The command that the app answered with, as text.

    ValueError where it is no command: then the original command is to be sent.
    """
    text = answer.get("omnichannelTags")
    found = _object(text)
    if found.get("type") not in ("Escalate", "EndConversation") or not isinstance(found.get("context"), Mapping):
        raise ValueError("the answer holds no command")
    return str(text)


def channel_data(command: str, form: Format, summary: str = "") -> dict[str, Any]:
    """The channel data of a command.

    In the form `tags` the summary is the text of the message, which only the representative sees. In the form `command`
    the message is bridged, so the customer may see its text; there the summary is one more variable.
    """
    if form == "tags":
        return {"tags": command}
    found = _object(command)
    more = {SUMMARY: summary[:LONGEST_VALUE]} if summary else {}
    return {"tags": dict(BRIDGED), "command": {"type": found["type"], "value": {**found["context"], **more}}}


def question(kind: str, start: Mapping[str, Any], context: Mapping[str, Any], seconds: int = 8) -> dict[str, Any]:
    """The body of the call to the app: the command as it is, with what the start held.

    What the bot learned later wins over what was known at the start.
    """
    learned = {name.lower() for name in context}
    known = {name: value for name, value in start.items() if name.lower() not in learned}
    return {"type": kind, "context": dict(context), **known, "timeoutSeconds": seconds}
