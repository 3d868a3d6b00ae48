"""A small threaded HTTP server: one thread a connection, keep-alive, one send an answer.

The standard library's handler parses headers with the e-mail package and sends an answer in pieces; beside calls that
are measured in fractions of a millisecond both show.
"""

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

from .http11 import BadRequest, Request, Response, read_request, write

_BACKLOG = 256
_DRIP_BYTES = 16


class Drop(Exception):
    """The connection is cut without an answer."""


class Server:
    """Listens on ``host`` and ``port`` (0: any free one) and passes requests to ``handle`` until `stop`.

    ``clock`` tells the seconds since 1970 for the ``Date`` header.
    """

    def __init__(
        self,
        handle: Callable[[Request], Response],
        host: str,
        port: int,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._handle = handle
        self._clock = clock
        self._context = context
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listener = socket.create_server((host, port), backlog=_BACKLOG)
        self.host, self.port = self._listener.getsockname()[:2]
        self._acceptor = threading.Thread(target=self._accept, name=f"emulator:{self.port}", daemon=True)

    def start(self) -> None:
        """Begin to accept connections."""
        self._acceptor.start()

    def stop(self) -> None:
        """End every connection and wait for the threads; returns when nothing is left."""
        self._stopping.set()
        # A connection of our own wakes the accepting thread on every platform; closing the listener does not.
        with contextlib.suppress(OSError):
            socket.create_connection((self.host, self.port), timeout=1).close()
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
                target=self._serve, args=(connection,), name=f"emulator:{self.port} call", daemon=True
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
                request = read_request(stream)
            except BadRequest:
                self._send(connection, Response(400, {"Connection": "close"}))
                return
            if request is None:
                return
            response = self._handle(request)
            self._send(connection, response)
            if request.headers.get("connection", "").lower() == "close":
                return

    def _send(self, connection: socket.socket, response: Response) -> None:
        response.headers["Date"] = _date(int(self._clock()))
        data = write(response)
        if not response.drip:
            connection.sendall(data)
            return
        at = len(data) - len(response.body)
        connection.sendall(data[:at])
        while at < len(data) and not self._stopping.is_set():
            self._stopping.wait(response.drip)
            connection.sendall(data[at : at + _DRIP_BYTES])
            at += _DRIP_BYTES


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
