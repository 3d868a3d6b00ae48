"""Calls a function as the Functions worker does: builds its request and context, renders its response."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import secrets
import threading
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import azure.functions as func

from dev.hosting.application import ROOT, Endpoint
from dev.http.messages import Request, Response

logger = logging.getLogger("dev.host")

_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def invoke(endpoint: Endpoint, request: Request) -> Response:
    """Call the function. What escapes from it is logged and answered with 500 and no body, as by the host."""
    arguments: dict[str, Any] = {endpoint.request_parameter: _request(request)}
    if endpoint.wants_context:
        arguments["context"] = _context(endpoint, request)
    try:
        result = endpoint.handler(**arguments)
        return _response(asyncio.run(result) if inspect.iscoroutine(result) else result)
    except Exception:
        logger.exception("Executed 'Functions.%s' (Failed)", endpoint.name)
        return Response(500)


def parameters(request: Request) -> dict[str, str]:
    """Return the query's parameters; repeated ones joined by commas, as the host does."""
    joined: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _request(request: Request) -> func.HttpRequest:
    return func.HttpRequest(
        method=request.method,
        url=f"http://{request.headers.get('host', 'localhost')}{request.target}",
        headers=request.headers,
        params=parameters(request),
        route_params={},
        body=request.body,
    )


def _context(endpoint: Endpoint, request: Request) -> SimpleNamespace:
    """Return what has the attributes of `func.Context`, which is a class of properties only, like the worker's own."""
    trace_parent = _trace_parent(request.headers.get("traceparent", ""))
    trace_state = request.headers.get("tracestate", "")
    return SimpleNamespace(
        function_name=endpoint.name,
        invocation_id=str(uuid4()),
        trace_context=SimpleNamespace(trace_parent=trace_parent, trace_state=trace_state, attributes={}),
        retry_context=SimpleNamespace(
            retry_count=0, max_retry_count=0, exception=None
        ),  # HTTP triggers have no retries
        function_directory=str(ROOT),
        thread_local_storage=threading.local(),
    )


def _response(result: Any) -> Response:
    if isinstance(result, str):
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, result.encode("utf-8"))
    if not isinstance(result, func.HttpResponse):
        raise TypeError(f"A function has to return str or HttpResponse, not {type(result).__name__}.")
    headers = dict(result.headers.items())
    if not any(name.lower() == "content-type" for name in headers):
        charset = f"; charset={result.charset}" if result.mimetype.startswith("text/") else ""
        headers["Content-Type"] = result.mimetype + charset
    return Response(result.status_code, headers, result.get_body())


def _trace_parent(received: str) -> str:
    """Return the trace that goes on: a caller's, else a new one, with a span of our own."""
    trace_id = received.split("-")[1] if _TRACE_PARENT.fullmatch(received) else secrets.token_hex(16)
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"
