"""How a field of the contract is described: its title, who sets it, and who is shown it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

Visibility = Literal["important", "", "advanced", "internal"]
"""`x-ms-visibility`: how readily a maker is shown the field (Power Platform connectors, "OpenAPI extensions")."""

DO_NOT_ASK = "do not ask the customer"
"""Every input that only maker, platform or bot may set says so, to people and to language models."""


class Who(StrEnum):
    """Who sets an input. What the customer sets is a claim that nobody has verified."""

    CUSTOMER = "customer"
    MAKER = "maker"
    PLATFORM = "platform"
    BOT = "bot"


def request_field(
    default: Any, who: Who, title: str, text: str, visibility: Visibility | None = None, words: Sequence[str] = ()
) -> Any:
    """An optional input. `words` are those on the wire, where they are not the values of the type.

    A language model may fill what the customer says, and nothing else: the rest is advanced at most.
    """
    if who is not Who.CUSTOMER:
        text = f"{text.rstrip('.')}; {DO_NOT_ASK}."
    if visibility is None:
        visibility = "important" if who is Who.CUSTOMER else "advanced"
    extra: dict[str, Any] = {"who": who.value, "visibility": visibility, **({"words": list(words)} if words else {})}
    return Field(default, title=title, description=text, json_schema_extra=extra)


def answer_field(default: Any, title: str, text: str, visibility: Visibility = "") -> Any:
    """An output, which is always there."""
    return Field(default, title=title, description=text, json_schema_extra={"visibility": visibility})
