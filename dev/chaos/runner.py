"""The run: many flows at once through the app's own door while things go wrong; then, in calm, the last ones again."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from dev.emulator import Emulator
from dev.hosting.application import environment
from dev.hosting.backend import defaults, settings_for
from shared.api.service import Service
from shared.contract.http import ApiRequest
from shared.dataverse import retry

from . import fault_plan, model
from .concurrent_edits import ConcurrentEdits
from .heartbeat import Heartbeat, heartbeat
from .history import CONVERSATIONS, Attempt, History, Links, Watch, links
from .mix import FlowRequest, requests
from .world import World, build

BUDGET = 2.0
"""Seconds, as LINK_BUDGET_SECONDS: the shortest that the app takes."""

SETTINGS = {"LINK_BUDGET_SECONDS": f"{BUDGET:g}"}
"""Of the app under test, where they are not as shipped."""

REPLAYS = 30
"""Attempts of a flow at one request."""

COMPRESSION = 200
"""How much shorter than asked waits are, in the app and in flows."""


@dataclass(frozen=True)
class Plan:
    """What to run."""

    requests: int = 2000
    seed: int = 1
    conversations: int = 300
    threads: int = 16


@dataclass
class Result:
    """What came of it: `wrong` says which final states are not as the model wants them."""

    plan: Plan
    history: History
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)


class Retries(logging.Handler):
    """Counts what the app says about itself in its log."""

    total = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Add the retries of one request."""
        self.total += json.loads(record.getMessage()).get("retries", 0)


def run(plan: Plan, step: Callable[[], None] = lambda: None) -> Result:
    """Run a plan; `step` is called after each request."""
    world = build(plan.seed, plan.conversations)
    todo = requests(world, plan.seed, plan.requests)
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(world.data()))
        stack.enter_context(environment(settings_for(emulator)))
        retries = stack.enter_context(listening())
        stack.enter_context(hurried())
        emulator.recording = False
        heart = stack.enter_context(heartbeat())
        return Runner(plan, world, todo, emulator, retries, heart).result(step)


class Runner:
    """One run over an emulator that is up."""

    def __init__(
        self, plan: Plan, world: World, todo: list[FlowRequest], emulator: Emulator, retries: Retries, heart: Heartbeat
    ) -> None:
        self._plan, self._world, self._todo = plan, world, todo
        self._emulator, self._retries = emulator, retries
        settings = defaults() | settings_for(emulator) | SETTINGS
        self._service = Service.from_environment(settings)
        rows = emulator.rows(CONVERSATIONS)
        start = {row["activityid"]: found for row in rows if (found := links(row))}
        asked = {request.id: request for request in todo}
        self._history = History(asked, dict(world.cases), start, levels=world.levels(), heart=heart)
        self._watch = Watch(emulator, self._history)

    def result(self, step: Callable[[], None]) -> Result:
        """All requests while things go wrong, then the last ones again without faults."""
        began = time.monotonic()
        edits = ConcurrentEdits(self._world, self._history, self._watch)
        fault_plan.start(self._emulator, edits, self._plan.seed)
        with ThreadPoolExecutor(self._plan.threads, thread_name_prefix="flow") as flows:
            for end in [flows.submit(self._flow, request) for request in self._todo]:
                end.result()
                step()
        self._emulator.faults.clear()
        time.sleep(fault_plan.HANG)  # what hangs may still be written
        result = Result(self._plan, self._history, faults=dict(self._emulator.faults.injected))
        result.retries = self._retries.total
        last = {request.conversation: request for request in self._todo}
        for request in last.values():
            self._settle(request, result)
        result.seconds = time.monotonic() - began
        return result

    def _flow(self, request: FlowRequest) -> None:
        """One request as a flow sends it: again after each 503, when `Retry-After` says."""
        for _ in range(REPLAYS):
            attempt = self._sent(request)
            self._history.attempts.append(attempt)
            if attempt.status != 503:
                return
            time.sleep(float(attempt.retry_after or 1) / COMPRESSION)

    def _sent(self, request: FlowRequest) -> Attempt:
        door = getattr(self._service, request.route)
        call = ApiRequest(json.dumps(request.body).encode(), {"x-correlation-id": request.id})
        started = time.monotonic()
        reply = door(call)
        ended = time.monotonic()
        budget = min(BUDGET, float(request.body.get("timeoutSeconds", BUDGET)))
        answer: dict[str, Any] = json.loads(reply.body)
        return Attempt(request, started, ended, reply.status, answer, reply.headers.get("Retry-After", ""), budget)

    def _settle(self, request: FlowRequest, result: Result) -> None:
        """The request once more, and the row against the model."""
        before, known = self._row(request), set(self._history.cases)
        wanted = model.expected(request, before, self._history, self._world.customers)
        attempt = self._sent_in_calm(request)
        after, new = self._row(request), set(self._history.cases) - known
        if attempt.status == (200 if before else 404) and wanted == with_new_named(after, new):
            result.right += 1
        else:
            result.wrong.append(f"request {request.id}: {attempt.status}, {before} became {after}, not {wanted}")

    def _sent_in_calm(self, request: FlowRequest) -> Attempt:
        """The attempt; nothing keeps it but a machine that stands still, and then it is asked for again."""
        for _ in range(REPLAYS):
            attempt = self._sent(request)
            self._history.attempts.append(attempt)
            if attempt.status != 503 or not self._history.heart.stood_still_until_now(attempt.started):
                break
        return attempt

    def _row(self, request: FlowRequest) -> Links | None:
        return links(self._emulator.row(CONVERSATIONS, request.conversation))


def with_new_named(row: Links | None, new: set[str]) -> Links | None:
    """The row, a case that was created just now under the model's name for it."""
    if row is None or not new:
        return row
    names = {field: getattr(row, field) for field in ("issue", "regarding")}
    fitting = {field: model.NEW for field, id in names.items() if id in new}
    return Links(row.customer, fitting.get("issue", row.issue), fitting.get("regarding", row.regarding), row.other)


@contextmanager
def listening() -> Iterator[Retries]:
    """The app's log, counted and not shown."""
    logger = logging.getLogger("conversation_linker")
    former = logger.level, logger.propagate
    retries, silent = Retries(), logging.NullHandler()
    logging.getLogger("azure").addHandler(silent)
    logger.addHandler(retries)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield retries
    finally:
        logging.getLogger("azure").removeHandler(silent)
        logger.removeHandler(retries)
        logger.level, logger.propagate = former


@contextmanager
def hurried() -> Iterator[None]:
    """Waits of the app, shortened; which of them fit the budget is still decided by their full length."""
    former = retry.sleep
    retry.sleep = lambda seconds: time.sleep(seconds / COMPRESSION)
    try:
        yield
    finally:
        retry.sleep = former
