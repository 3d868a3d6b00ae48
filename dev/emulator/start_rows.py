"""The rows of the security model that are there from the start."""

from __future__ import annotations

from typing import Any

from .callers import SYSTEM_ADMINISTRATOR
from .catalogue import Depth, Privilege
from .identity import CLIENT_ID
from .privileges import APPLICATION_USER
from .store import Row

ROOT_UNIT = "00000000-0000-4000-8000-0000000000b1"
CHILD_UNIT = "00000000-0000-4000-8000-0000000000b2"
PERSON = "00000000-0000-4000-8000-0000000000a2"
CHILD_PERSON = "00000000-0000-4000-8000-0000000000a3"

START: tuple[tuple[str, dict[str, Any]], ...] = (
    ("businessunits", {"businessunitid": ROOT_UNIT, "name": "Contoso"}),
    ("businessunits", {"businessunitid": CHILD_UNIT, "name": "Contoso Outlet", "parentbusinessunitid": ROOT_UNIT}),
    (
        "systemusers",
        {"systemuserid": PERSON, "firstname": "Jordan", "lastname": "Miller", "domainname": "jm@example.com"},
    ),
    (
        "systemusers",
        {
            "systemuserid": CHILD_PERSON,
            "firstname": "Kai",
            "lastname": "Brandt",
            "domainname": "kb@example.com",
            "businessunitid": CHILD_UNIT,
        },
    ),
    (
        "systemusers",
        {
            "systemuserid": APPLICATION_USER,
            "firstname": "#",
            "lastname": "Conversation Linker",
            "domainname": "linker@example.com",
            "applicationid": CLIENT_ID,
        },
    ),
    ("roles", {"roleid": SYSTEM_ADMINISTRATOR, "name": "System Administrator"}),
)
"""Entity set and row, in the format of the demo data."""


def privilege_row(item: Privilege) -> Row:
    """A privilege as it is stored."""
    can = {f"canbe{depth.name.lower()}": int(depth in item.depths) for depth in Depth}
    return {"privilegeid": item.id, "name": item.name, "accessright": item.right, **can}
