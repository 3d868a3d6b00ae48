"""What tests set in the security of an emulator, by client id: users made, privileges given, columns opened.

`Emulator` inherits it. All of it goes past the Web API, as an administrator of the environment would have done it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from . import associations
from .callers import Callers
from .catalogue import PRIVILEGES, canonical, checked_depth
from .identity import CLIENT_ID, Identity
from .privileges import Privileges
from .roles import drop, hold
from .security_tables import TEAM_ROLES, USER_PROFILES, USER_ROLES, relationship
from .seed import Seeder
from .start_rows import ROOT_UNIT
from .store import Store
from .tables import TABLES

_MADE = uuid.UUID("6f0e3f0a-5d0c-4e63-9a53-0f7f9a3c2a13")


def _made(*names: str) -> str:
    return str(uuid.uuid5(_MADE, "/".join(names)))


class SecurityControls:
    """The part of `Emulator` that is about who may do what."""

    identity: Identity
    privileges: Privileges
    _store: Store
    _seeder: Seeder

    @property
    def denied(self) -> set[str]:
        """Names of privileges that no caller holds, such as ``prvReadContact``."""
        return self.privileges.denied

    @denied.setter
    def denied(self, names: set[str]) -> None:
        self.privileges.denied = set(names)

    @property
    def member(self) -> bool:
        """Whether there is an application user for any token."""
        return self.privileges.member

    @member.setter
    def member(self, value: bool) -> None:
        self.privileges.member = value

    @property
    def depths(self) -> dict[str, str]:
        """Privileges that the built-in administrator holds less deep than Global: ``{"prvReadContact": "Basic"}``.

        Set it as a whole. ValueError for an unknown privilege, and for a depth that it cannot have.
        """
        return self.privileges.depths

    @depths.setter
    def depths(self, wanted: Mapping[str, str]) -> None:
        self.privileges.depths = dict(wanted)

    @property
    def secured(self) -> frozenset[tuple[str, str]]:
        """Columns under column-level security: ``{("contact", "emailaddress1")}``. ValueError for unknown ones.

        Administrators see and write them all the same, others only what `permit` opens for them.
        """
        return self.privileges.secured

    @secured.setter
    def secured(self, columns: Iterable[tuple[str, str]]) -> None:
        self.privileges.secured = frozenset(columns)

    @property
    def missing_tables(self) -> frozenset[str]:
        """Tables that this environment does not have: ``{"msdyn_ocphonecallengagementctx"}`` where voice is not set up.

        Their rows stay, unseen by every caller. ValueError for a table that is unknown or that another one points to.
        """
        return self.privileges.missing_tables

    @missing_tables.setter
    def missing_tables(self, names: Iterable[str]) -> None:
        self.privileges.missing_tables = frozenset(names)

    def grant(self, client_id: str, privileges: Mapping[str, str], unit: str = ROOT_UNIT) -> str:
        """Let the application user of a client id hold exactly these privileges; returns the user's id.

        ``privileges`` maps names to depths (Basic, Local, Deep, Global). The user is made where there is none, with a
        role of its own in the business unit ``unit``; the client id becomes an identity of the app. Other roles that
        the user has stay. ValueError for an unknown privilege, and for a depth that it cannot have.
        """
        client_id = client_id.lower()
        self.identity.identities.add(client_id)
        with self._store.transaction():
            role = self._role(client_id, unit, privileges)
            user = self.user(client_id) or self._seeder.insert("systemusers", _application(client_id, unit))
            associations.join(self._store, relationship(USER_ROLES), {"systemuserid": user, "roleid": role})
        return user

    def grant_team(self, team: str, privileges: Mapping[str, str]) -> None:
        """Let a team hold exactly these privileges through a role of its own; its other roles stay.

        KeyError where there is no such team; ValueError as for `grant`.
        """
        row = self._store.get(TABLES["team"], team.lower())
        if row is None:
            raise KeyError(team)
        with self._store.transaction():
            role = self._role(team.lower(), row["businessunitid"], privileges)
            associations.join(self._store, relationship(TEAM_ROLES), {"teamid": team.lower(), "roleid": role})

    def _role(self, holder: str, unit: str, privileges: Mapping[str, str]) -> str:
        """The role of a user or team in a business unit, with exactly these privileges."""
        wanted = {canonical(name): checked_depth(canonical(name), text) for name, text in privileges.items()}
        role = _made("role", holder, unit)
        if not self._store.query("SELECT 1 FROM role WHERE roleid = ?", (role,)):
            name = f"Test role of {holder}"
            self._seeder.insert("roles", {"roleid": role, "name": name, "businessunitid": unit})
        for name, item in PRIVILEGES.items():
            if name in wanted:
                hold(self._store, role, item, wanted[name])
            else:
                drop(self._store, role, item)
        return role

    def user(self, client_id: str) -> str | None:
        """The id of the application user of a client id."""
        found = self._store.query("SELECT systemuserid FROM systemuser WHERE applicationid = ?", (client_id.lower(),))
        return found[0][0] if found else None

    def held(self, client_id: str = CLIENT_ID) -> dict[str, str]:
        """What the user of a client id holds through all roles, controls included. KeyError where there is none."""
        user = self.user(client_id)
        if user is None:
            raise KeyError(client_id)
        caller = Callers(self._store).user(user)
        depths = {name: self.privileges.depth(name, caller) for name in PRIVILEGES}
        return {name: depth.name for name, depth in depths.items() if depth is not None}

    def permit(self, client_id: str, table: str, column: str, *what: str) -> None:
        """Open a secured column for the user of a client id.

        ``what`` are Read (alone where nothing is named), Create, Update. KeyError where there is no such user.
        """
        user = self.user(client_id)
        if user is None:
            raise KeyError(client_id)
        allowed = {
            f"can{word.lower()}": 4 if word in (what or ("Read",)) else 0 for word in ("Read", "Create", "Update")
        }
        with self._store.transaction():
            profile = self._seeder.insert("fieldsecurityprofiles", {"name": f"{table}.{column}"})
            row = {"entityname": table, "attributelogicalname": column, "fieldsecurityprofileid": profile, **allowed}
            self._seeder.insert("fieldpermissions", row)
            keys = {"systemuserid": user, "fieldsecurityprofileid": profile}
            associations.join(self._store, relationship(USER_PROFILES), keys)


def _application(client_id: str, unit: str) -> dict[str, Any]:
    return {
        "systemuserid": _made("user", client_id),
        "firstname": "#",
        "lastname": f"Application {client_id[:8]}",
        "domainname": f"app_{client_id}@example.com",
        "applicationid": client_id,
        "businessunitid": unit,
    }
