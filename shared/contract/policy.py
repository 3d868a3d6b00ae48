"""LINK_POLICY: what may be done for a customer, by how well that customer is known.

What is fixed is in `resolver.link_policy`: a customer who is better known is never replaced by one who is less.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from shared.contract.statuses import IdentityLevel


class Standing(StrEnum):
    """On what a match stands: an identity level, or a name alone, which is the weakest of what is claimed."""

    VERIFIED = "verified"
    CHANNEL = "channel"
    CLAIMED = "claimed"
    NAME = "name"

    @classmethod
    def of(cls, level: IdentityLevel, name_only: bool) -> "Standing":
        """The standing of a customer of `level`; `name_only`: a name spoke for it, and at most a case number."""
        if level in (IdentityLevel.VERIFIED, IdentityLevel.CHANNEL):
            return cls(level.value)
        return cls.NAME if name_only else cls.CLAIMED


class Link(StrEnum):
    """Whether a match is linked: yes, only where a case number confirms it, or not at all."""

    YES = "yes"
    NARROW_ONLY = "narrow_only"
    NO = "no"


class NameUse(StrEnum):
    """Whether a name has to match like anything else, or only decides between several."""

    MUST_MATCH = "must_match"
    TIE_BREAK = "tie_break"


class Permission(NamedTuple):
    """What may be done for one standing."""

    link: Link = Link.YES
    replace: bool = True
    create_case: bool = True
    names: bool = True


Table = Mapping[Standing, Permission]

DEFAULT: Table = {
    Standing.VERIFIED: Permission(),
    Standing.CHANNEL: Permission(),
    Standing.CLAIMED: Permission(),
    Standing.NAME: Permission(replace=False, create_case=False),
}


class LinkPolicy(NamedTuple):
    """The table in force, and those of single workstreams by their id."""

    table: Table = DEFAULT
    workstreams: Mapping[str, Table] = {}

    def permission(self, standing: Standing, workstream_id: str = "") -> Permission:
        """What may be done for a standing, on the conversations of a workstream."""
        return self.workstreams.get(workstream_id, self.table)[standing]


class PolicySetting(NamedTuple):
    """What LINK_POLICY says; `sufficient_alone` and `name_use` are None where their own settings count."""

    policy: LinkPolicy = LinkPolicy()
    sufficient_alone: frozenset[str] | None = None
    name_use: NameUse | None = None


FIELDS: Mapping[str, str] = {"link": "link", "replace": "replace", "createCase": "create_case", "names": "names"}
"""The columns of the table, as the setting names them, and as `Permission` does."""

EXAMPLE = '{"claimed": {"createCase": false}}'


def parse(text: str) -> PolicySetting:
    """The setting in JSON.

    Raises:
        ValueError: completes the sentence "LINK_POLICY …", with every problem at once.
    """
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        twice.extend(name for name in found if sum(key == name for key, _ in pairs) > 1)
        return found

    try:
        given = json.loads(text, object_pairs_hook=once) if text else {}
    except (ValueError, RecursionError):
        raise ValueError(f"is not JSON, such as {EXAMPLE}") from None
    if not isinstance(given, dict):
        raise ValueError(f"must be a JSON object, such as {EXAMPLE}")
    problems = [f"says {name[:40]!r} twice" for name in twice]
    rows = {key: value for key, value in given.items() if key not in ("workstreams", "sufficientAlone", "nameUse")}
    table = _table(rows, DEFAULT, problems)
    workstreams = dict(_workstreams(given.get("workstreams", {}), table, problems))
    alone, name_use = _sufficient_alone(given, problems), _name_use(given, problems)
    if problems:
        raise ValueError("; it ".join(problems))
    return PolicySetting(LinkPolicy(table, workstreams), alone, name_use)


def _table(rows: Any, over: Table, problems: list[str]) -> Table:
    if not isinstance(rows, dict):
        problems.append("needs an object of levels for each workstream")
        return over
    table = dict(over)
    for word, cells in rows.items():
        if word not in [*Standing]:
            problems.append(f"names an unknown level {word[:40]!r} (known: {', '.join(Standing)})")
        elif not isinstance(cells, dict):
            problems.append(f"needs an object for {word}, with {', '.join(FIELDS)}")
        else:
            table[Standing(word)] = _permission(word, cells, table[Standing(word)], problems)
    return table


def _permission(word: str, cells: Mapping[str, Any], over: Permission, problems: list[str]) -> Permission:
    changed = over
    for name, value in cells.items():
        if name not in FIELDS:
            problems.append(f"has an unknown field {name[:40]!r} for {word} (known: {', '.join(FIELDS)})")
        elif name == "link" and isinstance(value, bool | str) and value in _LINKS:
            changed = changed._replace(link=_LINKS[value])
        elif name == "link" or not isinstance(value, bool):
            words = "yes, narrow_only or no" if name == "link" else "true or false"
            problems.append(f"needs {words} for {word}.{name}")
        else:
            changed = changed._replace(**{FIELDS[name]: value})  # type: ignore[arg-type]  # the names are checked
    return changed


_LINKS: Mapping[Any, Link] = {True: Link.YES, False: Link.NO, **{choice.value: choice for choice in Link}}


def _workstreams(given: Any, over: Table, problems: list[str]) -> Iterator[tuple[str, Table]]:
    if not isinstance(given, dict):
        problems.append("needs an object of workstreams by their id")
        return
    for key, rows in given.items():
        try:
            yield str(UUID(key)), _table(rows, over, problems)
        except ValueError:
            problems.append("names a workstream by something that is not a GUID (msdyn_liveworkstreamid)")


def _sufficient_alone(given: Mapping[str, Any], problems: list[str]) -> frozenset[str] | None:
    names = given.get("sufficientAlone")
    if names is None or (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        return None if names is None else frozenset(names)
    problems.append("needs a list of variables for sufficientAlone")
    return None


def _name_use(given: Mapping[str, Any], problems: list[str]) -> NameUse | None:
    word = given.get("nameUse")
    if isinstance(word, str) and word in [*NameUse]:
        return NameUse(word)
    if word is not None:
        problems.append(f"needs {' or '.join(NameUse)} for nameUse")
    return None
