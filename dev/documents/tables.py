"""The tables of the documents in Markdown, each from the one place in the code that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from dev.documents import forms, match_rate
from shared.contract.statuses import PartStatus
from shared.core.schema import BUILTIN_RULES, Columns
from shared.settings import SETTINGS

DOCS = Path(__file__).resolve().parents[2] / "docs"

OF_AZURE_IDENTITY: Mapping[str, str] = {
    "AZURE_CLIENT_ID": "client id of a user-assigned managed identity; read by azure-identity",
    "AZURE_TOKEN_CREDENTIALS": (
        "which sign-in azure-identity uses: `ManagedIdentityCredential` in Azure, `AzureCliCredential` on your "
        "machine. Its other variables work as it documents"
    ),
}
"""Settings that azure-identity reads itself; they are shown after those of Dataverse."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines])


def settings() -> str:
    """Every setting with its default and its meaning."""
    rows = [(f"`{row.name}`", _default(row.name, row.default), row.meaning) for row in SETTINGS]
    identity = [(f"`{name}`", "none", meaning) for name, meaning in OF_AZURE_IDENTITY.items()]
    return table(("name", "default", "meaning"), [*rows[:2], *identity, *rows[2:]])


def _default(name: str, default: str) -> str:
    return f"`{default}`" if default else "required" if name == "DATAVERSE_URL" else "none"


def statuses() -> str:
    """Every status of a part: who can have it, what it means, what a bot does next."""
    rows = [
        (
            f"`{status}`",
            "yes" if status.text.of_customer else "",
            "yes" if status.text.of_case else "",
            status.text.meaning,
            status.text.next_step,
        )
        for status in PartStatus
    ]
    return table(("status", "customer", "case", "meaning", "what a bot does next"), rows)


def matching() -> str:
    """Which variable is compared with which columns."""
    names = {"contact": "contact", "account": "account", "case": "case (`incident`)"}
    rows = [(names[entity], "; ".join(map(_rule, rules.items()))) for entity, rules in BUILTIN_RULES.items()]
    return table(("looked for", "variable → columns in Dataverse (any of them)"), rows)


def _rule(rule: tuple[str, Columns]) -> str:
    variable, columns = rule
    return f"`{variable}` → {', '.join(f'`{column}`' for column in columns)}"


BLOCKS: Mapping[str, tuple[Path, Callable[[], str]]] = {
    "settings": (DOCS / "settings.md", settings),
    "statuses": (DOCS / "contract.md", statuses),
    "match rate": (DOCS / "matching.md", lambda: table(match_rate.HEAD, match_rate.rows())),
    "forms": (DOCS / "matching.md", lambda: table(forms.HEAD, forms.rows())),
    "columns": (DOCS / "contract.md", matching),
}
"""By the name of the block: the document in which it stands, and what makes it."""
