"""RULE_SOURCE=workstream: customers and cases by the rule that the administrator keeps on the workstream.

One round trip more: first the conversation with its workstream, then the candidates through `fetchXml` in one `$batch`.
What the rule finds is decided like anything else: rows are joined by id, the pair rule holds. Whatever stands in the
way of the rule, linking goes on with the built-in ones; the reason is in the log and in `explain`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from pydantic import Field, TypeAdapter

from shared.contract.requests import LinkRequest
from shared.core.context import RequestContext
from shared.core.errors import DataverseRefused
from shared.core.schema import CONVERSATION_ID, CONVERSATION_SET, CUSTOMERS, CustomerType, EntityName
from shared.dataverse import odata, records, rows
from shared.dataverse.batch import Get, Row
from shared.dataverse.client import Answers, DataverseClient
from shared.resolver import queries
from shared.resolver.decision import Policy, Record, ResolutionInput, SearchResult
from shared.resolver.fetchxml import comparison
from shared.resolver.fetchxml.parser import RuleRefused
from shared.resolver.fetchxml.rule import RuleEntry, WorkstreamRule, parsed
from shared.resolver.fetchxml.substitution import Values, as_it_is, fill, given, unfold, variable_names
from shared.resolver.filters import Condition, EntityCriteria, Given, MatchCriteria
from shared.resolver.link_policy import keeps_existing
from shared.resolver.lookalikes import kept, without_lookalikes
from shared.resolver.matching import described, needs_own_cases
from shared.resolver.values import variables
from shared.resolver.values.variables import CHANNEL_NUMBERS
from shared.settings import Settings

T = TypeVar("T")

WORKSTREAM = "msdyn_liveworkstreamid_msdyn_ocliveworkitem"
WORKSTREAM_ID = "msdyn_liveworkstreamid"
RULE_COLUMN = "msdyn_recordidentificationrule"

MAX_URL = 60_000
"""Characters of one request inside a `$batch`, which takes 65,536 (Web API docs, "Execute batch operations")."""

MAX_FORMS = 60
"""Texts under which one value is searched in each condition of a rule, whose query has to fit a URL."""

PLATFORM = "msdyn_"
"""How names begin that the platform sets; they are never filled with what the customer typed."""

RULE_COLUMNS = ("the workstream's rule",)


class NotUsed(Exception):
    """Why the rule of a workstream is not used: a constant sentence."""


class WorkstreamLookup:
    """Finds by the rules of the workstreams of one environment."""

    def __init__(self, settings: Settings, dataverse: DataverseClient) -> None:
        self._settings = settings
        self._dataverse = dataverse

    def find(
        self, asked: MatchCriteria, policy: Policy, request: LinkRequest, context: RequestContext
    ) -> ResolutionInput | str:
        """What the rule of the conversation's workstream finds, or why it is not used.

        Raises:
            ConversationNotFound, Misconfigured, DataverseUnavailable: see `DataverseClient.read`.
        """
        if any(criterion.is_record for criterion in asked.customers.values()):
            return "the customer is a known record, which needs no rule"
        try:
            rule = self._rule(request, context)
            return self._by_rule(rule, asked, policy, request, context) if rule else "the workstream has no rule"
        except (NotUsed, RuleRefused) as reason:
            context.rule_not_used = str(reason)
            return f"the workstream's rule was not used: {reason}"

    def _rule(self, request: LinkRequest, context: RequestContext) -> WorkstreamRule | None:
        try:
            text = self._dataverse.read_one(_rule_get(request.conversationId), context)
        except DataverseRefused:
            raise NotUsed("Dataverse does not let the app read it") from None
        rule = parsed(text) if text.strip() else None
        if isinstance(rule, RuleRefused):
            raise RuleRefused(str(rule))
        return rule

    def _by_rule(
        self, rule: WorkstreamRule, asked: MatchCriteria, policy: Policy, request: LinkRequest, context: RequestContext
    ) -> ResolutionInput:
        values = self._values(rule, asked, request)
        asked = self._question(rule, asked, values)
        search, inferred = self._search(rule, asked, values, request)
        gets = _gets(search, inferred)
        if _too_long(gets):
            search, inferred = self._search(rule, asked, values._replace(forms=as_it_is), request)
            gets = _gets(search, inferred)
        if _too_long(gets):
            raise NotUsed("with these values it is too long")

        def build(answers: Answers) -> tuple[SearchResult, tuple[records.Case, ...]]:
            found = without_lookalikes(asked, search.found(answers))
            cases = answers[inferred] if inferred else ()
            equal = _equal(rule.entries["case"], values, cases) if inferred else cases
            return _via_customers(_without_lookalikes(rule, asked, values, found)), equal

        try:
            found, cases = self._dataverse.read(gets, build, context)
        except DataverseRefused:
            raise NotUsed("Dataverse refused it") from None
        policy = policy._replace(customer_types=_preferred(rule) or policy.customer_types)
        return ResolutionInput(asked, self._with_cases(asked, found, cases, policy, context), policy)

    def _values(self, rule: WorkstreamRule, asked: MatchCriteria, request: LinkRequest) -> Values:
        """The given values: the customer's, and the platform's, which nothing that was typed can replace.

        A variable is filled from what was sent under exactly its name. The channel's number has several names.
        """
        region, organization = self._settings.phone_region, request.msdyn_OrganizationPhoneNumber
        read = {name: variables.read(name, text, region, organization) for name, text in request.written.items()}
        sent = {name: reading.text for name, reading in read.items() if reading.text}
        platform = {name: value for name, value in sent.items() if name.lower().startswith(PLATFORM)}
        numbers = _channel_numbers(sent)
        names = variable_names(rule) & sent.keys() - platform.keys() - numbers.keys()
        customer = {name: sent[name] for name in names} | dict(asked.given.values)
        return Values(customer | numbers, platform | numbers, cache(partial(_forms, asked.given)))

    def _question(self, rule: WorkstreamRule, asked: MatchCriteria, values: Values) -> MatchCriteria:
        """The question with the criteria of the rule in place of the built-in ones."""
        types = [type for type in CUSTOMERS if type in asked.requested] or list(CUSTOMERS)
        customers: dict[CustomerType, EntityCriteria] = {}
        for type in types:
            criterion = self._criterion(rule.entries.get(type), values)
            if criterion:
                customers[type] = criterion
        number = self._criterion(rule.entries.get("case"), _case_values(rule, values)) if asked.wants_case else None
        known = asked.case if asked.case and asked.case.is_record else None
        used = variable_names(rule) & (values.customer.keys() | values.platform.keys())
        return asked._replace(
            customers=customers,
            case=known or (number if "case" in rule.entries else asked.case),
            used=frozenset(name.lower() for name in (*used, *(CHANNEL_NUMBERS if used & set(CHANNEL_NUMBERS) else ()))),
            counts_alone=False,
        )

    def _criterion(self, entry: RuleEntry | None, values: Values) -> EntityCriteria | None:
        names = given(entry, values) if entry else ()
        if entry is None or not names:
            return None
        conditions = tuple(Condition(RULE_COLUMNS, (), name) for name in dict.fromkeys(names))
        return EntityCriteria(conditions, supporting_only=not any(map(self._settings.identifies, names)))

    def _search(
        self, rule: WorkstreamRule, asked: MatchCriteria, values: Values, request: LinkRequest
    ) -> tuple[queries.Search, Get[tuple[records.Case, ...]] | None]:
        """The reads of what is described, and that of the case by what is known of its customer."""
        company = self._settings.case_of_company
        customers = {
            type: _get(rule.entries[type], values, partial(_customers, type), company)
            for type, criterion in asked.customers.items()
            if criterion.may_match
        }
        conversation = queries.conversation_get(
            request.conversationId,
            self._settings.case_columns[0],
            company,
            bool(self._settings.link_policy.workstreams),
        )
        named, evidence = self._named_cases(rule, asked, values), queries.evidence_reads(request.conversationId)
        search = queries.Search(
            conversation,
            customers,
            named,
            evidence=evidence,
            created=queries.created_get(asked, request.conversationId),
            profile=queries.profile_get(asked),
        )
        infers = asked.customers and asked.wants_case and "case" in rule.entries and not asked.case
        return search, _inferred(rule.entries["case"], values) if infers else None

    def _named_cases(
        self, rule: WorkstreamRule, asked: MatchCriteria, values: Values
    ) -> Get[tuple[records.Case, ...]] | None:
        if asked.case is None or not (asked.case.may_match or asked.case.is_record):
            return None
        if "case" in rule.entries and not asked.case.is_record:
            return _get(rule.entries["case"], _case_values(rule, values), _cases)
        parse = partial(rows.cases, ids=asked.case.record_ids)
        return queries.case_list(asked.case.to_odata(), (), parse, asked.case)

    def _with_cases(
        self,
        asked: MatchCriteria,
        found: SearchResult,
        inferred: tuple[records.Case, ...],
        policy: Policy,
        context: RequestContext,
    ) -> SearchResult:
        """The found rows with the cases of the described customer, where a case has to be inferred."""
        customer = described(asked, found, policy)
        own = found.conversation.customer
        if asked.case or customer is None or not customer.active or not asked.wants_case:
            return self._with_own_cases(asked, found, policy, context) if own and asked.case else found
        if len(inferred) == 1 and inferred[0].is_of(customer):
            return found._replace(own_cases=inferred)
        if not policy.link_only_active_case or keeps_existing(found.conversation, customer):
            return found
        more = self._dataverse.read_one(queries.cases_of(customer, asked), context)
        return found._replace(own_cases=more)

    def _with_own_cases(
        self, asked: MatchCriteria, found: SearchResult, policy: Policy, context: RequestContext
    ) -> SearchResult:
        """Several cases of one number and nobody described: those of the conversation's own customer decide."""
        own = found.conversation.customer
        if own is None or not needs_own_cases(asked, found, policy):
            return found
        theirs = tuple(case for case in found.cases if case.is_of(own))
        return found._replace(own_cases=theirs)


def _channel_numbers(sent: Mapping[str, str]) -> dict[str, str]:
    """The channel's number under each of its names: what was sent under that name, else under another of them."""
    by_name = {name.lower(): value for name, value in sent.items()}
    numbers = {name: by_name[name.lower()] for name in CHANNEL_NUMBERS if name.lower() in by_name}
    return {name: numbers.get(name, next(iter(numbers.values()))) for name in CHANNEL_NUMBERS} if numbers else {}


def _forms(given: Given, name: str, value: str) -> tuple[str, ...]:
    forms = variables.forms(name, value, given.region)[:MAX_FORMS]
    return (*forms, *given.as_typed(name)) if given.values.get(name) == value else forms


def _gets(search: queries.Search, inferred: Get[tuple[records.Case, ...]] | None) -> list[Get[Any]]:
    return [*search.gets, *([inferred] if inferred else [])]


def _too_long(gets: Iterable[Get[Any]]) -> bool:
    return any(len(get.resource) > MAX_URL for get in gets)


def _case_values(rule: WorkstreamRule, values: Values) -> Values:
    """The variables that name a case, not its customer: those that no customer's rule uses."""
    of_customers = frozenset(
        name for type in CUSTOMERS if type in rule.entries for name in variable_names(_only(rule, type))
    )
    named = {name: value for name, value in values.customer.items() if name not in of_customers}
    return values._replace(customer=named, platform={})


def _only(rule: WorkstreamRule, entity: EntityName) -> WorkstreamRule:
    return WorkstreamRule({entity: rule.entries[entity]})


def _get(entry: RuleEntry, values: Values, parse: Callable[[Row], T], company: bool = False) -> Get[T]:
    text = fill(entry, values, company and entry.entity == "contact")
    return Get(odata.url(entry.entity_set, {"fetchXml": text or ""}), parse)


def _inferred(entry: RuleEntry, values: Values) -> Get[tuple[records.Case, ...]] | None:
    """The read of the case by what is known of its customer; none where the rule asks for nothing that is known."""
    text = fill(entry, values)
    return Get(odata.url(entry.entity_set, {"fetchXml": text}), _cases) if text else None


def _rule_get(conversation_id: str) -> Get[str]:
    """The read of the rule of a conversation's workstream; "" where it has none."""
    options = {
        "$select": f"{CONVERSATION_ID},statecode",
        "$expand": f"{WORKSTREAM}($select={WORKSTREAM_ID},{RULE_COLUMN})",
    }
    resource = odata.url(odata.key(CONVERSATION_SET, conversation_id), options)
    return Get(resource, partial(_rule_text, conversation_id), names_conversation=True)


class _WorkstreamRow(rows.RowModel):
    rule: rows.Text = Field("", validation_alias=RULE_COLUMN)


class _ConversationRow(rows.RowModel):
    id: rows.Id = Field(validation_alias=CONVERSATION_ID)
    workstream: _WorkstreamRow | None = Field(None, validation_alias=WORKSTREAM)


_CONVERSATION = TypeAdapter(_ConversationRow)


def _rule_text(conversation_id: str, body: Row) -> str:
    row = rows.parsed(_CONVERSATION, body)
    rows.expect(row.id == conversation_id)
    return row.workstream.rule if row.workstream else ""


def _preferred(rule: WorkstreamRule) -> tuple[CustomerType, ...]:
    """Both types, the one that the rule prefers first; () where it prefers none or both."""
    preferred = [type for type in CUSTOMERS if type in rule.entries and rule.entries[type].preferred]
    return (preferred[0], *(type for type in CUSTOMERS if type != preferred[0])) if len(preferred) == 1 else ()


def _without_lookalikes(
    rule: WorkstreamRule, asked: MatchCriteria, values: Values, found: SearchResult
) -> SearchResult:
    """What the rule found, without the rows that only look like what was given."""
    customers = {type: _equal(rule.entries[type], values, rows) for type, rows in found.customers.items()}
    dropped: dict[EntityName, int] = {type: len(found.customers[type]) - len(rows) for type, rows in customers.items()}
    if asked.case is None or asked.case.is_record or "case" not in rule.entries:
        return found._replace(customers=customers, lookalikes={**found.lookalikes, **dropped})
    cases = _equal(rule.entries["case"], _case_values(rule, values), found.cases)
    dropped["case"] = len(found.cases) - len(cases)
    return found._replace(customers=customers, cases=cases, lookalikes=dropped)


def _equal(entry: RuleEntry, values: Values, found: Sequence[Record]) -> tuple[Record, ...]:
    return kept(found, lambda row: comparison.holds(entry.fetch, values, row.texts))


def _via_customers(found: SearchResult) -> SearchResult:
    """A case is a customer's where its lookups say so, whatever the case rule's own joins are."""
    return found._replace(cases_via=_via(found.cases, found.customers), rule="workstream")


def _via(
    cases: tuple[records.Case, ...], customers: Mapping[CustomerType, tuple[records.Customer, ...]]
) -> dict[str, tuple[records.Case, ...]]:
    via: dict[str, tuple[records.Case, ...]] = {}
    for type, people in customers.items():
        known = {person.id: person for person in people}
        for lookup in CUSTOMERS[type].case_paths:
            theirs = [(case, known[id]) for case in cases if (id := case.at(lookup.column)) in known]
            via[lookup.navigation] = tuple(
                case._replace(related={**case.related, lookup.navigation: person}) for case, person in theirs
            )
    return via


def _customers(type: CustomerType, body: Row) -> tuple[records.Customer, ...]:
    return rows.customers(type, _unfolded(body))


def _cases(body: Row) -> tuple[records.Case, ...]:
    return rows.cases(_unfolded(body))


def _unfolded(body: Row) -> Row:
    found = body.get("value")
    if not isinstance(found, list):
        return body
    return {"value": [unfold(row) if isinstance(row, dict) else row for row in found]}
