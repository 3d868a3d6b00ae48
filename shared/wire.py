"""HTTP to one host: pooled connections, one request, its whole answer before the deadline or not at all.

Built on the adapter of `requests`, below its sessions: a session would keep cookies (they pin the app to one server of
the environment), look proxies up at every call, and follow redirects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from .deadline import Deadline
from .errors import DataverseUnavailable, Misconfigured

POOL_SIZE = 128
"""Connections kept open: one for each thread that may call at once."""

CHUNK = 65536

NO_ANSWER = "Dataverse could not be reached or did not answer in time; it is not known whether anything was linked."
BAD_CERTIFICATE = "The certificate of DATAVERSE_URL could not be verified."


@dataclass(frozen=True)
class Answer:
    """One HTTP answer: status, headers by lower-case name, bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The connections to one host. Safe to share between threads."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)
        # Proxies and certificates of the environment are looked up once, here, instead of at every call.
        with requests.Session() as session:
            environment = session.merge_environment_settings(url, {}, None, None, None)
        self._proxies, self._cert = environment["proxies"], environment["cert"]
        self._verify = environment["verify"] or True
        self._adapter = _Adapter(pool_connections=1, pool_maxsize=POOL_SIZE)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline) -> Answer:
        """One request and its answer.

        Raises:
            Misconfigured: the certificate of the host could not be verified.
            DataverseUnavailable: no answer, or not all of it, before the deadline.
        """
        request = self._request(method, url, headers, body)
        try:
            response = self._adapter.send(
                request,
                stream=True,
                timeout=deadline.remaining(),
                verify=self._verify,
                cert=self._cert,
                proxies=self._proxies,
            )
            with response:
                chunks = []
                for chunk in response.iter_content(CHUNK):
                    deadline.remaining()
                    chunks.append(chunk)
        except requests.exceptions.SSLError:
            raise Misconfigured(BAD_CERTIFICATE) from None
        except requests.RequestException:
            raise DataverseUnavailable(NO_ANSWER) from None
        return Answer(response.status_code, response.headers, b"".join(chunks))

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = method, url, body
        length = {} if body is None else {"Content-Length": str(len(body))}
        request.headers = CaseInsensitiveDict({**self._headers, **headers, **length})
        return request


class _Adapter(HTTPAdapter):
    """The adapter without its cookie handling, which parses them although nobody keeps them."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The response to `req`; header names in lower case."""
        response = requests.Response()
        response.status_code = resp.status
        response.headers = {name.lower(): value for name, value in resp.headers.items()}  # type: ignore[assignment]
        response.raw = resp
        response.request = req
        return response
