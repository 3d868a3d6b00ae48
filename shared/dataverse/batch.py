"""The text of a `$batch`: several GETs out in one body, their answers back in the same order. Pure.

Rules: Web API docs, "Execute batch operations": CRLF everywhere, also at the very end, one status line per part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


@dataclass(frozen=True)
class Get:
    """One read: the resource with its query, relative to the service root, and headers of its own."""

    resource: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One answer: HTTP status, headers by lower-case name, and the JSON body ({} where there is none)."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class MalformedBatch(ValueError):
    """The answer is not the multipart text that a `$batch` ends with."""


def encode(requests: Sequence[Get], service_path: str) -> tuple[str, bytes]:
    """The content type and the body that ask all `requests`; `service_path` is the likes of `/api/data/v9.2/`."""
    boundary = f"batch_{uuid4()}"
    parts = "".join(f"--{boundary}\r\n{_request(request, service_path)}" for request in requests)
    return f'multipart/mixed; boundary="{boundary}"', f"{parts}--{boundary}--\r\n".encode("ascii")


def _request(request: Get, service_path: str) -> str:
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return (
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"GET {service_path}{request.resource} HTTP/1.1\r\nAccept: application/json\r\n{headers}\r\n\r\n"
    )


def decode(content_type: str, body: bytes) -> list[Part]:
    """The parts of a batch answer, in order.

    Raises:
        MalformedBatch: no boundary, no parts, a part without a status line, or a body that is not a JSON object.
    """
    found = _BOUNDARY.search(content_type)
    if not found:
        raise MalformedBatch("no boundary")
    delimiter = b"\n--" + (found["quoted"] or found["bare"]).encode("latin-1")
    sections = (b"\n" + body).replace(b"\r" + delimiter, delimiter).split(delimiter)
    parts = [_part(section) for section in sections[1:] if not section.startswith(b"--")]
    if not parts:
        raise MalformedBatch("no parts")
    return parts


def _part(section: bytes) -> Part:
    pieces = _BLANK_LINE.split(section, maxsplit=2)
    if len(pieces) < 2:
        raise MalformedBatch("a part without a response")
    status_line, *header_lines = pieces[1].decode("latin-1").strip().splitlines()
    status = _STATUS_LINE.match(status_line)
    if not status:
        raise MalformedBatch("a part without a status line")
    headers = dict(_header(line) for line in header_lines)
    return Part(int(status[1]), headers, _body(int(status[1]), pieces[2] if len(pieces) > 2 else b""))


def _body(status: int, body: bytes) -> dict[str, Any]:
    """The JSON of an answer; of an error, whose status says enough, {} where a proxy wrote something else."""
    try:
        return json_object(body)
    except MalformedBatch:
        if status < 300:
            raise
        return {}


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object that `body` holds, {} where it is blank.

    Raises:
        MalformedBatch: anything else.
    """
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedBatch("a body that is not JSON") from error
    if not isinstance(value, dict):
        raise MalformedBatch("a body that is no object")
    return value


_BOUNDARY = re.compile(r'boundary=(?:"(?P<quoted>[^"]+)"|(?P<bare>[^;\s]+))', re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(r"HTTP/\d(?:\.\d)? (\d{3})")
