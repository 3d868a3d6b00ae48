"""`python3 -m dev chaos --answers`: thousands of requests over a Dataverse whose answers are altered on their way.

Each conversation has one request at a time and nobody else writes it, so the row before and after says what is true.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from dev.emulator import Emulator
from dev.hosting.application import environment
from dev.hosting.backend import defaults, settings_for
from dev.machine import machine
from shared.api.service import Service
from shared.contract.http import ApiRequest

from . import checks, model
from .altering_proxy import AlteringProxy, altering_proxy
from .heartbeat import Heartbeat, heartbeat
from .history import CONVERSATIONS, Attempt, History, Links, Watch, links
from .mix import FlowRequest, requests
from .runner import BUDGET, COMPRESSION, REPLAYS, SETTINGS, Plan, hurried, listening, with_new_named
from .world import World, build

RATE = 0.25
"""The share of answers that are altered."""

EVIDENCE_ATTEMPTS = 3
"""So many altered answers to one request, and what says who the visitor is may stay unread: the level is lower, and
nobody is replaced and no case created that hangs on it (docs/contract.md, "How well the customer is known")."""

CHECKS = tuple(check for check in checks.CHECKS if check.name != "a person's choice undone under `overwrite` false")


@dataclass
class AnswersResult:
    """What came of a run; `untrue` are answers that say something else than the row, or rows that nobody asked for."""

    plan: Plan
    history: History
    seconds: float = 0.0
    altered: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    untrue: list[str] = field(default_factory=list)


def run(plan: Plan, step: Callable[[], None] = lambda: None, rate: float = RATE, only: str = "") -> AnswersResult:
    """Run a plan; `step` is called after each request. `only` names the one alteration that is drawn."""
    world = build(plan.seed, plan.conversations)
    todo = requests(world, plan.seed, plan.requests)
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(world.data()))
        proxy = stack.enter_context(altering_proxy(emulator.url, plan.seed, rate, only))
        proxied = {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url, "NO_PROXY": "", "no_proxy": ""}
        stack.enter_context(environment(settings_for(emulator) | proxied))
        retries = stack.enter_context(listening())
        stack.enter_context(hurried())
        emulator.recording = False
        heart = stack.enter_context(heartbeat())
        started = time.monotonic()
        result = AnswersRun(plan, world, todo, emulator, proxy, heart).result(step)
        result.seconds, result.retries = time.monotonic() - started, retries.total
        result.altered = dict(proxy.altered)
        return result


class AnswersRun:
    """One run over an emulator that is up, through the proxy that the environment names."""

    def __init__(
        self,
        plan: Plan,
        world: World,
        todo: list[FlowRequest],
        emulator: Emulator,
        proxy: AlteringProxy,
        heart: Heartbeat,
    ) -> None:
        self._plan, self._world, self._todo, self._emulator = plan, world, todo, emulator
        self._proxy = proxy
        self._service = Service.from_environment(defaults() | settings_for(emulator) | SETTINGS)
        rows = emulator.rows(CONVERSATIONS)
        start = {row["activityid"]: found for row in rows if (found := links(row))}
        self._history = History(
            {request.id: request for request in todo}, dict(world.cases), start, levels=world.levels(), heart=heart
        )
        Watch(emulator, self._history)
        self._untrue: list[str] = []

    def result(self, step: Callable[[], None]) -> AnswersResult:
        """All requests, those of one conversation one after the other."""
        groups: dict[str, list[FlowRequest]] = {}
        for request in self._todo:
            groups.setdefault(request.conversation, []).append(request)
        with ThreadPoolExecutor(self._plan.threads, thread_name_prefix="flow") as flows:
            for end in [flows.submit(self._group, group, step) for group in groups.values()]:
                end.result()
        return AnswersResult(self._plan, self._history, untrue=self._untrue)

    def _group(self, group: Sequence[FlowRequest], step: Callable[[], None]) -> None:
        for request in group:
            self._flow(request)
            step()

    def _flow(self, request: FlowRequest) -> None:
        """One request as a flow sends it: again after each 503."""
        for _ in range(REPLAYS):
            if self._attempt(request).status != 503:
                return
            time.sleep(1 / COMPRESSION)

    def _attempt(self, request: FlowRequest) -> Attempt:
        before, first = self._row(request), len(self._history.case_writes)
        attempt = self._sent(request)
        self._history.attempts.append(attempt)
        after, last = self._row(request), len(self._history.case_writes)
        # Other conversations may create cases meanwhile: it is decided on those of one moment.
        careful = [] if attempt.sure else [replace(request, body={**request.body, "createCase": False})]
        wanted = {
            self._wanted(each, before, writes) for each in (request, *careful) for writes in range(first, last + 1)
        }
        if attempt.status != 200 or careful:
            wanted.add(before)
        if not {after, with_new_named(after, self._created_by(request))} & wanted:
            said = f"{attempt.status}, {attempt.answer.get('message', attempt.answer.get('detail', ''))}"
            self._untrue.append(f"request {request.id}: {said}: {before} became {after}, not {wanted}")
        return attempt

    def _wanted(self, request: FlowRequest, row: Links | None, writes: int) -> Links | None:
        """The row that the model wants after the first so many writes of cases."""
        made = self._history.case_writes[:writes]
        cases = dict(self._world.cases) | {write.after.id: write.after for write in made if write.after}
        then = replace(self._history, cases=cases, case_writes=made)
        return model.expected(request, row, then, self._world.customers)

    def _created_by(self, request: FlowRequest) -> set[str]:
        writes = list(self._history.case_writes)
        return {write.after.id for write in writes if write.by == request.id and write.before is None and write.after}

    def _sent(self, request: FlowRequest) -> Attempt:
        http = ApiRequest(json.dumps(request.body).encode(), {"x-correlation-id": request.id})
        started, altered = time.monotonic(), self._proxy.altered_of[request.id]
        reply = getattr(self._service, request.route)(http)
        ended, sure = time.monotonic(), self._proxy.altered_of[request.id] - altered < EVIDENCE_ATTEMPTS
        budget = min(BUDGET, float(request.body.get("timeoutSeconds", BUDGET)))
        reply.body.encode()  # as the host sends it
        answer: dict[str, Any] = json.loads(reply.body)
        return Attempt(
            request, started, ended, reply.status, answer, reply.headers.get("Retry-After", ""), budget, sure
        )

    def _row(self, request: FlowRequest) -> Links | None:
        return links(self._emulator.row(CONVERSATIONS, request.conversation))


def findings(result: AnswersResult) -> dict[str, list[str]]:
    """What must not be, by the row of the table; a run is clean when every list is empty."""
    found = {"answers or rows that are not true": result.untrue}
    return found | {check.name: list(check.find(result.history)) for check in CHECKS}


def table(result: AnswersResult, found: dict[str, list[str]]) -> str:
    """What came of a run, as a document may hold it."""
    plan, statuses = result.plan, Counter(reply.status for reply in result.history.attempts)
    rows = [
        ("requests", f"{plan.requests}"),
        ("  conversations, flows at once, seed", f"{plan.conversations}, {plan.threads}, {plan.seed}"),
        ("  answers by status", ", ".join(f"{status}: {statuses[status]}" for status in sorted(statuses))),
        ("retries inside the app", f"{result.retries}"),
        ("answers of Dataverse altered", f"{sum(result.altered.values())}"),
        *[(f"  {name}", f"{count}") for name, count in sorted(result.altered.items())],
        ("writes of conversations", f"{len(result.history.writes)}"),
        *[(name, f"{len(sentences)}") for name, sentences in found.items()],
    ]
    width = max(len(name) for name, _ in rows) + 2
    lines = [f"{name:<{width}}{value}" for name, value in rows]
    return "\n".join([*lines, "", f"{result.seconds:.1f} s, {machine()}"])
