"""The role as a Markdown table, and its place in infra/dataverse/README.md."""

from __future__ import annotations

from pathlib import Path

from dev.grant.environment import SAID
from shared.diagnostics.privileges import LABELS, NEEDS, For, Need

README = Path(__file__).resolve().parents[2] / "infra" / "dataverse" / "README.md"
BEGIN, END = "<!-- role: written by python3 -m dev grant --write-table -->", "<!-- end of role -->"


def table() -> str:
    """Every need as a row, in the order of the tables."""
    ordered = [need for name in LABELS for need in NEEDS if need.table == name]
    rows = [f"| {_table(need)} | {_type(need)} | {SAID[need.depth]} | {need.why} | {_only(need)} |" for need in ordered]
    return "\n".join(["| table | privilege | depth | why | only for |", "|---|---|---|---|---|", *rows])


def _table(need: Need) -> str:
    return f"{LABELS[need.table]} (`{need.table}`)" if need.table else LABELS[need.table]


def _type(need: Need) -> str:
    said = "Append To" if need.type == "AppendTo" else need.type
    return f"{said} (`{need.name}`)" if need.name else said


def _only(need: Need) -> str:
    words = {For.DIAGNOSIS: "the diagnosis", For.LINK: ""}
    return " or ".join(words.get(purpose, f"`{purpose.value}`") for purpose in need.purposes)


def in_text(text: str) -> str:
    """A page with the table between its two marks. ValueError for a page without them."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the marks of the table are not there")
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"
