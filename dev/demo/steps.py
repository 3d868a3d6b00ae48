"""What the demo shows: one request per rule, and the answer that proves it. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"


def conversation(number: int) -> str:
    """Return the id of one of the numbered conversations of the demo data."""
    return f"b0000000-0000-4000-8000-{number:012d}"


@dataclass(frozen=True)
class Step:
    """One request: the rule it shows, the conversation it is about, what is sent with its id, what must come back."""

    title: str
    conversation: str
    sent: Mapping[str, Any]
    expected: Mapping[str, Any]
    route: str = "link"
    writes: bool = True
    inside: str = field(default="", kw_only=True)
    """The name of the object that holds the conversation's id; empty: next to everything else."""

    @property
    def body(self) -> dict[str, Any]:
        """Return what is posted."""
        if not self.inside:
            return {"conversationId": self.conversation, **self.sent}
        return {**self.sent, self.inside: {"conversationId": self.conversation, **self.sent[self.inside]}}


STEPS = (
    Step(
        "By e-mail: the person is found, and the only active case comes along",
        CONVERSATION,
        {"Email": "Maria.Campbell@example.com"},
        {"status": "linked", "customerName": "Maria Campbell", "caseNumber": "CAS-01001-X1Y2Z3"},
    ),
    Step(
        "The same once more: nothing to write, so a retry is harmless",
        CONVERSATION,
        {"Email": "Maria.Campbell@example.com"},
        {"status": "linked", "customerStatus": "already_linked", "caseStatus": "already_linked"},
        writes=False,
    ),
    Step(
        "By name, an apostrophe included; upper and lower case do not matter",
        conversation(1),
        {"Name": "patrick o'brien"},
        {"status": "linked", "customerName": "Patrick O'Brien", "caseNumber": "CAS-01002-B2C3D4"},
    ),
    Step(
        "Two people of one name: ambiguous, so nobody is linked",
        conversation(2),
        {"Name": "Alex Smith"},
        {"status": "not_linked", "customerStatus": "ambiguous", "customerName": ""},
        writes=False,
    ),
    Step(
        "The same name with a case number: the case tells which of the two it is",
        conversation(2),
        {"Name": "Alex Smith", "CaseNumber": "CAS-01014-N4P5Q6"},
        {"status": "linked", "customerId": "c0000000-0000-4000-8000-000000000003", "caseNumber": "CAS-01014-N4P5Q6"},
    ),
    Step(
        "A stranger's case number: the customer is linked, the case is not",
        conversation(3),
        {"Email": "kim.park@example.com", "CaseNumber": "CAS-01008-H8J9K1"},
        {"status": "partial", "customerName": "Kim Park", "caseStatus": "customer_mismatch", "caseNumber": ""},
    ),
    Step(
        "A company by its name, with its only active case",
        conversation(17),
        {"Name": "contoso ltd", "entities": "account, case"},
        {"status": "linked", "customerType": "account", "caseNumber": "CAS-01005-E5F6G7"},
    ),
    Step(
        "A record that Omnichannel knows: no search (and a case on hold is active)",
        conversation(18),
        {"msdyn_contact_msdyn_ocliveworkitem_Customer": '[{"RecordId": "{C0000000-0000-4000-8000-000000000017}"}]'},
        {"status": "linked", "customerMatchedBy": "record", "caseNumber": "CAS-01006-F6G7H8"},
    ),
    Step(
        "Signed in, as Omnichannel itself recorded: verified, not only claimed",
        conversation(24),
        {"Email": "maria.campbell@example.com"},
        {"status": "linked", "customerName": "Maria Campbell", "identityLevel": "verified"},
    ),
    Step(
        "Another customer is there, and overwrite is off: what is linked stays",
        conversation(6),
        {"Email": "jordan.stone@example.com", "overwrite": False},
        {"customerStatus": "kept_existing", "customerName": "Maria Campbell"},
        writes=False,
    ),
    Step(
        "A closed conversation is left alone",
        conversation(4),
        {"Email": "maria.campbell@example.com"},
        {"status": "not_linked", "customerStatus": "conversation_closed"},
        writes=False,
    ),
    Step(
        "An Azure bot posts its Escalate command as it is; names in any script",
        conversation(19),
        {"type": "Escalate", "context": {"Name": "太郎 田中", "Topic": "請求書"}},
        {"status": "linked", "customerName": "太郎 田中", "caseNumber": "CAS-01013-M3N4P5"},
        inside="context",
    ),
    Step(
        "A dry run decides everything and writes nothing",
        conversation(5),
        {"Email": "patrick.o'brien@example.com", "dryRun": True},
        {"dryRun": True, "linked": False, "customerStatus": "would_link", "caseStatus": "would_link"},
        writes=False,
    ),
    Step(
        "Unlink takes both away again",
        CONVERSATION,
        {},
        {"status": "unlinked", "customerStatus": "unlinked", "caseStatus": "unlinked"},
        route="unlink",
    ),
)
