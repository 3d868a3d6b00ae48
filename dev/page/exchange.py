"""A request to the app and its answer, as the timeline notes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .timeline import Entry, Route

IDS = ("conversationid", "msdyn_conversationid", "msdyn_liveworkitemid", "msdyn_ocliveworkitemid")
"""Names of the conversation's id, in lower case."""

VARIABLES = ("Name", "Email", "Phone", "CaseNumber")


@dataclass(frozen=True)
class Exchange:
    """A request to the app with its answer, both as bytes."""

    route: Route
    request: bytes
    status: int
    answer: bytes
    seconds: float

    def entry(self) -> Entry:
        """What the timeline notes of it."""
        sent, answer = json_object(self.request), json_object(self.answer)
        return Entry(
            conversation(sent, answer),
            self.route,
            sent=sent,
            typed=typed(sent),
            status=self.status,
            answer=answer,
            seconds=round(self.seconds, 3),
        )


def conversation(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """The id of the conversation that a request is about."""
    given = _fields(sent)
    named = next((given[name] for name in IDS if given.get(name)), "")
    return str(answer.get("conversationId") or named).strip("{} ").lower()


def typed(sent: Mapping[str, Any]) -> dict[str, str]:
    """What the customer typed."""
    given = _fields(sent)
    return {name: str(value) for name in VARIABLES if (value := given.get(name.lower())) not in (None, "")}


def _fields(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request by their names in lower case, those of an Azure bot's context included."""
    context = sent.get("context")
    return {name.lower(): value for name, value in {**sent, **(context if isinstance(context, dict) else {})}.items()}


def json_object(text: bytes) -> dict[str, Any]:
    """The JSON object in a text; empty where there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
