"""The requests of a run, from the seed: what bots ask for, in one mix."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .world import Case, Conversation, Customer, World, guid


@dataclass(frozen=True)
class FlowRequest:
    """One request; `id` goes with every attempt, as a flow's own correlation id does."""

    id: str
    route: str
    conversation: str
    body: Mapping[str, Any]

    @property
    def overwrite(self) -> bool:
        """Whether it may replace what is linked."""
        return bool(self.body.get("overwrite", True))

    @property
    def dry_run(self) -> bool:
        """Whether it must not write."""
        return bool(self.body.get("dryRun", False))


@dataclass(frozen=True)
class Choice:
    """What one request may be made of."""

    dice: random.Random
    customer: Customer
    own: Case | None
    foreign: Case

    @property
    def mail(self) -> dict[str, Any]:
        """The customer by e-mail; Dataverse does not tell upper from lower case."""
        address = self.customer.email
        return {"Email": address.upper() if self.dice.random() < 0.2 else address}


KINDS: tuple[tuple[int, str, Callable[[Choice], dict[str, Any]]], ...] = (
    # weight, what it is, what is sent with the conversation's id
    (20, "by e-mail", lambda c: c.mail),
    (9, "by name, which several may bear", lambda c: {"Name": c.customer.name}),
    (8, "by number and e-mail", lambda c: c.mail | _number(c.own or c.foreign)),
    (6, "a stranger's number", lambda c: c.mail | _number(c.foreign)),
    (7, "a number alone", lambda c: _number(c.own or c.foreign)),
    (4, "a number that two cases bear", lambda c: c.mail | {"CaseNumber": "N-2"}),
    (3, "a number that there is not", lambda c: c.mail | {"CaseNumber": "N-0", "createCase": True}),
    (5, "a name and a number", lambda c: {"Name": c.customer.name} | _number(c.own or c.foreign)),
    (5, "a company alone", lambda c: {"Name": c.customer.name, "entities": "account, case"}),
    (4, "no case wanted", lambda c: c.mail | {"entities": ["contact", "account"]}),
    (6, "a known customer", lambda c: {f"msdyn_{c.customer.type}_msdyn_ocliveworkitem_Customer": c.customer.id}),
    (4, "a known case", lambda c: {"msdyn_CaseId": (c.own or c.foreign).id}),
    (4, "nothing but the id", lambda c: {}),
    (2, "nobody", lambda c: {"Email": "nobody@example.com", "createCase": "if_needed"}),
    (8, "a case if needed", lambda c: c.mail | {"createCase": "if_needed"}),
    (6, "a case always", lambda c: c.mail | {"createCase": "always"}),
    (4, "a case for who is there", lambda c: {"createCase": c.dice.choice((True, "always"))}),
)
UNLINK, MISSING = 0.05, 0.01
"""Shares of the requests that take links away, and of those that name a conversation that there is not."""


def _number(case: Case) -> dict[str, Any]:
    return {"CaseNumber": case.number}


def requests(world: World, seed: int, count: int) -> list[FlowRequest]:
    """The requests of a seed in their order. Half of them are about few of the conversations."""
    dice = random.Random(f"mix {seed}")  # noqa: S311 -- it is to be repeatable
    cases = _cases_by_customer(world)
    lasting = [each for each in world.conversations if not each.fate] or world.conversations
    hot = lasting[: max(1, len(world.conversations) // 10)]
    made = []
    for _ in range(count):
        conversation = dice.choice(hot if dice.random() < 0.5 else world.conversations)
        missing = guid(dice) if dice.random() < MISSING else ""
        made.append(_request(dice, conversation, world, cases, missing))
    return made


def _cases_by_customer(world: World) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in world.cases.values():
        for owner in filter(None, (case.customer, case.primary)):
            found.setdefault(owner, []).append(case)
    return found


def _request(
    dice: random.Random, conversation: Conversation, world: World, cases: Mapping[str, Sequence[Case]], missing: str
) -> FlowRequest:
    """One request; `missing` is the id to name in place of the conversation's, if any."""
    key = missing or conversation.id
    if dice.random() < UNLINK:
        return FlowRequest(guid(dice), "unlink", key, {"conversationId": key} | _parts(dice))
    customer = dice.choice(conversation.cast)
    own = dice.choice(cases[customer.id]) if customer.id in cases else None
    choice = Choice(dice, customer, own, dice.choice(list(world.cases.values())))
    make = dice.choices([kind[2] for kind in KINDS], [kind[0] for kind in KINDS])[0]
    return FlowRequest(guid(dice), "link", key, {"conversationId": key} | make(choice) | _manner(dice))


def _parts(dice: random.Random) -> dict[str, Any]:
    return dice.choice(({}, {"customer": False}, {"case": False}))


def _manner(dice: random.Random) -> dict[str, Any]:
    """How it is asked: what is linked stays, nothing is written, the conversation ends, little patience."""
    manner: dict[str, Any] = {}
    if dice.random() < 0.3:
        manner["overwrite"] = False
    if dice.random() < 0.05:
        manner["dryRun"] = True
    if dice.random() < 0.15:
        manner["event"] = "end"
    if dice.random() < 0.05:
        manner["timeoutSeconds"] = 1
    return manner
