"""The embedded Dataverse, and all events of all scenes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dev.emulator import Emulator
from shared.dataverse import retry
from tests.observability.driven import SCENES, play, play_bug


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    """One emulator for all."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def dataverse(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator with its demo data as shipped, its identity in the environment; nobody waits between attempts."""
    running.reset()
    for name, value in running.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(retry, "sleep", lambda _: None)
    return running


@pytest.fixture(scope="session")
def played(running: Emulator) -> dict[str, list[dict[str, Any]]]:
    """The events of every scene by its name, one scene after the other on one conversation; and those of a bug."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in running.settings.items():
            patch.setenv(name, value)
        patch.setattr(retry, "sleep", lambda _: None)
        running.reset()
        found = {scene.name: play(scene, running) for scene in SCENES}
        found["bug"] = play_bug(running, lambda: patch.setattr("shared.resolver.service.decide", lambda *_: 1 / 0))
    return found
