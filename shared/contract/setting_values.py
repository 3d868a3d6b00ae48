"""How the value of a setting is read. Each parser raises ValueError with the end of a sentence: "<name> must be …"."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from typing import TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from shared.contract.parsing import VARIABLES
from shared.core.schema import BUILTIN_RULES, CONVERSATION_CASES, ENTITY_WORDS, Rules

Choice = TypeVar("Choice", bound=StrEnum)

LOOPBACK = ("127.0.0.1", "localhost", "::1")

RESERVED = frozenset({"record", "conversation", "profile", "customer", "created"})
"""What `customerMatchedBy` and `caseMatchedBy` say where no variable found the record."""


def url(text: str) -> str:
    """The address of an environment: scheme, host and port."""
    if not text:
        raise ValueError("is missing (the address of the environment, like https://org.crm.dynamics.com)")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not an address like https://org.crm.dynamics.com") from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise ValueError("is not an address like https://org.crm.dynamics.com")
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        raise ValueError("must end after the host (no path, no query)")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for a loopback host only)")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def api_version(text: str) -> str:
    """A version of the Web API, such as v9.2."""
    if not re.fullmatch(r"v\d{1,2}\.\d{1,2}", text, re.ASCII):
        raise ValueError("must look like v9.2")
    return text


def seconds(text: str) -> float:
    """A number of seconds from 2 to 60."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 2 <= seconds <= 60:
        raise ValueError("must be a number of seconds from 2 to 60")
    return seconds


def word(*words: str) -> Callable[[str], str]:
    """A parser of one of the words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError("must be " + " or ".join(words))
        return text.lower()

    return parse


def choice(choices: type[Choice]) -> Callable[[str], Choice]:
    """A parser of one of the members of an enumeration, in any case."""
    parse = word(*(choice.value for choice in choices))
    return lambda text: choices(parse(text))


def yes_no(text: str) -> bool:
    """true or false."""
    return word("true", "false")(text) == "true"


def columns(text: str) -> tuple[str, ...]:
    """The case columns of a conversation that are written."""
    words = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not words or any(word not in CONVERSATION_CASES for word in words):
        raise ValueError("must be issue, regarding or issue,regarding")
    return words


def optional_guid(text: str) -> str:
    """A GUID, or nothing."""
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError("must be a GUID") from None


def rules(text: str) -> Rules:
    """IDENTIFICATION_RULES in JSON, over the built-in rules."""
    try:
        given = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(given, dict):
        raise ValueError("must be a JSON object of entities")
    rules = {entity: dict(columns) for entity, columns in BUILTIN_RULES.items()}
    problems = [problem for word, variables in given.items() for problem in _add(rules, word, variables)]
    if problems:
        raise ValueError("; it ".join(problems))
    return rules


def _add(rules: dict[str, dict[str, tuple[str, ...]]], word: str, variables: object) -> Iterator[str]:
    """Put the rules of one entity in their place; what is wrong with them comes out."""
    entity = ENTITY_WORDS.get(word.lower())
    if entity is None:
        yield f"names an unknown entity {word[:40]!r} (known: account, contact, case)"
    elif not isinstance(variables, dict):
        yield f"needs an object of variables for {entity}"
    else:
        for name, columns in variables.items():
            try:
                rules[entity][name] = _rule(entity, name, columns)
            except ValueError as problem:
                yield str(problem)


def _request_fields() -> frozenset[str]:
    from shared.contract.requests import LinkRequest

    return frozenset(name.lower() for name in (*LinkRequest.names(), "context"))


def _rule(entity: str, name: str, columns: object) -> tuple[str, ...]:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise ValueError(f"has a variable for {entity} that is not a valid name (letters, digits, underscores)")
    if name.lower() in RESERVED:
        raise ValueError(f"uses {name}, a word of matchedBy, as a variable for {entity}")
    if name not in VARIABLES and name.lower() in _request_fields():
        raise ValueError(f"uses {name}, the name of a request field, as a variable for {entity}")
    if not isinstance(columns, list) or not columns:
        raise ValueError(f"needs a list of at least one column for {entity}.{name}")
    if not all(isinstance(column, str) and re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in columns):
        raise ValueError(f"has a column for {entity}.{name} that is not the name of a text column (like emailaddress2)")
    return tuple(dict.fromkeys(cast("list[str]", columns)))


def whole_number(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError("must be a whole number")
    return int(text)


def region(text: str) -> str:
    """A country that has phone numbers, or nothing."""
    region = text.upper()
    if region and region not in _regions():
        raise ValueError("must be a country code of two letters that has phone numbers, like US or GB")
    return region


def _regions() -> Collection[str]:
    import phonenumbers  # whoever names no region does not wait for it

    return cast("Collection[str]", phonenumbers.SUPPORTED_REGIONS)


def names(text: str) -> frozenset[str]:
    """Names of variables, with commas between them."""
    words = frozenset(word.strip() for word in text.split(",") if word.strip())
    if not all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", word) for word in words):
        raise ValueError("must be names of variables with commas between them")
    return words
