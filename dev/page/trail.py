"""What happened to each conversation, newest first: requests of the page with their answers, changes by others."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

MAX_ENTRIES = 30
ELSEWHERE = "elsewhere"

Links = tuple[str, str]
"""Customer and case of a conversation, in words."""

NOTHING: Links = ("", "")


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``route`` is `link`, `unlink`, or `elsewhere` for a change that was not asked here."""

    conversation: str
    route: str
    before: Links = NOTHING
    after: Links = NOTHING
    sent: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    explain: str = ""
    fault: str = ""
    struck: int = 0
    seconds: float = 0.0


class Trail:
    """The entries of all conversations; safe under threads."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[dict[str, Any]]] = defaultdict(lambda: deque(maxlen=MAX_ENTRIES))
        self._numbers = count(1)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Note what happened, now."""
        shown = {"number": next(self._numbers), "time": int(time.time() * 1000), **asdict(entry)}
        with self._lock:
            self._entries[entry.conversation].appendleft(shown)

    def of(self, conversation: str) -> list[dict[str, Any]]:
        """The entries of one conversation, newest first."""
        with self._lock:
            return list(self._entries.get(conversation, ()))

    def summary(self, conversation: str) -> str:
        """The escalation summary that went along with the last answer that wrote, or found all in place."""
        for entry in self.of(conversation):
            if entry["route"] == "unlink" and entry["status"] == 200:
                return ""
            if entry["answer"].get("escalationSummary") and not entry["answer"].get("dryRun"):
                return str(entry["answer"]["escalationSummary"])
        return ""

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
