"""What a table is: columns, choices, lookups and the names of its navigation properties.

The notation in `tables` is one column a line: ``name kind arguments… flags…``. Kinds: ``string N``, ``memo N``,
``int``, ``bigint``, ``bool``, ``guid``, ``datetime``, ``choice 1=Phone,2=Email``, ``multichoice …``, ``state …``,
``status 1=Active@0`` (after ``@`` the states it belongs to), ``lookup table=navigation:collection,…``: the table that
it points to, its navigation property, and the collection-valued one of that table, which is the name of the
relationship, too (made up where it is left out). Flags: ``ro`` (never settable), ``create`` (not updatable),
``required`` (SystemRequired), ``index``, ``cascade`` (deleting the target deletes the row; else the lookup is
emptied). ``default=0`` is the value that a choice has in a new row without one. An underscore in a label is a blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

EDM = {
    "string": "Edm.String",
    "memo": "Edm.String",
    "multichoice": "Edm.String",
    "int": "Edm.Int32",
    "choice": "Edm.Int32",
    "state": "Edm.Int32",
    "status": "Edm.Int32",
    "bigint": "Edm.Int64",
    "bool": "Edm.Boolean",
    "guid": "Edm.Guid",
    "lookup": "Edm.Guid",
    "datetime": "Edm.DateTimeOffset",
}
TEXT_KINDS = frozenset({"string", "memo"})
FLAGS = frozenset({"ro", "create", "required", "index", "cascade"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``targets`` maps the logical name of each table a lookup may hold to its navigation property.

    ``collections`` maps it to the name of the relationship, where that is known. ``default`` is that of a new row.
    """

    name: str
    kind: str
    length: int = 0
    options: dict[int, str] = field(default_factory=dict)
    states: dict[int, tuple[int, ...]] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    default: int | None = None

    @property
    def wire(self) -> str:
        """The name in queries and answers: a lookup is read as ``_name_value`` ("Web API properties")."""
        return f"_{self.name}_value" if self.kind == "lookup" else self.name

    @property
    def edm(self) -> str:
        """The OData type that the column has in ``$metadata``."""
        return EDM[self.kind]

    def settable(self, creating: bool) -> bool:
        """Whether a body may hold the column (IsValidForCreate, IsValidForUpdate)."""
        return "ro" not in self.flags and (creating or "create" not in self.flags)

    def default_status(self, state: int) -> int:
        """The status reason that a state gets when none is given (table references, "default status")."""
        return next(status for status, states in self.states.items() if state in states)


@dataclass(frozen=True, slots=True)
class Navigation:
    """A single-valued navigation property: ``column`` when it holds a row of ``target``.

    ``collection`` is the collection-valued navigation property of ``target`` for the same relationship, and its name.
    """

    name: str
    column: Column
    target: str
    collection: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table; names are exact, in case too.

    ``owned`` says whose a row is and so which depths a privilege can have: ``user`` (its ``ownerid``), ``business``
    (its business unit), ``organization`` (everybody's), ``none`` (rows that nobody writes, read without a privilege),
    ``intersect`` (pairs of a many-to-many relationship).
    """

    logical: str
    entity_set: str
    key: str
    name_column: str
    otc: int
    privilege: str
    label: str
    read_only_when_inactive: bool
    owned: str
    columns: dict[str, Column]
    properties: dict[str, Column]
    navigations: dict[str, Navigation]

    @property
    def schema_name(self) -> str:
        """Its SchemaName, as far as it is known from the logical name."""
        return self.logical if self.logical.startswith("msdyn_") else self.logical.capitalize()

    def state_name(self, state: int) -> str:
        """A state as messages call it, such as ``IncidentState.Active``: the label without what no name can hold."""
        label = self.columns["statecode"].options[state]
        return f"{self.schema_name}State.{re.sub(r'[^A-Za-z0-9_]', '', label)}"

    def privilege_names(self, verb: str) -> tuple[str, ...]:
        """The names under which a role may hold ``verb`` here.

        Custom activity tables share the privileges of Activity in the product; whether msdyn_ocliveworkitem does
        could not be verified, so both names count where a test takes one away; definitions show the first.
        """
        return tuple(dict.fromkeys((f"prv{verb}{self.privilege}", f"prv{verb}{self.logical}")))


def _options(text: str) -> tuple[dict[int, str], dict[int, tuple[int, ...]]]:
    options: dict[int, str] = {}
    states: dict[int, tuple[int, ...]] = {}
    for item in text.split(","):
        value, _, rest = item.partition("=")
        label, _, owners = rest.partition("@")
        options[int(value)] = label.replace("_", " ")
        states[int(value)] = tuple(int(state) for state in owners.split("|")) if owners else ()
    return options, states


def _column(line: str) -> Column:
    name, kind, *words = line.split()
    flags = frozenset(words) & FLAGS
    arguments = [word for word in words if word not in FLAGS]
    length = int(arguments[0]) if kind in TEXT_KINDS else 0
    options: dict[int, str] = {}
    states: dict[int, tuple[int, ...]] = {}
    targets: dict[str, str] = {}
    collections: dict[str, str] = {}
    if kind in ("choice", "multichoice", "state", "status"):
        options, states = _options(arguments[0])
    if kind == "lookup":
        for item in arguments[0].split(","):
            target, _, names = item.partition("=")
            targets[target], _, collection = names.partition(":")
            collections |= {target: collection} if collection else {}
    default = next((int(word.removeprefix("default=")) for word in words if word.startswith("default=")), None)
    return Column(name, kind, length, options, states, targets, collections, flags, default)


def table(
    names: str,
    text: str,
    otc: int,
    label: str,
    privilege: str = "",
    read_only_when_inactive: bool = False,
    owned: str = "user",
) -> Table:
    """Read a table from the notation above; ``names`` is logical name, entity set, primary key, primary name."""
    logical, entity_set, key, name_column = names.split()
    parsed = [_column(line) for line in text.splitlines() if line.strip()]
    columns = {column.name: column for column in (Column(key, "guid", flags=frozenset({"create"})), *parsed)}
    navigations = {
        name: Navigation(name, column, target, column.collections.get(target, f"{target}_{logical}_{column.name}"))
        for column in parsed
        for target, name in column.targets.items()
    }
    return Table(
        logical,
        entity_set,
        key,
        name_column,
        otc,
        privilege or logical.capitalize(),
        label,
        read_only_when_inactive,
        owned,
        columns,
        {column.wire: column for column in columns.values()},
        navigations,
    )
