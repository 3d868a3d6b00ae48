"""An Azure bot for Omnichannel that links customer and case before it escalates or ends.

On the Microsoft 365 Agents SDK. What it says is a sample; what it does on escalate and on end is the point.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from microsoft_agents.activity import Activity, ActivityTypes, TurnContextProtocol
from microsoft_agents.hosting.core import ActivityHandler, Storage, StoreItem
from omnichannel import BRIDGED, Format, channel_data, command, original, question, read_start

LOGGER = logging.getLogger(__name__)

Turn = TurnContextProtocol[Any]
Link = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

ESCALATE = {"representative", "agent", "human", "person", "escalate"}
END = {"bye", "goodbye", "end"}
ASKED = "The customer asked for a representative."
DETAILS = {
    "Email": re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.,;:!?]+"),
    "CaseNumber": re.compile(r"\bCAS-\d{5}-\w{6}\b", re.IGNORECASE),
}
"""How this sample finds details in what the customer types; yours has better ways."""


@dataclass
class Known(StoreItem):
    """What is known of one conversation: what Omnichannel sent at its start, and what the customer said."""

    start: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def store_item_to_json(self) -> MutableMapping[str, Any]:
        """As the storage keeps it."""
        return {"start": self.start, "said": self.said}

    @staticmethod
    def from_json_to_store_item(json_data: MutableMapping[str, Any]) -> Known:
        """As the storage kept it."""
        return Known(**json_data)


class OmnichannelBot(ActivityHandler):
    """Talks to customers; `link` calls the app (see `linker`), `form` is how commands are sent (see `omnichannel`)."""

    def __init__(self, link: Link, storage: Storage, form: Format = "tags") -> None:
        self._link = link
        self._storage = storage
        self._form = form

    async def on_turn(self, turn_context: Turn) -> None:
        """Keep what the start of the conversation holds, then go on as usual."""
        activity = turn_context.activity
        start = read_start(activity.model_dump(by_alias=True, exclude_none=True, mode="json"))
        if start:
            known = await self._known(turn_context)
            known.start = {**start, **known.start}  # the first start stays
            await self._keep(turn_context, known)
        await super().on_turn(turn_context)

    async def on_message_activity(self, turn_context: Turn) -> None:
        """Escalate, end, or talk."""
        text = (turn_context.activity.text or "").strip()
        known = await self._known(turn_context)
        known.said |= {name: found[0] for name, sought in DETAILS.items() if (found := sought.search(text))}
        await self._keep(turn_context, known)
        if text.lower() in ESCALATE:
            await self._say(turn_context, "One moment, I am connecting you.")
            await self._send(turn_context, known, "Escalate", {"BotHandoffTopic": "Support", **known.said})
        elif text.lower() in END:
            await self._say(turn_context, "Goodbye.")
            await self._send(turn_context, known, "EndConversation", known.said)
        else:
            await self._say(turn_context, "What is your e-mail address? Say 'representative' to talk to one.")

    async def _send(self, turn_context: Turn, known: Known, kind: str, context: Mapping[str, Any]) -> None:
        """Link, then send the command. Whatever fails, the original command is sent: the customer is handed over."""
        # The end takes no variables, so what the customer said is for the app only.
        escalates = kind == "Escalate"
        sent, summary = original(kind, context if escalates else {}), ASKED if escalates else ""
        try:
            answer = await self._link(question(kind, known.start, context))
            sent, summary = command(answer), str(answer["escalationSummary"]) if escalates else ""
        except Exception as error:  # noqa: BLE001 - nothing may keep the customer from the representative
            LOGGER.warning("not linked: %s", type(error).__name__)
        # The summary is for the representative only: never in the text of a message that may be bridged.
        text = summary if self._form == "tags" else ASKED if escalates else ""
        data = channel_data(sent, self._form, summary)
        await turn_context.send_activity(Activity(type=ActivityTypes.message, text=text, channel_data=data))

    async def _say(self, turn_context: Turn, text: str) -> None:
        """A message that the customer sees."""
        await turn_context.send_activity(Activity(type=ActivityTypes.message, text=text, channel_data=dict(BRIDGED)))

    async def _known(self, turn_context: Turn) -> Known:
        key = _key(turn_context)
        return (await self._storage.read([key], target_cls=Known)).get(key) or Known()

    async def _keep(self, turn_context: Turn, known: Known) -> None:
        await self._storage.write({_key(turn_context): known})


def _key(turn_context: Turn) -> str:
    return f"{turn_context.activity.channel_id}/{turn_context.activity.conversation.id}"
