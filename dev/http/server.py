"""A small threaded HTTP server: one thread a connection, keep-alive, one send a response."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from typing import BinaryIO, cast

from .messages import CONTINUE, MAX_BODY, BadRequest, Request, Response, head, read_body, read_head

Handler = Callable[[Request], Response]

_BACKLOG = 256
_DRIP_BYTES = 16


class Drop(Exception):
    """The connection is cut without a response."""


class Server:
    """Listens on ``host`` and ``port`` (0: any free one) and passes requests to ``handle`` until `stop`.

    ``clock`` returns the seconds since 1970 for the ``Date`` header; ``limit`` is the largest body in bytes (above:
    413). OSError where the port is taken.
    """

    def __init__(
        self,
        handle: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        limit: int = MAX_BODY,
    ) -> None:
        self._handle = handle
        self._clock = clock
        self._context = context
        self._limit = limit
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listener = socket.create_server((host, port), backlog=_BACKLOG)
        self._host, self._port = host, self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://{host}:{self._port}"
        self._acceptor = threading.Thread(target=self._accept, name=f"http:{self._port}", daemon=True)

    def start(self) -> None:
        """Begin to accept connections."""
        self._acceptor.start()

    def stop(self) -> None:
        """End every connection and wait for the threads; returns when nothing is left."""
        self._stopping.set()
        # A connection of our own wakes the accepting thread on every platform; closing the listener does not.
        with contextlib.suppress(OSError):
            socket.create_connection((self._host, self._port), timeout=1).close()
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            connections, threads = list(self._connections), list(self._threads)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                continue
            thread = threading.Thread(
                target=self._serve, args=(connection,), name=f"http:{self._port} connection", daemon=True
            )
            with self._lock:
                self._connections.add(connection)
                self._threads.add(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._secured(connection)
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            with connection.makefile("rb") as stream:
                self._converse(connection, cast(BinaryIO, stream))
        except (OSError, Drop, ValueError):
            pass
        finally:
            connection.close()
            with self._lock:
                self._connections.discard(connection)
                self._threads.discard(threading.current_thread())

    def _secured(self, connection: socket.socket) -> socket.socket:
        """The connection, wrapped in TLS where that is on; `stop` must always find the socket that is in use."""
        if self._context is None:
            return connection
        with self._lock:
            secured = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self._connections = self._connections - {connection} | {secured}
        return secured

    def _converse(self, connection: socket.socket, stream: BinaryIO) -> None:
        while not self._stopping.is_set():
            try:
                request = self._read(connection, stream)
            except BadRequest as error:
                self._send(connection, "", Response(error.status), closing=True)
                return
            if request is None:
                return
            closing = request.headers.get("connection", "").lower() == "close"
            self._send(connection, request.method, self._handle(request), closing)
            if closing:
                return

    def _read(self, connection: socket.socket, stream: BinaryIO) -> Request | None:
        request = read_head(stream)
        if request:
            if request.headers.get("expect", "").lower() == "100-continue":
                connection.sendall(CONTINUE)
            request.body = read_body(stream, request.headers, self._limit)
        return request

    def _send(self, connection: socket.socket, method: str, response: Response, closing: bool) -> None:
        start = head(response, _date(int(self._clock())), closing)
        body = b"" if method == "HEAD" or response.status in (204, 304) else response.body
        if not response.drip:
            connection.sendall(start + body)
            return
        connection.sendall(start)
        for at in range(0, len(body), _DRIP_BYTES):
            if self._stopping.wait(response.drip):
                return
            connection.sendall(body[at : at + _DRIP_BYTES])


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
