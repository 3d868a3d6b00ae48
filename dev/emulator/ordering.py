"""What rows are sorted by ("Order rows using OData", "Order rows using FetchXml").

A lookup is sorted by the primary name of the row that it points to. A choice is sorted by its number in OData, by its
label in FetchXML.
"""

# ruff: noqa: S608 -- identifiers and labels come from the schema
from __future__ import annotations

from .body import PRINCIPALS
from .schema import TEXT_KINDS, Column
from .store import quoted
from .tables import TABLES


def sort_key(column: Column, alias: str, labels: bool = False) -> str:
    """An SQL expression for the column of the table ``alias``; ``labels`` sorts choices by label."""
    if column.kind == "lookup":
        return _name(column, alias)
    if labels and column.kind in ("choice", "state", "status"):
        return _label(column, alias)
    return f"{alias}.{quoted(f'{column.name}#key' if column.kind in TEXT_KINDS else column.name)}"


def _name(column: Column, alias: str) -> str:
    targets = PRINCIPALS if column.name == "ownerid" else tuple(column.targets)
    names = [
        f"(SELECT {quoted(f'{table.name_column}#key')} FROM {quoted(table.logical)} WHERE {quoted(table.key)} = "
        f"{alias}.{quoted(column.name)} AND {alias}.{quoted(f'{column.name}#type')} = '{table.logical}')"
        for table in (TABLES[target] for target in targets)
    ]
    return f"COALESCE({', '.join([*names, 'NULL'])})"


def _label(column: Column, alias: str) -> str:
    texts = {value: label.casefold().replace("'", "''") for value, label in column.options.items()}
    cases = " ".join(f"WHEN {value} THEN '{text}'" for value, text in texts.items())
    return f"CASE {alias}.{quoted(column.name)} {cases} END"
