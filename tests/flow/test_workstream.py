"""RULE_SOURCE=workstream: the rule of the conversation's workstream decides who is found; the contract decides the rest."""

from __future__ import annotations

import logging

import pytest

from dev.emulator import Fault
from tests.flow.people import case

STANDARD, BY_NUMBER, MALFORMED, NONE = (f"b0000000-0000-4000-8000-{number:012}" for number in (20, 21, 22, 23))
MARIA, ALEX2, KIM, TAYLOR, OLA = (f"c0000000-0000-4000-8000-{number:012}" for number in (1, 3, 8, 9, 17))
CONTOSO = "a0000000-0000-4000-8000-000000000001"
MARIA_MAIL = "maria.campbell@example.com"


STORIES = [
    # conversation, request, (customerStatus, caseStatus), (customer, case)
    ("standard, by e-mail", STANDARD, {"Email": MARIA_MAIL}, ("linked", "linked"), (MARIA, case(1))),
    ("standard, two of a name", STANDARD, {"Name": "Alex Smith"}, ("ambiguous", "not_given"), ("", "")),
    ("standard, the number picks", STANDARD, {"Name": "Alex Smith", "CaseNumber": "CAS-01014-N4P5Q6"}, ("linked", "linked"), (ALEX2, case(14))),
    ("standard, a stranger's case", STANDARD, {"Email": MARIA_MAIL, "CaseNumber": "CAS-01008-H8J9K1"}, ("linked", "customer_mismatch"), (MARIA, "")),
    ("standard, number alone", STANDARD, {"CaseNumber": "CAS-01001-X1Y2Z3"}, ("linked", "linked"), (MARIA, case(1))),
    ("standard, number not there", STANDARD, {"Email": MARIA_MAIL, "CaseNumber": "CAS-9"}, ("linked", "not_found"), (MARIA, "")),
    ("standard, nothing given", STANDARD, {}, ("not_given", "not_given"), ("", "")),
    ("standard, nobody", STANDARD, {"Email": "no@example.com"}, ("not_found", "not_given"), ("", "")),
    ("standard asks telephone1 only", STANDARD, {"Phone": "+1 425 555 0209"}, ("not_found", "not_given"), ("", "")),
    ("standard, signed in", STANDARD, {"msdyn_portalcontactid": KIM}, ("linked", "not_found"), (KIM, "")),
    ("standard, XML in a value", STANDARD, {"Name": "</condition>\"'<&${Email}"}, ("not_found", "not_given"), ("", "")),
    ("standard, a character that no XML holds", STANDARD, {"Name": "Nobody\uffff At\ufffe All"}, ("not_found", "not_given"), ("", "")),
    ("standard, nothing but such a character", STANDARD, {"Email": "\uffff"}, ("not_given", "not_given"), ("", "")),
    ("standard, known record", STANDARD, {"msdyn_CustomerId": KIM, "msdyn_CustomerType": "contact"}, ("linked", "not_found"), (KIM, "")),
    ("standard, known case", STANDARD, {"Email": MARIA_MAIL, "msdyn_CaseId": case(1)}, ("linked", "linked"), (MARIA, case(1))),
    ("own variable", BY_NUMBER, {"AccountNumber": "CON-001"}, ("linked", "linked"), (CONTOSO, case(5))),
    ("own variable, the rule's preference", BY_NUMBER, {"AccountNumber": "CON-001", "Email": MARIA_MAIL}, ("linked", "linked"), (CONTOSO, case(5))),
    ("own rule searches both phones", BY_NUMBER, {"Phone": "+1 425 555 0209"}, ("linked", "linked"), (TAYLOR, case(5))),
    ("own rule has no name", BY_NUMBER, {"Name": "Maria Campbell"}, ("not_given", "not_given"), ("", "")),
    ("own rule, another's number", BY_NUMBER, {"Email": MARIA_MAIL, "CaseNumber": "CAS-01008-H8J9K1"}, ("linked", "customer_mismatch"), (MARIA, "")),
    ("malformed: built-in", MALFORMED, {"Phone": "+1 425 555 0209"}, ("linked", "linked"), (TAYLOR, case(5))),
    ("no workstream: built-in", NONE, {"Phone": "+1 425 555 0209"}, ("linked", "linked"), (TAYLOR, case(5))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("conversation", "body", "statuses", "row"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_story(app_with, conversation, body, statuses, row) -> None:
    """The rule that the administrator keeps finds; the decision and the pair rule stay the contract's."""
    app = app_with(RULE_SOURCE="workstream")
    answer = app.link(conversation, **body)
    assert (answer["customerStatus"], answer["caseStatus"]) == statuses
    assert app.on(conversation) == (row[0], row[1], row[1])
    again = app.link(conversation, **body)
    assert app.on(conversation) == (row[0], row[1], row[1])
    assert again["status"] == answer["status"]


def test_one_round_trip_more(app_with) -> None:
    """Contract, creating a case: a workstream rule costs one round trip more, the candidates come in one `$batch`."""
    app = app_with(RULE_SOURCE="workstream")
    app.link(STANDARD, Email=MARIA_MAIL)
    assert app.calls() == ["POST", "POST", "PATCH"]
    assert sum("fetchXml" in part.query for part in app.dataverse.calls[1].parts) == 3


def test_what_was_typed_never_fills_a_platform_variable(app_with) -> None:
    """`msdyn_…` variables come from names of the platform only, whatever the customer typed elsewhere."""
    app = app_with(RULE_SOURCE="workstream")
    assert app.link(STANDARD, Name=KIM)["customerStatus"] == "not_found"


def test_matched_by_and_ignored_inputs(app_with) -> None:
    """A variable that the rule uses is named in `customerMatchedBy` and `explain`, and not among the ignored."""
    app = app_with(RULE_SOURCE="workstream")
    answer = app.link(BY_NUMBER, AccountNumber="CON-001", Topic="x", dryRun=True)
    assert answer["customerMatchedBy"] == "AccountNumber"
    assert answer["ignoredInputs"] == "Topic"
    assert "rule: workstream" in answer["explain"]
    assert "AccountNumber" in answer["explain"]
    assert "CON-001" not in answer["explain"]


def test_a_case_that_is_not_theirs_by_id_is_never_linked(app_with) -> None:
    """A custom case rule that ignores the customer does not make a stranger's case theirs."""
    app = app_with(RULE_SOURCE="workstream")
    answer = app.link(BY_NUMBER, AccountNumber="CON-001", CaseNumber="CAS-01001-X1Y2Z3")
    assert answer["caseStatus"] in ("customer_mismatch", "not_found")
    assert app.on(BY_NUMBER) == (CONTOSO, "", "")


def test_a_malformed_rule_is_told(app_with, caplog) -> None:
    """A rule that is refused: the built-in rules, said in `explain` and in the log; linking does not stop."""
    app = app_with(RULE_SOURCE="workstream")
    caplog.set_level(logging.WARNING, "conversation_linker")
    answer = app.link(MALFORMED, Email=MARIA_MAIL, dryRun=True)
    assert answer["customerStatus"] == "would_link"
    assert "rule: built-in; the workstream's rule was not used" in answer["explain"]
    assert "workstream_rule_not_used" in caplog.text
    assert MARIA_MAIL not in caplog.text


@pytest.mark.parametrize("part", [0, 1])
def test_a_rule_that_dataverse_refuses(app_with, part) -> None:
    """A rule that Dataverse refuses, or may not be read: the built-in rules, and the customer is linked."""
    app = app_with(RULE_SOURCE="workstream")
    app.dataverse.faults.add(Fault(status=400, code="0x80041103", part=part, after=part))
    answer = app.link(STANDARD, Email=MARIA_MAIL)
    assert (answer["status"], app.on(STANDARD)[0]) == ("linked", MARIA)


def test_without_the_right_to_read_workstreams(app_with) -> None:
    """An application user without read access to workstreams still links by the built-in rules."""
    app = app_with(RULE_SOURCE="workstream")
    app.dataverse.denied = {"prvReadmsdyn_liveworkstream"}
    assert app.link(STANDARD, Email=MARIA_MAIL)["status"] == "linked"


def test_throttling_is_no_reason_to_fall_back(app_with, monkeypatch) -> None:
    """A throttled read is retried or told, not taken for a rule that does not work."""
    monkeypatch.setattr("shared.dataverse.retry.sleep", lambda _: None)
    app = app_with(RULE_SOURCE="workstream")
    app.dataverse.faults.add(Fault(status=429, retry_after=1, method="POST", times=2))
    answer = app.link(STANDARD, Email=MARIA_MAIL, dryRun=True)
    assert "rule: workstream" in answer["explain"]


def test_an_unknown_conversation_is_still_404(app_with) -> None:
    """The way through the workstream ends for a missing conversation as any other way does."""
    app = app_with(RULE_SOURCE="workstream")
    assert app.reply({"conversationId": "00000000-0000-4000-8000-000000000000"}).status == 404


def test_the_pair_rule_holds(app_with) -> None:
    """A former customer's case goes when the rule finds another customer; a kept one keeps its case."""
    app = app_with(RULE_SOURCE="workstream")
    app.link(STANDARD, Email=MARIA_MAIL)
    app.link(STANDARD, Email="kim.park@example.com", overwrite=False)
    assert app.on(STANDARD) == (MARIA, case(1), case(1))
    app.link(STANDARD, Email="kim.park@example.com")
    assert app.on(STANDARD) == (KIM, "", "")


def test_the_rules_own_conditions_count(app_with) -> None:
    """The standard rule asks for cases In Progress; a customer whose only active case is on hold gets it all the same."""
    app = app_with(RULE_SOURCE="workstream")
    assert app.link(STANDARD, Email="ola.nordmann@example.com")["caseId"] == case(6)


def test_a_case_can_be_created(app_with) -> None:
    """`createCase` works the same behind a workstream's rule."""
    app = app_with(RULE_SOURCE="workstream")
    assert app.link(STANDARD, Email="kim.park@example.com", createCase=True)["caseStatus"] == "created"


def test_a_case_rule_that_asks_for_nothing_that_is_known(app_with) -> None:
    """An account's number names nobody in the case rule: the customer is found by the rule, the case by the customer."""
    app = app_with(RULE_SOURCE="workstream")
    stream = app.dataverse.row("msdyn_ocliveworkitems", BY_NUMBER)["_msdyn_liveworkstreamid_value"]
    rule = app.dataverse.row("msdyn_liveworkstreams", stream)["msdyn_recordidentificationrule"]
    joined = '<condition attribute="accountnumber" operator="eq" value="${AccountNumber}" entityname="ac" />'
    assert joined in rule
    app.dataverse.update("msdyn_liveworkstreams", stream, {"msdyn_recordidentificationrule": rule.replace(joined, "")})
    answer = app.link(BY_NUMBER, AccountNumber="CON-001")
    assert (answer["customerStatus"], answer["caseStatus"]) == ("linked", "linked")
    asked = [part.query for call in app.dataverse.calls for part in call.parts]
    assert not [query for query in asked if query.endswith("fetchXml=")]


def rule_on(app, conversation: str, replaced: str, variable: str) -> None:
    """Let the rule of a conversation's workstream ask for another variable."""
    stream = app.dataverse.row("msdyn_ocliveworkitems", conversation)["_msdyn_liveworkstreamid_value"]
    rule = app.dataverse.row("msdyn_liveworkstreams", stream)["msdyn_recordidentificationrule"]
    assert replaced in rule
    changed = rule.replace(replaced, variable)
    app.dataverse.update("msdyn_liveworkstreams", stream, {"msdyn_recordidentificationrule": changed})


@pytest.mark.parametrize(
    ("variable", "sent", "customer"),
    [
        ("email", {"email": MARIA_MAIL}, MARIA),
        ("email", {"email": f"my mail is {MARIA_MAIL}."}, MARIA),
        ("email", {"Email": MARIA_MAIL}, ""),
        ("caseTitle", {"caseTitle": MARIA_MAIL}, MARIA),
        ("MyMail", {"MyMail": MARIA_MAIL}, MARIA),
        ("MyMail", {"mymail": MARIA_MAIL}, ""),
        ("MyMail", {"MyMail": "{{Topic.MyMail}}"}, ""),
    ],
)
def test_a_variable_is_filled_under_exactly_its_name(app_with, variable, sent, customer) -> None:
    """A rule's variable is what was sent under exactly its name, the request's own fields included."""
    app = app_with(RULE_SOURCE="workstream")
    rule_on(app, STANDARD, "${Email}", f"${{{variable}}}")
    answer = app.link(STANDARD, **sent)
    assert (answer["customerStatus"], app.on(STANDARD)[0]) == ("linked" if customer else "not_given", customer)


@pytest.mark.parametrize("sent", ["customerPhoneNumber", "msdyn_CustomerPhoneNumber", "msdyn_fromphone"])
@pytest.mark.parametrize("asked", ["customerPhoneNumber", "msdyn_CustomerPhoneNumber", "msdyn_fromphone"])
def test_the_channels_number_has_three_names(app_with, asked, sent) -> None:
    """Who calls is one fact, under whichever name it is sent and asked for."""
    app = app_with(RULE_SOURCE="workstream")
    rule_on(app, STANDARD, "${Phone}", f"${{{asked}}}")
    answer = app.link(STANDARD, **{sent: "sip:+14255550201@sbc.example.com"})
    assert (app.on(STANDARD)[0], answer["ignoredInputs"]) == (MARIA, "")


def test_what_was_typed_is_never_the_channels_number(app_with) -> None:
    """A number that the customer typed does not fill the variable of the channel's number."""
    app = app_with(RULE_SOURCE="workstream")
    rule_on(app, STANDARD, "${Phone}", "${msdyn_fromphone}")
    assert app.link(STANDARD, Phone="+14255550201")["customerStatus"] == "not_given"
    assert app.link(STANDARD, msdyn_fromphone="anonymous")["customerStatus"] == "not_given"


def test_a_whole_number_of_json(app_with) -> None:
    """A JSON number for a variable of one's own is compared without its `.0`."""
    app = app_with(RULE_SOURCE="workstream")
    app.dataverse.update("accounts", CONTOSO, {"accountnumber": "1001"})
    assert app.link(BY_NUMBER, AccountNumber=1001.0)["customerId"] == CONTOSO


@pytest.mark.parametrize("typed", ["(425) 555-0201", "my number is 425.555.0201"])
def test_a_rule_searches_the_forms_of_a_number(app_with, typed) -> None:
    """A number is searched in its usual forms behind a workstream's rule, too."""
    app = app_with(RULE_SOURCE="workstream", DEFAULT_PHONE_REGION="US")
    assert app.link(STANDARD, Phone=typed)["customerId"] == MARIA


@pytest.mark.parametrize("value", ["none", "N/A", "{{Topic.Phone}}", "anonymous"])
def test_what_is_no_value_does_not_hide_the_other_behind_a_rule(app_with, value) -> None:
    """What cannot be a value is not given to a workstream's rule, and it is said."""
    app = app_with(RULE_SOURCE="workstream")
    answer = app.link(STANDARD, Phone=value, Email=MARIA_MAIL)
    assert (answer["customerId"], answer["ignoredInputs"]) == (MARIA, "Phone")
