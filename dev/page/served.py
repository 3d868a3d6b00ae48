"""The app, the embedded Dataverse and the page on free ports, for tests and for the picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dev.emulator import Emulator
from dev.host import Host, Watcher
from dev.hosting.backend import defaults, settings_for
from dev.http.messages import Request, Response

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
    watchers: list[Watcher] = []

    def watch(request: Request, response: Response, seconds: float) -> None:
        for each in watchers:
            each(request, response, seconds)

    with Emulator() as emulator, Host(settings=defaults() | settings_for(emulator) | settings, watch=watch) as host:
        page = Page(emulator, host.url, host.key)
        emulator.fallback_handler = page
        watchers.append(page.observe)
        yield Served(emulator, host)
