"""What is tried again, when, and when no more: the policy, with tenacity as the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from shared.core.context import RequestContext
from shared.core.errors import DataverseUnavailable

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 0.2, 4.0
"""Seconds, where Dataverse does not say how long to wait; doubled each time, with jitter so that callers spread."""

BACKOFF = tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + tenacity.wait_random(0, FIRST_WAIT)

sleep: Callable[[float], None] = time.sleep
"""How waiting is done; tests replace it to see the waits instead of living through them."""


def within_deadline(context: RequestContext, attempt: Callable[[], T]) -> T:
    """The result of `attempt`, which is repeated while it ends in DataverseUnavailable and the budget lasts.

    `attempt` has to be safe to repeat. A wait that does not fit the budget is not begun: the error, with the wait that
    Dataverse asked for, is raised at once.
    """

    def stop(state: tenacity.RetryCallState) -> bool:
        return state.upcoming_sleep >= context.deadline.left()

    def count(_: tenacity.RetryCallState) -> None:
        context.retries += 1

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DataverseUnavailable),
        wait=_wait,
        stop=stop,
        before_sleep=count,
        sleep=lambda seconds: sleep(seconds),
        reraise=True,
    )
    return retrying(attempt)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.asked_wait if isinstance(error, DataverseUnavailable) else None
    return asked if asked and asked >= FIRST_WAIT else BACKOFF(state)
