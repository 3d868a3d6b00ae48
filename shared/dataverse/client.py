"""The client of the Dataverse Web API: one `$batch` to read, one guarded PATCH to write, retried while that is safe.

Values of people travel in bodies alone: no outer URL, header, log line or error of this module holds one.
"""

import json
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar
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
from shared.dataverse.batch import UNAVAILABLE, Get
from shared.dataverse.error_mapping import BY_STATUS, error_for
from shared.dataverse.retry import within_deadline
from shared.dataverse.token_cache import TokenCache, is_fresh
from shared.dataverse.transport import Response, Transport

K = TypeVar("K")
R = TypeVar("R")
T = TypeVar("T")

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
    "User-Agent": f"ConversationLinker/{__version__}",
}
"""Of every request (Web API docs, "Compose HTTP requests")."""


OPTIONAL_ATTEMPTS = 3
"""Attempts after which an optional read that is still unavailable is done without."""

Refused = Callable[[Get[Any], LinkerError], Any]
"""What becomes of a part that was refused."""


class WhoAmIResult(NamedTuple):
    """The answer to `WhoAmI`: the id of our user, what the round trip took, and the `Date` of the answer as sent."""

    user_id: str
    seconds: float
    date: str


class Answers:
    """What several reads found, by read."""

    def __init__(self, found: Mapping[Get[Any], Any]) -> None:
        self._found = found

    def __getitem__(self, get: Get[T]) -> T:
        answer: T = self._found[get]
        return answer


class DataverseClient:
    """One environment. Safe to share between threads; make one per process."""

    def __init__(self, url: str, api_version: str, tokens: TokenCache) -> None:
        self.tokens = tokens
        self._path = f"/api/data/{api_version}/"
        self._transport = Transport(url, HEADERS)

    def connect_ahead(self) -> None:
        """Begin to sign in and to open a connection, so that the first request waits for neither."""
        self.tokens.fetch_ahead()
        self._transport.connect_ahead()

    def read(self, gets: Sequence[Get[Any]], build: Callable[[Answers], R], context: RequestContext) -> R:
        """What `build` makes of the answers to several reads, in one round trip.

        Raises:
            ConversationNotFound: the conversation that a read names does not exist.
            DataverseRefused, DataverseUnavailable: see `error_mapping`; a refused part refuses all.
        """
        attempts = count(1)

        def attempt() -> R:
            optional_may_fail = next(attempts) >= OPTIONAL_ATTEMPTS

            def refuse(get: Get[Any], error: LinkerError) -> Any:
                if not get.optional:
                    raise error
                if not isinstance(error, DataverseUnavailable):
                    return None
                if optional_may_fail:
                    return UNAVAILABLE
                raise DataverseUnavailable(error.detail)  # without the wait that is asked for: the rest need not wait

            return build(Answers(dict(zip(gets, self._batch(gets, context, refuse), strict=True))))

        return within_deadline(context, attempt)

    def read_one(self, get: Get[T], context: RequestContext) -> T:
        """The answer to one read; raises what `read` raises."""
        return self.read([get], lambda answers: answers[get], context)

    def survey(self, reads: Mapping[K, Get[T]], context: RequestContext) -> dict[K, T | LinkerError]:
        """Like `read`, but a part that is refused for good comes back as its error and refuses no other.

        Raises:
            DataverseRefused, DataverseUnavailable: the whole was refused, or a part is unavailable for now.
        """

        def keep(_: Get[T], error: LinkerError) -> LinkerError:
            if isinstance(error, DataverseUnavailable):
                raise error
            return error

        def attempt() -> dict[K, T | LinkerError]:
            return dict(zip(reads, self._batch(list(reads.values()), context, keep), strict=True))

        return within_deadline(context, attempt)

    def _batch(self, gets: Sequence[Get[Any]], context: RequestContext, refused: Refused) -> list[Any]:
        """One `$batch`: what each read makes of its part; what becomes of one that was refused, `refused` says."""
        content_type, body = batch.encode(gets, self._path)
        headers = {"Content-Type": content_type, "Prefer": "odata.continue-on-error"}
        response = self._send("POST", "$batch", headers, body, context, refused=_has_401)
        parts = _parts(response)
        found = [_found(get, part, response, refused) for get, part in zip(gets, parts, strict=False)]
        if len(parts) != len(gets):
            raise DataverseUnavailable("Dataverse's answer was incomplete; repeat the call.")
        return found

    def update(
        self, entity_set: str, record_id: str, etag: str, changes: Mapping[str, Any], context: RequestContext
    ) -> None:
        """Write `changes` to one record if it is still the version of `etag`; never creates a record.

        Raises:
            ConversationChanged: it is another version by now, perhaps through this very write (`context.write_unsure`).
            ConversationNotFound, DataverseRefused, DataverseUnavailable: see `error_mapping`.
        """
        try:
            self._patch(odata.key(entity_set, record_id), {"If-Match": etag}, changes, context, _nothing)
        except ConcurrencyUnsupported:
            self._patch(odata.key(entity_set, record_id), {"If-Match": "*"}, changes, context, _nothing)

    def create(
        self,
        entity_set: str,
        record_id: str,
        row: Mapping[str, Any],
        columns: Collection[str],
        parse: Callable[[batch.Row], T],
        context: RequestContext,
    ) -> T | None:
        """Create one record with a chosen id, never change one; None where Dataverse returns less than `columns` of it.

        Raises:
            CaseExists: there is a record of that id, perhaps through this very call.
            DataverseRefused, DataverseUnavailable: see `error_mapping`.
        """
        headers = {"If-None-Match": "*", "Prefer": "return=representation"}
        resource = odata.url(odata.key(entity_set, record_id), {"$select": ",".join(columns)})

        def returned(body: batch.Row) -> T | None:
            return parse(body) if all(column in body for column in columns) else None

        try:
            return self._patch(resource, headers, row, context, returned)
        except ConversationChanged:
            raise CaseExists("There is a record of that id.") from None
        except ConversationNotFound:
            raise DataverseRefused(
                "A record that the new case points to does not exist; check CASE_OWNER_TEAM_ID."
            ) from None

    def _patch(
        self,
        resource: str,
        condition: Mapping[str, str],
        body: Mapping[str, Any],
        context: RequestContext,
        parse: Callable[[batch.Row], T],
    ) -> T:
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **condition}

        def attempt() -> T:
            try:
                response = self._send("PATCH", resource, headers, content, context)
                if response.status >= 300:
                    raise error_for(response.status, response.headers, _json(response))
                return parse(_accepted(response))
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
        user_id = _json(response).get("UserId")
        return WhoAmIResult(user_id if isinstance(user_id, str) else "", seconds, response.headers.get("date", ""))

    def get(self, get: Get[T], context: RequestContext) -> T:
        """The answer to one read by itself; its resource may hold nothing but names and ids.

        Raises:
            DataverseRefused, DataverseUnavailable, Misconfigured.
        """
        return get.parse(_json(self._get(get.resource, context)[0]))

    def _get(self, resource: str, context: RequestContext) -> tuple[Response, float]:
        """The answer, and the seconds that its round trip took."""

        def attempt() -> tuple[Response, float]:
            started = time.monotonic()
            response = self._send("GET", resource, {}, None, context)
            if response.status >= 300:
                raise _no_conversation(error_for(response.status, response.headers, _json(response)))
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
        token = self.tokens.get(context.deadline)
        response = self._round_trip(method, resource, headers, body, token.token, context)
        if not refused(response):
            return response
        context.retries += 1
        token = self.tokens.instead_of(token, context.deadline)
        response = self._round_trip(method, resource, headers, body, token.token, context)
        if refused(response) and not is_fresh(token):
            raise DataverseUnavailable(SIGN_IN_ENDED)
        return response

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
SIGN_IN_ENDED = "The app's access token expired before Dataverse checked it; repeat the call."


def _found(get: Get[Any], part: batch.Part, response: Response, refused: Refused) -> Any:
    """What a read makes of its part, or what becomes of it where it was refused."""
    if part.status >= 300:
        return refused(get, _error_for(get, part, response))
    try:
        return get.parse(_with_etag(part))
    except DataverseUnavailable as unreadable:
        if not get.optional:
            raise
        return refused(get, unreadable)


REFUSES_FOR_GOOD = (400, 403, 404, 501)
"""Statuses by which Dataverse refuses an optional read: no such column, no privilege, no such table or row."""


def _error_for(get: Get[Any], part: batch.Part, response: Response) -> LinkerError:
    """What a refused part means; a wait that only the batch as a whole asks for counts for it."""
    headers = {"retry-after": response.headers["retry-after"]} if "retry-after" in response.headers else {}
    error = error_for(part.status, {**headers, **part.headers}, part.body)
    if get.optional and part.status not in REFUSES_FOR_GOOD:
        return DataverseUnavailable(UNREADABLE)
    return error if get.names_conversation else _no_conversation(error)


def _no_conversation(error: LinkerError) -> LinkerError:
    """The error of what names no conversation: "does not exist" then speaks of an address."""
    return DataverseRefused(BY_STATUS[404]) if isinstance(error, ConversationNotFound) else error


def _nothing(_: batch.Row) -> None:
    """The body of the answer to a write is ignored."""


def _has_401(response: Response) -> bool:
    return response.status == 401 or _STATUS_401.search(response.body) is not None


_STATUS_401 = re.compile(rb"\nHTTP/\d(?:\.\d)? 401\b")
_STATUS_429 = re.compile(rb"\nHTTP/\d(?:\.\d)? 429\b")


ACCEPTED = (200, 201, 204)
"""What Dataverse answers to a write that it accepted (Web API docs, "Create", "Update")."""


def _accepted(response: Response) -> dict[str, Any]:
    """The JSON object of a write that was accepted, {} where there is none; a page, or an error, is no such answer."""
    try:
        row = batch.json_object(response.body)
    except batch.MalformedBatch:
        raise DataverseUnavailable(UNREADABLE) from None
    if response.status not in ACCEPTED or "error" in row:
        raise DataverseUnavailable(UNREADABLE)
    return row


def _json(response: Response) -> dict[str, Any]:
    """The JSON object in the body; {} where there is none, as in a proxy's error page."""
    try:
        return batch.json_object(response.body)
    except batch.MalformedBatch:
        return {}


def _parts(response: Response) -> list[batch.Part]:
    content_type = response.headers.get("content-type", "")
    if response.status >= 300 and not content_type.startswith("multipart/"):
        raise _no_conversation(error_for(response.status, response.headers, _json(response)))
    try:
        return batch.decode(content_type, response.body)
    except batch.MalformedBatch:
        raise DataverseUnavailable(UNREADABLE) from None


def _with_etag(part: batch.Part) -> dict[str, Any]:
    """The body, its version taken from the header where the body does not say it."""
    etag = part.headers.get("etag")
    return {"@odata.etag": etag, **part.body} if etag else part.body
