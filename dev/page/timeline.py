"""What happened to each conversation, newest first: requests with their answers, and changes by others."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Literal, NamedTuple

MAX_ENTRIES = 30

Route = Literal["link", "unlink", "elsewhere"]
"""`elsewhere`: the tables changed without a request that the page saw."""


class Links(NamedTuple):
    """Customer and case of a conversation: their ids, and their names in words."""

    customer_id: str = ""
    case_id: str = ""
    customer: str = ""
    case: str = ""

    @property
    def ids(self) -> tuple[str, str]:
        """What decides whether something changed; a record that gets another name is still the same."""
        return self.customer_id, self.case_id

    @property
    def words(self) -> tuple[str, str]:
        """What is shown."""
        return self.customer, self.case


NOTHING = Links()


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a conversation.

    ``outside``: it was not asked on the page. ``typed``: what the customer typed, by the name of the variable.
    ``closed``: the conversation was closed when it was asked. ``signed_in``: the id of the contact who is signed in to
    it. ``standard``: what Omnichannel's own rule would have linked, see `standard_rule`. ``fault``: what became of
    the fault that waited, in words; ``struck``: how often it met the request. ``seconds``: how long the answer took.
    """

    conversation: str
    route: Route
    outside: bool = False
    before: Links = NOTHING
    after: Links = NOTHING
    sent: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)
    explain: str = ""
    closed: bool = False
    signed_in: str = ""
    standard: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fault: str = ""
    struck: int = 0
    seconds: float = 0.0

    @property
    def wrote(self) -> bool:
        """Whether it is a request to link that was answered, and no dry run."""
        return self.route == "link" and self.status == 200 and not self.answer.get("dryRun")

    @property
    def ended(self) -> bool:
        """Whether the bot ends the conversation, which was open until then."""
        return self.wrote and not self.closed and bool(self.answer.get("CloseOmnichannelConversation"))

    @property
    def took_away(self) -> bool:
        """Whether it is an unlink after which the conversation is another one."""
        return self.route == "unlink" and self.before.ids != self.after.ids


class Timeline:
    """The entries of all conversations; safe under threads."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[tuple[Entry, dict[str, Any]]]] = defaultdict(lambda: deque(maxlen=MAX_ENTRIES))
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._outside: dict[str, Any] = {}

    def add(self, entry: Entry) -> None:
        """Note what happened, now."""
        words = {"before": entry.before.words, "after": entry.after.words, "beforeIds": entry.before.ids}
        words["afterIds"] = entry.after.ids
        shown = {"number": next(self._numbers), "time": int(time.time() * 1000), **asdict(entry), **words}
        with self._lock:
            self._entries[entry.conversation].appendleft((entry, shown))
            if entry.outside:
                self._outside = {"number": shown["number"], "conversation": entry.conversation}

    def of(self, conversation: str) -> list[dict[str, Any]]:
        """The entries of one conversation as they are shown, newest first."""
        with self._lock:
            return [shown for _, shown in self._entries.get(conversation, ())]

    def summary(self, conversation: str) -> str:
        """The escalation summary of the last request that was answered; empty once a link was taken away."""
        with self._lock:
            for entry, _ in self._entries.get(conversation, ()):
                if entry.took_away:
                    return ""
                if entry.wrote:
                    return str(entry.answer.get("escalationSummary", ""))
        return ""

    def identity_level(self, conversation: str, customer_id: str) -> str:
        """How sure it is that the customer on the conversation is who writes there; empty where no answer says it."""
        return str(self._last_answer(conversation, customer_id).get("identityLevel", ""))

    def matched_by(self, conversation: str, customer_id: str) -> str:
        """By what the last answer found the customer on the conversation; empty where it was about somebody else."""
        return str(self._last_answer(conversation, customer_id).get("customerMatchedBy", ""))

    def _last_answer(self, conversation: str, customer_id: str) -> Mapping[str, Any]:
        with self._lock:
            found = (entry.answer for entry, _ in self._entries.get(conversation, ()) if entry.wrote)
            return next((answer for answer in found if answer.get("customerId") == customer_id), {})

    @property
    def outside(self) -> dict[str, Any]:
        """Number and conversation of the last thing that was not asked on the page; empty if there was none."""
        with self._lock:
            return dict(self._outside)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._outside = {}
