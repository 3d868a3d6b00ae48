"""Connections that keep to the deadline of the exchange they are used for: name, connect, TLS, proxy, headers, body.

Built on urllib3's: pools, proxies and certificates are its own. Outside of an `Exchange` they behave as its own do.
"""

from __future__ import annotations

import socket
import ssl
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from http.client import HTTPException
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import wait_for_read
from urllib3.util.connection import create_connection

from shared.core.context import Deadline
from shared.dataverse.exchange import current

TICKET_SECONDS = 0.2
"""How long the tickets of a new TLS connection are waited for; a round trip is enough."""


class _BoundedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        exchange = current()
        if exchange is None:
            return super()._new_conn()
        sock = self._connected(exchange.deadline)
        exchange.watch(sock)
        return sock

    def _connected(self, deadline: Deadline) -> socket.socket:
        """A connection to the first address that takes one; each gets an equal share of the time that is left."""
        addresses = self._addresses(deadline)
        failure: Exception = OSError("no address")
        for index, address in enumerate(addresses):
            share = max(0.001, deadline.left() / (len(addresses) - index))
            limit = min(share, self.timeout) if isinstance(self.timeout, int | float) else share
            try:
                return create_connection((address, self.port), limit, self.source_address, self.socket_options)
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "The connection timed out.") from None
        raise NewConnectionError(self, "No connection could be made.") from None

    def _addresses(self, deadline: Deadline) -> list[str]:
        try:
            return NAMES.addresses(self._dns_host.strip("[]"), self.port, deadline)
        except FutureTimeout:
            raise ConnectTimeoutError(self, "The name was not resolved in time.") from None
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, socket.gaierror) else socket.gaierror()
            raise NameResolutionError(self.host, self, failure) from None

    def _tunnel(self) -> None:
        super()._tunnel()
        exchange = current()
        if exchange is not None and exchange.deadline.left() <= 0:  # headers that were cut off look like all of them
            raise ConnectTimeoutError(self, "The proxy did not answer in time.")

    def request(self, *args: Any, **kwargs: Any) -> None:
        exchange = current()
        if exchange is not None and self.sock is not None:
            exchange.watch(self.sock)
        super().request(*args, **kwargs)

    def getresponse(self) -> Any:
        response = super().getresponse()
        if exchange := current():
            exchange.uses(response)
            exchange.uses(self)
        if response.status < 200:  # an interim answer: the real one comes after it, and may say no
            raise HTTPException("an interim answer")
        return response


class _BoundedTlsConnection(_BoundedConnection, HTTPSConnection):
    pass


class _BoundedPool(HTTPConnectionPool):
    ConnectionCls = _BoundedConnection

    def _put_conn(self, conn: Any) -> None:
        """A connection whose socket was shut down goes back closed: it is opened anew when it is next needed."""
        exchange = current()
        if exchange is not None and not exchange.end() and conn is not None:
            conn.close()
        super()._put_conn(conn)

    def open_one(self) -> None:
        """Open a connection that the next request then uses; not through a proxy, which is asked with the request.

        Raises:
            HTTPError, OSError: it could not be opened.
        """
        if self.proxy is None:
            conn = self._get_conn()
            try:
                conn.connect()
                _read_tickets(conn)
            except BaseException:
                conn.close()  # a socket whose handshake failed carries no request
                raise
            finally:
                self._put_conn(conn)


def _read_tickets(conn: Any) -> None:
    """Take in what TLS 1.3 sends after its handshake: unread, it looks like a server that has hung up."""
    sock = conn.sock
    if not isinstance(sock, ssl.SSLSocket) or not wait_for_read(sock, TICKET_SECONDS):
        return
    usual = sock.gettimeout()
    sock.setblocking(False)
    try:
        sock.recv(1)
        conn.close()  # it has hung up: no data comes before a request
    except ssl.SSLWantReadError:
        sock.settimeout(usual)


class _BoundedTlsPool(_BoundedPool, HTTPSConnectionPool):
    ConnectionCls = _BoundedTlsConnection


class BoundedAdapter(HTTPAdapter):
    """What `requests` makes its pools with, so that their connections keep to the deadline."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the manager of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make or find the manager of connections through one proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager


POOLS = {"http": _BoundedPool, "https": _BoundedTlsPool}


class Names:
    """Looks names up in threads of its own: nothing can end a look-up, so nobody waits for it past a deadline.

    One look-up at a time for each name, however many wait for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[tuple[str, int], Future[list[str]]] = {}

    def addresses(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """The addresses of a host, in the order in which they are to be tried.

        Raises:
            OSError, UnicodeError: there are none.
            TimeoutError: not known by the deadline.
        """
        return self._look_up(host, port).result(timeout=max(0.0, deadline.left()))

    def _look_up(self, host: str, port: int) -> Future[list[str]]:
        with self._lock:
            if found := self._running.get((host, port)):
                return found
            future: Future[list[str]] = Future()
            threading.Thread(target=self._run, args=(host, port, future), name="names", daemon=True).start()
            self._running[host, port] = future  # only now: where no thread can be started, the next one tries again
        return future

    def _run(self, host: str, port: int, future: Future[list[str]]) -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            future.set_result([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            future.set_exception(error)
        finally:
            with self._lock:
                del self._running[host, port]


NAMES = Names()
