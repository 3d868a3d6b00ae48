"""The verb against the embedded Dataverse, and the app signed in as the identity that the verb gives rights to."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dev.emulator import Emulator
from dev.emulator.tables import BY_SET
from dev.grant import __main__ as verb
from dev.grant.client import Dataverse
from shared.api.service import Service
from shared.contract.http import ApiRequest

IDENTITY = "30000000-0000-4000-8000-000000000001"
"""The client id of the Function App's managed identity."""

SOMEBODY = "30000000-0000-4000-8000-000000000002"
"""Another client id."""


@pytest.fixture(autouse=True)
def azure_logger() -> Iterator[None]:
    """The verb silences it for its own process; other tests must not notice."""
    logger = logging.getLogger("azure")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    """One emulator for all of these tests."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def environment(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator as shipped; whoever signs in is its administrator."""
    running.reset()
    for name, value in running.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AZURE_CLIENT_ID", raising=False)
    running.identity.identities |= {IDENTITY, SOMEBODY}
    return running


@pytest.fixture
def grant(environment: Emulator) -> Callable[..., int]:
    """Run the verb for the identity, with more arguments; returns its exit status."""
    return lambda *more: verb.main(["--url", environment.url, "--client-id", IDENTITY, *more])


@pytest.fixture
def web(environment: Emulator) -> Iterator[Dataverse]:
    """The administrator's own calls."""
    found = Dataverse(environment.url, environment.identity.token()[0], lambda _: None)
    yield found
    found.close()


def everything(emulator: Emulator) -> dict[str, Any]:
    """Every row of every table."""
    return {name: emulator.rows(name) for name in BY_SET}


@dataclass
class App:
    """The app under some settings, signed in as the identity."""

    service: Service

    def link(self, conversation: str, **fields: Any) -> dict[str, Any]:
        """The answer to a link request, whatever it is."""
        reply = self.service.link(ApiRequest(json.dumps({"conversationId": conversation, **fields}).encode()))
        answer: dict[str, Any] = json.loads(reply.body)
        return {"http": reply.status, **answer}

    def diagnose(self) -> dict[str, Any]:
        """The content of a diagnosis."""
        content: dict[str, Any] = json.loads(self.service.diagnose(ApiRequest()).body)
        return content


@pytest.fixture
def app(environment: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., App]:
    """Make the app under settings; from then on the identity is who signs in."""

    def make(**settings: str) -> App:
        monkeypatch.setenv("AZURE_CLIENT_ID", IDENTITY)
        patient = {"LINK_BUDGET_SECONDS": "60"}  # no machine is too slow for a whole diagnosis
        return App(Service.from_environment(environment.settings_of(IDENTITY) | patient | settings))

    return make
