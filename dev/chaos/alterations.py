"""Ways in which an HTTP answer of Dataverse can be altered on its way, each drawn with a dice. Pure.

None of them turns one valid answer into another valid answer to the same question: whatever comes of them can be told
from what Dataverse says.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `length` is announced where it is not that of the body.

    `drip` is where it begins to come byte by byte, `cut` after which byte the connection ends; both count from the
    first byte of the head.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    length: str = ""
    drip: int | None = None
    cut: int | None = None

    def head(self) -> bytes:
        """The status line and the headers, to the blank line."""
        headers = {**self.headers, "Content-Length": self.length or str(len(self.body))}
        lines = [f"HTTP/1.1 {self.status} x", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Alteration = Callable[[random.Random, Answer], Answer | None]
"""The answer as altered; None where this alteration has nothing to alter in it."""


def _cut(dice: random.Random, answer: Answer) -> Answer | None:
    return replace(answer, cut=dice.randrange(len(answer.head()) + max(1, len(answer.body))))


def _shortened(dice: random.Random, answer: Answer) -> Answer | None:
    """A part of the body as if it were all of it."""
    if len(answer.body) < 2:
        return None
    return replace(answer, body=answer.body[: dice.randrange(1, len(answer.body) - 1)])


def _drip_in_head(_: random.Random, answer: Answer) -> Answer | None:
    return replace(answer, drip=12)


def _drip_in_body(_: random.Random, answer: Answer) -> Answer | None:
    return replace(answer, drip=len(answer.head())) if answer.body else None


def _wrong_length(dice: random.Random, answer: Answer) -> Answer | None:
    return replace(answer, length=dice.choice(("abc", "-1", "1e3", "9" * 30, str(len(answer.body) + 7))), cut=None)


def _wrong_type(dice: random.Random, answer: Answer) -> Answer | None:
    kinds = ("text/html", "multipart/mixed; boundary=other", "multipart/mixed", "application/json", "\u00e4")
    return replace(answer, headers={**answer.headers, "Content-Type": dice.choice(kinds)}) if answer.body else None


def _wrong_encoding(dice: random.Random, answer: Answer) -> Answer | None:
    name, value = dice.choice((("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")))
    return replace(answer, headers={**answer.headers, name: value}) if answer.body else None


def _page(_: random.Random, answer: Answer) -> Answer | None:
    return replace(answer, status=200, headers={"Content-Type": "text/html"}, body=b"<html>Please sign in.</html>")


def _nothing(_: random.Random, answer: Answer) -> Answer | None:
    """204 in the place of content; after a write it would be true."""
    return replace(answer, status=204, headers={}, body=b"") if answer.body else None


def _outage(dice: random.Random, answer: Answer) -> Answer | None:
    body = b"<html>Error</html>"
    return replace(answer, status=dice.choice((500, 502, 520, 599)), headers={"Content-Type": "text/html"}, body=body)


# --- parts of a batch ------------------------------------------------------------------------------------------------

_BLANK = re.compile(rb"\r\n\r\n")


def _sections(answer: Answer) -> tuple[bytes, list[bytes]]:
    """The delimiter and the parts of a batch; no parts where it is none."""
    found = re.search(r"boundary=([^;\s]+)", answer.headers.get("Content-Type", ""))
    if not found:
        return b"", []
    delimiter = b"--" + found[1].encode()
    return delimiter, answer.body.split(delimiter)[1:-1]


def _with(answer: Answer, delimiter: bytes, sections: list[bytes]) -> Answer:
    return replace(answer, body=b"".join(delimiter + section for section in sections) + delimiter + b"--\r\n")


def _of_parts(change: Callable[[random.Random, list[bytes]], list[bytes]], least: int = 1) -> Alteration:
    def alter(dice: random.Random, answer: Answer) -> Answer | None:
        delimiter, sections = _sections(answer)
        return _with(answer, delimiter, change(dice, sections)) if len(sections) >= least else None

    return alter


def _twice(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    index = dice.randrange(len(sections))
    return [*sections[: index + 1], *sections[index:]]


def _left_out(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    index = dice.randrange(len(sections))
    return [*sections[:index], *sections[index + 1 :]]


def _blank(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    index = dice.randrange(len(sections))
    blank = dice.choice((b"\r\n", b"\r\n\r\n\r\n\r\n\r\n", b"\r\nContent-Type: application/http\r\n\r\n\r\n\r\n"))
    return [*sections[:index], blank, *sections[index + 1 :]]


def _emptied(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    """A part whose answer is 204, or {}."""
    index = dice.randrange(len(sections))
    head = sections[index].split(b"\r\n\r\n", 1)[0]
    rest = dice.choice((b"HTTP/1.1 204 No Content\r\n\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n{}\r\n"))
    return [*sections[:index], head + b"\r\n\r\n" + rest, *sections[index + 1 :]]


def _swapped(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    """Two parts in each other's place, with their Content-IDs."""
    one, other = dice.sample(range(len(sections)), 2)
    changed = list(sections)
    changed[one], changed[other] = sections[other], sections[one]
    return changed


def _exchanged(dice: random.Random, sections: list[bytes]) -> list[bytes]:
    """Two parts with each other's answer: the Content-IDs stay, or none of the parts has one."""
    heads = [section.split(b"\r\n\r\n", 1)[0] for section in sections]
    answers = _swapped(dice, [section.split(b"\r\n\r\n", 1)[1] for section in sections])
    if dice.random() < 0.5:
        heads = [re.sub(rb"\r\nContent-ID: [^\r]*", b"", head) for head in heads]
    return [head + b"\r\n\r\n" + answer for head, answer in zip(heads, answers, strict=True)]


# --- values ----------------------------------------------------------------------------------------------------------


def _documents(answer: Answer) -> list[tuple[int, int]]:
    """Where in the body the JSON objects are, those of the parts of a batch among them."""
    places = []
    for found in re.finditer(rb'\{"[^\r\n]*\}(?=\r\n|\Z)', answer.body):
        places.append(found.span())
    return places


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every value that the app may look at, as its holder and the key or index there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from _leaves(inner)
        elif inner is not None and not str(key).startswith("@odata.context"):
            yield value, key
    if isinstance(value, dict) and "value" in value:
        yield value, "value"


def _of_values(fits: Callable[[Any, Any], bool], other: Callable[[random.Random, Any], Any]) -> Alteration:
    def alter(dice: random.Random, answer: Answer) -> Answer | None:
        for start, end in dice.sample(places := _documents(answer), len(places)):
            content = json.loads(answer.body[start:end])
            leaves = [(holder, key) for holder, key in _leaves(content) if fits(key, holder[key])]
            if leaves:
                holder, key = dice.choice(leaves)
                holder[key] = other(dice, holder[key])
                text = json.dumps(content, separators=(",", ":")).encode()
                return replace(answer, body=answer.body[:start] + text + answer.body[end:])
        return None

    return alter


OF_ANY_TYPE: tuple[Any, ...] = (5, 0.5, "0", [], {}, ["x"], True)


def _other_type(dice: random.Random, value: Any) -> Any:
    return dice.choice([other for other in OF_ANY_TYPE if type(other) is not type(value)])


def _halved(dice: random.Random, value: str) -> str:
    return value + dice.choice(("\ud83d", "\ude00", "\ude00\ud83d"))


COMPARED = frozenset({"emailaddress1", "ticketnumber", "msdyn_portalcontactid"})
"""Columns whose texts the app compares, or takes for an id if they are one: another text is another valid answer."""


def _is_text(key: Any, value: Any) -> bool:
    return isinstance(value, str) and not str(key).startswith("@") and key not in COMPARED


def _is_etag(key: Any, _: Any) -> bool:
    return bool(key == "@odata.etag")


ETAGS: tuple[Any, ...] = (["W/1"], 1, None, "", 'W/"1"\r\nX-Injected: yes', "W/1", {}, "\u20ac")

ALTERATIONS: Mapping[str, Alteration] = {
    "cut off": _cut,
    "shortened": _shortened,
    "drips in the head": _drip_in_head,
    "drips in the body": _drip_in_body,
    "wrong length": _wrong_length,
    "wrong type": _wrong_type,
    "wrong encoding": _wrong_encoding,
    "a page": _page,
    "204": _nothing,
    "5xx": _outage,
    "a part twice": _of_parts(_twice),
    "a part left out": _of_parts(_left_out),
    "a blank part": _of_parts(_blank),
    "an emptied part": _of_parts(_emptied),
    "parts swapped": _of_parts(_swapped, 2),
    "answers exchanged": _of_parts(_exchanged, 2),
    "a value of another type": _of_values(lambda key, _: True, _other_type),
    "half a surrogate pair": _of_values(_is_text, _halved),
    "another ETag": _of_values(_is_etag, lambda dice, _: dice.choice(ETAGS)),
}
"""By the name under which they are counted."""

OF_TOKENS = tuple(list(ALTERATIONS)[:10])
"""Those for answers of the token service: what says nothing about the token itself."""
