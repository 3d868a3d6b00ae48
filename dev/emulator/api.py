"""The Web API: a request to an answer, resource by resource.

"Compose HTTP requests and handle errors" for verbs, headers and statuses; the pages on each operation for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from dev.http.messages import Request, Response

from . import address, definitions, errors, metadata, prefer, query, unbuilt
from .answers import json_answer, refusal
from .asked import Call
from .fetch_reader import FetchReader, is_fetch
from .privileges import Privileges
from .reader import Reader
from .records import Records
from .schema import Table
from .store import Store
from .writer import Writer

MAX_URL = 32_768
MAX_URL_IN_BATCH = 65_536
_ORGANIZATION = "00000000-0000-4000-8000-0000000000d1"


class Api:
    """Answers requests for one environment. ``base`` is its address, without a slash at the end.

    ``client`` is always the client id of the caller's token.
    """

    def __init__(self, store: Store, privileges: Privileges, base: str) -> None:
        self.store, self.privileges, self.base = store, privileges, base
        self.root = f"{base}/api/data/v9.2/"
        self.reader = Reader(store, privileges, self.root)
        self.records = Records(store, self.reader, Writer(store, privileges), base, self.root)

    def enter(self, client: str) -> None:
        """ApiError 403 for a caller who may not sign in."""
        with self.store.lock:
            self.privileges.enter(client)

    def answer(
        self, request: Request, client: str, references: Mapping[str, str] | None = None, limit: int = MAX_URL
    ) -> Response:
        """The answer to anything but ``$batch``; errors come as JSON too."""
        try:
            with self.store.lock:
                return self._answer(request, client, references or {}, limit)
        except errors.ApiError as error:
            return refusal(error, prefer.parse(request.headers.get("prefer")))

    def _answer(self, request: Request, client: str, references: Mapping[str, str], limit: int) -> Response:
        if len(self.base) + len(request.target) > limit:
            raise errors.ApiError(
                414, errors.CATCH_ALL, f"The length of the URL exceeds the maximum of {limit} characters."
            )
        check_headers(request)
        self.privileges.enter(client)
        path = address.relative(unquote(request.path, errors="strict"))
        if path is None:
            raise errors.ApiError(404, "", f"No HTTP resource was found that matches the request URI '{request.path}'.")
        call = Call(request, prefer.parse(request.headers.get("prefer")), references)
        response = self._route(call, address.split(path))
        if call.wishes.applied:
            response.headers.setdefault("Preference-Applied", call.wishes.applied)
        return response

    def _route(self, call: Call, segments: list[str]) -> Response:
        name = segments[0].partition("(")[0] if segments else ""
        if name in _FUNCTIONS:
            if call.request.method != "GET":
                raise errors.wrong_verb(call.request.path)
            return _FUNCTIONS[name](self, call, segments)
        unbuilt.check_segment(segments[0])
        where = address.parse(segments[0])
        if not self.privileges.known(where.table):
            raise errors.unknown_segment(where.table.entity_set)
        if where.key is None:
            return self._collection(call, where.table, segments[1:])
        return self.records.answer(call, where.table, where.key, segments[1:])

    def _collection(self, call: Call, table: Table, rest: list[str]) -> Response:
        method = call.request.method
        if rest == ["$count"] and method == "GET":
            text = self.reader.count(table, call.request.query)
            return Response(200, {"Content-Type": "text/plain", "OData-Version": "4.0"}, text.encode())
        if rest and rest[0].startswith("Microsoft.Dynamics.CRM."):
            raise errors.not_implemented(f"the bound operation {rest[0]}")
        if rest:
            raise errors.unknown_segment(rest[0])
        if method == "GET":
            reader = FetchReader(self.reader) if is_fetch(call.request.query) else self.reader
            return json_answer(200, reader.many(table, call.request.query, call.wishes))
        if method == "POST":
            return self.records.create(call, table, None)
        raise errors.method_not_allowed(method)

    def _who_am_i(self, call: Call, segments: list[str]) -> Response:
        if segments not in (["WhoAmI"], ["WhoAmI()"]):
            raise errors.unknown_segment(segments[0])
        return json_answer(
            200,
            {
                "@odata.context": f"{self.root}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
                "BusinessUnitId": self.privileges.caller.unit,
                "UserId": self.privileges.caller.user,
                "OrganizationId": _ORGANIZATION,
            },
        )

    def _of_role(self, call: Call, segments: list[str]) -> Response:
        return self.records.roles.of_role(call, segments)

    def _definitions(self, call: Call, segments: list[str]) -> Response:
        options = query.options(call.request.query)
        return json_answer(200, metadata.definitions(segments, options, self.root, self.privileges))

    def _service(self, call: Call, segments: list[str]) -> Response:
        return json_answer(200, metadata.service_document(self.root, self.privileges))

    def _csdl(self, call: Call, segments: list[str]) -> Response:
        return Response(
            200, {"Content-Type": "application/xml", "OData-Version": "4.0"}, definitions.csdl(self.privileges.tables)
        )


_FUNCTIONS: dict[str, Callable[[Api, Call, list[str]], Response]] = {
    "": Api._service,
    "$metadata": Api._csdl,
    "WhoAmI": Api._who_am_i,
    "EntityDefinitions": Api._definitions,
    "RetrieveRolePrivilegesRole": Api._of_role,
}


def check_headers(request: Request) -> None:
    """ApiError 400 for another OData version than 4.0, 415 for an Accept without JSON ("Compose HTTP requests").

    501 for "Impersonate another user": never the caller's own rights instead.
    """
    for name in ("odata-version", "odata-maxversion"):
        if request.headers.get(name, "4.0") != "4.0":
            raise errors.ApiError(400, errors.CATCH_ALL, f"The value of the header '{name}' is not supported; use 4.0.")
    for name in ("mscrmcallerid", "callerobjectid"):
        if name in request.headers:
            raise errors.not_implemented("acting for another user")
    accepted = request.headers.get("accept", "*/*").lower()
    if not any(kind in accepted for kind in ("json", "*/*", "application/*", "multipart/mixed", "xml", "text/plain")):
        raise errors.ApiError(415, "0x0", f"The media types '{accepted}' are not supported.")
