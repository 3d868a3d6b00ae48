"""Who is calling, and what their roles give them.

A token belongs to a client id, the client id to the ``systemuser`` whose ``applicationid`` it is ("Use single-tenant
server-to-server authentication"). Roles add up and the deepest grant counts ("Security roles and privileges").
Teams' roles count for what a team may own, not for its members, who are not here.
"""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import security_errors
from .catalogue import BY_ID, Depth
from .store import Store

SYSTEM_ADMINISTRATOR = "00000000-0000-4000-8000-0000000000e1"
"""The role that holds every privilege at Global, whatever stands in its rows."""

_PERMISSIONS = (("Read", "canread"), ("Create", "cancreate"), ("Update", "canupdate"))


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with all that the roles give: ``held`` depth by privilege name; ``units`` the own unit and those below.

    ``permitted`` holds (what, table, column) for secured columns: what is Read, Create or Update.
    """

    user: str
    units: tuple[str, ...] = ()
    administrator: bool = False
    held: Mapping[str, Depth] = field(default_factory=dict)
    permitted: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def unit(self) -> str:
        """The own business unit."""
        return self.units[0]


class Callers:
    """Callers by client id; what was found stays known until a table of the security model changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Caller] = {}
        self._version = -1

    def of(self, client: str) -> Caller:
        """The user of a client id. ApiError 403: no such user, disabled, without a role."""
        if self._version != self._store.security_version:
            self._known.clear()
            self._version = self._store.security_version
        if client not in self._known:
            self._known[client] = self._find(client)
        return self._known[client]

    def _find(self, client: str) -> Caller:
        sql = "SELECT systemuserid, isdisabled FROM systemuser WHERE applicationid = ?"
        found = self._store.query(sql, (client.lower(),))
        if not found:
            raise security_errors.not_a_member()
        if found[0][1]:
            raise security_errors.disabled_user()
        caller = self.user(found[0][0])
        if not caller.administrator and not self._roles(caller.user):
            raise security_errors.no_roles(caller.user)
        return caller

    def user(self, user: str) -> Caller:
        """Any user, whether allowed to sign in or not."""
        unit = self._store.query("SELECT businessunitid FROM systemuser WHERE systemuserid = ?", (user,))[0][0]
        roots = self._roles(user)
        return Caller(user, self.below(unit), SYSTEM_ADMINISTRATOR in roots, self._held(roots), self._permitted(user))

    def of_team(self, team: str) -> Mapping[str, Depth]:
        """What a team's roles give, by privilege name."""
        sql = "SELECT r.parentrootroleid FROM teamroles t JOIN role r USING (roleid) WHERE t.teamid = ?"
        roots = [row[0] for row in self._store.query(sql, (team,))]
        return self.held_by(SYSTEM_ADMINISTRATOR) if SYSTEM_ADMINISTRATOR in roots else self._held(roots)

    def below(self, unit: str) -> tuple[str, ...]:
        """The business unit and all below it."""
        sql = (
            "WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT businessunitid FROM businessunit JOIN below ON "
            "parentbusinessunitid = below.id) SELECT id FROM below"
        )
        return tuple(row[0] for row in self._store.query(sql, (unit,)))

    def held_by(self, role: str) -> dict[str, Depth]:
        """What one role gives, by privilege name; ``role`` is the one that the copies follow."""
        if role == SYSTEM_ADMINISTRATOR:
            return {item.name: item.depths[-1] for item in BY_ID.values()}
        return self._held([role])

    def _roles(self, user: str) -> list[str]:
        sql = "SELECT r.parentrootroleid FROM systemuserroles u JOIN role r USING (roleid) WHERE u.systemuserid = ?"
        return [row[0] for row in self._store.query(sql, (user,))]

    def _held(self, roles: list[str]) -> dict[str, Depth]:
        marks = ", ".join("?" * len(roles))
        sql = f"SELECT privilegeid, MAX(privilegedepthmask) FROM roleprivileges WHERE roleid IN ({marks}) GROUP BY 1"
        rows = self._store.query(sql, roles)
        return {BY_ID[key].name: Depth(mask.bit_length() - 1) for key, mask in rows}

    def _permitted(self, user: str) -> frozenset[tuple[str, str, str]]:
        sql = (
            "SELECT f.* FROM fieldpermission f JOIN systemuserprofiles u "
            "ON u.fieldsecurityprofileid = f.fieldsecurityprofileid WHERE u.systemuserid = ?"
        )
        return frozenset(
            (what, row["entityname"], row["attributelogicalname"])
            for row in self._store.query(sql, (user,))
            for what, column in _PERMISSIONS
            if row[column] == 4
        )
