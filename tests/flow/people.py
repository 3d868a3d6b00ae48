"""The rows of the embedded Dataverse's demo data by their number, as its ids count them."""

from __future__ import annotations

OPEN = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
"""An open conversation with nothing linked."""


def conversation(number: int) -> str:
    """A conversation."""
    return f"b0000000-0000-4000-8000-{number:012}"


def contact(number: int) -> str:
    """A contact."""
    return f"c0000000-0000-4000-8000-{number:012}"


def account(number: int) -> str:
    """An account."""
    return f"a0000000-0000-4000-8000-{number:012}"


def case(number: int) -> str:
    """A case."""
    return f"e0000000-0000-4000-8000-{number:012}"
