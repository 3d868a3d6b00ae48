"""The app, the embedded Dataverse and the page on free ports, for tests and for the picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dev.emulator import Emulator
from dev.host import Host
from dev.hosting.backend import defaults, settings_for

from .page import Page


@dataclass(frozen=True)
class Served:
    """What runs."""

    emulator: Emulator
    host: Host

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"{self.emulator.url}/"


@contextmanager
def served(**settings: str) -> Iterator[Served]:
    """Serve all three, the app under default settings and those given."""
    with Emulator() as emulator, Host(settings=defaults() | settings_for(emulator) | settings) as host:
        emulator.fallback_handler = Page(emulator, host.url, host.key)
        yield Served(emulator, host)
