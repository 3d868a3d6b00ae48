"""The stories of the page, as data: what a customer types, in which conversation, and what there is to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dev.demo.steps import CONVERSATION, conversation
from dev.emulator.tables import BY_SET
from shared.contract.answers import LinkAnswer


@dataclass(frozen=True)
class Story:
    """One request of a bot.

    ``title`` fits one line of the list; ``look`` says in full what there is to see. ``links`` and ``standard`` are the
    customer and the case that the conversation holds after the request, and that Omnichannel's own rule would link
    for it (see `standard_rule`); a test plays every story and compares. ``level``: the ``identityLevel`` of the answer,
    where the story is about it. ``needs`` is the entity set in which the platform records that; a story is offered once
    the embedded Dataverse has that table and the app's answer that field.
    """

    title: str
    look: str
    conversation: str
    sent: Mapping[str, Any]
    links: tuple[str, str]
    standard: tuple[str, str]
    level: str = ""
    needs: str = "msdyn_ocliveworkitems"

    @property
    def offered(self) -> bool:
        """Whether what the story is about can be seen."""
        return self.needs in BY_SET and (not self.level or "identityLevel" in LinkAnswer.model_fields)


MARIA, MARIA_CASE = "Maria Campbell", "CAS-01001-X1Y2Z3"

STORIES = (
    Story(
        "Two people of one name: the bot asks",
        "Two customers are called Alex Smith, so nobody is linked and the bot asks for the e-mail address. "
        "Answer a.smith@fabrikam.example. Omnichannel's own rule cannot ask.",
        conversation(2),
        {"Name": "Alex Smith"},
        ("", ""),
        ("", ""),
    ),
    Story(
        "One name, and the case decides",
        "The case tells which Alex Smith it is: customer and case are linked. Omnichannel's own rule links the case "
        "alone.",
        conversation(7),
        {"Name": "Alex Smith", "CaseNumber": "CAS-01014-N4P5Q6"},
        ("Alex Smith", "CAS-01014-N4P5Q6"),
        ("", "CAS-01014-N4P5Q6"),
    ),
    Story(
        "A phone number, written differently",
        "Stored as +1 425 555 0201, typed with brackets and a hyphen. It is the same number, so it is found.",
        conversation(1),
        {"Phone": "+1 (425) 555-0201"},
        (MARIA, MARIA_CASE),
        ("", ""),
    ),
    Story(
        "A case that is on hold",
        "Ola's only case waits for a spare part. It is active, so it is linked. Omnichannel's own rule sees only "
        "cases In Progress.",
        conversation(18),
        {"Email": "ola.nordmann@example.com"},
        ("Ola Nordmann", "CAS-01006-F6G7H8"),
        ("Ola Nordmann", ""),
    ),
    Story(
        "Only a case number",
        "The case names its customer, so both are linked. Omnichannel's own rule links the case alone.",
        conversation(17),
        {"CaseNumber": "CAS-01002-B2C3D4"},
        ("Patrick O'Brien", "CAS-01002-B2C3D4"),
        ("", "CAS-01002-B2C3D4"),
    ),
    Story(
        "A case number of somebody else",
        "Kim is linked; the case is another customer's, so it is not, and nobody learns whose it is.",
        conversation(19),
        {"Email": "kim.park@example.com", "CaseNumber": "CAS-01008-H8J9K1"},
        ("Kim Park", ""),
        ("Kim Park", ""),
    ),
    Story(
        "An e-mail address: both find it",
        "The plain case. The customer and the only active case are linked either way; here it happens before the "
        "transfer.",
        CONVERSATION,
        {"Email": "Maria.Campbell@example.com"},
        (MARIA, MARIA_CASE),
        (MARIA, MARIA_CASE),
    ),
    Story(
        "A company by its name",
        "A company is a customer, too: Contoso and its only active case.",
        conversation(20),
        {"Name": "contoso ltd"},
        ("Contoso Ltd", "CAS-01005-E5F6G7"),
        ("Contoso Ltd", "CAS-01005-E5F6G7"),
    ),
    Story(
        "Another customer is linked already",
        "A colleague has linked Maria and her case. What somebody types afterwards may be a slip, or another person's "
        "address, so it does not undo that: Maria stays (option: do not overwrite).",
        conversation(6),
        {"Email": "jordan.stone@example.com", "overwrite": False},
        (MARIA, MARIA_CASE),
        ("Jordan Stone", "CAS-01008-H8J9K1"),
    ),
    Story(
        "A closed conversation",
        "The bot asks too late: the conversation is over, so nothing is changed, and nobody is transferred.",
        conversation(4),
        {"Email": "maria.campbell@example.com"},
        ("", ""),
        ("", ""),
    ),
    Story(
        "Signed in as the customer",
        "Maria has signed in to the chat, and types her own address. The representative sees that she has signed in.",
        conversation(24),
        {"Email": "maria.campbell@example.com"},
        (MARIA, MARIA_CASE),
        (MARIA, MARIA_CASE),
        level="verified",
        needs="msdyn_livechatengagementctxes",
    ),
    Story(
        "Writes from the customer's number",
        "The text message comes from Taylor's mobile number, as the channel says. That is more than a claim, and less "
        "than a proof.",
        conversation(25),
        {"Email": "taylor.reed@contoso.example"},
        ("Taylor Reed", "CAS-01005-E5F6G7"),
        ("Taylor Reed", ""),
        level="channel",
        needs="msdyn_smsengagementctxes",
    ),
    Story(
        "Types somebody else's address",
        "Anybody can type Jordan's address. Jordan is linked either way, but here the representative reads: only "
        "typed, not verified. So nothing private is said before a check.",
        conversation(8),
        {"Email": "jordan.stone@example.com"},
        ("Jordan Stone", "CAS-01008-H8J9K1"),
        ("Jordan Stone", "CAS-01008-H8J9K1"),
        level="claimed",
    ),
)

PLAYABLE = tuple(story for story in STORIES if story.offered)
"""What is offered."""
