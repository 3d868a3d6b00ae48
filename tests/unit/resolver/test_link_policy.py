"""A match against what is on the conversation already: linked, in place, kept, closed."""

from __future__ import annotations

import pytest

from shared.dataverse.records import Conversation
from shared.resolver.matching import decide
from shared.resolver.patch import link
from tests.unit.resolver.decided import (
    ANN,
    ANNS,
    ANNS_2ND,
    ANNS_AT_CORP,
    ANNS_OLD,
    BEN,
    BENS,
    CLOSED,
    CLOSED_ANN,
    CONTACT,
    CORPS,
    GONE,
    GONES,
    OFF,
    Row,
    holding,
    inputs_of,
)

LINKED_ALREADY = [
    Row("id alone reports", ("already_linked", ANN), ("already_linked", ANNS), on=holding(ANN, ANNS)),
    Row("id alone, regarding alone", ("already_linked", ANN), ("already_linked", ANNS), on=holding(ANN, None, ANNS)),
    Row("id alone, own customer's only case", ("already_linked", ANN), ("linked", ANNS), on=holding(ANN), own=(ANNS,)),
    Row("id alone, own customer has none", ("already_linked", ANN), ("not_found", None), on=holding(ANN), own=()),
    Row("id alone, own has two", ("already_linked", ANN), ("ambiguous", None), on=holding(ANN), own=(ANNS, ANNS_2ND)),
    Row("id alone, a case without a customer", ("not_given", None), ("already_linked", BENS), on=holding(None, BENS)),
    Row(
        "id alone, the case in place is resolved",
        ("already_linked", ANN),
        ("linked", ANNS),
        on=holding(ANN, ANNS_OLD),
        own=(ANNS,),
    ),
    Row("own customer inactive", ("already_linked", GONE), ("not_found", None), on=holding(GONE)),
    Row(
        "own customer inactive, with a case",
        ("already_linked", GONE),
        ("not_found", None),
        on=holding(GONE),
        own=(GONES,),
    ),
    Row("the same customer", ("already_linked", ANN), ("not_found", None), contact=(ANN,), on=holding(ANN)),
    Row(
        "a named case takes the other column from another one of hers",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(ANNS,),
        on=holding(ANN, ANNS, ANNS_2ND),
    ),
    Row(
        "id alone, a stranger's case beside the customer",
        ("already_linked", ANN),
        ("not_found", None),
        on=holding(ANN, BENS),
        own=(),
    ),
    Row(
        "the only column is taken by another record",
        ("linked", ANN),
        ("kept_existing", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=Conversation("c", regarding_is_free=False),
        policy={"case_columns": ("regarding",)},
    ),
    Row(
        "the same pair",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(ANN, ANNS, ANNS),
    ),
    Row(
        "inference never replaces a case that is hers and active",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS_2ND,)},
        on=holding(ANN, ANNS),
    ),
    Row("another customer", ("linked", ANN), ("not_found", None), contact=(ANN,), on=holding(BEN)),
    Row(
        "another customer, her own case was there",
        ("linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        on=holding(BEN, ANNS),
    ),
    Row(
        "another pair",
        ("linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN, BENS, BENS),
    ),
    Row(
        "nobody found: what is there stays",
        ("not_found", None),
        ("already_linked", BENS),
        contact=(),
        on=holding(BEN, BENS),
    ),
    Row("number of the own customer", ("already_linked", ANN), ("linked", ANNS), number=(ANNS,), on=holding(ANN)),
    Row("number of a stranger", ("already_linked", ANN), ("customer_mismatch", None), number=(BENS,), on=holding(ANN)),
    Row(
        "number of the own customer's company case",
        ("already_linked", ANN),
        ("linked", ANNS_AT_CORP),
        number=(ANNS_AT_CORP,),
        on=holding(ANN),
    ),
    Row(
        "two of a number, own has one",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(BENS, CORPS),
        own=(ANNS,),
        on=holding(ANN),
    ),
    Row(
        "number, own customer inactive",
        ("already_linked", GONE),
        ("customer_mismatch", None),
        number=(GONES,),
        on=holding(GONE),
    ),
    Row(
        "the issue column is filled beside the regarding one",
        ("already_linked", ANN),
        ("linked", ANNS),
        number=(ANNS,),
        on=holding(ANN, None, ANNS),
    ),
]

KEPT = [
    Row(
        "the customer who is there stays what it is beside a stranger's case",
        ("already_linked", ANN),
        ("not_found", None),
        contact=(ANN,),
        on=holding(ANN, BENS),
        policy=OFF,
    ),
    Row(
        "a named case leaves the other column as it is",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        number=(ANNS,),
        on=holding(ANN, ANNS, ANNS_2ND),
        policy=OFF,
    ),
    Row(
        "a named case that is there, beside a customer who is kept, is no mismatch",
        ("kept_existing", None),
        ("already_linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN, ANNS),
        policy=OFF,
    ),
    Row(
        "nothing comes beside a stranger's case in the other column",
        ("already_linked", ANN),
        ("kept_existing", None),
        number=(ANNS,),
        on=holding(ANN, None, BENS),
        policy=OFF | {"case_columns": ("issue",)},
    ),
    Row("no customer yet", ("linked", ANN), ("not_found", None), contact=(ANN,), policy=OFF),
    Row(
        "another customer is kept",
        ("kept_existing", None),
        ("not_found", None),
        contact=(ANN,),
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "the new customer's case does not come beside the kept one",
        ("kept_existing", None),
        ("customer_mismatch", None),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "nor does her only case",
        ("kept_existing", None),
        ("customer_mismatch", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=holding(BEN),
        policy=OFF,
    ),
    Row(
        "another case of the same customer is kept",
        ("already_linked", ANN),
        ("kept_existing", None),
        contact=(ANN,),
        number=(ANNS_2ND,),
        via={CONTACT: (ANNS_2ND,)},
        on=holding(ANN, ANNS),
        policy=OFF,
    ),
    Row(
        "nobody comes beside a stranger's case that is kept",
        ("kept_existing", None),
        ("kept_existing", None),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(None, BENS),
        policy=OFF,
    ),
    Row(
        "the same customer is not kept but there",
        ("already_linked", ANN),
        ("not_found", None),
        contact=(ANN,),
        on=holding(ANN),
        policy=OFF,
    ),
    Row(
        "an empty case column is filled",
        ("already_linked", ANN),
        ("linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=holding(ANN),
        policy=OFF,
    ),
]

CLOSED_ROWS = [
    Row(
        "closed, would link",
        ("conversation_closed", None),
        ("conversation_closed", None),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=CLOSED,
    ),
    Row(
        "closed, in place",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        via={CONTACT: (ANNS,)},
        on=CLOSED_ANN,
    ),
    Row("closed, id alone", ("already_linked", ANN), ("already_linked", ANNS), on=CLOSED_ANN),
    Row(
        "closed, another customer",
        ("conversation_closed", None),
        ("already_linked", ANNS),
        contact=(BEN,),
        on=CLOSED_ANN,
    ),
    Row(
        "closed, in place in one column",
        ("already_linked", ANN),
        ("already_linked", ANNS),
        contact=(ANN,),
        number=(ANNS,),
        via={CONTACT: (ANNS,)},
        on=CLOSED_ANN,
    ),
    Row(
        "closed, in place beside a stranger's case",
        ("already_linked", ANN),
        ("not_found", None),
        contact=(ANN,),
        on=CLOSED_ANN._replace(cases={"issue": BENS}),
    ),
    Row("closed, nobody found", ("not_found", None), ("not_given", None), contact=(), on=CLOSED),
]

TABLE = [*LINKED_ALREADY, *KEPT, *CLOSED_ROWS]


@pytest.mark.parametrize("row", CLOSED_ROWS, ids=lambda row: row.rule)
def test_a_closed_conversation_is_never_changed(row: Row) -> None:
    """Contract: only conversations that are open are written."""
    criteria, found, policy = inputs_of(row)
    assert link(row.on, decide(criteria, found, policy)).body == {}


def test_a_number_never_replaces_the_customer_on_the_conversation() -> None:
    """Contract, how records are found: a number alone leaves the customer who is there."""
    criteria, found, policy = inputs_of(Row("", number=(BENS,), on=holding(ANN)))
    assert link(found.conversation, decide(criteria, found, policy)).after.customer == ANN


def test_a_lead_in_regarding_is_never_taken() -> None:
    """Contract, creating a case: regarding is written only while it is empty or holds a case."""
    conversation = Conversation("c", regarding_is_free=False)
    criteria, found, policy = inputs_of(Row("", number=(ANNS,), on=conversation))
    columns = {name.split("@")[0] for name in link(conversation, decide(criteria, found, policy)).body}
    assert columns == {"msdyn_customer_msdyn_ocliveworkitem_contact", "msdyn_IssueId_msdyn_ocliveworkitem"}


@pytest.mark.parametrize("columns", [("issue",), ("regarding",), ("issue", "regarding")])
def test_only_the_configured_case_columns_are_linked(columns: tuple[str, ...]) -> None:
    """CASE_COLUMNS says which case columns a case is written to."""
    criteria, found, policy = inputs_of(Row("", number=(ANNS,), policy={"case_columns": columns}))
    assert decide(criteria, found, policy).set_columns == columns
