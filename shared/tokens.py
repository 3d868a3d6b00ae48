"""The app's access token: azure-identity gets it, this room keeps the current one at hand for every thread.

azure-identity is imported when the first token is needed: that import is the largest single cost of a cold start.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .errors import DataverseUnavailable, Misconfigured

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

MARGIN_SECONDS = 300
"""A token with less time than this left is asked for again; azure-identity then decides whether to refresh it."""


class Tokens:
    """Access tokens for one scope. Threads share the current token without waiting for each other."""

    def __init__(self, scope: str, credential: TokenCredential | None = None) -> None:
        self._scope = scope
        self._credential = credential
        self._current: AccessToken | None = None

    def get(self) -> str:
        """A token that is good for some minutes.

        Raises:
            Misconfigured: the identity is refused or there is none.
            DataverseUnavailable: the token service cannot be reached.
        """
        current = self._current
        if current is None or current.expires_on - time.time() < MARGIN_SECONDS:
            current = self._current = self._fetch()
        return current.token

    def expires(self) -> float:
        """When the current token ends, in seconds since 1970; 0 where there is none yet."""
        return self._current.expires_on if self._current else 0.0

    def _fetch(self) -> AccessToken:
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.identity import CredentialUnavailableError, DefaultAzureCredential

        try:
            if self._credential is None:
                self._credential = DefaultAzureCredential(retry_total=0, connection_timeout=3, read_timeout=5)
            return self._credential.get_token(self._scope)
        except CredentialUnavailableError:
            raise Misconfigured(NO_IDENTITY) from None
        except ClientAuthenticationError:
            raise Misconfigured(REFUSED_IDENTITY) from None
        except AzureError:
            raise DataverseUnavailable("The token service cannot be reached right now; repeat the call.") from None
        except ValueError:
            raise Misconfigured(NO_IDENTITY) from None


NO_IDENTITY = (
    "The app has no identity to sign in with; enable a managed identity, and set AZURE_CLIENT_ID where it is "
    "user-assigned (AZURE_TOKEN_CREDENTIALS says which credentials are tried)."
)
REFUSED_IDENTITY = "The token service refused the app's identity; check AZURE_CLIENT_ID and DATAVERSE_URL."
