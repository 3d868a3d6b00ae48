"""Whatever is stored, sent or answered: an answer of the contract, in valid JSON, after a write above all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor

from dev.chaos.altering_proxy import altering_proxy
from shared.api import responses
from shared.core.context import Deadline
from tests.flow.people import OPEN

MARIA = "c0000000-0000-4000-8000-000000000001"
MARIAS_CASE = "e0000000-0000-4000-8000-000000000001"
BY_MAIL = {"conversationId": OPEN, "Email": "maria.campbell@example.com"}
HALVES = ["\ud83d", "\ude00", "\ude00\ud83d"]


def content(reply: Any) -> dict[str, Any]:
    """The JSON of a reply as the host sends it: in UTF-8."""
    found: dict[str, Any] = json.loads(reply.body.encode())
    return found


@pytest.mark.parametrize("half", HALVES, ids=ascii)
@pytest.mark.parametrize("always", [True, False])
def test_half_a_surrogate_pair_in_rows(app, half, always) -> None:
    """Names and titles may hold half a pair: the link is written, and the answer can be sent."""
    app.dataverse.update("contacts", MARIA, {"lastname": f"Campbell {half}"})
    app.dataverse.update("incidents", MARIAS_CASE, {"title": f"{half} late", "description": "x"})
    reply = app.reply(BY_MAIL, always=always)
    answer = content(reply)
    assert (reply.status, answer["status"]) == (200, "linked")
    assert "\ufffd" in answer["customerName"]
    assert "\ufffd" in answer["caseTitle"]
    assert app.on(OPEN) == (MARIA, MARIAS_CASE, MARIAS_CASE)


@pytest.mark.parametrize(
    "field",
    [
        '"Name": "\\ud83d"',
        '"own": "\\ud83d"',
        '"own": {"value": "\\ud83d"}',
        '"\\ud83d": "x"',
        '"Name": 5, "\\ude00": ["\\ud83d"]',
        '"own": ["\\ud83d"], "Name": "\\ud83d"',
        '"caseTitle": "x \\ude00"',
    ],
)
@pytest.mark.parametrize("always", [True, False])
def test_half_a_surrogate_pair_in_a_request(app, field, always) -> None:
    """400, or the answer with all fields, made of what could be read."""
    reply = app.reply(f'{{"conversationId": "{OPEN}", {field}}}'.encode(), always=always)
    assert reply.status == (200 if always else 400)
    assert content(reply)["failure" if always else "code"] == "bad_input"


@pytest.mark.parametrize(("route", "step"), [("link", "linked"), ("unlink", "unlinked")])
def test_a_bug_after_the_write_is_a_problem(app, monkeypatch, route, step) -> None:
    """A mistake while the answer is made: 500 with a problem, never nothing."""
    monkeypatch.setattr(responses, step, lambda *_: {}["x"])
    reply = app.reply(BY_MAIL if route == "link" else {"conversationId": OPEN}, route=route)
    assert (reply.status, content(reply)["code"]) == (500, "internal")


def test_a_bug_in_the_answer_for_an_error_is_an_answer(app, monkeypatch) -> None:
    """With `?always=true` there is an answer with all fields, also where the request upsets what makes it."""
    made = responses.failed

    def broken(error: object, request: object, *rest: object) -> object:
        return made(error, request, *rest) if request is None else {}["x"]

    monkeypatch.setattr(responses, "failed", broken)
    answer = content(app.reply({"conversationId": OPEN, "overwrite": "perhaps"}, always=True))
    assert (answer["status"], answer["failure"]) == ("failed", "internal")


def test_a_text_that_nothing_cleaned_can_be_sent(app, monkeypatch) -> None:
    """The last resort: half a pair that got into an answer all the same is replaced as it is sent."""
    made = responses.linked
    monkeypatch.setattr(responses, "linked", lambda *args: made(*args).model_copy(update={"message": "\ud83d!"}))
    assert content(app.reply(BY_MAIL))["message"] == "\ufffd!"


@pytest.mark.parametrize("what", ["wrong length", "wrong type", "wrong encoding", "a page"])
def test_wrong_headers_while_traces_are_kept(app, monkeypatch, what) -> None:
    """OpenTelemetry reads headers, too; one that is malformed is an answer that could not be read: 503."""
    URLLib3Instrumentor().instrument()
    try:
        with altering_proxy(app.dataverse.url, seed=1, rate=0) as proxy:
            for name in ("HTTP_PROXY", "http_proxy"):
                monkeypatch.setenv(name, proxy.url)
            app.service._ready()[1].dataverse.tokens.get(Deadline.after(30))
            proxy.rate, proxy.only = 1, what
            assert app.reply(BY_MAIL | {"timeoutSeconds": 1}).status == 503
    finally:
        URLLib3Instrumentor().uninstrument()
    assert app.on(OPEN) == ("", "", "")
