"""From a request to the reads that answer it: who and which case is described, and the queries that find them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import inputs, odata
from .batch import Get
from .identification import (
    ACTIVE,
    CASE_COLUMNS,
    CASE_ID,
    CASE_SET,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_SET,
    CUSTOMERS,
    MAX_LENGTH,
    Columns,
    CustomerType,
    Lookup,
)
from .models import LinkRequest
from .rows import LOOKUP_TYPE
from .rows import Customer as CustomerRecord
from .settings import Settings

TWO = "2"
"""Rows to ask for: none, one and several is all that has to be told apart."""


@dataclass(frozen=True)
class Clause:
    """One given value: it holds where any of the columns equals any of the literals."""

    columns: Columns
    literals: tuple[str, ...]

    def under(self, path: str = "") -> str:
        """The condition, on the row itself or on the row at the end of a navigation property."""
        prefix = f"{path}/" if path else ""
        return odata.any_of(
            odata.equals(prefix + column, literal) for column in self.columns for literal in self.literals
        )


@dataclass(frozen=True)
class Criterion:
    """What describes the rows of one entity: clauses that must all hold, and a verdict where no search is needed."""

    clauses: tuple[Clause, ...] = ()
    matched_by: str = ""
    verdict: str = ""

    def under(self, path: str = "") -> list[str]:
        """All conditions, that the row is active first."""
        return [(f"{path}/" if path else "") + ACTIVE, *(clause.under(path) for clause in self.clauses)]


@dataclass(frozen=True)
class Question:
    """What a request asks for, after normalisation.

    `customers` holds a criterion for each type of customer that is described, preferred type first; `case` one where a
    number or a known record names the case. `requested` are the entities that may be linked.
    """

    customers: Mapping[CustomerType, Criterion] = field(default_factory=dict)
    case: Criterion | None = None
    requested: frozenset[str] = frozenset({"contact", "account", "case"})

    @property
    def wants_customer(self) -> bool:
        """Whether a customer may be linked at all."""
        return "contact" in self.requested or "account" in self.requested

    @property
    def wants_case(self) -> bool:
        """Whether a case may be linked at all."""
        return "case" in self.requested


def question(request: LinkRequest, settings: Settings) -> Question:
    """What `request` asks for under the rules of `settings`."""
    requested = frozenset(request.entities)
    given = request.variables() | extra_variables(request, settings)
    types = [type for type in settings.customer_types if type in requested] or list(settings.customer_types)
    customers = {type: criterion for type, ids in _known(request).items() if (criterion := _record(type, ids))}
    if not any(type in customers for type in types):
        customers = {type: criterion for type in types if (criterion := _described(type, given, settings))}
    return Question(
        customers={type: customers[type] for type in types if type in customers},
        case=_case(request, given, settings) if "case" in requested else None,
        requested=requested,
    )


def extra_variables(request: LinkRequest, settings: Settings) -> dict[str, str]:
    """The values of variables that only IDENTIFICATION_RULES know, by their name there."""
    wanted = {name.lower(): name for variables in settings.rules.values() for name in variables}
    texts = {name: inputs.text(value) for name, value in request.others.items() if isinstance(value, str)}
    return {wanted[name.lower()]: value for name, value in texts.items() if name.lower() in wanted and value}


def _known(request: LinkRequest) -> dict[CustomerType, tuple[str, ...]]:
    """The known customers by type; one without a type that can be told may be of either."""
    word = request.msdyn_CustomerType.lower()
    known: dict[CustomerType, tuple[str, ...]] = {
        "contact": request.msdyn_contact_msdyn_ocliveworkitem_Customer,
        "account": request.msdyn_account_msdyn_ocliveworkitem_Customer,
    }
    typed = {id for ids in known.values() for id in ids}
    loose = tuple(id for id in request.msdyn_CustomerId if id not in typed)
    return {type: ids + loose if word in (type, "") or word not in known else ids for type, ids in known.items()}


def _record(type: CustomerType, ids: tuple[str, ...]) -> Criterion | None:
    return _known_record(CUSTOMERS[type].id_column, ids)


def _known_record(id_column: str, ids: tuple[str, ...]) -> Criterion | None:
    if not ids:
        return None
    clause = Clause((id_column,), tuple(odata.guid(id) for id in ids[:MAX_RECORDS]))
    return Criterion((clause,), "record", "ambiguous" if len(ids) > 1 else "")


def _case(request: LinkRequest, given: Mapping[str, str], settings: Settings) -> Criterion | None:
    ids = dict.fromkeys(request.msdyn_incident_msdyn_ocliveworkitem + request.msdyn_CaseId)
    return _known_record(CASE_ID, tuple(ids)) or _described("case", given, settings)


def _described(entity: str, given: Mapping[str, str], settings: Settings) -> Criterion | None:
    """The criterion of the variables that this entity has columns for; None where there are none."""
    used = {name: columns for name, columns in settings.rules[entity].items() if name in given}
    if not used:
        return None
    matched_by = ", ".join(used)
    if any(len(given[name]) > MAX_LENGTH.get(name, MAX_EXTRA_LENGTH) for name in used):
        return Criterion(matched_by=matched_by, verdict="not_found")
    clauses = tuple(Clause(columns, (odata.text(given[name]),)) for name, columns in used.items())
    return Criterion(clauses, matched_by)


MAX_EXTRA_LENGTH = 4000
"""Characters: no single-line text column of Dataverse holds more."""

MAX_RECORDS = 20
"""Known records of one kind that are looked at; several are ambiguous anyway, unless a case picks one of them."""


def first_read(question: Question, conversation_id: str) -> dict[str, Get]:
    """All that the decision needs, by name: `conversation`, a customer type, `case`, a path from case to customer."""
    reads = {"conversation": _conversation(conversation_id)}
    for type, criterion in question.customers.items():
        if not criterion.verdict:
            reads[type] = _list(CUSTOMERS[type].entity_set, criterion.under(), select=_customer_columns(type))
    if question.wants_case and not (question.case and question.case.verdict):
        reads |= _cases(question)
    return reads


def _cases(question: Question) -> dict[str, Get]:
    numbered = question.case.under() if question.case else [ACTIVE]
    reads = {"case": _case_list(numbered, _whose(question))} if question.case else {}
    for type, criterion in question.customers.items():
        for path in CUSTOMERS[type].case_paths if criterion.clauses else ():
            reads[path.navigation] = _case_list([*numbered, *criterion.under(path.navigation)], [(type, path)])
    return reads


def _whose(question: Question) -> list[tuple[CustomerType, Lookup]]:
    """The customer of a case has to be read along only where nobody else says who the customer is."""
    return [] if question.customers else [(type, table.case_paths[0]) for type, table in CUSTOMERS.items()]


def cases_of(customer: CustomerRecord, question: Question) -> dict[str, Get]:
    """The read of the active cases, of the asked number if there is one, of a customer who is known by id."""
    whose = odata.any_of(
        odata.equals(path.column, odata.guid(customer.id)) for path in CUSTOMERS[customer.type].case_paths
    )
    conditions = question.case.under() if question.case else [ACTIVE]
    return {"own cases": _case_list([*conditions, whose], [])}


def case_read(case_id: str) -> dict[str, Get]:
    """The read of one case, active or not."""
    return {"case": _case_list([odata.equals(CASE_ID, odata.guid(case_id))], [])}


def conversation_read(conversation_id: str) -> dict[str, Get]:
    """The read of the conversation alone."""
    return {"conversation": _conversation(conversation_id)}


def _conversation(conversation_id: str) -> Get:
    expands = [_expand(table.conversation_navigation, _customer_columns(type)) for type, table in CUSTOMERS.items()]
    expands += [_expand(lookup.navigation, CASE_COLUMNS) for lookup in CONVERSATION_CASES.values()]
    columns = ("statecode", CONVERSATION_CUSTOMER, *(lookup.column for lookup in CONVERSATION_CASES.values()))
    options = {
        "$select": ",".join(columns),
        "$expand": ",".join(expands),
    }
    annotations = {"Prefer": f'odata.include-annotations="{LOOKUP_TYPE[1:]}"'}
    return Get(odata.url(odata.key(CONVERSATION_SET, conversation_id), options), annotations)


def _customer_columns(type: CustomerType) -> tuple[str, str]:
    return (CUSTOMERS[type].name_column, "statecode")


def _case_list(conditions: Iterable[str], expand: Iterable[tuple[CustomerType, Lookup]]) -> Get:
    expands = [_expand(path.navigation, _customer_columns(type)) for type, path in expand]
    return _list(CASE_SET, conditions, CASE_COLUMNS, ",".join(expands))


def _list(entity_set: str, conditions: Iterable[str], select: Iterable[str], expand: str = "") -> Get:
    options = {"$select": ",".join(select), "$filter": odata.all_of(conditions), "$top": TWO}
    return Get(odata.url(entity_set, options | ({"$expand": expand} if expand else {})))


def _expand(navigation: str, select: Iterable[str]) -> str:
    return f"{navigation}($select={','.join(select)})"
