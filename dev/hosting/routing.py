"""ASP.NET's route templates as far as function apps use them: `cases/{id:guid}`, `{id:int?}`, `{*rest}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{(\*{0,2})(\w+)((?::[^{}:?]+)*)(\?)?\}")

CONSTRAINTS = {
    "int": r"[+-]?\d{1,10}",
    "long": r"[+-]?\d{1,19}",
    "guid": r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?",
    "bool": r"(?i:true|false)",
    "alpha": r"[A-Za-z]*",
    "decimal": r"[+-]?\d+(?:\.\d+)?",
    "double": r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
    "float": r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
}
"""What a constrained parameter has to look like. Another constraint is refused, never ignored."""

Target = TypeVar("Target")


class TemplateError(ValueError):
    """A route template that is malformed, or uses something that this server does not know."""


@dataclass(frozen=True)
class Segment:
    """One part of a template between slashes: a literal text, or a parameter."""

    text: str
    is_parameter: bool = False
    pattern: str = ""
    optional: bool = False
    rest: bool = False

    @property
    def rank(self) -> int:
        """Return what precedence the segment has: literal, constrained, free, everything."""
        if not self.is_parameter:
            return 0
        return 3 if self.rest else 1 if self.pattern else 2

    def accepts(self, value: str) -> bool:
        """Say whether one segment of a path fits. Literals are compared without regard to case."""
        if not self.is_parameter:
            return value.lower() == self.text.lower()
        return bool(value) and (not self.pattern or re.fullmatch(self.pattern, value) is not None)


@dataclass(frozen=True)
class Route(Generic[Target]):
    """A template, the methods it serves (none: every method), and what it leads to."""

    segments: tuple[Segment, ...]
    methods: frozenset[str]
    target: Target

    def match(self, method: str, parts: Sequence[str]) -> dict[str, str] | None:
        """Return the values of the parameters if the route serves this path, else None."""
        if self.methods and method not in self.methods:
            return None
        values: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            if segment.rest:
                values[segment.text] = "/".join(parts[position:])
                return values
            if position >= len(parts):
                if not segment.optional:
                    return None
            elif not segment.accepts(parts[position]):
                return None
            elif segment.is_parameter:
                values[segment.text] = parts[position]
        return values if len(parts) <= len(self.segments) else None


def route(template: str, methods: Iterable[str], target: Target) -> Route[Target]:
    """Return the route that a template describes. Raises TemplateError."""
    segments = tuple(_segment(text) for text in template.strip("/").split("/") if text)
    return Route(segments, frozenset(method.upper() for method in methods), target)


def find(routes: Iterable[Route[Target]], method: str, path: str) -> tuple[Target, dict[str, str]] | None:
    """Return the target and parameters of the most precise route that serves this path, else None.

    None also where only the method differs: the Functions host answers both with 404.
    """
    parts = [unquote(part) for part in path.strip("/").split("/")]
    for candidate in sorted(routes, key=lambda each: [segment.rank for segment in each.segments]):
        values = candidate.match(method.upper(), parts)
        if values is not None:
            return candidate.target, values
    return None


def _segment(text: str) -> Segment:
    found = _PARAMETER.fullmatch(text)
    if not found:
        if "{" in text or "}" in text:
            raise TemplateError(f"The route segment {text} is not supported by the development server.")
        return Segment(text)
    stars, name, constraints, optional = found.groups()
    known = [constraint for constraint in constraints.split(":") if constraint]
    if len(known) > 1 or any(constraint not in CONSTRAINTS for constraint in known):
        raise TemplateError(f"{text}: known are, one per parameter, {', '.join(CONSTRAINTS)}.")
    pattern = CONSTRAINTS[known[0]] if known else ""
    return Segment(name, is_parameter=True, pattern=pattern, optional=bool(optional), rest=bool(stars))
