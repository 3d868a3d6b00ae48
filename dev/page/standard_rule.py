"""What Omnichannel's own record identification rule would link for the same input, on the same rows.

Sources, both by Microsoft: "Identify customers automatically" (record-identification-rule, 2024-04-23) for the
variables, the columns, "active status code" and "more than one is not linked"; "Custom record identification in
Omnichannel" (omnichannel-custom-record-identification-rule, 2024-03-14) for the rule itself: FetchXML in
``msdyn_liveworkstream.msdyn_recordidentificationrule``, every condition with ``eq``, every row with ``statuscode`` 1.
Microsoft publishes no engine for the rule. Where the sources leave something open, the reading is the one that finds
more: a condition whose variable was not given is left out, and a contact's phone is either of the two columns that the
sources name (the rule says ``telephone1``, the page says ``mobilephone``). On calls ``Phone`` is the number of the call
("Enable fields for identifying customers", 2026-07-17); of text messages nothing of the kind is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from dev.emulator import Emulator
from dev.emulator.collation import Collation

Row = Mapping[str, Any]
Given = Mapping[str, str]
Status = Literal["linked", "not_found", "ambiguous", "not_given"]

ACTIVE = IN_PROGRESS = 1
"""The only ``statuscode`` that the rule accepts: Active of a person or a company, In Progress of a case."""

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "contact": {"Name": ("fullname",), "Email": ("emailaddress1",), "Phone": ("telephone1", "mobilephone")},
    "account": {"Name": ("name",), "Email": ("emailaddress1",), "Phone": ("telephone1",)},
}
"""Variable to columns. The contact comes first: its ``ContextKey`` says ``isPreferred``."""

SETS = {"contact": ("contacts", "contactid"), "account": ("accounts", "accountid")}

Spelling = Callable[[str], object]
"""What of a text counts when two are compared."""

PHONE = re.compile(r"[\d\s()+./-]+")

_equal = Collation().key


@dataclass(frozen=True)
class Outcome:
    """What the rule makes of one part: the status, the record that it would link, and why."""

    status: Status
    why: str
    id: str = ""
    label: str = ""


@dataclass(frozen=True)
class Tables:
    """The rows that the rule looks at."""

    people: Mapping[str, tuple[Row, ...]]
    cases: tuple[Row, ...]

    @classmethod
    def of(cls, emulator: Emulator) -> Tables:
        """Read them from an embedded Dataverse."""
        people = {kind: tuple(emulator.rows(entity_set)) for kind, (entity_set, _) in SETS.items()}
        return cls(people, tuple(emulator.rows("incidents")))


def identify(tables: Tables, given: Given, signed_in: str = "") -> dict[str, dict[str, str]]:
    """What the rule would link, as ``{"customer": …, "case": …}`` (see `Outcome`).

    ``given`` holds the variables Name, Email, Phone and CaseNumber; ``signed_in`` is the id of the contact who is
    signed in to the chat (``msdyn_portalcontactid`` of the engagement context), empty where nobody is.
    """
    values = {name: text.strip() for name, text in given.items() if text.strip()}
    customer = _customer(tables, values, signed_in)
    case = _numbered(tables, values, signed_in) if "CaseNumber" in values else _only_case(tables, customer)
    return {"customer": asdict(customer), "case": asdict(case)}


def _customer(tables: Tables, given: Given, signed_in: str) -> Outcome:
    # The sign-in names a contact, so it asks for no account.
    asked = [kind for kind in COLUMNS if _asked(given, signed_in if kind == "contact" else "")]
    found = {kind: _matches(tables, kind, given, signed_in) for kind in asked}
    if not asked:
        return Outcome("not_given", "nothing was typed that names a customer")
    for kind, rows in found.items():
        if len(rows) == 1:
            return Outcome("linked", "the only exact match", *_person(kind, rows[0]))
    if any(found.values()):
        return Outcome("ambiguous", "several match, so none is linked")
    return Outcome("not_found", _why_nobody(tables, asked, given, signed_in))


def _numbered(tables: Tables, given: Given, signed_in: str) -> Outcome:
    """The case of a number, whose customer meets the conditions."""
    owners = _owners(tables, given, signed_in)
    numbered = [row for row in tables.cases if _same(given["CaseNumber"], row, ("ticketnumber",))]
    return _one([row for row in numbered if row["_customerid_value"] in owners], "the number and the customer fit")


def _only_case(tables: Tables, customer: Outcome) -> Outcome:
    """The identified customer's only case, as the page says; the rule alone would also take a namesake's."""
    if customer.status != "linked":
        return Outcome("not_given", "no number, and no single customer")
    theirs = [row for row in tables.cases if row["_customerid_value"] == customer.id]
    return _one(theirs, "the only case In Progress")


def _one(cases: list[Row], why: str) -> Outcome:
    found = [row for row in cases if row["statuscode"] == IN_PROGRESS]
    if len(found) == 1:
        return Outcome("linked", why, found[0]["incidentid"], found[0]["ticketnumber"])
    if found:
        return Outcome("ambiguous", "several match, so none is linked")
    waiting = any(row["statecode"] == 0 for row in cases)
    return Outcome("not_found", "active, but not In Progress" if waiting else "no case In Progress fits")


def _owners(tables: Tables, given: Given, signed_in: str) -> set[str]:
    """Ids of the customers whose cases may match: the rule joins the case's customer under the same conditions."""
    return {row[f"{kind}id"] for kind in COLUMNS for row in _matches(tables, kind, given, signed_in)}


def _matches(tables: Tables, kind: str, given: Given, signed_in: str) -> list[Row]:
    rows = _fitting(tables, kind, given, _equal)
    return [row for row in rows if row["statuscode"] == ACTIVE and _is_visitor(row, kind, signed_in)]


def _fitting(tables: Tables, kind: str, given: Given, spelled: Spelling) -> list[Row]:
    """Rows that meet every condition on a value, whatever their state."""
    conditions = COLUMNS[kind].items()
    return [
        row
        for row in tables.people[kind]
        if all(_same(given.get(name), row, columns, spelled) for name, columns in conditions)
    ]


def _is_visitor(row: Row, kind: str, signed_in: str) -> bool:
    """The condition of the sign-in, which only a contact can fail."""
    return not signed_in or kind != "contact" or row["contactid"] == signed_in


def _same(value: str | None, row: Row, columns: Iterable[str], spelled: Spelling = _equal) -> bool:
    """Whether a column equals the value; true where no value was given, because the condition is left out."""
    return not value or any(row[column] and spelled(row[column]) == spelled(value) for column in columns)


def _asked(given: Given, signed_in: str) -> bool:
    return bool(signed_in or any(given.get(name) for name in COLUMNS["contact"]))


def _person(kind: str, row: Row) -> tuple[str, str]:
    return str(row[f"{kind}id"]), str(row["fullname" if kind == "contact" else "name"])


def _why_nobody(tables: Tables, asked: Iterable[str], given: Given, signed_in: str) -> str:
    """The reason in words, from the rows that fit but for one thing; no active one fits exactly."""
    alike = [(kind, row) for kind in asked for row in _fitting(tables, kind, given, _loosely)]
    theirs = [row["statuscode"] for kind, row in alike if _is_visitor(row, kind, signed_in)]
    if ACTIVE in theirs:
        return "the number is stored differently"
    if theirs:
        return "the record is inactive"
    return "the visitor signed in as somebody else" if alike else "nobody has exactly these values"


def _loosely(text: str) -> str:
    """A value by which two ways of writing one phone number are equal; other values are as the rule compares them."""
    digits = "".join(sign for sign in text if sign.isdigit()).removeprefix("00")
    return digits if digits and PHONE.fullmatch(text) else _equal(text)
