"""Nothing that a request says raises the identity level: every field, header and query forged, again and again."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest

from shared.contract.http import ApiRequest
from shared.contract.requests import LinkRequest
from shared.contract.statuses import CreateCase, IdentityLevel
from shared.core.errors import RequestError
from shared.dataverse.records import Case, Conversation, Customer, Evidence
from shared.resolver import patch
from shared.resolver.decision import SearchResult
from shared.resolver.filters import match_criteria
from shared.resolver.lookup import policy_of
from shared.resolver.matching import decide
from shared.resolver.result import LinkResult
from shared.settings import Settings
from tests.flow.people import OPEN, account, case, contact, conversation

FORGED, FLOWS = 10_000, 300
MARIA, KIM = contact(1), contact(8)
CHAT = conversation(24)
"""Live chat on which Maria is signed in."""

FACTS = [
    "identityLevel", "IdentityLevel", "identity_level", "level", "msdyn_isauthenticated", "isAuthenticated", "signedIn",
    "msdyn_portalcontactid", "portalContactId", "signed_in_contact_id", "numbers", "msdyn_fromphone",
    "msdyn_customerphonenumber", "profile_customer_id", "socialprofileid", "evidence", "LINK_POLICY", "linkPolicy",
    "policy", "msdyn_livechatengagementctx", "msdyn_smsengagementctx", "verified", "channel", "found", "settings",
]  # fmt: skip
"""Names that an attacker may think of, those inside the app among them."""

VALUES: list[Any] = [
    MARIA, KIM, "{" + MARIA.upper() + "}", account(1), case(1), case(8), OPEN, CHAT, "verified", "channel", "contact",
    "account", "true", True, 1, "+14255550201", "(425) 555-0201", "+82 2 555 0208", "kim.park@example.com",
    "maria.campbell@example.com", "Kim Park", "Maria Campbell", "CAS-01001-X1Y2Z3", "CAS-01008-H8J9K1", "always", "end",
    "displayable", "escalate", "contact, case", '{"verified": {"replace": true}}',
    [{"RecordId": MARIA, "PrimaryDisplayValue": "verified"}], json.dumps([{"RecordId": KIM}]),
    {"value": "verified", "isDisplayable": True}, {"msdyn_isauthenticated": True, "msdyn_portalcontactid": KIM},
    "80000000-0000-4000-8000-000000000001",
]  # fmt: skip

NAMES = [name for name in LinkRequest.names() if name not in LinkRequest.names()[:4]]
SETTINGS = Settings.from_environment({"DATAVERSE_URL": "https://org.crm.dynamics.com", "DEFAULT_PHONE_REGION": "US"})


def forged(dice: random.Random, conversation: str) -> dict[str, Any]:
    """A request with forged fields: a few of the app's own and a few that an attacker may think of."""
    names = dice.sample(NAMES, dice.randint(1, 6)) + dice.sample(FACTS, dice.randint(1, 6))
    fields = {name: dice.choice(VALUES) for name in names}
    if dice.random() < 0.3:
        inner = {name: dice.choice(VALUES) for name in dice.sample(FACTS, 3)}
        fields["context"] = {name: value for name, value in inner.items() if name not in fields}
    return {"conversationId": conversation, **fields}


def accepted(dice: random.Random, conversation: str) -> tuple[bytes, LinkRequest]:
    """The next forged request whose values are taken, as bytes and as the app reads it."""
    while True:
        body = json.dumps(forged(dice, conversation)).encode()
        try:
            return body, LinkRequest.parse(body)
        except RequestError:
            continue


ANN = Customer("contact", MARIA, "Ann", texts={"telephone1": "+14255550201"})
BEN = Customer("contact", KIM, "Ben", texts={"telephone1": "+8225550208"})
CORP = Customer("account", account(1), "Corp", texts={"telephone1": "+14255550100"})
ANNS = Case(case(1), "CAS-1", customer_id=MARIA, related={"customerid_contact": ANN}, texts={"ticketnumber": "CAS-1"})

EVIDENCE = {
    "nothing": (Evidence(), {}),
    "Ben signed in": (Evidence(signed_in_contact_id=KIM), {KIM: IdentityLevel.VERIFIED}),
    "Ben's number": (Evidence(numbers=("+82 2 555 0208",)), {KIM: IdentityLevel.CHANNEL}),
    "Ben's profile": (Evidence(profile_customer_id=KIM), {KIM: IdentityLevel.CHANNEL}),
}


def decided(request: LinkRequest, evidence: Evidence, on: Customer | None, who: Customer) -> LinkResult:
    """What becomes of a request that finds `who` by whatever it names, on a conversation that holds `on`."""
    criteria = match_criteria(request, SETTINGS)
    found = SearchResult(
        Conversation(OPEN, 'W/"1"', customer=on),
        customers={type: (who,) if type == who.type else () for type in criteria.customers},
        cases=(ANNS,) if criteria.case else (),
        cases_via={"customerid_contact": (ANNS,)} if who is ANN and criteria.customers else {},
        own_cases=(),
        evidence=evidence,
    )
    decision = decide(criteria, found, policy_of(request, SETTINGS))
    return LinkResult(request, criteria, found, decision, patch.link(found.conversation, decision), SETTINGS)


@pytest.mark.parametrize("recorded", EVIDENCE)
def test_nothing_that_is_sent_raises_the_level(recorded) -> None:
    """10,000 forged requests: the level is what was recorded of who is linked, and whoever is better known stays."""
    dice = random.Random(f"forged {recorded}")  # noqa: S311 -- it is to be repeatable
    evidence, levels = EVIDENCE[recorded]
    seen: Counter[str] = Counter()
    for _ in range(FORGED // len(EVIDENCE)):
        _, request = accepted(dice, OPEN)
        on, who = dice.choice([None, ANN, BEN]), dice.choice([ANN, BEN, CORP])
        result = decided(request, evidence, on, who)
        customer = result.customer
        expected = levels.get(customer.id, IdentityLevel.CLAIMED) if customer else IdentityLevel.NONE
        assert result.identity_level is expected, request
        if on is BEN and levels:
            assert customer is BEN, request
        if on and request.createCase is not CreateCase.NO and result.case_status == "created":
            assert result.case.customer_id == customer.id
        seen[f"{result.identity_level} {result.customer_status}"] += 1
    assert sum(seen.values()) == FORGED // len(EVIDENCE)
    assert {word.split()[0] for word in seen} == {"none", "claimed", *(levels.values())}
    assert {"claimed linked", "claimed already_linked"} <= set(seen)
    assert not levels or any(word.endswith("kept_existing") for word in seen)


HEADERS = ["x-identity-level", "identitylevel", "x-ms-client-principal", "x-ms-client-principal-id", "x-forwarded-for", "x-functions-key", "cookie", "authorization", "prefer", "mscrmcallerid"]  # fmt: skip


def test_whole_requests(app) -> None:
    """300 forged requests with headers and a query: on the row, in answer, tags and summary stands what was recorded."""
    dice = random.Random("forged flows")  # noqa: S311 -- it is to be repeatable
    for number in range(FLOWS):
        key = dice.choice([OPEN, CHAT])
        if number % 30 == 0:
            app.dataverse.reset()
        if key == CHAT:
            app.link(CHAT, Email="maria.campbell@example.com")
        level = dice.choice(["verified", "channel"])
        headers = {name: dice.choice([level, MARIA, KIM]) for name in dice.sample(HEADERS, 3)}
        query = {"identityLevel": level, "msdyn_portalcontactid": KIM, "msdyn_isauthenticated": "true"}
        body, _ = accepted(dice, key)
        answer = json.loads(app.service.link(ApiRequest(body, headers, query, "an-invocation")).body)
        customer = app.on(key)[0] if not answer["dryRun"] else answer["customerId"]
        expected = ("verified" if (key, customer) == (CHAT, MARIA) else "claimed") if customer else "none"
        assert (answer["customerId"], answer["identityLevel"]) == (customer, expected), body
        assert key != CHAT or customer == MARIA, body
        context = json.loads(answer["omnichannelTags"])["context"]
        told = context.get("IdentityLevel", expected)
        assert (told["value"] if isinstance(told, dict) else told) == expected
        lines = [
            line
            for line in answer["escalationSummary"].splitlines()
            if line.startswith(("Signed in as", "Writes from"))
        ]
        assert len(lines) == (expected == "verified")
