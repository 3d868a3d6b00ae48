"""The job that every candidate does: link one conversation to one of two customers, so that each request writes.

Request `n` is about conversation `n mod LAP`; each lap over the conversations names the other customer. Every client
process has conversations of its own (a block), so that no candidate refuses another one's write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

LAP = 256
"""Conversations of a block; more than are ever asked at once, so no two requests under way are about the same one."""

BLOCKS = 32

DEMO = Path(__file__).resolve().parent.parent / "emulator" / "demo.json"


class Person(NamedTuple):
    """A person of the demo data with exactly one active case."""

    email: str
    contact: str
    case: str


CUSTOMERS = (
    Person(
        "maria.campbell@example.com", "c0000000-0000-4000-8000-000000000001", "e0000000-0000-4000-8000-000000000001"
    ),
    Person(
        "patrick.o'brien@example.com", "c0000000-0000-4000-8000-000000000004", "e0000000-0000-4000-8000-000000000002"
    ),
)

API = "/api/data/v9.2/"


def conversation(block: int, number: int) -> str:
    """The id of the conversation that request `number` of a block is about."""
    return f"b1000000-0000-4000-8000-{block:04x}{number % LAP:08x}"


def customer(number: int) -> int:
    """Which of the two customers request `number` names."""
    return number // LAP % len(CUSTOMERS)


def data() -> dict[str, list[dict[str, Any]]]:
    """The demo data with the conversations of every block."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(DEMO.read_text(encoding="utf-8"))
    rows["msdyn_ocliveworkitems"] += [
        {"activityid": id, "msdyn_ocliveworkitemid": id, "subject": "Bench", "msdyn_channel": "192360000"}
        for id in (conversation(block, number) for block in range(BLOCKS) for number in range(LAP))
    ]
    return rows


def request(block: int, number: int) -> bytes:
    """The body of `POST /api/link` for request `number`."""
    content = {"conversationId": conversation(block, number), "Email": CUSTOMERS[customer(number)].email}
    return json.dumps(content).encode()
