"""Blocks of a document that a command writes: what stands between two marks, which name the block and the command."""

from __future__ import annotations

import re


def begin(name: str, verb: str) -> str:
    """The mark above a block, such as `<!-- settings: written by python3 -m dev documents -->`."""
    return f"<!-- {name}: written by python3 -m dev {verb} -->"


def end(name: str) -> str:
    """The mark below a block."""
    return f"<!-- end of {name} -->"


def replaced(text: str, name: str, verb: str, content: str) -> str:
    """The document with `content` in the block.

    Raises:
        ValueError: the block is not there exactly once.
    """
    head, tail = begin(name, verb), end(name)
    pattern = re.compile(f"(?<={re.escape(head)}\n).*?(?={re.escape(tail)})", re.DOTALL)
    changed, count = pattern.subn(lambda _: f"\n{content.strip()}\n\n", text)
    if count != 1:
        raise ValueError(f"there are {count} blocks {name!r}; the marks are {head} and {tail}")
    return changed
