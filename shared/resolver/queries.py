"""From what is asked for to the reads that answer it, and from their answers to what was found. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

from shared.core.schema import (
    ACTIVE,
    CASE_COLUMNS,
    CASE_ID,
    CASE_SET,
    COMPANY,
    CONTEXT_CONVERSATION,
    CONVERSATION_CASES,
    CONVERSATION_CUSTOMER,
    CONVERSATION_ID,
    CONVERSATION_PROFILE,
    CONVERSATION_SET,
    CONVERSATION_WORKSTREAM,
    CUSTOMERS,
    LIVE_CHAT,
    NUMBERED_CHANNELS,
    SOCIAL_PROFILE,
    SOCIAL_PROFILE_ID,
    CustomerType,
    EngagementContext,
    Lookup,
)
from shared.dataverse import evidence, odata, rows
from shared.dataverse.batch import UNAVAILABLE, Get, Row
from shared.dataverse.client import Answers
from shared.dataverse.records import Case, Conversation, Customer, Evidence
from shared.dataverse.rows import LOOKUP_TYPE
from shared.resolver import case_creation
from shared.resolver.decision import SearchResult
from shared.resolver.filters import EntityCriteria, MatchCriteria

T = TypeVar("T")

Customers = tuple[Customer, ...]
Cases = tuple[Case, ...]

TOP = 5
"""Rows to ask for: none, one and several have to be told apart, also where rows that only look alike are left out."""


class EvidenceReads(NamedTuple):
    """The reads of what Omnichannel recorded. Each may be refused: that costs the evidence, never the link."""

    live_chat: Get[str]
    numbers: tuple[Get[tuple[str, ...]], ...]
    profile: Get[str]

    @property
    def gets(self) -> list[Get[Any]]:
        """All reads, each once."""
        return [self.live_chat, *self.numbers, self.profile]

    def found(self, answers: Answers) -> Evidence:
        """What the answers hold; None stands for a read that was refused."""
        found = {get: answers[get] for get in self.gets}
        known = {get: None if answer is UNAVAILABLE else answer for get, answer in found.items()}
        return Evidence(
            signed_in_contact_id=known[self.live_chat] or "",
            numbers=tuple(number for get in self.numbers for number in known[get] or ()),
            profile_customer_id=known[self.profile] or "",
            incomplete=UNAVAILABLE in found.values(),
        )


PROFILE_OPTIONS = {
    "$select": CONVERSATION_ID,
    "$expand": f"{CONVERSATION_PROFILE}($select={SOCIAL_PROFILE_ID},_customerid_value)",
}
"""What is read of a conversation for the customer of its social profile."""


def evidence_reads(conversation_id: str) -> EvidenceReads:
    """What the engagement contexts and the social profile of a conversation say of who is on it."""
    return EvidenceReads(
        live_chat=_context(LIVE_CHAT, conversation_id, partial(evidence.signed_in_contact, conversation_id)),
        numbers=tuple(
            _context(channel, conversation_id, partial(evidence.numbers, conversation_id, channel))
            for channel in NUMBERED_CHANNELS
        ),
        profile=Get(
            odata.url(odata.key(CONVERSATION_SET, conversation_id), PROFILE_OPTIONS),
            partial(evidence.profile_customer, conversation_id),
            optional=True,
        ),
    )


def _context(context: EngagementContext, conversation_id: str, parse: Callable[[Row], T]) -> Get[T]:
    of_conversation = odata.equals(CONTEXT_CONVERSATION, odata.guid(conversation_id))
    options = context_columns(context) | {"$filter": of_conversation, "$top": str(evidence.MAX_CONTEXTS)}
    return Get(odata.url(context.entity_set, options), parse, optional=True)


def context_columns(context: EngagementContext) -> dict[str, str]:
    """What is read of an engagement context."""
    return {"$select": ",".join((*context.columns, CONTEXT_CONVERSATION))}


class Search(NamedTuple):
    """The reads that find what a decision needs; the fields are those of `SearchResult`."""

    conversation: Get[Conversation]
    customers: Mapping[CustomerType, Get[Customers]] = {}
    cases: Get[Cases] | None = None
    cases_via: Mapping[str, Get[Cases]] = {}
    customers_by_name: Mapping[CustomerType, Get[Customers]] = {}
    cases_via_name: Mapping[str, Get[Cases]] = {}
    alone: Mapping[tuple[CustomerType, str], Get[int]] = {}
    evidence: EvidenceReads | None = None
    created: Get[Cases] | None = None
    profile: Get[Customer | None] | None = None

    @property
    def gets(self) -> list[Get[Any]]:
        """All reads, each once."""
        return [
            self.conversation,
            *self.customers.values(),
            *self.customers_by_name.values(),
            *self.alone.values(),
            *([self.cases] if self.cases else []),
            *self.cases_via.values(),
            *self.cases_via_name.values(),
            *([self.created] if self.created else []),
            *([self.profile] if self.profile else []),
            *(self.evidence.gets if self.evidence else ()),
        ]

    def found(self, answers: Answers) -> SearchResult:
        """What the answers hold.

        Raises:
            DataverseUnavailable: answers that do not go together, as those of swapped parts.
        """
        result = SearchResult(
            conversation=answers[self.conversation],
            customers={type: answers[get] for type, get in self.customers.items()},
            customers_by_name={type: answers[get] for type, get in self.customers_by_name.items()},
            cases=answers[self.cases] if self.cases else (),
            cases_via={path: answers[get] for path, get in self.cases_via.items()},
            cases_via_name={path: answers[get] for path, get in self.cases_via_name.items()},
            alone={key: answers[get] for key, get in self.alone.items()},
            evidence=self.evidence.found(answers) if self.evidence else Evidence(),
            created=answers[self.created] if self.created else (),
            profile_customer=_available(answers[self.profile]) if self.profile else None,
        )
        rows.expect(all(_go_together(result, self.cases is not None)))
        return result


def _available(answer: T) -> T | None:
    return None if answer is UNAVAILABLE else answer


def _go_together(result: SearchResult, with_cases: bool) -> Iterator[bool]:
    """Whether what one read found is among what a wider read found, where that found all there is."""
    for type, wider in result.customers.items():
        whose = _related(result.cases_via, type) + _related(result.cases_via_name, type)
        yield _are_among([*result.customers_by_name.get(type, ()), *whose], wider)
    for narrower in (*result.cases_via.values(), *result.cases_via_name.values()):
        yield not with_cases or _are_among(narrower, result.cases)


def _related(cases: Mapping[str, Cases], type: CustomerType) -> list[Customer]:
    paths = [path.navigation for path in CUSTOMERS[type].case_paths]
    return [case.related[path] for path in paths for case in cases.get(path, ())]


def _are_among(narrower: Iterable[Customer | Case], wider: Collection[Customer | Case]) -> bool:
    return len(wider) >= TOP or {each.id for each in narrower} <= {each.id for each in wider}


def search(criteria: MatchCriteria, conversation_id: str, first_column: str, with_workstream: bool = False) -> Search:
    """All that the decision needs; `first_column` as in `records.Conversation`."""
    searched = {type: each for type, each in criteria.customers.items() if each.searches}
    ties = {type: each.tie_break for type, each in searched.items() if each.tie_break}
    with_company = criteria.case_of_company
    reads_cases = criteria.wants_case and not (criteria.case and criteria.case.preset_status)
    return Search(
        conversation=conversation_get(conversation_id, first_column, with_company, with_workstream),
        customers={type: _customer_list(type, each, with_company) for type, each in searched.items()},
        customers_by_name={type: _customer_list(type, each, with_company) for type, each in ties.items()},
        alone=dict(_alone(searched)) if criteria.counts_alone else {},
        cases=_numbered(criteria) if reads_cases else None,
        cases_via=dict(_cases_via(criteria, lambda each: each)) if reads_cases else {},
        cases_via_name=dict(_cases_via(criteria, lambda each: each.tie_break)) if reads_cases else {},
        evidence=evidence_reads(conversation_id),
        created=created_get(criteria, conversation_id),
        profile=profile_get(criteria),
    )


def created_get(criteria: MatchCriteria, conversation_id: str) -> Get[Cases] | None:
    """The read of the cases that a conversation created before; None where none is to be created."""
    if not criteria.may_create:
        return None
    ids = case_creation.ids(conversation_id)
    condition = odata.any_of(odata.equals(CASE_ID, odata.guid(id)) for id in ids)
    parse = partial(rows.cases_of_ids, ids)
    return _list(CASE_SET, [condition], CASE_COLUMNS, parse, top=len(ids))


def profile_get(criteria: MatchCriteria) -> Get[Customer | None] | None:
    """The read of the customer of a named social profile; None where none is named, or somebody is described."""
    if not criteria.profile_id or criteria.customers:
        return None
    condition = odata.equals(SOCIAL_PROFILE_ID, odata.guid(criteria.profile_id))
    expand = ",".join(
        _expand(table.case_paths[0].navigation, _customer_columns(type, criteria.case_of_company))
        for type, table in CUSTOMERS.items()
    )
    parse = partial(rows.holder_of_profile, criteria.profile_id)
    columns = (SOCIAL_PROFILE_ID, "_customerid_value")
    return _list(f"{SOCIAL_PROFILE}s", [condition], columns, parse, expand, optional=True)


def _customer_list(type: CustomerType, criterion: EntityCriteria, with_company: bool) -> Get[Customers]:
    columns = _customer_columns(type, with_company, criterion.compared)
    parse = partial(rows.customers, type, ids=criterion.record_ids, compared=criterion.compared)
    return _list(CUSTOMERS[type].entity_set, criterion.to_odata(), columns, parse)


def _alone(searched: Mapping[CustomerType, EntityCriteria]) -> Iterator[tuple[tuple[CustomerType, str], Get[int]]]:
    """How many rows each value would have matched alone."""
    for type, criterion in searched.items():
        for condition in criterion.conditions if len(criterion.conditions) > 1 else ():
            table, conditions = CUSTOMERS[type], [ACTIVE, condition.to_odata()]
            yield (
                (type, condition.variable),
                _list(table.entity_set, conditions, (table.id_column,), partial(rows.count, type)),
            )


def _numbered(criteria: MatchCriteria) -> Get[Cases] | None:
    """The cases of the number or of the known records."""
    if criteria.case is None:
        return None
    parse = partial(rows.cases, ids=criteria.case.record_ids)
    return case_list(criteria.case.to_odata(), _whose(criteria), parse, criteria.case)


def _cases_via(
    criteria: MatchCriteria, by: Callable[[EntityCriteria], EntityCriteria | None]
) -> Iterator[tuple[str, Get[Cases]]]:
    """The cases, of the number where there is one, that belong to whom the request describes.

    One navigation path per read: `or` across paths of a polymorphic lookup is documented nowhere.
    """
    numbered = criteria.case.to_odata() if criteria.case else [ACTIVE]
    ids = criteria.case.record_ids if criteria.case else ()
    for type, criterion in criteria.customers.items():
        described = by(criterion)
        if described is None or not criterion.may_match or (criterion.supporting_only and not criteria.case):
            continue
        for path in CUSTOMERS[type].case_paths:
            conditions = [*numbered, *described.to_odata(path.navigation)]
            parse = partial(rows.cases, ids=ids, path=path)
            yield path.navigation, case_list(conditions, [(type, path)], parse, criteria.case, described)


def _whose(criteria: MatchCriteria) -> list[tuple[CustomerType, Lookup]]:
    """The customer of a case is read along only where nothing else says who the customer is."""
    if criteria.customers and not criteria.case_of_company:
        return []
    return [(type, table.case_paths[0]) for type, table in CUSTOMERS.items()]


def cases_of(customer: Customer, criteria: MatchCriteria) -> Get[Cases]:
    """The read of the active cases, of the asked number if there is one, of a customer who is known by id."""
    paths = CUSTOMERS[customer.type].case_paths
    whose = odata.any_of(odata.equals(path.column, odata.guid(customer.id)) for path in paths)
    conditions = criteria.case.to_odata() if criteria.case else [ACTIVE]
    return case_list([*conditions, whose], (), partial(rows.cases, of=customer), criteria.case)


def case_get(case_id: str) -> Get[Case | None]:
    """The read of one case, active or not."""
    conditions = [odata.equals(CASE_ID, odata.guid(case_id))]
    return _list(CASE_SET, conditions, CASE_COLUMNS, partial(rows.case_of_id, case_id))


def conversation_get(
    conversation_id: str, first_column: str = "issue", with_company: bool = False, with_workstream: bool = False
) -> Get[Conversation]:
    """The read of the conversation, with its customer and its cases expanded; with its workstream where that counts."""
    expands = [
        _expand(table.conversation_navigation, _customer_columns(type, with_company))
        for type, table in CUSTOMERS.items()
    ]
    expands += [_expand(lookup.navigation, CASE_COLUMNS) for lookup in CONVERSATION_CASES.values()]
    lookups = (CONVERSATION_CUSTOMER, *(lookup.column for lookup in CONVERSATION_CASES.values()))
    workstream = (CONVERSATION_WORKSTREAM,) if with_workstream else ()
    columns = (CONVERSATION_ID, "statecode", *workstream, *lookups)
    options = {"$select": ",".join(columns), "$expand": ",".join(expands)}
    return Get(
        odata.url(odata.key(CONVERSATION_SET, conversation_id), options),
        partial(rows.conversation, conversation_id, first_column=first_column),
        headers={"Prefer": f'odata.include-annotations="{LOOKUP_TYPE[1:]}"'},
        names_conversation=True,
    )


def _customer_columns(type: CustomerType, with_company: bool = False, compared: Iterable[str] = ()) -> tuple[str, ...]:
    """The columns that make a customer, those of the phone numbers and those that are compared once more among them."""
    table = CUSTOMERS[type]
    company = (COMPANY,) if with_company and type == "contact" else ()
    columns = (table.id_column, table.name_column, "statecode", *table.phone_columns, *compared, *company)
    return tuple(dict.fromkeys(columns))


def case_list(
    conditions: Iterable[str],
    expand: Iterable[tuple[CustomerType, Lookup]],
    parse: Callable[..., Cases],
    number: EntityCriteria | None = None,
    customer: EntityCriteria | None = None,
) -> Get[Cases]:
    """A read of the cases that fulfil the conditions, with the customers at the end of some paths expanded.

    `number` and `customer` are the criteria whose columns are compared once more.
    """
    compared = customer.compared if customer else ()
    expands = [_expand(path.navigation, _customer_columns(type, compared=compared)) for type, path in expand]
    of_number = number.compared if number else ()
    columns = tuple(dict.fromkeys((*CASE_COLUMNS, *of_number)))
    return _list(CASE_SET, conditions, columns, partial(parse, compared=of_number), ",".join(expands))


def _list(
    entity_set: str,
    conditions: Iterable[str],
    select: Iterable[str],
    parse: Callable[[Row], T],
    expand: str = "",
    top: int = TOP,
    optional: bool = False,
) -> Get[T]:
    options = {"$select": ",".join(select), "$filter": odata.all_of(conditions), "$top": str(top)}
    url = odata.url(entity_set, options | ({"$expand": expand} if expand else {}))
    return Get(url, parse, optional=optional)


def _expand(navigation: str, select: Iterable[str]) -> str:
    return f"{navigation}($select={','.join(select)})"
