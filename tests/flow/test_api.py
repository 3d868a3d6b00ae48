"""The API: every input ends as the contract says, every answer has every field."""

from __future__ import annotations

import json
from types import SimpleNamespace
from unittest.mock import Mock

import azure.functions as func
import pytest

from shared.api.service import ApiRequest, Service
from shared.contract.answers import LinkAnswer
from shared.contract.requests import LinkRequest
from shared.startup import Startup
from tests.flow.people import OPEN

BAD = [
    ("not JSON", b"Email=x", 400, "bad_input", ""),
    ("not UTF-8", b'{"Name": "\xff"}', 400, "bad_input", ""),
    ("a list", b"[]", 400, "bad_input", ""),
    ("null", b"null", 400, "bad_input", ""),
    ("a text", b'"x"', 400, "bad_input", ""),
    ("NaN", b'{"conversationId": NaN}', 400, "bad_input", ""),
    ("nested without end", b"[" * 60_000, 400, "bad_input", ""),
    ("empty body", b"", 400, "no_conversation_id", "conversationId"),
    ("no id", b"{}", 400, "no_conversation_id", "conversationId"),
    ("blank id", b'{"conversationId": " "}', 400, "no_conversation_id", "conversationId"),
    ("only the bot's own id", b'{"va_ConversationId": "b7397aae-ecf8-43a6-aeb0-07d294efb494"}', 400, "no_conversation_id", "conversationId"),
    ("no GUID", b'{"conversationId": "x"}', 400, "bad_conversation_id", "conversationId"),
    ("urn", b'{"conversationId": "urn:uuid:b7397aae-ecf8-43a6-aeb0-07d294efb494"}', 400, "bad_conversation_id", "conversationId"),
    ("no hyphens", b'{"conversationId": "b7397aaeecf843a6aeb007d294efb494"}', 400, "bad_conversation_id", "conversationId"),
    ("one brace", b'{"conversationId": "{b7397aae-ecf8-43a6-aeb0-07d294efb494"}', 400, "bad_conversation_id", "conversationId"),
    ("a list as id", b'{"conversationId": []}', 400, "bad_conversation_id", "conversationId"),
    ("a path as id", b'{"conversationId": "b7397aae-ecf8-43a6-aeb0-07d294efb494)/x"}', 400, "bad_conversation_id", "conversationId"),
    ("wrong type", b'{"conversationId": "%s", "Email": true}', 400, "bad_input", "Email"),
    ("a list as name", b'{"conversationId": "%s", "Name": ["x"]}', 400, "bad_input", "Name"),
    ("an object as name", b'{"conversationId": "%s", "Name": {"x": 1}}', 400, "bad_input", "Name"),
    ("NUL", b'{"conversationId": "%s", "Name": "a\\u0000b"}', 400, "bad_input", "Name"),
    ("half a surrogate pair", b'{"conversationId": "%s", "Name": "\\ud800"}', 400, "bad_input", "Name"),
    ("NUL in an unknown name", b'{"conversationId": "%s", "Topic": "a\\u0000b"}', 400, "bad_input", "Topic"),
    ("unknown event", b'{"conversationId": "%s", "event": "leave"}', 400, "bad_input", "event"),
    ("unknown command", b'{"conversationId": "%s", "type": "message"}', 400, "bad_input", "type"),
    ("unknown entity", b'{"conversationId": "%s", "entities": "lead"}', 400, "bad_input", "entities"),
    ("entities of numbers", b'{"conversationId": "%s", "entities": [1]}', 400, "bad_input", "entities"),
    ("no yes or no", b'{"conversationId": "%s", "overwrite": "maybe"}', 400, "bad_input", "overwrite"),
    ("createCase sometimes", b'{"conversationId": "%s", "createCase": "sometimes"}', 400, "bad_input", "createCase"),
    ("timeout 0", b'{"conversationId": "%s", "timeoutSeconds": 0}', 400, "bad_input", "timeoutSeconds"),
    ("timeout too large", b'{"conversationId": "%s", "timeoutSeconds": 6.1e1}', 400, "bad_input", "timeoutSeconds"),
    ("timeout infinite", b'{"conversationId": "%s", "timeoutSeconds": 1e999}', 400, "bad_input", "timeoutSeconds"),
    ("no known record", b'{"conversationId": "%s", "msdyn_CaseId": "x"}', 400, "bad_input", "msdyn_CaseId"),
    ("broken JSON text", b'{"conversationId": "%s", "msdyn_CaseId": "[{"}', 400, "bad_input", "msdyn_CaseId"),
    ("the same name twice", b'{"conversationId": "%s", "Name": "a", "name": "b"}', 400, "bad_input", "Name"),
    ("beside and inside", b'{"conversationId": "%s", "Name": "a", "context": {"Name": "b"}}', 400, "bad_input", "Name"),
    ("an unknown name twice", b'{"conversationId": "%s", "Topic": "a", "topic": "b"}', 400, "bad_input", "Topic"),
    ("context is no object", b'{"conversationId": "%s", "context": [1]}', 400, "bad_input", "context"),
    ("too large", b'{"conversationId": "' + b" " * 65_536 + b'"}', 413, "too_large", None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code", "field"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input(app, body, status, code, field) -> None:
    """Contract, errors: the documented status and code, the field named, the value never repeated, nothing sent."""
    reply = app.reply(body.replace(b"%s", OPEN.encode()))
    problem = json.loads(reply.body)
    assert (reply.status, problem["code"]) == (status, code)
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]]
    assert problem["detail"]
    assert problem["status"] == status
    assert problem["requestId"] == "an-invocation"
    assert app.calls() == []


@pytest.mark.parametrize(("body", "code"), [(b[1], b[3]) for b in BAD], ids=[b[0] for b in BAD])
def test_always(app, body, code) -> None:
    """Contract, errors: with `?always=true` every error is 200 with all fields."""
    reply = app.reply(body.replace(b"%s", OPEN.encode()), always=True)
    answer = json.loads(reply.body)
    assert reply.status == 200
    assert list(answer) == list(LinkAnswer.model_fields)
    assert (answer["status"], answer["customerStatus"], answer["caseStatus"]) == ("failed",) * 3
    assert answer["failure"] == code
    assert answer["message"]
    assert answer["canRetry"] is False
    assert answer["CloseOmnichannelConversation"] is False


def test_always_keeps_what_could_be_read(app) -> None:
    """A bot that ends is not told to escalate because another field was wrong; what was typed reaches the person."""
    body = {"conversationId": OPEN, "event": "end", "Email": ["x"], "Name": "Ann", "Topic": "Billing"}
    answer = json.loads(app.reply(body, always=True).body)
    assert (answer["failure"], answer["event"], answer["conversationId"]) == ("bad_input", "end", OPEN)
    assert json.loads(answer["omnichannelTags"])["type"] == "EndConversation"
    assert "Name: Ann" in answer["escalationSummary"]


GOOD = [
    b'\xef\xbb\xbf{"conversationId": "%s"}',
    b'{"conversationId": {"value": "%s", "isDisplayable": false}}',
    b'{"conversationId": "%s", "Name": "a", "name": "a"}',
    b'{"conversationId": "%s", "Name": "a", "name": ""}',
    b'{"conversationId": "%s", "overwrite": "YES", "dryRun": 0, "createCase": false}',
    b'{"conversationId": "%s", "entities": []}',
    b'{"conversationId": "%s", "entities": "Contact, CASE"}',
    b'{"conversationId": "%s", "entities": ["contact", null, ""], "timeoutSeconds": 1e1}',
    b'{"conversationId": "%s", "event": "End", "type": ""}',
    b'{"conversationId": "%s", "context": null, "timeoutSeconds": "5"}',
    b'{"conversationId": "%s", "unknown": {"deep": [1, {"Name": "x"}]}}',
    b'{"conversationId": "%s", "Phone": ' + b"1" * 5000 + b"}",
    b'{"conversationId": "%s", "Name": "two\\nlines\\tand a tab"}',
]


@pytest.mark.parametrize("body", GOOD)
def test_forgiving(app, body) -> None:
    """Contract, request: every input but one is optional and forgiving."""
    assert app.reply(body.replace(b"%s", OPEN.encode())).status == 200


def test_a_number_is_the_text_that_was_written() -> None:
    """Contract, request: a number is taken as written, without its `.0`, however long."""
    body = b'{"conversationId": "%s", "Phone": 4255550100.0, "CaseNumber": 00}'.replace(b"00}", b"10}")
    request = LinkRequest.parse(body.replace(b"%s", OPEN.encode()))
    assert (request.Phone, request.CaseNumber) == ("4255550100", "10")


SCALARS = (str, bool)


@pytest.mark.parametrize("body", [{}, {"Email": "maria.campbell@example.com"}, {"CaseNumber": "CAS-01008-H8J9K1"}])
def test_every_field_is_there_and_a_scalar(app, body) -> None:
    """Contract: every output is a flat scalar that is always there, never null."""
    answer = app.link(OPEN, **body)
    assert list(answer) == list(LinkAnswer.model_fields)
    assert all(isinstance(value, SCALARS) for value in answer.values())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-correlation-id": "run-08585.abc_1"}, "run-08585.abc_1"),
        ({"x-ms-client-request-id": "b7397aae-ecf8-43a6-aeb0-07d294efb494"}, "b7397aae-ecf8-43a6-aeb0-07d294efb494"),
        ({"x-correlation-id": "a", "x-ms-client-request-id": "b"}, "a"),
        ({"x-correlation-id": "two words", "x-ms-client-request-id": "b"}, "b"),
        ({"x-correlation-id": "x" * 65}, "an-invocation"),
        ({"x-correlation-id": "a\r\nb"}, "an-invocation"),
        ({}, "an-invocation"),
    ],
)
def test_correlation(app, headers, expected) -> None:
    """Contract, errors: the caller's id comes back where it is harmless; Dataverse gets a GUID made of it."""
    reply = app.reply({"conversationId": OPEN, "Email": "kim.park@example.com"}, headers=headers)
    assert json.loads(reply.body)["requestId"] == expected
    assert reply.headers["x-correlation-id"] == expected
    sent = [call.headers for call in app.dataverse.calls]
    assert len({headers["x-ms-correlation-id"] for headers in sent}) == 1
    assert len({headers["x-ms-client-request-id"] for headers in sent}) == len(sent) == 2
    assert len(sent[0]["x-ms-correlation-id"]) == 36


def test_problem_json_where_it_is_accepted(app) -> None:
    """Contract, errors: `application/json`, or `application/problem+json` where Accept names it."""
    assert app.reply({}).content_type == "application/json"
    assert app.reply({}, headers={"Accept": "application/problem+json, */*"}).content_type == "application/problem+json"


def test_unknown_conversation(app) -> None:
    """Contract, errors: 404 conversation_not_found, and no row comes to be."""
    missing = "00000000-0000-4000-8000-000000000000"
    reply = app.reply({"conversationId": missing, "Email": "kim.park@example.com"})
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "conversation_not_found")
    assert "errors" not in json.loads(reply.body)
    assert app.dataverse.row("msdyn_ocliveworkitems", missing) is None


def test_dry_run_can_be_switched_off(app_with) -> None:
    """ALLOW_DRY_RUN=false: a dry run is refused before anything is read, and never turned into a real one."""
    app = app_with(ALLOW_DRY_RUN="false")
    reply = app.reply({"conversationId": OPEN, "dryRun": True})
    assert (reply.status, json.loads(reply.body)["errors"][0]["field"]) == (400, "dryRun")
    assert app.calls() == []


def test_wrong_settings_are_all_named() -> None:
    """Contract, settings: every missing or wrong setting at once, 424, before anything is sent."""
    service = Service.from_environment({"PREFERRED_CUSTOMER": "lead", "HTTP_AUTH_LEVEL": "anonymous"})
    reply = service.link(ApiRequest(json.dumps({"conversationId": OPEN}).encode()))
    problem = json.loads(reply.body)
    assert (reply.status, problem["code"]) == (424, "misconfigured")
    for name in ("DATAVERSE_URL", "PREFERRED_CUSTOMER", "HTTP_AUTH_LEVEL"):
        assert name in problem["detail"]
    assert Startup({"HTTP_AUTH_LEVEL": "anonymous", "DATAVERSE_URL": "https://x.example"}).auth_level == "function"


def test_health_touches_nothing(app) -> None:
    """Contract: `/api/health` says alive and which version, and calls nobody."""
    reply = app.reply(b"", route="health")
    assert (reply.status, json.loads(reply.body)["status"]) == (200, "ok")
    assert app.calls() == []


def test_diagnose(app) -> None:
    """`/api/diagnose` is 200 when a token can be had and Dataverse knows us, else 503 with the fix."""
    ready = app.reply(b"", route="diagnose")
    assert (ready.status, json.loads(ready.body)["ready"]) == (200, True)
    app.dataverse.member = False
    broken = json.loads(app.reply(b"", route="diagnose").body)
    assert broken["ready"] is False
    assert "application user" in broken["firstFix"]


@pytest.mark.parametrize("proxy", ["http://[bad", "socks5://127.0.0.1:9", "http://127.0.0.1:port"])
@pytest.mark.parametrize("always", [True, False])
def test_a_proxy_that_cannot_be_used_is_a_setting_to_mend(dataverse, monkeypatch, proxy, always) -> None:
    """What keeps the client from being made is an answer like any other, for callers that cannot handle errors too."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    service = Service.from_environment(dataverse.settings | {"DATAVERSE_URL": "http://127.0.0.1:9"})
    body = json.dumps({"conversationId": OPEN, "Email": "x@example.com"}).encode()
    reply = service.link(ApiRequest(body, query={"always": "true"} if always else {}))
    content = json.loads(reply.body)
    assert reply.status == (200 if always else 424)
    assert content["failure" if always else "code"] == "misconfigured"
    assert "HTTP_PROXY" in content["message" if always else "detail"]


@pytest.mark.parametrize("trace", [{}, {"trace_context": None}, {"trace_context": object()}, {"trace_context": Mock()}])
def test_a_host_without_a_trace(trace) -> None:
    """The handlers need the invocation's id and nothing else of the host's context."""
    import function_app

    context = SimpleNamespace(invocation_id="an-id", **trace)
    request = func.HttpRequest(method="GET", url="/api/health", headers={}, params={}, body=b"")
    call = function_app._request(request, context)
    assert (call.request_id, call.trace_parent) == ("an-id", "")
