"""What a conversation must hold after a request: the contract's rules of finding and writing, written a second time.

It shares nothing with the app, and looks at rows where the app asks Dataverse. Default settings; the requests of `mix`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .history import History, Links
from .mix import FlowRequest
from .world import CLAIMED, RANK, Case, Customer

NEW = "new"
"""Stands for the id of a case that is yet to be created."""

MAX_CUSTOMERS = 3
"""Customers for whom one conversation creates cases."""

TYPES = ("contact", "account")
RECORDS = {f"msdyn_{type}_msdyn_ocliveworkitem_Customer": type for type in TYPES}


def expected(
    request: FlowRequest, row: Links | None, history: History, customers: Mapping[str, Customer]
) -> Links | None:
    """The links after `request` over `row`, when nothing fails."""
    if row is None or not row.open or request.dry_run:
        return row
    if request.route == "unlink":
        return _unlinked(request, row)
    return _Linking(request, row, history, customers).after()


def _unlinked(request: FlowRequest, row: Links) -> Links:
    row = replace(row, customer="") if request.body.get("customer", True) else row
    return replace(row, issue="", regarding="") if request.body.get("case", True) else row


@dataclass(frozen=True)
class _Linking:
    """One request over one open conversation."""

    request: FlowRequest
    row: Links
    history: History
    customers: Mapping[str, Customer]

    def after(self) -> Links:
        """Decide on the customer, then on the case of that customer, then keep the pair."""
        customer, case = self._named_case() if self._names_case else (self._described(), None)
        own = self.row.customer
        kept = bool(own and customer and customer.id != own and not self._may_replace(own, customer.id))
        whose = own if kept or customer is None else customer.id
        stays = not self._names_case and self._stays(whose)
        if not self._names_case:
            case = self.history.cases[self.row.case] if stays else self._only_case(customer)
        case = self._allowed(case, whose)
        if customer and not kept and self._creates(customer, case):
            case, stays = self._allowed(self._created(customer), whose), False
        named = self._is_described and customer is not None and not kept
        return self._written(whose, None if stays else case, named)

    # --- who ---

    @property
    def _entities(self) -> str:
        return str(self.request.body.get("entities", "contact account case"))

    @property
    def _is_described(self) -> bool:
        return bool({"Name", "Email", *RECORDS} & set(self.request.body))

    def _matches(self, type: str) -> list[Customer]:
        """Active customers of a type who satisfy everything that was given."""
        body = self.request.body
        if not self._is_described or type not in self._entities:
            return []
        records = {kind: body[name] for name, kind in RECORDS.items() if name in body}
        if records:
            return [each for each in self.customers.values() if each.active and each.id == records.get(type)]
        return [
            each
            for each in self.customers.values()
            if each.active
            and each.type == type
            and each.name.lower() == body.get("Name", each.name).lower()
            and each.email.lower() == body.get("Email", each.email).lower()
        ]

    def _described(self) -> Customer | None:
        """The preferred type's single match, else the other's; the conversation's own where nobody is described."""
        if not self._is_described:
            return self.customers.get(self.row.customer)
        return next((found[0] for type in TYPES if len(found := self._matches(type)) == 1), None)

    @property
    def _is_name_alone(self) -> bool:
        """Whether a name is all that describes the customer; a number beside it adds nothing that is secret."""
        return "Name" in self.request.body and not {"Email", *RECORDS} & set(self.request.body)

    def _rank(self, customer: str) -> int:
        return self.history.rank(self.request.conversation, customer)

    def _is_weak(self, customer: str) -> bool:
        """Whether nothing but a name speaks for a customer."""
        return self._is_name_alone and self._rank(customer) == RANK[CLAIMED]

    def _may_replace(self, own: str, other: str) -> bool:
        """A name replaces nobody, and nobody replaces who is better known."""
        return self.request.overwrite and self._rank(other) >= self._rank(own) and not self._is_weak(other)

    # --- which case ---

    @property
    def _names_case(self) -> bool:
        return bool({"CaseNumber", "msdyn_CaseId"} & set(self.request.body))

    def _named_case(self) -> tuple[Customer | None, Case | None]:
        """The case of the number that belongs to who is described, and whom it confirms."""
        body = self.request.body
        named = [
            case
            for case in self.history.cases.values()
            if case.active and case.number == body.get("CaseNumber", case.number)
            if case.id == body.get("msdyn_CaseId", case.id)
        ]
        own = self.customers.get(self.row.customer)
        if self._is_described:
            confirmed = [(case, owner) for case in named if (owner := self._confirmed(case))]
            return (confirmed[0][1], confirmed[0][0]) if len(confirmed) == 1 else (self._described(), None)
        if own:
            theirs = [case for case in named if own.active and case.belongs(own.id)]
            return own, theirs[0] if len(theirs) == 1 else None
        if len(named) != 1:
            return None, None
        owner = self.customers[named[0].customer]
        return owner if owner.active else None, named[0]

    def _confirmed(self, case: Case) -> Customer | None:
        matches = [each for type in TYPES for each in self._matches(type)]
        return next((each for each in matches if case.belongs(each.id)), None)

    def _stays(self, whose: str) -> bool:
        """Whether the case in place is one that inference never replaces."""
        held = self.history.cases.get(self.row.case)
        if "case" not in self._entities or held is None:
            return False
        return not whose or (held.active and held.belongs(whose))

    def _only_case(self, customer: Customer | None) -> Case | None:
        if customer is None or not customer.active or "case" not in self._entities:
            return None
        theirs = [case for case in self.history.cases.values() if case.active and case.belongs(customer.id)]
        return theirs[0] if len(theirs) == 1 else None

    def _creates(self, customer: Customer, case: Case | None) -> bool:
        """Whether a case is created for the customer who is then linked; the conversation may be at its limit."""
        mode = str(self.request.body.get("createCase", "False"))
        if mode == "False" or self._names_case or not customer.active or self._is_weak(customer.id):
            return False
        own = case and case.id in self.history.created(self.request.conversation, case.customer)
        return case is None or (mode == "always" and not own)

    def _created(self, customer: Customer) -> Case | None:
        """The case that this conversation creates, or created already, for a customer; None for a fourth one."""
        earlier = self.history.created(self.request.conversation, customer.id)
        active = [self.history.cases[id] for id in earlier if self.history.cases[id].active]
        if not earlier and len(self.history.customers(self.request.conversation)) >= MAX_CUSTOMERS:
            return None
        return active[0] if active else Case(NEW, "", customer.id)

    # --- what is written ---

    def _allowed(self, case: Case | None, whose: str) -> Case | None:
        """The case, where it belongs to the customer and may take the place."""
        if case is None or (whose and not case.belongs(whose)):
            return None
        held = self.row.case
        return case if not held or held == case.id or self.request.overwrite else None

    def _written(self, customer: str, case: Case | None, named: bool) -> Links:
        """The row with both in place; a customer who was named takes strangers' cases away, though linked already."""
        row, overwrite = self.row, self.request.overwrite
        columns = ("issue",) if row.other else ("issue", "regarding")
        held = {name: getattr(row, name) for name in columns}
        sets = {name: case.id for name in columns if case and (not held[name] or (held[name] != case.id and overwrite))}
        if customer == row.customer and not sets and not named:
            return row
        strangers = [name for name, id in held.items() if id and name not in sets and not self._is_of(id, customer)]
        if strangers and not overwrite:
            return row
        after = held | dict.fromkeys(strangers, "") | sets
        return replace(row, customer=customer, issue=after["issue"], regarding=after.get("regarding", row.regarding))

    def _is_of(self, case: str, customer: str) -> bool:
        return not customer or self.history.cases[case].belongs(customer)
