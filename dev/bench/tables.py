"""The tables of a run, for terminal and document alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dev.bench.figures import Figures
from dev.bench.goals import Goal
from dev.bench.instance import Instance
from dev.bench.results import CANDIDATES, Results
from dev.bench.table import Table

FEW = 0.5
"""ms: packages below it are one row."""


def goal_table(goals: list[Goal]) -> Table:
    """The goals and what became of them."""
    rows = [
        (
            goal.words,
            f"{'≥' if goal.at_least else '≤'} {goal.bound:.2f}",
            "-" if goal.value is None else f"{goal.value:.3f}",
            goal.verdict,
        )
        for goal in goals
    ]
    return Table("Goals", ("ratio", "goal", "measured", ""), rows, (0, 3))


def race_table(results: Results, latency: float) -> Table:
    """The candidates at one latency."""
    found = results.races[latency]
    rows = [(CANDIDATES[name], *_cells(each, found["floor"])) for name, each in found.items()]
    heads = ("", "p50 ms", "p95 ms", "× floor", "requests / s", "CPU ms", "requests")
    return Table(f"One after the other, {latency * 1000:.0f} ms per call", heads, rows)


def _cells(one: Figures, floor: Figures) -> tuple[str, ...]:
    return (
        f"{one.p50:.2f}",
        f"{one.p95:.2f}",
        f"{one.p50 / floor.p50:.3f}",
        f"{one.per_second:.1f}",
        f"{one.cpu:.2f}",
        str(one.requests),
    )


def calls_table(results: Results) -> Table:
    """What each candidate asks of Dataverse per request, and what its process holds."""
    rows = [
        (
            CANDIDATES[name],
            _count(sum(number for what, number in calls.items() if what != "reads")),
            ", ".join(f"{_count(number)} {what}" for what, number in calls.items() if what != "reads"),
            _count(calls["reads"]),
            f"{results.memory[name]:.0f}" if results.memory[name] else "-",
        )
        for name, calls in results.calls.items()
    ]
    return Table("Calls and memory", ("", "calls", "methods", "reads in them", "peak memory MB"), rows, (0, 2))


def _count(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def crowd_table(results: Results) -> Table:
    """Many at once."""
    heads = (
        "threads",
        "at once",
        "p50 ms",
        "p95 ms",
        "/ s",
        "floor p50",
        "floor p95",
        "floor / s",
        "/ s ÷ floor",
        "busy",
    )
    rows = [
        (
            str(each.threads),
            str(each.at_once),
            f"{each.app.p50:.1f}",
            f"{each.app.p95:.1f}",
            f"{each.app.per_second:.0f}",
            f"{each.floor.p50:.1f}",
            f"{each.floor.p95:.1f}",
            f"{each.floor.per_second:.0f}",
            f"{each.app.per_second / each.floor.per_second:.2f}",
            f"{each.busy:.0%}",
        )
        for each in results.cells
    ]
    return Table("Many at once, 20 ms per call", heads, rows, ())


def instance_table(instances: Mapping[str, Instance]) -> Table:
    """New instances: this app and bare code."""
    rows = [
        (
            name,
            f"{each.app.seconds:.0f}",
            f"{each.bare.seconds:.0f}",
            f"{each.ratio:.2f}",
            f"{each.app.cpu:.0f}",
            f"{each.bare.cpu:.0f}",
            f"{each.cpu_ratio:.2f}",
        )
        for name, each in instances.items()
    ]
    heads = ("first request", "app ms", "bare ms", "app / bare", "app CPU ms", "bare CPU ms", "CPU app / bare")
    return Table("New instance, from its start to its first answered link", heads, rows)


def first_table(results: Results) -> Table:
    """The first request of a new process."""
    rows = [
        (
            CANDIDATES[name],
            f"{each.ready:.0f}",
            f"{each.request:.0f}",
            f"{each.ready + each.request:.0f}",
            f"{each.rested:.0f}",
        )
        for name, each in results.first.items()
    ]
    return Table(
        "First request, in a new process, no latency",
        ("", "ready ms", "request ms", "together ms", "after 0.3 s"),
        rows,
    )


def share_table(results: Results) -> Table:
    """What is imported from the start to the first request."""
    dear = [share for share in results.shares if share.milliseconds >= FEW]
    rest = results.shares[len(dear) :]
    rows = [(share.package, f"{share.milliseconds:.1f}", str(share.modules)) for share in dear]
    rows += [("others", f"{sum(s.milliseconds for s in rest):.1f}", str(sum(s.modules for s in rest)))]
    rows += [("all", f"{sum(s.milliseconds for s in results.shares):.1f}", str(sum(s.modules for s in results.shares)))]
    return Table("What a start imports (-X importtime)", ("package", "ms of its own", "modules"), rows)
