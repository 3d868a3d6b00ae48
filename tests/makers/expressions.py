"""The little of two expression languages that the samples use: of flows (`@body('x')?['y']`) and of topics (`=a && b`).

What is outside of that little raises, so that a sample cannot use what the tests do not understand.
By hand: no library for Python evaluates either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<number>\d+)|(?P<name>[$A-Za-z_][\w.$]*)|(?P<sign>\?\[|&&|[\[\](),=<+]))"
)


def tokens(source: str) -> list[str]:
    """Cut an expression into its tokens."""
    found, at = [], 0
    while at < len(source.rstrip()):
        match = _TOKEN.match(source, at)
        if match is None:
            raise ValueError(f"not understood: {source[at:]!r} in {source!r}")
        found.append(match[0].strip())
        at = match.end()
    return found


class Flow:
    """Evaluates values of a flow's definition: only whole tokens, `@name(…)` with `?['property']`."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._functions = {"coalesce": _coalesce, "if": _if, **functions}

    def value(self, template: Any) -> Any:
        """A template with every token in it evaluated; objects and lists inside, too."""
        if isinstance(template, dict):
            return {name: self.value(inner) for name, inner in template.items()}
        if isinstance(template, list):
            return [self.value(inner) for inner in template]
        if not isinstance(template, str) or "@" not in template:
            return template
        if not template.startswith("@") or "@" in template[1:] or "@{" in template:
            raise ValueError(f"not one token: {template!r}")
        self._rest = tokens(template[1:])
        found = self._expression()
        if self._rest:
            raise ValueError(f"more than one expression: {template!r}")
        return found

    def _expression(self) -> Any:
        token = self._rest.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        if self._rest[:1] != ["("]:
            raise ValueError(f"no function: {token}")
        found = self._functions[token](*self._arguments())
        while self._rest[:1] == ["?["]:
            self._rest.pop(0)
            found = _property(found, self._expression())
            assert self._rest.pop(0) == "]"
        return found

    def _arguments(self) -> list[Any]:
        self._rest.pop(0)
        found = []
        while self._rest[0] != ")":
            found.append(self._expression())
            if self._rest[0] == ",":
                self._rest.pop(0)
        self._rest.pop(0)
        return found


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    """As in a flow: the condition must be true or false."""
    if not isinstance(condition, bool):
        raise TypeError(f"if() takes a boolean, not {type(condition).__name__}")
    return then if condition else otherwise


def _property(value: Any, name: str) -> Any:
    """As in a flow: of nothing it is nothing, of a text it is an error."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise TypeError(f"property selection is not supported on {type(value).__name__}")
    return value.get(name)


class Topic:
    """Evaluates Power Fx of a topic: variables, texts, numbers, `If IsBlank Not Language`, `= < + &&`."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def value(self, template: Any) -> Any:
        """The value of an expression; anything that does not begin with `=` is itself."""
        if not isinstance(template, str) or not template.startswith("="):
            return template
        self._rest = tokens(template[1:])
        found = self._and()
        if self._rest:
            raise ValueError(f"not understood: {self._rest} in {template!r}")
        return found

    def text(self, template: str) -> str:
        """A text with `{variable}` in it."""
        return re.sub(r"\{([^}]*)\}", lambda match: str(self.value("=" + match[1]) or ""), template)

    def _and(self) -> Any:
        found = self._compared()
        while self._rest[:1] == ["&&"]:
            self._rest.pop(0)
            right = self._compared()
            found = found and right
        return found

    def _compared(self) -> Any:
        found = self._operand()
        if self._rest[:1] and self._rest[0] in ("=", "<", "+"):
            sign, right = self._rest.pop(0), self._operand()
            return found == right if sign == "=" else found < right if sign == "<" else found + right
        return found

    def _operand(self) -> Any:
        token = self._rest.pop(0)
        if token.startswith('"'):
            return token[1:-1]
        if token.isdigit():
            return int(token)
        if token in ("true", "false"):
            return token == "true"
        if self._rest[:1] == ["("]:
            return _CALLS[token](*self._arguments())
        return self._variable(token)

    def _arguments(self) -> list[Any]:
        self._rest.pop(0)
        if self._rest[0] == ")":
            self._rest.pop(0)
            return []
        found = [self._and()]
        while self._rest.pop(0) == ",":
            found.append(self._and())
        return found

    def _variable(self, path: str) -> Any:
        scope, name, *fields = path.split(".")
        if scope == "Topic" and f"{scope}.{name}" not in self._variables:
            raise NameError(f"{path} is used before it is set")
        found = self._variables.get(f"{scope}.{name}")
        for field in fields:
            found = None if found is None else found[field]
        return found


LANGUAGE = "de-DE"
"""The customer's language in a topic: what `Language()` returns."""

_CALLS: Mapping[str, Callable[..., Any]] = {
    "If": lambda condition, then, otherwise: then if condition else otherwise,
    "IsBlank": lambda value: value is None or value == "",
    "Not": lambda value: not value,
    "Language": lambda: LANGUAGE,
}
