"""An HTTP request and response as plain data: what passes between Azure Functions and the service."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shared.core.text import valid

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON = "application/json"


def to_json(content: BaseModel) -> str:
    """JSON of an answer, whatever its texts hold: half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return content.model_dump_json(exclude_none=True)
    except ValueError:
        return valid(json.dumps(content.model_dump(exclude_none=True), ensure_ascii=False))


@dataclass(frozen=True)
class ApiRequest:
    """One HTTP request: body, headers and query by lower-case name, the id of the invocation and its `traceparent`."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
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
