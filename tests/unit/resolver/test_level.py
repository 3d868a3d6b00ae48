"""How well a customer is known, from the rows that Omnichannel keeps, odd ones among them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from shared.contract.statuses import IdentityLevel
from shared.core.errors import DataverseUnavailable
from shared.core.schema import NUMBERED_CHANNELS
from shared.dataverse import evidence
from shared.dataverse.batch import UNAVAILABLE
from shared.dataverse.records import Customer, Evidence
from shared.resolver import identity

CONVERSATION = "b0000000-0000-4000-8000-000000000001"
OTHER = "b0000000-0000-4000-8000-000000000002"
ANN_ID, BEN_ID = "c0000000-0000-4000-8000-00000000000a", "c0000000-0000-4000-8000-00000000000b"
ANN = Customer("contact", ANN_ID, "Ann", texts={"telephone1": "(425) 555-0101", "mobilephone": ""})


def contexts(*found: dict[str, Any], of: str = CONVERSATION) -> dict[str, Any]:
    """The answer of Dataverse with these rows of a context table."""
    return {"value": [{"_msdyn_liveworkitemid_value": of, **row} for row in found]}


def live(signed_in: object, contact: object) -> dict[str, Any]:
    """A row of live chat."""
    return {"msdyn_isauthenticated": signed_in, "msdyn_portalcontactid": contact}


SIGNED_IN = [
    ("signed in", [live(True, ANN_ID)], ANN_ID),
    ("braces and upper case", [live(True, "{" + ANN_ID.upper() + "}")], ANN_ID),
    ("blanks around it", [live(True, f" {ANN_ID} ")], ANN_ID),
    ("the same twice", [live(True, ANN_ID), live(True, ANN_ID.upper())], ANN_ID),
    ("not signed in", [live(False, ANN_ID)], ""),
    ("not known whether", [live(None, ANN_ID)], ""),
    ("signed in as nobody", [live(True, None)], ""),
    ("signed in as a name", [live(True, "Ann")], ""),
    ("signed in as half an id", [live(True, ANN_ID[:-1])], ""),
    ("signed in as two", [live(True, ANN_ID), live(True, BEN_ID)], UNAVAILABLE),
    ("signed in, and not", [live(True, ANN_ID), live(False, ANN_ID)], UNAVAILABLE),
    ("signed in, and not known", [live(True, ANN_ID), live(None, None)], UNAVAILABLE),
    ("no row", [], ""),
]


@pytest.mark.parametrize(("found", "contact"), [each[1:] for each in SIGNED_IN], ids=[each[0] for each in SIGNED_IN])
def test_who_signed_in(found, contact) -> None:
    """Only rows that all say the same contact signed in are evidence; what contradicts leaves it open."""
    assert evidence.signed_in_contact(CONVERSATION, contexts(*found)) == contact


def test_more_rows_than_are_read_say_nothing() -> None:
    """Where the list of contexts may have been cut, the rows that are missing may contradict."""
    assert evidence.signed_in_contact(CONVERSATION, contexts(*[live(True, ANN_ID)] * 4)) == ANN_ID
    assert evidence.signed_in_contact(CONVERSATION, contexts(*[live(True, ANN_ID)] * 5)) is UNAVAILABLE


@pytest.mark.parametrize(
    "read",
    [
        partial(evidence.signed_in_contact, CONVERSATION),
        *(partial(evidence.numbers, CONVERSATION, channel) for channel in NUMBERED_CHANNELS),
    ],
)
def test_the_context_of_another_conversation_is_no_answer(read) -> None:
    """Evidence of somebody else's conversation is never used: the answer is one to another question."""
    with pytest.raises(DataverseUnavailable):
        read(contexts(live(True, ANN_ID), of=OTHER))
    with pytest.raises(DataverseUnavailable):
        read({"value": [live(True, ANN_ID)]})


@pytest.mark.parametrize("channel", NUMBERED_CHANNELS, ids=lambda channel: channel.said)
def test_the_numbers_that_a_channel_states(channel) -> None:
    """Null and "" are no numbers; the organization's own number stands in another column, and is not read."""
    (column,) = channel.columns
    body = contexts({column: "+14255550101", "msdyn_orgphonenumber": "+14255550100"}, {column: None}, {column: ""})
    assert evidence.numbers(CONVERSATION, channel, body) == ("+14255550101",)


LEVELS = [
    ("nothing recorded", ANN, Evidence(), "claimed"),
    ("signed in", ANN, Evidence(ANN_ID), "verified"),
    ("signed in as another", ANN, Evidence(BEN_ID), "claimed"),
    ("signed in as another, own number", ANN, Evidence(BEN_ID, ("+14255550101",)), "channel"),
    ("signed in and own number", ANN, Evidence(ANN_ID, ("+14255550101",)), "verified"),
    ("own number", ANN, Evidence(numbers=("+1 425 555 0101",)), "channel"),
    ("another number", ANN, Evidence(numbers=("+14255550102",)), "claimed"),
    ("no number in the row", Customer("contact", ANN_ID), Evidence(numbers=("+14255550101",)), "claimed"),
    ("one of two numbers", ANN, Evidence(numbers=("+14255550102", "+14255550101")), "channel"),
    ("own profile", ANN, Evidence(profile_customer_id=ANN_ID), "channel"),
    ("another's profile", ANN, Evidence(profile_customer_id=BEN_ID), "claimed"),
    ("a number of another country", ANN, Evidence(numbers=("+494255550101",)), "claimed"),
    ("an extension more", ANN, Evidence(numbers=("+14255550101;ext=9",)), "claimed"),
    ("an account of that id", Customer("account", ANN_ID, "Corp"), Evidence(ANN_ID), "claimed"),
    ("the profile of an account", Customer("account", ANN_ID, "Corp"), Evidence(profile_customer_id=ANN_ID), "channel"),
    ("nobody is there", None, Evidence(ANN_ID, ("+14255550101",), ANN_ID), "none"),
]


@pytest.mark.parametrize(("customer", "evidence", "level"), [e[1:] for e in LEVELS], ids=[e[0] for e in LEVELS])
def test_level(customer, evidence, level) -> None:
    """What Omnichannel recorded of this very customer decides the level, the strongest of it."""
    assert identity.level(customer, evidence, "US") == level


@pytest.mark.parametrize("word", ["anonymous", "Anonymous", "unknown", "Restricted", "-", " ", "+"])
def test_a_withheld_number_is_nobodys(word) -> None:
    """A caller whose number is withheld is not the customer in whose row somebody typed the same word."""
    customer = Customer("contact", ANN_ID, texts={"telephone1": word, "mobilephone": word.lower()})
    assert identity.level(customer, Evidence(numbers=(word,)), "US") is IdentityLevel.CLAIMED


@pytest.mark.parametrize("handle", ["US.13491208655302741918", "US.14255550101", "us.14255550101"])
def test_an_id_that_is_bound_to_a_business_is_no_number(handle) -> None:
    """Whatever digits stand in such an id, it is not the customer's phone number."""
    assert identity.level(ANN, Evidence(numbers=(handle,)), "US") is IdentityLevel.CLAIMED


@pytest.mark.parametrize(
    ("number", "own", "region"),
    [
        ("+14255550100", "+14255550101", "US"),
        ("+14255550100", "(425) 555-0100", ""),
        ("+14255550100", "425-555-0100 ext. 12", "US"),
        ("+393471234567", "+3903471234567", "IT"),
        ("+4930123456", "30123456", "US"),
        ("", "", "US"),
    ],
)
def test_another_number_is_nobodys_own(number, own, region) -> None:
    """A number that is not the customer's, extension and leading zero included, proves nothing."""
    customer = ANN._replace(texts={"telephone1": own})
    assert not identity.writes_from_own_number(customer, Evidence(numbers=(number,)), region)


@pytest.mark.parametrize("column", ["telephone1", "mobilephone"])
def test_any_number_of_the_row_is_an_own_one(column) -> None:
    """The channel may state any of the numbers that the row holds."""
    others = dict.fromkeys(("telephone1", "mobilephone"), "425-555-0198")
    customer = ANN._replace(texts=others | {column: "425-555-0100"})
    assert identity.writes_from_own_number(customer, Evidence(numbers=("+14255550199", "+14255550100")), "US")


def test_the_words_for_the_representative() -> None:
    """The contract's own words, one for each level at which somebody is on the conversation."""
    assert {level.value: level.summary for level in IdentityLevel if level is not IdentityLevel.NONE} == {
        "verified": "Signed in as this customer",
        "channel": "Writes from this customer's number",
        "claimed": "Only typed, not verified",
    }


@pytest.mark.parametrize(
    ("evidence", "best"),
    [
        (Evidence(), "claimed"),
        (Evidence(numbers=("+14255550101",)), "channel"),
        (Evidence(profile_customer_id=ANN_ID), "channel"),
        (Evidence(ANN_ID, ("+14255550101",)), "verified"),
    ],
)
def test_the_best_level_that_anybody_can_have(evidence, best) -> None:
    """Nobody on the conversation can be better known than this, so who is known as well may be written unguarded."""
    assert identity.best_level(evidence) == best
    for customer in (ANN, Customer("contact", BEN_ID)):
        assert identity.level(customer, evidence, "US").rank <= identity.best_level(evidence).rank
