"""The real app over the embedded Dataverse: a request as bytes in, the answer and the row out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from dev.emulator import Emulator
from shared.api.service import ApiRequest, ApiResponse, Service

CUSTOMER, ISSUE, REGARDING = "_msdyn_customer_value", "_msdyn_issueid_value", "_regardingobjectid_value"


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    """One emulator for all flows."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def dataverse(running_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator with its demo data as shipped, and the identity that signs in to it in the environment."""
    running_emulator.reset()
    for name, value in running_emulator.settings.items():
        monkeypatch.setenv(name, value)
    return running_emulator


@dataclass
class App:
    """The app under some settings; every call goes through the API, as bytes."""

    service: Service
    dataverse: Emulator

    def reply(
        self, body: object, always: bool = False, headers: Mapping[str, str] | None = None, route: str = "link"
    ) -> ApiResponse:
        """The reply to a body: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        query = {"always": "true"} if always else {}
        call = ApiRequest(raw, {name.lower(): value for name, value in (headers or {}).items()}, query, "an-invocation")
        reply: ApiResponse = getattr(self.service, route)(call)
        return reply

    def link(self, conversation: str, **fields: Any) -> dict[str, Any]:
        """The answer of a link request that must be 200."""
        reply = self.reply({"conversationId": conversation, **fields})
        assert reply.status == 200, reply
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def unlink(self, conversation: str, **fields: Any) -> dict[str, Any]:
        """The answer of an unlink request that must be 200."""
        reply = self.reply({"conversationId": conversation, **fields}, route="unlink")
        assert reply.status == 200, reply
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def on(self, conversation: str) -> tuple[str, str, str]:
        """The ids of customer, issue and regarding on the row, "" where there is none."""
        row = self.dataverse.row("msdyn_ocliveworkitems", conversation)
        assert row is not None
        return (row[CUSTOMER] or "", row[ISSUE] or "", row[REGARDING] or "")

    def calls(self) -> list[str]:
        """The round trips so far, by method."""
        return [call.method for call in self.dataverse.calls]


@pytest.fixture
def app(dataverse: Emulator) -> App:
    """The app under default settings."""
    return App(Service.from_environment(dataverse.settings), dataverse)


@pytest.fixture
def app_with(dataverse: Emulator) -> Callable[..., App]:
    """The app under other settings."""

    def build(**settings: str) -> App:
        return App(Service.from_environment({**dataverse.settings, **settings}), dataverse)

    return build
