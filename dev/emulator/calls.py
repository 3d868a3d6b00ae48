"""What was asked of the emulator, for tests and benchmarks to look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from dev.http.messages import Request


@dataclass(slots=True)
class Call:
    """One request and the status of its answer (0: none was sent). ``parts`` are the requests inside a ``$batch``.

    ``path`` is the whole path (``/api/data/v9.2/contacts``), ``query`` the raw query string, header names are lower
    case.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    parts: list[Call] = field(default_factory=list)


def record(request: Request) -> Call:
    """The record of a request that has no answer yet."""
    return Call(request.method, request.path, request.query, request.headers, request.body)
