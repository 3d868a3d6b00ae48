"""Whatever is posted: a documented answer, quickly, never a 500."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contract.answers import LinkAnswer
from shared.contract.requests import LinkRequest
from shared.core.context import Deadline
from tests.flow.people import OPEN

DOCUMENTED = {200, 400, 404, 413}
QUICKLY = 2.0
"""Seconds of work, not of waiting for a busy machine; an answer takes some milliseconds of it."""


@pytest.fixture(autouse=True)
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is never up: how long a slow machine takes for a request of one second is not what is tried here."""
    monkeypatch.setattr(Deadline, "left", lambda self: 60.0)


NAMES = st.sampled_from([*LinkRequest.names(), "context", "AccountNumber", "x"]) | st.text(max_size=12)
WORDS = st.sampled_from(
    [OPEN, f"{{{OPEN}}}", "", " ", "true", "No", "1", "end", "Escalate", "contact,case", "[]", "always"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | WORDS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.sampled_from(["value", "RecordId"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=8)
HEADERS = st.dictionaries(
    st.sampled_from(["x-correlation-id", "x-ms-client-request-id", "accept"]), st.text(max_size=80), max_size=3
)


def check(app: Any, body: bytes, headers: dict[str, str] | None = None, always: bool = False) -> None:
    """Post it, and hold the reply against the contract."""
    started = time.process_time()
    reply = app.reply(body, always=always, headers=headers)
    assert time.process_time() - started < QUICKLY
    answer = json.loads(reply.body)
    assert reply.status in ({200} if always else DOCUMENTED), reply
    if reply.status == 200:
        assert list(answer) == list(LinkAnswer.model_fields)
        assert all(isinstance(value, str | bool) for value in answer.values())
    else:
        assert answer["code"]
        assert answer["detail"]
        assert "Traceback" not in reply.body
    for header in reply.headers.values():
        assert header.isprintable()
        assert header.isascii()


FUZZ = settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@FUZZ
@given(body=BODIES, with_id=st.booleans(), headers=HEADERS, always=st.booleans())
def test_any_object_ends_as_documented(app, body, with_id, headers, always) -> None:
    """For any JSON object and any headers: the documented status and shape."""
    if with_id:
        body = {
            **{name: value for name, value in body.items() if name.lower() != "conversationid"},
            "conversationId": OPEN,
        }
    check(app, json.dumps(body).encode(), headers, always)


@FUZZ
@given(body=st.binary(max_size=300), always=st.booleans())
def test_any_bytes_end_as_documented(app, body, always) -> None:
    """For any bytes: the documented status and shape."""
    check(app, body, always=always)


SEEDS = [
    b'{"conversationId": "%s", "Email": "maria.campbell@example.com", "CaseNumber": "CAS-01001-X1Y2Z3"}',
    b'{"type": "Escalate", "context": {"msdyn_ConversationId": "{%s}", "Name": "Alex Smith", "n": 1.0, "t": true}}',
    b'{"conversationId": {"value": "%s"}, "msdyn_CaseId": "[{\\"RecordId\\": \\"%s\\"}]", "dryRun": "yes"}',
]


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_damaged_requests_end_as_documented(app, number) -> None:
    """A seeded byte fuzzer: valid requests with bytes changed, cut, doubled and inserted."""
    random_ = random.Random(number)  # noqa: S311 - to be repeatable, not secret
    seed = SEEDS[number].replace(b"%s", OPEN.encode())
    for _ in range(150):
        body = bytearray(seed)
        for _ in range(random_.randint(1, 4)):
            at = random_.randrange(len(body) + 1)
            body[at : at + random_.randint(0, 3)] = bytes(random_.choices(range(256), k=random_.randint(0, 3)))
        check(app, bytes(body))


HUGE = [
    b"1" * 5000,
    b'{"conversationId": "%s", "Phone": ' + b"9" * 60_000 + b"}",
    b'{"conversationId": "%s", "timeoutSeconds": ' + b"9" * 60_000 + b"}",
    b'{"conversationId": "%s", "Phone": 1e999}',
    b'{"conversationId": "%s", "Email": "<' + b"@" * 60_000 + b'"}',
    b'{"conversationId": "%s", "x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"conversationId": "%s", "x": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    b'{"conversationId": "%s", "msdyn_CaseId": "' + b"[" * 60_000 + b'"}',
    b'{"conversationId": "%s", ' + b",".join(b'"x%d": 1' % number for number in range(4500)) + b"}",
    b'{"conversationId": "%s", ' + b",".join(b'"x": 1' for _ in range(7000)) + b"}",
    b'{"conversationId": "%s", "Name": "' + b" " * 60_000 + b'"}',
    b'{"conversationId": "%s", "caseDescription": "' + "́".encode() * 30_000 + b'"}',
    b'{"conversationId": "%s", "entities": "' + b"case," * 12_000 + b'"}',
    b'{"conversationId": "%s", "entities": [' + b'"case",' * 9_000 + b'"case"]}',
    b'{"conversationId": "%s", "msdyn_CaseId": ['
    + b",".join(b'"%08d-0000-4000-8000-000000000000"' % n for n in range(1600))
    + b"]}",
    b" " * (10 * 1024 * 1024),
    b'{"conversationId": "%s"' * 700,
]


@pytest.mark.parametrize("body", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("always", [False, True])
def test_huge_input_ends_quickly(app, body, always) -> None:
    """Long numbers, deep nesting, many names, many records: the documented answer, quickly."""
    check(app, body.replace(b"%s", OPEN.encode()), always=always)
