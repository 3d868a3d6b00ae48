"""azure-identity, asked the way this app needs: once, quickly, and with refused told from unreachable.

Imported when the first token is needed: with all that it pulls in it is the largest single cost of a cold start.
"""

from __future__ import annotations

import threading
from typing import Any

import requests
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ServiceRequestTimeoutError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DefaultAzureCredential
from urllib3.util.retry import Retry

from shared.core.context import Deadline
from shared.core.errors import TOKENS_UNREACHABLE, DataverseUnavailable, LinkerError, Misconfigured
from shared.dataverse.connections import BoundedAdapter
from shared.dataverse.error_mapping import is_transient
from shared.dataverse.exchange import Exchange

NO_IDENTITY = (
    "The app has no identity to sign in with; enable a managed identity, and set AZURE_CLIENT_ID where it is "
    "user-assigned (AZURE_TOKEN_CREDENTIALS says which credentials are tried)."
)
REFUSED = "The token service refused the app's identity; check AZURE_CLIENT_ID, and DATAVERSE_URL (the scope)."
OUT_OF_TIME = "The time for a sign-in is over."
CONNECT_SECONDS, READ_SECONDS = 2, 3
LAST_TIME = 2**37
"""Seconds since 1970, in the 64th century: what says that it ends later is no token."""

NO_RETRY = Retry(total=False, redirect=False, raise_on_status=False)
VM_METADATA_HOST = "169.254.169.254"
"""DefaultAzureCredential tries it wherever no other identity is at hand; its silence says nothing about ours."""


class ObservedTransport(RequestsTransport):  # type: ignore[misc]
    """A transport that remembers, per thread, what the token service answered.

    azure-identity reports a refusal, an outage and a missing identity by the same exception; their fixes differ.
    """

    def __init__(self) -> None:
        # A transport of one's own has to be told the time-outs itself: the credential's are for the one it would make.
        super().__init__(connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
        self._seen = threading.local()

    def begin(self, deadline: Deadline) -> None:
        """Start anew for this thread: a sign-in that is to be over by `deadline`."""
        self._seen.failed = self._seen.refused = False
        self._seen.deadline = deadline

    @property
    def failed(self) -> bool:
        """Whether a call of this thread since `begin` got no answer, or one that may be another one later.

        An answer that is no error is one of the second kind: azure-identity could make no token of it.
        """
        return getattr(self._seen, "failed", False)

    @property
    def refused(self) -> bool:
        """Whether a call of this thread since `begin` got an error for an answer that will be the same later."""
        return getattr(self._seen, "refused", False)

    def _init_session(self, session: requests.Session) -> None:
        super()._init_session(session)
        for prefix in list(session.adapters):
            session.mount(prefix, BoundedAdapter(max_retries=NO_RETRY))

    def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request; its answer is read whole before the deadline of the sign-in."""
        deadline: Deadline = self._seen.deadline
        try:
            if deadline.left() <= 0:
                raise ServiceRequestTimeoutError(OUT_OF_TIME)
            with Exchange(deadline):
                response = super().send(request, **kwargs)
            if deadline.left() <= 0:  # headers that were cut off look like all of them
                raise ServiceRequestTimeoutError(OUT_OF_TIME)
        except Exception:
            self._seen.failed = self.failed or VM_METADATA_HOST not in request.url
            raise
        self._seen.failed = self.failed or response.status_code < 300 or is_transient(response.status_code)
        self._seen.refused = self.refused or response.status_code >= 300
        return response


class Credential:
    """The app's identity: a credential and the scope it is used for."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._watch = ObservedTransport()
        self._credential: TokenCredential | None = None

    def token(self, deadline: Deadline) -> AccessToken:
        """An access token; every call for it is over by `deadline`.

        Raises:
            Misconfigured: there is no identity, or it is refused.
            DataverseUnavailable: the token service cannot be reached.
        """
        self._watch.begin(deadline)
        try:
            if self._credential is None:
                self._credential = DefaultAzureCredential(transport=self._watch, retry_total=0)
            return _checked(self._credential.get_token(self._scope))
        except (AzureError, ValueError):
            self._credential = None  # it caches failures, too, and would go on with this one
            raise self._meaning() from None
        except (TypeError, KeyError, AttributeError):  # an answer that is no token of any kind
            self._credential = None
            raise DataverseUnavailable(TOKENS_UNREACHABLE) from None

    def _meaning(self) -> LinkerError:
        if self._watch.failed:
            return DataverseUnavailable(TOKENS_UNREACHABLE)
        return Misconfigured(REFUSED if self._watch.refused else NO_IDENTITY)


def _checked(token: AccessToken) -> AccessToken:
    """The token, if it is a text that ends at a time there is.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(token.token, str) or not 0 <= token.expires_on < LAST_TIME:
        raise TypeError
    return token
