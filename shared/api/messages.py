"""The sentences of an answer, in English and without any value: `message` and `explain`."""

from __future__ import annotations

from collections.abc import Mapping

from shared.contract.statuses import PartStatus
from shared.core.schema import CUSTOMERS, CustomerType
from shared.resolver import identity
from shared.resolver.decision import BY_CUSTOMER, BY_RECORD, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchedBy
from shared.resolver.result import LinkResult
from shared.settings import RuleSource

DRY_RUN = "DRY RUN, nothing was written."

TOGETHER: Mapping[tuple[PartStatus, PartStatus], str] = {
    (PartStatus.LINKED, PartStatus.LINKED): "linked {type}{by} and {what}",
    (PartStatus.WOULD_LINK, PartStatus.WOULD_LINK): "would link {type}{by} and {what}",
    (PartStatus.ALREADY_LINKED, PartStatus.ALREADY_LINKED): "the {type} and the case were linked already",
    (
        PartStatus.CONVERSATION_CLOSED,
        PartStatus.CONVERSATION_CLOSED,
    ): "the conversation is closed, so nothing was linked",
    (PartStatus.KEPT_EXISTING, PartStatus.KEPT_EXISTING): (
        "nothing was linked because what is on the conversation is kept"
    ),
}
"""What is said in one clause where the same became of both."""

INSUFFICIENT_CUSTOMER = "what was given does not identify a customer by itself (SUFFICIENT_ALONE, LINK_POLICY)"
INSUFFICIENT_CASE = "a number does not identify a case by itself (SUFFICIENT_ALONE, LINK_POLICY)"


def message(result: LinkResult) -> str:
    """One sentence for run histories and logs."""
    statuses = result.customer_status, result.case_status
    template = TOGETHER.get(statuses) or f"{_of_customer(result)}; {_of_case(result)}"
    if result.replaced_case_id and not result.case:
        template += "; another customer's case was removed"
    matched_by = result.decision.case.matched_by
    sentence = template.format(
        type=result.customer.type if result.customer else "customer",
        by=_by(result.decision.customer.matched_by),
        what="the only active case" if matched_by == BY_CUSTOMER else f"case{_by(matched_by)}",
    )
    sentence = sentence[0].upper() + sentence[1:] + "."
    return f"{DRY_RUN} {sentence}" if result.request.dryRun else sentence


def _of_customer(result: LinkResult) -> str:
    insufficient = result.customer_status is PartStatus.NOT_GIVEN and result.criteria.customers
    return INSUFFICIENT_CUSTOMER if insufficient else result.customer_status.text.of_customer


def _of_case(result: LinkResult) -> str:
    insufficient = result.case_status is PartStatus.NOT_GIVEN and result.criteria.case
    return INSUFFICIENT_CASE if insufficient else result.case_status.text.of_case


def _by(matched_by: MatchedBy) -> str:
    if matched_by == BY_RECORD:
        return " (known record)"
    return f" (by {', '.join(matched_by)})" if matched_by else ""


def explain(result: LinkResult) -> str:
    """What was asked, how many rows were found, and what was decided why: one line per entity; no values."""
    rule = [f"rule: {result.found.rule}"] if result.settings.rule_source is not RuleSource.BUILTIN else []
    cleaning, decisions = result.criteria.given.cleaning, _decisions(result)
    return "\n".join([*rule, *cleaning, *_customers(result), *_cases(result), *decisions, _identity(result)])


def _customers(result: LinkResult) -> list[str]:
    criteria = result.criteria.customers
    return [
        _customer(type, criteria[type], result) if type in criteria else f"{type}: not searched" for type in CUSTOMERS
    ]


def _customer(type: CustomerType, criterion: EntityCriteria, result: LinkResult) -> str:
    found = result.found
    line = f"{type}: {_asked(criterion)}; {_rows(len(found.customers.get(type, ())))}"
    if type in found.customers_by_name:
        line += f"; with the name {_rows(len(found.customers_by_name[type]))}"
    line += _lookalikes(found.lookalikes.get(type, 0))
    alone = [
        f"{condition.variable} {count}"
        for condition in criterion.conditions
        if (count := _alone(type, condition, found)) is not None
    ]
    return line + (f"; alone: {', '.join(alone)}" if alone else "")


def _alone(type: CustomerType, condition: Condition, found: SearchResult) -> int | None:
    return found.alone.get((type, condition.variable))


def _lookalikes(count: int) -> str:
    return f"; {_rows(count)} only looked alike, and {'is' if count == 1 else 'are'} no match" if count else ""


def _asked(criterion: EntityCriteria) -> str:
    names = ", ".join(criterion.matched_by)
    if criterion.supporting_only:
        return f"{names} (narrows only, see SUFFICIENT_ALONE)"
    if criterion.preset_status:
        return f"{names} ({criterion.preset_status} without a search)"
    columns = (" or ".join(condition.columns) for condition in criterion.conditions)
    return f"{names} in {', '.join(columns)}, active only"


def _rows(count: int) -> str:
    """How many rows were found, as far as it matters: 2 stands for several."""
    return "1 row" if count == 1 else f"{min(count, 2)} rows"


def _cases(result: LinkResult) -> list[str]:
    found, criterion = result.found, result.criteria.case
    if not result.criteria.wants_case:
        return ["case: not searched"]
    lines = ["case: any active case"]
    if criterion:
        alike = _lookalikes(found.lookalikes.get("case", 0))
        lines = [f"case: {_asked(criterion)}; {_rows(len(found.cases))}{alike}"]
    lines += [f"case through {path}: {_rows(len(rows))}" for path, rows in found.cases_via.items()]
    if found.own_cases is not None:
        lines.append(f"case of the customer on the conversation: {_rows(len(found.own_cases))}")
    return lines


def _identity(result: LinkResult) -> str:
    """How well the customer is known, and by what Omnichannel recorded."""
    evidence, customer, region = result.found.evidence, result.customer, result.settings.phone_region
    facts: list[str] = []
    if evidence.signed_in_contact_id:
        own = customer is not None and customer.id == evidence.signed_in_contact_id
        facts.append(f"signed in as {'this customer' if own else 'another contact'}")
    if evidence.numbers:
        own = customer is not None and identity.writes_from_own_number(customer, evidence, region)
        facts.append(f"the number that the channel states is {'the customer' if own else 'not this customer'}'s")
    if evidence.profile_customer_id:
        own = customer is not None and customer.id == evidence.profile_customer_id
        facts.append(f"the social profile is {'the customer' if own else 'another customer'}'s")
    if evidence.incomplete:
        facts.append("some of what Omnichannel recorded cannot be read for now")
    return f"identity: {result.identity_level}, {'; '.join(facts) or 'nothing recorded that says who it is'}"


def _decisions(result: LinkResult) -> list[str]:
    customer, case = result.decision.customer, result.decision.case
    return [
        f"customer decided: {customer.status}, {customer.reason}",
        f"case decided: {case.status}, {case.reason}",
    ]
