"""The page's answers as HTTP, and the headers that keep them harmless in a browser."""

from __future__ import annotations

import json
from typing import Any

from dev.http.messages import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # the browser itself refuses innerHTML with a text
    )
)

GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def content(body: bytes, kind: str, status: int = 200, **headers: str) -> Response:
    """Bytes of a content type, guarded."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": kind, **GUARDS, **named}, body)


def as_json(value: Any, status: int = 200, **headers: str) -> Response:
    """A value as JSON."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return content(data, "application/json; charset=utf-8", status, **headers)


def refusal(status: int, words: str, **headers: str) -> Response:
    """What is not served, in words."""
    return content(words.encode(), "text/plain; charset=utf-8", status, **headers)
