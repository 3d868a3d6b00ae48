"""The HTTP API without Azure: parse the request, hand it to the resolver, turn what comes back into a response.

Whatever goes wrong on the way becomes an answer here, and nowhere else.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Self

from shared import __version__
from shared.api import responses
from shared.api.request_log import RequestLog
from shared.api.workers import Workers
from shared.contract.http import ApiRequest, ApiResponse
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.core.errors import LinkerError
from shared.dataverse.client import DataverseClient
from shared.dataverse.token_cache import TokenCache
from shared.resolver import Resolver
from shared.settings import Settings, SettingsError


class Service:
    """The app: settings read once, one client per process, made when it is first needed."""

    def __init__(self, settings: Settings | SettingsError, dataverse: DataverseClient | None = None) -> None:
        """The app under `settings`; where they are missing or wrong, each request that needs them says so.

        `dataverse`: the client, where it has begun to sign in already.
        """
        self._lock = threading.Lock()
        self._workers = Workers()
        self._requests = count()
        self._resolver: Resolver | None = None
        self._settings = settings
        self._dataverse = dataverse

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The app under the settings of `environment`."""
        try:
            return cls(Settings.from_environment(environment))
        except SettingsError as problem:
            return cls(problem)

    def link(self, http: ApiRequest) -> ApiResponse:
        """`POST /api/link`."""
        log = self._log("link", http)
        try:
            self._start_sign_in()
            request = log.request = LinkRequest.parse(http.body)
            settings, resolver = self._ready()
            context = log.context(min(settings.budget_seconds, request.timeoutSeconds or settings.budget_seconds))
            link = partial(resolver.link, request, context)
            result = self._workers.run(context.deadline, link)
            return log.answered(responses.linked(result, http.request_id), **result.matches())
        except Exception as error:  # noqa: BLE001 - the API boundary: whatever happened becomes an answer, here alone
            return self._not_linked(log.known(error), log, http)

    def _not_linked(self, error: LinkerError, log: RequestLog, http: ApiRequest) -> ApiResponse:
        """The problem of an error; with `?always=true` an answer, made of the request as far as it could be read."""
        if not http.always:
            return log.problem(error)
        request = log.request if isinstance(log.request, LinkRequest) else None
        try:
            return log.answered(responses.failed(error, request, http.request_id))
        except Exception as another:  # noqa: BLE001 - the API boundary
            return log.answered(responses.failed(log.known(another), None, http.request_id))

    def unlink(self, http: ApiRequest) -> ApiResponse:
        """`POST /api/unlink`."""
        log = self._log("unlink", http)
        try:
            request = log.request = UnlinkRequest.parse(http.body)
            settings, resolver = self._ready()
            context = log.context(settings.budget_seconds)
            unlink = partial(resolver.unlink, request, context)
            before, changes = self._workers.run(context.deadline, unlink)
            return log.answered(responses.unlinked(request, before, changes, http.request_id))
        except Exception as error:  # noqa: BLE001 - the API boundary
            return log.problem(log.known(error))

    def health(self, http: ApiRequest) -> ApiResponse:
        """`GET /api/health`: alive, and which version; touches nothing."""
        return ApiResponse(
            200, json.dumps({"status": "ok", "version": __version__}), RequestLog("health", http).headers()
        )

    def openapi(self, http: ApiRequest) -> ApiResponse:
        """`GET /api/openapi.json`: the contract, machine-readable; `?v=3` as OpenAPI 3.1."""
        from shared.contract.openapi import called_host, definition
        from shared.contract.openapi31 import modern

        content = definition(called_host(http.headers))
        if http.query.get("v", "").startswith("3"):
            content = modern(content)
        return ApiResponse(200, json.dumps(content, ensure_ascii=False), RequestLog("openapi", http).headers())

    def diagnose(self, http: ApiRequest) -> ApiResponse:
        """`GET /api/diagnose`: what works, what does not, and the fix; 503 where something needed does not work."""
        from shared.diagnostics import response
        from shared.diagnostics.report import Report, of_error
        from shared.diagnostics.runner import Diagnosis

        log = self._log("diagnose", http)
        report = Report()
        area, name = "settings", "settings"
        try:
            settings, resolver = self._ready()
            area, name = "sign-in", "time"
            diagnosis = Diagnosis(
                settings, resolver.dataverse, response.with_create_case(http), response.conversation_id(http)
            )
            report = diagnosis.report
            context = log.context(settings.budget_seconds)
            self._workers.run(context.deadline, partial(diagnosis.run, context))
        except Exception as error:  # noqa: BLE001 - the API boundary
            report.add(of_error(area, name, log.known(error)))
        try:
            reply = response.response(http, report, log.headers())
        except Exception as error:  # noqa: BLE001 - the API boundary
            return log.problem(log.known(error))
        log.write("ready" if reply.status == 200 else "not_ready", status=reply.status)
        return reply

    def _log(self, route: str, http: ApiRequest) -> RequestLog:
        return RequestLog(route, http, first=next(self._requests) == 0)

    def _start_sign_in(self) -> None:
        """Before the first request is validated: fetch the first token meanwhile."""
        if self._resolver is None and isinstance(self._settings, Settings):
            self._ready()

    def _ready(self) -> tuple[Settings, Resolver]:
        """The settings and the resolver, which is made when it is first needed.

        Raises:
            SettingsError: the settings are missing or wrong.
        """
        settings = self._settings
        if isinstance(settings, SettingsError):
            raise settings
        if self._resolver is None:
            with self._lock:
                if self._resolver is None:
                    self._resolver = _resolver(settings, self._dataverse)
        return settings, self._resolver


def _resolver(settings: Settings, dataverse: DataverseClient | None) -> Resolver:
    if dataverse is None:
        tokens = TokenCache(settings.scope)
        tokens.fetch_ahead()
        dataverse = DataverseClient(settings.dataverse_url, settings.api_version, tokens)
    return Resolver(settings, dataverse)
