"""Bicep as the tests read it: what a file declares, from its parse tree, and what it hands to Azure for given parameters.

No compiler: a value that only Azure knows stays an `Unknown`, and modules of the registry are known by what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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


@dataclass
class Parameter:
    """One `param`: its type as written, the node of its default (None: required), its decorators."""

    name: str
    type: str
    default: Node | None
    decorators: dict[str, Node | None]


@dataclass
class Declared:
    """One `module` or `resource`: its symbol, what it refers to, its body; whether and how often it is deployed."""

    symbol: str
    reference: str
    body: Node
    whole: Node


@dataclass
class Module:
    """One deployed module: what it refers to, what it is given, and for a file of our own what is inside."""

    reference: str
    parameters: dict[str, Any]
    inside: Deployment | None


@dataclass
class Deployment:
    """What a file hands to Azure."""

    modules: dict[str, Module] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def module(self, path: str) -> Module:
        """The module at a path of symbols such as `functionApp/storage`."""
        first, _, rest = path.partition("/")
        found = self.modules[first]
        return found.inside.module(rest) if rest and found.inside else found

    def all(self, before: str = "") -> Iterator[tuple[str, Module]]:
        """Every module with its path, the inner ones too."""
        for symbol, module in self.modules.items():
            yield before + symbol, module
            if module.inside:
                yield from module.inside.all(f"{before}{symbol}/")


class File:
    """One Bicep file; `text` stands in for what is on disk."""

    def __init__(self, path: Path, text: bytes | None = None) -> None:
        self.path = path
        self.root = PARSER.parse(path.read_bytes() if text is None else text).root_node

    @cached_property
    def mistakes(self) -> list[str]:
        """Where the grammar is broken."""
        broken = [node for node in walk(self.root) if node.is_error or node.is_missing]
        return [f"{self.path.name}:{node.start_point[0] + 1}: {said(node)[:60]}" for node in broken]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Every `param` by name."""
        found, decorators = {}, {}
        for node in self.root.named_children:
            if node.type == "decorators":
                decorators = dict(_decorator(child) for child in node.named_children)
            elif node.type == "parameter_declaration":
                name, kind, *default = node.named_children
                found[said(name)] = Parameter(said(name), said(kind), default[0] if default else None, decorators)
            if node.type not in ("decorators", "comment"):
                decorators = {}
        return found

    @cached_property
    def variables(self) -> dict[str, Node]:
        """The value of every `var` by name."""
        return {said(node.named_children[0]): node.named_children[-1] for node in self._all("variable_declaration")}

    @cached_property
    def outputs(self) -> dict[str, Node]:
        """The value of every `output` by name."""
        return {said(node.named_children[0]): node.named_children[-1] for node in self._all("output_declaration")}

    @cached_property
    def modules(self) -> list[Declared]:
        """Every `module`."""
        return [_declared(node) for node in self._all("module_declaration")]

    @cached_property
    def resources(self) -> list[Declared]:
        """Every `resource`."""
        return [_declared(node) for node in self._all("resource_declaration")]

    def _all(self, kind: str) -> list[Node]:
        return [node for node in self.root.named_children if node.type == kind]


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
    return _Scope(Path(), {}, {}).value(node)


def properties(node: Node) -> dict[str, Node]:
    """The value nodes of an object, by key."""
    found = {}
    for child in node.named_children:
        if child.type == "object_property":
            key, value = child.named_children
            found[constant(key) if key.type == "string" else said(key)] = value
    return found


def without(text: bytes, key: str) -> bytes:
    """The text of a file without any property of that name."""
    nodes = [node for node in walk(PARSER.parse(text).root_node) if node.type == "object_property"]
    gone = [node for node in nodes if said(node.named_children[0]) == key]
    for node in sorted(gone, key=lambda node: -node.start_byte):
        text = text[: node.start_byte] + text[node.end_byte :]
    return text


def deploy(path: Path, texts: Mapping[str, bytes] | None = None, **given: Any) -> Deployment:
    """What a file hands on where these parameters are given; `texts` stand in for files, by name."""
    texts = texts or {}
    file = File(path, texts.get(path.name))
    unknown, missing = given.keys() - file.parameters.keys(), required(file) - given.keys()
    if unknown or missing:
        raise NotUnderstood(f"{path.name}: no such parameter {sorted(unknown)}, not given {sorted(missing)}")
    scope = _Scope(path.parent, file.variables, dict(given))
    for name in file.parameters.keys() - given.keys():
        scope.known[name] = scope.value(file.parameters[name].default)
    found = Deployment()
    for one in file.modules:
        parameters = scope.value(properties(one.body)["params"])
        inner = path.parent / one.reference
        inside = None if one.reference.startswith("br") else deploy(inner, texts, **parameters)
        found.modules[one.symbol] = Module(one.reference, parameters, inside)
    found.resources = {one.symbol: scope.value(one.whole) for one in file.resources}
    found.outputs = {name: scope.value(node) for name, node in file.outputs.items()}
    return found


def required(file: File) -> set[str]:
    """The names of the parameters that have no default."""
    return {name for name, one in file.parameters.items() if one.default is None and not one.type.endswith("?")}


def _decorator(node: Node) -> tuple[str, Node | None]:
    name, arguments = node.named_children[0].named_children
    return said(name), arguments.named_children[0] if arguments.named_children else None


def _declared(node: Node) -> Declared:
    symbol, reference, whole = [child for child in node.named_children if child.type != "comment"]
    body = whole
    while body.type in ("for_statement", "if_statement"):
        body = body.named_children[-1]
    return Declared(said(symbol), str(constant(reference)), body, whole)


class _Scope:
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
        condition, body = node.named_children
        return self.value(body) if self._decided(condition) else None

    def _for_statement(self, node: Node) -> list[Any]:
        name, items, body = node.named_children
        if name.type != "identifier":
            raise NotUnderstood(said(name))
        inner = [_Scope(self.folder, self.variables, {**self.known, said(name): item}) for item in self.value(items)]
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
