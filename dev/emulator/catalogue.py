"""Which privileges there are: names, ids and the depths each can have.

A privilege is ``prv<Verb><Table>``; activities share those of Activity, so one id stands in several definitions
("Security roles and privileges", "Privilege by entity"). A row that belongs to a person can be reached at every depth,
one of a business unit from Local up (users from Basic, their own row), one of the organization at Global only; that
business-unit rows begin at Local is a guess. Ids are made from the names, so they are the same in every emulator; in a
real environment custom tables' ids differ from one to the next.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import IntEnum

from .schema import Table
from .tables import TABLES

_SPACE = uuid.UUID("6f0e3f0a-5d0c-4e63-9a53-0f7f9a3c2a11")


class Depth(IntEnum):
    """How far a privilege reaches ("PrivilegeDepth EnumType")."""

    Basic = 0
    Local = 1
    Deep = 2
    Global = 3

    @property
    def mask(self) -> int:
        """Its bit in ``roleprivileges.privilegedepthmask``."""
        return 1 << self.value


_RIGHTS = {
    "Create": 32,
    "Read": 1,
    "Write": 2,
    "Delete": 65536,
    "Assign": 524288,
    "Share": 262144,
    "Append": 4,
    "AppendTo": 16,
}
_VERBS = {
    "user": tuple(_RIGHTS),
    "business": ("Create", "Read", "Write", "Delete", "Append", "AppendTo"),
    "organization": ("Create", "Read", "Write", "Delete"),
    "none": (),
    "intersect": (),
}
_DEPTHS = {"user": tuple(Depth), "business": (Depth.Local, Depth.Deep, Depth.Global), "organization": (Depth.Global,)}
_ALONE = (
    "prvReadEntity",
    "prvReadAttribute",
    "prvReadRelationship",
    "prvReadOptionSet",
    "prvReadOrganization",
    "prvActOnBehalfOfAnotherUser",
)
"""Privileges without a definition of their own here; they are found in ``privileges`` by name."""


@dataclass(frozen=True, slots=True)
class Privilege:
    """One privilege; ``verb`` is its PrivilegeType, None for those that are no table's."""

    id: str
    name: str
    verb: str
    depths: tuple[Depth, ...]

    @property
    def right(self) -> int:
        """``accessright``, a bit that no page lists (values as seen in live environments)."""
        return _RIGHTS.get(self.verb, 0)


def verbs(table: Table) -> tuple[str, ...]:
    """The verbs for which a table has privileges. A role can be assigned (prvAssignRole)."""
    own = _VERBS[table.owned]
    return (*own, "Assign") if table.logical == "role" else own


def _made(name: str, verb: str, depths: tuple[Depth, ...]) -> Privilege:
    return Privilege(str(uuid.uuid5(_SPACE, name)), name, verb, depths)


def _all() -> dict[str, Privilege]:
    found = {name: _made(name, "None", (Depth.Global,)) for name in _ALONE}
    for table in TABLES.values():
        depths = tuple(Depth) if table.logical == "systemuser" else _DEPTHS.get(table.owned, ())
        for verb in verbs(table):
            name = table.privilege_names(verb)[0]
            found.setdefault(name, _made(name, verb, depths))
    return found


PRIVILEGES = _all()
BY_ID = {item.id: item for item in PRIVILEGES.values()}


def canonical(name: str) -> str:
    """The name in the catalogue of a privilege that may be called by the table's own name; ValueError for neither."""
    if name in PRIVILEGES:
        return name
    for table in TABLES.values():
        for verb in verbs(table):
            if name in table.privilege_names(verb):
                return table.privilege_names(verb)[0]
    raise ValueError(f"there is no privilege '{name}'")


def checked_depth(name: str, text: str) -> Depth:
    """A depth by its name; ValueError for another word, and for one that the privilege cannot have."""
    allowed = [reach.name for reach in PRIVILEGES[name].depths]
    if text not in allowed:
        raise ValueError(f"{name} cannot have the depth '{text}', only {', '.join(allowed)}")
    return Depth[text]
