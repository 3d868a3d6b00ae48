"""One request on its way through the API, as every module of it sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dev.http.messages import Request

from . import prefer
from .writer import Conditions


@dataclass(slots=True)
class Call:
    """One request on its way through the API. ``references`` are the Content-IDs of a change set."""

    request: Request
    wishes: prefer.Preferences
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def conditions(self) -> Conditions:
        """If-Match and If-None-Match; the literal ``null`` only keeps caches away ("Compose HTTP requests")."""
        none_match = self.request.headers.get("if-none-match")
        return Conditions(self.request.headers.get("if-match"), None if none_match == "null" else none_match)
