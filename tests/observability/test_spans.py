"""With OpenTelemetry: every call to Dataverse is a span of the invocation, and no span or log holds a person's value."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

sdk = pytest.importorskip("opentelemetry.sdk", reason="requirements-opentelemetry.txt is not installed")

from opentelemetry import context  # noqa: E402
from opentelemetry.instrumentation.logging.handler import LoggingHandler  # noqa: E402
from opentelemetry.instrumentation.requests import RequestsInstrumentor  # noqa: E402
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor  # noqa: E402
from opentelemetry.sdk._logs import LoggerProvider  # noqa: E402
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: E402

from dev.emulator import Emulator, Fault  # noqa: E402
from shared.api.service import Service  # noqa: E402
from shared.contract.http import ApiRequest, ApiResponse  # noqa: E402
from shared.dataverse.client import DataverseClient  # noqa: E402
from tests.flow.test_privacy import BODY, CASE, MARK, PERSON, everything_else  # noqa: E402

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
NOBODY_LISTENS = "http://127.0.0.1:9"

KNOWN = {name: value for name, value in BODY.items() if name != "AccountNumber"}
"""What the marked person is found and linked by."""

EVENTS = [(what, change) for what, change in everything_else() if what != "linked"]
AWAY = {
    "Dataverse is away": {"DATAVERSE_URL": NOBODY_LISTENS},
    "the workstream's rule": {"RULE_SOURCE": "workstream"},
}


class Recorded(NamedTuple):
    """What would leave the process."""

    spans: InMemorySpanExporter
    logs: InMemoryLogRecordExporter

    def everything(self) -> str:
        """Names, attributes, events (exceptions, too), status, links and resource of all spans; all log records."""
        spans = [span.to_json() for span in self.spans.get_finished_spans()]
        logs = [record.to_json() for record in map(_readable, self.logs.get_finished_logs())]
        return "\n".join([*spans, *logs])


def _readable(record: Any) -> Any:
    return record if hasattr(record, "to_json") else record.log_record


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """OpenTelemetry as Microsoft's distribution sets it up, but everything stays here; every logger at DEBUG."""
    spans, logs = InMemorySpanExporter(), InMemoryLogRecordExporter()
    tracers, loggers = TracerProvider(), LoggerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    loggers.add_log_record_processor(SimpleLogRecordProcessor(logs))
    handler, root = LoggingHandler(logger_provider=loggers), logging.getLogger()
    level = root.level
    instrumentors = [URLLib3Instrumentor(), RequestsInstrumentor()]
    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=tracers)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield Recorded(spans, logs)
    root.removeHandler(handler)
    root.setLevel(level)
    for instrumentor in instrumentors:
        instrumentor.uninstrument()
    tracers.shutdown()
    loggers.shutdown()


@pytest.fixture
def marked(dataverse: Emulator) -> Emulator:
    """A Dataverse that holds a marked person."""
    dataverse.insert("contacts", PERSON)
    dataverse.insert("incidents", CASE)
    return dataverse


def linked(dataverse: Emulator, body: dict[str, Any], settings: dict[str, str], route: str = "link") -> ApiResponse:
    """One call, in the context that the worker attaches to its thread before it calls the app."""
    service = Service.from_environment(
        {**dataverse.settings, "IDENTIFICATION_RULES": '{"contact": {"AccountNumber": ["nickname"]}}', **settings}
    )
    token = context.attach(TraceContextTextMapPropagator().extract({"traceparent": PARENT}))
    try:
        reply: ApiResponse = getattr(service, route)(
            ApiRequest(json.dumps(body).encode(), invocation_id="x", trace_parent=PARENT)
        )
    finally:
        context.detach(token)
    return reply


def to_dataverse(recorded: Recorded) -> list[Any]:
    """The spans of calls to the Web API."""
    return [span for span in recorded.spans.get_finished_spans() if "/api/data/" in str(span.attributes["http.url"])]


def test_each_call_is_one_span_of_the_invocation(recorded, marked):
    """In the app's own threads, through its own pool: trace and parent are the invocation's, nothing is told twice."""
    assert json.loads(linked(marked, KNOWN, {}).body)["status"] == "linked"
    spans = to_dataverse(recorded)
    assert [span.attributes["http.method"] for span in spans] == ["POST", "PATCH"]
    assert {f"{span.context.trace_id:032x}" for span in spans} == {TRACE}
    assert {f"{span.parent.span_id:016x}" for span in spans} == {SPAN}


def test_dataverse_gets_the_span_that_is_recorded(recorded, marked):
    """The instrumentation's header takes the place of ours: one header, of the span that the log analyst finds."""
    linked(marked, KNOWN, {})
    sent = [call.headers["traceparent"] for call in marked.calls if "/api/data/" in call.path]
    assert sent == [f"00-{TRACE}-{span.context.span_id:016x}-01" for span in to_dataverse(recorded)]


def test_the_token_is_fetched_in_a_trace_of_its_own(recorded, marked):
    """It serves every later request, so it is none's; its span is there all the same."""
    linked(marked, KNOWN, {})
    (token,) = [
        span for span in recorded.spans.get_finished_spans() if "/msi/token" in str(span.attributes["http.url"])
    ]
    assert f"{token.context.trace_id:032x}" != TRACE
    assert token.parent is None


@pytest.mark.parametrize("route", ["link", "unlink", "diagnose"])
def test_urls_hold_ids_only(recorded, marked, route):
    """What is looked for travels in bodies: of a URL, only ids and the app's own names are left."""
    linked(marked, KNOWN, {}, route)
    text = recorded.everything()
    assert "http.url" in text
    assert MARK.lower() not in text.lower()


@pytest.mark.parametrize(("what", "change"), EVENTS, ids=[what for what, _ in EVENTS])
def test_no_value_of_a_person_in_a_span_or_log(recorded, marked, what, change):
    """Whatever happens: names, attributes, exceptions recorded as events, status texts, log bodies and attributes."""
    body = KNOWN | change if isinstance(change, dict) else KNOWN
    if isinstance(change, Fault):
        marked.faults.add(change)
    linked(marked, body, {})
    text = recorded.everything()
    assert '"request' in text
    assert MARK.lower() not in text.lower()


@pytest.mark.parametrize("what", AWAY)
def test_connection_errors_hold_urls_and_those_hold_ids_only(recorded, marked, what):
    """An error text names the URL; it is recorded in the span as an exception."""
    linked(marked, KNOWN, {"LINK_BUDGET_SECONDS": "2", **AWAY[what]})
    text = recorded.everything()
    assert ("exception" in text) is (what == "Dataverse is away")
    assert MARK.lower() not in text.lower()


def test_an_unreachable_token_service_tells_nothing(recorded, marked, monkeypatch):
    """Its errors hold the address of the identity endpoint and the scope, nothing of the caller."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{NOBODY_LISTENS}/msi/token")
    assert linked(marked, KNOWN, {"LINK_BUDGET_SECONDS": "2"}).status == 503
    text = recorded.everything()
    assert "msi/token" in text
    assert MARK.lower() not in text.lower()


def test_these_tests_would_see_a_value(recorded, marked, monkeypatch):
    """A value in a URL shows up in what is searched: in the span's URL, and in the text of a connection error."""
    original = DataverseClient._send

    def careless(self, method, resource, *rest, **more):
        return original(self, method, f"{resource}?$filter={MARK}", *rest, **more)

    monkeypatch.setattr(DataverseClient, "_send", careless)
    linked(marked, KNOWN, {})
    (span, *_) = to_dataverse(recorded)
    assert MARK in span.to_json()
    marked.faults.add(Fault(drop="before", times=9))
    recorded.spans.clear()
    linked(marked, KNOWN, {"LINK_BUDGET_SECONDS": "2"})
    assert MARK in recorded.everything()


def test_events_are_the_same_in_both_modes(recorded, marked):
    """The body of the log record is the line of the classic path; its attributes are the fields."""
    linked(marked, KNOWN, {})
    (record,) = [
        each.log_record for each in recorded.logs.get_finished_logs() if '"event"' in str(each.log_record.body)
    ]
    fields = json.loads(record.body)
    assert (fields["event"], fields["outcome"]) == ("request", "linked")
    assert {name: record.attributes[name] for name in fields} == fields
    assert f"{record.trace_id:032x}" == TRACE
