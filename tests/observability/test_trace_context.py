"""The trace of a request goes on to Dataverse: the caller's trace id, a span of its own per call, nothing malformed."""

from __future__ import annotations

import json
import re

import pytest

from dev.emulator import Emulator, Fault
from dev.hosting.application import application, environment, load_app
from dev.hosting.invocation import invoke
from dev.http.messages import Request
from shared.api.service import Service
from shared.contract.http import ApiRequest
from shared.dataverse import tracing
from tests.flow.people import OPEN
from tests.observability.driven import MARIA

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
BODY = json.dumps({"conversationId": OPEN, "Email": MARIA}).encode()

MALFORMED = [
    "",
    "x",
    PARENT.upper(),
    f"00-{'0' * 32}-b7ad6b7169203331-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"ff-{TRACE}-b7ad6b7169203331-01",
    f"{PARENT}-more",
    f"{PARENT}\r\nX-Other: 1",
    f" {PARENT}",
    f"00-{TRACE[:-1]}-b7ad6b7169203331-01",
    f"00-{TRACE}-b7ad6b7169203331-0g",
    "00-" + "\u0660" * 32 + "-b7ad6b7169203331-01",
]


def sent(dataverse: Emulator) -> list[str | None]:
    """The `traceparent` of every call to Dataverse, the token service left out."""
    return [call.headers.get("traceparent") for call in dataverse.calls if call.path.startswith("/api/data")]


def test_a_child_has_the_trace_a_new_span_and_the_flags():
    """W3C Trace Context, section 3.2: trace id and flags stay, the parent id is ours."""
    first, second = (tracing.handed_on(PARENT)["traceparent"] for _ in range(2))
    assert re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", first)
    assert len({PARENT, first, second}) == 3
    assert tracing.handed_on(PARENT[:-2] + "00")["traceparent"].endswith("-00")


@pytest.mark.parametrize("malformed", MALFORMED)
def test_what_is_malformed_is_dropped_and_changes_nothing(dataverse, malformed):
    """No header at all, and the same answer."""
    assert tracing.handed_on(malformed) == {}
    reply = Service.from_environment(dataverse.settings).link(ApiRequest(BODY, trace_parent=malformed))
    assert json.loads(reply.body)["status"] == "linked"
    assert set(sent(dataverse)) == {None}


def test_every_call_of_a_request_bears_its_trace(dataverse):
    """Retries, too, each with a span of its own."""
    dataverse.faults.add(Fault(503, method="POST"))
    Service.from_environment(dataverse.settings).link(ApiRequest(BODY, trace_parent=PARENT))
    headers = sent(dataverse)
    assert len(headers) == 3
    assert len(set(headers)) == 3
    assert all(header and header.startswith(f"00-{TRACE}-") for header in headers)


def test_the_trace_comes_from_the_invocation(dataverse):
    """Through the trigger itself: what the worker says of the trace, not what a header of the request says."""
    with environment(dataverse.settings):
        endpoints = {endpoint.name: endpoint for endpoint in application(load_app()).endpoints}
        headers = {"traceparent": PARENT, "tracestate": "vendor=value"}
        response = invoke(endpoints["link"], Request("POST", "/api/link", headers, BODY))
    assert response.status == 200
    assert all(header and header.split("-")[1] == TRACE for header in sent(dataverse))
    assert [call.headers.get("tracestate") for call in dataverse.calls] == [None] * len(dataverse.calls)
