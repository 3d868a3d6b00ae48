"""Statistics of what was measured. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Figures(NamedTuple):
    """Latencies in ms, requests per second, and the processor time of the client's process per request in ms."""

    p50: float
    p95: float
    per_second: float
    cpu: float
    requests: int


class Burst(NamedTuple):
    """What one run of a client gave: seconds of each request, of the whole, and of processor time."""

    seconds: list[float]
    wall: float
    cpu: float


def figures(bursts: Sequence[Burst]) -> Figures:
    """The figures of several bursts together; ValueError without a request."""
    seconds = [second for burst in bursts for second in burst.seconds]
    if not seconds:
        raise ValueError("nothing was measured")
    return Figures(
        p50=percentile(seconds, 50) * 1000,
        p95=percentile(seconds, 95) * 1000,
        # The median of the bursts: one burst that something else disturbed does not count.
        per_second=statistics.median(len(burst.seconds) / burst.wall for burst in bursts),
        cpu=sum(burst.cpu for burst in bursts) / len(seconds) * 1000,
        requests=len(seconds),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie, between neighbours in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
