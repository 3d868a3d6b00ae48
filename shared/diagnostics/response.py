"""What is asked of a diagnosis, and its answer: JSON, or a page where a browser asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared import __version__
from shared.contract.http import JSON, ApiRequest, ApiResponse
from shared.diagnostics.report import Report

HTML = "text/html"


def conversation_id(call: ApiRequest) -> str:
    """The conversation to look at, as it was written; names match in any case."""
    return call.query.get("conversationid", "").strip()[:100]


def with_create_case(call: ApiRequest) -> bool:
    """Whether what only `createCase` needs is looked at, too: unless `createCase=false` is asked."""
    return call.query.get("createcase", "").strip().lower() not in ("false", "no", "0")


def reply(call: ApiRequest, report: Report, headers: Mapping[str, str]) -> ApiResponse:
    """200 where the app is ready, else 503."""
    content = report.content() | {
        "version": __version__,
        "checkedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "requestId": call.request_id,
    }
    status = 200 if content["ready"] else 503
    if wants_page(call.headers.get("accept", "")):
        return _page(status, content, headers)
    return ApiResponse(status, json.dumps(content, ensure_ascii=False), headers)


def wants_page(accept: str) -> bool:
    """Whether a browser asks: it names HTML, and JSON not before it."""
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    return HTML in kinds and JSON not in kinds[: kinds.index(HTML)]


def _page(status: int, content: Mapping[str, Any], headers: Mapping[str, str]) -> ApiResponse:
    from shared.diagnostics.page import POLICY, page

    return ApiResponse(status, page(content), {**headers, "Content-Security-Policy": POLICY}, f"{HTML}; charset=utf-8")
