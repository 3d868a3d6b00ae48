"""What the agent's screen shows of the tables: conversations with customer, case and recent cases; people to pick."""

from __future__ import annotations

from typing import Any

from dev.emulator import Emulator
from dev.emulator.tables import CONVERSATION, INCIDENT, WORKSTREAM

Row = dict[str, Any]
Rows = dict[str, Row]

MAX_RECENT = 5


class Screen:
    """One look at the tables."""

    def __init__(self, emulator: Emulator) -> None:
        self._contacts = _by_id(emulator, "contacts", "contactid")
        self._accounts = _by_id(emulator, "accounts", "accountid")
        self._cases = _by_id(emulator, "incidents", "incidentid")
        self._workstreams = _by_id(emulator, "msdyn_liveworkstreams", "msdyn_liveworkstreamid")
        self._conversations = _by_id(emulator, "msdyn_ocliveworkitems", "activityid")

    def conversations(self) -> list[Row]:
        """Every conversation, those that can be linked first."""
        shown = [self._conversation(row) for row in self._conversations.values()]
        return sorted(shown, key=lambda each: not each["open"])

    def links(self) -> dict[str, tuple[str, str]]:
        """Customer and case of each conversation, in words."""
        return {
            key: (
                (self._customer(row) or {}).get("name", ""),
                (self._case(row["_msdyn_issueid_value"]) or {}).get("number", ""),
            )
            for key, row in self._conversations.items()
        }

    def people(self) -> list[Row]:
        """Who can be picked for the bot: people and companies, with what they would type."""
        records = [("contact", row) for row in self._contacts.values()]
        records += [("account", row) for row in self._accounts.values()]
        return [self._person(kind, row) for kind, row in records]

    def _conversation(self, row: Row) -> Row:
        customer = self._customer(row)
        return {
            "id": row["activityid"],
            "subject": row["subject"] or "",
            "state": CONVERSATION.columns["statuscode"].options[row["statuscode"]],
            "open": row["statecode"] == 0,
            "channel": self._channel(row),
            "customer": customer,
            "case": self._case(row["_msdyn_issueid_value"]),
            "recentCases": self._recent(customer["id"]) if customer else [],
        }

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
            "note": row["description"] or "",
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
            "priority": INCIDENT.columns["prioritycode"].options.get(row["prioritycode"], ""),
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


def _by_id(emulator: Emulator, entity_set: str, key: str) -> Rows:
    return {row[key]: row for row in emulator.rows(entity_set)}
