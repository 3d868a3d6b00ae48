"""The end of an HTTP exchange: at its deadline its socket is shut down, which ends whatever waits for it.

A time-out of a socket is one per receive, so a peer that sends a byte now and then holds a thread for as long as it
likes: in the TLS handshake, in the answer of a proxy, in the headers, in the body. One thread per process looks after
all exchanges instead.
"""

from __future__ import annotations

import contextlib
import heapq
import socket
import threading
from itertools import count
from typing import Any, Self

from shared.core.context import Deadline

_here = threading.local()


class Exchange:
    """One request and its answer, as a context manager around both; `current` finds that of the running thread."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self._lock = threading.Lock()
        self._twin: socket.socket | None = None
        self._resources: list[Any] = []
        self._over = self._expired = False

    def __enter__(self) -> Self:
        WATCHDOG.add(self)
        _here.exchange = self
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        _here.exchange = None
        if failure is not None and not self._over:  # nobody else has ended it: an instrumentation may fail in between
            for resource in self._resources:
                resource.close()
        self.end()

    def uses(self, resource: Any) -> None:
        """Close this, where the exchange fails before its connection is back in the pool."""
        self._resources.append(resource)

    def watch(self, connection: Any) -> None:
        """Shut this socket down at the deadline.

        A duplicate is kept: the socket itself changes owners when TLS is put on it, and may be closed by then.
        """
        sock = getattr(connection, "socket", connection)  # TLS inside TLS, as to an HTTPS proxy, wraps a socket
        twin = socket.fromfd(sock.fileno(), sock.family, sock.type, sock.proto)
        with self._lock:
            former, self._twin = self._twin, twin
            if self._expired:
                _shut_down(twin)
        if former:
            former.close()

    def expire(self) -> None:
        """End it, unless it has ended."""
        with self._lock:
            if not self._over:
                self._expired = True
                if self._twin:
                    _shut_down(self._twin)

    def end(self) -> bool:
        """Let the socket be from now on; whether that was in time."""
        with self._lock:
            self._over = True
            twin, self._twin = self._twin, None
            self._resources = []  # the watchdog keeps this object until the deadline, and they are not needed so long
        if twin:
            twin.close()
        return not self._expired


def current() -> Exchange | None:
    """The exchange of the running thread."""
    return getattr(_here, "exchange", None)


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the peer was faster
        sock.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Ends each exchange at its deadline. One thread for all of them, started with the first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Exchange]] = []
        self._numbers = count()
        self._started = False

    def add(self, exchange: Exchange) -> None:
        """Look after one more."""
        with self._changed:
            heapq.heappush(self._waiting, (exchange.deadline.expires, next(self._numbers), exchange))
            if not self._started:
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
                self._started = True  # only now: where no thread can be started, the next exchange tries again
            elif self._waiting[0][2] is exchange:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next().expire()

    def _next(self) -> Exchange:
        """The next exchange whose deadline has come."""
        with self._changed:
            while not self._waiting or self._waiting[0][2].deadline.left() > 0:
                self._changed.wait(self._waiting[0][2].deadline.left() if self._waiting else None)
            return heapq.heappop(self._waiting)[2]


WATCHDOG = Watchdog()
