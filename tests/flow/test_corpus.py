"""Pairs of the corpus, from the request to the row: a number of every country, and what must not match, of every kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.emulator import Emulator
from shared.api.service import Service
from shared.settings import Settings
from tests.corpus import tables
from tests.corpus.tables import Expected, Phone
from tests.flow.conftest import App
from tests.flow.people import OPEN


@pytest.fixture(scope="module")
def nobody() -> Iterator[Emulator]:
    """An emulator with one conversation and no people."""
    with Emulator(data={"msdyn_ocliveworkitems": [{"activityid": OPEN, "subject": "x"}]}) as emulator:
        yield emulator


@pytest.fixture
def app_in(nobody: Emulator, monkeypatch):
    """The app of a region, in an environment without people."""
    nobody.reset()
    for name, value in nobody.settings.items():
        monkeypatch.setenv(name, value)
    return lambda region: App(
        Service(Settings.from_environment({**nobody.settings, "DEFAULT_PHONE_REGION": region})), nobody
    )


def firsts(column: str, expected: Expected) -> list[Phone]:
    """The first pair of each country or kind, as far as the texts can be stored."""
    found: dict[str, Phone] = {}
    for row in tables.phones():
        if row.expected is expected and row.typed != row.stored and len(row.stored) <= 50:
            found.setdefault(getattr(row, column), row)
    return list(found.values())


@pytest.mark.parametrize("row", firsts("country", Expected.MATCH), ids=lambda row: f"{row.country} {row.kind}")
def test_a_number_of_every_country_is_found(app_in, row: Phone) -> None:
    """Who types a number is linked to the contact that holds it in another form."""
    app = app_in(row.region)
    someone = app.dataverse.insert("contacts", {"lastname": "Someone", "mobilephone": row.stored})
    app.link(OPEN, Phone=row.typed)
    assert app.on(OPEN)[0] == someone


@pytest.mark.parametrize("row", firsts("kind", Expected.NO_MATCH), ids=lambda row: f"{row.country} {row.kind}")
def test_another_number_is_nobodys(app_in, row: Phone) -> None:
    """A stranger's number links nobody, whatever is typed."""
    app = app_in(row.region)
    app.dataverse.insert("contacts", {"lastname": "Stranger", "telephone1": row.stored, "mobilephone": row.stored})
    app.link(OPEN, Phone=row.typed)
    assert app.on(OPEN)[0] == ""
