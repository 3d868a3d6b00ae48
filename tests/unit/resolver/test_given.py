"""What a request's fields come to before anything is searched: stand-ins, and the texts of a case number."""

from __future__ import annotations

import json

import pytest

from shared.contract.requests import LinkRequest
from shared.dataverse.records import Case, Conversation
from shared.resolver.decision import SearchResult
from shared.resolver.filters import MatchCriteria, match_criteria
from shared.resolver.lookalikes import without_lookalikes
from tests.unit.resolver.decided import ID, SETTINGS

NUMBER = "+14255550100"
MAIL = "maria@example.com"


def asked(**fields: str) -> MatchCriteria:
    """What a request with these fields asks for."""
    body = {"conversationId": ID, **fields}
    return match_criteria(LinkRequest.parse(json.dumps(body).encode()), SETTINGS)


@pytest.mark.parametrize("number", ["customerPhoneNumber", "msdyn_CustomerPhoneNumber"])
@pytest.mark.parametrize("mail", ["Email", "msdyn_TeamsCustomerEmail"])
def test_the_channels_number_is_not_searched_beside_an_address(mail: str, number: str) -> None:
    """Whichever field the address comes in, the channel's number may be somebody else's telephone."""
    given = asked(**{mail: MAIL, number: NUMBER}).given
    assert given.values == {"Email": MAIL}
    assert [note.partition(":")[0] for note in given.cleaning] == [number]


def test_a_typed_number_is_searched_beside_the_channels_address() -> None:
    """What was typed always counts."""
    assert asked(msdyn_TeamsCustomerEmail=MAIL, Phone=NUMBER).given.values == {"Email": MAIL, "Phone": NUMBER}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("Case 5", "5"), ("#77", "77"), ("No 7", "7"), ("\u6848\u4ef6-12", "-12"), ("CAS-1-A (2)", "CAS-1-A (2")],
)
def test_a_case_number_is_searched_as_typed_too(typed: str, number: str) -> None:
    """Some organizations store the words and marks that people write around other numbers."""
    criteria = asked(CaseNumber=typed)
    assert criteria.case is not None
    assert criteria.case.conditions[0].literals == (f"'{number}'", f"'{typed}'")
    for stored, kept in ((typed, 1), (number, 1), (f"{number}\u0301", 0)):
        case = Case("c")._replace(texts={"ticketnumber": stored})
        assert len(without_lookalikes(criteria, SearchResult(Conversation("v"), cases=(case,))).cases) == kept


def test_a_sentence_longer_than_the_column_is_not_searched_as_typed() -> None:
    """No case number is that long, so only the number in it is searched."""
    criteria = asked(CaseNumber="Hello, " * 20 + "my case number is CAS-01001-X1Y2Z3")
    assert criteria.case is not None
    assert criteria.case.conditions[0].literals == ("'CAS-01001-X1Y2Z3'",)
