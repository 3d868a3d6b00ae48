"""The way of a request: recorded, perhaps struck by a fault, checked for its token, answered."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

from dev.http.messages import Request, Response
from dev.http.server import Drop

from . import batch, calls, errors, multipart, prefer
from .answers import refusal
from .api import MAX_URL, Api, check_headers
from .calls import Call
from .faults import Fault
from .identity import PATH as TOKEN_PATH

if TYPE_CHECKING:
    from .emulator import Emulator

_OWN_PATHS = ("/api/data", TOKEN_PATH)
_BATCH_PATHS = frozenset(f"/api/data/{version}/$batch" for version in ("v9.0", "v9.1", "v9.2"))


class Gateway:
    """Answers every request of an emulator, on whatever thread it comes. `stop` ends what waits."""

    def __init__(self, emulator: Emulator, api: Api) -> None:
        self._emulator, self._api = emulator, api
        self._identity, self._faults = emulator.identity, emulator.faults
        self._here = threading.local()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End injected delays."""
        self._stopping.set()

    @property
    def current_call(self) -> Call | None:
        """The call that this thread is answering."""
        return getattr(self._here, "call", None)

    def handle(self, request: Request) -> Response:
        """The answer; raises Drop where the connection is to be cut."""
        if self._emulator.fallback_handler and not request.path.startswith(_OWN_PATHS):
            return self._emulator.fallback_handler(request)
        target = "token" if request.path == TOKEN_PATH else "dataverse"
        call = calls.record(request)
        if self._emulator.recording:
            (self._emulator.token_calls if target == "token" else self._emulator.calls).append(call)
        self._here.call = call
        if target == "dataverse" and self._emulator.latency:
            self._stopping.wait(self._emulator.latency)
        fault = self._faults.take(target, request.method, request.path)
        if fault is None or fault.part is not None:
            response = self._answer(target, request, call, fault)
        else:
            response = self._struck(fault, target, request, call)
        call.status = response.status
        return response

    def _struck(self, fault: Fault, target: str, request: Request, call: Call) -> Response:
        if fault.latency:
            self._stopping.wait(fault.latency)
        if fault.expire_token:
            self._identity.revoke(request)
        if fault.drop == "before":
            raise Drop
        if request.path in _BATCH_PATHS:
            call.parts = _parts(request, self._api.base)
        if fault.concurrent:
            fault.concurrent(self._emulator)
        error = fault.error()
        response = refusal(error) if error else self._answer(target, request, call, None)
        if fault.drop == "after":
            raise Drop
        response.drip = fault.drip
        return response

    def _answer(self, target: str, request: Request, call: Call, part_fault: Fault | None) -> Response:
        if target == "token":
            return self._identity.answer(request)
        try:
            client = self._identity.check(request, self._api.base)
            if request.path in _BATCH_PATHS:
                response = self._batch(request, client, call, part_fault)
            else:
                response = self._api.answer(request, client)
        except errors.ApiError as error:
            response = refusal(error)
        except UnicodeDecodeError:
            response = refusal(errors.syntax("The request is not valid UTF-8."))
        # The affinity cookie pins a client that keeps cookies to one server ("Send parallel requests").
        response.headers["Set-Cookie"] = "ARRAffinity=0f3a; path=/; HttpOnly"
        response.headers["x-ms-service-request-id"] = str(uuid.uuid4())
        response.headers["x-ms-dop-hint"] = "16"
        return response

    def _batch(self, request: Request, client: str, call: Call, part_fault: Fault | None) -> Response:
        if request.method != "POST":
            raise errors.method_not_allowed(request.method)
        if len(self._api.base) + len(request.target) > MAX_URL:
            raise errors.ApiError(414, errors.CATCH_ALL, "The URL is too long.")
        check_headers(request)
        self._api.enter(client)
        items = multipart.parse(request, self._api.base)
        parts = multipart.flat(items)
        call.parts = [calls.record(part.request) for part in parts]
        local = [part_fault] if part_fault else []

        def before(inner: Request, index: int) -> errors.ApiError | None:
            mine = [fault for fault in local if fault.part == index]
            fault = mine[0] if mine else self._faults.take("dataverse", inner.method, inner.path, index)
            if fault is None:
                return None
            if fault.latency:
                self._stopping.wait(fault.latency)
            if fault.concurrent:
                fault.concurrent(self._emulator)
            return fault.error()

        wishes = prefer.parse(request.headers.get("prefer"))
        execution = batch.Execution(self._api, client, before, wishes.continue_on_error)
        response = execution.run(items)
        for part, status in zip(call.parts, execution.statuses, strict=False):
            part.status = status
        return response


def _parts(request: Request, base: str) -> list[Call]:
    try:
        return [calls.record(part.request) for part in multipart.flat(multipart.parse(request, base))]
    except (errors.ApiError, UnicodeDecodeError):
        return []
