"""azure-identity, asked the way this app needs: once, quickly, and with refused told from unreachable.

Imported when the first token is needed: with all that it pulls in it is the largest single cost of a cold start.
"""

from __future__ import annotations

import threading
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DefaultAzureCredential

from shared.core.errors import TOKENS_UNREACHABLE, DataverseUnavailable, LinkerError, Misconfigured
from shared.dataverse.error_mapping import TRANSIENT

NO_IDENTITY = (
    "The app has no identity to sign in with; enable a managed identity, and set AZURE_CLIENT_ID where it is "
    "user-assigned (AZURE_TOKEN_CREDENTIALS says which credentials are tried)."
)
REFUSED = "The token service refused the app's identity; check AZURE_CLIENT_ID, and DATAVERSE_URL (the scope)."
CONNECT_SECONDS, READ_SECONDS = 2, 3
VM_METADATA_HOST = "169.254.169.254"
"""DefaultAzureCredential tries it wherever no other identity is at hand; its silence says nothing about ours."""


class ObservedTransport(RequestsTransport):  # type: ignore[misc]
    """A transport that remembers, per thread, what the token service answered.

    azure-identity reports a refusal, an outage and a missing identity by the same exception; what mends them differs.
    """

    def __init__(self) -> None:
        # A transport of one's own has to be told the time-outs itself: the credential's are for the one it would make.
        super().__init__(connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
        self._seen = threading.local()

    def forget(self) -> None:
        """Start anew for this thread."""
        self._seen.failed = self._seen.answered = False

    @property
    def failed(self) -> bool:
        """Whether a call of this thread since `forget` got no answer, or one that may be another one later."""
        return getattr(self._seen, "failed", False)

    @property
    def answered(self) -> bool:
        """Whether a call of this thread since `forget` got an answer."""
        return getattr(self._seen, "answered", False)

    def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request."""
        try:
            response = super().send(request, **kwargs)
        except Exception:
            self._seen.failed = self.failed or VM_METADATA_HOST not in request.url
            raise
        self._seen.answered = True
        self._seen.failed = self.failed or response.status_code in TRANSIENT
        return response


class Credential:
    """The app's identity: a credential and the scope it is used for."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._watch = ObservedTransport()
        self._credential: TokenCredential | None = None

    def _new(self) -> TokenCredential:
        return DefaultAzureCredential(transport=self._watch, retry_total=0)

    def token(self) -> AccessToken:
        """An access token.

        Raises:
            Misconfigured: there is no identity, or it is refused.
            DataverseUnavailable: the token service cannot be reached.
        """
        self._watch.forget()
        try:
            if self._credential is None:
                self._credential = self._new()
            return self._credential.get_token(self._scope)
        except (AzureError, ValueError):
            self._credential = None  # it caches failures, too, and would go on with this one
            raise self._meaning() from None

    def _meaning(self) -> LinkerError:
        if self._watch.failed:
            return DataverseUnavailable(TOKENS_UNREACHABLE)
        return Misconfigured(REFUSED if self._watch.answered else NO_IDENTITY)
