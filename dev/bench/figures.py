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
    """The figures of several bursts together; ValueError for fewer than two requests."""
    seconds = [second for burst in bursts for second in burst.seconds]
    if len(seconds) < 2:
        raise ValueError("nothing was measured")
    return Figures(
        p50=statistics.median(seconds) * 1000,
        p95=statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1000,
        # The median of the bursts: one burst that something else disturbed does not count.
        per_second=statistics.median(len(burst.seconds) / burst.wall for burst in bursts),
        cpu=sum(burst.cpu for burst in bursts) / len(seconds) * 1000,
        requests=len(seconds),
    )
