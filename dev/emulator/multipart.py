"""The body of a batch request, taken apart.

"Execute batch operations using the Web API": CRLF everywhere, the last line too; 1000 requests at most. The
address of a request may hold blanks and letters that are not escaped, as Microsoft's SDK for Python sends them.
By hand: libraries for multipart, the e-mail package too, let pass what Dataverse refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dev.http.messages import Request

from . import errors

MAX_PARTS = 1000
_BOUNDARY = re.compile(r'multipart/mixed\s*;.*boundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE | re.DOTALL)
_REQUEST_LINE = re.compile(r"([A-Z]+) (\S(?:.*\S)?) HTTP/1\.1")


@dataclass(slots=True)
class Part:
    """One request, with its Content-ID."""

    request: Request
    content_id: str | None = None


@dataclass(slots=True)
class ChangeSet:
    """Requests that take effect together or not at all."""

    parts: list[Part] = field(default_factory=list)


def parse(request: Request, base: str) -> list[Part | ChangeSet]:
    """The parts of a batch request. ApiError 400 for what breaks the format, UnicodeDecodeError for no UTF-8."""
    body = request.body
    if re.search(rb"(?<!\r)\n", _headers_only(body)) or not body.endswith(b"\r\n"):
        raise unreadable()
    items: list[Part | ChangeSet] = []
    for headers, content in _split(body, _boundary(request.headers.get("content-type", ""))):
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            items.append(ChangeSet([_part(*inner, base) for inner in _split(content, _boundary(kind))]))
        else:
            items.append(_part(headers, content, base))
    if len(flat(items)) > MAX_PARTS:
        raise errors.ApiError(
            400, errors.CATCH_ALL, f"The batch contains more than the maximum of {MAX_PARTS} requests."
        )
    return items


def flat(items: list[Part | ChangeSet]) -> list[Part]:
    """Every request, in order."""
    return [part for item in items for part in (item.parts if isinstance(item, ChangeSet) else [item])]


def unreadable() -> errors.ApiError:
    """What lines that do not end in CRLF come to (Web API client errors)."""
    return errors.ApiError(
        400,
        errors.PAYLOAD,
        "Error identified in Payload provided by the user for Entity :'', For more information on this error please "
        "follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : "
        "System.ArgumentException: Stream was not readable.",
    )


def _headers_only(body: bytes) -> bytes:
    """The body without the lines of JSON bodies, which may break as they like."""
    return re.sub(rb"(?<=\r\n\r\n)[{\[][\s\S]*?(?=\r\n--|\Z)", b"", body)


def _boundary(content_type: str) -> str:
    found = _BOUNDARY.match(content_type)
    if not found:
        raise errors.ApiError(400, errors.PAYLOAD, f"Invalid multipart boundary in the content type '{content_type}'.")
    return found[1] or found[2]


def _split(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Headers and content of each part; ApiError where the closing boundary is missing."""
    mark = b"\r\n--" + boundary.encode("latin-1", "replace")
    _, *pieces = (b"\r\n" + body).split(mark)
    if not pieces or not pieces[-1].startswith(b"--"):
        raise unreadable()
    for piece in pieces[:-1]:
        if not piece.startswith(b"\r\n"):
            raise unreadable()
        head, separator, content = piece[2:].partition(b"\r\n\r\n")
        if not separator:
            raise unreadable()
        yield _header_lines(head), content


def _header_lines(head: bytes) -> dict[str, str]:
    lines = [line.partition(":") for line in head.decode("latin-1").split("\r\n") if line]
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _part(headers: dict[str, str], content: bytes, base: str) -> Part:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/http":
        raise errors.ApiError(
            400, errors.PAYLOAD, "The content type of a batch part must be application/http or multipart/mixed."
        )
    head, _, body = content.partition(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    found = _REQUEST_LINE.fullmatch(line.decode())
    if not found:
        raise errors.ApiError(400, errors.PAYLOAD, "The request line of a batch part must be 'VERB URL HTTP/1.1'.")
    target = found[2].removeprefix(base) if found[2].startswith(base + "/") else found[2]
    return Part(Request(found[1], target, _header_lines(rest), body.removesuffix(b"\r\n")), headers.get("content-id"))
