"""One exchange over a connection that misbehaves: it is over at its deadline, wherever it hangs."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from shared.core.context import Deadline
from shared.core.errors import DataverseUnavailable
from shared.dataverse.connections import Names
from shared.dataverse.exchange import Exchange, Watchdog
from shared.dataverse.transport import Transport

SOON = 30
"""Seconds in which something has come that did not wait for what drips, on any machine."""

Serve = Callable[[bytes], int]


@pytest.fixture
def dripping() -> Iterator[Serve]:
    """Servers that answer whoever connects with some bytes at once, and then with one now and then, for ever."""
    closing = threading.Event()
    listeners = []

    def answer(listener: socket.socket, beginning: bytes) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(beginning)
                while not closing.wait(0.05):
                    connection.sendall(b"x")

    def serve(beginning: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=answer, args=(listener, beginning), daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    yield serve
    closing.set()
    for listener in listeners:
        listener.close()


def ends_in_time(url: str) -> bool:
    """Whether one exchange is given up soon after its deadline of two seconds."""
    transport = Transport(url, {})
    started = time.monotonic()
    with pytest.raises(DataverseUnavailable):
        transport.send("GET", "/", {}, None, Deadline.after(2))
    return time.monotonic() - started < SOON


@pytest.mark.parametrize(
    ("scheme", "beginning"),
    [
        ("http", b""),
        ("http", b"HTTP/1.1 200 OK\r\nX-Name: "),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n{"),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"),
        ("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n{"),
    ],
    ids=["status", "headers", "body without end", "body", "chunks", "body of a closed connection"],
)
def test_a_drip_ends_at_the_deadline(dripping, scheme, beginning) -> None:
    """A byte now and then never renews the time that is left: not in the headers or the body."""
    assert ends_in_time(f"{scheme}://127.0.0.1:{dripping(beginning)}")


def test_a_socket_that_changed_hands_is_shut_down_too() -> None:
    """TLS takes the socket away from the object that connected; what waits in its handshake is ended all the same."""
    ours, theirs = socket.socketpair()
    exchange = Exchange(Deadline.after(60))
    exchange.watch(ours)
    with theirs, socket.socket(fileno=ours.detach()) as taken:
        exchange.expire()
        assert taken.recv(1) == b""
    assert not exchange.end()


def test_a_drip_of_a_proxy_ends_at_the_deadline(dripping, monkeypatch) -> None:
    """Nor in the answer of a proxy that is asked for a tunnel."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{dripping(b'HTTP/1.1 200 ')}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    assert ends_in_time("https://org.example")


@pytest.mark.parametrize("what", [ValueError("Content-Length"), OSError("no more files")])
def test_what_instrumentation_raises_is_an_answer_that_was_not_read(monkeypatch, what) -> None:
    """OpenTelemetry reads headers of answers; what it makes of a malformed one is no bug of ours."""
    transport = Transport("http://127.0.0.1:1", {})

    def raises(*_: object, **__: object) -> None:
        raise what

    monkeypatch.setattr(transport._pool, "urlopen", raises)
    with pytest.raises(DataverseUnavailable):
        transport.send("GET", "/", {}, None, Deadline.after(5))


# --- a process that can start no thread for a moment -----------------------------------------------------------------


@contextmanager
def no_new_threads() -> Iterator[None]:
    """For the time of a `with` block, no thread can be started."""

    def cannot_start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threading.Thread, "start", cannot_start)
        yield


def test_a_look_up_that_could_not_start_is_begun_anew() -> None:
    """The look-up after it finds the host: no name is lost to a thread that never ran."""
    names = Names()
    with no_new_threads(), pytest.raises(RuntimeError):
        names.addresses("127.0.0.1", 443, Deadline.after(SOON))
    assert names.addresses("127.0.0.1", 443, Deadline.after(SOON)) == ["127.0.0.1"]


def test_deadlines_are_kept_after_a_thread_that_could_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange after it is ended at its deadline."""
    watchdog = Watchdog()
    with no_new_threads(), pytest.raises(RuntimeError):
        watchdog.add(Exchange(Deadline.after(SOON)))
    expired = threading.Event()
    exchange = Exchange(Deadline.after(0.0))
    monkeypatch.setattr(exchange, "expire", expired.set)
    watchdog.add(exchange)
    assert expired.wait(SOON)


# --- what is no header -----------------------------------------------------------------------------------------------


def test_what_is_no_header_is_not_logged(dripping: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """A line without a colon among the headers may hold anything: the answer counts, the line is nowhere."""
    caplog.set_level(logging.DEBUG)
    port = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nMaria Campbell\r\nX-Name: Campbell\r\n\r\n")
    assert Transport(f"http://127.0.0.1:{port}", {}).send("GET", "/", {}, None, Deadline.after(SOON)).status == 200
    assert "Campbell" not in caplog.text


# --- an answer before the answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [b"101 Switching Protocols", b"102 Processing", b"103 Early Hints", b"199 Other"])
def test_an_interim_answer_is_no_answer(status: bytes) -> None:
    """1xx: what was done is not known yet; and the real answer, which comes later, is nobody else's."""
    interim = b"HTTP/1.1 " + status + b"\r\n\r\n"
    refused, done = (b"HTTP/1.1 " + line + b"\r\nContent-Length: 0\r\n\r\n" for line in (b"403 Forbidden", b"200 OK"))
    answers = [interim + refused, done]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", {})
    with pytest.raises(DataverseUnavailable):
        transport.send("PATCH", "/", {}, b"{}", Deadline.after(SOON))
    assert transport.send("GET", "/", {}, None, Deadline.after(SOON)).status == 200
    thread.join()
    listener.close()
