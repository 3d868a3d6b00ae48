"""HTTP to the Dataverse Web API, as an administrator's tool needs it: one call at a time, patient when throttled."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from dev.grant import fixes
from dev.grant.fixes import Failed
from shared.dataverse.error_mapping import retry_after

CONNECT_SECONDS, READ_SECONDS = 10, 120
MAX_WAIT_SECONDS = 300.0
"""For all waits together; the limits of Dataverse count over five minutes ("Service protection API limits")."""

HEADERS = {
    "Accept": "application/json",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
    "Consistency": "Strong",  # past the caches: what the call before wrote has to be seen
}


class Dataverse:
    """The Web API of one environment. `say` is told of waits; every method raises Failed with the fix."""

    def __init__(
        self, url: str, token: str, say: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url
        self.root = f"{url}/api/data/v9.2/"
        self._host = urlsplit(url).hostname or url
        self._say, self._sleep, self._waited = say, sleep, 0.0
        self._session = requests.Session()
        self._session.headers.update({**HEADERS, "Authorization": f"Bearer {token}"})

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def get(self, resource: str, doing: str) -> Mapping[str, Any]:
        """The JSON object at `resource`. `doing` completes "to …" in messages. NotFound where there is none."""
        return self._object(self._send("GET", resource, doing))

    def rows(self, resource: str, doing: str) -> list[Mapping[str, Any]]:
        """The rows of a list, over all its pages."""
        found: list[Mapping[str, Any]] = []
        while resource:
            page = self.get(resource, doing)
            found += page.get("value") or []
            resource = str(page.get("@odata.nextLink") or "").removeprefix(self.root)
        return found

    def post(self, resource: str, body: Mapping[str, Any], doing: str) -> str:
        """Send a POST; returns the id of the row that was created, "" where none was."""
        answer = self._send("POST", resource, doing, body)
        found = re.search(r"\(([0-9a-f-]{36})\)$", answer.headers.get("OData-EntityId", ""), re.IGNORECASE)
        return found[1].lower() if found else ""

    def _send(self, method: str, resource: str, doing: str, body: Any = None) -> requests.Response:
        """The answer, if it is below 400; waits as long as Dataverse asks, where it is throttled."""
        while True:
            answer = self._once(method, resource, doing, body)
            wait = self._wait(method, answer)
            if wait is None:
                break
            if self._waited + wait > MAX_WAIT_SECONDS:
                raise Failed(fixes.THROTTLED.format(seconds=self._waited))
            self._say(f"Dataverse is busy and asks to wait {wait:.0f} s …")
            self._sleep(wait)
            self._waited += wait
        if answer.status_code >= 400:
            raise fixes.of_answer(answer.status_code, self._error(answer), doing)
        return answer

    def _once(self, method: str, resource: str, doing: str, body: Any) -> requests.Response:
        try:
            return self._session.request(
                method,
                self.root + resource,
                json=body,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            raise Failed(fixes.BAD_CERTIFICATE.format(host=self._host)) from None
        except requests.exceptions.ReadTimeout:
            raise Failed(fixes.TIMEOUT.format(host=self._host, seconds=READ_SECONDS, doing=doing)) from None
        except requests.exceptions.RequestException as error:
            unknown = "NameResolutionError" in str(error)
            raise Failed((fixes.NO_HOST if unknown else fixes.UNREACHABLE).format(host=self._host)) from None

    @staticmethod
    def _wait(method: str, answer: requests.Response) -> float | None:
        """Seconds to wait before the same call again, None for an answer that stands.

        429 was not carried out, so it may be repeated whatever it was; 503 only where nothing can have happened.
        """
        if answer.status_code == 429 or (answer.status_code == 503 and method == "GET"):
            asked = retry_after({name.lower(): value for name, value in answer.headers.items()})
            return 5.0 if asked is None else max(1.0, asked)
        return None

    def _error(self, answer: requests.Response) -> Mapping[str, Any]:
        """The `error` of an answer; Failed where what answers speaks no OData."""
        found = self._json(answer)
        if isinstance(found, dict):
            error = found.get("error")
            return error if isinstance(error, dict) else {}
        if answer.status_code in (401, 403, 503):  # gateways in front of Dataverse answer so, too
            return {}
        raise Failed(fixes.NO_DATAVERSE.format(url=self.url))

    def _object(self, answer: requests.Response) -> Mapping[str, Any]:
        found = self._json(answer)
        if answer.status_code != 200 or not isinstance(found, dict):
            raise Failed(fixes.NO_DATAVERSE.format(url=self.url))
        return found

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            return None
