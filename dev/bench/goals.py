"""The goals for speed, as ratios within one run, and what became of them. Pure."""

from __future__ import annotations

from typing import NamedTuple

from dev.bench.crowd import cell
from dev.bench.plan import GOAL_THREADS
from dev.bench.results import Results


class Goal(NamedTuple):
    """One goal: `bound` is the most, or where `at_least` is set the least; `value` None: not measured here."""

    words: str
    bound: float
    value: float | None
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the value keeps to the bound."""
        if self.value is None:
            return False
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def verdict(self) -> str:
        """Reached or missed, and by how much of the bound."""
        if self.value is None:
            return "not measured here"
        share = abs(self.value / self.bound - 1)
        if self.reached:
            return f"reached, {share:.0%} to spare"
        return f"MISSED by {share:.1%}"


def goals(results: Results) -> list[Goal]:
    """Every goal."""
    crowded = cell(results.cells, GOAL_THREADS, 32)
    throughput = crowded.app.per_second / crowded.floor.per_second if crowded else None
    instances = results.instances
    return [
        Goal("warm p50 at 20 ms per call, app / floor", 1.05, _ratio(results, 0.02, "app", "floor")),
        Goal("warm p50 without latency, app / floor", 1.4, _ratio(results, 0.0, "app", "floor")),
        Goal("p50 at 20 ms per call, SDK / app", 2.5, _ratio(results, 0.02, "sdk", "app"), at_least=True),
        Goal("new instance, at once, app / bare code", 1.0, instances["at once"].ratio),
        Goal("new instance, after 0.3 s, app / bare code", 0.45, instances["after 0.3 s"].ratio),
        Goal(f"requests per second, 32 at once on {GOAL_THREADS} threads, app / floor", 0.8, throughput, at_least=True),
    ]


def _ratio(results: Results, latency: float, one: str, other: str) -> float | None:
    figures = results.races.get(latency, {})
    return figures[one].p50 / figures[other].p50 if one in figures and other in figures else None
