"""What the app uses in Dataverse, as data: tables, columns, navigation properties, privileges.

Columns and navigation properties follow from the schema and the settings, privileges from `privileges`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from shared.core.schema import (
    CASE_COLUMNS,
    CASE_LOGICAL_NAME,
    CASE_SET,
    COMPANY,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_ID,
    CONVERSATION_LOGICAL_NAME,
    CONVERSATION_SET,
    CONVERSATION_WORKSTREAM,
    CUSTOMERS,
    CustomerType,
)
from shared.diagnostics.privileges import Choice, Need, needs
from shared.resolver.fetchxml.lookup import RULE_COLUMN, WORKSTREAM, WORKSTREAM_ID
from shared.settings import RuleSource, Settings

WORKSTREAM_TABLE = "msdyn_liveworkstream"
WORKSTREAM_SET = "msdyn_liveworkstreams"
WORKSTREAM_NAME = "msdyn_name"


class TableUse(NamedTuple):
    """What is used of one table. Columns as on the wire (`_x_value` for a lookup); `matched` are compared with input.

    `needed` False: linking works without this table.
    """

    logical_name: str
    entity_set: str
    id_column: str
    columns: tuple[str, ...]
    matched: tuple[str, ...]
    navigations: tuple[str, ...]
    privileges: tuple[Need, ...] = ()
    needed: bool = True


def tables(settings: Settings, create_case: bool = True) -> tuple[TableUse, ...]:
    """Every table that is used under `settings`; without what only `createCase` needs where that is not used."""
    wanted = needs(_choice(settings, create_case))
    uses = (
        *(_customer(type, settings) for type in CUSTOMERS),
        _case(settings, create_case),
        _conversation(settings),
        _workstream(settings),
    )
    return tuple(
        use._replace(privileges=tuple(need for need in wanted if need.table == use.logical_name)) for use in uses
    )


def _choice(settings: Settings, create_case: bool) -> Choice:
    return Choice(
        create_case=create_case,
        workstream=settings.rule_source is RuleSource.WORKSTREAM,
        case_owner_team=bool(settings.case_owner_team_id),
    )


def _customer(type: CustomerType, settings: Settings) -> TableUse:
    table = CUSTOMERS[type]
    matched = _matched(settings, type)
    company = [COMPANY] if type == "contact" and settings.case_of_company else []
    columns = _unique(table.id_column, table.name_column, "statecode", *matched, *company)
    return TableUse(type, table.entity_set, table.id_column, columns, matched, ())


def _case(settings: Settings, create_case: bool) -> TableUse:
    matched = _matched(settings, "case")
    created = ("caseorigincode", "description") if create_case else ()
    paths = tuple(path.navigation for table in CUSTOMERS.values() for path in table.case_paths)
    columns = _unique(*CASE_COLUMNS, *matched, *created)
    return TableUse(CASE_LOGICAL_NAME, CASE_SET, CASE_COLUMNS[0], columns, matched, paths)


def _conversation(settings: Settings) -> TableUse:
    lookups = CONVERSATION_CASES.values()
    workstream = [CONVERSATION_WORKSTREAM] if settings.link_policy.workstreams else []
    case_columns = (lookup.column for lookup in lookups)
    columns = _unique(CONVERSATION_ID, "statecode", CONVERSATION_CUSTOMER, *workstream, *case_columns)
    customers = (table.conversation_navigation for table in CUSTOMERS.values())
    rule = (WORKSTREAM,) if settings.rule_source is RuleSource.WORKSTREAM else ()
    navigations = (*customers, *(lookup.navigation for lookup in lookups), *rule)
    return TableUse(CONVERSATION_LOGICAL_NAME, CONVERSATION_SET, CONVERSATION_ID, columns, (), navigations)


def _workstream(settings: Settings) -> TableUse:
    return TableUse(
        WORKSTREAM_TABLE,
        WORKSTREAM_SET,
        WORKSTREAM_ID,
        (WORKSTREAM_ID, WORKSTREAM_NAME, RULE_COLUMN),
        (),
        (),
        needed=settings.rule_source is RuleSource.WORKSTREAM,
    )


def _matched(settings: Settings, entity: str) -> tuple[str, ...]:
    return _unique(*(column for columns in settings.rules[entity].values() for column in columns))


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def logical(column: str) -> str:
    """The logical name behind a column of the wire: `_customerid_value` is `customerid` ("Web API properties")."""
    is_lookup = column.startswith("_") and column.endswith("_value")
    return column[len("_") : -len("_value")] if is_lookup else column


def list_of(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)
