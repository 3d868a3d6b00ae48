"""``$batch``: several requests in one, some of them all-or-nothing.

"Execute batch operations using the Web API": no batch in a batch, no GET in a change set, Content-ID references.
Without ``Prefer: odata.continue-on-error`` the first error stops the rest and is the outer status. A Content-ID comes
back with the answer to its request: the page shows it for change sets, OData 4.01 ("Responding to a Multipart Batch
Request") for every request. The answer to a failed change set is nested, too: one part with the error that undid it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.http.messages import REASONS, Request, Response

from . import errors
from .answers import refusal
from .api import MAX_URL_IN_BATCH, Api
from .multipart import ChangeSet, Part

Before = Callable[[Request, int], errors.ApiError | None]


@dataclass(slots=True)
class Execution:
    """Runs a batch for the caller whose client id is ``client``.

    ``before`` is asked ahead of each request (its index counts from 0) and may answer in its place.
    """

    api: Api
    client: str
    before: Before
    carry_on: bool
    index: int = -1
    statuses: list[int] = field(default_factory=list)

    def run(self, items: list[Part | ChangeSet]) -> Response:
        """The multipart answer."""
        boundary, answers, status = f"batchresponse_{uuid.uuid4()}", [], 200
        for item in items:
            if isinstance(item, ChangeSet):
                text, failed = self._change_set(item)
            else:
                response = self._one(item.request, {})
                text, failed = _written(response, item.content_id), response.status if response.status >= 400 else 0
            answers.append(text)
            if failed and not self.carry_on:
                status = failed
                break
        body = b"".join(b"--" + boundary.encode() + b"\r\n" + text for text in answers)
        headers = {"Content-Type": f"multipart/mixed; boundary={boundary}", "OData-Version": "4.0"}
        return Response(status, headers, body + f"--{boundary}--\r\n".encode())

    def _one(self, request: Request, references: dict[str, str]) -> Response:
        self.index += 1
        struck = self.before(request, self.index)
        if struck is not None:
            response = refusal(struck)
        elif request.path.endswith("/$batch"):
            response = refusal(
                errors.ApiError(400, errors.CATCH_ALL, "A batch request cannot contain a batch request.")
            )
        else:
            response = self.api.answer(request, self.client, references, MAX_URL_IN_BATCH)
        self.statuses.append(response.status)
        return response

    def _change_set(self, item: ChangeSet) -> tuple[bytes, int]:
        boundary, answers = f"changesetresponse_{uuid.uuid4()}", []
        try:
            with self.api.store.transaction():
                references: dict[str, str] = {}
                for part in item.parts:
                    response = self._change(part, references)
                    if response.status >= 400:
                        raise _Failed(response, part.content_id)
                    answers.append(_written(response, part.content_id))
        except _Failed as failure:
            # One answer for the whole set: the error that undid it.
            refused = _written(failure.response, failure.content_id)
            return _nested(boundary, [refused]), failure.response.status
        return _nested(boundary, answers), 0

    def _change(self, part: Part, references: dict[str, str]) -> Response:
        request = part.request
        if request.method == "GET":
            return self._refused(errors.ApiError(400, errors.CATCH_ALL, "A change set cannot contain a GET request."))
        try:
            target = _resolved(request.target, references)
        except errors.ApiError as error:
            return self._refused(error)
        response = self._one(Request(request.method, target, request.headers, request.body), references)
        place = response.headers.get("OData-EntityId", "")
        if part.content_id and place:
            references[f"${part.content_id}"] = place.removeprefix(self.api.root)
        return response

    def _refused(self, error: errors.ApiError) -> Response:
        self.index += 1
        self.statuses.append(error.status)
        return refusal(error)


class _Failed(Exception):
    def __init__(self, response: Response, content_id: str | None) -> None:
        super().__init__(response.status)
        self.response, self.content_id = response, content_id


def _resolved(target: str, references: dict[str, str]) -> str:
    """``$1`` and ``$1/column`` as URL of a later request in the change set."""
    name, slash, rest = target.removeprefix("/").partition("/")
    if not re.fullmatch(r"\$\w+", name) or name in ("$batch", "$metadata"):
        return target
    if name not in references:
        raise errors.ApiError(
            400, errors.CATCH_ALL, f"Content-ID Reference: '{name}' does not exist in the batch context."
        )
    return f"/api/data/v9.2/{references[name]}{slash}{rest}"


def _nested(boundary: str, answers: list[bytes]) -> bytes:
    """The answers to a change set as one part of the answer."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + text for text in answers)
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
    return head + body + f"--{boundary}--\r\n\r\n".encode()


def _written(response: Response, content_id: str | None) -> bytes:
    """A part of the answer."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id}"] if content_id else []
    lines += ["", f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + response.body + b"\r\n"
