"""Microsoft's distribution as it is, in a process of its own: what it would send to Application Insights."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("azure.monitor.opentelemetry", reason="requirements-opentelemetry.txt is not installed")

from dev.bench import telemetry as bench
from dev.emulator import Emulator
from tests.flow.test_privacy import BODY, CASE, MARK, PERSON

ROOT = Path(__file__).resolve().parents[2]
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
KNOWN = {name: value for name, value in BODY.items() if name != "AccountNumber"}


class Ingestion(ThreadingHTTPServer):
    """Takes what is sent to Application Insights, and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Track)
        self.items: list[dict[str, Any]] = []


class _Track(BaseHTTPRequestHandler):
    server: Ingestion

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = (gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body).decode()
        items = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        self.server.items += items
        answer = json.dumps({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def sent(running: Emulator) -> dict[str, list[dict[str, Any]]]:
    """What one link sends, by its kind; and under `calls` what Dataverse saw of it."""
    running.reset()
    running.insert("contacts", PERSON)
    running.insert("incidents", CASE)
    with Ingestion() as ingestion:
        threading.Thread(target=ingestion.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{ingestion.server_address[1]}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
            **running.settings,
            **bench.ENVIRONMENT,
            "APPLICATIONINSIGHTS_CONNECTION_STRING": bench.CONNECTION.format(ingestion=here),
            "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "conversation_linker",
            "OTEL_TRACES_SAMPLER": "microsoft.fixed_percentage",
            "OTEL_TRACES_SAMPLER_ARG": "1.0",
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.observability.distribution"],
            input=json.dumps({"body": KNOWN, "traceparent": f"00-{TRACE}-{SPAN}-01"}),
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        ingestion.shutdown()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "linked"
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in ingestion.items:
        found[item["data"]["baseType"]].append(item)
    found["calls"] = [{"headers": call.headers} for call in running.calls if call.path.startswith("/api/data")]
    return found


def test_the_event_is_the_message(sent):
    """`traces.message` is the line of the classic path, whole; the fields are custom dimensions besides."""
    (event,) = [item for item in sent["MessageData"] if '"event"' in item["data"]["baseData"]["message"]]
    content = event["data"]["baseData"]
    fields = json.loads(content["message"])
    assert content["message"].startswith('{"event": "request"')
    assert (fields["route"], fields["outcome"], fields["roundTrips"]) == ("link", "linked", 2)
    assert content["properties"]["outcome"] == "linked"
    assert event["tags"]["ai.operation.id"] == TRACE


def test_urllib3_is_instrumented_without_being_asked_for(sent):
    """Each call through the app's own pool is a dependency of the invocation."""
    spans = [item for item in sent["RemoteDependencyData"] if "/api/data/" in item["data"]["baseData"]["data"]]
    assert {(item["tags"]["ai.operation.id"], item["tags"]["ai.operation.parentId"]) for item in spans} == {
        (TRACE, SPAN)
    }
    parents = [call["headers"]["traceparent"] for call in sent["calls"]]
    assert parents == [f"00-{TRACE}-{item['data']['baseData']['id']}-01" for item in spans]


def test_only_the_app_speaks(sent):
    """With the logger's name set, what the libraries say is not collected."""
    assert all(item["data"]["baseData"]["message"].startswith('{"event": "') for item in sent["MessageData"])


def test_nothing_personal_is_sent(sent):
    """Messages, spans, metrics, whatever it is."""
    text = json.dumps({kind: items for kind, items in sent.items() if kind != "calls"})
    assert TRACE in text
    assert MARK.lower() not in text.lower()


def test_the_document_states_the_cost_as_the_bench_prints_it():
    """Every row of `python3 -m dev bench --opentelemetry` stands in docs/operations.md, with a figure."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (stated,) = re.findall(
        r"<!-- cold start: python3 -m dev bench --opentelemetry -->\n```text\n(.*?)```", text, re.DOTALL
    )
    printed = bench.table(dict.fromkeys(bench.STARTS, 100.0)).text()
    assert re.sub(r"\d+", "#", stated[stated.index("Cold start") :]).split() == re.sub(r"\d+", "#", printed).split()
