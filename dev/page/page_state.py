"""What the page knows and does: it forwards requests, injects faults, keeps the timeline, describes the screen."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dev.emulator import Emulator
from dev.http.messages import Request, Response

from . import exchange, standard_rule, stories
from .app_client import USER_AGENT, AppClient, AppResponse
from .exchange import Exchange
from .faults import BUTTONS
from .screen import Screen
from .timeline import NOTHING, Entry, Links, Route, Timeline

ROUTES: Mapping[str, Route] = {"/api/link": "link", "/api/unlink": "unlink"}

CONVERSATIONS = "msdyn_ocliveworkitems"
CLOSED = {"statecode": 1}
LIVE_CHAT = {
    "subject": "Somebody who was chosen on the page",
    "msdyn_channel": "192360000",
    "msdyn_liveworkstreamid_msdyn_ocliveworkitem": "f0000000-0000-4000-8000-000000000001",
}
"""A new conversation."""


class PageState:
    """One page's state. Requests pass one at a time, so that a fault meets the request it was meant for."""

    def __init__(self, emulator: Emulator, app: AppClient) -> None:
        self._emulator, self._app = emulator, app
        self._timeline = Timeline()
        self._armed = ""
        self._busy = threading.Lock()
        self._observed: deque[Entry] = deque()
        self._known = Screen(emulator).links()
        self._begun: list[str] = []  # conversations that the page began, newest first

    def forward(self, route: Route, query: str, body: bytes, headers: Mapping[str, str]) -> AppResponse:
        """Post a request to the app as it came; the timeline notes it."""
        with self._busy:
            self._notice()
            explain = self._explain(body, headers) if route == "link" else ""
            found = self._found(body)
            kind, self._armed = self._armed, ""
            start = time.monotonic()
            response, struck = self._sent(kind, f"{route}?{query}" if query else route, body, headers)
            answered = Exchange(route, body, response.status, response.body, time.monotonic() - start)
            fault = BUTTONS[kind].told(struck) if kind else ""
            self._note(replace(answered.entry(), explain=explain, fault=fault, struck=struck, **found))
            return response

    def observe(self, request: Request, response: Response, seconds: float) -> None:
        """Note a request that the app has answered to somebody else, such as curl; see `dev.host.Host`.

        It runs on the app's thread before the answer goes out, so it waits for nobody.
        """
        route = ROUTES.get(request.path)
        if route is None or request.method != "POST" or request.headers.get("user-agent") == USER_AGENT:
            return
        entry = Exchange(route, request.body, response.status, response.body, seconds).entry()
        links = Screen(self._emulator).links()
        if entry.conversation in links:
            explain = str(entry.answer.get("explain", ""))
            after, found = links[entry.conversation], self._found(request.body)
            self._observed.append(replace(entry, outside=True, after=after, explain=explain, **found))

    def _explain(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What `explain` says about a request.

        Only a dry run fills it. So the page first asks the same as a dry run, which writes nothing, and then for real;
        the fault that waits is for the real one. A flow would not do this: it costs a second call.
        """
        sent = exchange.json_object(body)
        if not sent:
            return ""
        asked = {name: value for name, value in sent.items() if name.lower() != "dryrun"}
        response = self._app.post("link", json.dumps({**asked, "dryRun": True}).encode(), headers)
        return str(exchange.json_object(response.body).get("explain", ""))

    def _found(self, body: bytes) -> dict[str, Any]:
        """What the rows say of a request, as fields of its entry; what Omnichannel's own rule would link, too."""
        sent = exchange.json_object(body)
        key = exchange.conversation(sent, {})
        row = self._emulator.row(CONVERSATIONS, key) if key else None
        if row is None:
            return {}
        screen = Screen(self._emulator)
        signed_in = screen.signed_in(key)
        if row["statecode"] != 0:  # the rule runs when a representative accepts the conversation
            return {"closed": True, "signed_in": signed_in}
        caller = screen.caller(key)  # the voice rule takes the number of the call, and not what was said
        given = exchange.typed(sent) | ({"Phone": caller} if caller else {})
        rule = standard_rule.identify(standard_rule.Tables.of(self._emulator), given, signed_in)
        return {"signed_in": signed_in, "standard": rule}

    def _sent(self, kind: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[AppResponse, int]:
        """Post while a fault is injected; returns how often it struck, too."""
        if not kind:
            return self._app.post(target, body, headers), 0
        faults, fault = self._emulator.faults, BUTTONS[kind].make()
        before = faults.injected[fault.label]
        faults.add(fault)
        try:
            response = self._app.post(target, body, headers)
        finally:
            faults.clear()
        return response, faults.injected[fault.label] - before

    def _note(self, entry: Entry) -> None:
        """Put a request on the timeline of its conversation, with what changed there meanwhile."""
        before, self._known = self._known, Screen(self._emulator).links()
        key = entry.conversation
        if key in self._known:
            self._add(replace(entry, before=before.get(key, NOTHING), after=self._known[key]))

    def _add(self, entry: Entry) -> None:
        """Put an entry on the timeline. What the bot ends, Omnichannel would close; here the page does."""
        self._timeline.add(entry)
        if entry.ended:
            self._emulator.update(CONVERSATIONS, entry.conversation, CLOSED)

    def _notice(self) -> None:
        """Note what others did: requests that the app answered to them, and other changes of the tables."""
        while self._observed:
            entry = self._observed.popleft()
            self._add(replace(entry, before=self._known.get(entry.conversation, NOTHING)))
            self._known[entry.conversation] = entry.after
        before, self._known = self._known, Screen(self._emulator).links()
        for key, after in self._known.items():
            if _changed(before.get(key, NOTHING), after):
                self._timeline.add(Entry(key, "elsewhere", True, before.get(key, NOTHING), after))

    def arm(self, kind: str) -> bool:
        """Let a fault wait for the next request; empty: none. False for an unknown one."""
        if kind and kind not in BUTTONS:
            return False
        self._armed = kind
        return True

    def fresh(self) -> str:
        """The id of an open conversation in which nothing has happened yet: the last one, or a new one."""
        with self._busy:
            self._notice()
            last = self._begun[0] if self._begun else ""
            if last and self._known[last] == NOTHING and not self._timeline.of(last):
                return last
            key = str(uuid.uuid4())
            self._emulator.insert(CONVERSATIONS, {**LIVE_CHAT, "activityid": key, "msdyn_ocliveworkitemid": key})
            self._known = Screen(self._emulator).links()
            self._begun.insert(0, key)
            return key

    def opened(self, kind: str, key: str) -> dict[str, Any] | None:
        """What a link of an answer opens: a record, in words; None where there is none."""
        return Screen(self._emulator).record(kind, key)

    def reset(self) -> None:
        """Data, timeline and faults as at the start."""
        with self._busy:
            self._armed = ""
            self._emulator.reset()
            self._timeline.clear()
            self._observed.clear()
            self._begun.clear()
            self._known = Screen(self._emulator).links()

    def describe(self) -> dict[str, Any]:
        """Everything that the page shows."""
        if self._busy.acquire(blocking=False):  # while a request is under way, what changes is its doing
            try:
                self._notice()
            finally:
                self._busy.release()
        screen = Screen(self._emulator)
        return {
            "app": self._app.url,
            "wantsKey": self._app.wants_key,
            "armed": self._armed,
            "faults": [{"kind": kind, "label": each.label, "says": each.says} for kind, each in BUTTONS.items()],
            "stories": [_story(each) for each in stories.PLAYABLE],
            "people": screen.people(),
            "outside": self._timeline.outside,
            "conversations": self._conversations(screen),
        }

    def _conversations(self, screen: Screen) -> list[dict[str, Any]]:
        """New ones, those of the stories, those with something to see, and those in which something happened."""
        first = [*self._begun, *(each.conversation for each in stories.PLAYABLE)]
        found = [self._with_timeline(each) for each in screen.conversations(first=first)]
        return [each for each in found if each["id"] in first or each["presentable"] or each["timeline"]]

    def _with_timeline(self, conversation: dict[str, Any]) -> dict[str, Any]:
        key, customer = conversation["id"], conversation["customer"]
        who = customer["id"] if customer else ""
        known = {
            "identityLevel": self._timeline.identity_level(key, who) if who else "",
            "matchedBy": self._timeline.matched_by(key, who) if who else "",
        }
        return {**conversation, **known, "summary": self._timeline.summary(key), "timeline": self._timeline.of(key)}


def _changed(before: Links, after: Links) -> bool:
    return before.ids != after.ids


def _story(story: stories.Story) -> dict[str, Any]:
    return {"title": story.title, "look": story.look, "conversation": story.conversation, "sent": dict(story.sent)}
