"""People at work on the same conversations: what a representative does by hand while the app decides."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from dev.emulator import Emulator, Fault

from .history import CASES, CONVERSATIONS, History, Watch
from .history import links as links_of
from .world import ISSUE, Conversation, World, links

_NAMED = re.compile(rf"{CONVERSATIONS}\(([0-9a-f-]{{36}})\)")
BURST = 4
"""Writes in a row that find the conversation changed: one more than the app reads again."""


class ConcurrentEdits:
    """Changes the conversation that a call names, just before the call takes effect."""

    def __init__(self, world: World, history: History, watch: Watch) -> None:
        self._conversations = {conversation.id: conversation for conversation in world.conversations}
        self._customers = world.customers
        self._history, self._watch = history, watch

    def act(self, dice: random.Random) -> Fault:
        """One change by a person."""
        return Fault(concurrent=self._hook(ConcurrentEdits._work, dice.random()), name="edit")

    def touch(self, dice: random.Random) -> Fault:
        """Another program changes something else on the row, so that its version is another one."""
        return Fault(concurrent=self._hook(ConcurrentEdits._touch, dice.random()), name="concurrent write")

    def burst(self, dice: random.Random) -> Fault:
        """Changes before each of the next writes of the conversation."""
        seeds = [dice.random() for _ in range(BURST)]

        def begin(emulator: Emulator) -> None:
            for key in _named(emulator):
                for seed in seeds:
                    act = ConcurrentEdits._touch if seed < 0.5 else ConcurrentEdits._relink
                    hook = self._hook(act, seed)
                    emulator.faults.add(Fault(concurrent=hook, method="PATCH", path=key, name="burst of edits"))

        return Fault(concurrent=begin, name="burst of edits")

    def _hook(self, act: Act, seed: float) -> Callable[[Emulator], None]:
        def change(emulator: Emulator) -> None:
            for key in _named(emulator):
                conversation, row = self._conversations.get(key), emulator.row(CONVERSATIONS, key)
                if conversation and row and row["statecode"] == 0:
                    dice = random.Random(seed)  # noqa: S311 -- it is to be repeatable
                    with self._watch.by_hand():
                        act(self, emulator, conversation, dice)

        return change

    def _set(self, emulator: Emulator, conversation: Conversation, changes: dict[str, Any]) -> None:
        try:
            emulator.update(CONVERSATIONS, conversation.id, changes)
        except KeyError:
            return  # deleted by someone else meanwhile

    def _work(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        """Whatever a person does; a conversation that is to end mostly ends."""
        if conversation.fate and dice.random() < 0.6:
            FATES[conversation.fate](self, emulator, conversation, dice)
        else:
            dice.choices([act for _, act in ACTS], [weight for weight, _ in ACTS])[0](
                self, emulator, conversation, dice
            )

    def _touch(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        self._set(emulator, conversation, {"msdyn_title": f"Changed {dice.random()}"})

    def _relink(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        """Another customer, as the panel of the representative does it: the case is left as it is."""
        self._set(emulator, conversation, links(dice.choice(conversation.cast), None))

    def _relink_both(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        customer = dice.choice(conversation.cast)
        theirs = [case for case in list(self._history.cases.values()) if case.belongs(customer.id)]
        self._set(emulator, conversation, links(customer, dice.choice(theirs) if theirs else None))

    def _choose_case(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        """Another case of the customer, in the column that the representative sees."""
        row = links_of(emulator.row(CONVERSATIONS, conversation.id))
        theirs = [case for case in list(self._history.cases.values()) if row and case.belongs(row.customer)]
        if theirs:
            self._set(emulator, conversation, {ISSUE: dice.choice(theirs).id})

    def _take_away(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        self._set(emulator, conversation, links(conversation.cast[0], None) | {ISSUE: None})

    def _resolve(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        """A case that a bot created is resolved, so that the next one may be created."""
        row = links_of(emulator.row(CONVERSATIONS, conversation.id))
        if row and row.customer and (ids := self._history.created(conversation.id, row.customer)):
            emulator.update(CASES, ids[-1], {"statecode": 1, "statuscode": 5})

    def _second_creator(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        """Another program creates a case for the linked customer, and puts it into the conversation's case column."""
        row = links_of(emulator.row(CONVERSATIONS, conversation.id))
        if row and row.customer in self._customers:
            owner = self._customers[row.customer]
            number = {"ticketnumber": f"A-{dice.getrandbits(40)}", "title": "A case of another program"}
            case = emulator.insert(CASES, {**number, f"customerid_{owner.type}": owner.id})
            self._set(emulator, conversation, {ISSUE: case})

    def _close(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        self._set(emulator, conversation, {"statecode": 1, "statuscode": 4})

    def _delete(self, emulator: Emulator, conversation: Conversation, dice: random.Random) -> None:
        try:
            emulator.delete(CONVERSATIONS, conversation.id)
        except KeyError:
            return


Act = Callable[[ConcurrentEdits, Emulator, Conversation, random.Random], None]
ACTS: tuple[tuple[int, Act], ...] = (
    (3, ConcurrentEdits._relink),
    (2, ConcurrentEdits._relink_both),
    (2, ConcurrentEdits._choose_case),
    (1, ConcurrentEdits._take_away),
    (1, ConcurrentEdits._resolve),
    (3, ConcurrentEdits._second_creator),
)
FATES: Mapping[str, Act] = {"closed": ConcurrentEdits._close, "deleted": ConcurrentEdits._delete}


def _named(emulator: Emulator) -> set[str]:
    """The conversations that the call at hand names."""
    call = emulator.current_call
    texts = [call.path, *(part.path for part in call.parts)] if call else []
    return {found[1] for text in texts if (found := _NAMED.search(text))}
