"""What roles and users hold, and changing it: the functions and actions on privileges.

"RetrieveUserPrivileges", "RetrieveRolePrivilegesRole", "AddPrivilegesRole", "ReplacePrivilegesRole",
"RemovePrivilegeRole" (Web API reference). Who may: the "… message privileges" pages of the Dynamics 365 (2016)
documentation, the last that list them: RetrieveUserPrivileges takes prvReadUser and prvReadOrganization,
RetrieveRolePrivilegesRole takes prvReadRole, the three actions prvReadRole and prvWriteRole. (AddPrivilegesRole lists
prvReadUser and prvReadOrganization too; the others are assumed to be like it.)
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dev.http.messages import Response

from . import body, errors, query, security_errors, security_rules
from .answers import empty, json_answer
from .callers import Callers
from .catalogue import BY_ID, PRIVILEGES, Depth, Privilege
from .privileges import Privileges
from .schema import Table
from .store import Row, Store
from .tables import TABLES
from .values import is_guid

if TYPE_CHECKING:
    from .asked import Call

NAMESPACE = "Microsoft.Dynamics.CRM."
_NO_ID = "00000000-0000-0000-0000-000000000000"
_USER, _ROLE = TABLES["systemuser"], TABLES["role"]
_FIELDS = {"PrivilegeId", "Depth", "BusinessUnitId", "PrivilegeName", "RecordFilterId", "RecordFilterUniqueName"}
_PARAMETER = re.compile(r"RetrieveRolePrivilegesRole\(RoleId=([^()]*)\)")


class Roles:
    """Answers the functions and actions. ``root`` is the address of the Web API."""

    def __init__(self, store: Store, privileges: Privileges, root: str) -> None:
        self.store, self.privileges, self.root = store, privileges, root
        self.callers = Callers(store)

    def of_role(self, call: Call, segments: list[str]) -> Response:
        """``RetrieveRolePrivilegesRole(RoleId=…)``; a copy of a role answers what its original holds."""
        found = _PARAMETER.fullmatch(segments[0])
        if found is None or segments[1:]:
            raise errors.unknown_segment(segments[0])
        text = found[1]
        key = query.options(call.request.query).get(text, "") if text.startswith("@") else text
        if not is_guid(key):
            raise errors.syntax()
        row = self._row("Read", _ROLE, key.lower())
        held = self.callers.held_by(row["parentrootroleid"])
        return self._answer("RetrieveRolePrivilegesRole", held, row["businessunitid"])

    def bound(self, call: Call, table: Table, key: str, rest: list[str]) -> Response:
        """``set(key)/Microsoft.Dynamics.CRM.Name``. ApiError 404 for the wrong verb, 501 for other operations."""
        name = rest[0].removeprefix(NAMESPACE).removesuffix("()")
        operation = _OPERATIONS.get((table.logical, name))
        if operation is None or rest[1:]:
            raise errors.not_implemented(f"the bound operation {rest[0]}")
        verb, answer = operation
        if call.request.method != verb or (verb == "POST" and rest[0].endswith("()")):
            raise errors.wrong_verb(call.request.path)
        return answer(self, call, key)

    def _of_user(self, call: Call, key: str) -> Response:
        self.privileges.require("prvReadOrganization")
        row = self._row("Read", _USER, key)
        caller = self.callers.user(key)
        held = {name: self.privileges.depth(name, caller) for name in PRIVILEGES}
        found = {name: depth for name, depth in held.items() if depth is not None}
        return self._answer("RetrieveUserPrivileges", found, row["businessunitid"])

    def _answer(self, name: str, held: Mapping[str, Depth], unit: str) -> Response:
        content = [
            {
                "Depth": depth.name,
                "PrivilegeId": PRIVILEGES[privilege].id,
                "BusinessUnitId": unit,
                "PrivilegeName": privilege,
                "RecordFilterId": _NO_ID,
                "RecordFilterUniqueName": "",
            }
            for privilege, depth in held.items()
        ]
        context = f"{self.root}$metadata#{NAMESPACE}{name}Response"
        return json_answer(200, {"@odata.context": context, "RolePrivileges": content})

    def _add(self, call: Call, key: str) -> Response:
        with self.store.transaction():
            self._changeable(key)
            for privilege, depth in self._given(call):
                hold(self.store, key, privilege, depth)
        return empty()

    def _replace(self, call: Call, key: str) -> Response:
        with self.store.transaction():
            self._changeable(key)
            given = self._given(call)
            for privilege in BY_ID.values():
                drop(self.store, key, privilege)
            for privilege, depth in given:
                hold(self.store, key, privilege, depth)
        return empty()

    def _remove(self, call: Call, key: str) -> Response:
        content = body.load(call.request.body, _ROLE.entity_set)
        with self.store.transaction():
            self._changeable(key)
            drop(self.store, key, _privilege(content.get("PrivilegeId")))
        return empty()

    def _changeable(self, key: str) -> None:
        self._row("Read", _ROLE, key)
        security_rules.before_update(_ROLE, self._row("Write", _ROLE, key))

    def _row(self, verb: str, table: Table, key: str) -> Row:
        self.privileges.check(verb, table)
        row = self.store.get(table, key)
        if row is None:
            raise errors.missing(table.logical, key)
        self.privileges.check_row(verb, table, key, row)
        return row

    def _given(self, call: Call) -> list[tuple[Privilege, Depth]]:
        """``Privileges`` of the body; ApiError 403 for more than the caller holds (the code is a guess)."""
        content = body.load(call.request.body, _ROLE.entity_set)
        given = content.get("Privileges")
        if not isinstance(given, list) or set(content) != {"Privileges"}:
            raise errors.payload(_ROLE.entity_set, "Microsoft.OData.ODataException: Privileges must be a collection.")
        found = [_role_privilege(item) for item in given]
        for privilege, depth in found:
            own = Depth.Global if self.privileges.unlimited else self.privileges.depth(privilege.name)
            if own is None or own < depth:
                caller = self.privileges.caller.user
                raise security_errors.privilege_denied(privilege.name, privilege.id, "role", caller, _ROLE.otc)
        return found


def _role_privilege(item: Any) -> tuple[Privilege, Depth]:
    if not isinstance(item, dict) or set(item) - _FIELDS - {"@odata.type"}:
        raise errors.payload(_ROLE.entity_set, "Microsoft.OData.ODataException: a RolePrivilege was expected.")
    privilege, text = _privilege(item.get("PrivilegeId")), item.get("Depth")
    if not isinstance(text, str) or text not in Depth.__members__:
        raise errors.payload(
            _ROLE.entity_set,
            f"Microsoft.OData.ODataException: Cannot convert the literal '{text}' to the expected type "
            "'Microsoft.Dynamics.CRM.PrivilegeDepth'.",
        )
    if Depth[text] not in privilege.depths:
        raise security_errors.invalid_depth(text, privilege.name)
    return privilege, Depth[text]


def _privilege(key: Any) -> Privilege:
    if not is_guid(key):
        raise errors.wrong_type(_ROLE.entity_set, str(key), "Edm.Guid")
    if key.lower() not in BY_ID:
        raise errors.missing("privilege", key.lower())
    return BY_ID[key.lower()]


def hold(store: Store, role: str, privilege: Privilege, depth: Depth) -> None:
    """Let a role hold a privilege at that depth, whatever it held before; past all privileges."""
    drop(store, role, privilege)
    pair = {"roleid": role, "privilegeid": privilege.id, "privilegedepthmask": depth.mask}
    store.save(TABLES["roleprivileges"], str(uuid.uuid4()), pair, creating=True)


def drop(store: Store, role: str, privilege: Privilege) -> None:
    """Take a privilege from a role; nothing happens where it does not hold it."""
    sql = "SELECT roleprivilegeid FROM roleprivileges WHERE roleid = ? AND privilegeid = ?"
    for (pair,) in store.query(sql, (role, privilege.id)):
        store.delete(TABLES["roleprivileges"], pair)


_OPERATIONS: dict[tuple[str, str], tuple[str, Callable[[Roles, Call, str], Response]]] = {
    ("systemuser", "RetrieveUserPrivileges"): ("GET", Roles._of_user),
    ("role", "AddPrivilegesRole"): ("POST", Roles._add),
    ("role", "ReplacePrivilegesRole"): ("POST", Roles._replace),
    ("role", "RemovePrivilegeRole"): ("POST", Roles._remove),
}
