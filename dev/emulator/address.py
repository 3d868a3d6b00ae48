"""Which row a path names: ``contacts(guid)`` in a URL, in a bind, in ``@odata.id``.

"Retrieve a row", "Use an alternate key to reference a record": the key is a bare GUID, or the named primary key;
no alternate keys exist unless they are defined, and none are here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import errors, unbuilt
from .schema import Table
from .tables import BY_SET
from .values import is_guid

VERSIONS = ("v9.0", "v9.1", "v9.2")
ROOT = re.compile(r"/api/data/(v\d+\.\d+)(?:/|$)")
_SET = re.compile(r"([A-Za-z_][\w.]*)(?:\((.*)\))?", re.DOTALL)
_NAMED = re.compile(r"\s*(\w+)\s*=\s*('(?:[^']|'')*'|[^,']*)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """A table's set, or with ``key`` one row."""

    table: Table
    key: str | None = None


def relative(path: str) -> str | None:
    """The path behind ``/api/data/v9.x/``, None where it is no Web API address; ApiError 404 for other versions."""
    found = ROOT.match(path)
    if not found:
        return None
    if found[1] not in VERSIONS:
        raise errors.unknown_segment(found[1])
    return path[found.end() :]


def split(path: str) -> list[str]:
    """The segments of a path; a slash inside a quoted key does not divide."""
    return re.findall(r"(?:'(?:[^']|'')*'|[^/'])+", path)


def parse(segment: str) -> Address:
    """Read ``set`` or ``set(key)``. ApiError: unknown set 404, malformed GUID or key 400."""
    found = _SET.fullmatch(segment)
    table = BY_SET.get(found[1]) if found else None
    if found is None or table is None:
        raise errors.unknown_segment(found[1] if found else segment)
    return Address(table) if found[2] is None else Address(table, _key(table, found[2]))


def _key(table: Table, text: str) -> str:
    if is_guid(text):
        return text.lower()
    if "=" not in text:
        raise errors.syntax()
    named: dict[str, str] = dict(_NAMED.findall(text))
    # systemuser takes no named primary key ("Use an alternate key to reference a record").
    if list(named) != [table.key] or table.logical == "systemuser":
        raise errors.bad_key(table.logical)
    if not is_guid(named[table.key]):
        raise errors.syntax()
    return named[table.key].lower()


def reference(text: str, base: str, aliases: dict[str, str] | None = None) -> Address:
    """A row named by a bind or ``@odata.id``.

    ``/contacts(id)``, ``contacts(id)``, a full URL of this environment, ``$1``.

    ApiError 400 for anything else, 501 for a set that only Dataverse has.
    """
    if text.startswith("$"):
        if text not in (aliases or {}):
            raise errors.ApiError(
                400, errors.CATCH_ALL, f"Content-ID Reference: '{text}' does not exist in the batch context."
            )
        text = (aliases or {})[text]
    if text.startswith(("http://", "https://")):
        if not text.startswith(base + "/"):
            raise errors.syntax()
        text = relative(text[len(base) :]) or ""
    elif text.startswith("/api/data/"):
        text = relative(text) or ""
    segment = text.removeprefix("/")
    name = segment.partition("(")[0]
    if name not in BY_SET:
        unbuilt.check_segment(name)
        raise errors.unparsed_path(name)
    address = parse(segment)
    if address.key is None:
        raise errors.syntax()
    return address
