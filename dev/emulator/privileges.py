"""May the caller do this: privileges, how deep they reach, secured columns.

"Security roles and privileges", "How access to a record is determined": first the privilege on the table is checked
(403 0x80040220), then whether its depth reaches the row (403 0x80048306). Basic reaches the caller's own rows, Local
those whose owner is in the caller's business unit, Deep those of units below it too, Global all. In lists, counts,
expanded lookups and joins rows out of reach are silently missing ("Filter rows"). Setting a lookup needs Append on the
row and AppendTo on the row it points to; giving a row to somebody else needs Assign.

"Column-level security by using code": a secured column reads as null unless a field permission of one of the caller's
profiles grants it. What a filter on such a column does stands on no page: here no test of it is ever true.

Not here: sharing, teams' members, hierarchies, and the privileges on rows that a delete takes along. The
name of a row out of reach still stands in the formatted value of a lookup to it; no page says that it does not.

A caller with everything at Global costs a glance at three fields; all the rest is looked at only for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import security_errors
from .callers import Caller, Callers
from .catalogue import PRIVILEGES, Depth, canonical, checked_depth, verbs
from .schema import Table
from .security_tables import ASSOCIATIONS, SECURITY_TABLES
from .store import Row, Store, quoted
from .tables import TABLES

APPLICATION_USER = "00000000-0000-4000-8000-0000000000a1"
NOTHING: frozenset[str] = frozenset()
_POINTED_TO = {navigation.target for table in TABLES.values() for navigation in table.navigations.values()}


class Privileges:
    """The controls of tests and the checks for the caller of the request at hand.

    ``denied``: names of privileges that no caller holds; ``member`` False: no token has an application user;
    `depths`, `secured` and `missing_tables`: see `Emulator`. ``trusted`` is a caller who is always the same and may
    do everything.
    ``unlimited``: the caller may do everything to every row; ``sees_all``: no column is hidden from the caller.
    """

    def __init__(self, store: Store | None = None, trusted: str = APPLICATION_USER) -> None:
        self.denied: set[str] = set()
        self.member = True
        self.caller = Caller(trusted, administrator=True)
        self.callers = Callers(store) if store else None
        self._store = store
        self._depths: dict[str, Depth] = {}
        self._secured: frozenset[tuple[str, str]] = frozenset()
        self._missing = self._gone = NOTHING
        self.unlimited = self.sees_all = True

    @property
    def depths(self) -> dict[str, str]:
        """Depths of the built-in administrator that differ from Global, by privilege name."""
        return {name: reach.name for name, reach in self._depths.items()}

    @depths.setter
    def depths(self, wanted: Mapping[str, str]) -> None:
        self._depths = {canonical(name): checked_depth(canonical(name), text) for name, text in wanted.items()}

    @property
    def secured(self) -> frozenset[tuple[str, str]]:
        """Secured columns as (table, column), by their logical names."""
        return self._secured

    @secured.setter
    def secured(self, columns: Iterable[tuple[str, str]]) -> None:
        wanted = frozenset(columns)
        for table, column in wanted:
            if table not in TABLES or column not in TABLES[table].columns or column == TABLES[table].key:
                raise ValueError(f"there is no column {table}.{column} to secure")
        self._secured = wanted

    @property
    def missing_tables(self) -> frozenset[str]:
        """Logical names of the tables that this environment does not have."""
        return self._missing

    @missing_tables.setter
    def missing_tables(self, names: Iterable[str]) -> None:
        wanted = frozenset(names)
        for name in sorted(wanted):
            if name not in TABLES or name in _POINTED_TO or TABLES[name] in SECURITY_TABLES:
                raise ValueError(f"{name} is no table that an environment can do without")
        self._missing = wanted
        self._gone = _names(wanted) - _names(table.logical for table in self.tables)

    def known(self, table: Table) -> bool:
        """Whether this environment has the table."""
        return table.logical not in self._missing

    @property
    def tables(self) -> list[Table]:
        """The tables that this environment has."""
        return [table for table in TABLES.values() if self.known(table)]

    def reset(self) -> None:
        """All controls as at the start."""
        self.denied, self.member, self._depths, self._secured = set(), True, {}, frozenset()
        self._missing = self._gone = NOTHING

    def enter(self, client: str) -> None:
        """From now on check for the user of this client id. ApiError 403 where there is none that may sign in.

        Controls that were set since then count from here on.
        """
        if not self.member:
            raise security_errors.not_a_member()
        if self.callers:
            self.caller = self.callers.of(client)
        administrator = self.caller.administrator
        self.unlimited = administrator and not self.denied and not self._depths
        self.sees_all = administrator or not self._secured

    def depth(self, name: str, caller: Caller | None = None) -> Depth | None:
        """How deep the caller holds a privilege (a name of the catalogue), None for not at all."""
        caller = caller or self.caller
        if name in self.denied or name in self._gone:
            return None
        if name in self._depths and caller.user == APPLICATION_USER:
            return self._depths[name]
        return PRIVILEGES[name].depths[-1] if caller.administrator else caller.held.get(name)

    def require(self, name: str) -> None:
        """ApiError 403 without a privilege that is no table's."""
        if not self.unlimited and self.depth(name) is None:
            entity = name.removeprefix("prvRead").lower()
            raise security_errors.privilege_denied(name, PRIVILEGES[name].id, entity, self.caller.user, 0)

    def check(self, verb: str, table: Table) -> None:
        """ApiError 403 (0x80040220) where the caller lacks the privilege on the table, whatever its depth."""
        if self.unlimited:
            return
        if table.owned == "intersect":
            self._check_pairs(table)
        elif table.owned != "none":
            names = table.privilege_names(verb)
            missing = [name for name in names if name in self.denied]
            if not missing and self.depth(names[0]) is None:
                missing = [names[0]]
            if missing:
                id = PRIVILEGES[names[0]].id
                raise security_errors.privilege_denied(missing[0], id, table.logical, self.caller.user, table.otc)

    def _check_pairs(self, table: Table) -> None:
        """Pairs are read by those who may read both sides (a guess; no page says)."""
        for item in ASSOCIATIONS:
            if item.pairs is table:
                self.check("Read", TABLES[item.left])
                self.check("Read", TABLES[item.right])

    def check_row(self, verb: str, table: Table, key: str, row: Row) -> None:
        """`check`, then ApiError 403 (0x80048306) for a row that the depth does not reach."""
        if self.unlimited:
            return
        self.check(verb, table)
        if not self.reaches(verb, table, row):
            raise security_errors.access_denied(verb, table.label, key, self.caller.user)

    def check_owner(self, table: Table, team: Row) -> None:
        """ApiError 403 (0x80040299) for a team that is to own a row of a table which its roles do not let it read.

        Whatever the caller may do. Live environments check people, too; those here count as having a role.
        """
        name = table.privilege_names("Read")[0]
        if self.callers and name not in self.callers.of_team(team["teamid"]):
            raise security_errors.owner_cannot_read(name, PRIVILEGES[name].id, table, team, self.caller.user)

    def reaches(self, verb: str, table: Table, row: Row) -> bool:
        """Whether the depth of a privilege reaches a row; a new row needs only its owner or unit in it."""
        if self.unlimited:
            return True
        reach = self._depth_on(verb, table)
        if reach is None or reach is Depth.Global:
            return reach is not None
        if table.owned == "business":
            # A business unit that is just being made lies in its parent.
            unit = row.get("businessunitid") or row["parentbusinessunitid"]
            own = table.logical == "systemuser" and row.get(table.key) == self.caller.user
            return own or (reach > Depth.Basic and unit in self._units(reach))
        if row["ownerid"] == self.caller.user:
            return True
        return reach > Depth.Basic and self._unit_of(row["ownerid"], row["ownerid#type"]) in self._units(reach)

    def scope(self, verb: str, table: Table, alias: str) -> str:
        """What `reaches` says as an SQL condition on the rows of ``alias``, "" for all of them."""
        if table.owned == "none" and self._gone:
            return f"{alias}.name NOT IN ({_listed(sorted(self._gone))})"
        if self.unlimited:
            return ""
        reach = self._depth_on(verb, table)
        if reach is Depth.Global:
            return ""
        if reach is None:
            return "(0)"
        if table.owned == "business":
            return self._unit_scope(reach, table, alias)
        tests = [f"{alias}.ownerid = '{self.caller.user}'"]
        if reach > Depth.Basic:
            units = _listed(self._units(reach))
            tests += [
                f"{alias}.ownerid IN (SELECT {kind}id FROM {kind} WHERE businessunitid IN ({units}))"  # noqa: S608 -- ids of the store
                for kind in ("systemuser", "team")
            ]
        return f"({' OR '.join(tests)})"

    def _unit_scope(self, reach: Depth, table: Table, alias: str) -> str:
        tests = [f"{alias}.systemuserid = '{self.caller.user}'"] if table.logical == "systemuser" else []
        if reach > Depth.Basic:
            column = table.key if table.logical == "businessunit" else "businessunitid"
            tests.append(f"{alias}.{quoted(column)} IN ({_listed(self._units(reach))})")
        return f"({' OR '.join(tests)})" if tests else "(0)"

    def _depth_on(self, verb: str, table: Table) -> Depth | None:
        if table.owned in ("none", "intersect"):
            return Depth.Global
        return self.depth(table.privilege_names(verb)[0])

    def _units(self, reach: Depth) -> tuple[str, ...]:
        return self.caller.units if reach is Depth.Deep else self.caller.units[:1]

    def _unit_of(self, owner: str, kind: str) -> str | None:
        found = self._store.get(TABLES[kind], owner) if self._store else None
        return found["businessunitid"] if found else None

    def hidden(self, table: Table, what: str = "Read") -> frozenset[str]:
        """The secured columns of a table that the caller may not read (or Create, Update)."""
        if self.sees_all:
            return NOTHING
        permitted = self.caller.permitted
        return frozenset(
            column
            for logical, column in self._secured
            if logical == table.logical and (what, logical, column) not in permitted
        )

    def check_columns(self, what: str, table: Table, columns: Iterable[str]) -> None:
        """ApiError 403 for a secured column in a body that the caller may not Create or Update."""
        if self.sees_all:
            return
        for column in sorted(self.hidden(table, what).intersection(columns)):
            raise security_errors.column_denied(what, column, table.logical)


def _names(tables: Iterable[str]) -> frozenset[str]:
    """The privileges of tables."""
    return frozenset(TABLES[name].privilege_names(verb)[0] for name in tables for verb in verbs(TABLES[name]))


def _listed(ids: Iterable[Any]) -> str:
    return ", ".join(f"'{id}'" for id in ids)
