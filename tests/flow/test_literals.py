"""What a filter means: for any text, exactly the rows that equal it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.emulator import Emulator
from dev.emulator.collation import Collation
from shared.contract.requests import LinkRequest
from shared.core.context import Deadline, RequestContext
from shared.dataverse.client import DataverseClient
from shared.dataverse.token_cache import TokenCache
from shared.resolver.filters import match_criteria
from shared.resolver.queries import TOP, search
from shared.resolver.values.names import forms as spellings
from shared.resolver.values.text import one_spaced
from shared.settings import Settings
from tests.flow.people import OPEN

EQUALITY = Collation()
"""What Dataverse documents as equal: without regard to case and accents, trailing blanks apart."""

NASTY = st.sampled_from(
    ["'", "''", "%", "_", "#", "&", "+", "?", ";", "=", ",", "(", ")", "/", "\\", '"', " or ", "\n"]
)
TEXTS = st.lists(NASTY | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5), max_size=8).map("".join)


@pytest.fixture(scope="module")
def empty() -> Iterator[Emulator]:
    """An emulator with one conversation and no people."""
    with Emulator(data={"msdyn_ocliveworkitems": [{"activityid": OPEN, "subject": "x"}]}) as emulator:
        yield emulator


@given(st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_a_filter_selects_exactly_the_rows_that_equal(empty: Emulator, monkeypatch, texts: list[str]) -> None:
    """Quoting holds for any text: searching a stored name finds that row and only rows Dataverse takes as equal."""
    for name, value in empty.settings.items():
        monkeypatch.setenv(name, value)
    empty.reset()
    stored = [one_spaced(text)[:160].strip() for text in texts if one_spaced(text)]
    for text in stored:
        empty.insert("accounts", {"name": text})
    configured = Settings.from_environment(empty.settings)
    dataverse = DataverseClient(configured.dataverse_url, configured.api_version, TokenCache(configured.scope))
    for text in set(stored):
        asked = match_criteria(LinkRequest(conversationId=OPEN, Name=text, entities="account"), configured)
        if not asked.customers:  # nothing but punctuation, which is no name
            continue
        reads = search(asked, OPEN, "issue")
        found = dataverse.read(reads.gets, reads.found, RequestContext(Deadline.after(60), OPEN))
        rows = found.customers["account"]
        spelled = {EQUALITY.key(form) for form in spellings(text)}
        alike = [other for other in stored if EQUALITY.key(other) in spelled]
        assert len(rows) == min(TOP, len(alike))
        assert {row.name for row in rows} <= set(alike)
