"""The table of events is what the app logs: no event or field more, none less, each with values it names."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections import defaultdict
from pathlib import Path
from typing import get_args

import pytest

from dev.operations import document
from dev.operations.queries import queries
from shared.contract.statuses import LinkStatus, PartStatus, UnlinkStatus
from shared.core import telemetry
from shared.core.errors import LinkerError
from shared.core.events import EVENTS, FIELDS, Name
from tests.observability.driven import MARIA, SCENES, listening

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {"contactMatches", "accountMatches", "caseMatches"}
"""Fields of `request` that are absent where nothing was looked for."""


def codes() -> set[str]:
    """Every code that a failure may have."""
    family, found = [LinkerError], {""}
    for error in family:
        family += error.__subclasses__()
        found.add(error.code)
    return found


VALUES = {
    "event": set(EVENTS),
    "route": {"link", "unlink", "diagnose"},
    "outcome": {
        *LinkStatus,
        *UnlinkStatus,
        "ready",
        "not_ready",
    },
    "customerStatus": {*PartStatus, *UnlinkStatus, ""},
    "caseStatus": {*PartStatus, *UnlinkStatus, ""},
    "code": codes(),
}
"""What the fields of few values may hold."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_one_request_is_one_event_and_it_says_what_happened(played, scene):
    """Success, not found, ambiguous, mismatch, throttled, refused, failed, dry run, unlink: each tells itself apart."""
    (request,) = [event for event in played[scene.name] if event["event"] == "request"]
    wanted = {"route": scene.route, "requestId": f"request-{scene.name.replace(' ', '-')}", **scene.event}
    assert {name: request.get(name) for name in wanted} == wanted


def test_a_request_always_has_every_field(played):
    """A query may rely on them; only counts of what was not looked for are absent."""
    for events in played.values():
        for event in events:
            if event["event"] == "request":
                assert set(EVENTS["request"].fields) - set(event) <= COUNTS
                assert event["milliseconds"] >= 0


def test_every_event_and_every_field_of_the_table_is_logged(played):
    """The table promises nothing that no call ever leaves."""
    seen = defaultdict(set)
    for event in (event for events in played.values() for event in events):
        seen[event["event"]] |= set(event) - {"event"}
    assert {name: set(event.fields) for name, event in EVENTS.items()} == seen


def test_fields_hold_the_values_that_are_documented(played):
    """Few values are a closed list: that of the contract."""
    for event in (event for events in played.values() for event in events):
        assert {name: value for name, value in event.items() if name in VALUES and value not in VALUES[name]} == {}


def test_every_field_is_explained_and_every_explanation_is_used():
    """No field without a meaning, no meaning without a field."""
    assert {field for event in EVENTS.values() for field in event.fields} == set(FIELDS)
    assert set(EVENTS) == set(get_args(Name))


def test_what_is_not_in_the_table_is_not_logged(caplog):
    """A field that nobody listed, such as a name, does not get out; an event that nobody listed is an error."""
    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    telemetry.event("request", {"route": "link", "Email": MARIA})
    (record,) = caplog.records
    assert json.loads(record.getMessage()) == {"event": "request", "route": "link"}
    assert not hasattr(record, "Email")
    with pytest.raises(KeyError):
        telemetry.event("gossip", {"Email": MARIA})  # type: ignore[arg-type]


def test_events_are_logged_by_the_thread_that_the_worker_calls(dataverse):
    """The host drops what another thread logs: no module that works in the app's own threads logs an event itself."""
    callers = {
        path.name
        for path in (ROOT / "shared").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "telemetry"
        if node.attr in ("event", "bug", "LOGGER")
    }
    assert callers == {"request_log.py", "startup.py"}


def test_only_the_first_call_of_a_process_is_of_a_new_instance(dataverse):
    """Otherwise slow starts could not be told from slow calls; health is no call that counts."""
    from shared.api.service import Service
    from shared.contract.http import ApiRequest

    service = Service.from_environment(dataverse.settings)
    body = json.dumps({"conversationId": "x"}).encode()
    with listening() as events:
        service.health(ApiRequest())
        for _ in range(3):
            service.unlink(ApiRequest(body))
    assert [event["newInstance"] for event in events] == [True, False, False]


def test_only_what_somebody_has_to_look_at_is_an_error_in_the_log(dataverse, caplog):
    """Level ERROR from 424 on, with `always`, too; a caller's slip is none."""
    from shared.api.service import Service
    from shared.contract.http import ApiRequest

    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    broken = Service.from_environment({**dataverse.settings, "DATAVERSE_URL": ""})
    body = json.dumps({"conversationId": "b7397aae-ecf8-43a6-aeb0-07d294efb494"}).encode()
    broken.link(ApiRequest(body, query={"always": "true"}))
    broken.link(ApiRequest(b"no JSON"))
    levels = [record.levelno for record in caplog.records if '"request"' in record.getMessage()]
    assert levels == [logging.ERROR, logging.INFO]


def test_the_document_holds_table_and_queries_as_they_are():
    """docs/operations.md is what `python3 -m dev operations` writes, and it shows every query there is."""
    text = document.PATH.read_text(encoding="utf-8")
    assert document.document(text, queries()) == text
    assert sorted(document.shown(text)) == sorted(queries())
    assert not re.search(r"```kusto\n(?!traces|let|union)", text)
