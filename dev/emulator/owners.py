"""Whose a row is, in the columns that follow from its owner: owninguser, owningteam, owningbusinessunit.

"Security concepts in Microsoft Dataverse" (record ownership, owning business unit): the business unit is the owner's,
and rows move with their owner to another one. That a business unit can be set by itself is a feature that has to be
switched on, and is not here.
"""

# ruff: noqa: S608 -- identifiers come from the schema
from __future__ import annotations

from typing import Any

from .schema import Table
from .store import Row, Store, quoted
from .tables import TABLES

KINDS = ("systemuser", "team")
_UNIT = "owningbusinessunit"


def columns(store: Store, owner: str, kind: str) -> Row:
    """The columns of a row that belongs to ``owner``, a user or team; no unit where the owner is not there yet."""
    row = store.get(TABLES[kind], owner)
    found: dict[str, Any] = {_UNIT: row and row["businessunitid"], f"{_UNIT}#type": row and "businessunit"}
    for column, other in (("owninguser", "systemuser"), ("owningteam", "team")):
        found |= {column: owner if kind == other else None, f"{column}#type": kind if kind == other else None}
    return found


def follow(store: Store, owner: str | None = None) -> None:
    """Write the business unit of an owner who moved to its rows; None: of all owners to the rows that have none.

    Rows of a file that an older emulator made have none, and rows that were read before their owner. Their versions
    stay.
    """
    for table in TABLES.values():
        if _UNIT in table.columns:
            for kind in KINDS:
                _follow(store, table, kind, owner)


def _follow(store: Store, table: Table, kind: str, owner: str | None) -> None:
    unit = f"(SELECT businessunitid FROM {kind} WHERE {kind}id = ownerid)"
    which, parameters = (f"{_UNIT} IS NULL", ()) if owner is None else ("ownerid = ?", (owner,))
    column = "owninguser" if kind == "systemuser" else "owningteam"
    store.query(
        f"UPDATE {quoted(table.logical)} SET {_UNIT} = {unit}, \"{_UNIT}#type\" = 'businessunit', "
        f"{column} = ownerid, \"{column}#type\" = '{kind}' "
        f"WHERE \"ownerid#type\" = '{kind}' AND {which} AND EXISTS {unit}",
        parameters,
    )
