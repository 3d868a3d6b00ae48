"""The Prefer header: what the caller wishes for, and the Preference-Applied header that answers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"
LOOKUP_NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"

_ITEM = re.compile(r'\s*([\w.-]+)\s*(?:=\s*("[^"]*"|[^,;"\s]*))?\s*(?:[,;]|$)')
_MAX_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the documentation lists in "Compose HTTP requests", Preference headers."""

    representation: bool = False
    annotations: tuple[str, ...] = ()
    page_size: int | None = None
    continue_on_error: bool = False
    applied: str = ""

    def annotates(self, name: str) -> bool:
        """Whether the annotation was asked for, by name or by a pattern with ``*``."""
        return any(fnmatchcase(name, pattern) for pattern in self.annotations)


NONE = Preferences()


def parse(header: str | None) -> Preferences:
    """Read a Prefer header, several of them comma-joined; what is unknown is ignored, as RFC 7240 says."""
    if not header:
        return NONE
    wishes = {name.lower(): value.strip('"') for name, value in _ITEM.findall(header)}
    annotations = tuple(filter(None, (part.strip() for part in wishes.get("odata.include-annotations", "").split(","))))
    size = wishes.get("odata.maxpagesize", "")
    page_size = min(int(size), _MAX_PAGE) if size.isdigit() and int(size) > 0 else None
    applied = []
    if wishes.get("return") == "representation":
        applied.append("return=representation")
    if annotations:
        applied.append(f'odata.include-annotations="{",".join(annotations)}"')
    if page_size:
        applied.append(f"odata.maxpagesize={page_size}")
    return Preferences(
        wishes.get("return") == "representation",
        annotations,
        page_size,
        wishes.get("odata.continue-on-error", "false") in ("", "true"),
        ",".join(applied),
    )
