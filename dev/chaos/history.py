"""What happened: every write that Dataverse accepted, in its order, and every answer, with the time of both."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dev.emulator import Emulator, Write

from .heartbeat import Heartbeat
from .mix import FlowRequest
from .world import CLAIMED, RANK, Case

CONVERSATIONS, CASES = "msdyn_ocliveworkitems", "incidents"
LINKS = frozenset({"_msdyn_customer_value", "_msdyn_issueid_value", "_regardingobjectid_value"})
STAMPS = frozenset({"modifiedon", "versionnumber", "_modifiedby_value"})


@dataclass(frozen=True)
class Links:
    """What a conversation's row holds, by id; `other` is a regarding that is no case."""

    customer: str = ""
    issue: str = ""
    regarding: str = ""
    other: str = ""
    open: bool = True

    @property
    def case(self) -> str:
        """The case that the representative sees."""
        return self.issue or self.regarding


@dataclass(frozen=True)
class ConversationWrite:
    """A write of a conversation; None is no row. `by` is the request it was made for, "" for a person's.

    `blind` is a write whatever the version (`If-Match: *`); `others` names the columns it changed that are no links.
    """

    at: float
    conversation: str
    by: str
    before: Links | None
    after: Links | None
    blind: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseWrite:
    """A write of a case, `by` as above; `before` is None where it was created."""

    at: float
    by: str
    before: Case | None
    after: Case | None


@dataclass(frozen=True)
class Attempt:
    """The end of one attempt; `budget` in seconds. `sure`: the app can know what was recorded of the visitor."""

    request: FlowRequest
    started: float
    ended: float
    status: int
    answer: Mapping[str, Any]
    retry_after: str = ""
    budget: float = 2.0
    sure: bool = True


@dataclass
class History:
    """The whole run. `cases` are as they are now, `start` holds the rows of conversations before the first write.

    `levels` says, by conversation, how well Omnichannel knows whom, where it recorded something. `heart` knows when the
    machine itself stood still.
    """

    requests: dict[str, FlowRequest]
    cases: dict[str, Case]
    start: dict[str, Links]
    writes: list[ConversationWrite] = field(default_factory=list)
    case_writes: list[CaseWrite] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heart: Heartbeat = field(default_factory=Heartbeat)
    _of: dict[str, list[ConversationWrite]] = field(default_factory=dict)

    @property
    def ours(self) -> list[ConversationWrite]:
        """The writes of conversations that the app made."""
        return [write for write in self.writes if write.by]

    def of(self, conversation: str) -> list[ConversationWrite]:
        """The writes of one conversation."""
        return self._of.get(conversation, [])

    def add(self, write: ConversationWrite) -> None:
        """One more write of a conversation."""
        self.writes.append(write)
        self._of.setdefault(write.conversation, []).append(write)

    def level(self, conversation: str, customer: str) -> str:
        """How well a customer is known on a conversation."""
        return self.levels.get(conversation, {}).get(customer, CLAIMED) if customer else "none"

    def rank(self, conversation: str, customer: str) -> int:
        """The level as a number; a higher one is better known. Nobody is known least."""
        return RANK.get(self.level(conversation, customer), -1)

    def customers(self, conversation: str) -> set[str]:
        """For whom requests of a conversation created cases."""
        return {case.customer for case in self._created(conversation)}

    def created(self, conversation: str, customer: str) -> list[str]:
        """The cases that requests of a conversation created for a customer, in their order."""
        return [case.id for case in self._created(conversation) if case.customer == customer]

    def _created(self, conversation: str) -> list[Case]:
        return [
            write.after
            for write in self.case_writes
            if write.by and write.before is None and write.after
            if self.requests[write.by].conversation == conversation
        ]


class Watch:
    """Looks on while an embedded Dataverse is written, and keeps the history of it."""

    def __init__(self, emulator: Emulator, history: History) -> None:
        self._emulator, self._history = emulator, history
        self._here = threading.local()
        emulator.observe(self._see)

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """What this thread writes inside is a person's doing."""
        self._here.person = True
        try:
            yield
        finally:
            self._here.person = False

    def _see(self, write: Write) -> None:
        at, by = time.monotonic(), self._author(write)
        if write.entity_set == CONVERSATIONS:
            blind = bool(by and write.call and write.call.headers.get("if-match") == "*")
            before, after = links(write.before), links(write.after)
            self._history.add(ConversationWrite(at, write.id, by, before, after, blind, _others(write)))
        elif write.entity_set == CASES:
            change = CaseWrite(at, by, _case(write.before), _case(write.after))
            self._history.case_writes.append(change)
            if change.after:
                self._history.cases[write.id] = change.after

    def _author(self, write: Write) -> str:
        if getattr(self._here, "person", False) or write.call is None:
            return ""
        return write.call.headers["x-ms-correlation-id"]


def links(row: Mapping[str, Any] | None) -> Links | None:
    """What a row of the embedded Dataverse holds."""
    if row is None:
        return None
    regarding, is_case = row["_regardingobjectid_value"] or "", row["_regardingobjectid_value@type"] == "incident"
    return Links(
        customer=row["_msdyn_customer_value"] or "",
        issue=row["_msdyn_issueid_value"] or "",
        regarding=regarding if is_case else "",
        other="" if is_case else regarding,
        open=row["statecode"] == 0,
    )


def _case(row: Mapping[str, Any] | None) -> Case | None:
    if row is None:
        return None
    owner, primary = row["_customerid_value"], row["_primarycontactid_value"] or ""
    return Case(row["incidentid"], row["ticketnumber"], owner, primary, row["statecode"] == 0)


def _others(write: Write) -> tuple[str, ...]:
    if write.before is None or write.after is None:
        return ()
    changed = {name.partition("@")[0] for name in write.after if write.after[name] != write.before[name]}
    return tuple(sorted(changed - LINKS - STAMPS))
