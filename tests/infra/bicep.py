"""Bicep files as the tests read them: what each declares, from its parse tree. There is no compiler.

The grammar is tree-sitter's. The other parser there is, pycep-parser, refuses an expression that goes on in the next line
and gives a name and a quoted text the same form; neither evaluates, which is why `expressions` is written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tree_sitter import Node

from tests.infra.expressions import PARSER, constant, said, walk


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


def required(file: File) -> set[str]:
    """The names of the parameters that have no default."""
    return {name for name, one in file.parameters.items() if one.default is None and not one.type.endswith("?")}


def without(text: bytes, key: str) -> bytes:
    """The text of a file without any property of that name."""
    nodes = [node for node in walk(PARSER.parse(text).root_node) if node.type == "object_property"]
    gone = [node for node in nodes if said(node.named_children[0]) == key]
    for node in sorted(gone, key=lambda node: -node.start_byte):
        text = text[: node.start_byte] + text[node.end_byte :]
    return text


def _decorator(node: Node) -> tuple[str, Node | None]:
    name, arguments = node.named_children[0].named_children
    return said(name), arguments.named_children[0] if arguments.named_children else None


def _declared(node: Node) -> Declared:
    symbol, reference, whole = [child for child in node.named_children if child.type != "comment"]
    body = whole
    while body.type in ("for_statement", "if_statement"):
        body = body.named_children[-1]
    return Declared(said(symbol), str(constant(reference)), body, whole)
