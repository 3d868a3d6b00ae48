"""The app inside Microsoft's own worker library, with the embedded Dataverse behind it: what Azure runs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from dev.emulator import Emulator
from dev.hosting.application import ROOT
from dev.hosting.backend import defaults, settings_for
from tests.worker.harness import Worker

CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
MARIA = "maria.campbell@example.com"


@pytest.fixture(scope="module")
def emulator():
    """Run an embedded Dataverse with the demo data."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def worker(emulator):
    """Run the app in the worker, signed in to the embedded Dataverse; time enough for its cold start on a slow machine."""
    with Worker(ROOT, defaults() | settings_for(emulator) | {"LINK_BUDGET_SECONDS": "60"}) as running:
        yield running


def test_routes_methods_and_auth_levels(worker):
    """What the worker tells the host about the app, route by route."""
    indexed = {each.route: (each.name, each.methods, each.auth_level) for each in worker.functions.values()}
    assert indexed == {
        "link": ("link", ("POST",), "FUNCTION"),
        "unlink": ("unlink", ("POST",), "FUNCTION"),
        "diagnose": ("diagnose", ("GET",), "FUNCTION"),
        "openapi.json": ("openapi", ("GET",), "FUNCTION"),
        "health": ("health", ("GET",), "ANONYMOUS"),
    }


def test_link_and_unlink(worker, emulator):
    """A conversation is linked and unlinked through decoding, thread pool and encoding of the worker."""
    emulator.reset()
    answer = worker.post("/api/link", {"conversationId": CONVERSATION, "Email": MARIA})
    assert (answer.status, answer.json()["status"]) == (200, "linked")
    assert answer.headers["content-type"] == "application/json"
    row = emulator.row("msdyn_ocliveworkitems", CONVERSATION)
    assert row["_msdyn_customer_value"] == answer.json()["customerId"]
    assert row["_msdyn_issueid_value"] == answer.json()["caseId"]
    undone = worker.post("/api/unlink", {"conversationId": CONVERSATION})
    assert (undone.status, undone.json()["status"]) == (200, "unlinked")
    assert emulator.row("msdyn_ocliveworkitems", CONVERSATION)["_msdyn_customer_value"] is None


def test_text_of_any_script_arrives(worker, emulator):
    """UTF-8 in both directions."""
    emulator.reset()
    answer = worker.post("/api/link", json.dumps({"conversationId": CONVERSATION, "Name": "太郎 田中"}).encode())
    assert answer.json()["customerName"] == "太郎 田中"


def test_query_reaches_the_app(worker):
    """`?always=true` turns an error into an answer."""
    answer = worker.post("/api/link?always=true", {"Email": MARIA})
    assert (answer.status, answer.json()["failure"]) == (200, "no_conversation_id")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"\x00"])
def test_malformed_body_is_400(worker, body):
    """Whatever the bytes are: a problem of the contract, never a failed invocation."""
    answer = worker.post("/api/link", body)
    assert (answer.status, answer.failure) == (400, "")
    assert answer.json()["code"] in ("bad_input", "no_conversation_id")
    assert answer.headers["content-type"] == "application/json"


def test_problem_type_is_asked_for(worker):
    """The Accept header reaches the app, the content type reaches the caller."""
    answer = worker.post("/api/link", {}, {"accept": "application/problem+json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_correlation_id_comes_back(worker):
    """A caller's id in any case of the header's name; else the invocation's."""
    answer = worker.post("/api/link", {}, {"X-Correlation-Id": "run-42"})
    assert answer.headers["x-correlation-id"] == answer.json()["requestId"] == "run-42"
    assert UUID(worker.post("/api/link", {}).headers["x-correlation-id"])


def test_health_and_diagnose(worker):
    """Both answer JSON objects."""
    assert worker.get("/api/health").json()["status"] == "ok"
    assert worker.get("/api/diagnose").status == 200


def test_invocations_do_not_mix(worker, emulator):
    """Many at a time, in the threads of the worker's pool: each gets its own answer."""
    emulator.reset()
    people = {1: MARIA, 2: "robin.lee@example.com", 3: "kim.park@example.com"}

    def ask(number):
        body = {"conversationId": f"b0000000-0000-4000-8000-{number:012d}", "Email": people[number]}
        return worker.post("/api/link", body, {"x-correlation-id": f"n{number}"})

    first = [ask(number) for number in people]  # alone: two writers of one conversation would refuse each other
    with ThreadPoolExecutor(8) as pool:
        answers = first + list(pool.map(ask, [*people] * 8))
    seen = {(answer.headers["x-correlation-id"], answer.json()["customerName"]) for answer in answers}
    assert seen == {("n1", "Maria Campbell"), ("n2", "Robin Lee"), ("n3", "Kim Park")}


def test_nothing_personal_is_logged(worker, emulator):
    """What was typed, who was found, and what signs in: none of it in the log of app, worker and libraries."""
    emulator.reset()
    worker.post("/api/link", {"conversationId": CONVERSATION, "Email": MARIA, "CaseNumber": "CAS-01008-H8J9K1"})
    secrets = ["campbell", "CAS-01008", "Bearer", emulator.identity.header, emulator.identity.token()[0]]
    log = worker.log.lower()
    assert "linked" in log
    assert [secret for secret in secrets if secret.lower() in log] == []
