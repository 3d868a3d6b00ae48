"""From a question to the reads that answer it, and from their answers to what was found. Pure.

A read has a name: `conversation`, a customer type, `case`, a path from case to customer; a suffix tells its variants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.core.schema import (
    ACTIVE,
    CASE_COLUMNS,
    CASE_ID,
    CASE_SET,
    COMPANY,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_SET,
    CUSTOMERS,
    CustomerType,
    Lookup,
)
from shared.dataverse import odata, records
from shared.dataverse.batch import Get
from shared.dataverse.records import LOOKUP_TYPE, Case, Customer
from shared.resolver.decision import SearchResult
from shared.resolver.filters import EntityCriteria, MatchCriteria

Bodies = Mapping[str, Mapping[str, Any]]

TWO = "2"
"""Rows to ask for: none, one and several is all that has to be told apart."""

TIE = " by name"
ALONE = " alone "
OWN = "own cases"


def first_read(criteria: MatchCriteria, conversation_id: str) -> dict[str, Get]:
    """All that the decision needs."""
    reads = conversation_read(conversation_id, criteria.case_of_company)
    for type, criterion in criteria.customers.items():
        if criterion.searches:
            reads |= _customer_reads(type, criterion, criteria)
    if criteria.wants_case and not (criteria.case and criteria.case.preset_status):
        reads |= _case_reads(criteria)
    return reads


def _customer_reads(type: CustomerType, criterion: EntityCriteria, criteria: MatchCriteria) -> dict[str, Get]:
    entity_set, columns = CUSTOMERS[type].entity_set, _customer_columns(type, criteria.case_of_company)
    reads = {type + suffix: _list(entity_set, each.to_odata(), columns) for suffix, each in _with_ties(criterion)}
    if criteria.counts_alone and len(criterion.conditions) > 1:
        for condition in criterion.conditions:
            conditions = [ACTIVE, condition.to_odata()]
            reads[type + ALONE + condition.variable] = _list(entity_set, conditions, (CUSTOMERS[type].id_column,))
    return reads


def _with_ties(criterion: EntityCriteria) -> list[tuple[str, EntityCriteria]]:
    """The criterion, and the one that decides between several."""
    return [("", criterion), *([(TIE, criterion.tie_break)] if criterion.tie_break else [])]


def _case_reads(criteria: MatchCriteria) -> dict[str, Get]:
    """The cases of the number, and again those of them that belong to whom the request describes.

    One navigation path per read: `or` across paths of a polymorphic lookup is documented nowhere.
    """
    numbered = criteria.case.to_odata() if criteria.case else [ACTIVE]
    reads = {"case": case_list(numbered, _whose(criteria))} if criteria.case else {}
    for type, criterion in criteria.customers.items():
        if not criterion.may_match or (criterion.supporting_only and not criteria.case):
            continue
        for path in CUSTOMERS[type].case_paths:
            for suffix, each in _with_ties(criterion):
                conditions = [*numbered, *each.to_odata(path.navigation)]
                reads[path.navigation + suffix] = case_list(conditions, [(type, path)])
    return reads


def _whose(criteria: MatchCriteria) -> list[tuple[CustomerType, Lookup]]:
    """The customer of a case is read along only where nothing else says who the customer is."""
    if criteria.customers and not criteria.case_of_company:
        return []
    return [(type, table.case_paths[0]) for type, table in CUSTOMERS.items()]


def cases_of(customer: Customer, criteria: MatchCriteria) -> dict[str, Get]:
    """The read of the active cases, of the asked number if there is one, of a customer who is known by id."""
    paths = CUSTOMERS[customer.type].case_paths
    whose = odata.any_of(odata.equals(path.column, odata.guid(customer.id)) for path in paths)
    conditions = criteria.case.to_odata() if criteria.case else [ACTIVE]
    return {OWN: case_list([*conditions, whose])}


def case_read(case_id: str) -> dict[str, Get]:
    """The read of one case, active or not."""
    return {"case": case_list([odata.equals(CASE_ID, odata.guid(case_id))])}


def conversation_read(conversation_id: str, with_company: bool = False) -> dict[str, Get]:
    """The read of the conversation, with its customer and its cases expanded."""
    expands = [
        _expand(table.conversation_navigation, _customer_columns(type, with_company))
        for type, table in CUSTOMERS.items()
    ]
    expands += [_expand(lookup.navigation, CASE_COLUMNS) for lookup in CONVERSATION_CASES.values()]
    columns = ("statecode", CONVERSATION_CUSTOMER, *(lookup.column for lookup in CONVERSATION_CASES.values()))
    options = {"$select": ",".join(columns), "$expand": ",".join(expands)}
    annotations = {"Prefer": f'odata.include-annotations="{LOOKUP_TYPE[1:]}"'}
    return {"conversation": Get(odata.url(odata.key(CONVERSATION_SET, conversation_id), options), annotations)}


def _customer_columns(type: CustomerType, with_company: bool = False) -> tuple[str, ...]:
    columns = (CUSTOMERS[type].id_column, CUSTOMERS[type].name_column, "statecode")
    return (*columns, COMPANY) if with_company and type == "contact" else columns


def case_list(conditions: Iterable[str], expand: Iterable[tuple[CustomerType, Lookup]] = ()) -> Get:
    """A read of two cases that fulfil the conditions, with the customers at the end of some paths expanded."""
    expands = [_expand(path.navigation, _customer_columns(type)) for type, path in expand]
    return _list(CASE_SET, conditions, CASE_COLUMNS, ",".join(expands))


def _list(entity_set: str, conditions: Iterable[str], select: Iterable[str], expand: str = "") -> Get:
    options = {"$select": ",".join(select), "$filter": odata.all_of(conditions), "$top": TWO}
    return Get(odata.url(entity_set, options | ({"$expand": expand} if expand else {})))


def _expand(navigation: str, select: Iterable[str]) -> str:
    return f"{navigation}($select={','.join(select)})"


# --- from answers to what was found ----------------------------------------------------------------------------------

PATHS = tuple(path.navigation for table in CUSTOMERS.values() for path in table.case_paths)


def found(conversation_id: str, bodies: Bodies, first_column: str) -> SearchResult:
    """What the answers of `first_read` hold; `first_column` as in `rows.Conversation`."""
    types = [type for type in CUSTOMERS if type in bodies]
    with records.readable():
        return _found(conversation_id, bodies, types, first_column)


def _found(conversation_id: str, bodies: Bodies, types: list[CustomerType], first_column: str) -> SearchResult:
    return SearchResult(
        conversation=records.conversation(conversation_id, bodies["conversation"], first_column),
        customers={type: _customers(type, bodies[type]) for type in types},
        customers_by_name={type: _customers(type, bodies[type + TIE]) for type in types if type + TIE in bodies},
        cases=cases(bodies.get("case", {})),
        cases_via={path: cases(bodies[path]) for path in PATHS if path in bodies},
        cases_via_name={path: cases(bodies[path + TIE]) for path in PATHS if path + TIE in bodies},
        alone={name: len(body["value"]) for name, body in bodies.items() if ALONE in name},
    )


def _customers(type: CustomerType, body: Mapping[str, Any]) -> tuple[Customer, ...]:
    return tuple(records.customer(type, row) for row in body["value"])


def cases(body: Mapping[str, Any]) -> tuple[Case, ...]:
    """The cases of one read; {} stands for a read that was not made."""
    with records.readable():
        return tuple(records.case(row) for row in body["value"]) if body else ()
