"""Answers that come byte by byte: no thread outlives its deadline, and whoever comes afterwards is served at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.chaos.altering_proxy import AlteringProxy, altering_proxy
from shared.core.context import Deadline
from shared.dataverse import connections
from shared.dataverse.exchange import Exchange
from tests.flow.conftest import App
from tests.flow.people import OPEN

ROUNDS, AT_ONCE = 5, 64
SOON = 30
"""Seconds in which something has come that did not wait for what drips, on any machine."""

HEALTHY = {"conversationId": OPEN, "Email": "maria.campbell@example.com"}
HURRIED = HEALTHY | {"timeoutSeconds": 1}


@pytest.fixture
def proxied(app_with: Callable[..., App], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[App, AlteringProxy]]:
    """An app behind a proxy that alters nothing yet."""
    with altering_proxy(app_with().dataverse.url, seed=1, rate=0) as proxy:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "")
        yield app_with(LINK_BUDGET_SECONDS="60"), proxy


def send(app: App, body: dict[str, object], times: int) -> list[int]:
    """The statuses of so many requests at once."""
    with ThreadPoolExecutor(times) as callers:
        return [reply.status for reply in callers.map(app.reply, [body] * times)]


def are_free(app: App) -> bool:
    """Whether all threads of the app that work for requests, and that fetch tokens, end what they are at soon."""
    pools = [app.service._workers._pool, app.service._ready()[1].dataverse.tokens._threads]
    for pool in pools:
        pool.shutdown(wait=False)
    until = time.monotonic() + SOON
    threads = [thread for pool in pools for thread in pool._threads]
    for thread in threads:
        thread.join(timeout=max(0.0, until - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("what", ["drips in the head", "drips in the body"])
def test_drips_of_dataverse_hold_no_thread(proxied, what) -> None:
    """Five rounds of 64 requests whose answers drip: every worker is free soon after, and healthy requests link."""
    app, proxy = proxied
    assert send(app, HEALTHY, 1) == [200]
    proxy.rate, proxy.only = 1, what
    for _ in range(ROUNDS):
        assert set(send(app, HURRIED, AT_ONCE)) == {503}
    proxy.rate = 0
    started = time.monotonic()
    assert set(send(app, HEALTHY, AT_ONCE)) == {200}
    assert time.monotonic() - started < SOON
    assert are_free(app)


def test_drips_of_the_token_service_hold_no_thread(proxied, monkeypatch) -> None:
    """The same where nobody gets a token: the fetches end at their limit, and the next one is healthy."""
    app, proxy = proxied
    monkeypatch.setattr("shared.dataverse.token_cache.FETCH_SECONDS", 1)
    monkeypatch.setattr("shared.dataverse.credential.READ_SECONDS", 60)
    proxy.rate, proxy.only = 1, "drips in the head"
    for _ in range(ROUNDS):
        assert set(send(app, HURRIED, AT_ONCE)) == {503}
    proxy.rate = 0
    started = time.monotonic()
    assert set(send(app, HEALTHY, AT_ONCE)) == {200}
    assert time.monotonic() - started < SOON
    assert are_free(app)


def test_a_connection_that_was_shut_down_is_not_used_again(proxied) -> None:
    """After a drip the next request goes by another connection, and needs no retry."""
    app, proxy = proxied
    assert send(app, HEALTHY, 1) == [200]
    proxy.rate, proxy.only = 1, "drips in the body"
    assert send(app, HURRIED, 1) == [503]
    proxy.rate = 0
    before = len(app.dataverse.calls)
    assert send(app, HEALTHY, 1) == [200]
    assert len(app.dataverse.calls) == before + 1


def test_nobody_waits_for_a_name_past_the_deadline(app, monkeypatch) -> None:
    """A name server that does not answer: 503 in time, and the worker is free, whatever becomes of the look-up."""
    go_on = threading.Event()
    look_up = connections.socket.getaddrinfo

    def hang(*args: object, **options: object) -> object:
        go_on.wait()
        return look_up(*args, **options)

    monkeypatch.setattr(connections.socket, "getaddrinfo", hang)
    try:
        reply = app.reply(HURRIED)
        assert (reply.status, json.loads(reply.body)["code"]) == (503, "dataverse_unavailable")
        assert are_free(app)
    finally:
        go_on.set()


def test_an_exchange_that_has_ended_shuts_nothing_down() -> None:
    """A deadline that comes after the end leaves the connection to whoever uses it next."""
    import socket

    ours, theirs = socket.socketpair()
    with ours, theirs:
        exchange = Exchange(Deadline.after(60))
        exchange.watch(ours)
        assert exchange.end()
        exchange.expire()
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"
        late = Exchange(Deadline.after(60))
        late.watch(ours)
        late.expire()
        assert ours.recv(1) == b""
        assert not late.end()
