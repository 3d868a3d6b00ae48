"""From the bytes of a body to names and plain values. Forgiving where the contract is, exact elsewhere.

Every function raises ValueError with the end of a sentence ("must be …") that never repeats the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from shared.core.errors import BadInput, FieldError, TooLarge

T = TypeVar("T")

MAX_BODY = 64 * 1024
"""Bytes."""

CONVERSATION_ID_FIELDS = (
    "conversationId",
    "msdyn_ConversationId",
    "msdyn_liveworkitemid",
    "msdyn_ocliveworkitemid",
)
"""The names of the conversation id; the first that is given counts."""

VARIABLES = ("Name", "Email", "Phone", "CaseNumber")
"""What the bot learned from the customer, in the order in which it is named everywhere."""

NOT_JSON = "The body is not valid JSON; send one JSON object in UTF-8."


class Number(str):
    """A JSON number as the text that was written, so that no digit of a phone or case number is lost."""


class JsonObject(dict[str, Any]):
    """A JSON object that remembers names which were written twice."""

    pairs: list[tuple[str, Any]]

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def read_object(body: bytes) -> JsonObject:
    """The JSON object in `body`, numbers as `Number`; a blank body is an empty object.

    Raises:
        TooLarge: more than 64 KiB.
        BadInput: not JSON, not UTF-8, nested without end, NaN or Infinity, or not an object.
    """
    if len(body) > MAX_BODY:
        raise TooLarge("The body is larger than 64 KiB; send the listed fields only.")
    try:
        value = _json(body.decode("utf-8-sig")) if body.strip() else JsonObject([])
    except (ValueError, RecursionError):
        raise BadInput(NOT_JSON, [FieldError("", "is not valid JSON")]) from None
    if not isinstance(value, JsonObject):
        raise BadInput("The body must be one JSON object.", [FieldError("", "must be a JSON object")])
    return value


def _json(text: str) -> Any:
    return json.loads(
        text, parse_int=Number, parse_float=Number, parse_constant=_no_constant, object_pairs_hook=JsonObject
    )


def _no_constant(_: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def sort_names(body: JsonObject, known: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any], list[FieldError]]:
    """The given values by their known name, those of other names as written, and what is wrong with the names.

    Names match in any case, beside `context` or inside it. A name that is given twice with different values is wrong.
    """
    canonical = {name.lower(): name for name in known}
    named: dict[str, Any] = {}
    others: dict[str, Any] = {}
    errors: list[FieldError] = []
    for written, value in _pairs(body, errors):
        if _is_forbidden(written):
            errors.append(FieldError("", "a name contains control characters or an unpaired surrogate"))
            continue
        target, name = (named, canonical[written.lower()]) if written.lower() in canonical else (others, written)
        if name in target and _differ(target[name], value):
            errors.append(FieldError(name, "is given twice with different values"))
        target[name] = value
    return named, _fold(others, errors), errors


def as_written(body: JsonObject) -> dict[str, str]:
    """The given texts and numbers by their names, letter for letter."""
    return {name: text(value) for name, value in _pairs(body, []) if is_text(value)}


def is_text(value: Any) -> bool:
    """Whether a value is a text or a number without characters that are refused."""
    return isinstance(value, str) and not _is_forbidden(value)


def _differ(one: Any, other: Any) -> bool:
    """Whether two values of one name say different things; blanks around a text do not."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() != other.strip()
    return bool(one != other)


def _pairs(body: JsonObject, errors: list[FieldError]) -> Iterable[tuple[str, Any]]:
    for name, raw in body.pairs:
        if name.lower() != "context":
            yield from _given(name, raw)
        elif isinstance(raw, JsonObject):
            for inner_name, inner in raw.pairs:
                yield from _given(inner_name, inner)
        elif raw is not None and not (isinstance(raw, str) and not raw.strip()):
            errors.append(FieldError("context", "must be a JSON object"))


def _given(name: str, raw: Any) -> Iterable[tuple[str, Any]]:
    value = unwrap(raw)
    if value is not None and not (isinstance(value, str) and not value.strip()):
        yield name, value


def _fold(others: Mapping[str, Any], errors: list[FieldError]) -> dict[str, Any]:
    """Unknown names that differ in case only are one name, too."""
    seen: dict[str, str] = {}
    for name, value in others.items():
        first = seen.setdefault(name.lower(), name)
        if others[first] != value:
            errors.append(FieldError(first[:100], "is given twice with different values"))
    return {name: others[name] for name in seen.values()}


def unwrap(value: Any) -> Any:
    """What Omnichannel's `{"value": …, "isDisplayable": …}` holds; any other value as it is."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


_FORBIDDEN = "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
"""Control characters other than white space, and lone surrogates. Compiled when the first unusual text comes."""


def _is_forbidden(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and re.search(_FORBIDDEN, text) is not None


def text(value: Any) -> str:
    """A text, without blanks around it; a number as it was written, without its `.0`."""
    if isinstance(value, Number):
        return re.sub(r"^(-?\d+)\.0+$", r"\1", value)
    if not isinstance(value, str):
        raise ValueError("must be text")
    if _is_forbidden(value):
        raise ValueError("contains control characters or an unpaired surrogate")
    return value.strip()


def yes_no(value: Any) -> bool:
    """true, false, yes, no, 1 or 0, in any case, as JSON or as text."""
    if isinstance(value, bool):
        return value
    answer = _YES_NO.get(text(value).lower()) if isinstance(value, str) else None
    if answer is None:
        raise ValueError("must be true or false")
    return answer


_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def word(choices: Mapping[str, T]) -> Callable[[Any], T]:
    """A parser of one of the words, in any case; the answer is what `choices` says for it."""

    def parse(value: Any) -> T:
        found = choices.get(text(value).lower()) if isinstance(value, str) else None
        if found is None:
            raise ValueError("must be one of " + ", ".join(choices))
        return found

    return parse


def words(choices: Mapping[str, T]) -> Callable[[Any], tuple[T, ...]]:
    """A parser of a list, or a text with commas, of the words; each once. Nothing in it means all of them."""

    def parse(value: Any) -> tuple[T, ...]:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list):
            raise ValueError("must be a list, or a text with commas, of " + ", ".join(choices))
        given = [item for item in items if item is not None and not (isinstance(item, str) and not item.strip())]
        return tuple(dict.fromkeys(word(choices)(item) for item in given or choices))

    return parse


def seconds(value: Any) -> float:
    """A number from 1 to 60."""
    written = text(value)
    number = float(written) if re.fullmatch(r"\d{1,9}(\.\d+)?(e[+-]?\d{1,2})?", written.lower(), re.ASCII) else 0.0
    if not 1 <= number <= 60:
        raise ValueError("must be a number of seconds from 1 to 60")
    return number


_GUID = re.compile(r"(\{)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?(1)\})", re.ASCII)


def guid(value: Any) -> str:
    """A GUID in lower case; braces and upper case are allowed, other spellings are not."""
    match = _GUID.fullmatch(text(value).lower())
    if not match:
        raise ValueError("must be a GUID")
    return match[2]


def records(value: Any) -> tuple[str, ...]:
    """The record ids in a GUID, or in Omnichannel's array of `{RecordId, …}` as JSON or JSON text; each once."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{") and not _GUID.fullmatch(value.strip().lower()):
        try:
            value = _json(value)
        except (ValueError, RecursionError):
            raise ValueError("must be a GUID or a list of records") from None
    items = value if isinstance(value, list) else [value]
    ids = (_record_id(item) for item in items)
    return tuple(dict.fromkeys(guid(found) for found in ids if found not in (None, "")))


def _record_id(item: Any) -> Any:
    item = unwrap(item)
    if isinstance(item, JsonObject):
        item = next((value for name, value in item.pairs if name.lower() == "recordid"), None)
    return text(item) if isinstance(item, str) else item
