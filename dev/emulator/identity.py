"""The managed identity endpoint of App Service, and the tokens it hands out.

"How to use managed identities for App Service", REST endpoint reference: ``GET
{IDENTITY_ENDPOINT}?resource=…&api-version=2019-08-01`` with the header ``X-IDENTITY-HEADER``; ``client_id`` names a
user-assigned identity.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from typing import Any

from dev.http.messages import Request, Response

from . import errors, query

PATH = "/msi/token"
HEADER = "embedded-dataverse"
"""What App Service puts into IDENTITY_HEADER; fixed, so that a copied settings file fits any emulator."""

API_VERSION = "2019-08-01"
CLIENT_ID = "00000000-0000-4000-8000-0000000000c1"
_LIFETIME = 3600
_RENEW = 300


def _encoded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


class Identity:
    """Hands out and checks tokens for one environment.

    ``identities``: the client ids assigned to the app, in lower case. One that is not asked for by its client id is
    that of `CLIENT_ID`, the built-in administrator's.
    """

    def __init__(self) -> None:
        self.header = HEADER
        self.identities = {CLIENT_ID}
        self.resource = ""
        self._secret = secrets.token_bytes(32)
        self._valid: dict[str, tuple[int, str]] = {}
        self._current: dict[str, tuple[str, int]] = {}
        self._serial = 0
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        """The endpoint. 401 without the secret header, 400 for a wrong question, as App Service answers."""
        if request.method != "GET":
            return _refusal(405, "Only GET is supported.")
        given = query.options(request.query)
        if not hmac.compare_digest(request.headers.get("x-identity-header", "").encode(), self.header.encode()):
            return _refusal(401, "The header X-IDENTITY-HEADER is missing or wrong.")
        if given.get("api-version") != API_VERSION:
            return _refusal(400, "The api-version is missing or not supported.")
        if given.get("resource", "").rstrip("/") != self.resource:
            return _refusal(400, f"AADSTS500011: The resource principal named {given.get('resource')} was not found.")
        client_id = given.get("client_id", CLIENT_ID).lower()
        if "client_id" in given and client_id not in self.identities:
            return _refusal(400, "No User Assigned or Delegated Managed Identity found for specified ClientId.")
        return self._token_answer(given["resource"], client_id)

    def _token_answer(self, resource: str, client_id: str) -> Response:
        token, expires = self.token(client_id=client_id)
        content = {
            "access_token": token,
            "client_id": client_id,
            "expires_on": str(expires),
            "not_before": str(expires - _LIFETIME),
            "resource": resource,
            "token_type": "Bearer",
        }
        return Response(200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(content).encode())

    def token(self, lifetime: int = _LIFETIME, client_id: str = CLIENT_ID) -> tuple[str, int]:
        """A token and the second it ends; the same one until it is nearly over or revoked: App Service caches too."""
        with self._lock:
            moment = int(time.time())
            current = self._current.get(client_id)
            if lifetime == _LIFETIME and current and current[1] - _RENEW > moment:
                return current
            self._serial += 1
            issued = self._issue(moment, lifetime, client_id)
            if lifetime == _LIFETIME:
                self._current[client_id] = issued
            self._valid[issued[0]] = (issued[1], client_id)
            return issued

    def _issue(self, moment: int, lifetime: int, client_id: str) -> tuple[str, int]:
        claims = {
            "aud": self.resource,
            "appid": client_id,
            "nbf": moment,
            "exp": moment + lifetime,
            "uti": self._serial,
        }
        signed = f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{_encoded(claims)}"
        digest = hmac.new(self._secret, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}", moment + lifetime

    def revoke(self, request: Request) -> None:
        """From now on the token of this request counts as expired; the next one asked for is a new one."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        with self._lock:
            _, client_id = self._valid.pop(token, (0, ""))
            if self._current.get(client_id, ("", 0))[0] == token:
                del self._current[client_id]

    def check(self, request: Request, url: str) -> str:
        """The client id of the request's token; ApiError 401 without a token of ours that is still good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expires, client_id = self._valid.get(token, (0, ""))
        if scheme.lower() != "bearer" or expires <= time.time():
            challenge = f'Bearer authorization_uri="{url}/msi/authorize", resource_id="{self.resource}/"'
            raise errors.ApiError(
                401, "", "HTTP Error 401 - Unauthorized: Access is denied", {"WWW-Authenticate": challenge}
            )
        return client_id


def _refusal(status: int, message: str) -> Response:
    body = json.dumps({"statusCode": status, "message": message})
    return Response(status, {"Content-Type": "application/json; charset=utf-8"}, body.encode())
