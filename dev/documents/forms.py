"""What the forms of a phone number cost on the wire: characters, the same on every machine."""

from __future__ import annotations

from shared.contract.requests import LinkRequest
from shared.core.schema import BUILTIN_RULES
from shared.resolver import filters
from shared.resolver.queries import search
from shared.settings import Settings

HEAD = ("number", "region", "forms", "conditions on contacts", "longest URL in the batch", "all URLs in the batch")
NUMBERS = (("+1 425 555 0201", "US"), ("+49 30 23125042", "DE"), ("+46 70 174 06 05", "SE"), ("+46 70 174 06 05", ""))
CONVERSATION = "00000000-0000-4000-8000-000000000000"


def urls(number: str, region: str) -> list[str]:
    """The URLs in the first batch of a request with a phone number."""
    settings = Settings.from_environment(
        {"DATAVERSE_URL": "https://org.crm.dynamics.com", "DEFAULT_PHONE_REGION": region}
    )
    request = LinkRequest(conversationId=CONVERSATION, Phone=number)
    return [get.resource for get in search(filters.match_criteria(request, settings), CONVERSATION, "issue").gets]


def rows() -> list[tuple[str, ...]]:
    """A row for each of some numbers."""
    return [_row(number, region) for number, region in NUMBERS]


def _row(number: str, region: str) -> tuple[str, ...]:
    asked = urls(number, region)
    conditions = next(url for url in asked if url.startswith("contacts?")).count("%20eq%20%27")
    forms, lengths = conditions // len(BUILTIN_RULES["contact"]["Phone"]), [len(url) for url in asked]
    return f"`{number}`", region or "none", str(forms), str(conditions), f"{max(lengths):,}", f"{sum(lengths):,}"
