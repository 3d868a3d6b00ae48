"""The harness itself, on a small app: what the worker library indexes, decodes, injects and encodes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.worker.harness import Worker, WorkerError

SAMPLE = Path(__file__).resolve().parent / "sample_app"


@pytest.fixture(scope="module")
def worker():
    """Run the sample app in the worker."""
    with Worker(SAMPLE) as running:
        yield running


def test_index(worker):
    """Names, routes, methods and auth levels are those that the worker reports to the host."""
    indexed = {each.name: (each.route, each.methods, each.auth_level) for each in worker.functions.values()}
    assert indexed == {
        "echo": ("echo", ("GET", "POST"), "FUNCTION"),
        "meet": ("meet", ("GET",), "ANONYMOUS"),
        "broken": ("broken", ("GET",), "FUNCTION"),
    }


def test_request_is_decoded_and_response_encoded(worker):
    """Everything of the request arrives, in a thread of the pool, with a context; the answer is as it was made."""
    answer = worker.request("POST", "/api/echo?a=b", "é".encode(), {"x-asked": "yes", "traceparent": "00-1-2-01"})
    seen = answer.json()
    assert (answer.status, answer.headers["content-type"], answer.headers["X-Answer"]) == (201, "application/json", "ü")
    assert (seen["method"], seen["params"], seen["body"]) == ("POST", {"a": "b"}, "é")
    assert (seen["header"], seen["function"], seen["trace"], seen["thread"]) == ("yes", "echo", "00-1-2-01", True)
    assert len(seen["invocation"]) == 36


def test_empty_body(worker):
    """A request without a body has an empty one."""
    assert worker.get("/api/echo").json()["body"] == ""


def test_failure_is_500_without_body(worker):
    """What escapes a function is told to the host, and never to the caller."""
    answer = worker.get("/api/broken")
    assert (answer.status, answer.body) == (500, b"")
    assert answer.failure == "LookupError: of the handler"


def test_invocations_overlap(worker):
    """Two invocations run at the same time in the worker's pool."""
    with ThreadPoolExecutor(2) as pool:
        assert [answer.body for answer in pool.map(worker.get, ["/api/meet"] * 2)] == [b"met", b"met"]


def test_unknown_route_is_404(worker):
    """The host knows the routes that the worker reported, and no other."""
    assert worker.get("/api/nothing").status == 404


def test_app_that_cannot_be_indexed(tmp_path):
    """An app that the worker refuses ends with the worker's own words."""
    (tmp_path / "host.json").write_text("{}")
    (tmp_path / "function_app.py").write_text("import azure.functions as func\napp = func.FunctionApp()\nalias = app\n")
    with pytest.raises(WorkerError, match="More than one FunctionApp"), Worker(tmp_path):
        pass
