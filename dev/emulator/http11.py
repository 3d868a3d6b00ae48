"""HTTP/1.1 as bytes: a request off a stream, a response onto one. No more of it than the Web API needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

MAX_HEAD = 256 * 1024
MAX_BODY = 128 * 1024 * 1024
CRLF = b"\r\n"
REASONS = {status.value: status.phrase for status in HTTPStatus}


class BadRequest(Exception):
    """Bytes that are no HTTP request; the connection ends."""


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
    """One answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float = 0.0


def read_headers(stream: BinaryIO) -> dict[str, str]:
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


def read_request(stream: BinaryIO) -> Request | None:
    """The next request, None at the end of the connection. BadRequest for anything else."""
    line = stream.readline(MAX_HEAD)
    if not line:
        return None
    words = line.decode("latin-1").rstrip("\r\n").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("request line")
    headers = read_headers(stream)
    return Request(words[0], words[1], headers, _read_body(stream, headers))


def _read_body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _read_chunks(stream)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY:
        raise BadRequest("content-length")
    body = stream.read(int(length))
    if len(body) != int(length):
        raise BadRequest("body")
    return body


def _read_chunks(stream: BinaryIO) -> bytes:
    chunks = []
    while True:
        try:
            size = int(stream.readline(MAX_HEAD).partition(b";")[0], 16)
        except ValueError as error:
            raise BadRequest("chunk") from error
        if size == 0:
            break
        chunks.append(stream.read(size))
        stream.readline(MAX_HEAD)
    read_headers(stream)
    return b"".join(chunks)


def head(status: int, headers: dict[str, str]) -> bytes:
    """Status line and headers, with the empty line."""
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def write(response: Response) -> bytes:
    """The whole answer, ready to be sent in one piece."""
    headers = dict(response.headers)
    if response.status != 204 and response.status != 304:
        headers["Content-Length"] = str(len(response.body))
    return head(response.status, headers) + response.body
