"""What goes wrong, how often: the fault plan of a run. Waits are short, so that a run is."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from dev.emulator import Emulator, Fault, Kind, throttled

from .concurrent_edits import ConcurrentEdits

RATE = 0.2
"""The share of calls that something happens to."""

HANG = 3.5
"""Seconds that a call hangs: longer than an answer may take, so that its write lands after the answer."""

RARE, LITTLE = 10, 0.01
"""Of a rare kind, one draw in so many strikes; the others only take so many seconds."""

PLAN: Mapping[str, int] = {
    # kind, weight; those of the token service begin with token_
    "throttled": 4,
    "throttled_for_long": 2,
    "unavailable": 4,
    "bad_gateway": 3,
    "drop_before": 3,
    "drop_after": 4,
    "slow": 3,
    "drip": 1,
    "hang": 2,
    "part_throttled": 3,
    "sign_in_ends": 2,
    "token_unavailable": 1,
    "token_slow": 1,
    "edit": 5,
    "concurrent_write": 2,
    "burst_of_edits": 1,
}


def start(emulator: Emulator, edits: ConcurrentEdits, seed: int) -> None:
    """Let calls of the emulator fail by this plan from now on."""
    kinds = [kind for kind, weight in PLAN.items() for _ in range(weight)]
    emulator.faults.plan(seed, RATE, kinds, _kinds(edits))


def _kinds(edits: ConcurrentEdits) -> dict[str, Kind]:
    """The kinds that the embedded Dataverse does not bring along."""
    return {
        "throttled_for_long": lambda dice: replace(throttled(dice.randint(20, 90)), name="throttled for long"),
        "hang": _rarely(lambda dice: Fault(latency=HANG, name="hang")),
        # A token that ends twice within one call is refused for good, as the contract says; so it ends now and then.
        "sign_in_ends": _rarely(lambda dice: Fault(expire_token=True, name="expired token"), every=3),
        "token_slow": lambda dice: Fault(latency=dice.uniform(0.1, 0.5), target="token", name="slow token"),
        "edit": edits.act,
        "concurrent_write": edits.touch,
        "burst_of_edits": edits.burst,
    }


def _rarely(kind: Kind, every: int = RARE) -> Callable[[random.Random], Fault]:
    draws = count(1)
    return lambda dice: kind(dice) if next(draws) % every == 1 else Fault(latency=LITTLE, name="slow")
