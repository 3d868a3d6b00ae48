"""Everything that one run measured."""

from __future__ import annotations

from typing import NamedTuple

from dev.bench.cold import First, Share
from dev.bench.crowd import Cell
from dev.bench.figures import Figures
from dev.bench.instance import Instance

CANDIDATES = {
    "app": "this app",
    "floor": "floor: the same two calls, nothing else",
    "sdk": "PowerPlatform-Dataverse-Client, read by read",
    "naive": "requests without a session, read by read",
}


class Results(NamedTuple):
    """`races`: by seconds of latency, then by candidate; `instances` as `instance.CASES`; the rest by candidate."""

    races: dict[float, dict[str, Figures]]
    calls: dict[str, dict[str, float]]
    memory: dict[str, float]
    cells: list[Cell]
    instances: dict[str, Instance]
    first: dict[str, First]
    shares: list[Share]
    in_worker: bool
