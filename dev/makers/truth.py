"""The truth table of docs/for-makers.md: what is given and what Dataverse holds, and what the app answers to it.

Nobody writes its right half: the app is asked, over the demo data of the embedded Dataverse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dev.emulator import Emulator
from dev.emulator.faults import Fault
from dev.hosting.application import environment
from shared.api.service import Service
from shared.contract.http import ApiRequest

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "for-makers.md"
BEGIN, END = "<!-- truth table: python3 -m dev makers -->\n", "<!-- end of the truth table -->"

OPEN = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
OF_MARIA, OF_CONTOSO, CLOSED = (f"b0000000-0000-4000-8000-{number:012}" for number in (5, 9, 4))
MARIA, ROBIN, KIM, ROSA, NOBODY = (
    f"{name}@example.com" for name in ("maria.campbell", "robin.lee", "kim.park", "rosa.diaz", "nobody")
)  # fmt: skip
MARIAS_CASE, STRANGERS_CASE, NO_CASE = "CAS-01001-X1Y2Z3", "CAS-01008-H8J9K1", "CAS-99999-Z9Z9Z9"
ONE_ALEXS_CASE, ROSAS_CASE = "CAS-01014-N4P5Q6", "CAS-01007-G7H8J9"
ALEX = "Alex Smith"
RECORD = "msdyn_contact_msdyn_ocliveworkitem_Customer"


class Row(NamedTuple):
    """One row: what is given and found, in words; and the request that shows it, on one conversation."""

    given: str
    found: str
    request: Mapping[str, Any]
    conversation: str = OPEN
    twice: bool = False
    away: bool = False


ROWS = (
    Row("nothing", "nobody on the conversation", {}),
    Row("nothing", "a customer on the conversation", {}, OF_MARIA),
    Row("e-mail", "one customer, one active case", {"Email": MARIA}),
    Row("the same again", "linked already", {"Email": MARIA}, twice=True),
    Row("e-mail", "one customer, no active case", {"Email": KIM}),
    Row("e-mail", "one customer, several active cases", {"Email": ROBIN}),
    Row("e-mail", "nobody", {"Email": NOBODY}),
    Row("e-mail", "only an inactive customer", {"Email": "dana.holt@example.com"}),
    Row("e-mail and name", "a customer of that e-mail, of another name", {"Email": MARIA, "Name": ALEX}),
    Row("phone", "one customer, one active case", {"Phone": "+1 (425) 555-0201"}),
    Row("name", "several customers", {"Name": ALEX}),
    Row("name and case number", "several customers, the case is one's", {"Name": ALEX, "CaseNumber": ONE_ALEXS_CASE}),
    Row("case number", "the case, of an active customer", {"CaseNumber": MARIAS_CASE}),
    Row("case number", "no such case", {"CaseNumber": NO_CASE}),
    Row("case number", "several cases of that number", {"CaseNumber": "CAS-01009-D1D1D1"}),
    Row("case number", "the case, of an inactive customer", {"CaseNumber": "CAS-01011-K1L2M3"}),
    Row("e-mail and case number", "the customer, but no such case", {"Email": MARIA, "CaseNumber": NO_CASE}),
    Row(
        "e-mail and case number", "the customer, the case is another's", {"Email": MARIA, "CaseNumber": STRANGERS_CASE}
    ),
    Row("e-mail and case number", "the case, but no such customer", {"Email": NOBODY, "CaseNumber": MARIAS_CASE}),
    Row("e-mail and case number", "the customer, the case is resolved", {"Email": ROSA, "CaseNumber": ROSAS_CASE}),
    Row("a known contact (signed in)", "the contact", {RECORD: "c0000000-0000-4000-8000-000000000001"}),
    Row("e-mail, `overwrite` false", "another customer is linked", {"Email": MARIA, "overwrite": False}, OF_CONTOSO),
    Row("e-mail, `entities` account, contact", "one customer", {"Email": MARIA, "entities": "account,contact"}),
    Row("e-mail, `createCase` if_needed", "one customer, no active case", {"Email": KIM, "createCase": "if_needed"}),
    Row("`createCase` if_needed", "nobody on the conversation", {"createCase": "if_needed"}),
    Row("e-mail", "one customer, the conversation is closed", {"Email": MARIA}, CLOSED),
    Row("e-mail, no conversation id", "(test pane)", {"Email": MARIA}, ""),
    Row("e-mail", "(Dataverse is away)", {"Email": MARIA}, away=True),
)


HEAD = ("`status`", "`customerStatus`", "customer linked", "`caseStatus`", "case linked", "`nextQuestion`")


def answers() -> Iterator[tuple[Row, dict[str, Any]]]:
    """Each row with what the app answers to it, as a flow gets it (`?always=true`)."""
    with Emulator() as dataverse, environment(dataverse.settings):
        service = Service.from_environment(dataverse.settings)
        for row in ROWS:
            dataverse.reset()
            if row.away:
                dataverse.faults.add(Fault(503, times=99, retry_after=60))
            body = json.dumps({"conversationId": row.conversation, **row.request}).encode()
            replies = [service.link(ApiRequest(body, query={"always": "true"})) for _ in range(2 if row.twice else 1)]
            yield row, json.loads(replies[-1].body)


def table() -> str:
    """The table in Markdown."""
    head = "| given | found | " + " | ".join(HEAD) + " |"
    rule = "|" + "---|" * (2 + len(HEAD))
    return "\n".join([head, rule, *(_line(row, answer) for row, answer in answers())]) + "\n"


def _line(row: Row, answer: Mapping[str, Any]) -> str:
    linked = {True: "yes", False: "no"}
    cells = [
        row.given,
        row.found,
        f"`{answer['status']}`",
        f"`{answer['customerStatus']}`",
        linked[answer["customerLinked"]],
        f"`{answer['caseStatus']}`",
        linked[answer["caseLinked"]],
        answer["nextQuestion"],
    ]
    return "| " + " | ".join(cells) + " |"


def document(text: str) -> str:
    """The document with the table as it is now."""
    changed, count = re.subn(
        f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", lambda _: table(), text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError("the document has no place for the table, or several")
    return changed
