"""From a result, or an error, to the answer that callers see: every field, always."""

from __future__ import annotations

from collections.abc import Mapping

from shared.api import follow_up, handoff, messages
from shared.contract.answers import LinkAnswer, Problem, UnlinkAnswer, WrongField
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.contract.statuses import (
    IN_PLACE,
    ContextFormat,
    CreateCase,
    Event,
    IdentityLevel,
    LinkStatus,
    PartStatus,
    UnlinkStatus,
)
from shared.core.errors import DataverseUnavailable, LinkerError, RequestError
from shared.core.schema import CASE_LOGICAL_NAME
from shared.dataverse.records import Conversation
from shared.resolver.decision import BY_CONVERSATION, LinkDecision, Record
from shared.resolver.patch import Changes
from shared.resolver.result import LinkResult

MAX_IGNORED = 1000


def linked(result: LinkResult, request_id: str) -> LinkAnswer:
    """The answer of a link request that was carried through."""
    request, settings = result.request, result.settings
    decision, customer, case = result.decision, result.customer, result.case
    customer_url, case_url = _links(result)
    next_field, next_question = follow_up.next_question(result)
    return LinkAnswer.model_construct(
        status=result.status,
        linked=result.status is LinkStatus.LINKED and not request.dryRun,
        message=messages.message(result),
        conversationId=request.conversationId,
        event=request.what,
        dryRun=request.dryRun,
        customerStatus=result.customer_status,
        customerLinked=customer is not None,
        customerMatchedBy=_matched_by(decision.customer, customer),
        customerType=customer.type if customer else "",
        customerId=customer.id if customer else "",
        customerName=customer.name if customer and result.include_names else "",
        identityLevel=result.identity_level,
        caseStatus=result.case_status,
        caseLinked=case is not None,
        caseMatchedBy=_matched_by(decision.case, case),
        caseIsNew=result.case_is_new,
        caseId=case.id if case else "",
        caseNumber=result.case_number,
        caseTitle=case.title if case and result.include_names else "",
        replacedCustomerId=result.replaced_customer_id,
        replacedCaseId=result.replaced_case_id,
        customerUrl=customer_url,
        caseUrl=case_url,
        conversationUrl=handoff.conversation_url(settings.dataverse_url, settings.app_id, request.conversationId),
        nextField=next_field,
        nextQuestion=next_question,
        ignoredInputs=_ignored(result),
        escalationSummary=handoff.summary(result, {"customer": customer_url, "case": case_url}),
        omnichannelTags=handoff.tags(result),
        CloseOmnichannelConversation=request.what is Event.END and not _case_is_missing(request, result),
        explain=messages.explain(result) if request.dryRun else "",
        requestId=request_id,
    )


def _matched_by(part: LinkDecision[Record], held: Record | None) -> str:
    """How it was matched; `conversation` for what is there and was not looked for, or not found."""
    return ", ".join(part.matched_by or (BY_CONVERSATION if held else ()))


def _links(result: LinkResult) -> tuple[str, str]:
    url, app = result.settings.dataverse_url, result.settings.app_id
    customer, case = result.customer, result.case
    return (
        handoff.record_url(url, app, customer.type, customer.id) if customer else "",
        handoff.record_url(url, app, CASE_LOGICAL_NAME, case.id) if case and not result.would_create else "",
    )


def _ignored(result: LinkResult) -> str:
    """Names that the app does not know, then those whose values count as not given."""
    criteria = result.criteria
    names = (*(name for name in result.request.others if name.lower() not in criteria.used), *criteria.given.not_given)
    return ", ".join(name[:100] for name in names)[:MAX_IGNORED]


def _case_is_missing(request: LinkRequest, result: LinkResult) -> bool:
    asked = request.createCase is not CreateCase.NO and result.criteria.wants_case
    return asked and result.decision.case.status not in IN_PLACE


def failed(error: LinkerError, request: LinkRequest | None, request_id: str) -> LinkAnswer:
    """The answer with all fields for an error, for callers that cannot handle errors (`?always=true`)."""
    event = request.what if request else Event.ESCALATE
    statuses: dict[str, str] = dict.fromkeys(("LinkStatus", "CustomerStatus", "CaseStatus"), LinkStatus.FAILED)
    statuses["IdentityLevel"] = IdentityLevel.NONE
    format = request.contextFormat if request else ContextFormat.PLAIN
    return LinkAnswer.model_construct(
        status=LinkStatus.FAILED,
        message=error.detail,
        conversationId=request.conversationId if request else "",
        event=event,
        dryRun=request.dryRun if request else False,
        customerStatus=PartStatus.FAILED,
        caseStatus=PartStatus.FAILED,
        escalationSummary=handoff.failed_summary(request) if request else "",
        omnichannelTags=handoff.command(event, request.others if request else {}, statuses, format),
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
    closed = " The conversation is closed." if UnlinkStatus.CONVERSATION_CLOSED in (customer, case) else ""
    return UnlinkAnswer.model_construct(
        status=UnlinkStatus.UNLINKED if changes.body else UnlinkStatus.NOT_LINKED,
        message=UNLINKED[customer is UnlinkStatus.UNLINKED, case is UnlinkStatus.UNLINKED] + closed,
        conversationId=request.conversationId,
        customerStatus=customer,
        caseStatus=case,
        requestId=request_id,
    )


def _unlink_status(requested: bool, held: bool, open: bool) -> UnlinkStatus:
    if not requested:
        return UnlinkStatus.NOT_REQUESTED
    if not held:
        return UnlinkStatus.NOT_LINKED
    return UnlinkStatus.UNLINKED if open else UnlinkStatus.CONVERSATION_CLOSED


def problem(error: LinkerError, request_id: str) -> Problem:
    """The problem of RFC 9457 for an error; `errors` for 400 only."""
    errors = None
    if isinstance(error, RequestError) and error.status == 400:
        errors = [WrongField(field=item.field, message=item.message) for item in error.errors]
    return Problem(
        type=f"urn:conversation-linker:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        requestId=request_id,
        errors=errors,
    )
