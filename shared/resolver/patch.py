"""The conversation row: what has to change on it, as the body of the one PATCH, and what it holds afterwards. Pure."""

from typing import NamedTuple

from shared.contract.statuses import PartStatus
from shared.core.schema import CASE_SET, CONVERSATION_CASES, CUSTOMERS
from shared.dataverse import odata
from shared.dataverse.records import Conversation, Customer
from shared.resolver.decision import Decision

Body = dict[str, str | None]
"""Navigation binds by name; None empties the lookup (Web API docs, "Associate and disassociate")."""


class Changes(NamedTuple):
    """What a call changes: the PATCH body ({} where nothing does) and the row as it will be."""

    body: Body
    after: Conversation


def link(conversation: Conversation, decision: Decision) -> Changes:
    """The changes that carry out a decision."""
    body: Body = {_bind_name(name): None for name in decision.clear_columns}
    cases = {name: held for name, held in conversation.cases.items() if name not in decision.clear_columns}
    after = conversation
    if decision.customer.status is PartStatus.LINKED and decision.customer.record:
        body |= _bind_customer(decision.customer.record)
        after = after._replace(customer=decision.customer.record)
    if decision.case.record:
        body |= dict.fromkeys(map(_bind_name, decision.set_columns), odata.bind(CASE_SET, decision.case.record.id))
        cases |= dict.fromkeys(decision.set_columns, decision.case.record)
    return Changes(body, after._replace(cases=cases))


def without_regarding(changes: Changes) -> Body:
    """The changes but for those of the regarding column, which may hold anybody's record by now."""
    return {key: bind for key, bind in changes.body.items() if key != _bind_name("regarding")}


def whole_pair(changes: Changes, customer: Customer, case_columns: tuple[str, ...]) -> Body:
    """The customer and the issue column as they are to be, whatever is there by now; regarding is left alone.

    What was written in between is not known: only the changes would leave half of this pair beside half of another.
    """
    body = without_regarding(changes) | _bind_customer(customer)
    if "issue" in case_columns:
        issue = changes.after.cases.get("issue")
        body[_bind_name("issue")] = odata.bind(CASE_SET, issue.id) if issue else None
    return body


def unlink(conversation: Conversation, customer: bool, case: bool) -> Changes:
    """The changes that empty the customer and / or both case columns; a regarding that is no case stays."""
    body: Body = {}
    after = conversation
    if customer and conversation.customer:
        body[f"{CUSTOMERS[conversation.customer.type].conversation_navigation}@odata.bind"] = None
        after = after._replace(customer=None)
    if case and conversation.cases:
        body |= {_bind_name(name): None for name in conversation.cases}
        after = after._replace(cases={})
    return Changes(body, after)


def _bind_customer(customer: Customer) -> Body:
    table = CUSTOMERS[customer.type]
    return {f"{table.conversation_navigation}@odata.bind": odata.bind(table.entity_set, customer.id)}


def _bind_name(column: str) -> str:
    return f"{CONVERSATION_CASES[column].navigation}@odata.bind"
