"""What is tried again, when, and when no more: the policy, with tenacity as the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from shared.core.context import RequestContext
from shared.core.errors import DataverseUnavailable

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 0.2, 4.0
"""Seconds, where Dataverse does not say how long to wait; doubled each time, with jitter so that callers spread."""

sleep: Callable[[float], None] = time.sleep
"""How waiting is done; tests replace it to see the waits instead of living through them."""


def within_deadline(context: RequestContext, attempt: Callable[[], T]) -> T:
    """The result of `attempt`, which is repeated while it ends in DataverseUnavailable and the budget lasts.

    `attempt` has to be safe to repeat. A wait that does not fit the budget is not begun: the error, with the wait that
    Dataverse asked for, is raised at once.
    """
    try:
        return attempt()
    except DataverseUnavailable as error:
        return _again(context, attempt, error)


def _again(context: RequestContext, attempt: Callable[[], T], first: DataverseUnavailable) -> T:
    import tenacity  # where nothing fails, it costs nothing

    backoff = tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + tenacity.wait_random(0, FIRST_WAIT)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.asked_wait if isinstance(error, DataverseUnavailable) else None
        return asked if asked and asked >= FIRST_WAIT else backoff(state)

    def stop(state: tenacity.RetryCallState) -> bool:
        return state.upcoming_sleep >= context.deadline.left()

    def count(_: tenacity.RetryCallState) -> None:
        context.retries += 1

    failed = [first]

    def next_attempt() -> T:
        if failed:
            raise failed.pop()
        return attempt()

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DataverseUnavailable),
        wait=wait,
        stop=stop,
        before_sleep=count,
        sleep=lambda seconds: sleep(seconds),
        reraise=True,
    )
    return retrying(next_attempt)
