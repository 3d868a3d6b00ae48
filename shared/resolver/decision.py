"""The types of a decision: what was found, what may be done, what becomes of the customer and of the case."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from shared.contract.policy import LinkPolicy
from shared.contract.statuses import CreateCase, PartStatus
from shared.core.schema import CustomerType, EntityName
from shared.dataverse.records import Case, Conversation, Customer, Evidence
from shared.resolver.filters import MatchCriteria, MatchedBy

Record = TypeVar("Record", bound=Customer | Case)

BY_RECORD: MatchedBy = ("record",)
"""A known record, which the platform named by its id."""

BY_CONVERSATION: MatchedBy = ("conversation",)
"""Was on the conversation, whoever put it there."""

BY_PROFILE: MatchedBy = ("profile",)
"""The customer of the social profile that the request names."""

BY_CUSTOMER: MatchedBy = ("customer",)
"""The customer's only active case."""

BY_CREATION: MatchedBy = ("created",)
"""A case that this conversation created."""


class Policy(NamedTuple):
    """What the caller and the settings decide about links."""

    overwrite: bool = True
    case_must_match_customer: bool = True
    link_only_active_case: bool = True
    customer_types: tuple[CustomerType, ...] = ("contact", "account")
    case_columns: tuple[str, ...] = ("issue", "regarding")
    create_case: CreateCase = CreateCase.NO
    permissions: LinkPolicy = LinkPolicy()
    phone_region: str = ""


class SearchResult(NamedTuple):
    """The rows that were read.

    `…_by_name` are those that a tie-breaking name leaves. `own_cases` is None until those of the customer who counts as
    described were asked for. `evidence` is what Omnichannel recorded of who is on the conversation, `lookalikes` counts
    the rows that only looked like what was given. `alone` counts what each value would have matched alone, by type and
    variable. `created` are the cases, active or not, that this conversation created before, where one may be created.
    `profile_customer` is the customer of the social profile that the request names. `rule` says which rules were used.
    """

    conversation: Conversation
    customers: Mapping[CustomerType, tuple[Customer, ...]] = {}
    cases: tuple[Case, ...] = ()
    cases_via: Mapping[str, tuple[Case, ...]] = {}
    customers_by_name: Mapping[CustomerType, tuple[Customer, ...]] = {}
    cases_via_name: Mapping[str, tuple[Case, ...]] = {}
    alone: Mapping[tuple[CustomerType, str], int] = {}
    own_cases: tuple[Case, ...] | None = None
    evidence: Evidence = Evidence()
    lookalikes: Mapping[EntityName, int] = {}
    created: tuple[Case, ...] = ()
    profile_customer: Customer | None = None
    rule: str = "built-in"

    @property
    def own_customer(self) -> Customer | None:
        """Who counts as described where the request describes nobody: who is there, else whose profile it names."""
        profile = self.profile_customer
        return self.conversation.customer or (profile if profile and profile.active else None)


class LinkDecision(NamedTuple, Generic[Record]):
    """What becomes of the customer or of the case.

    `status` is LINKED where the record has to be written (before the link policy: where exactly one matched), CREATED
    where the case has to be created first. `record` is the match, None unless there is exactly one that may be linked.
    `matched_by` holds the names of the variables that found it, or one of the `BY_…`. `reason` is for `explain` and
    holds no value.
    """

    status: PartStatus
    record: Record | None = None
    matched_by: MatchedBy = ()
    reason: str = ""

    def rejected(self, status: PartStatus, reason: str) -> "LinkDecision[Record]":
        """The same part with another status: nothing of the match is kept."""
        return LinkDecision(status, reason=reason)


CustomerDecision = LinkDecision[Customer]
CaseDecision = LinkDecision[Case]


class Decision(NamedTuple):
    """The end of it: both parts, the case columns to set to the case, and those to empty for the pair's sake."""

    customer: CustomerDecision
    case: CaseDecision
    set_columns: tuple[str, ...] = ()
    clear_columns: tuple[str, ...] = ()


class ResolutionInput(NamedTuple):
    """A request's question, the rows that answer it, and the policy under which they are decided."""

    criteria: MatchCriteria
    found: SearchResult
    policy: Policy
