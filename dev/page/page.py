"""The page as HTTP: which path is what. It is the embedded Dataverse's `fallback_handler`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from urllib.parse import parse_qs

from dev.emulator import Emulator
from dev.http.messages import Request, Response

from . import answers, record, static_files
from .app_client import AppClient
from .page_state import PageState
from .timeline import Route


class Page:
    """Serves the page of an emulator and an app: ``emulator.fallback_handler = Page(emulator, url)``.

    `observe` is to be called with what the app answers to others (``dev.host.Host(watch=…)``), so that it is shown.
    """

    def __init__(self, emulator: Emulator, app: str, key: str = "") -> None:
        self._state = PageState(emulator, AppClient(app, key))
        self.observe = self._state.observe
        self._looks: dict[str, Callable[[Request], Response]] = {
            "/page/state": self._described,
            "/main.aspx": self._opened,
        }
        self._acts: dict[str, Callable[[Request], Response]] = {
            "/page/link": self._forward,
            "/page/unlink": self._forward,
            "/page/fault": self._fault,
            "/page/fresh": self._fresh,
            "/page/reset": self._reset,
        }

    def __call__(self, request: Request) -> Response:
        """The answer to a request for anything but the Web API."""
        if request.path in self._acts:
            return self._acted(request)
        known = request.path in self._looks or request.path in static_files.FILES
        if not known:
            return answers.refusal(404, "There is nothing here. The page is at /")
        if request.method != "GET":
            return answers.refusal(405, "Only GET.", Allow="GET")
        look = self._looks.get(request.path)
        return look(request) if look else static_files.answer(request.path) or answers.refusal(404, "It is gone.")

    def _acted(self, request: Request) -> Response:
        if request.method != "POST":
            return answers.refusal(405, "Only POST.", Allow="POST")
        # A browser sends JSON from another site only after asking, and this server never says yes.
        if not request.headers.get("content-type", "").startswith("application/json"):
            return answers.refusal(415, "Only application/json.")
        return self._acts[request.path](request)

    def _forward(self, request: Request) -> Response:
        route: Route = "unlink" if request.path == "/page/unlink" else "link"
        reply = self._state.forward(route, request.query, request.body, request.headers)
        return Response(reply.status, {**answers.GUARDS, **reply.headers}, reply.body)

    def _described(self, request: Request) -> Response:
        """Everything that is shown; 304 while nothing has changed, so that asking every second costs little."""
        state = self._state.describe()
        tag = f'"{hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(304, {"ETag": tag, **answers.GUARDS})
        return answers.as_json(state, ETag=tag)

    def _fault(self, request: Request) -> Response:
        try:
            kind = json.loads(request.body)["kind"]
        except (ValueError, KeyError, TypeError):
            return answers.refusal(400, 'Say which: {"kind": "throttle"}')
        known = isinstance(kind, str) and self._state.arm(kind)
        return answers.as_json({"armed": kind}) if known else answers.refusal(400, "There is no such fault.")

    def _reset(self, request: Request) -> Response:
        self._state.reset()
        return answers.as_json({"reset": True})

    def _fresh(self, request: Request) -> Response:
        return answers.as_json({"conversation": self._state.fresh()})

    def _opened(self, request: Request) -> Response:
        """Where the links of an answer lead (`customerUrl`, …): to a view of that record, as in Dynamics."""
        asked = parse_qs(request.query)
        kind, key = (asked.get(name, [""])[0].lower() for name in ("etn", "id"))
        found = self._state.opened(kind, key)
        if found is None:
            return answers.refusal(404, "There is no such record. The page is at /")
        return answers.content(record.page(found), "text/html; charset=utf-8")
