"""What Dataverse does by itself with users, roles and business units.

"Security roles and privileges": a role has a copy in every business unit below its own, and only the original can be
changed. "Application user": it gets its name from the application. A user who moves to another business unit loses
the roles ("Assign a security role to a user").
"""

from __future__ import annotations

import uuid

from . import errors, owners, security_errors, values
from .callers import SYSTEM_ADMINISTRATOR
from .schema import Table
from .store import Row, Store
from .tables import TABLES

_COPIES = uuid.UUID("6f0e3f0a-5d0c-4e63-9a53-0f7f9a3c2a12")


def before_create(store: Store, table: Table, row: Row) -> None:
    """Complete a new row of the security model, or refuse it.

    ApiError 400 for a user without a name to sign in with, for a second business unit without a parent; 412 for an
    application that has a user already.
    """
    if table.logical == "systemuser":
        _user(store, row)
    elif table.logical == "businessunit" and not row.get("parentbusinessunitid"):
        raise errors.required("parentbusinessunitid", table.logical)


def _user(store: Store, row: Row) -> None:
    application = row.get("applicationid")
    if not application:
        if not row.get("domainname"):
            raise errors.required("domainname", "systemuser")
        return
    if store.query("SELECT 1 FROM systemuser WHERE applicationid = ?", (application,)):
        raise errors.already_exists("0x80040237")
    made = {
        "firstname": "#",
        "lastname": f"Application {application[:8]}",
        "domainname": f"app_{application}@example.com",
        "azureactivedirectoryobjectid": str(uuid.uuid4()),
    }
    row |= {name: value for name, value in made.items() if not row.get(name)}


def before_update(table: Table, row: Row) -> None:
    """ApiError 400 for changing or deleting a role that is a copy, or System Administrator (the code is a guess)."""
    if table.logical == "role" and row["parentroleid"]:
        raise security_errors.refused("An inherited role cannot be changed but in the business unit it is from.")
    if table.logical == "role" and row["roleid"] == SYSTEM_ADMINISTRATOR:
        raise security_errors.refused("The System Administrator role cannot be changed.")


def settle(store: Store, table: Table, key: str) -> None:
    """After a new row: a role is its own original, and every role has its copies."""
    if table.logical == "role":
        store.save(table, key, {"parentrootroleid": key, "parentrootroleid#type": "role"}, creating=False)
    if table.logical in ("role", "businessunit"):
        copy_roles(store)


def copy_roles(store: Store) -> None:
    """Give each role its copy in every business unit below its own where there is none yet."""
    sql = (
        "SELECT r.*, b.businessunitid AS unit FROM role r JOIN businessunit b "
        "ON b.parentbusinessunitid = r.businessunitid WHERE NOT EXISTS (SELECT 1 FROM role c WHERE "
        "c.parentroleid = r.roleid AND c.businessunitid = b.businessunitid)"
    )
    while missing := store.query(sql):
        for row in missing:
            copy = {
                "name": row["name"],
                "isinherited": row["isinherited"],
                "ismanaged": row["ismanaged"],
                "businessunitid": row["unit"],
                "businessunitid#type": "businessunit",
                "parentroleid": row["roleid"],
                "parentroleid#type": "role",
                "parentrootroleid": row["parentrootroleid"],
                "parentrootroleid#type": "role",
                "createdon": values.now(),
                "modifiedon": values.now(),
            }
            key = str(uuid.uuid5(_COPIES, f"{row['roleid']}/{row['unit']}"))
            store.save(TABLES["role"], key, copy, creating=True)


def moved(store: Store, table: Table, key: str, old: Row, new: Row) -> None:
    """After an update: copies of a role take its name, and rows the business unit that their owner moved to.

    A user in another business unit has no roles any more.
    """
    if table.logical in owners.KINDS and new.get("businessunitid", old["businessunitid"]) != old["businessunitid"]:
        owners.follow(store, key)
        sql = "SELECT systemuserroleid FROM systemuserroles WHERE systemuserid = ?"
        for (pair,) in store.query(sql, (key,)):
            store.delete(TABLES["systemuserroles"], pair)
    if table.logical == "role" and "name" in new:
        sql = "SELECT roleid FROM role WHERE parentrootroleid = ? AND roleid <> ?"
        for (copy,) in store.query(sql, (key, key)):
            store.save(table, copy, {"name": new["name"]}, creating=False)
