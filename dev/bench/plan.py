"""How much is measured, and about how long each part takes (which is what the progress bar counts)."""

from __future__ import annotations

from typing import NamedTuple

TURN = 5
"""Requests in a row before it is the next candidate's turn: enough to be warm, few enough to share every drift."""

WARM_UP = 2
"""Turns that are not counted, at the first latency."""

GOAL_THREADS = 32
"""The thread count at which the goal for throughput is judged: one thread for each of 32 requests at once."""

CROWD_LATENCY = 0.02


class Plan(NamedTuple):
    """One run of the bench. Seconds of latency come with the turns that are counted at it."""

    turns: dict[float, int]
    threads: tuple[int, ...]
    at_once: tuple[int, ...]
    crowd_rounds: int
    cold_rounds: int
    instance_rounds: int

    def crowd_count(self, at_once: int) -> int:
        """Requests of one burst, `at_once` of them under way."""
        return 16 if at_once == 1 else max(48, 3 * at_once)


def full(requests: int) -> Plan:
    """The run behind the published figures; `requests` per candidate without latency, fewer with."""
    turns = {0.0: _turns(requests), 0.02: _turns(requests // 2), 0.08: _turns(requests // 6)}
    return Plan(turns, (8, 16, 32, 64), (1, 8, 32, 128), crowd_rounds=5, cold_rounds=9, instance_rounds=15)


def quick(requests: int) -> Plan:
    """A look in about a minute."""
    turns = {0.0: _turns(requests), 0.02: _turns(requests // 2), 0.08: 1}
    return Plan(turns, (GOAL_THREADS,), (1, 32), crowd_rounds=3, cold_rounds=3, instance_rounds=2)


def _turns(requests: int) -> int:
    return max(1, requests // TURN)
