"""Faults on demand: one by one for a test, or drawn at random from a seed for a long run.

Service protection limits (429 with Retry-After in seconds and one of three codes), 503 without one, lost connections,
slow answers, expired tokens, and somebody else who writes in between.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from .errors import ApiError

if TYPE_CHECKING:
    from .emulator import Emulator

_CONVERSATION = re.compile(r"msdyn_ocliveworkitems\(([0-9a-fA-F-]{36})\)")


@dataclass
class Fault:
    """What goes wrong, and when.

    What: ``status`` (with ``code``, ``message``, ``retry_after``: seconds or an HTTP date) instead of an answer;
    ``latency``, seconds before the call is looked at; ``drop``, the connection is cut ``"before"`` or ``"after"`` the
    call took effect; ``drip``, seconds between each few bytes of the answer's body; ``expire_token``, the call's
    token counts as expired from now on; ``concurrent``, called just before the call takes effect (see
    `someone_changes`). They may be combined.

    When: ``target`` is ``"dataverse"`` or ``"token"``; ``method`` must be equal, ``path`` be part of the path
    (``contacts``, ``$batch``); ``after`` skips that many matches, ``times`` is how often it strikes. With ``part`` it
    strikes the request of that index (from 0, a change set's requests counted one by one) inside a ``$batch``:
    ``method`` and ``path`` are then that request's, the status stands inside the answer, and ``drop``, ``drip`` and
    ``expire_token`` do not apply.
    """

    status: int = 0
    code: str = ""
    message: str = "Injected by the emulator."
    retry_after: int | str | None = None
    latency: float = 0.0
    drop: Literal["before", "after"] | None = None
    drip: float = 0.0
    expire_token: bool = False
    concurrent: Callable[[Emulator], None] | None = None
    method: str | None = None
    path: str | None = None
    part: int | None = None
    times: int = 1
    after: int = 0
    target: Literal["dataverse", "token"] = "dataverse"
    name: str = ""

    @property
    def label(self) -> str:
        """The name under which the fault is counted."""
        words = [str(self.status)] if self.status else []
        words += [f"drop_{self.drop}"] if self.drop else []
        flags = {
            "slow": self.latency,
            "drip": self.drip,
            "expire_token": self.expire_token,
            "concurrent": self.concurrent,
        }
        return self.name or "+".join(words + [flag for flag, on in flags.items() if on])

    def matches(self, target: str, method: str, path: str, part: int | None) -> bool:
        """Whether the matchers fit a call."""
        fits = self.target == target and self.part == part and self.method in (None, method)
        return fits and (self.path is None or self.path in path)

    def error(self) -> ApiError | None:
        """The answer that replaces the call's own."""
        if not self.status:
            return None
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return ApiError(self.status, self.code, self.message, headers)


def throttled(seconds: int, code: str = "0x80072322") -> Fault:
    """One of the three service protection answers ("Service protection API limits")."""
    return Fault(429, code, _THROTTLES[code], retry_after=seconds, name="throttled")


_THROTTLES = {
    "0x80072322": "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    "0x80072321": "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over "
    "time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try "
    "again later.",
    "0x80072326": "Number of concurrent requests exceeded the limit of 52.",
}


def someone_changes(conversation: str | None = None, **changes: object) -> Callable[[Emulator], None]:
    """For `Fault.concurrent`: another user changes a conversation, so its ETag does not hold any more.

    Without an id it is the one that the call at hand names, if it names one. Without changes its title is.
    """

    def change(emulator: Emulator) -> None:
        call = emulator.current_call
        texts = [call.path, *(part.path for part in call.parts)] if call else []
        named = [found[1] for text in texts if (found := _CONVERSATION.search(text))]
        for key in [conversation] if conversation else named:
            if emulator.row("msdyn_ocliveworkitems", key):
                emulator.update("msdyn_ocliveworkitems", key, dict(changes) or {"msdyn_title": "Changed meanwhile"})

    return change


Kind = Callable[[random.Random], Fault]
"""How a fault of one kind is drawn."""

KINDS: dict[str, Kind] = {
    "throttled": lambda dice: throttled(dice.choice((0, 1)), dice.choice(sorted(_THROTTLES))),
    "unavailable": lambda dice: Fault(503, message="Service unavailable", name="unavailable"),
    "bad_gateway": lambda dice: Fault(dice.choice((502, 504)), message="Bad gateway", name="bad_gateway"),
    "drop_before": lambda dice: Fault(drop="before", name="drop_before"),
    "drop_after": lambda dice: Fault(drop="after", name="drop_after"),
    "slow": lambda dice: Fault(latency=dice.uniform(0.01, 0.1), name="slow"),
    "drip": lambda dice: Fault(drip=0.001, name="drip"),
    "expire_token": lambda dice: Fault(expire_token=True, name="expire_token"),
    "concurrent": lambda dice: Fault(concurrent=someone_changes(), name="concurrent"),
    "part_throttled": lambda dice: Fault(
        429, "0x80072326", _THROTTLES["0x80072326"], retry_after=0, part=dice.choice((0, 1, 2)), name="part_throttled"
    ),
    "token_unavailable": lambda dice: Fault(503, target="token", name="token_unavailable"),
}


@dataclass
class _Plan:
    dice: random.Random
    rate: float
    kinds: tuple[str, ...]
    makers: Mapping[str, Kind]


@dataclass
class Faults:
    """The faults that wait for their calls; safe under threads. ``injected`` counts by `Fault.label`."""

    injected: Counter[str] = field(default_factory=Counter)
    _waiting: list[Fault] = field(default_factory=list)
    _plan: _Plan | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let a fault wait; those added first strike first, one a call. Its own counters stay as they were given."""
        with self._lock:
            self._waiting.append(replace(fault))

    def plan(
        self, seed: int, rate: float, kinds: Iterable[str] | None = None, more: Mapping[str, Kind] | None = None
    ) -> None:
        """From now on each call draws a fault with the probability ``rate``, of one of ``kinds`` (default: all).

        Kinds are those of `KINDS` and of ``more``; one that is named twice is twice as likely. ValueError for an
        unknown one. The same seed and the same order of calls draw the same faults.
        """
        makers = {**KINDS, **(more or {})}
        chosen = tuple(kinds) if kinds is not None else tuple(makers)
        unknown = sorted(set(chosen) - set(makers))
        if unknown:
            raise ValueError(f"unknown kinds of fault: {', '.join(unknown)}")
        with self._lock:
            self._plan = _Plan(random.Random(seed), rate, chosen, makers)  # noqa: S311 -- it is to be repeatable

    def clear(self) -> None:
        """No faults any more; what was counted stays."""
        with self._lock:
            self._waiting.clear()
            self._plan = None

    def take(self, target: str, method: str, path: str, part: int | None = None) -> Fault | None:
        """The fault that strikes this call, counted and used up. One drawn by a plan may be for a part of the call."""
        with self._lock:
            fault = self._take_waiting(target, method, path, part)
            if fault is None and part is None:
                fault = self._draw(target, path)
            if fault is not None:
                self.injected[fault.label] += 1
            return fault

    def _take_waiting(self, target: str, method: str, path: str, part: int | None) -> Fault | None:
        for fault in self._waiting:
            if not fault.matches(target, method, path, part):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None

    def _draw(self, target: str, path: str) -> Fault | None:
        plan = self._plan
        if plan is None or plan.dice.random() >= plan.rate:
            return None
        fitting = [kind for kind in plan.kinds if _fits(kind, target, path)]
        return plan.makers[plan.dice.choice(fitting)](plan.dice) if fitting else None


def _fits(kind: str, target: str, path: str) -> bool:
    if kind.startswith("token_") != (target == "token"):
        return False
    return not kind.startswith("part_") or path.endswith("$batch")
