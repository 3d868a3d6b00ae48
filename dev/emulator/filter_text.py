"""A ``$filter`` text to a syntax tree, by odata-query, with what that library lets through refused.

odata-query 0.10 knows neither parameter aliases nor the JSON arrays of ``In(…,PropertyValues=[…])``: both are
replaced by plain literals before it sees the text. It takes operators in any case, and reads a dangling ``or or`` as
a column: the tokens are looked at between its lexer and its parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from . import errors

_KEYWORDS = frozenset({"AND", "OR", "NOT", "EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NULL", "BOOLEAN", "ANY", "ALL"})
_RESERVED = frozenset({"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "in", "add", "sub", "mul", "div", "mod"})
_LITERALS = frozenset({"STRING", "GUID", "DATETIME", "DATE", "INTEGER", "DECIMAL", "BOOLEAN", "NULL"})
_COUNT = re.compile(r"/\$count\b")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_QUOTED_ARRAY = re.compile(r"\[\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*\s*\]")
COUNTED = "count_of_the_collection"
"""The name that stands for ``$count`` behind a path, which the lexer does not know."""

_PIECES = re.compile(r"'(?:[^']|'')*'|@[A-Za-z_]\w*|\[|[^'@\[]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree, and the JSON arrays by the text literal that stands for each."""

    tree: Any
    arrays: dict[str, list[Any]] = field(default_factory=dict)


def parse(text: str, aliases: dict[str, str] | None = None) -> Parsed:
    """Parse a filter. ``aliases`` are the query's ``@p`` options; one that is not assigned is null ("Query data").

    ApiError 400: anything that is no filter ("Filter rows").
    """
    return _parse(text.strip(), tuple(sorted((aliases or {}).items())))


@lru_cache(maxsize=512)
def _parse(text: str, aliases: tuple[tuple[str, str], ...]) -> Parsed:
    plain, arrays = _without_extras(text, dict(aliases))
    try:
        tree = ODataParser().parse(_checked(plain))
    except (ODataException, RecursionError, ValueError, NotImplementedError, AttributeError) as error:
        raise _syntax_error(text, error) from error
    if tree is None:
        raise errors.syntax(f"Expression expected at position 0 in '{text}'.")
    return Parsed(tree, arrays)


def _syntax_error(text: str, error: Exception) -> errors.ApiError:
    """The documented sentence for a quote that is not doubled; the parser's place for the rest."""
    if "'" in re.sub(r"'(?:[^']|'')*'", "", text):
        return errors.syntax(f"There is an unterminated literal at position {len(text)} in '{text}'.")
    token = getattr(error, "token", None)
    place = getattr(token, "index", len(text))
    return errors.syntax(f"Syntax error at position {place} in '{text}'.")


def _without_extras(text: str, aliases: dict[str, str]) -> tuple[str, dict[str, list[Any]]]:
    mark = "array"
    while mark in text or any(mark in value for value in aliases.values()):
        mark += "_"
    arrays: dict[str, list[Any]] = {}
    out, at = [], 0
    while at < len(text):
        piece = _PIECES.match(text, at)
        if piece is None:
            raise errors.syntax()
        word, at = piece[0], piece.end()
        if word == "[":
            listed, at = _array(text, at - 1)
            word = _placeholder(listed, mark, arrays)
        elif word.startswith("@") and len(word) > 1:
            value = aliases.get(word, "null").strip()
            array = _whole_array(value)
            word = _alias(value) if array is None else _placeholder(array, mark, arrays)
        elif not word.startswith("'"):
            word = _COUNT.sub(f"/{COUNTED}", word)
        out.append(word)
    return "".join(out), arrays


def _placeholder(array: list[Any], mark: str, arrays: dict[str, list[Any]]) -> str:
    """The text literal that stands for an array from here on."""
    name = f"{mark}{len(arrays)}"
    arrays[name] = array
    return f"'{name}'"


def _whole_array(value: str) -> list[Any] | None:
    """The collection that an alias stands for ("In Function": ``@p2=['a','b']``), None where it is no collection."""
    if not value.startswith("["):
        return None
    array, end = _array(value, 0)
    if end != len(value):
        raise errors.syntax(f"The value '{value}' of a parameter alias is no collection.")
    return array


def _array(text: str, at: int) -> tuple[list[Any], int]:
    """A JSON array ("Filter rows": values of In are JSON, in double quotes), or one of literals in single quotes.

    The second is what many clients send and live environments take; no page has it.
    """
    quoted = _QUOTED_ARRAY.match(text, at)
    if quoted:
        return [item[1:-1].replace("''", "'") for item in _LITERAL.findall(quoted[0])], quoted.end()
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
    except ValueError as error:
        raise errors.syntax(
            "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and "
            "properties of an object must be separated by commas."
        ) from error
    return value, end


def _alias(value: str) -> str:
    """An alias stands for one literal or one collection, never for a piece of a filter."""
    tokens = list(_tokens(value))
    if len(tokens) != 1 or tokens[0].type not in _LITERALS:
        raise errors.syntax(f"The value '{value}' of a parameter alias is no literal.")
    return value


def _tokens(text: str) -> Iterable[Any]:
    try:
        return list(ODataLexer().tokenize(text))
    except ODataException as error:
        raise _syntax_error(text, error) from error


def _checked(text: str) -> Iterator[Any]:
    """The tokens, none of which may be a keyword in the wrong case or in the wrong place."""
    tokens = list(_tokens(text))
    ends = [token.index for token in tokens[1:]] + [len(text)]
    for token, end in zip(tokens, ends, strict=True):
        source = text[token.index : end].strip()
        if token.type in _KEYWORDS and source != source.lower():
            raise errors.syntax(f"Syntax error at position {token.index} in '{text}'.")
        if token.type == "ODATA_IDENTIFIER" and source.lower() in _RESERVED:
            raise errors.syntax(f"Syntax error at position {token.index} in '{text}'.")
        yield token


__all__ = ["COUNTED", "Parsed", "ast", "parse"]
