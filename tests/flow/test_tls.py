"""TLS is verified, always."""

from __future__ import annotations

import json

import pytest

from dev.emulator import Emulator
from shared.api.service import Service
from tests.flow.conftest import App
from tests.flow.people import OPEN


@pytest.fixture(scope="module")
def secure():
    """A Dataverse behind https, with a certificate of its own making."""
    with Emulator(tls=True) as emulator:
        yield emulator


def test_a_certificate_that_the_machine_trusts(secure, monkeypatch) -> None:
    """REQUESTS_CA_BUNDLE names the certificates to trust, as for every client built on requests."""
    for name, value in secure.settings.items():
        monkeypatch.setenv(name, value)
    app = App(Service.from_environment(secure.settings), secure)
    assert app.link(OPEN, Email="maria.campbell@example.com")["status"] == "linked"


def test_a_certificate_that_nobody_vouches_for(secure, monkeypatch) -> None:
    """An unknown certificate is refused before anything is sent: 424, the setting named."""
    with Emulator() as plain:
        for name, value in plain.settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        plain.identity.resource = secure.url
        secure.calls.clear()
        app = App(Service.from_environment({"DATAVERSE_URL": secure.url}), secure)
        reply = app.reply({"conversationId": OPEN})
    assert (reply.status, json.loads(reply.body)["code"]) == (424, "misconfigured")
    assert "certificate" in json.loads(reply.body)["detail"]
    assert secure.calls == []
