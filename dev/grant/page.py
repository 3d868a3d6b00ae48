"""The role as a Markdown table, and what of infra/dataverse/README.md a command writes."""

from __future__ import annotations

from pathlib import Path

from dev.grant.environment import SAID
from shared.diagnostics.privileges import LABELS, NEEDS, For, Need

README = Path(__file__).resolve().parents[2] / "infra" / "dataverse" / "README.md"
URL, CLIENT_ID = "http://127.0.0.1:7072", "11111111-2222-3333-4444-555555555555"
"""With what the page shows the verb: the address that the embedded Dataverse has by default, and a made-up identity."""

_MARKS = "<!-- {name}: written by python3 -m dev grant --write-table -->", "<!-- end of {name} -->"


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
    words = {For.DIAGNOSIS: "the diagnosis", For.IDENTITY: "the identity level", For.LINK: ""}
    return " or ".join(words.get(purpose, f"`{purpose.value}`") for purpose in need.purposes)


def in_text(text: str, preview: str) -> str:
    """A page with table and preview between their marks. ValueError for a page without them."""
    fenced = f"```text\n{preview.rstrip()}\n```"
    return _between(_between(text, "role", table()), "preview", fenced)


def _between(text: str, name: str, content: str) -> str:
    begin, end = (mark.format(name=name) for mark in _MARKS)
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the marks of the {name} are not there")
    return f"{head}{begin}\n\n{content}\n\n{end}{tail}"
