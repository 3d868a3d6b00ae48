"""What the app may do in Dataverse, as data: the one table that `grant`, the diagnosis and the documents read.

Only tables and types are named here. The privilege's own name and id are read from the environment, because they do
not follow from the table: a conversation is an activity, and activities share one set of privileges.

Sources: "Security roles and privileges" (a lookup is set with Append on the table that holds it and AppendTo on the
table it points to); "RetrieveUserPrivileges message privileges" (prvReadUser, prvReadOrganization).
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple


class For(StrEnum):
    """What a privilege is needed for; the value is said to people."""

    LINK = "always"
    CREATE_CASE = "createCase"
    WORKSTREAM = "RULE_SOURCE=workstream"
    CASE_OWNER_TEAM = "CASE_OWNER_TEAM_ID"
    DIAGNOSIS = "diagnosis"
    IDENTITY = "identity level"


class Need(NamedTuple):
    """One privilege: `type` as in `PrivilegeType` of the table's definition; needed for any of `purposes`.

    `why` completes "to …". `depth` is what the role is given. `any_depth`: less will do, because it is used on the
    app's own rows only. `name` is given only for what is no table's (then `table` is ""): it is looked up by this name
    in the list of privileges.
    """

    table: str
    type: str
    why: str
    purposes: tuple[For, ...] = (For.LINK,)
    name: str = ""
    depth: str = "Global"
    any_depth: bool = False

    @property
    def required(self) -> bool:
        """Whether linking itself fails without it."""
        return not {For.DIAGNOSIS, For.IDENTITY}.intersection(self.purposes)


LABELS = {
    "msdyn_ocliveworkitem": "Conversation",
    "contact": "Contact",
    "account": "Account",
    "incident": "Case",
    "msdyn_liveworkstream": "Workstream",
    "msdyn_livechatengagementctx": "Live chat context",
    "msdyn_smsengagementctx": "SMS context",
    "msdyn_whatsappengagementctx": "WhatsApp context",
    "msdyn_ocphonecallengagementctx": "Phone call context",
    "socialprofile": "Social profile",
    "msdyn_agentcopilotsetting": "Representative Copilot setting",
    "systemuser": "User",
    "": "Miscellaneous",
}
"""Tables in the order in which they are shown, with the names that people see; "" is no table."""

_CREATE, _DIAGNOSIS, _IDENTITY = (For.CREATE_CASE,), (For.DIAGNOSIS,), (For.IDENTITY,)

NEEDS = (
    Need("msdyn_ocliveworkitem", "Read", "read what is linked"),
    Need("msdyn_ocliveworkitem", "Write", "write the links"),
    Need("msdyn_ocliveworkitem", "Append", "set its lookups to customer and case"),
    Need("contact", "Read", "search all of them: a hidden duplicate would make two matches look like one"),
    Need("contact", "AppendTo", "link it to a conversation"),
    Need("account", "Read", "search all of them: a hidden duplicate would make two matches look like one"),
    Need("account", "AppendTo", "link it to a conversation"),
    Need("incident", "Read", "search all of them: a hidden duplicate would make two matches look like one"),
    Need("incident", "AppendTo", "link it to a conversation"),
    Need("incident", "Create", "create a case", _CREATE, any_depth=True),
    Need("incident", "Append", "point the new case to its customer", _CREATE, any_depth=True),
    Need("incident", "Assign", "give the new case to the team", (For.CASE_OWNER_TEAM,)),
    Need("msdyn_liveworkstream", "Read", "read its identification rule", (For.WORKSTREAM, For.DIAGNOSIS)),
    Need("msdyn_livechatengagementctx", "Read", "know the contact who signed in", _IDENTITY),
    Need("msdyn_smsengagementctx", "Read", "know the number that a text message comes from", _IDENTITY),
    Need("msdyn_whatsappengagementctx", "Read", "know the number that a WhatsApp message comes from", _IDENTITY),
    Need("msdyn_ocphonecallengagementctx", "Read", "know the number that a call comes from", _IDENTITY),
    Need("socialprofile", "Read", "know the customer of a social profile", _IDENTITY),
    Need("msdyn_agentcopilotsetting", "Read", "see whether the Case Management Agent creates cases, too", _DIAGNOSIS),
    Need("systemuser", "Read", "ask which privileges its own user has", _DIAGNOSIS, depth="Basic"),
    Need("", "Read", "ask which privileges its own user has", _DIAGNOSIS, "prvReadOrganization"),
    Need("", "Read", "see which tables there are", _DIAGNOSIS, "prvReadEntity"),
    Need("", "Read", "see which columns there are, and which of them are secured", _DIAGNOSIS, "prvReadAttribute"),
    Need("", "Read", "see the navigation properties", _DIAGNOSIS, "prvReadRelationship"),
)
"""All that may be needed.

Depth Global (Organization), because rows beyond the depth are left out without a word: with less, a hidden duplicate
makes two matches look like one. The exception is the app's own user row; it never looks further. Whether every user may
read definitions anyway is not documented; so the privileges for it are asked for.
"""


class Choice(NamedTuple):
    """What the app will be used for; linking always."""

    create_case: bool = True
    diagnosis: bool = True
    identity: bool = True
    workstream: bool = False
    case_owner_team: bool = False

    def purposes(self) -> Collection[For]:
        """What privileges are wanted for."""
        wanted = {
            For.LINK: True,
            For.CREATE_CASE: self.create_case,
            For.CASE_OWNER_TEAM: self.create_case and self.case_owner_team,
            For.WORKSTREAM: self.workstream,
            For.DIAGNOSIS: self.diagnosis,
            For.IDENTITY: self.identity,
        }
        return {purpose for purpose, is_wanted in wanted.items() if is_wanted}


def needs(choice: Choice) -> tuple[Need, ...]:
    """The privileges that are needed under a choice, in the order of `LABELS`."""
    wanted = choice.purposes()
    return tuple(need for need in NEEDS if any(purpose in wanted for purpose in need.purposes))
