"""What is asked of Dataverse for a diagnosis: reads alone, and their answers, checked, or refusals.

Documents: "Query table definitions using the Web API" (definitions), "RetrieveUserPrivileges function".
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Literal, TypeVar

from pydantic import Field, TypeAdapter

from shared.core.errors import LinkerError
from shared.dataverse import odata
from shared.dataverse.batch import Get
from shared.dataverse.rows import RowModel, Text, parsed
from shared.diagnostics.requirements import WORKSTREAM_NAME, WORKSTREAM_SET, WORKSTREAM_TABLE, TableUse
from shared.resolver.fetchxml.lookup import RULE_COLUMN, WORKSTREAM_ID

T = TypeVar("T")

Aspect = Literal["rows", "columns", "navigation", "privileges"]
Asked = tuple[str, str]
"""What a read is about: the logical name of a table, and an `Aspect` or the name of a column."""


class Seen(RowModel):
    """Rows of a table."""

    value: list[dict[str, object]]


class Item(RowModel):
    """A column or a relationship in the definition of a table."""

    LogicalName: Text = ""
    AttributeType: Text = ""
    IsSecured: bool | None = None
    ReferencingEntityNavigationPropertyName: Text = ""


class Privilege(RowModel):
    """A privilege in the definition of a table."""

    Name: Text = ""
    PrivilegeId: Text = ""
    PrivilegeType: Text = ""


class Definition(RowModel):
    """The part of the definition of a table that was asked for."""

    value: list[Item] = Field(default_factory=list)
    Privileges: list[Privilege] = Field(default_factory=list)


class HeldPrivilege(RowModel):
    """A privilege that our user holds. Members of an enumeration come as names; some versions write the number."""

    PrivilegeId: Text = ""
    PrivilegeName: Text = ""
    Depth: str | int = 0


class HeldPrivileges(RowModel):
    """The answer of `RetrieveUserPrivileges`."""

    RolePrivileges: list[HeldPrivilege]


Rows = Mapping[Asked, "Seen | LinkerError"]
Definitions = Mapping[Asked, "Definition | LinkerError"]
"""By what was asked: the answer, or why it was refused."""

SEEN, DEFINITION, HELD = TypeAdapter(Seen), TypeAdapter(Definition), TypeAdapter(HeldPrivileges)

ONE = "1"
MOST_NAMED = "20"
"""Workstreams that are named at most."""

WITH_RULE: Asked = (WORKSTREAM_TABLE, "with a rule")
AGENT_CASES: Asked = ("msdyn_agentcopilotsetting", "creates cases")


def rows(uses: Iterable[TableUse]) -> dict[Asked, Get[Seen]]:
    """Per table one row: its id alone, then with every column, then with everything expanded."""
    reads: dict[Asked, Get[Seen]] = {}
    for use in uses:
        reads[use.logical_name, "rows"] = _row(use, {"$select": use.id_column})
        reads[use.logical_name, "columns"] = _row(use, {"$select": ",".join(use.columns)})
        if use.navigations:
            expand = ",".join(f"{name}($select=statecode)" for name in use.navigations)
            reads[use.logical_name, "navigation"] = _row(use, {"$select": use.id_column, "$expand": expand})
    options = {
        "$select": f"{WORKSTREAM_ID},{WORKSTREAM_NAME}",
        "$filter": f"{RULE_COLUMN} ne null",
        "$top": MOST_NAMED,
    }
    return reads | {WITH_RULE: Get(odata.url(WORKSTREAM_SET, options), partial(parsed, SEEN))}


def _row(use: TableUse, options: dict[str, str]) -> Get[Seen]:
    return Get(odata.url(use.entity_set, options | {"$top": ONE}), partial(parsed, SEEN))


def definitions(uses: Iterable[TableUse]) -> dict[Asked, Get[Definition]]:
    """Per table what its definition says of privileges, columns and navigation properties."""
    reads: dict[Asked, Get[Definition]] = {}
    for use in uses:
        table = _definition_of(use.logical_name)
        reads[use.logical_name, "privileges"] = privileges_of(use.logical_name)
        columns = "LogicalName,AttributeType,IsSecured"
        reads[use.logical_name, "columns"] = _definition(f"{table}/Attributes", columns)
        if use.navigations:
            select = "ReferencingEntityNavigationPropertyName"
            reads[use.logical_name, "navigation"] = _definition(f"{table}/ManyToOneRelationships", select)
    return reads


def privileges_of(table: str) -> Get[Definition]:
    """The read of the privileges in the definition of a table."""
    return _definition(_definition_of(table), "LogicalName,Privileges")


def _definition_of(table: str) -> str:
    return f"EntityDefinitions(LogicalName={odata.text(table)})"


def _definition(resource: str, select: str) -> Get[Definition]:
    return Get(odata.url(resource, {"$select": select}), partial(parsed, DEFINITION))


def agent_cases() -> dict[Asked, Get[Seen]]:
    """The settings that let the Case Management Agent create cases from conversations, at most one.

    The column's display name is "Allows Conversation to Case autonomous creation" ("Agent Copilot Setting
    (msdyn_agentcopilotsetting) table/entity reference").
    """
    table, _ = AGENT_CASES
    options = {"$select": f"{table}id", "$filter": "msdyn_conversationtocaseautonomousflowenabled eq true"}
    return {AGENT_CASES: Get(odata.url(f"{table}s", options | {"$top": ONE}), partial(parsed, SEEN))}


def privileges(user_id: str) -> Get[HeldPrivileges]:
    """The read of what our user may do through its roles."""
    function = "/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    return Get(odata.key("systemusers", user_id) + function, partial(parsed, HELD))


def with_a_value(use: TableUse, columns: Iterable[str]) -> dict[Asked, Get[Seen]]:
    """Per column a row that has a value in it: none is found where the values are hidden from us."""
    return {
        (use.logical_name, column): _row(use, {"$select": column, "$filter": f"{column} ne null"}) for column in columns
    }


def seen(answers: Rows, asked: Asked) -> list[dict[str, object]] | None:
    """The rows that were read, None where that was refused or not tried."""
    answer = answers.get(asked)
    return answer.value if isinstance(answer, Seen) else None


def defined(answers: Definitions, use: TableUse, aspect: Aspect) -> Definition:
    """That part of the definition of a table; an empty one where it was refused or not tried."""
    answer = answers.get((use.logical_name, aspect))
    return answer if isinstance(answer, Definition) else Definition()


def refused(answers: Mapping[Asked, T | LinkerError], asked: Asked) -> LinkerError | None:
    """Why a read was refused, None where it was not."""
    answer = answers.get(asked)
    return answer if isinstance(answer, LinkerError) else None
