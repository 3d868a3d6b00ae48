"""The queries ask only for what the app logs, stand everywhere with one text, and count rightly over real events."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from dev.operations import document, workbook
from dev.operations.queries import queries, uses
from shared.core.events import EVENTS
from tests.observability.alerts import PATH as ALERTS
from tests.observability.alerts import rules
from tests.observability.driven import OPEN
from tests.observability.test_events import VALUES

NO_EVENTS = {"sampling", "spans"}
"""Queries about the platform's own tables."""

COMPUTED = {"attemptsWithoutLink", "attempts", "unavailableRate", "refused"}


@pytest.mark.parametrize("name", queries())
def test_a_query_names_events_and_fields_that_the_table_has(name):
    """Each field is one of an event that the query is about, each value one that the field may have."""
    found = uses(queries()[name])
    asked = found.events or frozenset(EVENTS)
    assert asked <= set(EVENTS)
    assert found.fields <= {field for event in asked for field in EVENTS[event].fields} or name == "history"
    assert found.fields <= {field for event in EVENTS.values() for field in event.fields}
    assert [pair for pair in found.values if pair[0] in VALUES and pair[1] not in VALUES[pair[0]]] == []
    assert bool(found.fields) is (name not in NO_EVENTS)


@pytest.mark.parametrize("name", sorted(set(queries()) - NO_EVENTS))
def test_a_query_names_events_and_fields_that_calls_leave(played, name):
    """Not only in the table: in what the app logged while it was driven."""
    found = uses(queries()[name])
    events = [event for events in played.values() for event in events]
    assert found.events <= {event["event"] for event in events}
    assert found.fields <= {field for event in events for field in event}


def test_a_mistake_in_a_query_would_be_seen():
    """Names and values are really read from the text."""
    found = uses("""traces | where message startswith '{"event": "gossip"' | extend e = parse_json(message)
        | where tostring(e.outcom) == "linked" and tostring(e["case"]) in ("a", "b") and toint(e.status) != 1""")
    assert found.events == {"gossip"}
    assert found.fields == {"outcom", "case", "status"}
    assert found.values == {("outcom", "linked"), ("case", "a"), ("case", "b")}


def test_the_workbook_is_written_from_the_queries():
    """infra/workbook.json is what `python3 -m dev operations` writes; every part has one query of the files."""
    written = workbook.PATH.read_text(encoding="utf-8")
    assert written == workbook.workbook(queries())
    content = json.loads(written)
    assert content["version"] == "Notebook/1.0"
    parts = [item for item in content["items"] if item["type"] == 3]
    assert {part["content"]["query"] for part in parts} <= set(queries().values())
    assert {part["content"]["version"] for part in parts} == {"KqlItem/1.0"}
    assert {part["content"]["timeContextFromParameter"] for part in parts} == {"TimeRange"}
    names = [item["name"] for item in content["items"]]
    assert len(set(names)) == len(names)


def test_what_a_workbook_query_leaves_open_is_a_parameter_of_it():
    """`{Id}` and the time range are filled in by its reader."""
    content = json.loads(workbook.PATH.read_text(encoding="utf-8"))
    (parameters,) = [item["content"]["parameters"] for item in content["items"] if item["type"] == 9]
    names = {parameter["name"] for parameter in parameters}
    drawn = [item["content"]["query"] for item in content["items"] if item["type"] == 3]
    assert {name for query in drawn for name in re.findall(r"\{([A-Z]\w*)\}", query)} | {"TimeRange"} == names


def test_alert_rules_load_their_queries_from_the_files():
    """No query stands in the Bicep file itself, and each has its runbook in the document."""
    text, runbook = ALERTS.read_text(encoding="utf-8"), document.PATH.read_text(encoding="utf-8")
    assert [rule.query for rule in rules()] == ["no-link", "silence", "unavailable", "refused-count"]
    assert set(re.findall(r"loadTextContent\('([^']+)'\)", text)) == {
        f"../queries/{rule.query}.kql" for rule in rules()
    }
    assert all((ALERTS.parent / path).resolve().exists() for path in re.findall(r"loadTextContent\('([^']+)'\)", text))
    assert "traces" not in text
    assert all(f"### `{rule.name}`" in runbook for rule in rules())
    assert {rule.measure for rule in rules()} == COMPUTED


def test_quiet_hours_page_nobody():
    """The alert of no link counts attempts, and the one of silence is off unless somebody turns it on."""
    text = ALERTS.read_text(encoding="utf-8")
    assert re.search(r"^param alertOnSilence bool = false$", text, re.MULTILINE)
    silence = text[text.index("'conversation-linker-silence'") :]
    assert re.search(r"^    wanted: (\w+)$", silence, re.MULTILINE)[1] == "alertOnSilence"


@pytest.fixture(scope="module")
def database(played):
    """All events of all scenes in a table like that of Application Insights, inside one quarter of an hour."""
    pytest.importorskip("duckdb", reason="dev/requirements-queries.txt is not installed")
    kql = pytest.importorskip("duckdb_kql", reason="dev/requirements-queries.txt is not installed")
    events = [event for events in played.values() for event in events]
    connection = kql.connect()
    columns = "timestamp TIMESTAMP, itemType VARCHAR, message VARCHAR, itemCount INTEGER, operation_Id VARCHAR"
    calls = "name VARCHAR, data VARCHAR, target VARCHAR, resultCode VARCHAR, duration DOUBLE, id VARCHAR, operation_ParentId VARCHAR"
    for table in ("traces", "requests", "dependencies", "exceptions"):
        connection.sql(f"CREATE TABLE {table} ({columns}, {calls})")
    lines = ["Executing 'Functions.link'", '{"event": "of another app"}', "{", *map(json.dumps, events)]
    for line in lines:
        row = [datetime(2026, 1, 1, 10, 0, 0), "trace", line, 1, "0af7"]  # noqa: DTZ001 - the tables' times have no zone
        connection.execute("INSERT INTO traces VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL, NULL, NULL)", row)

    def run(name, **filled):
        text = queries()[name]
        for parameter, value in filled.items():
            text = text.replace("{" + parameter + "}", value)
        found = kql.query(connection, text)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    return run


@pytest.fixture(scope="module")
def requests(played):
    """The request events of all scenes."""
    return [event for events in played.values() for event in events if event["event"] == "request"]


def real(requests, *routes):
    """Those of some routes that are no dry run."""
    return [event for event in requests if event["route"] in routes and not event["dryRun"]]


def count(requests, **wanted):
    """How many have these values."""
    return sum(all(event.get(name) == value for name, value in wanted.items()) for event in requests)


def test_the_link_rate_is_that_of_the_calls(database, requests):
    """Dry runs and the test pane's calls without a conversation are no attempts."""
    attempts = [event for event in real(requests, "link") if event["code"] != "no_conversation_id"]
    (row,) = database("link-rate")
    assert (row["attempts"], row["linked"]) == (len(attempts), count(attempts, outcome="linked"))
    assert (row["partial"], row["failed"]) == (count(attempts, outcome="partial"), count(attempts, outcome="failed"))
    assert row["linkRate"] == round(100 * row["linked"] / row["attempts"], 1)


def test_outcomes_are_counted_by_entity(database, requests):
    """Every link call is in it once as customer and once as case."""
    found = {(row["entity"], row["outcome"]): row["calls"] for row in database("outcomes")}
    links = real(requests, "link")
    for entity, field in (("customer", "customerStatus"), ("case", "caseStatus")):
        assert sum(calls for (each, _), calls in found.items() if each == entity) == len(links)
        assert found[entity, "failed"] == count(links, **{field: "failed"})
    assert found["customer", "ambiguous"] == found["case", "customer_mismatch"] == 1


def test_rates_of_ambiguous_and_mismatch(database, requests):
    """In per cent of the calls that got an answer."""
    answered = [event for event in real(requests, "link") if event["status"] == 200]
    (row,) = database("ambiguous-and-mismatch")
    one = round(100 / len(answered), 1)
    assert (row["calls"], row["ambiguousCustomerRate"], row["mismatchRate"]) == (len(answered), one, one)
    assert (row["ambiguousCaseRate"], row["customerNotFoundRate"]) == (0, one)


def test_durations_lie_within_what_was_logged(database, requests):
    """p50 ≤ p95 ≤ p99 ≤ the longest."""
    longest = max(event["milliseconds"] for event in requests)
    (row,) = database("duration")
    assert 0 <= row["p50"] <= row["p95"] <= row["p99"] <= longest


def test_throttling_and_retries_are_summed(database, requests):
    """Over links and unlinks."""
    calls = [event for event in requests if event["route"] in ("link", "unlink")]
    (throttling,), (retries,) = database("throttling"), database("retries")
    assert throttling["throttled"] == sum(event["throttled"] for event in calls) == 4
    assert throttling["roundTrips"] == sum(event["roundTrips"] for event in calls)
    assert throttling["callsThrottled"] == 3
    assert (retries["calls"], retries["retries"]) == (len(calls), sum(event["retries"] for event in calls))


def test_failures_are_counted_by_code(database, requests):
    """With an example to look up."""
    found = {(row["route"], row["code"]): row for row in database("failures")}
    failed = [event for event in requests if event["code"]]
    assert sum(row["calls"] for row in found.values()) == len(failed)
    assert found["link", "dataverse_refused"]["status"] == 424
    assert found["link", "dataverse_unavailable"]["anExample"] == "request-throttled-for-too-long"


def test_the_history_of_a_conversation_and_of_a_request(database, played):
    """By either id, in any case; other calls are left out, and so is everything where no id is given."""
    of_conversation = database("history", Id=OPEN.upper())
    every = [event for events in played.values() for event in events]
    assert len(of_conversation) == sum(event.get("conversationId") == OPEN for event in every)
    (request,) = database("history", Id="request-mismatch")
    assert (request["caseStatus"], request["conversationId"]) == ("customer_mismatch", OPEN)
    assert {row["event"] for row in database("history", Id="request-bug")} == {"request", "bug"}
    assert database("history", Id="") == []


def test_new_instances_are_counted(database, requests):
    """Each scene was a process of its own, as far as the app can tell."""
    (row,) = database("slow-starts")
    assert row["newInstances"] == sum(event["newInstance"] for event in requests if event["route"] != "diagnose")
    assert row["p95OfFirstCalls"] > 0


def test_trouble_names_what_is_no_request(database, played):
    """Settings, bugs, rules that could not be used; each with what it says."""
    found = {row["event"]: row for row in database("trouble")}
    assert set(found) == set(EVENTS) - {"request"}
    assert "DATAVERSE_URL" in found["settings"]["what"]
    assert found["bug"]["what"] == "ZeroDivisionError"
    assert all(row["times"] == sum(event["event"] == name for events in played.values() for event in events) for name, row in found.items())  # fmt: skip


def test_alerts_see_what_they_are_for(database, requests):
    """424s are counted; too few calls are no rate; while one attempt links, there is no alert of no link."""
    assert database("refused-count") == [{"refused": count(requests, status=424)}]
    assert len(database("refused")) == count(requests, status=424)
    calls = [event for event in requests if event["route"] in ("link", "unlink")]
    (row,) = database("unavailable")
    assert (row["calls"], row["unavailable"]) == (len(calls), 1)
    assert row["unavailableRate"] == (0 if len(calls) < 20 else round(100 / len(calls), 1))
    attempts = real(requests, "link")
    assert database("no-link") == [
        {
            "attempts": len(attempts),
            "linked": count(attempts, outcome="linked") + count(attempts, outcome="partial"),
            "attemptsWithoutLink": 0,
        }
    ]
    assert database("silence") == [{"attempts": len(attempts)}]


def test_versions_and_sampling(database, requests):
    """Which version failed how often; how much of the log was kept."""
    (row,) = database("versions")
    assert (row["calls"], row["failed"]) == (len(requests), sum(event["status"] >= 424 for event in requests))
    (kept,) = database("sampling")
    assert kept["keptPercent"] == 100


def test_no_query_stands_in_a_second_copy():
    """The document shows the files' text; whoever changes a file writes the document anew."""
    shown = Path(document.PATH).read_text(encoding="utf-8")
    assert shown.count("```kusto") == len(document.shown(shown)) == len(queries())
