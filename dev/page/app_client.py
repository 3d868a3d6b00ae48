"""The way to the function app: a request goes there as it came, and the answer comes back as it is."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 100
"""Seconds; how long a flow waits."""

USER_AGENT = "conversation-linker-page"
"""By this the page knows its own calls from those of others."""

REQUEST_HEADERS = ("content-type", "accept", "x-correlation-id")
RESPONSE_HEADERS = ("Content-Type", "Retry-After", "x-correlation-id")


@dataclass(frozen=True)
class AppResponse:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AppClient:
    """Posts to an app. ``url`` is its address without `/api`; ``key`` its function key, where it asks for one."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url, self._key = url, key

    @property
    def wants_key(self) -> bool:
        """Whether a caller needs a key."""
        return bool(self._key)

    def post(self, target: str, body: bytes, headers: Mapping[str, str]) -> AppResponse:
        """Post to ``/api/`` and the target. Without urllib: it would use a proxy that is set on this machine."""
        sent = {name: headers[name] for name in REQUEST_HEADERS if name in headers} | {"user-agent": USER_AGENT}
        if self._key:
            sent["x-functions-key"] = self._key
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT)
        try:
            connection.request("POST", f"/api/{target}", body, sent)
            response = connection.getresponse()
            found = {name: value for name in RESPONSE_HEADERS if (value := response.getheader(name))}
            return AppResponse(response.status, found, response.read())
        except (OSError, http.client.HTTPException) as error:
            return self._unreachable(error)
        finally:
            connection.close()

    def _unreachable(self, error: Exception) -> AppResponse:
        words = f"The app does not answer at {self.url} ({type(error).__name__}). Is it still starting?"
        problem = {"title": "The app does not answer", "status": 502, "code": "app_unreachable", "detail": words}
        return AppResponse(502, {"Content-Type": "application/json"}, json.dumps(problem).encode())
