"""Reads what is there. Writes nothing.

Documents: "Query table definitions using the Web API" (`Privileges` of a definition), `RetrieveRolePrivilegesRole`,
`RetrieveUserPrivileges`, "Privilege table reference".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dev.grant.client import Dataverse
from dev.grant.environment import DEPTHS, Environment, Held, Privilege, Role, User, reach
from dev.grant.fixes import Failed, NotFound
from shared.dataverse import odata
from shared.diagnostics.privileges import Need

Json = Mapping[str, Any]


def survey(dataverse: Dataverse, needs: Iterable[Need], role_name: str, client_id: str) -> Environment:
    """The environment, as far as it matters for `needs`; Failed with the fix where it cannot be read."""
    needs = tuple(needs)
    caller = _caller(dataverse)
    unit = _root_unit(dataverse)
    found, missing = _of_tables(dataverse, [need for need in needs if not need.name])
    return Environment(
        unit_id=_id(unit["businessunitid"]),
        unit_name=str(unit.get("name") or ""),
        privileges=found | _by_name(dataverse, [need for need in needs if need.name]),
        role=_role(dataverse, role_name, _id(unit["businessunitid"])),
        user=_user(dataverse, client_id),
        missing_tables=frozenset(missing),
        own=_own(dataverse, caller),
    )


def _caller(dataverse: Dataverse) -> str:
    who = dataverse.get("WhoAmI", "say who you are")
    return _id(who["UserId"])


def _own(dataverse: Dataverse, caller: str) -> frozenset[str]:
    path = f"{odata.key('systemusers', caller)}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    return frozenset(held.name.lower() for held in _held(dataverse.get(path, "list your own privileges")).values())


def _root_unit(dataverse: Dataverse) -> Json:
    options = {"$select": "businessunitid,name", "$filter": "_parentbusinessunitid_value eq null"}
    units = dataverse.rows(odata.url("businessunits", options), "read the business units")
    if len(units) != 1:
        raise Failed("Your user does not see the root business unit: sign in as a System Administrator (az login).")
    return units[0]


def _of_tables(dataverse: Dataverse, needs: list[Need]) -> tuple[dict[tuple[str, str, str], Privilege], set[str]]:
    """The privileges of tables, by need, and the tables that are not there."""
    found: dict[tuple[str, str, str], Privilege] = {}
    missing = set()
    for table in dict.fromkeys(need.table for need in needs):
        path = f"EntityDefinitions(LogicalName={odata.text(table)})"
        try:
            definition = dataverse.get(
                odata.url(path, {"$select": "LogicalName,Privileges"}), f"read the definition of {table}"
            )
        except NotFound:
            missing.add(table)
            continue
        for row in definition.get("Privileges") or []:
            depths = tuple(depth for depth in DEPTHS if row.get(f"CanBe{depth}"))
            found[table, str(row["PrivilegeType"]), ""] = Privilege(_id(row["PrivilegeId"]), str(row["Name"]), depths)
    return found, missing


def _by_name(dataverse: Dataverse, needs: list[Need]) -> dict[tuple[str, str, str], Privilege]:
    """The privileges that belong to no table, by need."""
    if not needs:
        return {}
    wanted = {need.name.lower(): need for need in needs}
    options = {
        "$select": "privilegeid,name," + ",".join(f"canbe{depth.lower()}" for depth in DEPTHS),
        "$filter": odata.any_of(odata.equals("name", odata.text(need.name)) for need in needs),
    }
    found = {}
    for row in dataverse.rows(odata.url("privileges", options), "read the list of privileges"):
        need = wanted.get(str(row["name"]).lower())
        if need:
            depths = tuple(depth for depth in DEPTHS if row.get(f"canbe{depth.lower()}"))
            privilege = Privilege(_id(row["privilegeid"]), str(row["name"]), depths)
            found[need.table, need.type, need.name] = privilege
    return found


def _role(dataverse: Dataverse, name: str, unit_id: str) -> Role | None:
    of_unit = odata.equals("_businessunitid_value", odata.guid(unit_id))
    options = {
        "$select": "roleid,name",
        "$filter": odata.all_of([odata.equals("name", odata.text(name)), of_unit]),
    }
    rows = dataverse.rows(odata.url("roles", options), "read the security roles")
    if len(rows) > 1:
        raise Failed(f'There are {len(rows)} roles named "{name}" in the root business unit: name another with --role.')
    if not rows:
        return None
    id = _id(rows[0]["roleid"])
    held = dataverse.get(f"RetrieveRolePrivilegesRole(RoleId={odata.guid(id)})", "read the privileges of the role")
    return Role(id, str(rows[0]["name"]), _held(held))


def _user(dataverse: Dataverse, client_id: str) -> User | None:
    options = {
        "$select": "systemuserid,fullname,isdisabled,_businessunitid_value",
        "$filter": odata.equals("applicationid", odata.guid(client_id)),
    }
    rows = dataverse.rows(odata.url("systemusers", options), "read the application users")
    if not rows:
        return None
    row = rows[0]
    id = _id(row["systemuserid"])
    path = odata.url(f"{odata.key('systemusers', id)}/systemuserroles_association", {"$select": "roleid,name"})
    roles = dataverse.rows(path, "read the roles of the application user")
    return User(
        id,
        str(row.get("fullname") or client_id),
        bool(row.get("isdisabled")),
        _id(row.get("_businessunitid_value") or ""),
        {_id(role["roleid"]): str(role["name"]) for role in roles},
    )


def _held(answer: Json) -> dict[str, Held]:
    """`RolePrivileges` by id; where one is there twice, the deeper counts."""
    found: dict[str, Held] = {}
    for row in sorted(answer.get("RolePrivileges") or [], key=lambda row: reach(str(row.get("Depth")))):
        id = _id(row["PrivilegeId"])
        found[id] = Held(id, str(row.get("PrivilegeName") or id), str(row.get("Depth") or ""))
    return found


def _id(text: object) -> str:
    return str(text).strip("{}").lower()
