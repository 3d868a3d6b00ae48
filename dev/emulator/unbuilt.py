"""What Dataverse has and this emulator has not, by name: 501, never the answer for something that does not exist.

The names are data (`known`). Operations that are bound to a set or a row (``CreateMultiple`` and its kin,
``Microsoft.Dynamics.CRM.…``) are 501 whatever their name.
"""

from __future__ import annotations

from . import errors
from .known import known
from .schema import Table
from .tables import COLLECTIONS, association

COUNT = "$count"


def check_segment(segment: str) -> None:
    """ApiError 501 for the first segment of a path, or of a reference, that Dataverse has and the emulator has not."""
    name = segment.partition("(")[0]
    if name in known().entity_sets or name in known().operations:
        raise errors.not_implemented(name)


def check_table(logical: str) -> None:
    """ApiError 501 for the logical name of a table that Dataverse has and the emulator has not."""
    if logical in known().tables:
        raise errors.not_implemented(f"the table {logical}")


def check_column(table: Table, name: str) -> None:
    """ApiError 501 for a column, by its logical name, that the table has in Dataverse and not here."""
    names = known().of.get(table.logical)
    if names and name in names.columns:
        raise errors.not_implemented(f"the column {name} of {table.logical}")


def is_collection(table: Table, name: str) -> bool:
    """Whether a table has a collection-valued navigation property of that name, in that case."""
    names = known().of.get(table.logical)
    there = (table.logical, name) in COLLECTIONS or association(table, name) is not None
    return there or (names is not None and name in names.collections)


def refusal(table: Table, name: str, otherwise: errors.ApiError) -> errors.ApiError:
    """The error for a name that is no use where it stands: 501 for one that the table has in Dataverse."""
    names = known().of.get(table.logical)
    if is_collection(table, name):
        return errors.not_implemented(f"the collection-valued navigation property {name} here")
    if name in table.navigations or (names and name in names.navigations):
        return errors.not_implemented(f"the navigation property {name} of {table.logical} here")
    if names and name in names.wire:
        return errors.not_implemented(f"the column {name} of {table.logical}")
    return otherwise


def unknown(table: Table, name: str) -> errors.ApiError:
    """`refusal` for a name in a query option."""
    return refusal(table, name, errors.unknown_property(name, table.logical))
