"""The page's business: forwards requests to the app, arms faults, keeps the trail, describes the screen, resets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dev.demo.steps import STEPS
from dev.emulator import Emulator

from .faults import BUTTONS
from .linker import Linker, Reply
from .screen import Screen
from .trail import ELSEWHERE, NOTHING, Entry, Trail

FIELDS = frozenset({"Name", "Email", "Phone", "CaseNumber", "event", "createCase", "overwrite", "dryRun"})
"""What the page's form can say; a step of the demo that says more is no story here."""


class Desk:
    """One page's state. Requests pass one at a time, so that a fault strikes the request it was meant for."""

    def __init__(self, emulator: Emulator, linker: Linker) -> None:
        self._emulator, self._linker = emulator, linker
        self._trail = Trail()
        self._armed = ""
        self._busy = threading.Lock()
        self._known = Screen(emulator).links()

    def forward(self, route: str, query: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post a request to the app as it came; the trail notes it."""
        with self._busy:
            sent = _object(body)
            self._notice()
            explain = self._rehearsal(sent, headers) if route == "link" else ""
            kind, self._armed = self._armed, ""
            start = time.monotonic()
            reply, struck = self._struck(kind, f"{route}?{query}" if query else route, body, headers)
            entry = Entry(
                _conversation(sent),
                route,
                sent=sent,
                status=reply.status,
                answer=_object(reply.body),
                explain=explain,
                fault=BUTTONS[kind].label if kind else "",
                struck=struck,
                seconds=round(time.monotonic() - start, 3),
            )
            self._note(entry)
            return reply

    def _rehearsal(self, sent: dict[str, Any], headers: Mapping[str, str]) -> str:
        """What `explain` says about a request.

        Only a dry run fills it. So the page first asks the same as a dry run, which writes nothing, and then for real;
        the fault that waits is for the real one. A flow would not do this: it costs a second call.
        """
        asked = {name: value for name, value in sent.items() if name.lower() != "dryrun"}
        if not sent:
            return ""
        reply = self._linker.post("link", json.dumps({**asked, "dryRun": True}).encode(), headers)
        return str(_object(reply.body).get("explain", ""))

    def _struck(self, kind: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[Reply, int]:
        """Post while a fault lies in wait; returns how often it struck, too."""
        if not kind:
            return self._linker.post(target, body, headers), 0
        faults, fault = self._emulator.faults, BUTTONS[kind].make()
        before = faults.injected[fault.label]
        faults.add(fault)
        try:
            reply = self._linker.post(target, body, headers)
        finally:
            faults.clear()
        return reply, faults.injected[fault.label] - before

    def _note(self, entry: Entry) -> None:
        """Put a request on the trail of its conversation, with what changed there meanwhile."""
        before, self._known = self._known, Screen(self._emulator).links()
        key = entry.conversation
        if key in self._known:
            self._trail.add(replace(entry, before=before.get(key, NOTHING), after=self._known[key]))

    def _notice(self) -> None:
        """Note what somebody else wrote: a request from a terminal, a test."""
        before, self._known = self._known, Screen(self._emulator).links()
        for key, after in self._known.items():
            if before.get(key, NOTHING) != after:
                self._trail.add(Entry(key, ELSEWHERE, before.get(key, NOTHING), after))

    def arm(self, kind: str) -> bool:
        """Let a fault wait for the next request; empty: none. False for an unknown one."""
        if kind and kind not in BUTTONS:
            return False
        self._armed = kind
        return True

    def reset(self) -> None:
        """Data, trail and faults as at the start."""
        with self._busy:
            self._armed = ""
            self._emulator.reset()
            self._trail.clear()
            self._known = Screen(self._emulator).links()

    def state(self) -> dict[str, Any]:
        """Everything that the page shows."""
        if self._busy.acquire(blocking=False):  # while a request is under way, what changes is its doing
            try:
                self._notice()
            finally:
                self._busy.release()
        screen = Screen(self._emulator)
        return {
            "app": self._linker.url,
            "wantsKey": self._linker.wants_key,
            "armed": self._armed,
            "faults": [{"kind": kind, "label": each.label, "says": each.says} for kind, each in BUTTONS.items()],
            "stories": _stories(),
            "people": screen.people(),
            "conversations": [self._with_trail(each) for each in screen.conversations()],
        }

    def _with_trail(self, conversation: dict[str, Any]) -> dict[str, Any]:
        key = conversation["id"]
        return {**conversation, "summary": self._trail.summary(key), "trail": self._trail.of(key)}


def _conversation(sent: Mapping[str, Any]) -> str:
    """The id of the conversation that a request of the page names."""
    return str(sent.get("conversationId", "")).strip("{} ").lower()


def _object(text: bytes) -> dict[str, Any]:
    """The JSON object in a text; empty where there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _stories() -> list[dict[str, Any]]:
    """The steps of `python3 -m dev demo` that the page's form can tell."""
    return [
        {"title": step.title, "conversation": step.conversation, "sent": dict(step.sent)}
        for step in STEPS
        if step.route == "link" and set(step.sent) <= FIELDS
    ]
