"""Finding the customer the way people really write, without ever linking a wrong one."""

from __future__ import annotations

import json

import pytest

from shared.api.follow_up import TEXTS
from tests.flow.people import OPEN, account, contact

MARIA, ALEX1, ALEX2, SAM, KIM, TAYLOR = map(contact, (1, 2, 3, 5, 8, 9))

TYPED = [
    ("phone as people type it", {"Phone": "(425) 555-0201"}, MARIA),
    ("phone from the voice channel", {"customerPhoneNumber": "+14255550201"}, MARIA),
    ("phone as a JSON number", {"Phone": 4255550201.0}, MARIA),
    ("mobile phone", {"Phone": "425.555.0209"}, TAYLOR),
    ("phone of another number", {"Phone": "(425) 555-0299"}, ""),
    ("display name", {"Email": "Maria Campbell <Maria.Campbell@example.com>"}, MARIA),
    ("mailto", {"Email": "mailto:maria.campbell@example.com"}, MARIA),
    ("blanks in a name", {"Name": "  Maria \n Campbell "}, MARIA),
    ("decomposed letters", {"Name": "Ju\u0308rgen Mu\u0308\u00dfig"}, contact(13)),
    ("number with a word", {"CaseNumber": "Case #CAS-01001-X1Y2Z3."}, MARIA),
    ("number with long dashes", {"CaseNumber": "“CAS–01001–X1Y2Z3”"}, MARIA),
]


EVIDENCE = 5
"""Reads of what Omnichannel recorded of who is on a conversation."""


@pytest.mark.parametrize(("body", "customer"), [t[1:] for t in TYPED], ids=[t[0] for t in TYPED])
def test_typed(app_with, body, customer) -> None:
    """Phones, names, addresses and numbers are found the way people write them."""
    app = app_with(DEFAULT_PHONE_REGION="US")
    app.link(OPEN, **body)
    assert app.on(OPEN)[0] == customer


STRANGERS = [
    # typed, DEFAULT_PHONE_REGION, stored: somebody else's number
    ("+354 410 1234", "US", "3544101234"),
    ("+6732345678", "DE", "6732345678"),
    ("06 6982 1234", "IT", "6 6982 1234"),
    ("425-555-0100 ext. 12", "US", "425-555-0100"),
]


@pytest.mark.parametrize(("typed", "region", "stored"), STRANGERS)
def test_a_number_that_reads_as_another_one_at_home_is_a_strangers(app_with, typed, region, stored) -> None:
    """A way of writing a number is not searched where whoever reads it in the region reads another number."""
    app = app_with(DEFAULT_PHONE_REGION=region)
    stranger = app.dataverse.insert("contacts", {"lastname": "Stranger", "telephone1": stored})
    assert app.link(OPEN, Phone=typed)["customerStatus"] == "not_found"
    assert app.link(OPEN, Phone=stored)["customerId"] == stranger


def test_no_number_is_not_given(app) -> None:
    """A case number without any digit ("none") counts as not given: the only active case is linked."""
    answer = app.link(OPEN, Email="maria.campbell@example.com", CaseNumber="none")
    assert (answer["caseStatus"], answer["caseMatchedBy"]) == ("linked", "customer")


def test_two_rows_with_variants_of_one_number_are_ambiguous(app_with) -> None:
    """Two people with one number, written in two ways, are ambiguous."""
    app = app_with(DEFAULT_PHONE_REGION="US")
    app.dataverse.insert("contacts", {"lastname": "One", "telephone1": "425-555-0777"})
    app.dataverse.insert("contacts", {"lastname": "Two", "mobilephone": "+1 (425) 555-0777"})
    assert app.link(OPEN, Phone="4255550777")["customerStatus"] == "ambiguous"


TIES = [
    # given, customerStatus, customer, customerMatchedBy
    ({"Email": "shared@example.com", "Name": "Ann Lee"}, "linked", "ann", "Name, Email"),
    ({"Email": "shared@example.com", "Name": "Bob Lee"}, "linked", "bob", "Name, Email"),
    ({"Email": "shared@example.com", "Name": "Nobody"}, "ambiguous", "", ""),
    ({"Email": "shared@example.com"}, "ambiguous", "", ""),
    ({"Email": "maria.campbell@example.com", "Name": "Mary Campbell"}, "linked", MARIA, "Email"),
    ({"Phone": "+1 425 555 0201", "Name": "M. C."}, "linked", MARIA, "Phone"),
    ({"Name": "Alex Smith"}, "ambiguous", "", ""),
    ({"Name": "Nobody", "Email": "nobody@example.com"}, "not_found", "", ""),
]


@pytest.mark.parametrize(("body", "status", "customer", "matched"), TIES)
def test_a_name_breaks_ties(app_with, body, status, customer, matched) -> None:
    """NAME_USE=tie_break: with an e-mail or phone given, the name only decides between several; in the same batch."""
    app = app_with(NAME_USE="tie_break")
    people = {
        "ann": app.dataverse.insert(
            "contacts", {"firstname": "Ann", "lastname": "Lee", "emailaddress1": "shared@example.com"}
        ),
        "bob": app.dataverse.insert(
            "contacts", {"firstname": "Bob", "lastname": "Lee", "emailaddress1": "shared@example.com"}
        ),
    }
    answer = app.link(OPEN, **body)
    assert (answer["customerStatus"], answer["customerMatchedBy"]) == (status, matched)
    assert app.on(OPEN)[0] == people.get(customer, customer)
    assert app.calls().count("POST") == 1


def test_a_tie_is_broken_for_the_case_too(app_with) -> None:
    """The case of the one whom the name picked is linked, also where the others of that address have several."""
    app = app_with(NAME_USE="tie_break")
    ids = [
        app.dataverse.insert("contacts", {"firstname": name, "lastname": "Lee", "emailaddress1": "shared@example.com"})
        for name in ("Ann", "Bob")
    ]
    for title in ("one", "two", "three"):
        app.dataverse.insert("incidents", {"title": title, "customerid_contact": ids[0]})
    bobs = app.dataverse.insert("incidents", {"title": "bob's", "customerid_contact": ids[1]})
    app.link(OPEN, Email="shared@example.com", Name="Bob Lee")
    assert app.on(OPEN) == (ids[1], bobs, bobs)


ALONE = [
    # SUFFICIENT_ALONE, given, (customerStatus, caseStatus)
    ("Email,Phone,CaseNumber", {"Name": "Maria Campbell"}, ("not_given", "not_given")),
    ("Email,Phone,CaseNumber", {"Name": "Maria Campbell", "Email": "maria.campbell@example.com"}, ("linked", "linked")),
    ("Email,Phone,CaseNumber", {"Name": "Kim Park", "Email": "maria.campbell@example.com"}, ("not_found", "not_given")),
    ("Email,Phone,CaseNumber", {"Name": "Maria Campbell", "CaseNumber": "CAS-01001-X1Y2Z3"}, ("linked", "linked")),
    (
        "Email,Phone,CaseNumber",
        {"Name": "Kim Park", "CaseNumber": "CAS-01001-X1Y2Z3"},
        ("not_given", "customer_mismatch"),
    ),
    ("Email", {"Name": "Maria Campbell", "Phone": "+1 425 555 0201"}, ("not_given", "not_given")),
    ("Name,Email,Phone", {"CaseNumber": "CAS-01001-X1Y2Z3"}, ("not_given", "not_given")),
    (
        "Name,Email,Phone",
        {"Email": "maria.campbell@example.com", "CaseNumber": "CAS-01001-X1Y2Z3"},
        ("linked", "linked"),
    ),
    ("Email", {"Name": "Maria Campbell", "CaseNumber": "CAS-01001-X1Y2Z3"}, ("not_given", "not_given")),
]


@pytest.mark.parametrize(("sufficient", "body", "statuses"), ALONE)
def test_sufficient_alone(app_with, sufficient, body, statuses) -> None:
    """SUFFICIENT_ALONE: what is not listed narrows, but never identifies by itself; `message` says so."""
    app = app_with(SUFFICIENT_ALONE=sufficient)
    answer = app.link(OPEN, **body)
    assert (answer["customerStatus"], answer["caseStatus"]) == statuses
    assert ("SUFFICIENT_ALONE" in answer["message"]) is (statuses[0] == "not_given" and statuses[1] != "linked")
    assert bool(app.on(OPEN)[0]) is (statuses[0] == "linked")


COMPANY = [
    # given, on the conversation already, (customerStatus, caseStatus) with the setting, and without it
    ({"Email": "sam@example.com", "CaseNumber": "COMP-1"}, None, ("linked", "linked"), ("linked", "customer_mismatch")),
    ({"Email": "sam@example.com"}, None, ("linked", "not_found"), ("linked", "not_found")),
    (
        {"Email": "kim.park@example.com", "CaseNumber": "COMP-1"},
        None,
        ("linked", "customer_mismatch"),
    )
    * 1
    + (("linked", "customer_mismatch"),),
    ({"CaseNumber": "COMP-1"}, "sam", ("already_linked", "linked"), ("already_linked", "customer_mismatch")),
    ({"CaseNumber": "COMP-2"}, "sam", ("already_linked", "customer_mismatch"), ("already_linked", "customer_mismatch")),
]


@pytest.mark.parametrize(("body", "on", "with_it", "without"), COMPANY)
@pytest.mark.parametrize("counts", ["true", "false"])
def test_case_of_company(app_with, body, on, with_it, without, counts) -> None:
    """CASE_OF_COMPANY: a case of the contact's company counts as the contact's, where a number names it."""
    app = app_with(CASE_OF_COMPANY=counts)
    company = app.dataverse.insert("accounts", {"name": "Company"})
    asleep = app.dataverse.insert("accounts", {"name": "Asleep"})
    sam = app.dataverse.insert(
        "contacts", {"lastname": "Sam", "emailaddress1": "sam@example.com", "parentcustomerid_account": company}
    )
    app.dataverse.insert("incidents", {"title": "x", "ticketnumber": "COMP-1", "customerid_account": company})
    app.dataverse.insert("incidents", {"title": "y", "ticketnumber": "COMP-2", "customerid_account": asleep})
    if on:
        app.dataverse.update("msdyn_ocliveworkitems", OPEN, {"msdyn_customer_msdyn_ocliveworkitem_contact": sam})
    answer = app.link(OPEN, **body)
    assert (answer["customerStatus"], answer["caseStatus"]) == (with_it if counts == "true" else without)
    again = app.link(OPEN, **body)
    if answer["caseStatus"] == "linked":
        assert again["caseStatus"] == "already_linked"
        assert app.link(OPEN)["caseStatus"] == "already_linked"


def test_the_organisations_own_variables(app_with) -> None:
    """IDENTIFICATION_RULES: a variable of the organisation's own comes by its name in any case, and `explain` names it."""
    rules = {"account": {"AccountNumber": ["accountnumber"]}, "contact": {"Phone": ["telephone2"]}}
    app = app_with(IDENTIFICATION_RULES=json.dumps(rules))
    answer = app.link(OPEN, accountnumber="CON-001", Topic="x", dryRun=True)
    assert (answer["customerMatchedBy"], answer["customerId"]) == ("AccountNumber", account(1))
    assert "accountnumber" in answer["explain"]
    assert answer["ignoredInputs"] == "Topic"
    assert app.link(OPEN, Phone="+1 425 555 0201")["customerStatus"] == "not_found"


def test_a_variable_counts_only_where_an_entity_has_a_column(app_with) -> None:
    """A variable for which an entity has no column does not count for that entity."""
    app = app_with(IDENTIFICATION_RULES=json.dumps({"account": {"AccountNumber": ["accountnumber"]}}))
    answer = app.link(OPEN, Email="maria.campbell@example.com", AccountNumber="CON-001")
    assert (answer["customerId"], answer["customerMatchedBy"]) == (MARIA, "Email")


QUESTIONS = [
    # given, nextField, ask or check
    ({}, "Email", "ask"),
    ({"Email": "maria.campbell@example.com"}, "", ""),
    ({"Email": "no@example.com"}, "Email", "check"),
    ({"Phone": "0100", "Name": "No One"}, "Phone", "check"),
    ({"Name": "No One"}, "Name", "check"),
    ({"Name": "Alex Smith"}, "Email", "ask"),
    ({"Name": "Alex Smith", "Email": ""}, "Email", "ask"),
    ({"Email": "robin.lee@example.com"}, "CaseNumber", "ask"),
    ({"CaseNumber": "CAS-9"}, "CaseNumber", "check"),
    ({"Email": "kim.park@example.com", "CaseNumber": "CAS-01008-H8J9K1"}, "CaseNumber", "check"),
    ({"Email": "kim.park@example.com", "CaseNumber": "CAS-9"}, "CaseNumber", "check"),
    ({"Email": "no@example.com", "CaseNumber": "CAS-9"}, "Email", "check"),
    ({"CaseNumber": "CAS-01009-D1D1D1"}, "Email", "ask"),
    ({"msdyn_CustomerId": "00000000-0000-4000-8000-000000000000"}, "", ""),
    ({"Email": "kim.park@example.com"}, "", ""),
    ({"conversation": "b0000000-0000-4000-8000-000000000004", "Email": "kim.park@example.com"}, "", ""),
]


@pytest.mark.parametrize(("body", "field", "kind"), QUESTIONS)
def test_next_question(app, body, field, kind) -> None:
    """Contract, answer: what to ask next, customer before case; the same words for not found and not theirs."""
    body = dict(body)
    answer = app.link(body.pop("conversation", OPEN), **body)
    english = json.loads((TEXTS / "en.json").read_text(encoding="utf-8"))
    assert (answer["nextField"], answer["nextQuestion"]) == (field, english[kind][field] if field else "")


@pytest.mark.parametrize(
    ("language", "file"),
    [
        ("de-DE", "de"),
        ("fr", "fr"),
        ("es_MX", "es"),
        ("PT-br", "pt"),
        ("ja-JP", "ja"),
        ("it-IT", "en"),
        ("", "en"),
        ("../de", "en"),
    ],
)
def test_languages(app, language, file) -> None:
    """The question comes in the language of `language` or `va_CustomerLocale`, else in English; statuses never change."""
    texts = json.loads((TEXTS / f"{file}.json").read_text(encoding="utf-8"))
    for name in ("language", "va_CustomerLocale"):
        answer = app.link(OPEN, **{"Email": "no@example.com", name: language})
        assert answer["nextQuestion"] == texts["check"]["Email"]
        assert answer["customerStatus"] == "not_found"


def test_languages_are_complete() -> None:
    """Every language has every text, and no two questions of a language are the same."""
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in TEXTS.glob("*.json")}
    assert set(files) == {"en", "de", "fr", "es", "pt", "ja"}
    for texts in files.values():
        assert {kind: sorted(fields) for kind, fields in texts.items()} == {
            kind: ["CaseNumber", "Email", "Name", "Phone"] for kind in ("ask", "check")
        }
        questions = [text for fields in texts.values() for text in fields.values()]
        assert len(set(questions)) == len(questions) == 8


def test_explain_says_what_would_have_matched_alone(app) -> None:
    """`explain`: per entity the columns, the rows, what each value would have matched alone, the decision and why."""
    body = {"Name": "Alex Smith", "Email": "maria.campbell@example.com"}
    explain = app.link(OPEN, **body, dryRun=True)["explain"]
    assert "contact: Name, Email in fullname, emailaddress1, active only; 0 rows; alone: Name 2, Email 1" in explain
    assert "account: Name, Email in name, emailaddress1, active only; 0 rows; alone: Name 0, Email 0" in explain
    assert "customer decided: not_found, none matches" in explain
    app.dataverse.calls.clear()
    app.link(OPEN, **body)
    assert len(app.dataverse.calls[0].parts) == 3 + 3 + EVIDENCE


NOT_A_VALUE = ["none", "N/A", "no", "Skip", "undefined", "{{Topic.Phone}}", "I don't have one", "???", "+266696687"]
RIGHT = {"Email": "maria.campbell@example.com", "Phone": "+1 425 555 0201"}


@pytest.mark.parametrize("value", NOT_A_VALUE)
@pytest.mark.parametrize(("field", "other"), [("Phone", "Email"), ("Email", "Phone")])
def test_what_is_no_value_does_not_hide_the_other(app, field, other, value) -> None:
    """A refusal, a placeholder, a withheld number is not given: the other value counts, and it is said."""
    answer = app.link(OPEN, **{field: value, other: RIGHT[other]}, dryRun=True)
    assert (answer["customerStatus"], answer["customerId"]) == ("would_link", MARIA)
    assert answer["ignoredInputs"] == field
    assert f"{field}: counted as not given" in answer["explain"]


@pytest.mark.parametrize("value", NOT_A_VALUE)
def test_what_is_no_value_links_nobody(app, value) -> None:
    """A row that holds such a text is nobody's: the customer is not given."""
    app.dataverse.insert(
        "contacts", {"lastname": value[:50], "telephone1": value, "mobilephone": value, "emailaddress1": value}
    )
    for field in ("Phone", "Email", "Name", "customerPhoneNumber"):
        if field == "Name" and value.startswith("+"):
            continue
        answer = app.link(OPEN, **{field: value})
        assert (answer["customerStatus"], app.on(OPEN)[0]) == ("not_given", "")


CALLERS = [
    # Phone, customerPhoneNumber, whom it is
    ("no", "+14255550201", MARIA),
    ("{{Topic.Phone}}", "sip:+14255550201@sbc.example.com;user=phone", MARIA),
    ("+1 425 555 0209", "anonymous", TAYLOR),
    ("+1 425 555 0209", "+14255550201", TAYLOR),
    ("", "whatsapp:+14255550201", MARIA),
    ("", "US.13491208655302741918", ""),
]


@pytest.mark.parametrize(("phone", "caller", "customer"), CALLERS)
def test_the_callers_number_stands_in(app, phone, caller, customer) -> None:
    """What is no number is cleaned away before `Phone` and `customerPhoneNumber` are chosen between."""
    app.link(OPEN, Phone=phone, customerPhoneNumber=caller)
    assert app.on(OPEN)[0] == customer


def test_what_was_cleaned_is_said_without_the_value(app) -> None:
    """`explain` says what was taken out of a longer text, and holds no value."""
    answer = app.link(OPEN, Email="my email is maria.campbell@example.com.", dryRun=True)
    assert answer["customerId"] == MARIA
    assert "Email: an address was taken out of a longer text" in answer["explain"]
    assert "maria" not in answer["explain"].lower()
    assert answer["ignoredInputs"] == ""


STORED = [
    # DEFAULT_PHONE_REGION, typed, stored, whether it is found
    ("", "+47 92 21 23 45", "4792212345", False),
    ("", "+36 1 234 5678", "3612345678", False),
    ("IN", "+919876543210", "98765 43210", True),
    ("RU", "+79123456789", "(912) 345-67-89", True),
    ("FR", "06 12 34 56 78", "06.12.34.56.78", True),
    ("DE", "030 1234567", "(030) 1234567", True),
    ("GB", "020 7946 0128", "+44(0)2079460128", True),
    ("US", "425-555-0777x12", "+1 425-555-0777 x12", True),
    ("US", "425-555-0777x12", "+1 425-555-0777", False),
    ("", "+551187654321", "+55 11 98765-4321", True),
    ("", "+5215512345678", "+52 55 1234 5678", True),
]


@pytest.mark.parametrize(("region", "typed", "stored", "found"), STORED)
def test_phones_end_to_end(app_with, region, typed, stored, found) -> None:
    """A stored number is found in the usual forms of its own country, and never by another number."""
    app = app_with(DEFAULT_PHONE_REGION=region)
    someone = app.dataverse.insert("contacts", {"lastname": "Someone", "telephone1": stored})
    app.link(OPEN, Phone=typed)
    assert app.on(OPEN)[0] == (someone if found else "")


@pytest.mark.parametrize(
    ("typed", "stored"), [("O\u2019Brien", "O'Brien"), ("O'Brien", "O\u2019Brien"), ("Smith\u2010Lee", "Smith-Lee")]
)
def test_names_in_either_spelling(app, typed, stored) -> None:
    """Typographic apostrophes and hyphens are those of the keyboard, in one query."""
    pat = app.dataverse.insert("contacts", {"firstname": "Pat", "lastname": stored})
    app.link(OPEN, Name=f"Pat {typed}")
    assert app.on(OPEN)[0] == pat
    assert app.calls().count("POST") == 1


@pytest.mark.parametrize("answer", ["I don't have one, it broke 2 days ago", "Ich habe keine, seit 3 Wochen"])
def test_a_refusal_with_digits_is_no_number(app, answer) -> None:
    """A refusal is no case number: the customer's only active case is linked."""
    given = app.link(OPEN, Email=RIGHT["Email"], CaseNumber=answer)
    assert (given["caseStatus"], given["caseMatchedBy"]) == ("linked", "customer")


def test_a_number_in_an_answer(app) -> None:
    """The number in a sentence is the one that is searched."""
    given = app.link(OPEN, CaseNumber="Case no. CAS - 01001 - X1Y2Z3, thanks")
    assert (given["caseStatus"], app.on(OPEN)[0]) == ("linked", MARIA)


def test_a_query_keeps_within_the_limits(app_with) -> None:
    """The longest list of forms: one round trip to read, each URL far below the 65,536 characters of a `$batch` part."""
    app = app_with(DEFAULT_PHONE_REGION="SE", NAME_USE="tie_break")
    body = {"Phone": "+46 70 174 06 05", "Name": "Anne-Marie O'Brien", "CaseNumber": "CAS-1"}
    app.link(OPEN, **body)
    read = app.dataverse.calls[0]
    assert max(len(part.query) for part in read.parts) < 65_536 / 2
    assert app.calls().count("POST") == 1


@pytest.mark.parametrize(
    ("body", "customer"),
    [
        ({"msdyn_CustomerPhoneNumber": "whatsapp:+14255550201"}, MARIA),
        ({"customerPhoneNumber": "anonymous", "msdyn_CustomerPhoneNumber": "+14255550201"}, MARIA),
        ({"msdyn_TeamsCustomerEmail": "maria.campbell@example.com"}, MARIA),
        ({"Email": "none", "msdyn_TeamsCustomerEmail": "maria.campbell@example.com"}, MARIA),
        ({"Phone": "+14255550201", "msdyn_OrganizationPhoneNumber": "+1 425 555 0201"}, ""),
        ({"customerPhoneNumber": "sip:+14255550201@x", "msdyn_OrganizationPhoneNumber": "+14255550201"}, ""),
    ],
)
def test_what_the_channel_states(app, body, customer) -> None:
    """The channel's number and address stand in for what is not given; the organization's own number is nobody's."""
    app.link(OPEN, **body)
    assert app.on(OPEN)[0] == customer
