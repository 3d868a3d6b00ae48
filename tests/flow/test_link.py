"""Linking over the embedded Dataverse: post the request, look at the row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.flow.people import OPEN, account, case, contact, conversation

MARIA, ALEX1, ALEX2, OBRIEN, SAM, DANA, ROBIN, KIM, TAYLOR = map(contact, range(1, 10))
ROSA = contact(18)
CONTOSO, FOURTH_COFFEE = account(1), account(2)

STORIES: list[tuple[str, dict[str, Any], tuple[str, str], tuple[str, str], str]] = [
    # rule, request, (customerStatus, caseStatus), (customer, case on the row), status
    ("e-mail", {"Email": "maria.campbell@example.com"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("case of letters does not matter", {"Email": "MARIA.Campbell@Example.COM"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("apostrophes", {"Name": "Patrick O'Brien", "Email": "patrick.o'brien@example.com"}, ("linked", "linked"), (OBRIEN, case(2)), "linked"),
    ("business phone", {"Phone": "+1 425 555 0201"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("mobile phone, case as primary contact", {"Phone": "+1 425 555 0209"}, ("linked", "linked"), (TAYLOR, case(5)), "linked"),
    ("voice", {"customerPhoneNumber": "+1 425 555 0201"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("all given must hold", {"Name": "Maria Campbell", "Email": "kim.park@example.com"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("two of one name", {"Name": "Alex Smith"}, ("ambiguous", "not_given"), ("", ""), "not_linked"),
    ("the number picks one of two", {"Name": "Alex Smith", "CaseNumber": "CAS-01014-N4P5Q6"}, ("linked", "linked"), (ALEX2, case(14)), "linked"),
    ("a person before a company", {"Email": "info@fourthcoffee.example"}, ("linked", "not_found"), (SAM, ""), "linked"),
    ("a company", {"Name": "Contoso Ltd"}, ("linked", "linked"), (CONTOSO, case(5)), "linked"),
    ("a company by entities", {"Email": "info@fourthcoffee.example", "entities": "account,case"}, ("linked", "not_found"), (FOURTH_COFFEE, ""), "linked"),
    ("inactive person", {"Email": "dana.holt@example.com"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("two active cases", {"Email": "robin.lee@example.com"}, ("linked", "ambiguous"), (ROBIN, ""), "linked"),
    ("on hold is active", {"Email": "ola.nordmann@example.com"}, ("linked", "linked"), (contact(17), case(6)), "linked"),
    ("resolved is not", {"Email": "rosa.diaz@example.com"}, ("linked", "not_found"), (ROSA, ""), "linked"),
    ("a stranger's case", {"Email": "maria.campbell@example.com", "CaseNumber": "CAS-01008-H8J9K1"}, ("linked", "customer_mismatch"), (MARIA, ""), "partial"),
    ("number alone", {"CaseNumber": "cas-01001-x1y2z3"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("number alone, inactive customer", {"CaseNumber": "CAS-01011-K1L2M3"}, ("not_found", "linked"), ("", case(11)), "linked"),
    ("number alone, not there", {"CaseNumber": "CAS-9"}, ("not_given", "not_found"), ("", ""), "not_linked"),
    ("number of a resolved case", {"CaseNumber": "CAS-01007-G7H8J9"}, ("not_given", "not_found"), ("", ""), "not_linked"),
    ("two of one number", {"CaseNumber": "CAS-01009-D1D1D1"}, ("not_given", "ambiguous"), ("", ""), "not_linked"),
    ("two of one number, one is theirs", {"Email": "south@adventure-works.example", "CaseNumber": "CAS-01009-D1D1D1"}, ("linked", "linked"), (account(6), case(10)), "linked"),
    ("Japanese", {"Name": "太郎 田中"}, ("linked", "linked"), (contact(10), case(13)), "linked"),
    ("Arabic", {"Name": "فاطمة الزهراء"}, ("linked", "not_found"), (contact(11), ""), "linked"),
    ("Cyrillic, other case", {"Name": "дмитрий ИВАНОВ"}, ("linked", "not_found"), (contact(12), ""), "linked"),
    ("emoji", {"Name": "Zoë 🦊 Fox"}, ("linked", "not_found"), (contact(14), ""), "linked"),
    ("no wildcards", {"Name": "Percy 100%_Real"}, ("linked", "not_found"), (contact(15), ""), "linked"),
    ("percent is no wildcard", {"Name": "Percy%"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("injection", {"Name": "' or 1 eq 1 or fullname eq '"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("plus and ampersand stay", {"Name": "O'Reilly & Sons"}, ("linked", "not_found"), (account(3), ""), "linked"),
    ("nothing", {}, ("not_given", "not_given"), ("", ""), "not_linked"),
    ("blanks are nothing", {"Name": "  ", "Email": "", "Phone": None, "CaseNumber": {"value": ""}}, ("not_given", "not_given"), ("", ""), "not_linked"),
    ("too long to match", {"Email": "a" * 101}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("too long a number", {"CaseNumber": "1" * 101}, ("not_given", "not_found"), ("", ""), "not_linked"),
    ("known contact", {"msdyn_contact_msdyn_ocliveworkitem_Customer": [{"RecordId": MARIA, "PrimaryDisplayValue": None}]}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("known contact as JSON text", {"msdyn_contact_msdyn_ocliveworkitem_Customer": json.dumps([{"RecordId": f"{{{MARIA.upper()}}}"}])}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("known contact beats variables", {"msdyn_CustomerId": KIM, "msdyn_CustomerType": "contact", "Email": "maria.campbell@example.com"}, ("linked", "not_found"), (KIM, ""), "linked"),
    ("known account", {"msdyn_account_msdyn_ocliveworkitem_Customer": CONTOSO}, ("linked", "linked"), (CONTOSO, case(5)), "linked"),
    ("known customer without a type", {"msdyn_CustomerId": CONTOSO}, ("linked", "linked"), (CONTOSO, case(5)), "linked"),
    ("known customer of the wrong type", {"msdyn_CustomerId": CONTOSO, "msdyn_CustomerType": "contact"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("known, inactive", {"msdyn_CustomerId": DANA, "msdyn_CustomerType": "contact"}, ("not_found", "not_given"), ("", ""), "not_linked"),
    ("known, several", {"msdyn_contact_msdyn_ocliveworkitem_Customer": [{"RecordId": MARIA}, {"RecordId": KIM}]}, ("ambiguous", "not_given"), ("", ""), "not_linked"),
    ("known, empty", {"msdyn_contact_msdyn_ocliveworkitem_Customer": "[]", "Email": "kim.park@example.com"}, ("linked", "not_found"), (KIM, ""), "linked"),
    ("known case", {"msdyn_CaseId": case(1)}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("known case beats the number", {"msdyn_incident_msdyn_ocliveworkitem": [{"RecordId": case(1)}], "CaseNumber": "CAS-9"}, ("linked", "linked"), (MARIA, case(1)), "linked"),
    ("known case of a stranger", {"msdyn_CaseId": case(8), "Email": "kim.park@example.com"}, ("linked", "customer_mismatch"), (KIM, ""), "partial"),
    ("known case, resolved", {"msdyn_CaseId": case(7)}, ("not_given", "not_found"), ("", ""), "not_linked"),
    ("only the customer", {"Email": "maria.campbell@example.com", "entities": ["contact"]}, ("linked", "not_requested"), (MARIA, ""), "linked"),
    ("only the case", {"CaseNumber": "CAS-01001-X1Y2Z3", "entities": ["incident"]}, ("not_requested", "linked"), ("", case(1)), "linked"),
    ("names in any case", {"EMAIL": "kim.park@example.com", "ENTITIES": "CONTACT"}, ("linked", "not_requested"), (KIM, ""), "linked"),
    ("an Azure bot's command", {"type": "Escalate", "context": {"Email": "kim.park@example.com"}}, ("linked", "not_found"), (KIM, ""), "linked"),
    ("a number as JSON", {"Phone": 14255550201}, ("not_found", "not_given"), ("", ""), "not_linked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "statuses", "row", "status"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_story(app, request_, statuses, row, status) -> None:
    """Contract, how records are found: the row holds exactly what the rule says, in both case columns, and the answer says so."""
    answer = app.link(OPEN, **request_)
    assert (answer["customerStatus"], answer["caseStatus"]) == statuses
    assert app.on(OPEN) == (row[0], row[1], row[1])
    assert (answer["customerId"], answer["caseId"]) == row
    assert (answer["customerLinked"], answer["caseLinked"]) == (bool(row[0]), bool(row[1]))
    assert answer["status"] == status
    assert answer["linked"] is (status == "linked")


@pytest.mark.parametrize(("request_", "row"), [(s[1], s[3]) for s in STORIES], ids=[s[0] for s in STORIES])
def test_dry_run_decides_the_same_and_writes_nothing(app, request_, row) -> None:
    """Contract, `dryRun`: the decision is the same, `would_link` instead of `linked`, and the row stays."""
    answer = app.link(OPEN, **request_, dryRun=True)
    assert app.on(OPEN) == ("", "", "")
    assert (answer["customerId"], answer["caseId"]) == row
    assert not answer["linked"]
    assert answer["message"].startswith("DRY RUN, nothing was written.")
    assert answer["explain"]
    real = app.link(OPEN, **request_)
    assert real["explain"] == ""
    same = {"linked": "would_link"}
    assert answer["customerStatus"] == same.get(real["customerStatus"], real["customerStatus"])
    assert answer["caseStatus"] == same.get(real["caseStatus"], real["caseStatus"])
    assert answer["status"] == real["status"]


@pytest.mark.parametrize("request_", [s[1] for s in STORIES], ids=[s[0] for s in STORIES])
def test_round_trips(app, request_) -> None:
    """Contract, creating a case: one `$batch` to read, one PATCH to write, none where nothing changes."""
    answer = app.link(OPEN, **request_)
    wrote = "linked" in (answer["customerStatus"], answer["caseStatus"])
    assert app.calls() == ["POST", "PATCH"] if wrote else ["POST"]
    app.dataverse.calls.clear()
    app.link(OPEN, **request_)
    assert app.calls() == ["POST"]


ON_CONVERSATION: list[tuple[str, int, dict[str, Any], tuple[str, str], tuple[str, str, str]]] = [
    ("the id alone links her only case", 5, {}, ("already_linked", "linked"), (MARIA, case(1), case(1))),
    ("the id alone reports a pair", 6, {}, ("already_linked", "already_linked"), (MARIA, case(1), case(1))),
    ("wrap-up is open", 3, {"Email": "kim.park@example.com"}, ("linked", "not_found"), (KIM, "", "")),
    ("closed", 4, {"Email": "maria.campbell@example.com"}, ("conversation_closed", "conversation_closed"), ("", "", "")),
    ("scheduled", 11, {"Email": "kim.park@example.com"}, ("conversation_closed", "not_found"), ("", "", "")),
    ("closed, in place", 13, {"Email": "maria.campbell@example.com"}, ("already_linked", "already_linked"), (MARIA, case(1), case(1))),
    ("another customer, whose case goes", 6, {"Email": "kim.park@example.com"}, ("linked", "not_found"), (KIM, "", "")),
    ("another pair", 6, {"Email": "taylor.reed@contoso.example"}, ("linked", "linked"), (TAYLOR, case(5), case(5))),
    ("overwrite false keeps", 6, {"Email": "kim.park@example.com", "overwrite": "no"}, ("kept_existing", "already_linked"), (MARIA, case(1), case(1))),
    ("a number does not replace the customer", 5, {"CaseNumber": "CAS-01008-H8J9K1"}, ("already_linked", "customer_mismatch"), (MARIA, "", "")),
    ("a number of her own", 5, {"CaseNumber": "CAS-01001-X1Y2Z3"}, ("already_linked", "linked"), (MARIA, case(1), case(1))),
    ("own company's cases", 9, {}, ("already_linked", "linked"), (CONTOSO, case(5), case(5))),
    ("own customer inactive", 14, {}, ("already_linked", "not_found"), (DANA, "", "")),
    ("a company's customer replaced by a person", 9, {"Email": "kim.park@example.com"}, ("linked", "not_found"), (KIM, "", "")),
    ("a stranger's case goes when a customer comes", 16, {"Email": "kim.park@example.com"}, ("linked", "not_found"), (KIM, "", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "request_", "statuses", "row"), [s[1:] for s in ON_CONVERSATION], ids=[s[0] for s in ON_CONVERSATION]
)
def test_what_is_linked_already(app, number, request_, statuses, row) -> None:
    """What is on the conversation counts, as the contract says of the customer and of a case without a number."""
    answer = app.link(conversation(number), **request_)
    assert (answer["customerStatus"], answer["caseStatus"]) == statuses
    assert app.on(conversation(number)) == row


def test_a_lead_in_regarding_stays(app) -> None:
    """Contract, creating a case: regarding is never taken from a lead or an opportunity."""
    for number in (7, 8):
        before = app.on(conversation(number))
        answer = app.link(conversation(number), Email="maria.campbell@example.com")
        assert answer["caseStatus"] == "linked"
        assert app.on(conversation(number)) == (MARIA, case(1), before[2])
        assert before[2]


def test_no_column_is_free(app_with) -> None:
    """With CASE_COLUMNS=regarding and a lead there, a case is neither linked nor created; the customer is linked."""
    app = app_with(CASE_COLUMNS="regarding")
    before = app.on(conversation(7))
    answer = app.link(conversation(7), Email="maria.campbell@example.com")
    assert (answer["customerStatus"], answer["caseStatus"], answer["status"]) == ("linked", "kept_existing", "linked")
    assert app.on(conversation(7)) == (MARIA, "", before[2])
    cases = len(app.dataverse.rows("incidents"))
    created = app.link(conversation(7), Email="kim.park@example.com", createCase=True)
    assert (created["caseStatus"], created["status"]) == ("kept_existing", "partial")
    assert len(app.dataverse.rows("incidents")) == cases


def test_the_column_that_is_written_decides_which_case_is_told(app_with) -> None:
    """CASE_COLUMNS=regarding: the case in regarding is the one of the answer, whatever somebody put into issue."""
    app = app_with(CASE_COLUMNS="regarding", INCLUDE_NAMES="false")
    other = app.dataverse.insert("incidents", {"title": "x", "ticketnumber": "CAS-2", "customerid_contact": MARIA})
    links = {"msdyn_customer_msdyn_ocliveworkitem_contact": MARIA, "msdyn_IssueId_msdyn_ocliveworkitem": other}
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, links)
    first = app.link(OPEN, CaseNumber="CAS-01001-X1Y2Z3")
    assert (first["caseStatus"], first["caseId"], first["caseNumber"]) == ("linked", case(1), "CAS-01001-X1Y2Z3")
    again = app.link(OPEN, CaseNumber="CAS-01001-X1Y2Z3")
    assert (again["status"], again["caseStatus"], again["caseId"]) == ("linked", "already_linked", case(1))
    assert app.on(OPEN) == (MARIA, other, case(1))
    created = app.link(OPEN, createCase="always")
    assert (created["caseStatus"], created["caseIsNew"], created["caseNumber"]) == ("created", True, "")
    assert app.on(OPEN)[1:] == (other, created["caseId"])


def test_a_named_case_that_is_there_already_is_no_mismatch(app_with) -> None:
    """With overwrite false the customer in place stays; the case that was named stands in issue already: in place."""
    app = app_with()
    links = {"msdyn_customer_msdyn_ocliveworkitem_contact": KIM, "msdyn_IssueId_msdyn_ocliveworkitem": case(1)}
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, links)
    number = {"Email": "maria.campbell@example.com", "CaseNumber": "CAS-01001-X1Y2Z3"}
    answer = app.link(OPEN, overwrite=False, **number)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("kept_existing", "already_linked")
    assert app.on(OPEN) == (KIM, case(1), "")


def test_a_strangers_case_beside_the_named_customer_goes(app) -> None:
    """Contract, "The pair": no call that names the customer leaves a case beside whom it does not belong."""
    assert app.link(conversation(10), Email="kim.park@example.com")["replacedCaseId"] == case(8)
    assert app.on(conversation(10)) == (KIM, "", "")


def test_with_overwrite_false_or_the_id_alone_it_stays(app) -> None:
    """Nobody is named, or nothing may be replaced: what someone put there stays."""
    before = app.on(conversation(10))
    app.link(conversation(10))
    app.link(conversation(10), Email="kim.park@example.com", overwrite=False)
    assert app.on(conversation(10)) == before


def test_replaced_records_are_named(app) -> None:
    """Contract, answer: the answer says whom and which case the new link replaced."""
    answer = app.link(conversation(6), Email="kim.park@example.com")
    assert (answer["replacedCustomerId"], answer["replacedCaseId"]) == (MARIA, case(1))
    again = app.link(conversation(6), Email="kim.park@example.com")
    assert (again["replacedCustomerId"], again["replacedCaseId"]) == ("", "")


def test_every_kind_of_id_is_taken(app) -> None:
    """Contract, request: the first given of four names, braces and upper case allowed."""
    for name in ("conversationId", "msdyn_ConversationId", "msdyn_liveworkitemid", "msdyn_ocliveworkitemid"):
        body = {name: f"{{{OPEN.upper()}}}", "va_ConversationId": "not this"}
        assert json.loads(app.reply(body).body)["conversationId"] == OPEN
    body = {"msdyn_ocliveworkitemid": conversation(4), "conversationId": OPEN}
    assert json.loads(app.reply(body).body)["conversationId"] == OPEN


def test_only_named_columns_are_written(app) -> None:
    """Contract, creating a case: one PATCH of three navigation properties, under the row's ETag, in the documented spelling."""
    app.link(OPEN, Email="maria.campbell@example.com")
    patch = app.dataverse.calls[-1]
    assert json.loads(patch.body) == {
        "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind": f"/contacts({MARIA})",
        "msdyn_IssueId_msdyn_ocliveworkitem@odata.bind": f"/incidents({case(1)})",
        "regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind": f"/incidents({case(1)})",
    }
    assert patch.headers["if-match"].startswith('W/"')


def test_everything_is_read_in_one_batch_with_small_parts(app) -> None:
    """One path for each part, few rows, what Omnichannel recorded at the end, and no page size, which would switch `$top` off."""
    app.link(OPEN, Name="Alex Smith", CaseNumber="CAS-01014-N4P5Q6")
    (batch,) = [call for call in app.dataverse.calls if call.method == "POST"]
    assert batch.headers["prefer"] == "odata.continue-on-error"
    assert [part.path.rsplit("/", 1)[-1].split("(")[0] for part in batch.parts] == [
        "msdyn_ocliveworkitems",
        "contacts",
        "accounts",
        "incidents",
        "incidents",
        "incidents",
        "incidents",
        "msdyn_livechatengagementctxes",
        "msdyn_smsengagementctxes",
        "msdyn_whatsappengagementctxes",
        "msdyn_ocphonecallengagementctxes",
        "msdyn_ocliveworkitems",
    ]
    assert all("maxpagesize" not in part.headers.get("prefer", "") for part in batch.parts)
