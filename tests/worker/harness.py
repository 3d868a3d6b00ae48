"""Runs an app inside Microsoft's own worker library: `with Worker(folder) as worker: worker.post("/api/link", {…})`."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

HERE = Path(__file__).resolve().parent
ORIGIN = "https://linker.azurewebsites.net"
PATIENCE = 60


class WorkerError(Exception):
    """The worker did not index the app, or ended; the text is its own."""


class Answer(NamedTuple):
    """What the host would send: status, headers, body; and the text of a failed invocation."""

    status: int
    headers: dict[str, str]
    body: bytes
    failure: str

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Function:
    """One function as the worker indexed it and reports it to the host."""

    id: str
    name: str
    route: str
    methods: tuple[str, ...]
    auth_level: str
    parameter: str


class Worker:
    """A worker process with an app, for the time of a `with` block. `settings` are in its environment."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._settings = dict(settings or {})
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[Answer]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Worker:
        """Start the process and index the app. Raises WorkerError."""
        self._place = tempfile.TemporaryDirectory()
        self._log = (Path(self._place.name) / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(HERE / "worker_process.py"), str(self._folder)],
            env={**os.environ, **self._settings, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        first = json.loads(self._process.stdout.readline() or "{}")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if "functions" not in first:
            error = first.get("error") or self.log
            self.__exit__()
            raise WorkerError(error)
        self.functions = {each["name"]: _function(each) for each in first["functions"]}
        self._routes = {
            (method, f"/{_prefix(self._folder)}/{each.route}"): each
            for each in self.functions.values()
            for method in each.methods
        }
        return self

    def __exit__(self, *_: object) -> None:
        """End the process by ending its input."""
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)
        self._reader.join()
        self._process.stdout.close()
        self._log.close()
        self._place.cleanup()

    @property
    def log(self) -> str:
        """Return what the app and the worker have written so far."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """Post JSON (or bytes as they are)."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8")
        return self.request("POST", path, raw, {"content-type": "application/json", **(headers or {})})

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Get."""
        return self.request("GET", path, b"", headers)

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Do as the host does: find the function by its route, let the worker invoke it, wait for the answer."""
        parts = urlsplit(path)
        function = self._routes.get((method, parts.path))
        if function is None:
            return Answer(404, {}, b"", "")
        http = {
            "method": method,
            "url": ORIGIN + path,
            "headers": dict(headers or {}),
            "params": {},
            "query": dict(parse_qsl(parts.query, keep_blank_values=True)),
            "body": body.decode("latin-1"),
        }
        return self._invoke({"function_id": function.id, "parameter": function.parameter, "http": http})

    def _invoke(self, asked: dict[str, Any]) -> Answer:
        answer: Future[Answer] = Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = answer
            self._process.stdin.write(json.dumps({"number": number, **asked}) + "\n")
            self._process.stdin.flush()
        return answer.result(timeout=PATIENCE)

    def _read(self) -> None:
        for line in self._process.stdout:
            told = json.loads(line)
            answer = Answer(told["status"], told["headers"], told["body"].encode("latin-1"), told["failure"])
            self._waiting.pop(told["number"]).set_result(answer)
        for lost in self._waiting.values():
            lost.set_exception(WorkerError(self.log))


def _function(described: dict[str, Any]) -> Function:
    trigger = next(each for each in described["bindings"] if each["type"] == "httpTrigger")
    return Function(
        described["id"],
        described["name"],
        trigger.get("route") or described["name"],
        tuple(trigger.get("methods", ())),
        trigger["authLevel"],
        trigger["name"],
    )


def _prefix(folder: Path) -> str:
    settings = json.loads((folder / "host.json").read_text(encoding="utf-8"))
    return str(settings.get("extensions", {}).get("http", {}).get("routePrefix", "api"))
