"""HTTP/1.1 as bytes: a request off a stream, a response onto one. RFC 9112, as far as the callers of `dev` go."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

MAX_HEAD = 256 * 1024
MAX_BODY = 100 * 1024 * 1024
"""Bytes of the largest body, unless a server says otherwise: as much as the Functions host takes."""

CRLF = b"\r\n"
REASONS = {status.value: status.phrase for status in HTTPStatus}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "date"})
"""Headers that the server writes itself."""


class BadRequest(Exception):
    """Bytes that are no HTTP request, or more of them than are taken: answered with `status`, then the end."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass(slots=True)
class Request:
    """One request; header names in lower case, repeated ones joined with a comma."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query string."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The raw query string."""
        return self.target.partition("?")[2]


@dataclass(slots=True)
class Response:
    """One response; ``drip`` are seconds between pieces of its body, 0 for all of it at once."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float = 0.0


def read_head(stream: BinaryIO) -> Request | None:
    """The next request without its body, None at the end of the connection. BadRequest for anything else."""
    line = stream.readline(MAX_HEAD)
    if not line:
        return None
    words = line.decode("latin-1").rstrip("\r\n").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("request line")
    headers = _read_headers(stream)
    if words[2] == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return Request(words[0], words[1], headers)


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    """Header lines up to the empty one."""
    headers: dict[str, str] = {}
    size = 0
    while True:
        line = stream.readline(MAX_HEAD)
        size += len(line)
        if not line.endswith(CRLF) or size > MAX_HEAD:
            raise BadRequest("headers")
        if line == CRLF:
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or name != name.strip():
            raise BadRequest("header")
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value


def read_body(stream: BinaryIO, headers: dict[str, str], limit: int = MAX_BODY) -> bytes:
    """The body that these headers announce. BadRequest where its length cannot be known or is above the limit."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _read_chunks(stream, limit)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("content-length")
    return _read_exactly(stream, int(length), limit)


def _read_chunks(stream: BinaryIO, limit: int) -> bytes:
    body = bytearray()
    while True:
        try:
            size = int(stream.readline(MAX_HEAD).partition(b";")[0], 16)
        except ValueError as error:
            raise BadRequest("chunk") from error
        if size < 0:
            raise BadRequest("chunk")
        if size == 0:
            _read_headers(stream)  # trailers
            return bytes(body)
        body += _read_exactly(stream, size, limit - len(body))
        if stream.readline(MAX_HEAD) != CRLF:
            raise BadRequest("chunk")


def _read_exactly(stream: BinaryIO, length: int, limit: int) -> bytes:
    if length > limit:
        raise BadRequest("body", 413)
    body = stream.read(length)
    if len(body) < length:
        raise BadRequest("body")
    return body


def head(response: Response, date: str, closing: bool) -> bytes:
    """Status line and headers, with the empty line; framing headers are the server's own, whatever was set."""
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items() if name.lower() not in _FRAMING]
    lines.append(f"Date: {date}")
    if response.status not in (204, 304):
        lines.append(f"Content-Length: {len(response.body)}")
    if closing:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
