"""What is tried again, when, and when no more: the policy, with tenacity as the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain, repeat
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
        return _repeated(context, attempt, error)


def _repeated(context: RequestContext, attempt: Callable[[], T], failure: DataverseUnavailable) -> T:
    """The result of `attempt`, whose first one ended in `failure`."""
    import tenacity  # here, so that no new instance waits for it before something failed

    def stop(state: tenacity.RetryCallState) -> bool:
        return state.upcoming_sleep >= context.deadline.left()

    def count(_: tenacity.RetryCallState) -> None:
        context.retries += 1

    def fail() -> T:
        raise failure

    backoff = tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + tenacity.wait_random(0, FIRST_WAIT)
    attempts = chain([fail], repeat(attempt))
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DataverseUnavailable),
        wait=lambda state: _asked_wait(state) or backoff(state),
        stop=stop,
        before_sleep=count,
        sleep=lambda seconds: sleep(seconds),
        reraise=True,
    )
    return retrying(lambda: next(attempts)())


def _asked_wait(state: tenacity.RetryCallState) -> float:
    """How long Dataverse asked to wait; 0 where it did not, or asked for next to nothing."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.asked_wait if isinstance(error, DataverseUnavailable) else None
    return asked if asked and asked >= FIRST_WAIT else 0.0
