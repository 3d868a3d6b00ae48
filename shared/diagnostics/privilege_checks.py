"""Each privilege that the app needs, with its depth.

Names and ids come from the tables' definitions, never from a list: a conversation is an activity, and activities may
share their privileges. What our user holds comes from `RetrieveUserPrivileges`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.contract.diagnosis import Check
from shared.diagnostics.privileges import Need
from shared.diagnostics.queries import Results
from shared.diagnostics.report import bad, good
from shared.diagnostics.requirements import TableUse

AREA = "privileges"
DEPTHS = ("Basic", "Local", "Deep", "Global")
SPOKEN = {"Basic": "User", "Local": "Business unit", "Deep": "Parent and child units", "Global": "Organization"}
"""Depths as the Web API names them ("PrivilegeDepth enum type"), shallow to deep, and as administrators see them."""

TEAM = "a role that comes through a team may be reported as User; assign it to the application user itself"


class GrantedPrivileges:
    """The privileges of our user, by id and by name, with the greatest depth of each."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._depths: dict[str, int] = {}
        found = answer.get("RolePrivileges")
        for item in found if isinstance(found, list) else ():
            for key in (item.get("PrivilegeId"), item.get("PrivilegeName")):
                if isinstance(key, str) and key:
                    self._depths[key.lower()] = max(self._depths.get(key.lower(), 0), _depth(item.get("Depth")))

    def depth(self, definition: Mapping[str, Any]) -> str:
        """How deep a privilege of a table's definition is held, "" where it is not."""
        keys = (str(definition.get(name, "")).lower() for name in ("PrivilegeId", "Name"))
        found = [self._depths[key] for key in keys if key in self._depths]
        return DEPTHS[max(found)] if found else ""


def _depth(value: Any) -> int:
    """Enum members come as names; some clients and older versions write the number."""
    if value in DEPTHS:
        return DEPTHS.index(value)
    return value if value in range(len(DEPTHS)) else 0


def checks(uses: Iterable[TableUse], answers: Results, held: GrantedPrivileges) -> Iterator[Check]:
    """A check per privilege; one that says so where a table's definition could not be read."""
    for use in uses:
        definition = answers.get(f"{use.logical_name} privileges")
        known = _by_type(definition if isinstance(definition, dict) else {})
        if not known:
            yield bad(AREA, f"privileges on {use.logical_name}", UNREADABLE, needed=False)
            continue
        for need in use.privileges:
            yield _check(use, need, known.get(need.type), held)


UNREADABLE = "The table's definition could not be read, so its privileges were not compared; ask again later."


def _by_type(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = definition.get("Privileges")
    return {str(item.get("PrivilegeType")): item for item in found} if isinstance(found, list) else {}


def _check(use: TableUse, need: Need, definition: Mapping[str, Any] | None, held: GrantedPrivileges) -> Check:
    if definition is None:
        return bad(AREA, f"{need.type} on {use.logical_name}", UNREADABLE, needed=False)
    name = str(definition.get("Name", ""))
    title = f"{name} ({need.type} on {use.logical_name})"
    depth = held.depth(definition)
    if depth == DEPTHS[-1] or (depth and need.any_depth):
        return good(AREA, title, SPOKEN[depth])
    fix = f"Give the app's security role {name} at depth Organization, to {need.why}"
    if not depth:
        return bad(AREA, title, f"{fix}.", found="missing", needed=use.needed)
    return bad(AREA, title, f"{fix}; {TEAM}.", found=f"{SPOKEN[depth]}, not Organization", needed=use.needed)
