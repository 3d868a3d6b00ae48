"""The current access token, at hand for every thread; `credential` gets new ones.

One fetch at a time, in a thread of its own and with a limit: azure-identity has none for a whole sign-in, and a token
service that hangs must not hold whoever comes later.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING

from shared.core.context import Deadline
from shared.core.errors import TOKENS_UNREACHABLE, DataverseUnavailable

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

    from shared.dataverse.credential import Credential

MARGIN_SECONDS = 300
"""A token with less time than this left is renewed in the background, while everyone goes on with it."""

LAST_SECONDS = 30
"""A token with less time than this left is good for nobody."""

PAUSE_SECONDS = 30
"""Between two attempts to renew a token that is still good."""

FETCH_SECONDS = 5
"""A fetch takes no longer; one that does, in a look-up of a name for example, is given up for a new credential."""

MAX_FETCHES = 8
"""Fetches at work at once: the current one, and those that were given up and still hang."""


class TokenCache:
    """Access tokens for one scope. Threads wait only where there is no usable token at all."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(MAX_FETCHES, thread_name_prefix="token")
        self._credential: Credential | None = None
        self._current: AccessToken | None = None
        self._fetch: Future[AccessToken] | None = None
        self._fetch_ends = Deadline(0.0)
        self._ahead: Future[AccessToken] | None = None
        self._not_before = 0.0

    def get(self, deadline: Deadline) -> AccessToken:
        """A token that is good for some seconds at least; nobody waits for it past `deadline`.

        Raises:
            Misconfigured: the identity is refused or there is none.
            DataverseUnavailable: the token service cannot be reached, or not in time.
        """
        ahead, self._ahead = self._ahead, None
        if ahead and self._fetch_ends.left() > 0:  # later, the token may have ended, and its error is an old one
            return self._result(ahead, deadline)
        current = self._current
        if current is None or not is_fresh(current):
            return self._result(self._started(current), deadline)
        if _left(current) < MARGIN_SECONDS and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + PAUSE_SECONDS
            self._started(current)
        return current

    def fetch_ahead(self) -> None:
        """Begin to get the first token; whoever needs it first waits for it, or meets its error."""
        self._ahead = self._started(None)

    def instead_of(self, refused: AccessToken, deadline: Deadline) -> AccessToken:
        """A token from past every cache, after Dataverse refused one; what another thread got meanwhile will do."""
        with self._lock:
            if self._current is not None and self._current.token == refused.token:
                self._current, self._credential = None, None
        return self.get(deadline)

    def _started(self, former: AccessToken | None) -> Future[AccessToken]:
        """The fetch that is at work, else a new one; one that is done where `former` was renewed meanwhile."""
        with self._lock:
            if self._current is not None and self._current is not former:
                done: Future[AccessToken] = Future()
                done.set_result(self._current)
                return done
            if self._fetch is not None:
                if self._fetch_ends.left() > 0:
                    return self._fetch
                self._credential = None  # it hangs where no deadline ends it
            self._fetch_ends = Deadline.after(FETCH_SECONDS)
            fetch = self._fetch = self._threads.submit(self._ask, self._fetch_ends)
        fetch.add_done_callback(self._finished)  # outside the lock: it may be done already, and is then called here
        return fetch

    def _ask(self, deadline: Deadline) -> AccessToken:
        # With all that it pulls in, the largest single cost of a cold start.
        from shared.dataverse.credential import Credential

        credential = self._credential
        if credential is None:
            credential = self._credential = Credential(self._scope)
        return credential.token(deadline)

    def _finished(self, fetch: Future[AccessToken]) -> None:
        with self._lock:
            if self._fetch is fetch:
                self._fetch = None
                if fetch.exception() is None:
                    self._current = fetch.result()

    def _result(self, fetch: Future[AccessToken], deadline: Deadline) -> AccessToken:
        try:
            return fetch.result(timeout=max(0.0, min(FETCH_SECONDS, deadline.left())))
        except FutureTimeout:
            raise DataverseUnavailable(TOKENS_UNREACHABLE) from None


def is_fresh(token: AccessToken) -> bool:
    """Whether a token is good for some seconds by what it says of itself."""
    return _left(token) >= LAST_SECONDS


def _left(token: AccessToken) -> float:
    return token.expires_on - time.time()
