"""From an outcome, or an error, to the answer that callers see: every field, always."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import handover, questions, wording
from .conversation import Changes
from .errors import DataverseUnavailable, LinkerError, RequestError
from .identification import CASE_LOGICAL_NAME
from .models import LinkAnswer, LinkRequest, Problem, UnlinkAnswer, UnlinkRequest
from .outcome import IN_PLACE, Outcome
from .rows import Conversation

MAX_IGNORED = 1000

ON_CONVERSATION = "conversation"
"""How a customer or case was matched that is on the conversation and that this call did not look for or find."""


def linked(outcome: Outcome, request_id: str) -> LinkAnswer:
    """The answer of a link request that was carried through."""
    request, settings = outcome.request, outcome.settings
    customer_url, case_url = _links(outcome)
    next_field, next_question = questions.next_question(outcome)
    return LinkAnswer.model_construct(
        status=outcome.status,
        linked=outcome.status == "linked" and not request.dryRun,
        message=wording.message(outcome),
        conversationId=request.conversationId,
        event=request.what,
        dryRun=request.dryRun,
        **_customer_fields(outcome),
        **_case_fields(outcome),
        replacedCustomerId=outcome.replaced_customer_id,
        replacedCaseId=outcome.replaced_case_id,
        customerUrl=customer_url,
        caseUrl=case_url,
        conversationUrl=handover.conversation_url(settings.dataverse_url, settings.app_id, request.conversationId),
        nextField=next_field,
        nextQuestion=next_question,
        ignoredInputs=_ignored(outcome),
        escalationSummary=handover.summary(outcome, {"customer": customer_url, "case": case_url}),
        omnichannelTags=handover.tags(outcome),
        CloseOmnichannelConversation=request.what == "end" and not _case_is_missing(request, outcome),
        explain=wording.explain(outcome) if request.dryRun else "",
        requestId=request_id,
    )


def _customer_fields(outcome: Outcome) -> dict[str, Any]:
    part, customer = outcome.decision.customer, outcome.customer
    return {
        "customerStatus": outcome.customer_status,
        "customerLinked": customer is not None,
        "customerMatchedBy": part.matched_by or (ON_CONVERSATION if customer else ""),
        "customerType": customer.type if customer else "",
        "customerId": customer.id if customer else "",
        "customerName": customer.name if customer and outcome.settings.include_names else "",
    }


def _case_fields(outcome: Outcome) -> dict[str, Any]:
    part, case = outcome.decision.case, outcome.case
    return {
        "caseStatus": outcome.case_status,
        "caseLinked": case is not None,
        "caseMatchedBy": part.matched_by or (ON_CONVERSATION if case else ""),
        "caseIsNew": outcome.case_is_new,
        "caseId": case.id if case else "",
        "caseNumber": outcome.case_number,
        "caseTitle": case.title if case and outcome.settings.include_names else "",
    }


def _links(outcome: Outcome) -> tuple[str, str]:
    url, app = outcome.settings.dataverse_url, outcome.settings.app_id
    customer, case = outcome.customer, outcome.case
    return (
        handover.record_url(url, app, customer.type, customer.id) if customer else "",
        handover.record_url(url, app, CASE_LOGICAL_NAME, case.id) if case and not outcome.would_create else "",
    )


def _ignored(outcome: Outcome) -> str:
    names = (name for name in outcome.request.others if name.lower() not in outcome.question.used)
    return ", ".join(name[:100] for name in names)[:MAX_IGNORED]


def _case_is_missing(request: LinkRequest, outcome: Outcome) -> bool:
    asked = request.createCase != "no" and outcome.question.wants_case
    return asked and outcome.decision.case.status not in IN_PLACE


def failed(error: LinkerError, request: LinkRequest | None, request_id: str) -> LinkAnswer:
    """The answer with all fields for an error, for callers that cannot handle errors (`?always=true`)."""
    event = request.what if request else "escalate"
    statuses = {"LinkStatus": "failed", "CustomerStatus": "failed", "CaseStatus": "failed"}
    return LinkAnswer(
        status="failed",
        message=error.detail,
        conversationId=request.conversationId if request else "",
        event=event,
        dryRun=request.dryRun if request else False,
        customerStatus="failed",
        caseStatus="failed",
        escalationSummary=handover.failed_summary(request) if request else "",
        omnichannelTags=handover.command(event, request.others if request else {}, statuses),
        failure=error.code,
        canRetry=isinstance(error, DataverseUnavailable),
        requestId=request_id,
    )


UNLINKED: Mapping[tuple[bool, bool], str] = {
    (True, True): "Removed the customer and the case.",
    (True, False): "Removed the customer.",
    (False, True): "Removed the case.",
    (False, False): "Nothing was removed.",
}


def unlinked(request: UnlinkRequest, before: Conversation, changes: Changes, request_id: str) -> UnlinkAnswer:
    """The answer of an unlink request."""
    customer = _unlink_status(request.customer, before.customer is not None, before.open)
    case = _unlink_status(request.case, bool(before.cases), before.open)
    closed = " The conversation is closed." if "conversation_closed" in (customer, case) else ""
    return UnlinkAnswer.model_construct(
        status="unlinked" if changes.body else "not_linked",
        message=UNLINKED[customer == "unlinked", case == "unlinked"] + closed,
        conversationId=request.conversationId,
        customerStatus=customer,
        caseStatus=case,
        requestId=request_id,
    )


def _unlink_status(requested: bool, held: bool, open: bool) -> str:
    if not requested:
        return "not_requested"
    if not held:
        return "not_linked"
    return "unlinked" if open else "conversation_closed"


def problem(error: LinkerError, request_id: str) -> Problem:
    """The problem of RFC 9457 for an error; `errors` for 400 only."""
    errors = None
    if isinstance(error, RequestError) and error.status == 400:
        errors = [{"field": item.field, "message": item.message} for item in error.errors]
    return Problem(
        type=f"urn:conversation-linker:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        requestId=request_id,
        errors=errors,
    )
