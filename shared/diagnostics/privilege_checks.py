"""Each privilege that the app needs, with its depth.

Names and ids come from the tables' definitions, never from a list: a conversation is an activity, and activities may
share their privileges. What our user holds comes from `RetrieveUserPrivileges`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.contract.diagnosis import Check
from shared.diagnostics.privileges import Need
from shared.diagnostics.queries import Definitions, HeldPrivileges, Privilege, defined
from shared.diagnostics.report import bad, good
from shared.diagnostics.requirements import TableUse

AREA = "privileges"
DEPTHS = ("Basic", "Local", "Deep", "Global")
SPOKEN = {"Basic": "User", "Local": "Business unit", "Deep": "Parent and child units", "Global": "Organization"}
"""Depths as the Web API names them ("PrivilegeDepth enum type"), shallow to deep, and as administrators see them."""

TEAM = "a role that comes through a team may be reported as User; assign it to the application user itself"


class GrantedPrivileges:
    """The privileges of our user, by id and by name, with the greatest depth of each."""

    def __init__(self, answer: HeldPrivileges) -> None:
        self._depths: dict[str, int] = {}
        for item in answer.RolePrivileges:
            for key in filter(None, (item.PrivilegeId, item.PrivilegeName)):
                self._depths[key.lower()] = max(self._depths.get(key.lower(), 0), _depth(item.Depth))

    def depth(self, definition: Privilege) -> str:
        """How deep a privilege of a table's definition is held, "" where it is not."""
        keys = (definition.PrivilegeId.lower(), definition.Name.lower())
        found = [self._depths[key] for key in keys if key in self._depths]
        return DEPTHS[max(found)] if found else ""


def _depth(value: str | int) -> int:
    if isinstance(value, str):
        return DEPTHS.index(value) if value in DEPTHS else 0
    return value if value in range(len(DEPTHS)) else 0


def checks(uses: Iterable[TableUse], answers: Definitions, held: GrantedPrivileges) -> Iterator[Check]:
    """A check per privilege; one that says so where a table's definition could not be read."""
    for use in uses:
        known = {each.PrivilegeType: each for each in defined(answers, use, "privileges").Privileges}
        if not known:
            yield bad(AREA, f"privileges on {use.logical_name}", UNREADABLE, needed=False)
            continue
        for need in use.privileges:
            yield _check(use, need, known.get(need.type), held)


UNREADABLE = "The table's definition could not be read, so its privileges were not compared; ask again later."


def _check(use: TableUse, need: Need, definition: Privilege | None, held: GrantedPrivileges) -> Check:
    if definition is None:
        return bad(AREA, f"{need.type} on {use.logical_name}", UNREADABLE, needed=False)
    name = definition.Name
    title = f"{name} ({need.type} on {use.logical_name})"
    depth = held.depth(definition)
    if depth == DEPTHS[-1] or (depth and need.any_depth):
        return good(AREA, title, SPOKEN[depth])
    fix = f"Give the app's security role {name} at depth Organization, to {need.why}"
    if not depth:
        return bad(AREA, title, f"{fix}.", found="missing", needed=use.needed)
    return bad(AREA, title, f"{fix}; {TEAM}.", found=f"{SPOKEN[depth]}, not Organization", needed=use.needed)
