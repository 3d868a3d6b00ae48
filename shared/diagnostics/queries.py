"""What is asked of Dataverse for a diagnosis: reads alone, by name, and their answers or refusals.

Documents: "Query table definitions using the Web API" (definitions), "RetrieveUserPrivileges function".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.core.errors import LinkerError
from shared.dataverse import odata
from shared.dataverse.batch import Get
from shared.diagnostics.requirements import WORKSTREAM_NAME, WORKSTREAM_SET, TableUse
from shared.resolver.fetchxml.lookup import RULE_COLUMN, WORKSTREAM_ID

Results = Mapping[str, "dict[str, Any] | LinkerError"]
"""By the name of the read: the body, or why it was refused."""

ONE = "1"
MOST_NAMED = "20"
"""Workstreams that are named at most."""

WITH_RULE = "workstreams with a rule"


def rows(uses: Iterable[TableUse]) -> dict[str, Get]:
    """Per table one row: its id alone, then with every column, then with everything expanded."""
    reads: dict[str, Get] = {}
    for use in uses:
        reads[f"{use.logical_name} rows"] = _row(use, {"$select": use.id_column})
        reads[f"{use.logical_name} columns"] = _row(use, {"$select": ",".join(use.columns)})
        if use.navigations:
            expand = ",".join(f"{name}($select=statecode)" for name in use.navigations)
            reads[f"{use.logical_name} navigation"] = _row(use, {"$select": use.id_column, "$expand": expand})
    options = {
        "$select": f"{WORKSTREAM_ID},{WORKSTREAM_NAME}",
        "$filter": f"{RULE_COLUMN} ne null",
        "$top": MOST_NAMED,
    }
    return reads | {WITH_RULE: Get(odata.url(WORKSTREAM_SET, options))}


def _row(use: TableUse, options: dict[str, str]) -> Get:
    return Get(odata.url(use.entity_set, options | {"$top": ONE}))


def definitions(uses: Iterable[TableUse]) -> dict[str, Get]:
    """Per table what its definition says of privileges, columns and navigation properties."""
    reads: dict[str, Get] = {}
    for use in uses:
        table = f"EntityDefinitions(LogicalName={odata.text(use.logical_name)})"
        reads[f"{use.logical_name} privileges"] = _definition(table, "LogicalName,Privileges")
        reads[f"{use.logical_name} columns"] = _definition(f"{table}/Attributes", "LogicalName,AttributeType,IsSecured")
        if use.navigations:
            select = "ReferencingEntityNavigationPropertyName"
            reads[f"{use.logical_name} navigation"] = _definition(f"{table}/ManyToOneRelationships", select)
    return reads


def _definition(resource: str, select: str) -> Get:
    return Get(odata.url(resource, {"$select": select}))


def privileges(user_id: str) -> str:
    """The resource that holds what our user may do through its roles."""
    return odata.key("systemusers", user_id) + "/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"


def with_a_value(use: TableUse, columns: Iterable[str]) -> dict[str, Get]:
    """Per column a row that has a value in it: none is found where the values are hidden from us."""
    return {
        f"{use.logical_name}.{column}": _row(use, {"$select": column, "$filter": f"{column} ne null"})
        for column in columns
    }


def values(answers: Results, name: str) -> list[dict[str, Any]] | None:
    """The objects of a list that was read, None where it was refused, not read, or is no list."""
    answer = answers.get(name)
    found = answer.get("value") if isinstance(answer, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else None


def refused(answers: Results, name: str) -> LinkerError | None:
    """Why a read was refused, None where it was not."""
    answer = answers.get(name)
    return answer if isinstance(answer, LinkerError) else None
