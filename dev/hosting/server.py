"""A small HTTP/1.1 server: one thread per connection, keep-alive, whole bodies, one send per response."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from dev.hosting.invocation import Call, Reply

DEFAULT_LIMIT = 104_857_600
"""The largest body that the Functions host takes, unless it is told otherwise."""

_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class BadBodyError(Exception):
    """The body cannot be read; the connection ends after the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Server(ThreadingHTTPServer):
    """Answers every request with `answer`. Closing it ends the connections that are still open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Callable[[Call], Reply], limit: int = DEFAULT_LIMIT) -> None:
        self.answer = answer
        self.limit = limit
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Return the address it is reached at."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in a thread of its own, remembered for as long as it is open."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="connection", daemon=True
        )
        self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what breaks here is the caller's connection, never the app."""

    def close(self) -> None:
        """End all connections and wait until their threads are through."""
        self.server_close()
        for thread, connection in list(self._open.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave in one piece
    timeout = 120
    _ours: ClassVar[frozenset[str]] = frozenset({"content-length", "transfer-encoding", "connection", "date", "server"})

    def version_string(self) -> str:
        return "dev-host"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: whoever runs the server logs what it answers."""

    def handle_expect_100(self) -> bool:
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()
        self.wfile.flush()
        return True

    def _serve(self) -> None:
        try:
            call = self._call()
        except BadBodyError as error:
            self.close_connection = True
            self._send(Reply(error.status))
            return
        self._send(self.server.answer(call))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _serve

    def _call(self) -> Call:
        parts = urlsplit(self.path)
        url = f"http://{self.headers.get('Host') or urlsplit(self.server.url).netloc}{self.path}"
        return Call(self.command, url, parts.query, self.headers.items(), self._body(), parts.path)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            raise BadBodyError(400) from None
        if length < 0:
            raise BadBodyError(400)
        if length > self.server.limit:
            raise BadBodyError(413)
        return self._exactly(length)

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(1000).split(b";")[0], 16)
            except ValueError:
                raise BadBodyError(400) from None
            if size < 0 or len(body) + size > self.server.limit:
                raise BadBodyError(400 if size < 0 else 413)
            body += self._exactly(size)
            if size == 0:
                while self.rfile.readline(1000).strip():  # trailers
                    pass
                return bytes(body)
            self.rfile.readline(1000)

    def _exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise BadBodyError(400)
        return body

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            if name.lower() not in self._ours:
                self.send_header(name, value)
        if reply.status not in _BODILESS:
            self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and reply.status not in _BODILESS:
            self.wfile.write(reply.body)
        self.wfile.flush()
