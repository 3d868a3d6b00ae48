"""The parameters of a diagnosis, and its response: JSON, or a page where a browser asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from shared import __version__
from shared.contract.diagnosis import Diagnosis
from shared.contract.http import JSON, ApiRequest, ApiResponse, to_json
from shared.core.text import valid
from shared.diagnostics.report import Report

HTML = "text/html"


def conversation_id(http: ApiRequest) -> str:
    """The conversation to look at, as it was written; names match in any case."""
    return http.query.get("conversationid", "").strip()[:100]


def with_create_case(http: ApiRequest) -> bool:
    """Whether what only `createCase` needs is looked at, too: unless `createCase=false` is asked."""
    return http.query.get("createcase", "").strip().lower() not in ("false", "no", "0")


def response(http: ApiRequest, report: Report, headers: Mapping[str, str]) -> ApiResponse:
    """200 where the app is ready, else 503."""
    diagnosis = report.diagnosis(__version__, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), http.request_id)
    status = 200 if diagnosis.ready else 503
    if wants_page(http.headers.get("accept", "")):
        return _page(status, diagnosis, headers)
    return ApiResponse(status, to_json(diagnosis), headers)


def wants_page(accept: str) -> bool:
    """Whether a browser asks: it names HTML, and JSON not before it."""
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    return HTML in kinds and JSON not in kinds[: kinds.index(HTML)]


def _page(status: int, diagnosis: Diagnosis, headers: Mapping[str, str]) -> ApiResponse:
    from shared.diagnostics.page import POLICY, page

    return ApiResponse(status, valid(page(diagnosis)), {**headers, "Content-Security-Policy": POLICY}, HTML)
