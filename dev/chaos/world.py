"""The data of a run: people, companies, cases and conversations, all from the seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FIRST_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dov",
    "Edda",
    "Finn",
    "Gwen",
    "Hugo",
    "Ines",
    "Jon",
    "Kaya",
    "Lars",
    "Mona",
    "Nils",
)
LAST_NAMES = ("Abel", "Berg", "Cole", "Dahl", "Egan", "Frey", "Gore", "Hale", "Imre", "Jung", "Kerr", "Lund", "Moss")


@dataclass(frozen=True)
class Customer:
    """A contact or an account."""

    type: str
    id: str
    name: str
    email: str
    active: bool = True
    phone: str = ""


@dataclass(frozen=True)
class Case:
    """An incident; `primary` is its primary contact."""

    id: str
    number: str
    customer: str
    primary: str = ""
    active: bool = True

    def belongs(self, customer: str) -> bool:
        """Whether it is a case of the customer of that id."""
        return customer in (self.customer, self.primary)


@dataclass(frozen=True)
class Conversation:
    """A conversation: whom its requests are about (few, so that they get in each other's way), how it begins."""

    id: str
    cast: tuple[Customer, ...]
    row: dict[str, Any]
    fate: str = ""
    """How it ends while requests are still at work: `closed`, `deleted`, or not at all."""
    channel: str = ""
    """How well the first of the cast is known: `verified` on live chat, by the `channel` of SMS, or not at all."""


@dataclass(frozen=True)
class World:
    """Everything that is there at the start."""

    customers: dict[str, Customer]
    cases: dict[str, Case]
    conversations: tuple[Conversation, ...]

    def data(self) -> dict[str, list[dict[str, Any]]]:
        """The rows, in the format of the embedded Dataverse."""
        customers = list(self.customers.values())
        return {
            "leads": [{"leadid": LEAD, "lastname": "Lead"}],
            "contacts": [_contact_row(each) for each in customers if each.type == "contact"],
            "accounts": [_account_row(each) for each in customers if each.type == "account"],
            "incidents": [_case_row(each, self.customers) for each in self.cases.values()],
            "msdyn_ocliveworkitems": [conversation.row for conversation in self.conversations],
            "msdyn_livechatengagementctxes": [_chat_row(each) for each in self._on(VERIFIED)],
            "msdyn_smsengagementctxes": [_sms_row(each) for each in self._on(CHANNEL)],
        }

    def _on(self, channel: str) -> list[Conversation]:
        return [conversation for conversation in self.conversations if conversation.channel == channel]

    def levels(self) -> dict[str, dict[str, str]]:
        """By conversation: how well Omnichannel knows whom. Of the others nothing is recorded."""
        return {each.id: {each.cast[0].id: each.channel} for each in self.conversations if each.channel}


VERIFIED, CHANNEL, CLAIMED = "verified", "channel", "claimed"
RANK = {CLAIMED: 0, CHANNEL: 1, VERIFIED: 2}
"""The levels of the contract, the least known first."""

LEAD = "d0000000-0000-4000-8000-000000000001"


def build(seed: int, conversations: int) -> World:
    """The world of a seed; as many people as conversations, a company to six."""
    dice = random.Random(f"world {seed}")  # noqa: S311 -- it is to be repeatable
    people = _people(dice, max(12, conversations))
    companies = [_company(dice, n, people) for n in range(max(4, conversations // 6))]
    customers = {each.id: each for each in people + companies}
    cases = {case.id: case for each in customers.values() for case in _cases_of(dice, each, people)}
    cases |= _same_number(dice, people)
    rows = tuple(_conversation(dice, people, companies, list(cases.values())) for _ in range(conversations))
    return World(customers, cases, rows)


def guid(dice: random.Random) -> str:
    """A random id that comes from the seed."""
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


def _people(dice: random.Random, count: int) -> list[Customer]:
    """People; one in five bears the name of another one."""
    names = [f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}{n}" for n in range(max(1, count * 4 // 5))]
    names += [dice.choice(names) for _ in range(count - len(names))]
    return [
        Customer("contact", guid(dice), name, f"person{n}@example.com", dice.random() > 0.05, f"+1425{2000000 + n}")
        for n, name in enumerate(names)
    ]


def _company(dice: random.Random, number: int, people: Sequence[Customer]) -> Customer:
    """A company; one in four shares its address with a person."""
    email = dice.choice(people).email if dice.random() < 0.25 else f"office{number}@example.com"
    return Customer("account", guid(dice), f"Company {number}", email, dice.random() > 0.05)


def _cases_of(dice: random.Random, customer: Customer, people: Sequence[Customer]) -> list[Case]:
    """None to three cases, most of them active; a company's has a primary contact."""
    count = dice.choices((0, 1, 2, 3), (3, 5, 2, 1))[0]
    same = [each for each in people if each.email == customer.email]
    primary = [dice.choice(same or people).id if customer.type == "account" else "" for _ in range(count)]
    return [
        Case(guid(dice), f"N-{dice.getrandbits(40)}", customer.id, primary[n], dice.random() > 0.2)
        for n in range(count)
    ]


def _same_number(dice: random.Random, people: Sequence[Customer]) -> dict[str, Case]:
    """Two cases of one number: only their customers tell them apart."""
    owners = dice.sample(list(people), 2)
    twins = [Case(guid(dice), "N-2", owner.id) for owner in owners]
    return {case.id: case for case in twins}


def _conversation(
    dice: random.Random, people: Sequence[Customer], companies: Sequence[Customer], cases: Sequence[Case]
) -> Conversation:
    first = dice.choice(people)
    namesakes = [each for each in people if each.name == first.name and each is not first]
    cast = (first, *namesakes[:1], *dice.sample(list(people), 2), dice.choice(companies), dice.choice(companies))
    row: dict[str, Any] = {"activityid": guid(dice), "msdyn_title": "A conversation"}
    if dice.random() < 0.4:
        row |= links(cast[0], next((case for case in cases if case.belongs(cast[0].id)), None))
    if dice.random() < 0.05:
        row |= {"statecode": 1, "statuscode": 4}
    if dice.random() < 0.08:
        row.pop(REGARDING, None)
        row["regardingobjectid_lead_msdyn_ocliveworkitem"] = LEAD
    fate = dice.choices(("", "closed", "deleted"), (80, 8, 12))[0]
    return Conversation(row["activityid"], cast, row, fate, dice.choices(("", VERIFIED, CHANNEL), (5, 3, 2))[0])


ISSUE, REGARDING = "msdyn_IssueId_msdyn_ocliveworkitem", "regardingobjectid_incident_msdyn_ocliveworkitem"


def links(customer: Customer, case: Case | None) -> dict[str, Any]:
    """What to set on a conversation's row, so that it holds a customer and perhaps a case."""
    own: dict[str, Any] = {f"msdyn_customer_msdyn_ocliveworkitem_{customer.type}": customer.id}
    return own | ({ISSUE: case.id, REGARDING: case.id} if case else {})


def _contact_row(person: Customer) -> dict[str, Any]:
    first, _, last = person.name.partition(" ")
    row = {"contactid": person.id, "firstname": first, "lastname": last, "emailaddress1": person.email}
    row |= {"mobilephone": person.phone}
    return row | {"statecode": 0 if person.active else 1}


def _chat_row(conversation: Conversation) -> dict[str, Any]:
    signed_in = {"msdyn_isauthenticated": True, "msdyn_portalcontactid": conversation.cast[0].id}
    return {"msdyn_liveworkitemid": conversation.id, **signed_in}


def _sms_row(conversation: Conversation) -> dict[str, Any]:
    return {"msdyn_liveworkitemid": conversation.id, "msdyn_customerphonenumber": conversation.cast[0].phone}


def _account_row(company: Customer) -> dict[str, Any]:
    row = {"accountid": company.id, "name": company.name, "emailaddress1": company.email}
    return row | {"statecode": 0 if company.active else 1}


def _case_row(case: Case, customers: dict[str, Customer]) -> dict[str, Any]:
    row = {
        "incidentid": case.id,
        "ticketnumber": case.number,
        "title": "A case",
        f"customerid_{customers[case.customer].type}": case.customer,
        "statecode": 0 if case.active else 1,
    }
    return row | ({"primarycontactid": case.primary} if case.primary else {})
