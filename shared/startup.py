"""The start of the app: what has to be known at once is read here, what can wait comes with the first request.

Every scale-out pays for the import of `function_app`. So this module imports no model, no HTTP, no identity; a thread
does, while the host is still at its own part of the start.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.core import telemetry
from shared.settings import AuthLevel, Settings, SettingsError

if TYPE_CHECKING:
    from shared.api.service import Service


class Startup:
    """The app before its first request: the settings, checked and their problems logged, and the way to the service."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._service: Service | None = None
        self._settings: Settings | SettingsError
        try:
            self._settings = Settings.from_environment(environment)
        except SettingsError as problem:
            self._settings = problem
            telemetry.event("settings", {"detail": problem.detail}, logging.ERROR)

    @property
    def auth_level(self) -> AuthLevel:
        """Who may call; whatever is unclear means that a key is needed."""
        return self._settings.auth_level if isinstance(self._settings, Settings) else AuthLevel.FUNCTION

    def service(self) -> Service:
        """The service: one per process, made when it is first asked for."""
        if self._service is None:
            with self._lock:
                if self._service is None:
                    from shared.api.service import Service

                    self._service = Service(self._settings)
        return self._service

    def warm_up(self) -> None:
        """Import in the background what the first request needs. Nothing is sent; only the end of the process waits.

        No daemon: Python kills daemons at its end, and a compiled package killed in its import aborts the process.
        """
        # This module cannot be imported once the end has begun; the thread may still be importing by then.
        import concurrent.futures.thread  # noqa: F401

        threading.Thread(target=_import_the_rest, name="warm-up", daemon=False).start()


def _import_the_rest() -> None:
    from shared.api import service  # noqa: F401 - the import is the point
    from shared.dataverse import credential  # noqa: F401 - the import is the point
