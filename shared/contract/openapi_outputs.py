"""What makers and language models read about each field of the answers. Data only; see `openapi_fields`."""

from __future__ import annotations

from shared.contract.openapi_fields import Output

REQUEST_ID = Output("requestId", "Request ID", "", "The id under which this call is in the log of the app.")
CONVERSATION = Output("conversationId", "Conversation ID", "", "The conversation.")

LINK_OUTPUTS = (
    Output("status", "Status", "", "linked, partial, not_linked, or failed (an error; transfer all the same)."),
    Output("linked", "Linked", "important", "Whether all that was asked for is linked."),
    Output("message", "Message", "important", "One sentence for run histories. Never show it to the customer."),
    CONVERSATION,
    Output("event", "Event", "internal", "escalate or end."),
    Output("dryRun", "Dry Run", "internal", "Whether nothing was written because it was a dry run."),
    Output(
        "customerStatus",
        "Customer Status",
        "important",
        "What became of the customer. linked and already_linked: go on. not_found and ambiguous: ask nextQuestion. "
        "not_given: nothing was given to look for.",
    ),
    Output("customerLinked", "Customer Linked", "important", "Whether the conversation has a customer now."),
    Output("customerMatchedBy", "Customer Matched By", "", "How the customer was found, such as Email."),
    Output("customerType", "Customer Type", "", "contact or account."),
    Output("customerId", "Customer ID", "", "Id of the customer on the conversation."),
    Output(
        "customerName",
        "Customer Name",
        "",
        "Name of the customer on the conversation. What was typed is not verified, so do not read it to the customer.",
    ),
    Output(
        "caseStatus",
        "Case Status",
        "important",
        "What became of the case. linked, already_linked and created: go on. not_found, ambiguous and "
        "customer_mismatch: ask nextQuestion; never say whose case it is.",
    ),
    Output("caseLinked", "Case Linked", "important", "Whether the conversation has a case now."),
    Output("caseMatchedBy", "Case Matched By", "", "How the case was found, such as CaseNumber."),
    Output("caseIsNew", "Case Is New", "important", "Whether this conversation created the case."),
    Output("caseId", "Case ID", "", "Id of the case on the conversation."),
    Output("caseNumber", "Case Number", "important", "Number of the case. If caseIsNew, tell it to the customer."),
    Output("caseTitle", "Case Title", "", "Title of the case on the conversation. Do not read it to the customer."),
    Output("replacedCustomerId", "Replaced Customer ID", "internal", "Customer who was linked before."),
    Output("replacedCaseId", "Replaced Case ID", "internal", "Case that was linked before."),
    Output("customerUrl", "Customer URL", "", "Opens the customer in Dynamics 365. For representatives."),
    Output("caseUrl", "Case URL", "", "Opens the case in Dynamics 365. For representatives."),
    Output("conversationUrl", "Conversation URL", "", "Opens the conversation in Dynamics 365. For representatives."),
    Output("nextField", "Next Field", "", "Which input the answer to nextQuestion belongs into: Email, Phone, …"),
    Output(
        "nextQuestion",
        "Next Question",
        "important",
        "A question to ask the customer word for word; then call again with the answer in the input that nextField "
        "names. Empty: nothing is left to ask. Ask twice at most.",
    ),
    Output("ignoredInputs", "Ignored Inputs", "", "Names in the request that the app does not know."),
    Output(
        "escalationSummary",
        "Escalation Summary",
        "important",
        "Text for the representative; pass it with the transfer. Never show it to the customer.",
    ),
    Output("omnichannelTags", "Omnichannel Tags", "internal", "The command of an Azure bot, as text."),
    Output(
        "CloseOmnichannelConversation",
        "Close Omnichannel Conversation",
        "important",
        "Whether the conversation may be ended. If false after event end, transfer to a person.",
    ),
    Output("explain", "Explanation", "", "Dry run only: how it was decided."),
    Output("failure", "Failure", "", "If status is failed: the code of the error."),
    Output("canRetry", "Can Retry", "", "If status is failed: whether the same call may succeed later."),
    REQUEST_ID,
)

UNLINK_OUTPUTS = (
    Output("status", "Status", "important", "unlinked if anything was removed, else not_linked."),
    Output("message", "Message", "important", "One sentence for run histories."),
    CONVERSATION,
    Output("customerStatus", "Customer Status", "", "What became of the customer."),
    Output("caseStatus", "Case Status", "", "What became of the case."),
    REQUEST_ID,
)

DIAGNOSIS_OUTPUTS = (
    Output("ready", "Ready", "important", "Whether everything that linking needs works.", "boolean"),
    Output("summary", "Summary", "important", "One sentence."),
    Output("firstFix", "First Fix", "important", "What to mend first. Empty if there is nothing to mend."),
    Output("firstFixBy", "First Fix By", "important", "Who can mend it."),
    Output("checks", "Checks", "", "What was checked, one by one.", "array"),
    Output("version", "Version", "", "Version of the app."),
    Output("checkedAt", "Checked At", "", "When this was checked, in UTC."),
    REQUEST_ID,
)

CHECK_OUTPUTS = (
    Output("area", "Check Area", "", "What kind of check this is."),
    Output("name", "Check Name", "", "What was checked."),
    Output("ok", "Check OK", "", "Whether it works.", "boolean"),
    Output("found", "Check Found", "", "What was found."),
    Output("fix", "Check Fix", "", "What to mend. Empty if it works."),
    Output("fixBy", "Check Fix By", "", "Who can mend it."),
    Output("needed", "Check Needed", "", "Whether linking needs it; otherwise it is advice.", "boolean"),
)

PROBLEM_OUTPUTS = (
    Output("type", "Problem Type", "", "A name for this kind of problem."),
    Output("title", "Problem Title", "", "The kind of problem in words."),
    Output("status", "Problem HTTP Status", "", "The HTTP status."),
    Output("code", "Problem Code", "", "The code of the error."),
    Output("detail", "Problem Detail", "", "What is wrong, and what to do."),
    REQUEST_ID,
    Output("errors", "Problem Errors", "", "For 400 only: what is wrong, field by field."),
)

ERROR_OUTPUTS = (
    Output("field", "Error Field", "", "Which field is wrong."),
    Output("message", "Error Message", "", "What is wrong with it."),
)
