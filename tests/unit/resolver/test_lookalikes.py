"""What Dataverse takes for equal and what is equal: a row that only looks alike is no match, on any path to it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from dev.emulator.collation import Collation
from shared.contract.requests import LinkRequest
from shared.contract.statuses import PartStatus
from shared.dataverse import rows
from shared.dataverse.records import Case, Conversation, Customer
from shared.resolver.decision import Policy, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchCriteria, match_criteria
from shared.resolver.lookalikes import folded, without_lookalikes
from shared.resolver.matching import decide
from shared.resolver.queries import TOP
from tests.unit.resolver.decided import SETTINGS

MAIL = "maria@example.com"

EQUAL = [
    (MAIL, "MARIA@Example.COM"),
    (MAIL, MAIL + "  "),
    ("ren\u00e9@example.com", "rene\u0301@example.com"),
    ("REN\u00c9@example.com", "rene\u0301@example.com"),
    ("\u1ed9@x.com", "o\u0323\u0302@x.com"),
    ("o\u0302\u0323@x.com", "\u1ed9@x.com"),
    ("\u212b@x.com", "\u00e5@x.com"),
    ("\ud55c@x.com", "\u1112\u1161\u11ab@x.com"),
]
"""Apart from case, Unicode composition and blanks at the end, one text."""

DIFFERENT = [
    (MAIL, "maria@ex\u00e1mple.com"),
    (MAIL, "mar\u00eda@example.com"),
    (MAIL, "mari\u0301a@example.com"),
    (MAIL, "mar\u0131a@example.com"),
    (MAIL, "MAR\u0130A@example.com"),
    (MAIL, "\uff4d\uff41\uff52\uff49\uff41@example.com"),
    (MAIL, "maria\uff20example.com"),
    (MAIL, "maria@example.com\u200b"),
    (MAIL, "mar\u00adia@example.com"),
    (MAIL, "m\u0430ria@example.com"),
    (MAIL, " " + MAIL),
    ("strauss@example.com", "strau\u00df@example.com"),
    ("strausse@example.com", "strau\u1e9ee@example.com"),
    ("fish@example.com", "\ufb01sh@example.com"),
    ("s@x.com", "\u017f@x.com"),
    ("soren@x.com", "s\u00f8ren@x.com"),
    ("o@x.com", "o\u0327@x.com"),
    ("1@x.com", "\u00b9@x.com"),
    ("\u0628@x.com", "\u0628\u064e@x.com"),
]
"""Of two owners, however much alike they look, whatever a collation says."""


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one, other) -> None:
    """Case, composition (NFC, NFD) and trailing blanks do not tell addresses apart, in either direction."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one, other) -> None:
    """Accents, width, dotless i, ß and ss, ligatures, invisible and foreign letters do."""
    assert folded(one) != folded(other)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_any_composition_is_one_text(form) -> None:
    """Every composed letter of Unicode equals its decomposed form."""
    letters = [chr(code) for code in range(0xC0, 0x3000) if unicodedata.decomposition(chr(code))]
    canonical = [letter for letter in letters if "<" not in unicodedata.decomposition(letter)]
    assert len(canonical) > 800
    assert [letter for letter in canonical if folded(unicodedata.normalize(form, letter)) != folded(letter)] == []


# --- every path ------------------------------------------------------------------------------------------------------

ALIKE = "maria@ex\u00e1mple.com"
MARIA = Customer("contact", "maria", "Maria", texts={"emailaddress1": MAIL})
CORP = Customer("account", "corp", "Corp", texts={"emailaddress1": MAIL})
MARIAS = Case("marias", "CAS-1", customer_id="maria", texts={"ticketnumber": "CAS-1"})


def condition(variable: str, column: str, text: str) -> Condition:
    """One given value that has to be equal."""
    return Condition((column,), (f"'{text}'",), variable, (text,))


def by_mail(text: str) -> EntityCriteria:
    """Whoever has this address."""
    return EntityCriteria((condition("Email", "emailaddress1", text),))


def by_number(text: str) -> EntityCriteria:
    """The case of this number."""
    return EntityCriteria((condition("CaseNumber", "ticketnumber", text),))


def with_customer(case: Case, path: str, customer: Customer) -> Case:
    """A case with the customer at the end of a path read along."""
    return case._replace(related={path: customer})


def found_on_every_path(criteria: MatchCriteria) -> SearchResult:
    """What Dataverse would find of Maria, her company and her case, on all paths, without those that look alike."""
    paths = {"customerid_contact": MARIA, "primarycontactid": MARIA, "customerid_account": CORP}
    via = {path: (with_customer(MARIAS, path, customer),) for path, customer in paths.items()}
    everything = SearchResult(
        Conversation("c"),
        customers={"contact": (MARIA,), "account": (CORP,)},
        customers_by_name={"contact": (MARIA,), "account": (CORP,)},
        cases=(MARIAS,),
        cases_via=via,
        cases_via_name=via,
        own_cases=(MARIAS,),
    )
    return without_lookalikes(criteria, everything)


def with_ties(criterion: EntityCriteria) -> EntityCriteria:
    """The criterion where the name decides between several."""
    name = Condition(("fullname",), ("'Maria'",), "Name")
    return criterion._replace(tie_break=EntityCriteria((name, *criterion.conditions)))


@pytest.mark.parametrize(
    ("mail", "number", "people", "cases"),
    [(MAIL, "CAS-1", 1, 1), (ALIKE, "CAS-1", 0, 1), (MAIL, "C\u00c1S-1", 1, 0), (ALIKE, "C\u00c1S-1", 0, 0)],
)
def test_no_path_leads_to_a_lookalike(mail, number, people, cases) -> None:
    """Contact, account, case, case through each customer, tie break and own cases: what only looks alike is gone."""
    customers = {"contact": with_ties(by_mail(mail)), "account": with_ties(by_mail(mail))}
    found = found_on_every_path(MatchCriteria(customers, by_number(number)))
    for lists in (found.customers, found.customers_by_name):
        assert {type: len(rows) for type, rows in lists.items()} == {"contact": people, "account": people}
    assert (len(found.cases), len(found.own_cases or ())) == (cases, cases)
    for via in (found.cases_via, found.cases_via_name):
        assert {len(rows) for rows in via.values()} == {people * cases}
    assert found.lookalikes == {"contact": 1 - people, "account": 1 - people, "case": 1 - cases}


def test_names_and_phones_are_left_to_dataverse() -> None:
    """José and Jose are one person to a representative; a phone number has forms of its own."""
    body = '{"conversationId": "b0000000-0000-4000-8000-000000000001", "Name": "José", "Phone": "+34 600 000 000"}'
    criteria = match_criteria(LinkRequest.parse(body.encode()), SETTINGS)
    jose = Customer("contact", "jose", "Jose", texts={"fullname": "Jose", "telephone1": "0034600000000"})
    found = without_lookalikes(criteria, SearchResult(Conversation("c"), customers={"contact": (jose,)}))
    assert found.customers["contact"] == (jose,)
    assert criteria.customers["contact"].compared == ()


def test_the_right_one_of_two_is_linked() -> None:
    """Where both the plain and the accented address are stored, each is found by its own."""
    other = Customer("contact", "other", "Other", texts={"emailaddress1": ALIKE})
    for text, customer in ((MAIL, MARIA), (ALIKE, other)):
        criteria = MatchCriteria({"contact": by_mail(text)})
        found = without_lookalikes(criteria, SearchResult(Conversation("c"), customers={"contact": (MARIA, other)}))
        decision = decide(criteria, found, Policy())
        assert decision.customer.record is customer


def test_a_list_that_may_have_been_cut_decides_nobody() -> None:
    """One equal row among as many as are read may have a second one behind the cut: ambiguous, not linked."""
    others = tuple(Customer("contact", f"other{n}", texts={"emailaddress1": ALIKE}) for n in range(TOP - 1))
    criteria = MatchCriteria({"contact": by_mail(MAIL)})
    for alike, status in ((others, PartStatus.AMBIGUOUS), (others[1:], PartStatus.LINKED)):
        found = SearchResult(Conversation("c"), customers={"contact": (*alike, MARIA)})
        decision = decide(criteria, without_lookalikes(criteria, found), Policy())
        assert decision.customer.status is status


def test_a_case_is_not_the_only_one_where_the_list_may_have_been_cut() -> None:
    """Cases of a look-alike fill the list: whether the customer has a second active case is not known."""
    other = Customer("contact", "other", "Other", texts={"emailaddress1": ALIKE})
    path = "customerid_contact"
    strangers = tuple(with_customer(Case(f"case{n}", customer_id="other"), path, other) for n in range(TOP - 1))
    criteria = MatchCriteria({"contact": by_mail(MAIL)})
    for cases, status in ((strangers, PartStatus.AMBIGUOUS), (strangers[1:], PartStatus.LINKED)):
        found = SearchResult(
            Conversation("c"),
            customers={"contact": (other, MARIA)},
            cases_via={path: (*cases, with_customer(MARIAS, path, MARIA))},
        )
        decision = decide(criteria, without_lookalikes(criteria, found), Policy())
        assert (decision.customer.record, decision.case.status) == (MARIA, status)


@pytest.mark.parametrize(
    ("entity", "column", "row"),
    [
        ("contact", "fullname", {"fullname": "Ann"}),
        ("contact", "emailaddress2", {"emailaddress2": "Ann"}),
        ("account", "name", {"name": "Ann"}),
        ("account", "accountnumber", {"accountnumber": "Ann"}),
        ("case", "title", {"title": "Ann"}),
        ("case", "ticketnumber", {"ticketnumber": "Ann"}),
        ("case", "productserialnumber", {"productserialnumber": "Ann"}),
    ],
)
@pytest.mark.parametrize(("typed", "kept"), [("ann", 1), ("\u00e1nn", 0)])
def test_a_variable_of_ones_own_is_compared_in_any_column(entity, column, row, typed, kept) -> None:
    """IDENTIFICATION_RULES may name any text column, those that are read for other reasons among them."""
    criterion = EntityCriteria((condition("Own", column, typed),))
    id = "c0000000-0000-4000-8000-00000000000a"
    key = {"contact": "contactid", "account": "accountid", "case": "incidentid"}[entity]
    body: dict[str, Any] = {"value": [{key: id, "statecode": 0, **row}]}
    if entity == "case":
        criteria, found = MatchCriteria({}, criterion), SearchResult(Conversation("c"), cases=rows.cases(body))
        assert len(without_lookalikes(criteria, found).cases) == kept
    else:
        customers = {entity: rows.customers(entity, body)}
        criteria = MatchCriteria({entity: criterion})
        left = without_lookalikes(criteria, SearchResult(Conversation("c"), customers=customers))
        assert len(left.customers[entity]) == kept


def test_what_is_refused_is_what_the_collation_hides() -> None:
    """Most of these pairs are one text to Dataverse's usual collation: without the comparison they would be linked."""
    collation = Collation()
    alike = [pair for pair in DIFFERENT if collation.key(pair[0]) == collation.key(pair[1])]
    assert len(alike) >= 5
