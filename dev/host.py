"""The development server as a library: `with Host() as host:` serves the app on `host.url`."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType, TracebackType

import azure.functions as func

from dev.hosting.application import ROOT, Application, Endpoint, application, environment, load_app
from dev.hosting.invocation import invoke, parameters
from dev.http.messages import MAX_BODY, Request, Response
from dev.http.server import Server

LIMIT_VARIABLE = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
THREADS_VARIABLE = "PYTHON_THREADPOOL_THREAD_COUNT"
OPEN = "ANONYMOUS"

App = func.FunctionApp | ModuleType | Path
Watcher = Callable[[Request, Response, float], None]


class Host:
    """Serves an app's HTTP triggers on a loopback port for the time of a `with` block.

    `app` is a FunctionApp, a module that holds one, or the path of such a module, imported afresh
    (default: this project's function_app.py). `settings` are in the environment for that time.
    With `enable_auth` callers need `key`; like Core Tools it is off by default.
    `watch` is called with each request, its answer and the seconds between.
    """

    def __init__(
        self,
        app: App = ROOT / "function_app.py",
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        prefix: str | None = None,
        enable_auth: bool = False,
        watch: Watcher | None = None,
    ) -> None:
        self.key = secrets.token_urlsafe(32) if enable_auth else ""
        self._app = app
        self._port = port
        self._settings = dict(settings or {})
        self._prefix = prefix
        self._watch = watch
        self._open = ExitStack()

    def __enter__(self) -> Host:
        """Start serving. Raises OSError where the port is taken, AppError where the app cannot be served."""
        with ExitStack() as opened:
            opened.enter_context(environment(self._settings))
            app = load_app(self._app) if isinstance(self._app, Path) else self._app
            self.application: Application = application(app, self._prefix)
            # As in the worker: handlers run in a pool of their own, however many connections there are.
            threads = int(os.environ.get(THREADS_VARIABLE) or 0) or None
            self._pool = opened.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="function"))
            limit = int(os.environ.get(LIMIT_VARIABLE) or MAX_BODY)
            server = Server(self._answer, port=self._port, limit=limit)
            server.start()
            opened.callback(server.stop)
            self.url = server.url
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, and put the environment back."""
        self._open.close()

    def _answer(self, request: Request) -> Response:
        start = time.monotonic()
        response = self._routed(request)
        if self._watch:
            self._watch(request, response, time.monotonic() - start)
        return response

    def _routed(self, request: Request) -> Response:
        endpoint = self.application.find(request.method, request.path)
        if endpoint is None:
            return Response(404)
        if not self._may(request, endpoint):
            return Response(401)
        return self._pool.submit(invoke, endpoint, request).result()

    def _may(self, request: Request, endpoint: Endpoint) -> bool:
        """Say whether keys are off, the route needs none, or the caller sent the right one."""
        if not self.key or endpoint.auth_level == OPEN:
            return True
        given = request.headers.get("x-functions-key") or parameters(request).get("code", "")
        return secrets.compare_digest(given.encode("utf-8"), self.key.encode("utf-8"))
