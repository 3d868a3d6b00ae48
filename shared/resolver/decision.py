"""The words in which a decision is put: what was found, what may be done, what becomes of customer and case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.core.schema import CustomerType
from shared.dataverse.records import Case, Conversation, Customer
from shared.resolver.filters import MatchCriteria

Record = TypeVar("Record", Customer, Case)

WRITTEN = frozenset({"linked", "created"})
"""The statuses of a part that this call writes to the conversation."""


@dataclass(frozen=True)
class Policy:
    """What the caller and the settings decide about links."""

    overwrite: bool = True
    case_must_match_customer: bool = True
    link_only_active_case: bool = True
    customer_types: tuple[CustomerType, ...] = ("contact", "account")
    case_columns: tuple[str, ...] = ("issue", "regarding")
    create_case: str = "no"


@dataclass(frozen=True)
class SearchResult:
    """The rows that were read.

    `…_by_name` are those that a tie-breaking name leaves. `own_cases` is None until those of the conversation's own
    customer were asked for. `alone` counts what each value would have matched alone, `rule` says which rules were used.
    """

    conversation: Conversation
    customers: Mapping[CustomerType, tuple[Customer, ...]] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    cases_via: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    customers_by_name: Mapping[CustomerType, tuple[Customer, ...]] = field(default_factory=dict)
    cases_via_name: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    alone: Mapping[str, int] = field(default_factory=dict)
    own_cases: tuple[Case, ...] | None = None
    rule: str = "built-in"


@dataclass(frozen=True)
class LinkDecision(Generic[Record]):
    """What becomes of the customer or of the case.

    `status` is a status of the contract's section 4, `linked` where the record has to be written, `created` where the
    case has to be created before. `record` is the match, None unless there is exactly one that may be linked. `why` is
    for `explain` and holds no value.
    """

    status: str
    record: Record | None = None
    matched_by: str = ""
    reason: str = ""

    def rejected(self, status: str, reason: str) -> LinkDecision[Record]:
        """The same part with another end: nothing of the match is kept."""
        return LinkDecision(status, None, "", reason)


@dataclass(frozen=True)
class Decision:
    """The end of it: both parts, the case columns to set to the case, and those to empty for the pair's sake."""

    customer: LinkDecision[Customer]
    case: LinkDecision[Case]
    set_columns: tuple[str, ...] = ()
    clear_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResolutionInput:
    """A request's question, the rows that answer it, and the policy under which they are decided."""

    criteria: MatchCriteria
    found: SearchResult
    policy: Policy
