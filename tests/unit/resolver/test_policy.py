"""LINK_POLICY: every cell of its table, and what no setting changes."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from shared.contract.policy import DEFAULT, FIELDS, Link, LinkPolicy, Permission, Standing, parse
from shared.contract.statuses import CreateCase, IdentityLevel, PartStatus
from shared.dataverse.records import Conversation, Customer, Evidence
from shared.resolver.decision import Decision, Policy, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchCriteria
from shared.resolver.matching import decide
from tests.unit.resolver.decided import ANN, ANNS, BEN, CONTACT, CORPS, NUMBER, SAM

CONTRACT = Path(__file__).resolve().parents[3] / "docs/contract.md"
WORKSTREAM = "f0000000-0000-4000-8000-000000000001"

VARIABLE = {Standing.NAME: "Name"}


def criteria(variable: str = "Email", number: bool = False, **more: Any) -> MatchCriteria:
    """A request that describes a contact, perhaps with a case number."""
    described = EntityCriteria((Condition(("column",), ("'x'",), variable),))
    return MatchCriteria({"contact": described}, NUMBER if number else None, **more)


def evidence(verified: Customer | None = None, channel: Customer | None = None) -> Evidence:
    """What Omnichannel recorded where these are known so well."""
    return Evidence(verified.id if verified else "", channel.phones if channel else ())


def evidence_for(standing: Standing, customer: Customer = ANN) -> Evidence:
    """What was recorded where a customer stands so."""
    return evidence(
        customer if standing is Standing.VERIFIED else None, customer if standing is Standing.CHANNEL else None
    )


def decided(
    standing: Standing,
    policy: LinkPolicy,
    on: Customer | None = None,
    number: bool = False,
    **more: Any,
) -> Decision:
    """What becomes of Ann, who stands so, on a conversation of the workstream that holds `on`."""
    via = {CONTACT: (ANNS,)} if number else {}
    found = SearchResult(
        Conversation("c", 'W/"1"', customer=on, workstream_id=WORKSTREAM),
        customers={"contact": (ANN,)},
        cases=(ANNS,) if number else (),
        cases_via=via,
        evidence=evidence_for(standing),
    )
    return decide(
        criteria(VARIABLE.get(standing, "Email"), number), found, Policy(permissions=policy, phone_region="US", **more)
    )


def changed(standing: Standing, place: str, **cells: Any) -> LinkPolicy:
    """The setting with some cells of one row changed: in the table, or for the one workstream."""
    row = {standing.value: cells}
    given = row if place == "table" else {"workstreams": {WORKSTREAM.upper(): row}}
    return parse(json.dumps(given)).policy


PLACES = ("table", "workstream")
CELLS = list(product(Standing, PLACES))


def test_the_contract_shows_the_table_in_force() -> None:
    """The defaults of the setting are those that docs/contract.md promises, and nothing else is in its table."""
    lines = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", CONTRACT.read_text("utf-8"), re.MULTILINE
    )
    told = {
        Standing(word): Permission(Link(link), replaces == "true", creates == "true", names == "true")
        for word, link, replaces, creates, names in lines
    }
    assert told == dict(DEFAULT) == dict(parse("").policy.table) == dict(LinkPolicy().table)


@pytest.mark.parametrize(("standing", "place"), CELLS)
@pytest.mark.parametrize("link", [*Link, True, False, None])
def test_link(standing, place, link) -> None:
    """`link` says whether such a customer is linked, `narrow_only` where a case number confirms; it starts as yes."""
    cells = {} if link is None else {"link": link.value if isinstance(link, Link) else link}
    policy = changed(standing, place, **cells)
    links_alone, links_confirmed = link in (Link.YES, True, None), link not in (Link.NO, False)
    alone, confirmed = decided(standing, policy), decided(standing, policy, number=True)
    assert alone.customer.status is (PartStatus.LINKED if links_alone else PartStatus.NOT_GIVEN)
    assert confirmed.customer.status is (PartStatus.LINKED if links_confirmed else PartStatus.NOT_GIVEN)
    assert confirmed.case.status is (PartStatus.LINKED if links_confirmed else PartStatus.NOT_GIVEN)


@pytest.mark.parametrize(("standing", "place"), CELLS)
@pytest.mark.parametrize("replaces", [True, False, None])
def test_replace(standing, place, replaces) -> None:
    """`replace` says whether such a customer replaces one who is not better known; it starts as false for a name."""
    policy = changed(standing, place, **({} if replaces is None else {"replace": replaces}))
    expected = standing is not Standing.NAME if replaces is None else replaces
    part = decided(standing, policy, on=BEN).customer
    assert part.status is (PartStatus.LINKED if expected else PartStatus.KEPT_EXISTING)
    assert decided(standing, policy, on=BEN, overwrite=False).customer.status is PartStatus.KEPT_EXISTING
    assert decided(standing, policy, on=ANN).customer.status is PartStatus.ALREADY_LINKED
    assert decided(standing, policy).customer.status is PartStatus.LINKED


@pytest.mark.parametrize(("standing", "place"), CELLS)
@pytest.mark.parametrize("creates", [True, False, None])
@pytest.mark.parametrize("on", [None, ANN])
def test_create_case(standing, place, creates, on) -> None:
    """`createCase` says whether such a customer gets a case, linked now or before; it starts as false for a name."""
    policy = changed(standing, place, **({} if creates is None else {"createCase": creates}))
    expected = standing is not Standing.NAME if creates is None else creates
    part = decided(standing, policy, on=on, create_case=CreateCase.IF_NEEDED).case
    assert part.status is (PartStatus.CREATED if expected else PartStatus.CUSTOMER_NEEDED)


@pytest.mark.parametrize("standing", Standing)
def test_a_workstream_changes_its_own_conversations_only(standing) -> None:
    """What `workstreams` says is for the conversations of that workstream; the rest of a row stays as in the table."""
    text = json.dumps(
        {standing.value: {"replace": False}, "workstreams": {WORKSTREAM: {standing.value: {"link": "no"}}}}
    )
    policy = parse(text).policy
    here, elsewhere = policy.permission(standing, WORKSTREAM), policy.permission(standing, "another")
    assert (here.link, here.replace) == (Link.NO, False)
    assert (elsewhere.link, elsewhere.replace) == (Link.YES, False)
    assert policy.permission(standing, "") == elsewhere


def test_one_row_changes_no_other() -> None:
    """A cell that is changed changes no other cell."""
    for standing, (name, cell) in product(Standing, FIELDS.items()):
        value = "no" if cell == "link" else not getattr(DEFAULT[standing], cell)
        table = parse(json.dumps({standing.value: {name: value}})).policy.table
        others = {key: row for key, row in table.items() if key is not standing}
        assert others == {key: row for key, row in DEFAULT.items() if key is not standing}
        assert table[standing]._replace(**{cell: getattr(DEFAULT[standing], cell)}) == DEFAULT[standing]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '"claimed"',
        '{"claimd": {}}',
        '{"none": {"link": "no"}}',
        '{"claimed": true}',
        '{"claimed": {"links": "no"}}',
        '{"claimed": {"link": "maybe"}}',
        '{"claimed": {"link": 1.5}}',
        '{"claimed": {"link": null}}',
        '{"claimed": {"link": ["yes"]}}',
        '{"claimed": {"replace": "true"}}',
        '{"claimed": {"replace": 1}}',
        '{"claimed": {"names": null}}',
        '{"workstreams": []}',
        '{"workstreams": {"chat": {}}}',
        '{"workstreams": {"f0000000-0000-4000-8000-000000000001": {"claimed": {"link": "maybe"}}}}',
        '{"sufficientAlone": "Email"}',
        '{"nameUse": "never"}',
        '{"claimed": {"link": "no"}, "claimed": {"link": "yes"}}',
        "[" * 100_000,
    ],
)
def test_what_is_not_understood_is_refused(text) -> None:
    """A mistake in the setting never opens more than was meant: it is an error."""
    with pytest.raises(ValueError, match=r"is not JSON|must be|names|needs|unknown|twice"):
        parse(text)


# --- what no setting changes -----------------------------------------------------------------------------------------

FREE = parse(
    json.dumps({standing.value: {"link": "yes", "replace": True, "createCase": True} for standing in Standing})
)
LEVELS = (IdentityLevel.CLAIMED, IdentityLevel.CHANNEL, IdentityLevel.VERIFIED)
ONE_SIGNS_IN = [pair for pair in product(LEVELS, LEVELS) if pair.count(IdentityLevel.VERIFIED) < 2]
WAYS = ("Email", "Name", "Phone", "record", "AccountNumber")


@pytest.mark.parametrize(("of_ann", "of_ben"), ONE_SIGNS_IN)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", [False, True])
def test_who_is_better_known_is_never_replaced(of_ann, of_ben, way, number) -> None:
    """Whatever the setting, the way and `overwrite`: a customer never takes the place of one who is better known."""
    known = {ANN.id: of_ann, BEN.id: of_ben}
    verified = [each for each in (ANN, BEN) if known[each.id] is IdentityLevel.VERIFIED]
    numbers = [number for each in (ANN, BEN) if known[each.id] is IdentityLevel.CHANNEL for number in each.phones]
    found = SearchResult(
        Conversation("c", 'W/"1"', customer=BEN),
        customers={"contact": (ANN,)},
        cases=(ANNS,) if number else (),
        cases_via={CONTACT: (ANNS,)} if number else {},
        evidence=Evidence(verified[0].id if verified else "", tuple(numbers)),
    )
    part = decide(criteria(way, number), found, Policy(permissions=FREE.policy, phone_region="US"))
    expected = PartStatus.LINKED if of_ann.rank >= of_ben.rank else PartStatus.KEPT_EXISTING
    assert part.customer.status is expected
    assert (part.case.record is not None) is (number and expected is PartStatus.LINKED)


@pytest.mark.parametrize("level", LEVELS)
def test_a_case_number_alone_replaces_nobody(level) -> None:
    """A number that names somebody else's case leaves the customer who is there, and links no case beside them."""
    on = {IdentityLevel.VERIFIED: evidence(BEN), IdentityLevel.CHANNEL: evidence(None, BEN)}.get(level, Evidence())
    found = SearchResult(Conversation("c", 'W/"1"', customer=BEN), cases=(ANNS,), evidence=on)
    decision = decide(MatchCriteria({}, NUMBER), found, Policy(permissions=FREE.policy))
    assert decision.customer.record is BEN
    assert decision.case.status is PartStatus.CUSTOMER_MISMATCH


@pytest.mark.parametrize("number", [False, True])
def test_a_name_links_where_nobody_is_and_no_more(number) -> None:
    """By default a name, also with a case number, links only where nobody is, and opens no case."""
    policy = LinkPolicy()
    assert decided(Standing.NAME, policy, number=number).customer.status is PartStatus.LINKED
    kept = decided(Standing.NAME, policy, on=BEN, number=number)
    assert kept.customer.status is PartStatus.KEPT_EXISTING
    assert kept.case.record is None
    opened = decided(Standing.NAME, policy, number=number, create_case=CreateCase.ALWAYS)
    assert opened.case.status is not PartStatus.CREATED


def test_a_name_opens_no_case_where_only_the_case_is_asked_for() -> None:
    """`entities` without the customer is no way round: who is named by name alone gets no case."""
    found = SearchResult(Conversation("c", 'W/"1"', customer=ANN), customers={"contact": (ANN,)})
    policy = Policy(create_case=CreateCase.ALWAYS)
    asked = {by: criteria(by, requested=frozenset({"case"})) for by in ("Name", "Email")}
    statuses = {by: decide(each, found, policy).case.status for by, each in asked.items()}
    assert statuses == {"Name": PartStatus.CUSTOMER_NEEDED, "Email": PartStatus.CREATED}


@pytest.mark.parametrize("standing", [Standing.CLAIMED, Standing.NAME])
def test_a_customer_who_is_not_linked_brings_no_case(standing) -> None:
    """`link` no: the only active case of such a customer is not linked either; it would say who it is."""
    found = SearchResult(Conversation("c", 'W/"1"'), customers={"contact": (ANN,)}, cases_via={CONTACT: (ANNS,)})
    asked = criteria(VARIABLE.get(standing, "Email"))
    decision = decide(asked, found, Policy(permissions=changed(standing, "table", link="no")))
    assert (decision.customer.status, decision.case.status) == (PartStatus.NOT_GIVEN, PartStatus.NOT_GIVEN)
    assert decision.customer.record is None
    assert decision.case.record is None


def test_a_case_of_the_company_confirms_a_customer() -> None:
    """CASE_OF_COMPANY: a case of the contact's company counts as the contact's, for `narrow_only` too."""
    found = SearchResult(Conversation("c", 'W/"1"'), customers={"contact": (SAM,)}, cases=(CORPS,))
    asked = criteria(number=True, case_of_company=True)
    decision = decide(asked, found, Policy(permissions=changed(Standing.CLAIMED, "table", link="narrow_only")))
    assert (decision.customer.record, decision.case.record) == (SAM, CORPS)
