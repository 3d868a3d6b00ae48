"""The question to the app, and what keeps it from an answer."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests

ROUTE = "/api/diagnose"
TIMEOUT = (10, 90)
"""Seconds to connect and to wait: an app that sleeps has to start first, and its own budget is at most 60."""


class Unanswered(Exception):
    """There is no diagnosis; the text says why and what to do."""


@dataclass(frozen=True)
class Question:
    """Whom to ask, with what, about what."""

    url: str
    key: str
    token: str
    conversation_id: str
    create_case: bool

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers; the key never stands in the URL, which proxies and logs keep."""
        headers = {"Accept": "application/json"}
        if self.key:
            headers["x-functions-key"] = self.key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    @property
    def query(self) -> dict[str, str]:
        """The request's query."""
        query = {"conversationId": self.conversation_id} if self.conversation_id else {}
        return query if self.create_case else {**query, "createCase": "false"}


def base_url(text: str) -> str:
    """The address of an app, as it may be pasted: with or without a scheme and a path.

    Without a scheme it is https, on this machine http: `func start` and `python3 -m dev start` serve nothing else.

    Raises:
        argparse.ArgumentTypeError: no address, or one to which a key may not be sent.
    """
    try:
        parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
        if "://" not in text and _is_here(parts.hostname or ""):
            parts = parts._replace(scheme="http")
        host, netloc = parts.hostname, parts.netloc
    except ValueError:
        host = netloc = ""
        parts = urlsplit("")
    if not host or parts.scheme not in ("http", "https") or "@" in netloc:
        raise argparse.ArgumentTypeError("is not an address like https://<name>.azurewebsites.net")
    if parts.scheme == "http" and not _is_here(host):
        raise argparse.ArgumentTypeError("must begin with https://, or the key would be sent in the clear")
    return f"{parts.scheme}://{netloc}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def ask(question: Question, for_a_key: Callable[[], str]) -> dict[str, Any]:
    """The app's diagnosis; where it wants a key and there is none, once more with the one that is then given.

    Raises:
        Unanswered: not reached, no access, or no diagnosis in the answer.
    """
    response = _get(question)
    if response.status_code == requests.codes.unauthorized and not (question.key or question.token):
        key = for_a_key().strip()
        response = _get(replace(question, key=key)) if key else response
    return _diagnosis(response, question.url)


def _get(question: Question) -> requests.Response:
    try:
        return requests.get(
            question.url + ROUTE,
            params=question.query,
            headers=question.headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.Timeout:
        raise Unanswered(f"{question.url} did not answer in time. Does the app run? Look at its log stream.") from None
    except requests.exceptions.SSLError:
        raise Unanswered(f"The certificate of {question.url} could not be verified.") from None
    except (requests.RequestException, UnicodeError):
        raise Unanswered(f"{question.url} could not be reached. Is the address right, and does the app run?") from None


NO_DIAGNOSIS = {
    401: "the key is missing or wrong. Set LINKER_KEY to a host key or function key of the app "
    "(az functionapp keys list), or LINKER_TOKEN behind Entra sign-in.",
    403: "access is denied: by an access restriction of the Function App, or its allowed applications.",
    404: "there is no Conversation Linker at this address, or its functions are not loaded: see the log at start.",
}


def _diagnosis(response: requests.Response, url: str) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        content = None
    if isinstance(content, dict) and isinstance(content.get("checks"), list) and "ready" in content:
        return content
    status = response.status_code
    reason = NO_DIAGNOSIS.get(status, "that is no diagnosis. Is this the app? Look at its log stream.")
    raise Unanswered(f"{url} answered with HTTP {status}: {reason}")
