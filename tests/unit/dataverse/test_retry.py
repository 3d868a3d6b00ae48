"""Retries: what is tried again, how long is waited, and when no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.core.context import Deadline, RequestContext
from shared.core.errors import DataverseRefused, DataverseUnavailable
from shared.dataverse import retry
from shared.dataverse.retry import within_deadline


class Standing(Deadline):
    """A deadline whose time stands still, so that every wait is compared with the same rest."""

    def left(self) -> float:
        """The seconds it was made with."""
        return self.expires


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, seen instead of lived through."""
    seen: list[float] = []
    monkeypatch.setattr(retry, "sleep", seen.append)
    return seen


def failing(times: int, asked: float | None = None) -> Callable[[], str]:
    """An attempt that fails so often before it succeeds; Dataverse asks for a wait each time."""
    left = [times]

    def attempt() -> str:
        if left[0]:
            left[0] -= 1
            raise DataverseUnavailable(f"{left[0]} more", asked)
        return "done"

    return attempt


def context(seconds: float) -> RequestContext:
    """A request with so many seconds left, for ever."""
    return RequestContext(Standing(seconds), "a-request")


def test_what_succeeds_is_not_repeated(waits: list[float]) -> None:
    """A success costs no retry and no wait."""
    request = context(1)
    assert within_deadline(request, failing(0)) == "done"
    assert (request.retries, waits) == (0, [])


def test_a_refusal_is_not_repeated(waits: list[float]) -> None:
    """Only what may succeed later is tried again."""

    def refused() -> None:
        raise DataverseRefused("no")

    with pytest.raises(DataverseRefused):
        within_deadline(context(60), refused)
    assert waits == []


@pytest.mark.parametrize(("asked", "left", "waited"), [(3.0, 3.1, [3.0]), (3.0, 3.0, []), (3.0, 2.0, [])])
def test_a_wait_has_to_end_before_the_deadline(
    waits: list[float], asked: float, left: float, waited: list[float]
) -> None:
    """A wait that ends with the deadline or after it leaves no time to ask again: the error comes at once."""
    request = context(left)
    if waited:
        assert within_deadline(request, failing(1, asked)) == "done"
    else:
        with pytest.raises(DataverseUnavailable) as caught:
            within_deadline(request, failing(1, asked))
        assert caught.value.asked_wait == asked
    assert waits == waited
    assert request.retries == len(waited)


def test_every_retry_is_counted_and_the_last_error_comes_out(waits: list[float]) -> None:
    """The number of retries is logged; of several errors the last one says what is the matter now."""
    request = context(2)
    with pytest.raises(DataverseUnavailable) as caught:
        within_deadline(request, failing(99))
    assert request.retries == len(waits)
    assert caught.value.detail == f"{99 - 1 - len(waits)} more"


def test_waits_are_doubled_up_to_a_limit(waits: list[float]) -> None:
    """Where Dataverse asks for no wait: 0.2 s, doubled each time, 4 s at most, and up to 0.2 s more by chance."""
    assert within_deadline(context(60), failing(8)) == "done"
    for waited, least in zip(waits, [0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0, 4.0], strict=True):
        assert least <= waited <= least + 0.2


@pytest.mark.parametrize("asked", [0.0, 0.1])
def test_a_short_wait_that_is_asked_for_does_not_hammer(waits: list[float], asked: float) -> None:
    """A wait that is shorter than the first one of our own does not count."""
    within_deadline(context(60), failing(1, asked))
    assert 0.2 <= waits[0] <= 0.4


def test_a_wait_as_short_as_the_first_one_counts(waits: list[float]) -> None:
    """A wait that is as long as the first one of our own is taken as it was asked for."""
    within_deadline(context(60), failing(1, 0.2))
    assert waits == [0.2]
