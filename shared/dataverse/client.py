"""The client of the Dataverse Web API: one `$batch` to read, one guarded PATCH to write, retried while that is safe.

Values of people travel in bodies alone: no outer URL, header, log line or error of
this room holds one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from shared import __version__
from shared.core.context import RequestContext
from shared.core.errors import (
    CaseExists,
    ConcurrencyUnsupported,
    ConversationChanged,
    ConversationNotFound,
    DataverseRefused,
    DataverseUnavailable,
    LinkerError,
)
from shared.dataverse import batch, odata, tracing
from shared.dataverse.batch import Get
from shared.dataverse.error_mapping import BY_STATUS, error_for
from shared.dataverse.retry import within_deadline
from shared.dataverse.token_cache import TokenCache
from shared.dataverse.transport import Response, Transport

R = TypeVar("R")

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
    "User-Agent": f"ConversationLinker/{__version__}",
}
"""Of every request (Web API docs, "Compose HTTP requests")."""


@dataclass(frozen=True)
class WhoAmIResult:
    """The answer to `WhoAmI`: the id of our user, what the round trip took, and the `Date` of the answer as sent."""

    user_id: str
    seconds: float
    date: str


class DataverseClient:
    """One environment. Safe to share between threads; make one per process."""

    def __init__(self, url: str, api_version: str, tokens: TokenCache) -> None:
        self.tokens = tokens
        self._path = f"/api/data/{api_version}/"
        self._transport = Transport(url, HEADERS)

    def read(self, reads: Mapping[str, Get], context: RequestContext) -> dict[str, dict[str, Any]]:
        """The bodies of several reads, by the name each was given, in one round trip.

        Raises:
            ConversationNotFound: a record that was read by its key does not exist.
            DataverseRefused, DataverseUnavailable: see `refusals`; a refused part refuses all.
        """

        def refuse(error: LinkerError) -> dict[str, Any]:
            raise error

        return self._batch(reads, context, refuse)

    def survey(self, reads: Mapping[str, Get], context: RequestContext) -> dict[str, dict[str, Any] | LinkerError]:
        """Like `read`, but a part that is refused for good comes back as its error and refuses no other.

        Raises:
            DataverseRefused, DataverseUnavailable: the whole was refused, or a part is unavailable for now.
        """

        def keep(error: LinkerError) -> LinkerError:
            if isinstance(error, DataverseUnavailable):
                raise error
            return error

        return self._batch(reads, context, keep)

    def _batch(
        self, reads: Mapping[str, Get], context: RequestContext, refused: Callable[[LinkerError], R]
    ) -> dict[str, dict[str, Any] | R]:
        """One `$batch`; what becomes of a part that was refused, `refused` says."""
        content_type, body = batch.encode(list(reads.values()), self._path)
        headers = {"Content-Type": content_type, "Prefer": "odata.continue-on-error"}

        def attempt() -> dict[str, dict[str, Any] | R]:
            response = self._send("POST", "$batch", headers, body, context, refused=_has_401)
            found: dict[str, dict[str, Any] | R] = {}
            parts = _parts(response)
            for name, part in zip([*reads, *("" for _ in parts)], parts, strict=False):
                found[name] = refused(_error_for(name, part, response)) if part.status >= 300 else _with_etag(part)
            if len(parts) != len(reads):
                raise DataverseUnavailable("Dataverse's answer was incomplete; repeat the call.")
            return found

        return within_deadline(context, attempt)

    def update(
        self, entity_set: str, record_id: str, etag: str, changes: Mapping[str, Any], context: RequestContext
    ) -> None:
        """Write `changes` to one record if it is still the version of `etag`; never creates a record.

        Raises:
            ConversationChanged: it is another version by now, perhaps through this very write (`trip.write_unsure`).
            ConversationNotFound, DataverseRefused, DataverseUnavailable: see `refusals`.
        """
        try:
            self._patch(odata.key(entity_set, record_id), {"If-Match": etag}, changes, context)
        except ConcurrencyUnsupported:
            self._patch(odata.key(entity_set, record_id), {"If-Match": "*"}, changes, context)

    def create(
        self, entity_set: str, record_id: str, row: Mapping[str, Any], select: str, context: RequestContext
    ) -> dict[str, Any]:
        """Create one record with a chosen id, never change one; the new row as far as Dataverse returns it.

        Raises:
            CaseExists: there is a record of that id, perhaps through this very call.
            DataverseRefused, DataverseUnavailable: see `refusals`.
        """
        headers = {"If-None-Match": "*", "Prefer": "return=representation"}
        try:
            return self._patch(odata.url(odata.key(entity_set, record_id), {"$select": select}), headers, row, context)
        except ConversationChanged:
            raise CaseExists("There is a record of that id.") from None
        except ConversationNotFound:
            raise DataverseRefused(
                "A record that the new case points to does not exist; check CASE_OWNER_TEAM_ID."
            ) from None

    def _patch(
        self, resource: str, condition: Mapping[str, str], body: Mapping[str, Any], context: RequestContext
    ) -> dict[str, Any]:
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **condition}

        def attempt() -> dict[str, Any]:
            try:
                response = self._send("PATCH", resource, headers, content, context)
                if response.status >= 300:
                    raise error_for(response.status, response.headers, _json(response))
                return _accepted(response)
            except DataverseUnavailable:
                context.write_unsure = True
                raise

        return within_deadline(context, attempt)

    def who_am_i(self, context: RequestContext) -> WhoAmIResult:
        """Who Dataverse thinks we are, and how far away it is.

        Raises:
            DataverseRefused, DataverseUnavailable, Misconfigured.
        """
        response, seconds = self._get("WhoAmI", context)
        return WhoAmIResult(str(_json(response).get("UserId", "")), seconds, response.headers.get("date", ""))

    def get(self, resource: str, context: RequestContext) -> dict[str, Any]:
        """The body of one read by itself; `resource` may hold nothing but names and ids.

        Raises:
            DataverseRefused, DataverseUnavailable, Misconfigured.
        """
        return _json(self._get(resource, context)[0])

    def _get(self, resource: str, context: RequestContext) -> tuple[Response, float]:
        """The answer, and the seconds that its round trip took."""

        def attempt() -> tuple[Response, float]:
            started = time.monotonic()
            response = self._send("GET", resource, {}, None, context)
            if response.status >= 300:
                raise error_for(response.status, response.headers, _json(response))
            return response, time.monotonic() - started

        return within_deadline(context, attempt)

    def _send(
        self,
        method: str,
        resource: str,
        headers: Mapping[str, str],
        body: bytes | None,
        context: RequestContext,
        refused: Callable[[Response], bool] = lambda response: response.status == 401,
    ) -> Response:
        """One round trip; a second one with a fresh token where Dataverse refuses the token of the first."""
        token = self.tokens.get()
        response = self._round_trip(method, resource, headers, body, token, context)
        if not refused(response):
            return response
        context.retries += 1
        return self._round_trip(method, resource, headers, body, self.tokens.instead_of(token), context)

    def _round_trip(
        self,
        method: str,
        resource: str,
        headers: Mapping[str, str],
        body: bytes | None,
        token: str,
        context: RequestContext,
    ) -> Response:
        own = {
            "Authorization": f"Bearer {token}",
            "x-ms-correlation-id": context.correlation_id,
            "x-ms-client-request-id": str(uuid4()),
            **tracing.handed_on(context.trace_parent),
        }
        context.deadline.remaining()
        context.round_trips += 1
        response = self._transport.send(method, self._path + resource, {**headers, **own}, body, context.deadline)
        context.throttled += response.status == 429 or _STATUS_429.search(response.body) is not None
        return response


UNREADABLE = "Dataverse's answer could not be read; repeat the call."

READ_BY_KEY = ("conversation", "workstream")
"""The reads that ask for the conversation itself: only of them does "does not exist" speak of the conversation."""


def _error_for(name: str, part: batch.Part, response: Response) -> LinkerError:
    """What a refused part means; a wait that only the batch as a whole asks for counts for it."""
    headers = {"retry-after": response.headers["retry-after"]} if "retry-after" in response.headers else {}
    error = error_for(part.status, {**headers, **part.headers}, part.body)
    if isinstance(error, ConversationNotFound) and name not in READ_BY_KEY:
        return DataverseRefused(BY_STATUS[404])
    return error


def _has_401(response: Response) -> bool:
    return response.status == 401 or _STATUS_401.search(response.body) is not None


_STATUS_401 = re.compile(rb"\nHTTP/\d(?:\.\d)? 401\b")
_STATUS_429 = re.compile(rb"\nHTTP/\d(?:\.\d)? 429\b")


def _accepted(response: Response) -> dict[str, Any]:
    """The JSON object of a write that was accepted, {} where there is none; a page is no answer of Dataverse."""
    try:
        return batch.json_object(response.body)
    except batch.MalformedBatch:
        raise DataverseUnavailable(UNREADABLE) from None


def _json(response: Response) -> dict[str, Any]:
    """The JSON object in the body; {} where there is none, as in a proxy's error page."""
    try:
        return batch.json_object(response.body)
    except batch.MalformedBatch:
        return {}


def _parts(response: Response) -> list[batch.Part]:
    content_type = response.headers.get("content-type", "")
    if response.status >= 300 and not content_type.startswith("multipart/"):
        raise error_for(response.status, response.headers, _json(response))
    try:
        return batch.decode(content_type, response.body)
    except batch.MalformedBatch:
        raise DataverseUnavailable(UNREADABLE) from None


def _with_etag(part: batch.Part) -> dict[str, Any]:
    """The body, its version taken from the header where the body does not say it."""
    etag = part.headers.get("etag")
    return {"@odata.etag": etag, **part.body} if etag else part.body
