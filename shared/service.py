"""The border without Azure: a call comes in as plain data, a reply goes out; errors become answers here, once."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from functools import partial
from itertools import count
from uuid import NAMESPACE_URL, UUID, uuid5

from . import __version__, answers, telemetry
from .calls import JSON, Call, Reply
from .dataverse import Dataverse
from .deadline import Deadline, Trip, Workers
from .errors import DataverseRefused, DataverseUnavailable, InternalError, LinkerError, RequestError, Step
from .linking import Linker
from .models import ConversationRequest, LinkAnswer, LinkRequest, UnlinkAnswer, UnlinkRequest
from .settings import Settings, SettingsError
from .tokens import Tokens

PROBLEM_JSON = "application/problem+json"
OUT_OF_PLACE = "Dataverse answered with a conflict where there can be none; a plug-in or a proxy is in the way."
BUG = "The app made a mistake; what it was is in its log under the requestId."


class Service:
    """The app: settings read once, one client per process, made when it is first needed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._workers = Workers()
        self._visits = count()
        self._linker: Linker | None = None
        self._settings: Settings | None = None
        self._problem: SettingsError | None = None
        try:
            self._settings = Settings.from_environment(environment)
        except SettingsError as problem:
            self._problem = problem

    def link(self, call: Call) -> Reply:
        """`POST /api/link`."""
        visit = self._visit("link", call)
        request: LinkRequest | None = None
        matches: dict[str, int] = {}
        try:
            self._begin()
            request = visit.request = LinkRequest.parse(call.body)
            settings, linker = self._ready()
            trip = visit.trip(min(settings.budget_seconds, request.timeoutSeconds or settings.budget_seconds))
            link = partial(linker.link, request, trip)
            outcome = self._workers.run(trip.deadline, link)
            answer = answers.linked(outcome, call.request_id)
            matches = outcome.matches()
        except Exception as error:  # noqa: BLE001 - the border: whatever happened becomes an answer, here alone
            known = visit.known(error)
            if not call.always:
                return visit.problem(known)
            if isinstance(known, RequestError) and isinstance(known.readable, LinkRequest):
                request = known.readable
            answer = answers.failed(known, request, call.request_id)
        return visit.answered(answer, **matches)

    def unlink(self, call: Call) -> Reply:
        """`POST /api/unlink`."""
        visit = self._visit("unlink", call)
        try:
            request = visit.request = UnlinkRequest.parse(call.body)
            settings, linker = self._ready()
            trip = visit.trip(settings.budget_seconds)
            unlink = partial(linker.unlink, request, trip)
            before, changes = self._workers.run(trip.deadline, unlink)
            return visit.answered(answers.unlinked(request, before, changes, call.request_id))
        except Exception as error:  # noqa: BLE001 - the border
            return visit.problem(visit.known(error))

    def health(self, call: Call) -> Reply:
        """`GET /api/health`: alive, and which version; touches nothing."""
        return Reply(200, json.dumps({"status": "ok", "version": __version__}), Visit("health", call).headers())

    def openapi(self, call: Call) -> Reply:
        """`GET /api/openapi.json`: the contract, machine-readable; `?v=3` as OpenAPI 3.1."""
        from .openapi import called_host, definition
        from .openapi_modern import modern

        content = definition(called_host(call.headers))
        if call.query.get("v", "").startswith("3"):
            content = modern(content)
        return Reply(200, json.dumps(content, ensure_ascii=False), Visit("openapi", call).headers())

    def diagnose(self, call: Call) -> Reply:
        """`GET /api/diagnose`: what works, what does not, and the mend; 503 where something needed does not work."""
        from .diagnosis import answer
        from .diagnosis.course import Diagnosis
        from .diagnosis.report import Report, of_error

        visit = self._visit("diagnose", call)
        report = Report()
        area, name = "settings", "settings"
        try:
            settings, linker = self._ready()
            area, name = "sign-in", "time"
            diagnosis = Diagnosis(
                settings, linker.dataverse, answer.with_create_case(call), answer.conversation_id(call)
            )
            report = diagnosis.report
            trip = visit.trip(settings.budget_seconds)
            self._workers.run(trip.deadline, partial(diagnosis.run, trip))
        except Exception as error:  # noqa: BLE001 - the border
            report.add(of_error(area, name, visit.known(error)))
        reply = answer.reply(call, report, visit.headers())
        visit.log("ready" if reply.status == 200 else "not_ready", status=reply.status)
        return reply

    def _visit(self, route: str, call: Call) -> Visit:
        return Visit(route, call, first=next(self._visits) == 0)

    def _begin(self) -> None:
        """Before the first request is validated: fetch the first token meanwhile."""
        if self._linker is None and self._settings is not None:
            self._ready()

    def _ready(self) -> tuple[Settings, Linker]:
        if self._settings is None:
            raise self._problem or InternalError(BUG)
        if self._linker is None:
            with self._lock:
                if self._linker is None:
                    tokens = Tokens(self._settings.scope)
                    tokens.fetch_ahead()
                    self._linker = Linker(self._settings, Dataverse(self._settings, tokens))
        return self._settings, self._linker


class Visit:
    """One call on its way: how long it took, what it cost, and how its end is logged and sent."""

    def __init__(self, route: str, call: Call, first: bool = False) -> None:
        self._route = route
        self._call = call
        self._first = first
        self._started = time.monotonic()
        self._trip: Trip | None = None
        self._error: LinkerError | None = None
        self.request: ConversationRequest | None = None

    def trip(self, seconds: float) -> Trip:
        """What to take along to Dataverse: `seconds` from the call's arrival on, and its correlation id."""
        deadline, correlation_id = Deadline(self._started + seconds), _correlation_id(self._call.request_id)
        self._trip = Trip(deadline, correlation_id, self._call.trace_parent)
        return self._trip

    def known(self, error: Exception) -> LinkerError:
        """The error itself where it is one of ours, else an internal error, with the bug logged."""
        self._error = self._known(error)
        if isinstance(self._error, RequestError) and isinstance(self._error.readable, ConversationRequest):
            self.request = self._error.readable
        return self._error

    def _known(self, error: Exception) -> LinkerError:
        if isinstance(error, Step):
            return DataverseRefused(OUT_OF_PLACE)
        if isinstance(error, SettingsError):
            fields = {"detail": error.detail, "requestId": self._call.request_id}
            telemetry.event("settings", fields, logging.ERROR)
        if isinstance(error, LinkerError):
            return error
        telemetry.bug(error, {"requestId": self._call.request_id})
        return InternalError(BUG)

    def answered(self, answer: LinkAnswer | UnlinkAnswer, **fields: telemetry.Field) -> Reply:
        """The reply of an answer, logged."""
        self.log(answer.status, customerStatus=answer.customerStatus, caseStatus=answer.caseStatus, **fields)
        return Reply(200, answer.model_dump_json(), self.headers())

    def problem(self, error: LinkerError) -> Reply:
        """The problem of an error, logged."""
        self.log("failed", customerStatus="failed", caseStatus="failed")
        headers = self.headers()
        if isinstance(error, DataverseUnavailable):
            headers["Retry-After"] = str(error.retry_after)
        body = answers.problem(error, self._call.request_id).model_dump_json(exclude_none=True)
        content_type = PROBLEM_JSON if PROBLEM_JSON in self._call.headers.get("accept", "").lower() else JSON
        return Reply(error.status, body, headers, content_type)

    def headers(self) -> dict[str, str]:
        """The headers of every reply."""
        return {"x-correlation-id": self._call.request_id, "Cache-Control": "no-store"}

    def log(self, outcome: str, **fields: telemetry.Field) -> None:
        """The event of this call; an error that somebody has to look at is one in the log, too."""
        status = self._error.status if self._error else 200
        about: dict[str, telemetry.Field] = {
            "route": self._route,
            "outcome": outcome,
            "status": status,
            "code": self._error.code if self._error else "",
            "dryRun": isinstance(self.request, LinkRequest) and self.request.dryRun,
            "conversationId": self.request.conversationId if self.request else "",
            "requestId": self._call.request_id,
        }
        if self._trip and self._trip.rule_not_used:
            telemetry.event("workstream_rule_not_used", {**about, "reason": self._trip.rule_not_used}, logging.WARNING)
        level = logging.ERROR if status >= 424 else logging.INFO
        telemetry.event("request", {"customerStatus": "", "caseStatus": "", **about, **fields, **self._costs()}, level)

    def _costs(self) -> dict[str, telemetry.Field]:
        trip = self._trip
        return {
            "milliseconds": round((time.monotonic() - self._started) * 1000, 1),
            "roundTrips": trip.round_trips if trip else 0,
            "retries": trip.retries if trip else 0,
            "throttled": trip.throttled if trip else 0,
            "newInstance": self._first,
            "version": __version__,
        }


def _correlation_id(request_id: str) -> str:
    """What Dataverse gets: the request id if it is a GUID, else its UUIDv5."""
    try:
        return str(UUID(request_id))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, request_id))
