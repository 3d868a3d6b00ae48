"""Answers: JSON, nothing, or an error."""

from __future__ import annotations

import json
import uuid
from typing import Any

from dev.http.messages import Response

from . import errors, prefer

JSON_TYPE = "application/json; odata.metadata=minimal"


def empty(status: int = 204, headers: dict[str, str] | None = None) -> Response:
    """An answer without a body."""
    return Response(status, {"OData-Version": "4.0", **(headers or {})})


def json_answer(status: int, content: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer with a JSON body. Half a surrogate pair is no UTF-8; it goes out as an escape, as it came in."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return Response(status, {"Content-Type": JSON_TYPE, "OData-Version": "4.0", **(headers or {})}, data)


def refusal(error: errors.ApiError, wishes: prefer.Preferences = prefer.NONE) -> Response:
    """An error as JSON ("Parse errors from the response"); details only where annotations are asked for."""
    content: dict[str, Any] = {"code": error.code, "message": error.message}
    if wishes.annotates("Microsoft.PowerApps.CDS.HelpLink"):
        content["@Microsoft.PowerApps.CDS.HelpLink"] = (
            f"http://go.microsoft.com/fwlink/?LinkID=398563&error={error.code}"
        )
    if wishes.annotates("Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"):
        content["@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"] = "0"
    return json_answer(error.status, {"error": content}, {"REQ_ID": str(uuid.uuid4()), **error.headers})
