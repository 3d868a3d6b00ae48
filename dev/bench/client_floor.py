"""The floor: what the app sent, replayed byte for byte over one warm session; nothing is read, nothing is decided.

Less cannot be done in two round trips with `requests`. Two things differ from what the app sent: the conversation's id,
and `If-Match: *` for the ETag, which only somebody who parses the answer can know.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from dev.bench import job
from dev.bench.client import Client, Threads, serve

_OWN = ("host", "connection", "content-length", "transfer-encoding", "if-match")


def session(token: str, size: int) -> requests.Session:
    """A session that asks the environment once, not at every call, and keeps a connection per thread."""
    made = requests.Session()
    made.trust_env = False
    made.verify = os.environ.get("REQUESTS_CA_BUNDLE", True)
    made.headers["Authorization"] = f"Bearer {token}"
    made.mount("https://", HTTPAdapter(pool_connections=1, pool_maxsize=size))
    return made


def replay(block: int, calls: list[list[dict[str, Any]]], url: str, own: requests.Session) -> Callable[[int], None]:
    """A function that does request `number`. `calls`: what the app sent for each customer, about one conversation."""
    sample = next(_key(call["path"]) for call in calls[0] if call["method"] == "PATCH")
    prepared = [[_template(call) for call in each] for each in calls]

    def link(number: int) -> None:
        conversation = job.conversation(block, number)
        for method, path, headers, body in prepared[job.customer(number)]:
            answer = own.request(
                method,
                url + path.replace(sample, conversation),
                headers=headers,
                data=body.replace(sample.encode(), conversation.encode()),
            )
            if answer.status_code >= 300:
                raise RuntimeError(f"{method} was answered {answer.status_code}")

    return link


def _key(path: str) -> str:
    """The id of the record that is written."""
    return path.partition("(")[2].rstrip(")")


def _template(call: dict[str, Any]) -> tuple[str, str, dict[str, str], bytes]:
    headers = {name: value for name, value in call["headers"].items() if name not in _OWN}
    if call["method"] == "PATCH":
        headers["If-Match"] = "*"
    return call["method"], call["path"], headers, call["body"].encode("latin-1")


def make(arguments: dict[str, Any]) -> Client:
    """The floor of this process."""
    threads = arguments["threads"]
    own = session(arguments["token"], threads)
    return Threads(replay(arguments["block"], arguments["calls"], arguments["url"], own), threads)


if __name__ == "__main__":
    serve(make, json.loads(sys.argv[1]))
