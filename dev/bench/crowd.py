"""Many requests at once: the app through the worker's thread pool, and the floor on as many threads."""

from __future__ import annotations

from statistics import geometric_mean
from typing import NamedTuple

from dev.bench.figures import Burst, Figures, figures
from dev.bench.plan import CROWD_LATENCY, Plan
from dev.bench.race import ClientProcess, Field
from dev.progress import Progress

NAMES = ("app", "floor")
ENOUGH = 0.95
"""A thread count is enough where its rate is this share of the best one's."""

CROWDED = 32
"""Requests at once from which on the thread count decides; one burst alone is too noisy to decide by."""


class Cell(NamedTuple):
    """The app and the floor, so many at once on so many threads; and how busy that kept the embedded Dataverse."""

    threads: int
    at_once: int
    app: Figures
    floor: Figures
    busy: float


def expected_seconds(plan: Plan) -> float:
    """About how long `crowd` takes."""
    return sum(_seconds(plan, threads, at_once) for threads in plan.threads for at_once in plan.at_once)


def _seconds(plan: Plan, threads: int, at_once: int) -> float:
    rate = min(min(threads, at_once) / (2 * CROWD_LATENCY + 0.005), 250)
    return plan.crowd_rounds * len(NAMES) * plan.crowd_count(at_once) / rate


def crowd(field: Field, plan: Plan, progress: Progress) -> list[Cell]:
    """Every thread count with every number of requests at once, app and floor in turns."""
    progress.part("starting a worker per thread count")
    field.dataverse.ask("latency", seconds=0.0)
    teams = {threads: {name: _warm(field.start(name, threads), threads) for name in NAMES} for threads in plan.threads}
    field.dataverse.ask("latency", seconds=CROWD_LATENCY)
    bursts: dict[tuple[int, int, str], list[Burst]] = {}
    shares: dict[tuple[int, int], list[float]] = {}
    for number in range(plan.crowd_rounds):
        progress.part(f"many at once, round {number + 1} of {plan.crowd_rounds}")
        for at_once in plan.at_once:
            for threads, team in teams.items():
                for name, runner in team.items():
                    burst, busy = _burst(field, runner, plan.crowd_count(at_once), at_once)
                    bursts.setdefault((threads, at_once, name), []).append(burst)
                    shares.setdefault((threads, at_once), []).append(busy)
                progress.advance(_seconds(plan, threads, at_once) / plan.crowd_rounds)
    return [
        Cell(
            threads,
            at_once,
            figures(bursts[threads, at_once, "app"]),
            figures(bursts[threads, at_once, "floor"]),
            max(shares[threads, at_once]),
        )
        for threads in plan.threads
        for at_once in plan.at_once
    ]


def _warm(runner: ClientProcess, threads: int) -> ClientProcess:
    """The runner, every thread started and every connection open."""
    runner.run(2 * threads, threads)
    return runner


def _burst(field: Field, runner: ClientProcess, count: int, at_once: int) -> tuple[Burst, float]:
    before = field.dataverse.ask("cpu")
    burst = runner.run(count, at_once)
    return burst, (field.dataverse.ask("cpu") - before) / burst.wall


def cell(cells: list[Cell], threads: int, at_once: int) -> Cell | None:
    """The cell of that place, if it was measured."""
    return next((each for each in cells if (each.threads, each.at_once) == (threads, at_once)), None)


def rates(cells: list[Cell]) -> dict[int, float]:
    """Requests of the app per second by thread count: the geometric mean over CROWDED and more at once."""
    found: dict[int, list[float]] = {}
    for each in cells:
        if each.at_once >= CROWDED:
            found.setdefault(each.threads, []).append(each.app.per_second)
    return {threads: geometric_mean(each) for threads, each in found.items()}


def enough_threads(cells: list[Cell]) -> int:
    """The fewest threads that bring nearly the best rate."""
    found = rates(cells)
    return min(threads for threads, rate in found.items() if rate >= ENOUGH * max(found.values()))
