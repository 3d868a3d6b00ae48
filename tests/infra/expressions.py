"""Bicep's expressions as the tests read them: the nodes of a parse tree, and their values where those are known.

By hand: no library evaluates Bicep, and its compiler is not on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_bicep.language()))
ESCAPES = {r"\'": "'", r"\\": "\\", r"\$": "$", r"\n": "\n", r"\r": "\r", r"\t": "\t"}


class Unknown(str):
    """A value that only Azure knows; its text is the expression."""


class NotUnderstood(Exception):
    """The reader meets something it has not learned; it never guesses."""


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def said(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode()


def constant(node: Node) -> Any:
    """The value of an expression that hangs on nothing."""
    return Scope(Path(), {}, {}).value(node)


def properties(node: Node) -> dict[str, Node]:
    """The value nodes of an object, by key."""
    found = {}
    for child in node.named_children:
        if child.type == "object_property":
            key, value = child.named_children
            found[constant(key) if key.type == "string" else said(key)] = value
    return found


class Scope:
    """The values that the names of one file have."""

    def __init__(self, folder: Path, variables: Mapping[str, Node], known: dict[str, Any]) -> None:
        self.folder = folder
        self.variables = variables
        self.known = known

    def value(self, node: Node | None) -> Any:
        """The value of an expression."""
        if node is None:
            raise NotUnderstood("there is no value")
        read = getattr(self, f"_{node.type}", None)
        if read is None:
            raise NotUnderstood(f"{node.type}: {said(node)[:80]}")
        return read(node)

    def deploys(self, node: Node) -> bool:
        """Whether a declaration is deployed: what stands under `if` may not be."""
        return node.type != "if_statement" or self._decided(node.named_children[0])

    def _string(self, node: Node) -> str:
        # The grammar drops blanks at the edges of a text, so what lies between its nodes is read from the source.
        fence = 3 if said(node).startswith("'''") else 1
        parts, known, end = [], True, node.start_byte + fence
        text = node.text or b""
        for child in node.named_children:
            if child.type == "string_content":
                continue
            part = self.value(child) if child.type == "interpolation" else ESCAPES[said(child)]
            known = known and not isinstance(part, Unknown)
            between = text[end - node.start_byte : child.start_byte - node.start_byte].decode()
            parts += [between, part if isinstance(part, str) else _string_of(part)]
            end = child.end_byte
        parts.append(text[end - node.start_byte : len(text) - fence].decode())
        return "".join(parts) if known else Unknown("".join(parts))

    def _interpolation(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _number(self, node: Node) -> int:
        return int(said(node))

    def _boolean(self, node: Node) -> bool:
        return said(node) == "true"

    def _null(self, node: Node) -> None:
        return None

    def _object(self, node: Node) -> dict[str, Any]:
        return {key: self.value(value) for key, value in properties(node).items()}

    def _array(self, node: Node) -> list[Any]:
        return [self.value(child) for child in node.named_children if child.type != "comment"]

    def _identifier(self, node: Node) -> Any:
        name = said(node)
        if name not in self.known:
            self.known[name] = self.value(self.variables[name]) if name in self.variables else Unknown(name)
        return self.known[name]

    def _parenthesized_expression(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _if_statement(self, node: Node) -> Any:
        return self.value(node.named_children[-1]) if self.deploys(node) else None

    def _for_statement(self, node: Node) -> list[Any]:
        name, items, body = node.named_children
        if name.type != "identifier":
            raise NotUnderstood(said(name))
        inner = [Scope(self.folder, self.variables, {**self.known, said(name): item}) for item in self.value(items)]
        return [value for value in (scope.value(body) for scope in inner) if value is not None]

    def _ternary_expression(self, node: Node) -> Any:
        condition, then, otherwise = node.named_children
        return self.value(then if self._decided(condition) else otherwise)

    def _unary_expression(self, node: Node) -> bool:
        if not said(node).startswith("!"):
            raise NotUnderstood(said(node))
        return not self._decided(node.named_children[0])

    def _binary_expression(self, node: Node) -> bool:
        left, right = (self.value(child) for child in node.named_children)
        operator = said(node.children[1])
        if operator not in OPERATORS or isinstance(left, Unknown) or isinstance(right, Unknown):
            raise NotUnderstood(said(node))
        return OPERATORS[operator](left, right)

    def _member_expression(self, node: Node) -> Any:
        whole = self.value(node.named_children[0])
        return whole[said(node.named_children[1])] if isinstance(whole, dict) else Unknown(said(node))

    def _call_expression(self, node: Node) -> Any:
        function, arguments = node.named_children
        values = [self.value(child) for child in arguments.named_children]
        if said(function) == "loadTextContent":
            return (self.folder / values[0]).read_text(encoding="utf-8")
        if said(function) in AZURE_KNOWS or any(isinstance(value, Unknown) for value in values):
            return Unknown(said(node))
        if said(function) not in FUNCTIONS:
            raise NotUnderstood(said(node))
        return FUNCTIONS[said(function)](*values)

    def _decided(self, node: Node) -> bool:
        value = self.value(node)
        if isinstance(value, Unknown):
            raise NotUnderstood(f"only Azure knows {value}")
        return bool(value)


def _string_of(value: Any) -> str:
    """ARM writes a yes or no with a capital letter."""
    return str(value)


def _union(*values: Any) -> Any:
    """Of objects: the later wins, inner objects are joined; of lists: each once, in order."""
    if all(isinstance(value, list) for value in values):
        return list(dict.fromkeys(item for value in values for item in value))
    joined: dict[str, Any] = {}
    for value in values:
        for key, item in value.items():
            both = isinstance(item, dict) and isinstance(joined.get(key), dict)
            joined[key] = _union(joined[key], item) if both else item
    return joined


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    "&&": lambda left, right: left and right,
    "||": lambda left, right: left or right,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "string": _string_of,
    "toLower": str.lower,
    "empty": lambda value: not value,
    "union": _union,
    "concat": lambda *lists: [item for one in lists for item in one],
    "split": lambda text, at: text.split(at),
    "replace": lambda text, old, new: text.replace(old, new),
    "join": lambda parts, between: between.join(parts),
}
AZURE_KNOWS = {"uniqueString", "guid", "subscription", "resourceGroup", "tenant", "environment", "resourceId"}
