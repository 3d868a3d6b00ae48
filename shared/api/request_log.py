"""One request from its arrival to its response: how long it took, what it cost, how its end is logged and answered."""

from __future__ import annotations

import logging
import time
from uuid import NAMESPACE_URL, UUID, uuid5

from shared import __version__
from shared.api import responses
from shared.contract.answers import LinkAnswer, UnlinkAnswer
from shared.contract.http import JSON, ApiRequest, ApiResponse, to_json
from shared.contract.requests import ConversationRequest, LinkRequest
from shared.core import telemetry
from shared.core.context import Deadline, RequestContext
from shared.core.errors import (
    ControlSignal,
    DataverseRefused,
    DataverseUnavailable,
    InternalError,
    LinkerError,
    RequestError,
)
from shared.settings import SettingsError

PROBLEM_JSON = "application/problem+json"
OUT_OF_PLACE = "Dataverse answered with a conflict where there can be none; a plug-in or a proxy is in the way."
BUG = "An internal error occurred; the app's log has the details under this requestId."


class RequestLog:
    """The record of one request: what it asked, how long it took, what it cost; it logs and sends the end."""

    def __init__(self, route: str, http: ApiRequest, first: bool = False) -> None:
        self._route = route
        self._http = http
        self._first = first
        self._started = time.monotonic()
        self._context: RequestContext | None = None
        self._error: LinkerError | None = None
        self.request: ConversationRequest | None = None

    def context(self, seconds: float) -> RequestContext:
        """The context of the calls to Dataverse: a deadline `seconds` after the arrival, and the correlation id."""
        deadline, correlation_id = Deadline(self._started + seconds), _correlation_id(self._http.request_id)
        self._context = RequestContext(deadline, correlation_id, self._http.trace_parent)
        return self._context

    def known(self, error: Exception) -> LinkerError:
        """The error itself where it is one of ours, else an internal error, with the bug logged."""
        self._error = self._known(error)
        if isinstance(self._error, RequestError) and isinstance(self._error.readable, ConversationRequest):
            self.request = self._error.readable
        return self._error

    def _known(self, error: Exception) -> LinkerError:
        if isinstance(error, ControlSignal):
            return DataverseRefused(OUT_OF_PLACE)
        if isinstance(error, SettingsError):
            fields = {"detail": error.detail, "requestId": self._http.request_id}
            telemetry.event("settings", fields, logging.ERROR)
        if isinstance(error, LinkerError):
            return error
        telemetry.bug(error, {"requestId": self._http.request_id})
        return InternalError(BUG)

    def answered(self, answer: LinkAnswer | UnlinkAnswer, **fields: telemetry.Field) -> ApiResponse:
        """The reply of an answer, logged; written as JSON first, so that what is logged is what is sent."""
        body = to_json(answer)
        if isinstance(answer, LinkAnswer):
            fields["identityLevel"] = answer.identityLevel
        self.write(answer.status, customerStatus=answer.customerStatus, caseStatus=answer.caseStatus, **fields)
        return ApiResponse(200, body, self.headers())

    def problem(self, error: LinkerError) -> ApiResponse:
        """The problem of an error, logged."""
        self.write("failed", customerStatus="failed", caseStatus="failed")
        headers = self.headers()
        if isinstance(error, DataverseUnavailable):
            headers["Retry-After"] = str(error.retry_after)
        body = to_json(responses.problem(error, self._http.request_id))
        content_type = PROBLEM_JSON if PROBLEM_JSON in self._http.headers.get("accept", "").lower() else JSON
        return ApiResponse(error.status, body, headers, content_type)

    def headers(self) -> dict[str, str]:
        """The headers of every reply."""
        return {"x-correlation-id": self._http.request_id, "Cache-Control": "no-store"}

    def write(self, outcome: str, **fields: telemetry.Field) -> None:
        """The event of this call; an error that somebody has to look at is one in the log, too."""
        status = self._error.status if self._error else 200
        about: dict[str, telemetry.Field] = {
            "route": self._route,
            "outcome": outcome,
            "status": status,
            "code": self._error.code if self._error else "",
            "dryRun": isinstance(self.request, LinkRequest) and self.request.dryRun,
            "conversationId": self.request.conversationId if self.request else "",
            "requestId": self._http.request_id,
        }
        if self._context and self._context.rule_not_used:
            telemetry.event(
                "workstream_rule_not_used", {**about, "reason": self._context.rule_not_used}, logging.WARNING
            )
        level = logging.ERROR if status >= 424 else logging.INFO
        none: dict[str, telemetry.Field] = dict.fromkeys(("customerStatus", "caseStatus", "identityLevel"), "")
        telemetry.event("request", none | about | fields | self._costs(), level)

    def _costs(self) -> dict[str, telemetry.Field]:
        context = self._context
        return {
            "milliseconds": round((time.monotonic() - self._started) * 1000, 1),
            "roundTrips": context.round_trips if context else 0,
            "retries": context.retries if context else 0,
            "throttled": context.throttled if context else 0,
            "newInstance": self._first,
            "version": __version__,
        }


def _correlation_id(request_id: str) -> str:
    """What Dataverse gets: the request id if it is a GUID, else its UUIDv5."""
    try:
        return str(UUID(request_id))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, request_id))
