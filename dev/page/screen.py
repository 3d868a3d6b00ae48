"""What the representative's screen shows of the tables: conversations, their customers and cases, people to pick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dev.emulator import Emulator
from dev.emulator.tables import BY_SET, CONVERSATION, INCIDENT, WORKSTREAM

from . import people
from .timeline import Links

Row = dict[str, Any]
Rows = dict[str, Row]

MAX_RECENT = 5


class Screen:
    """One look at the tables."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._contacts = _by_id(emulator, "contacts", "contactid")
        self._accounts = _by_id(emulator, "accounts", "accountid")
        self._cases = _by_id(emulator, "incidents", "incidentid")
        self._workstreams = _by_id(emulator, "msdyn_liveworkstreams", "msdyn_liveworkstreamid")
        self._conversations = _by_id(emulator, "msdyn_ocliveworkitems", "activityid")

    def conversations(self, first: Sequence[str] = ()) -> list[Row]:
        """Every conversation: those of ``first`` in their order, then those that can be linked, then the rest."""
        rank = {key: at for at, key in enumerate(first)}
        shown = [self._conversation(row) for row in self._conversations.values()]
        return sorted(shown, key=lambda each: (rank.get(each["id"], len(rank)), not each["open"]))

    def links(self) -> dict[str, Links]:
        """Customer and case of each conversation."""
        return {key: self._links(row) for key, row in self._conversations.items()}

    def signed_in(self, conversation: str) -> str:
        """The id of the contact who is signed in to a chat; empty where nobody is, or the tables do not say."""
        rows = self._context("msdyn_livechatengagementctxes", conversation)
        return next((str(row["msdyn_portalcontactid"] or "") for row in rows if row["msdyn_isauthenticated"]), "")

    def caller(self, conversation: str) -> str:
        """The number that a call comes from; empty where the tables do not say."""
        rows = self._context("msdyn_ocphonecallengagementctxes", conversation)
        return next((str(row["msdyn_fromphone"] or "") for row in rows), "")

    def _context(self, entity_set: str, conversation: str) -> list[Row]:
        """The rows in which the platform recorded where a conversation came from."""
        rows = self._emulator.rows(entity_set) if entity_set in BY_SET else []
        return [row for row in rows if row["_msdyn_liveworkitemid_value"] == conversation]

    def _links(self, row: Row) -> Links:
        customer, case = self._customer(row) or {}, self._case(row["_msdyn_issueid_value"]) or {}
        return Links(customer.get("id", ""), case.get("id", ""), customer.get("name", ""), case.get("number", ""))

    def people(self) -> list[Row]:
        """Who can be picked for the bot: people and companies, with what they would type."""
        records = [("contact", row) for row in self._contacts.values()]
        records += [("account", row) for row in self._accounts.values()]
        found = [self._person(kind, row) | people.described(kind, row[f"{kind}id"]) for kind, row in records]
        return sorted(found, key=lambda each: each["group"] == people.ODD)

    def record(self, kind: str, key: str) -> Row | None:
        """A customer, a case or a conversation in words: ``{"kind", "name", "facts": [(name, value), …]}``."""
        if kind in ("contact", "account"):
            row = (self._contacts if kind == "contact" else self._accounts).get(key)
            return _of_customer(self._person(kind, row)) if row else None
        if kind == "incident":
            row = self._cases.get(key)
            return self._of_case(row) if row else None
        row = self._conversations.get(key) if kind == "msdyn_ocliveworkitem" else None
        return self._of_conversation(row) if row else None

    def _of_case(self, row: Row) -> Row:
        case = self._case(row["incidentid"]) or {}
        owner = self._contacts.get(row["_customerid_value"]) or self._accounts.get(row["_customerid_value"]) or {}
        facts = {
            "Number": case["number"],
            "State": case["state"],
            "Customer": owner.get("fullname") or owner.get("name"),
        }
        return _described("Case", case["title"], facts)

    def _of_conversation(self, row: Row) -> Row:
        found = self._conversation(row)
        facts = {
            "State": found["state"],
            "Channel": found["channel"],
            "Customer": (found["customer"] or {}).get("name"),
            "Case": (found["case"] or {}).get("number"),
        }
        return _described("Conversation", f"#{row['activityid'][-4:]}", facts)

    def _conversation(self, row: Row) -> Row:
        customer = self._customer(row)
        return {
            "id": row["activityid"],
            "state": CONVERSATION.columns["statuscode"].options[row["statuscode"]],
            "open": row["statecode"] == 0,
            "channel": self._channel(row),
            "presentable": self._presentable(row),
            "customer": customer,
            "case": self._case(row["_msdyn_issueid_value"]),
            "recentCases": self._recent(customer["id"]) if customer else [],
        }

    def _presentable(self, row: Row) -> bool:
        """Whether an open conversation has an active customer and, if any, an active case of that customer.

        The demo data holds other pairs, made by somebody else; they would look like this app's doing.
        """
        customer, case = self._customer(row), self._cases.get(row["_msdyn_issueid_value"] or "")
        if row["statecode"] != 0 or customer is None or not customer["active"]:
            return False
        owners = (case["_customerid_value"], case["_primarycontactid_value"]) if case else (customer["id"],)
        return customer["id"] in owners and (case is None or case["statecode"] == 0)

    def _channel(self, row: Row) -> str:
        workstream = self._workstreams.get(row["_msdyn_liveworkstreamid_value"] or "", {})
        source = workstream.get("msdyn_streamsource")
        return WORKSTREAM.columns["msdyn_streamsource"].options.get(source, "") if source else ""

    def _customer(self, row: Row) -> Row | None:
        kind, key = row["_msdyn_customer_value@type"], row["_msdyn_customer_value"]
        found = (self._accounts if kind == "account" else self._contacts).get(key or "")
        return self._person(kind, found) if found else None

    def _person(self, kind: str, row: Row) -> Row:
        key = row[f"{kind}id"]
        return {
            "id": key,
            "type": kind,
            "name": row.get("fullname") or row.get("name") or "",
            "email": row["emailaddress1"] or "",
            "phone": row["telephone1"] or row.get("mobilephone") or "",
            "company": self._company(kind, row),
            "active": row["statecode"] == 0,
            "cases": [case["number"] for case in self._recent(key) if case["active"]],
        }

    def _company(self, kind: str, row: Row) -> str:
        if kind == "account":
            return row["name"] or ""
        parent = self._accounts.get(row["_parentcustomerid_value"] or "")
        return parent["name"] if parent else ""

    def _case(self, key: str | None) -> Row | None:
        row = self._cases.get(key or "")
        if row is None:
            return None
        return {
            "id": row["incidentid"],
            "number": row["ticketnumber"] or "",
            "title": row["title"] or "",
            "state": INCIDENT.columns["statuscode"].options[row["statuscode"]],
            "active": row["statecode"] == 0,
        }

    def _recent(self, customer: str) -> list[Row]:
        """The newest cases whose customer or primary contact it is, closed ones too."""
        mine = [
            row
            for row in self._cases.values()
            if customer in (row["_customerid_value"], row["_primarycontactid_value"])
        ]
        mine.sort(key=lambda row: (row["createdon"] or "", row["ticketnumber"] or ""), reverse=True)
        return [case for row in mine[:MAX_RECENT] if (case := self._case(row["incidentid"]))]


def _of_customer(person: Row) -> Row:
    facts = {
        "State": "Active" if person["active"] else "Inactive",
        "E-mail": person["email"],
        "Phone": person["phone"],
        "Company": person["company"] if person["type"] == "contact" else "",
        "Open cases": ", ".join(person["cases"]),
    }
    return _described("Person" if person["type"] == "contact" else "Company", person["name"], facts)


def _described(kind: str, name: str, facts: Row) -> Row:
    return {"kind": kind, "name": name, "facts": [(label, value) for label, value in facts.items() if value]}


def _by_id(emulator: Emulator, entity_set: str, key: str) -> Rows:
    return {row[key]: row for row in emulator.rows(entity_set)}
