"""The connection that is opened before the first request."""

from __future__ import annotations

import pytest

from dev.emulator import Emulator
from shared.core.context import Deadline
from shared.core.errors import Misconfigured
from shared.dataverse.transport import Transport


@pytest.mark.parametrize("tls", [True, False])
def test_the_first_request_goes_by_the_connection_that_was_opened_ahead(monkeypatch, tls):
    """No second handshake: what TLS sends after the first one is no sign of a server that hung up."""
    with Emulator(tls=tls) as emulator:
        for name, value in emulator.settings.items():
            monkeypatch.setenv(name, value)
        transport = Transport(emulator.url, {})
        transport._connect()
        opened = transport._pool.pool.queue[-1].sock
        assert transport.send("GET", "/api/data/v9.2/WhoAmI", {}, None, Deadline.after(30)).status == 401
        assert transport._pool.pool.queue[-1].sock is opened


def test_a_connection_whose_handshake_failed_is_not_used(monkeypatch):
    """No request, and no token in it, goes over a socket that the host has not proved to be its own."""
    with Emulator(tls=True) as emulator:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        transport = Transport(emulator.url, {})
        transport._connect()
        assert transport._pool.pool.queue[-1].sock is None
        with pytest.raises(Misconfigured, match="certificate"):
            transport.send("GET", "/api/data/v9.2/WhoAmI", {}, None, Deadline.after(30))


def test_a_host_that_cannot_be_reached_is_left_to_the_first_request():
    """Whatever is in the way, the background says nothing, and the request says it."""
    with Emulator() as emulator:
        url = emulator.url
    transport = Transport(url, {})
    transport._connect()
