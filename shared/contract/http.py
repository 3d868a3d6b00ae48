"""An HTTP request and response as plain data: what passes between Azure Functions and the service."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.core.text import valid

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON = "application/json"


def to_json(content: "BaseModel") -> str:
    """JSON of an answer, whatever its texts hold: half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.

    Not pydantic's own: its serializer costs every new instance two milliseconds, and refuses half a pair.
    """
    return valid(json.dumps(_fields(content), ensure_ascii=False, separators=(",", ":"), default=_fields))


def _fields(content: "BaseModel") -> dict[str, Any]:
    return {name: value for name, value in content if value is not None}


class ApiRequest(NamedTuple):
    """One HTTP request: body, headers and query by lower-case name, the id of the invocation and its `traceparent`."""

    body: bytes = b""
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    invocation_id: str = ""
    trace_parent: str = ""

    @property
    def request_id(self) -> str:
        """The caller's correlation id where it is harmless, else the invocation's."""
        for name in ("x-correlation-id", "x-ms-client-request-id"):
            if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", self.headers.get(name, "")):
                return self.headers[name]
        return self.invocation_id

    @property
    def always(self) -> bool:
        """Whether the caller wants every end as 200 with all fields."""
        return self.query.get("always", "").strip().lower() in ("true", "yes", "1")


class ApiResponse(NamedTuple):
    """One HTTP response."""

    status: int
    body: str
    headers: Mapping[str, str]
    content_type: str = JSON
