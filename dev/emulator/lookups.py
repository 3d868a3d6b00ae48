"""Setting lookups and owners, as far as the caller may ("Security roles and privileges", Append, Append to, Assign)."""

from __future__ import annotations

from dataclasses import dataclass

from . import errors
from .body import Changes
from .privileges import Privileges
from .schema import Table
from .store import Row, Store


@dataclass(slots=True)
class LookupWriter:
    """Puts the lookups of a body into a row."""

    store: Store
    privileges: Privileges

    def own(self, table: Table, key: str, changes: Changes, new: Row, old: Row) -> None:
        """Another owner than the caller takes Assign ("Security roles and privileges"); no Append, no AppendTo.

        A team must be able to read what it is to own.
        """
        owner = changes.lookups.get("ownerid")
        if owner is None or owner.key is None:
            return
        if owner.key != self.privileges.caller.user:
            self.privileges.check_row("Assign", table, key, old)
        principal = self.store.get(owner.table, owner.key)
        if principal is None:
            raise errors.missing(owner.table.logical, owner.key)
        if owner.table.logical == "team":
            self.privileges.check_owner(table, principal)
        new |= {"ownerid": owner.key, "ownerid#type": owner.table.logical}

    def link(self, table: Table, key: str, changes: Changes, new: Row, old: Row) -> None:
        """Setting one navigation property of a lookup replaces what any of them held.

        It takes Append on the row (``old``: as it is, or as it is going to be owned) and AppendTo on its target.
        """
        for name, target in changes.lookups.items():
            if target is None or target.key is None:
                new |= {name: None, f"{name}#type": None}
                continue
            if name == "ownerid":
                continue
            self.privileges.check_row("Append", table, key, old)
            self._append_to(target.table, target.key)
            new |= {name: target.key, f"{name}#type": target.table.logical}

    def _append_to(self, table: Table, key: str) -> None:
        self.privileges.check("AppendTo", table)
        if self.privileges.unlimited:
            if not self.store.exists(table, key):
                raise errors.missing(table.logical, key)
            return
        row = self.store.get(table, key)
        if row is None:
            raise errors.missing(table.logical, key)
        self.privileges.check_row("AppendTo", table, key, row)
