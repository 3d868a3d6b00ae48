"""Nothing personal in logs, problems and exceptions, whatever happens."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from dev.emulator import Emulator, Fault
from shared.core import telemetry
from shared.dataverse import retry
from shared.startup import Startup
from tests.flow.people import OPEN

CONTACT = "cccccccc-0000-4000-8000-000000000001"
MARK = "MARKED"
"""Stands in every value of a person that is planted, so that one search finds them all."""

PERSON = {
    "contactid": CONTACT,
    "firstname": f"{MARK}first",
    "lastname": f"{MARK}last",
    "emailaddress1": f"{MARK}@example.com",
    "telephone1": f"+1 {MARK} 1",
}
CASE = {
    "incidentid": "eeeeeeee-0000-4000-8000-000000000001",
    "ticketnumber": f"CAS-{MARK}",
    "title": f"{MARK} title",
    "customerid_contact": CONTACT,
}
BODY = {
    "conversationId": OPEN,
    "Name": f"{MARK}first {MARK}last",
    "Email": f"{MARK}@example.com",
    "Phone": f"+1 {MARK} 1",
    "CaseNumber": f"CAS-{MARK}",
    "caseTitle": f"{MARK} wish",
    "caseDescription": f"{MARK} story",
    "AccountNumber": f"{MARK} extra",
    "Topic": f"{MARK} topic",
}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts."""
    monkeypatch.setattr(retry, "sleep", lambda _: None)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says at DEBUG, with its extra fields."""
    stream = io.StringIO()

    class Everything(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            stream.write(f"{record.name} {record.getMessage()} {record.__dict__!r}\n")

    root, handler = logging.getLogger(), Everything()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def marked(app_with) -> Any:
    """The app over a Dataverse that holds a marked person."""
    app = app_with(IDENTIFICATION_RULES='{"contact": {"AccountNumber": ["nickname"]}}')
    app.dataverse.insert("contacts", PERSON)
    app.dataverse.insert("incidents", CASE)
    return app


def everything_else() -> list[tuple[str, Any]]:
    """What may happen, by name: a fault, a state of Dataverse, or a change of the body."""
    message = f"{MARK} in Dataverse's own text is missing prvReadContact privilege"
    return [
        ("linked", None),
        ("not found", {"Email": f"{MARK}no@example.com"}),
        ("stranger", {"CaseNumber": f"{MARK}"}),
        ("create", {"CaseNumber": "", "createCase": "always"}),
        ("dry run", {"dryRun": True}),
        ("wrong type", {"Email": [f"{MARK}"]}),
        ("twice", {"email": f"{MARK}2"}),
        ("bad id", {"conversationId": f"{MARK}"}),
        ("bad word", {"event": f"{MARK}"}),
        ("control character", {"Name": f"{MARK}\x00"}),
        ("throttled", Fault(status=429, retry_after=1, message=message)),
        ("unavailable", Fault(status=503, retry_after=60, message=message, times=9)),
        ("privilege", Fault(status=403, code="0x80040220", message=message)),
        ("column", Fault(status=400, code="0x80060888", message=message, part=1)),
        ("plug-in", Fault(status=400, code="0x80040265", message=message, method="PATCH")),
        ("cut", Fault(drop="after", times=3)),
        ("token refused", Fault(target="token", status=400, message=message, times=9)),
        ("token away", Fault(target="token", drop="before", times=2)),
        ("401", Fault(status=401, times=9)),
    ]


@pytest.mark.parametrize(("what", "change"), everything_else(), ids=[what for what, _ in everything_else()])
def test_nothing_personal_is_logged(marked, log, what, change) -> None:
    """All loggers at DEBUG (requests, urllib3, azure-identity too): no value of a person, no token."""
    body = BODY | change if isinstance(change, dict) else BODY
    if isinstance(change, Fault):
        marked.dataverse.faults.add(change)
    reply = marked.reply(body)
    text = log.getvalue()
    assert MARK.lower() not in text.lower()
    for call in marked.dataverse.calls:
        token = call.headers.get("authorization", "x x").split()[-1]
        assert token not in text
    assert "conversation_linker" in text
    if reply.status != 200:
        assert MARK.lower() not in reply.body.lower()
        assert MARK.lower() not in str(dict(reply.headers)).lower()


def test_a_bug_is_told_by_its_place_only(marked, log, monkeypatch) -> None:
    """An unforeseen error is 500 `internal` with a request id; its text, which may hold values, is nowhere."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"{MARK} in an exception")

    monkeypatch.setattr("shared.resolver.service.decide", broken)
    reply = marked.reply(BODY)
    assert (reply.status, json.loads(reply.body)["code"]) == (500, "internal")
    assert MARK not in log.getvalue() + reply.body
    (bug,) = [line for line in log.getvalue().splitlines() if '"event": "bug"' in line]
    assert "RuntimeError" in bug
    assert "service.py" in bug


def test_an_event_is_one_json_object_with_its_fields(app, caplog) -> None:
    """The message is JSON with a constant event name; the same fields are in `extra`, for OpenTelemetry."""
    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    app.link(OPEN, Email="maria.campbell@example.com", CaseNumber="CAS-01001-X1Y2Z3")
    (record,) = [record for record in caplog.records if record.name == telemetry.LOGGER.name]
    fields = json.loads(record.getMessage())
    assert (fields["event"], fields["route"]) == ("request", "link")
    assert (fields["outcome"], fields["customerStatus"], fields["caseStatus"]) == ("linked", "linked", "linked")
    assert (fields["contactMatches"], fields["accountMatches"], fields["caseMatches"]) == (1, 0, 1)
    assert (fields["roundTrips"], fields["retries"], fields["requestId"]) == (2, 0, "an-invocation")
    assert fields["milliseconds"] > 0
    for name, value in fields.items():
        assert getattr(record, name) == value


def test_retries_are_counted(app, caplog) -> None:
    """Round trips and retries stand in the event, so that throttling is visible."""
    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    app.dataverse.faults.add(Fault(status=429, retry_after=1, method="POST", times=2))
    app.link(OPEN, Email="kim.park@example.com")
    fields = json.loads(caplog.records[-1].getMessage())
    assert (fields["roundTrips"], fields["retries"]) == (4, 2)


def test_settings_errors_hold_no_value(caplog) -> None:
    """A wrong setting is named in the log, not repeated: it may be a secret in the wrong place."""
    Startup({"DATAVERSE_URL": f"https://user:{MARK}@x", "CASE_OWNER_TEAM_ID": MARK, "PREFERRED_CUSTOMER": MARK})
    assert "DATAVERSE_URL" in caplog.text
    assert MARK not in caplog.text


def test_the_emulator_was_really_asked(marked) -> None:
    """The marked person is found and linked, so the other tests here protect something."""
    answer = marked.link(
        **{"conversation": OPEN, **{k: v for k, v in BODY.items() if k not in ("conversationId", "AccountNumber")}}
    )
    assert answer["customerId"] == CONTACT
    assert isinstance(marked.dataverse, Emulator)
