"""HTTP to one host: pooled connections, one request, its whole answer before the deadline or not at all.

`requests` finds proxies and certificates and makes the pool, once; a request then goes straight to the pool. Its
sessions would keep cookies (they pin the app to one server of the environment), follow redirects, and look all this up
at every call.
"""

import contextlib
import logging
import ssl
import threading
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NamedTuple

import requests
from urllib3.exceptions import HTTPError, SSLError

from shared.core.context import Deadline
from shared.core.errors import DataverseUnavailable, Misconfigured
from shared.dataverse.connections import BoundedAdapter
from shared.dataverse.exchange import Exchange

logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote headers, whatever stands in them

POOL_SIZE = 128
"""Connections kept open: one for each thread that may call at once."""

CHUNK = 65536

CONNECT_SECONDS = 5
"""Until a connection that is opened ahead is given up."""

NO_ANSWER = "Dataverse could not be reached or did not answer in time; it is not known whether anything was linked."
NO_POOL = (
    "The proxy or the certificates that the environment names cannot be used; check HTTPS_PROXY, HTTP_PROXY, NO_PROXY "
    "and REQUESTS_CA_BUNDLE."
)
BAD_CERTIFICATE = "The certificate of DATAVERSE_URL could not be verified."


class Response(NamedTuple):
    """One HTTP answer: status, headers by lower-case name, bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """The connections to one host. Safe to share between threads."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)
        self._pool = _pool(url)

    def connect_ahead(self) -> None:
        """Begin to open a connection, for the first request; what is in the way of it, that request meets."""
        threading.Thread(target=self._connect, name="connect", daemon=True).start()

    def _connect(self) -> None:
        with contextlib.suppress(HTTPError, OSError, ValueError), Exchange(Deadline.after(CONNECT_SECONDS)):
            self._pool.open_one()

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Response:
        """One request and its answer, whatever its status. Redirects are not followed.

        Raises:
            Misconfigured: the certificate of the host could not be verified.
            DataverseUnavailable: no answer, or not all of it, before the deadline.
        """
        try:
            with Exchange(deadline):
                return self._exchanged(method, path, {**self._headers, **headers}, body, deadline)
        except HTTPError as error:
            if isinstance(error, SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
                raise Misconfigured(BAD_CERTIFICATE) from None
            raise DataverseUnavailable(NO_ANSWER) from None
        except (HTTPException, OSError, ValueError):
            # What is not HTTP, in the status line or in a header; instrumentation reads some headers, too.
            raise DataverseUnavailable(NO_ANSWER) from None

    def _exchanged(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Response:
        response = self._pool.urlopen(
            method,
            path,
            body=body,
            headers=headers,
            timeout=deadline.remaining(),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        return Response(response.status, _lower(response.headers), _whole(response, deadline))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _whole(response: Any, deadline: Deadline) -> bytes:
    """The body; the connection goes back to the pool only where all of it was read."""
    chunks = []
    try:
        while chunk := response.read1(CHUNK, decode_content=True):
            chunks.append(chunk)
        deadline.remaining()  # where the end of the connection ends the body, one that was shut down looks whole
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return b"".join(chunks)


def _pool(url: str) -> Any:
    """The pool for `url`, through the proxy and with the certificates that the environment names, as requests would.

    Raises:
        Misconfigured: one of them cannot be used.
    """
    with requests.Session() as session:
        found = session.merge_environment_settings(url, {}, None, None, None)
    request = requests.Request("GET", url).prepare()
    adapter = BoundedAdapter(pool_connections=1, pool_maxsize=POOL_SIZE)
    verify = True if found["verify"] is None else found["verify"]
    try:
        return adapter.get_connection_with_tls_context(request, verify, proxies=found["proxies"], cert=found["cert"])
    except (requests.RequestException, HTTPError, ValueError, OSError):
        raise Misconfigured(NO_POOL) from None
