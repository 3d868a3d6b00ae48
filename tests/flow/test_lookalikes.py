"""Whoever owns an address that only looks like a customer's is not that customer: whole requests, every path."""

from __future__ import annotations

import json
import unicodedata

import pytest

from tests.flow.people import OPEN, account, case, conversation

NUMBER = "CAS-01001-X1Y2Z3"
ALIKE = [
    "maria.campbell@ex\u00e1mple.com",
    "mar\u00eda.campbell@example.com",
    "mari\u0301a.campbell@example.com",
    "MARI\u0301A.CAMPBELL@EXAMPLE.COM",
    "maria.campbell@example.c\u00f6m",
    "Maria <maria.campbell@e\u0327xample.com>",
    "mailto:maria.campbell@ex%C3%A1mple.com",
]
"""Each is another mailbox, and to Dataverse's usual collation the customer's own."""

SAME = ["MARIA.Campbell@Example.com", " maria.campbell@example.com ", "Maria Campbell <maria.campbell@example.com>"]


def new_cases(app) -> list[str]:
    """The cases that are not of the demo data."""
    return [
        row["incidentid"] for row in app.dataverse.rows("incidents") if not row["incidentid"].startswith("e0000000")
    ]


@pytest.mark.parametrize("address", ALIKE)
@pytest.mark.parametrize("number", ["", NUMBER])
@pytest.mark.parametrize("create", [False, True, "always"])
@pytest.mark.parametrize("name_use", ["must_match", "tie_break"])
def test_an_address_that_looks_alike_links_nobody(app_with, address, number, create, name_use) -> None:
    """Neither the customer nor her case is linked or told, alone, with her number and with her name; none is created."""
    app = app_with(NAME_USE=name_use)
    for name in ("", "Maria Campbell"):
        answer = app.link(OPEN, Email=address, CaseNumber=number, Name=name, createCase=create)
        assert answer["customerStatus"] == "not_found"
        assert app.on(OPEN) == ("", "", "")
        assert new_cases(app) == []
        assert not any(secret in json.dumps(answer) for secret in ("Printer", "c0000000", "e0000000"))


@pytest.mark.parametrize("address", SAME)
def test_the_same_address_is_found(app, address) -> None:
    """Case and blanks are no difference."""
    assert app.link(OPEN, Email=address)["customerId"] == "c0000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_composition_is_no_difference(app, form, stored) -> None:
    """An accented address is found however its accents are composed, there and here."""
    jurgen = "c0000000-0000-4000-8000-000000000013"
    address = "j\u00fcrgen@m\u00fc\u00dfig.example"
    app.dataverse.update("contacts", jurgen, {"emailaddress1": unicodedata.normalize(stored, address)})
    assert (
        app.link(OPEN, Email=unicodedata.normalize(form, address.upper().replace("SS", "\u00df")))["customerId"]
        == jurgen
    )


@pytest.mark.parametrize(
    "address",
    [
        "jurgen@m\u00fc\u00dfig.example",
        "j\u00fcrgen@mussig.example",
        "j\u00fcrgen@mu\u00dfig.example",
        "ju\u0308rgen@mu\u0308ssig.example",
    ],
)
def test_the_plain_form_is_not_the_accented_one(app, address) -> None:
    """The other way round too: the row has the accents, what was typed has not."""
    assert app.link(OPEN, Email=address)["customerStatus"] == "not_found"


@pytest.mark.parametrize("accented_first", [True, False])
def test_of_two_rows_the_right_one_is_linked(app, accented_first) -> None:
    """Both addresses are stored: each finds its own row, where Dataverse alone would say that two match."""
    addresses = ["ana@ex\u00e1mple.com", "ana@example.com"]
    ids = {
        a: app.dataverse.insert("contacts", {"lastname": "Ana", "emailaddress1": a})
        for a in addresses[:: 1 if accented_first else -1]
    }
    for address, id in ids.items():
        answer = app.link(OPEN, Email=address)
        assert (answer["customerStatus"], answer["customerId"]) == ("linked", id)


def test_an_account_that_looks_alike(app) -> None:
    """Companies too; and a person who only looks alike does not stand before the company that is meant."""
    assert app.link(OPEN, Email="off\u00edce@contoso.example")["customerStatus"] == "not_found"
    app.dataverse.insert("contacts", {"lastname": "X", "emailaddress1": "off\u00edce@contoso.example"})
    answer = app.link(OPEN, Email="office@contoso.example")
    assert (answer["customerType"], answer["customerId"]) == ("account", account(1))


@pytest.mark.parametrize(
    "number", ["C\u00c1S-01001-X1Y2Z3", "CAS-01001-X1\u00dd2Z3", "CA\u0301S-01001-X1Y2Z3", "\u00c7AS-01001-X1Y2Z3"]
)
@pytest.mark.parametrize("email", ["", "maria.campbell@example.com"])
@pytest.mark.parametrize("there", [OPEN, conversation(5)])
def test_a_number_that_looks_alike_is_not_found(app, number, email, there) -> None:
    """A case number is compared like an address: alone, of the described customer, and of who is on the conversation."""
    before = app.on(there)
    answer = app.link(there, CaseNumber=number, Email=email, createCase=True)
    assert (answer["caseStatus"], answer["caseId"]) == ("not_found", "")
    assert app.on(there)[1:] == before[1:] == ("", "")
    assert new_cases(app) == []


def test_of_two_numbers_the_right_case_is_linked(app) -> None:
    """Two cases of the customer on the conversation whose numbers look alike: the one that was named."""
    maria = "c0000000-0000-4000-8000-000000000001"
    other = app.dataverse.insert(
        "incidents", {"title": "x", "ticketnumber": "C\u00c1S-01001-X1Y2Z3", "customerid_contact": maria}
    )
    there = conversation(5)
    assert app.link(there, CaseNumber=NUMBER)["caseId"] == case(1)
    assert app.link(there, CaseNumber="C\u00c1S-01001-X1Y2Z3")["caseId"] == other


RULES = [
    (
        {"contact": {"Email2": ["emailaddress2", "emailaddress3"]}},
        "Email2",
        "maria@home.example",
        "mar\u00eda@home.example",
        "contact",
    ),
    ({"account": {"AccountNumber": ["accountnumber"]}}, "AccountNumber", "con-001", "C\u00d3N-001", "account"),
    ({"account": {"Company": ["name"]}}, "Company", "contoso ltd", "Cont\u00f3so Ltd", "account"),
    ({"contact": {"Nick": ["fullname"]}}, "Nick", "maria campbell", "Mar\u00eda Campbell", "contact"),
    ({"case": {"Topic": ["title"]}}, "Topic", "printer prints blank pages", "Pr\u00ednter prints blank pages", "case"),
]


@pytest.mark.parametrize(("rules", "variable", "same", "alike", "what"), RULES, ids=[r[1] for r in RULES])
def test_a_variable_of_ones_own(app_with, rules, variable, same, alike, what) -> None:
    """IDENTIFICATION_RULES: what looks alike is not found, what is the same apart from case is, in any column."""
    app = app_with(IDENTIFICATION_RULES=json.dumps(rules))
    app.dataverse.update("contacts", "c0000000-0000-4000-8000-000000000001", {"emailaddress3": "Maria@Home.example"})
    status = "caseStatus" if what == "case" else "customerStatus"
    assert app.link(OPEN, **{variable: alike})[status] == "not_found"
    assert app.link(OPEN, **{variable: same})[status] == "linked"


def test_a_name_is_dataverse_s(app) -> None:
    """José and Jose are one person to a representative: names are not compared again."""
    assert app.link(OPEN, Name="Mar\u00eda C\u00e1mpbell")["customerStatus"] == "linked"


def test_explain_says_that_it_only_looked_alike(app) -> None:
    """A dry run tells the maker why nobody is found, without a value."""
    explained = app.link(OPEN, Email=ALIKE[0], dryRun=True)["explain"]
    assert "only looked alike" in explained
    assert "maria" not in explained.lower()


def test_no_round_trip_more(app) -> None:
    """The column is read along: comparing costs nothing more than before."""
    app.link(OPEN, Email="maria.campbell@example.com", CaseNumber=NUMBER)
    assert app.calls() == ["POST", "PATCH"]


def test_many_that_look_alike(app) -> None:
    """More rows than are read look like what was typed: nobody is linked who may not be the only one."""
    for letter in "\u00e0\u00e1\u00e2\u00e3\u00e4\u00e5\u0101":
        app.dataverse.insert("contacts", {"lastname": letter, "emailaddress1": f"{letter}da@example.com"})
    assert app.link(OPEN, Email="ada@example.com")["customerStatus"] in ("not_found", "ambiguous")
    assert app.on(OPEN) == ("", "", "")


WORKSTREAM = [
    ({"Email": ALIKE[0]}, "customerStatus"),
    ({"CaseNumber": "C\u00c1S-01001-X1Y2Z3"}, "caseStatus"),
    ({"Email": ALIKE[0], "CaseNumber": NUMBER}, "customerStatus"),
]


@pytest.mark.parametrize(("given", "part"), WORKSTREAM)
def test_the_rule_of_a_workstream_links_no_lookalike(app_with, given, part) -> None:
    """RULE_SOURCE=workstream: the administrator's rule finds, and a row that only looks alike is no match there either."""
    app = app_with(RULE_SOURCE="workstream")
    answer = app.link(conversation(20), **given, createCase=True)
    assert answer[part] == "not_found"
    assert app.on(conversation(20)) == ("", "", "")
    assert new_cases(app) == []


def test_look_alikes_cases_do_not_crowd_out_the_customers_own(app) -> None:
    """A look-alike with many cases: the customer's own is read by her id, linked, and none is created beside it."""
    fake = app.dataverse.insert("contacts", {"lastname": "Fake", "emailaddress1": "maria.campbell@exámple.com"})
    for number in range(6):
        app.dataverse.insert("incidents", {"title": f"{number}", "customerid_contact": str(fake)})
    answer = app.link(OPEN, Email="maria.campbell@example.com", createCase=True)
    assert (answer["caseStatus"], answer["caseNumber"]) == ("linked", "CAS-01001-X1Y2Z3")


def test_a_list_full_of_look_alikes_is_ambiguous(app) -> None:
    """Where the right row may be beyond what is read, nobody says that there is none."""
    for number in range(6):
        app.dataverse.insert("contacts", {"lastname": f"{number}", "emailaddress1": "maria.campbell@exámple.com"})
    assert app.link(OPEN, Email="maria.campbell@example.com")["customerStatus"] == "ambiguous"


@pytest.mark.parametrize("source", ["builtin", "workstream"])
@pytest.mark.parametrize("number", ["Case 5", "#77", "No 7"])
def test_a_number_that_is_stored_with_words_is_found(app_with, source, number) -> None:
    """What people write around other numbers belongs to some organization's: the text as typed is searched, too."""
    app = app_with(RULE_SOURCE=source)
    maria = "c0000000-0000-4000-8000-000000000001"
    stored = app.dataverse.insert("incidents", {"title": "x", "ticketnumber": number, "customerid_contact": maria})
    assert app.link(conversation(20), CaseNumber=number)["caseId"] == stored


@pytest.mark.parametrize(
    "address", ["maria.campbell@example.com@evil.example", '"maria.campbell@example.com"@evil.example']
)
@pytest.mark.parametrize("source", ["builtin", "workstream"])
def test_an_address_within_another_links_nobody(app_with, source, address) -> None:
    """A code that is sent to the typed address would reach somebody else."""
    app = app_with(RULE_SOURCE=source)
    assert app.link(conversation(20), Email=address)["customerStatus"] == "not_given"
    assert app.on(conversation(20)) == ("", "", "")
