"""The run over altered answers: a short one ends clean, and it finds an app that believes what it gets."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dev.chaos import answers
from dev.chaos.alterations import ALTERATIONS, OF_TOKENS, Answer
from dev.chaos.runner import Plan
from shared.dataverse import rows

PART = (
    b'--b\r\nContent-Type: application/http\r\nContent-ID: %d\r\n\r\nHTTP/1.1 200 OK\r\nETag: W/"1"\r\n\r\n'
    b'{"@odata.etag":"W/\\"1\\"","activityid":"x%d","title":"a title","statecode":0}\r\n'
)
BATCH = Answer(200, {"Content-Type": "multipart/mixed; boundary=b"}, PART % (1, 1) + PART % (2, 2) + b"--b--\r\n")


def dice(seed: int) -> random.Random:
    """Dice that fall the same in every run."""
    return random.Random(seed)  # noqa: S311 -- it is to be repeatable


def test_a_short_run_ends_clean() -> None:
    """200 requests with a quarter of the answers altered: no 500, nobody waits, no wrong pair, nothing untrue."""
    result = answers.run(Plan(requests=200, seed=3, conversations=40, threads=4))
    found = answers.findings(result)
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
    assert len(result.altered) >= 15
    assert result.retries > 0


def test_an_app_that_takes_nothing_for_none_is_found_out(monkeypatch) -> None:
    """A list that cannot be read is not an empty one: such an app says that nobody was found."""
    parsed = rows.parsed

    def believing(adapter: Any, body: Any) -> Any:
        return parsed(adapter, [] if body is None else body)

    monkeypatch.setattr(rows, "parsed", believing)
    monkeypatch.setattr(rows, "expect", lambda _: None)
    result = answers.run(Plan(requests=80, seed=3, conversations=20, threads=4), rate=1, only="an emptied part")
    assert answers.findings(result)["answers or rows that are not true"]


@pytest.mark.parametrize("name", ALTERATIONS)
def test_every_alteration_alters(name) -> None:
    """Whatever the dice say, what is sent is another answer than Dataverse's."""
    for seed in range(20):
        altered = ALTERATIONS[name](dice(seed), BATCH)
        assert altered is not None
        assert altered != BATCH


def test_tokens_are_altered_as_a_whole() -> None:
    """Another token would be another identity: of the token service, only the answer as such is altered."""
    token = Answer(200, {"Content-Type": "application/json"}, b'{"access_token": "x", "expires_in": "3600"}')
    for name in OF_TOKENS:
        altered = ALTERATIONS[name](dice(1), token)
        assert altered is None or b"access_token" not in altered.body or altered.body in token.body
