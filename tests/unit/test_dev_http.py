"""The HTTP server of the development host and of the embedded Dataverse: framing by RFC 9112."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from dev.http.messages import Request, Response
from dev.http.server import Server


def echo(request: Request) -> Response:
    """Answer with the body, under headers that only the server may decide."""
    return Response(200, {"Content-Length": "999", "connection": "keep-alive", "X-Own": "1"}, request.body)


@pytest.fixture(scope="module")
def server():
    """Serve echoes."""
    running = Server(echo, limit=10)
    running.start()
    yield running
    running.stop()


def exchange(server: Server, data: bytes) -> bytes:
    """Send bytes and return everything that comes back until the server or we end the connection."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as wire:
        wire.sendall(data)
        wire.shutdown(socket.SHUT_WR)
        return wire.makefile("rb").read()


def test_framing_is_the_servers(server):
    """Length and connection are those of the message, whatever a handler says; its other headers stay."""
    answer = exchange(server, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok")
    assert b"\r\nContent-Length: 2\r\n" in answer
    assert b"999" not in answer
    assert b"keep-alive" not in answer
    assert b"\r\nX-Own: 1\r\n" in answer


def test_two_requests_on_one_connection(server):
    """What follows a body is the next request."""
    one = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\none"
    assert exchange(server, one + one).count(b"\r\n\r\none") == 2


@pytest.mark.parametrize("head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"])
def test_it_closes_when_the_client_expects_it(server, head):
    """HTTP/1.0 without keep-alive, and `Connection: close`, end the connection after the response."""
    answer = exchange(server, head + b"GET / HTTP/1.1\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_head_has_the_length_and_no_body(server):
    """A response to HEAD says how long the body would be."""
    answer = exchange(server, b"HEAD / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok")
    assert b"Content-Length: 2" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"Content-Length: 11\r\n\r\n", 413),
        (b"Content-Length: 9\r\n\r\nshort", 400),
        (b"Content-Length: \xb2\r\n\r\nok", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n", 413),
        (b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nok!!0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n5\r\n12345\r\n0\r\n\r\n", 200),
        (b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nTrailer: x\r\n\r\n", 200),
    ],
)
def test_bodies(server, body, status):
    """A body is taken whole or not at all: 413 above the limit, 400 where its end cannot be known."""
    answer = exchange(server, b"POST / HTTP/1.1\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
