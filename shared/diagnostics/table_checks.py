"""Columns, navigation properties, column security and visible rows, table by table.

A row that is asked for with all of it says whether everything is there; where it is refused, the table's definition
names what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.contract.diagnosis import Check
from shared.diagnostics.queries import Asked, Definitions, Rows, defined, refused, seen
from shared.diagnostics.report import AZURE, DYNAMICS, bad, good, of_error
from shared.diagnostics.requirements import TableUse, list_of, logical

TEXT_TYPES = ("String", "Memo")
"""`AttributeType` of a column that is compared with text ("AttributeTypeCode enum type")."""

OMNICHANNEL_MISSING = "Install Omnichannel for Customer Service in this environment, or check DATAVERSE_URL"
FROM_RULES = "Correct IDENTIFICATION_RULES (or create the columns in the table)"


def columns(uses: Iterable[TableUse], found: Rows, definitions: Definitions) -> Iterator[Check]:
    """Whether every column is there, and those that are compared with text hold text."""
    for use in uses:
        name = f"columns of {use.logical_name}"
        types = {item.LogicalName: item.AttributeType for item in defined(definitions, use, "columns").value}
        missing = [logical(column) for column in use.columns if logical(column) not in types] if types else []
        no_text = [column for column in use.matched if types.get(column) and types[column] not in TEXT_TYPES]
        if missing and not _was_read((use.logical_name, "columns"), found):
            yield _missing_columns(use, name, missing)
        elif no_text:
            fix = f"{FROM_RULES}: {list_of(no_text)} on {use.logical_name} cannot be compared, only text columns can."
            yield bad("columns", name, fix, AZURE, f"not text: {list_of(no_text)}", use.needed)
        else:
            yield _as_read("columns", name, (use.logical_name, "columns"), use, found, len(use.columns))


def _missing_columns(use: TableUse, name: str, missing: list[str]) -> Check:
    what, by = (FROM_RULES, AZURE) if set(missing) & set(use.matched) else (OMNICHANNEL_MISSING, DYNAMICS)
    fix = f"{what}: the table {use.logical_name} has no column {list_of(missing)}."
    return bad("columns", name, fix, by, f"missing: {list_of(missing)}", use.needed)


def navigations(uses: Iterable[TableUse], found: Rows, definitions: Definitions) -> Iterator[Check]:
    """Whether every navigation property is there; their names are compared with case."""
    for use in uses:
        if not use.navigations:
            continue
        name = f"navigation properties of {use.logical_name}"
        relationships = defined(definitions, use, "navigation").value
        known = {item.ReferencingEntityNavigationPropertyName for item in relationships}
        missing = [navigation for navigation in use.navigations if navigation not in known] if known else []
        if missing and not _was_read((use.logical_name, "navigation"), found):
            fix = f"{OMNICHANNEL_MISSING}: the table {use.logical_name} has no {list_of(missing)}."
            yield bad("navigation", name, fix, found=f"missing: {list_of(missing)}", needed=use.needed)
        else:
            yield _as_read("navigation", name, (use.logical_name, "navigation"), use, found, len(use.navigations))


def _was_read(asked: Asked, found: Rows) -> bool:
    """Whether a row came with all that was asked for: then it is there, whatever a definition leaves out."""
    return seen(found, asked) is not None


def _as_read(area: str, name: str, asked: Asked, use: TableUse, found: Rows, count: int) -> Check:
    """What the row that was read with all of it says."""
    error = refused(found, asked)
    if error:
        return of_error(area, name, error, needed=use.needed)
    return good(area, name, f"{count} found")


def rows(uses: Iterable[TableUse], found: Rows) -> Iterator[Check]:
    """Whether the app sees a row at all: rows beyond the depth of Read are silently missing."""
    for use in uses:
        name = f"rows of {use.logical_name}"
        error = refused(found, (use.logical_name, "rows"))
        if error:
            yield of_error("rows", name, error, needed=use.needed)
        elif seen(found, (use.logical_name, "rows")):
            yield good("rows", name, "visible")
        else:
            fix = (
                f"Give the app's security role Read on {use.logical_name} at depth Organization; if it has that, there "
                "is no row yet: make one, then ask again."
            )
            yield bad("rows", name, fix, found="none visible", needed=use.needed)


def secured_columns(use: TableUse, definitions: Definitions) -> list[str]:
    """The columns under column security among those that are compared with input."""
    secured = {item.LogicalName for item in defined(definitions, use, "columns").value if item.IsSecured}
    return [column for column in use.matched if column in secured]


def security(uses: Iterable[TableUse], definitions: Definitions, proofs: Rows) -> Iterator[Check]:
    """Whether compared columns are hidden from the app: nothing matches on a column whose values it may not read."""
    for use in uses:
        known = bool(defined(definitions, use, "columns").value)
        if not use.matched or not known:
            continue
        hidden = [column for column in secured_columns(use, definitions) if not _seen(use, column, proofs)]
        name = f"column security on {use.logical_name}"
        if hidden:
            fix = (
                f"Give the application user a column security profile with Read on {list_of(hidden)} of "
                f"{use.logical_name}, or compare other columns (IDENTIFICATION_RULES)."
            )
            yield bad("column security", name, fix, found=f"no value visible: {list_of(hidden)}")
        else:
            yield good("column security", name, f"{list_of(use.matched)}: readable")


def _seen(use: TableUse, column: str, proofs: Rows) -> bool:
    row = next(iter(seen(proofs, (use.logical_name, column)) or []), {})
    return row.get(column) is not None
