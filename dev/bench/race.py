"""One request after the other: every candidate in its own process, turn by turn, at each latency."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from dev.bench import job
from dev.bench.figures import Burst, Figures, figures
from dev.bench.lines import Child
from dev.bench.plan import TURN, WARM_UP, Plan
from dev.progress import Progress

CALLS = {"app": 2, "floor": 2, "sdk": 5, "naive": 5}
"""The candidates, and the calls that each is expected to make (which are counted, too)."""

COUNTED = 4
"""Requests of which the calls are counted."""


def candidates() -> tuple[str, ...]:
    """The candidates that can run here: the SDK needs Python 3.12."""
    has_sdk = importlib.util.find_spec("PowerPlatform") is not None
    return tuple(name for name in CALLS if name != "sdk" or has_sdk)


class Field:
    """The embedded Dataverse and the clients that were started on it, for the time of a `with` block."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._blocks = iter(range(1, job.BLOCKS))
        self._recorded: list[list[dict[str, Any]]] = []

    def __enter__(self) -> Field:
        self.dataverse = self._stack.enter_context(Child("dataverse", {}))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, name: str, threads: int = 8) -> ClientProcess:
        """A client on conversations of its own, until the field ends. The first has to be the app: floors replay it."""
        runner = self._stack.enter_context(self.started(name, threads, next(self._blocks)))
        if name == "app" and not self._recorded:
            self._recorded = [self._first_calls(runner, customer) for customer in range(len(job.CUSTOMERS))]
        return runner

    @contextmanager
    def started(self, name: str, threads: int, block: int) -> Iterator[ClientProcess]:
        """A client on the conversations of a block, for the time of a `with` block."""
        started = self.dataverse.hello
        arguments = {"url": started["url"], "token": started["token"], "block": block, "threads": threads}
        if name == "floor":
            arguments["calls"] = self._recorded
        environment = {**started["settings"], "PYTHON_THREADPOOL_THREAD_COUNT": str(threads)}
        with Child(f"client_{name}", arguments, environment) as child:
            yield ClientProcess(child)

    def calls(self, runner: ClientProcess, count: int) -> list[dict[str, Any]]:
        """What `count` requests ask of the Dataverse."""
        self.dataverse.ask("record", on=True)
        runner.run(count)
        calls: list[dict[str, Any]] = self.dataverse.ask("calls")
        self.dataverse.ask("record", on=False)
        return calls

    def _first_calls(self, runner: ClientProcess, customer: int) -> list[dict[str, Any]]:
        runner.next = customer * job.LAP
        return self.calls(runner, 1)


class ClientProcess:
    """A client process, and the number of the request that it does next."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.next = 0

    def run(self, count: int, at_once: int = 1) -> Burst:
        """Do the next requests."""
        answer = self._child.ask("run", first=self.next, count=count, at_once=at_once)
        self.next += count
        return Burst(answer["seconds"], answer["wall"], answer["cpu"])

    def memory(self) -> float:
        """The most memory that the process has held, in MB; 0 where the system does not say."""
        return float(self._child.ask("memory"))


def expected_seconds(plan: Plan) -> float:
    """About how long `race` takes."""
    return sum(_turn_seconds(latency) * turns for latency, turns in plan.turns.items()) + WARM_UP * _turn_seconds(0)


def _turn_seconds(latency: float) -> float:
    return TURN * sum(CALLS[name] * (latency + 0.002) for name in candidates())


def race(
    field: Field, runners: Mapping[str, ClientProcess], plan: Plan, progress: Progress
) -> dict[float, dict[str, Figures]]:
    """The figures of every candidate at every latency."""
    found = {}
    for _ in range(WARM_UP):
        for runner in runners.values():
            runner.run(TURN)
        progress.advance(_turn_seconds(0))
    for latency, turns in plan.turns.items():
        progress.part(f"one after the other, {latency * 1000:.0f} ms per call")
        field.dataverse.ask("latency", seconds=latency)
        bursts: dict[str, list[Burst]] = {name: [] for name in runners}
        for _ in range(turns):
            for name, runner in runners.items():
                bursts[name].append(runner.run(TURN))
            progress.advance(_turn_seconds(latency))
        found[latency] = {name: figures(bursts[name]) for name in runners}
    return found


def count_calls(field: Field, runners: Mapping[str, ClientProcess]) -> dict[str, dict[str, float]]:
    """Calls per request of each candidate, by method; `reads` are the reads in them, those inside a batch included."""
    found = {}
    for name, runner in runners.items():
        calls = field.calls(runner, COUNTED)
        counts = Counter(call["method"] for call in calls)
        counts["reads"] = sum(len(call["parts"]) or call["method"] == "GET" for call in calls)
        found[name] = {what: number / COUNTED for what, number in counts.items()}
    return found
