"""What an environment says about itself, as plain values: privileges, the role, the user, the units. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEPTHS = ("Basic", "Local", "Deep", "Global")
"""From the user's own rows to all rows, in the words of the Web API (`PrivilegeDepth`)."""

SAID = {
    "Basic": "User",
    "Local": "Business Unit",
    "Deep": "Parent: Child Business Units",
    "Global": "Organization",
}
"""The same in the words of the admin center."""


def reach(depth: str) -> int:
    """How far a depth reaches; a word that is not known (newer ones exist, such as RecordFilter) reaches least."""
    return DEPTHS.index(depth) if depth in DEPTHS else -1


@dataclass(frozen=True)
class Privilege:
    """A privilege as the environment defines it, and the depths that it may have."""

    id: str
    name: str
    depths: tuple[str, ...] = DEPTHS

    def at(self, depth: str) -> str:
        """The smallest of its depths that reaches as far as `depth`; where none does, the deepest."""
        enough = [allowed for allowed in self.depths if reach(allowed) >= reach(depth)]
        return min(enough, key=reach) if enough else max(self.depths, key=reach, default=depth)


@dataclass(frozen=True)
class Held:
    """A privilege that a role holds."""

    id: str
    name: str
    depth: str


@dataclass(frozen=True)
class Role:
    """A security role and what it holds, by the id of the privilege."""

    id: str
    name: str
    held: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True)
class User:
    """An application user, with its roles by id."""

    id: str
    name: str
    disabled: bool
    unit_id: str
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Environment:
    """All that a plan is made from. `privileges` by (table, type, name) of a need; a missing one is not there.

    `missing_tables`: those for which there is no definition. `own`: names (lower case) of the caller's privileges.
    """

    unit_id: str
    unit_name: str
    privileges: Mapping[tuple[str, str, str], Privilege]
    role: Role | None = None
    user: User | None = None
    missing_tables: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
