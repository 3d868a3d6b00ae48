"""`createCase`: when a case is created and for whom, its id, and its row."""

from __future__ import annotations

import pytest

from shared.contract.requests import LinkRequest
from shared.contract.statuses import CreateCase
from shared.dataverse.records import Case, Conversation
from shared.resolver.case_creation import ids, is_created, row
from shared.resolver.decision import BY_CONVERSATION, BY_CREATION
from shared.resolver.matching import decide
from tests.unit.resolver.decided import (
    ANN,
    ANN2,
    ANNS,
    ANNS_2ND,
    BEN,
    BENS,
    CASE_RECORD,
    CLOSED,
    CONTACT,
    CORP,
    CORPS,
    GONE,
    ID,
    NO_INFERENCE,
    OFF,
    SETTINGS,
    SEVERAL,
    Row,
    guid,
    holding,
    inputs_of,
)

IF_NEEDED, ALWAYS = {"create_case": CreateCase.IF_NEEDED}, {"create_case": CreateCase.ALWAYS}
IDS = ids("c")
NEW, SECOND = Case(IDS[0], customer_id=ANN.id), Case(IDS[1], customer_id=ANN.id)
NEW_CORPS = NEW._replace(customer_id=CORP.id)
OLD = NEW._replace(active=False)
OF_THREE = tuple(Case(IDS[number], customer_id=guid(str(number))) for number in range(3))
ALL_CLOSED = tuple(Case(id, active=False, customer_id=ANN.id) for id in IDS)
ONLY_CASE = frozenset({"case"})

CREATED = [
    Row(
        "the one that was created is nowhere on the conversation",
        ("linked", ANN),
        ("created", SECOND),
        contact=(ANN,),
        created=(OLD._replace(customer_id=BEN.id), SECOND),
        policy=ALWAYS,
    ),
    Row(
        "the third customer gets one",
        ("linked", ANN),
        ("created", SECOND._replace(id=IDS[2])),
        contact=(ANN,),
        created=OF_THREE[:2],
        policy=ALWAYS,
    ),
    Row(
        "one of three customers gets another one",
        ("linked", ANN),
        ("created", SECOND._replace(id=IDS[3])),
        contact=(ANN,),
        created=(OLD, *OF_THREE[1:]),
        policy=ALWAYS,
    ),
    Row("she has none", ("linked", ANN), ("created", NEW), contact=(ANN,), policy=IF_NEEDED),
    Row("an account has none", ("linked", CORP), ("created", NEW_CORPS), account=(CORP,), policy=IF_NEEDED),
    Row(
        "she has several",
        ("linked", ANN),
        ("created", NEW),
        contact=(ANN,),
        via={CONTACT: (ANNS, ANNS_2ND)},
        policy=IF_NEEDED,
    ),
    Row(
        "always, beside her only one",
        ("linked", ANN),
        ("created", NEW),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        policy=ALWAYS,
    ),
    Row(
        "always, in place of the one that is there",
        ("already_linked", ANN),
        ("created", NEW),
        on=holding(ANN, ANNS),
        policy=ALWAYS,
    ),
    Row(
        "for the customer who is there",
        ("already_linked", ANN),
        ("created", NEW),
        on=holding(ANN),
        own=(),
        policy=IF_NEEDED,
    ),
    Row(
        "nothing is inferred",
        ("linked", ANN),
        ("created", NEW),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        policy=IF_NEEDED | NO_INFERENCE,
    ),
    Row(
        "a known case that is not active any more",
        ("linked", ANN),
        ("created", NEW),
        contact=(ANN,),
        number=(),
        criteria={"case": CASE_RECORD},
        policy=IF_NEEDED,
    ),
    Row(
        "only a case is asked for, and its customer is there",
        ("not_requested", None),
        ("created", NEW),
        contact=(ANN,),
        on=holding(ANN),
        requested=ONLY_CASE,
        policy=IF_NEEDED,
    ),
    Row(
        "the one that was created is closed",
        ("already_linked", ANN),
        ("created", SECOND),
        on=holding(ANN, OLD),
        own=(),
        created=(OLD,),
        policy=IF_NEEDED,
    ),
    Row(
        "beside a stranger's case",
        ("linked", ANN),
        ("created", NEW),
        contact=(ANN,),
        on=holding(BEN, BENS),
        policy=ALWAYS,
    ),
]

NOT_CREATED = [
    Row(
        "no fourth customer gets one",
        ("linked", ANN),
        ("customer_needed", None),
        contact=(ANN,),
        created=OF_THREE,
        policy=ALWAYS,
    ),
    Row("no id is left", ("linked", ANN), ("customer_needed", None), contact=(ANN,), created=ALL_CLOSED, policy=ALWAYS),
    Row("not asked for", ("linked", ANN), ("not_found", None), contact=(ANN,)),
    Row(
        "her only one is used",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        policy=IF_NEEDED,
    ),
    Row(
        "the one that is there is used",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        on=holding(ANN, ANNS),
        policy=IF_NEEDED,
    ),
    Row(
        "the one that was created is used",
        ("already_linked", ANN),
        ("already_linked", NEW),
        on=holding(ANN, NEW),
        policy=ALWAYS,
    ),
    Row(
        "so it is where it is not on the conversation",
        ("linked", ANN),
        ("linked", NEW),
        contact=(ANN,),
        via={CONTACT: (NEW,)},
        policy=ALWAYS,
    ),
    Row(
        "always, but the case that is there is kept",
        ("already_linked", ANN),
        ("kept_existing", None),
        on=holding(ANN, ANNS),
        policy=ALWAYS | OFF,
    ),
    Row("nobody", ("not_given", None), ("customer_needed", None), policy=IF_NEEDED),
    Row("nobody found", ("not_found", None), ("customer_needed", None), contact=(), policy=IF_NEEDED),
    Row("several found", ("ambiguous", None), ("customer_needed", None), contact=(ANN, ANN2), policy=IF_NEEDED),
    Row(
        "an inactive customer", ("already_linked", GONE), ("customer_needed", None), on=holding(GONE), policy=IF_NEEDED
    ),
    Row(
        "only a case is asked for, and its customer is nowhere",
        ("not_requested", None),
        ("customer_needed", None),
        contact=(ANN,),
        requested=ONLY_CASE,
        policy=IF_NEEDED,
    ),
    Row(
        "only a case is asked for, and another customer is there",
        ("not_requested", None),
        ("customer_needed", None),
        contact=(ANN,),
        on=holding(BEN),
        requested=ONLY_CASE,
        policy=ALWAYS,
    ),
    Row(
        "a case without a customer is there",
        ("not_given", None),
        ("already_linked", BENS),
        on=holding(None, BENS),
        policy=ALWAYS,
    ),
    Row(
        "another customer is kept",
        ("kept_existing", None),
        ("not_found", None),
        contact=(ANN,),
        on=holding(BEN),
        policy=ALWAYS | OFF,
    ),
    Row("a number that is not found", ("linked", ANN), ("not_found", None), contact=(ANN,), number=(), policy=ALWAYS),
    Row(
        "several of a number",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(BENS, CORPS),
        policy=ALWAYS,
    ),
    Row(
        "a stranger's number",
        ("linked", ANN),
        ("customer_mismatch", None),
        contact=(ANN,),
        number=(BENS,),
        policy=ALWAYS,
    ),
    Row(
        "a number that is found is used",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        policy=ALWAYS,
    ),
    Row(
        "several known cases",
        ("linked", ANN),
        ("ambiguous", None),
        contact=(ANN,),
        number=(),
        criteria={"case": SEVERAL},
        policy=ALWAYS,
    ),
    Row(
        "a known case of a stranger",
        ("linked", ANN),
        ("customer_mismatch", None),
        contact=(ANN,),
        number=(BENS,),
        criteria={"case": CASE_RECORD},
        policy=ALWAYS,
    ),
    Row(
        "a known case is used",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        criteria={"case": CASE_RECORD},
        policy=ALWAYS,
    ),
    Row(
        "a case is not asked for",
        ("linked", ANN),
        ("not_requested", None),
        contact=(ANN,),
        requested=frozenset({"contact"}),
        policy=ALWAYS,
    ),
    Row(
        "the only column is taken by another record",
        ("linked", ANN),
        ("kept_existing", None),
        contact=(ANN,),
        on=Conversation("c", regarding_is_free=False),
        policy=ALWAYS | {"case_columns": ("regarding",)},
    ),
]

CLOSED_ROWS = [
    Row(
        "closed",
        ("conversation_closed", None),
        ("conversation_closed", None),
        contact=(ANN,),
        on=CLOSED,
        policy=IF_NEEDED,
    ),
    Row(
        "closed, with its customer",
        ("already_linked", ANN),
        ("conversation_closed", None),
        contact=(ANN,),
        on=CLOSED._replace(customer=ANN),
        policy=ALWAYS,
    ),
]

IN_PLACE = next(row for row in NOT_CREATED if row.rule == "the one that was created is used")
USED_AGAIN = next(row for row in NOT_CREATED if row.rule == "so it is where it is not on the conversation")
TABLE = [*CREATED, *NOT_CREATED, *CLOSED_ROWS]


@pytest.mark.parametrize("line", [*CREATED, USED_AGAIN], ids=lambda row: row.rule)
def test_a_created_case_is_named_as_created(line: Row) -> None:
    """Contract, `caseMatchedBy`: `created`, also where a former call created the case and this one links it."""
    assert decide(*inputs_of(line)).case.matched_by == BY_CREATION


def test_a_created_case_in_place_is_named_as_what_it_is() -> None:
    """Contract, `caseMatchedBy`: what was on the conversation already was not created by this call."""
    assert decide(*inputs_of(IN_PLACE)).case.matched_by == BY_CONVERSATION


def test_the_ids_never_change() -> None:
    """A repeated call finds its case by its id, so the ids of a conversation are the same for ever."""
    found = ids("b7397aae-ecf8-43a6-aeb0-07d294efb494")
    assert len(set(found)) == 30
    assert found[0] == "a7ef7e01-b3fd-5eb4-9e30-68c853e6fbaf"
    assert found[29] == "1a4c4a00-de8a-537f-8504-4ebc1be63e12"


@pytest.mark.parametrize(
    ("case", "is_ours"),
    [
        (NEW, True),
        (Case(IDS[29]), True),
        (Case(ids("d")[0], customer_id=ANN.id), False),
        (ANNS, False),
        (Case(NEW.id[:14] + "4" + NEW.id[15:], customer_id=ANN.id), False),
    ],
)
def test_which_case_this_conversation_created(case: Case, is_ours: bool) -> None:
    """Contract, `caseIsNew`: one of the ids that this conversation creates."""
    assert is_created("c", case) is is_ours


def asked(**fields: str) -> LinkRequest:
    """A request with these fields."""
    return LinkRequest(conversationId=ID, **fields)


def test_the_least_row() -> None:
    """Contract, `caseTitle`: a case has a title, its origin and its customer, and nothing that was not given."""
    assert row(asked(), ANN, SETTINGS) == {
        "title": "Conversation from bot",
        "caseorigincode": SETTINGS.case_origin_code,
        "customerid_contact@odata.bind": f"/contacts({ANN.id})",
    }


def test_the_whole_row() -> None:
    """What was typed goes in, the title on one line; the owner is the team of CASE_OWNER_TEAM_ID."""
    settings = SETTINGS._replace(case_owner_team_id=guid("team"), case_origin_code=7)
    assert row(asked(caseTitle=" Lost\n  parcel ", caseDescription="a\nb"), CORP, settings) == {
        "title": "Lost parcel",
        "description": "a\nb",
        "caseorigincode": 7,
        "customerid_account@odata.bind": f"/accounts({CORP.id})",
        "ownerid@odata.bind": f"/teams({guid('team')})",
    }


def test_texts_are_cut_to_their_columns() -> None:
    """Contract: 200 and 2,000 UTF-16 code units; no character is torn apart."""
    fields = row(asked(caseTitle="a" + "🦊" * 150, caseDescription="b" * 3000), ANN, SETTINGS)
    assert fields["title"] == "a" + "🦊" * 99
    assert fields["description"] == "b" * 2000
    assert row(asked(caseTitle="🦊" * 100), ANN, SETTINGS)["title"] == "🦊" * 100
