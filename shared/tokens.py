"""The current access token, at hand for every thread; `identity` gets new ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

    from .identity import Identity

MARGIN_SECONDS = 300
"""A token with less time than this left is renewed by one thread, while the others go on with it."""

LAST_SECONDS = 30
"""A token with less time than this left is good for nobody."""


class Tokens:
    """Access tokens for one scope. Threads wait for each other only where there is no usable token at all."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._lock = threading.Lock()
        self._identity: Identity | None = None
        self._current: AccessToken | None = None
        self._first: Future[str] | None = None

    def get(self) -> str:
        """A token that is good for some seconds at least.

        Raises:
            Misconfigured: the identity is refused or there is none.
            DataverseUnavailable: the token service cannot be reached.
        """
        first, self._first = self._first, None
        return first.result() if first else self._get()

    def _get(self) -> str:
        current = self._current
        if current is None or _left(current) < LAST_SECONDS:
            with self._lock:
                return self._renewed(current)
        if _left(current) < MARGIN_SECONDS and self._lock.acquire(blocking=False):
            try:
                return self._renewed(current)
            finally:
                self._lock.release()
        return current.token

    def fetch_ahead(self, start: Callable[[Callable[[], str]], Future[str]]) -> None:
        """Begin to get the first token, by `start`; whoever needs it first waits for it, or meets its error."""
        self._first = start(self._get)

    def instead_of(self, refused: str) -> str:
        """A token from past every cache, after Dataverse refused one; what another thread got meanwhile will do."""
        with self._lock:
            current = self._current
            if current is not None and current.token == refused:
                if self._identity:
                    self._identity.forget()
                return self._renewed(current)
        return self.get()

    def expires(self) -> float:
        """When the current token ends, in seconds since 1970; 0 where there is none yet."""
        return self._current.expires_on if self._current else 0.0

    def _renewed(self, former: AccessToken | None) -> str:
        """The token of another thread that renewed `former` meanwhile, else a new one. Holds the lock."""
        if self._current is None or self._current is former:
            self._current = self._identity_now().token()
        return self._current.token

    def _identity_now(self) -> Identity:
        if self._identity is None:
            from .identity import Identity

            self._identity = Identity(self._scope)
        return self._identity


def _left(token: AccessToken) -> float:
    return token.expires_on - time.time()
