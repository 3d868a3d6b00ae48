"""The text of a `$batch`: several GETs out in one body, their answers back in the same order. Pure.

Rules: Web API docs, "Execute batch operations": CRLF everywhere, also at the very end, one status line per part.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import uuid4

T = TypeVar("T")


Row = Mapping[str, Any]
"""A JSON object as Dataverse sent it. Nothing past a `parse` sees one."""


UNAVAILABLE: Any = object()
"""The answer to an optional read that Dataverse does not answer for now, also when it is repeated."""


NO_HEADERS: Mapping[str, str] = {}


class Get(Generic[T]):
    """One read: the resource with its query, relative to the service root, and headers of its own.

    `parse` makes what the caller wants of the body, or raises DataverseUnavailable where that is not what was asked
    for. `names_conversation`: the resource is a conversation, so "does not exist" speaks of the conversation.
    `optional`: where it is refused for good, the answer is None; where it stays unavailable, it is UNAVAILABLE. The
    others are not refused with it.
    """

    def __init__(
        self,
        resource: str,
        parse: Callable[[Row], T],
        headers: Mapping[str, str] = NO_HEADERS,
        names_conversation: bool = False,
        optional: bool = False,
    ) -> None:
        self.resource = resource
        self.parse = parse
        self.headers = headers
        self.names_conversation = names_conversation
        self.optional = optional


class Part(NamedTuple):
    """One answer: HTTP status, headers by lower-case name, the JSON body ({} where there is none), its Content-ID."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]
    content_id: str = ""


class MalformedBatch(ValueError):
    """The answer is not the multipart text that a `$batch` ends with."""


def encode(requests: Sequence[Get[Any]], service_path: str) -> tuple[str, bytes]:
    """The content type and the body that ask all `requests`; `service_path` is the likes of `/api/data/v9.2/`."""
    boundary = f"batch_{uuid4()}"
    parts = "".join(
        f"--{boundary}\r\n{_request(request, number, service_path)}" for number, request in enumerate(requests, 1)
    )
    return f'multipart/mixed; boundary="{boundary}"', f"{parts}--{boundary}--\r\n".encode("ascii")


def _request(request: Get[Any], number: int, service_path: str) -> str:
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return (
        f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
        f"GET {service_path}{request.resource} HTTP/1.1\r\nAccept: application/json\r\n{headers}\r\n\r\n"
    )


def decode(content_type: str, body: bytes) -> list[Part]:
    """The parts of a batch answer, in the order of its requests: fewer where the first error ended it.

    Dataverse answers in that order; where the parts bear the Content-IDs of their requests, these decide.

    Raises:
        MalformedBatch: no boundary, no parts, a part without a status line, one whose body is not a JSON object, or
            Content-IDs that are not those of the first requests.
    """
    found = _BOUNDARY.search(content_type)
    if not found:
        raise MalformedBatch("no boundary")
    delimiter = b"\n--" + (found["quoted"] or found["bare"]).encode("latin-1")
    sections = (b"\n" + body).replace(b"\r" + delimiter, delimiter).split(delimiter)
    parts = [_part(section) for section in sections[1:] if not section.startswith(b"--")]
    if not parts:
        raise MalformedBatch("no parts")
    return _by_id(parts) if any(part.content_id for part in parts) else parts


def _by_id(parts: list[Part]) -> list[Part]:
    by_id = {part.content_id: part for part in parts}
    wanted = [str(number) for number in range(1, len(parts) + 1)]
    if by_id.keys() != set(wanted):
        raise MalformedBatch("parts of other requests")
    return [by_id[id] for id in wanted]


def _part(section: bytes) -> Part:
    pieces = _BLANK_LINE.split(section, maxsplit=2)
    lines = pieces[1].decode("latin-1").strip().splitlines() if len(pieces) > 1 else []
    status = _STATUS_LINE.match(lines[0]) if lines else None
    if not status:
        raise MalformedBatch("a part without a status line")
    own = dict(_header(line) for line in pieces[0].decode("latin-1").splitlines())
    body = _body(int(status[1]), pieces[2] if len(pieces) > 2 else b"")
    return Part(int(status[1]), dict(map(_header, lines[1:])), body, own.get("content-id", ""))


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
