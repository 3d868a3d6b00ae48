"""The app driven through all that may happen to a call, and what it logged meanwhile."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from dev.emulator import Emulator, Fault
from shared.api.service import Service
from shared.contract.http import ApiRequest
from shared.core import telemetry
from tests.flow.people import OPEN, conversation

MARIA, NOBODY, ALEX = "maria.campbell@example.com", "nobody@example.com", "Alex Smith"
STRANGERS_CASE = "CAS-01008-H8J9K1"
GONE = "99999999-0000-4000-8000-000000000001"


class Scene(NamedTuple):
    """One call and the event it must leave: the fields that tell it from the others."""

    name: str
    body: Mapping[str, Any]
    event: Mapping[str, Any]
    route: str = "link"
    query: Mapping[str, str] = {}
    fault: Fault | None = None
    settings: Mapping[str, str] = {}


SCENES = (
    Scene("linked", {"Email": MARIA}, {"outcome": "linked", "customerStatus": "linked", "caseStatus": "linked", "contactMatches": 1, "accountMatches": 0, "roundTrips": 2}),
    Scene("again", {"Email": MARIA}, {"outcome": "linked", "customerStatus": "already_linked", "newInstance": True}),
    Scene("dry run", {"Email": MARIA, "dryRun": True}, {"dryRun": True, "outcome": "linked"}),
    Scene("not found", {"Email": NOBODY}, {"outcome": "not_linked", "customerStatus": "not_found", "contactMatches": 0, "status": 200, "code": ""}),
    Scene("ambiguous", {"Name": ALEX}, {"outcome": "not_linked", "customerStatus": "ambiguous", "contactMatches": 2}),
    Scene("mismatch", {"Email": MARIA, "CaseNumber": STRANGERS_CASE}, {"outcome": "partial", "caseStatus": "customer_mismatch", "caseMatches": 1}),
    Scene("throttled", {"Email": MARIA}, {"outcome": "linked", "throttled": 2, "retries": 2}, fault=Fault(429, retry_after=1, method="POST", times=2)),
    Scene("a part throttled", {"Email": MARIA}, {"outcome": "linked", "throttled": 1, "retries": 1}, fault=Fault(429, code="0x80072326", part=1)),
    Scene("throttled for too long", {"Email": MARIA}, {"outcome": "failed", "status": 503, "code": "dataverse_unavailable", "throttled": 1, "customerStatus": "failed", "conversationId": OPEN}, fault=Fault(429, retry_after=60, times=9)),
    Scene("refused", {"Email": MARIA}, {"outcome": "failed", "status": 424, "code": "dataverse_refused"}, fault=Fault(403, code="0x80040220", message="lacks prvReadContact", times=9)),
    Scene("refused, always", {"Email": MARIA}, {"outcome": "failed", "status": 424, "code": "dataverse_refused", "dryRun": False}, query={"always": "true"}, fault=Fault(403, code="0x80040220", message="lacks prvReadContact", times=9)),
    Scene("no such conversation", {"conversationId": GONE, "Email": MARIA}, {"outcome": "failed", "status": 404, "code": "conversation_not_found", "conversationId": GONE}),
    Scene("no conversation id", {"conversationId": ""}, {"outcome": "failed", "status": 400, "code": "no_conversation_id", "conversationId": ""}),
    Scene("bad input", {"Email": ["x"], "dryRun": True}, {"outcome": "failed", "status": 400, "code": "bad_input", "conversationId": OPEN, "dryRun": True}),
    Scene("unlink", {}, {"outcome": "unlinked", "customerStatus": "unlinked"}, route="unlink"),
    Scene("unlink of nothing", {"conversationId": conversation(1)}, {"outcome": "not_linked", "caseStatus": "not_linked"}, route="unlink"),
    Scene("unlink without id", {"conversationId": "x"}, {"outcome": "failed", "code": "bad_conversation_id"}, route="unlink"),
    Scene("settings", {"Email": MARIA}, {"outcome": "failed", "status": 424, "code": "misconfigured"}, settings={"DATAVERSE_URL": ""}),
    Scene("diagnose", {}, {"customerStatus": "", "conversationId": ""}, route="diagnose"),
    Scene("diagnose of nothing", {}, {"outcome": "not_ready", "status": 503}, route="diagnose", settings={"DATAVERSE_URL": ""}),
    Scene("the rule is refused", {"Email": MARIA}, {"outcome": "linked"}, settings={"RULE_SOURCE": "workstream"}, fault=Fault(403, code="0x80040220", message="lacks prvReadmsdyn_liveworkstream", part=0)),
)  # fmt: skip


def call(scene: Scene) -> ApiRequest:
    """The scene's call."""
    body = {"conversationId": OPEN, **scene.body}
    return ApiRequest(
        json.dumps(body).encode(), query=scene.query, invocation_id=f"request-{scene.name.replace(' ', '-')}"
    )


def play(scene: Scene, dataverse: Emulator) -> list[dict[str, Any]]:
    """The events of one scene, in a new instance of the app; what was linked before stays."""
    if scene.fault:
        dataverse.faults.add(scene.fault)
    with listening() as events:
        getattr(Service.from_environment({**dataverse.settings, **scene.settings}), scene.route)(call(scene))
    dataverse.faults.clear()
    return events


def play_bug(dataverse: Emulator, broken: Callable[[], None]) -> list[dict[str, Any]]:
    """The events of a call during which the app makes a mistake, which `broken` arranges."""
    broken()
    return play(Scene("bug", {"Email": MARIA}, {}), dataverse)


@contextmanager
def listening() -> Iterator[list[dict[str, Any]]]:
    """The events that are logged meanwhile, as they stand in the message."""
    events: list[dict[str, Any]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            events.append(json.loads(record.getMessage()))

    listener, level = Listener(), telemetry.LOGGER.level
    telemetry.LOGGER.addHandler(listener)
    telemetry.LOGGER.setLevel(logging.INFO)
    try:
        yield events
    finally:
        telemetry.LOGGER.removeHandler(listener)
        telemetry.LOGGER.setLevel(level)
