"""The sentences of an answer, in English and without any value: `message` and `explain`."""

from __future__ import annotations

from collections.abc import Mapping

from shared.core.schema import CUSTOMERS, CustomerType
from shared.resolver.decision import SearchResult
from shared.resolver.filters import Condition, EntityCriteria
from shared.resolver.queries import ALONE
from shared.resolver.result import LinkResult

DRY_RUN = "DRY RUN, nothing was written."

CUSTOMER: Mapping[str, str] = {
    "linked": "linked {type}{by}",
    "would_link": "would link {type}{by}",
    "already_linked": "the {type} was linked already",
    "kept_existing": "the customer was not linked because what is on the conversation is kept",
    "not_given": "nothing was given that identifies the customer",
    "insufficient": "what was given does not identify a customer by itself (SUFFICIENT_ALONE)",
    "not_requested": "the customer was not requested",
    "not_found": "no customer matched",
    "ambiguous": "several customers matched, so none was linked",
    "conversation_closed": "the conversation is closed, so the customer was not linked",
}
CASE: Mapping[str, str] = {
    "linked": "linked {what}",
    "would_link": "would link {what}",
    "would_create": "would create and link a case",
    "created": "created and linked a case",
    "already_linked": "the case was linked already",
    "kept_existing": "the case was not linked because what is on the conversation is kept",
    "not_given": "no case was given",
    "not_requested": "the case was not requested",
    "not_found": "no active case matched",
    "ambiguous": "several active cases matched, so none was linked",
    "customer_needed": "no case was created because no active customer is linked",
    "customer_mismatch": "the case belongs to another customer, so it was not linked",
    "conversation_closed": "the conversation is closed, so the case was not linked",
}


TOGETHER: Mapping[tuple[str, str], str] = {
    ("linked", "linked"): "linked {type}{by} and {what}",
    ("would_link", "would_link"): "would link {type}{by} and {what}",
    ("already_linked", "already_linked"): "the {type} and the case were linked already",
    ("conversation_closed", "conversation_closed"): "the conversation is closed, so nothing was linked",
    ("kept_existing", "kept_existing"): "nothing was linked because what is on the conversation is kept",
}
"""What is said in one where the same became of both."""


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
        what="the only active case" if matched_by == "customer" else f"case{_by(matched_by)}",
    )
    sentence = sentence[0].upper() + sentence[1:] + "."
    return f"{DRY_RUN} {sentence}" if result.request.dryRun else sentence


def _of_customer(result: LinkResult) -> str:
    return CUSTOMER["insufficient" if _insufficient(result) else result.customer_status]


def _of_case(result: LinkResult) -> str:
    if result.case_status == "not_given" and result.criteria.case:
        return "a number does not identify a case by itself (SUFFICIENT_ALONE)"
    return CASE[result.case_status]


def _insufficient(result: LinkResult) -> bool:
    return result.decision.customer.status == "not_given" and bool(result.criteria.customers)


def _by(matched_by: str) -> str:
    return {"": "", "record": " (known record)"}.get(matched_by, f" (by {matched_by})")


def explain(result: LinkResult) -> str:
    """What was asked, how many rows were found, and what was decided why: one line per entity; no values."""
    rule = [f"rule: {result.found.rule}"] if result.settings.rule_source != "builtin" else []
    return "\n".join([*rule, *_customers(result), *_cases(result), *_decisions(result)])


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
    alone = [
        f"{condition.variable} {count}"
        for condition in criterion.conditions
        if (count := _alone(type, condition, found)) is not None
    ]
    return line + (f"; alone: {', '.join(alone)}" if alone else "")


def _alone(type: CustomerType, condition: Condition, found: SearchResult) -> int | None:
    return found.alone.get(type + ALONE + condition.variable)


def _asked(criterion: EntityCriteria) -> str:
    if criterion.supporting_only:
        return f"{criterion.matched_by} (narrows only, see SUFFICIENT_ALONE)"
    if criterion.preset_status:
        return f"{criterion.matched_by} ({criterion.preset_status} without a search)"
    columns = (" or ".join(condition.columns) for condition in criterion.conditions)
    return f"{criterion.matched_by} in {', '.join(columns)}, active only"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _cases(result: LinkResult) -> list[str]:
    found, criterion = result.found, result.criteria.case
    if not result.criteria.wants_case:
        return ["case: not searched"]
    lines = [f"case: {_asked(criterion)}; {_rows(len(found.cases))}"] if criterion else ["case: any active case"]
    lines += [f"case through {path}: {_rows(len(rows))}" for path, rows in found.cases_via.items()]
    if found.own_cases is not None:
        lines.append(f"case of the customer on the conversation: {_rows(len(found.own_cases))}")
    return lines


def _decisions(result: LinkResult) -> list[str]:
    customer, case = result.decision.customer, result.decision.case
    return [
        f"customer decided: {customer.status}, {customer.reason}",
        f"case decided: {case.status}, {case.reason}",
    ]
