"""The start of the app: what has to be known at once is read here, what can wait comes with the first request.

Every scale-out pays for the import of `function_app`. So this module imports no model, no HTTP, no identity; a thread
does, while the host is still at its own part of the start. A request that comes before the thread is done waits for
it: two threads that import take turns on one interpreter, and are slower than one.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.core import telemetry
from shared.core.errors import LinkerError
from shared.settings import AuthLevel, Settings, SettingsError, has_managed_identity

if TYPE_CHECKING:
    from shared.api.service import Service
    from shared.dataverse.client import DataverseClient


class Startup:
    """The app before its first request: the settings, checked and their problems logged, and the way to the service."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._service: Service | None = None
        self._asked_for = False
        self._has_identity = has_managed_identity(environment)
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
        self._asked_for = True
        return self._service or self._made()

    def warm_up(self) -> None:
        """Make the service in the background, and sign in with a managed identity; the end of the process waits.

        No daemon: Python kills daemons at its end, and a compiled package killed in its import aborts the process.
        """
        # This module cannot be imported once the end has begun; the thread may still be importing by then.
        import concurrent.futures.thread  # noqa: F401

        threading.Thread(target=self._prepare, name="warm-up", daemon=False).start()

    def _prepare(self) -> None:
        try:
            self._made()
            if not self._asked_for:  # else it would be in the way of the request
                _import_the_rest()
        finally:
            # What was imported stays: frozen, it is not looked at when collection begins, in the middle of a request.
            gc.freeze()
            gc.enable()

    def _made(self) -> Service:
        with self._lock:
            if self._service is None:
                # No pydantic plug-in is used, and searching for them reads the metadata of every installed package.
                os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
                dataverse = self._connected()
                from shared.api.service import Service

                self._service = Service(self._settings, dataverse)
            return self._service

    def _connected(self) -> DataverseClient | None:
        """The client, which signs in and connects while the rest is imported; None without a managed identity."""
        from shared.dataverse import credential  # noqa: F401 - the import is the point
        from shared.dataverse.client import DataverseClient
        from shared.dataverse.token_cache import TokenCache

        settings = self._settings
        if isinstance(settings, SettingsError) or not self._has_identity:
            return None
        try:
            dataverse = DataverseClient(settings.dataverse_url, settings.api_version, TokenCache(settings.scope))
            dataverse.connect_ahead()
        except (LinkerError, RuntimeError):
            # A proxy that cannot be used: each request says so. Or the process is at its end: no thread starts.
            return None
        return dataverse


def _import_the_rest() -> None:
    """What only some requests need."""
    import tenacity  # noqa: F401 - the import is the point

    from shared.resolver.values import absent, case_numbers, phone_forms  # noqa: F401 - the import is the point

    absent.is_nothing("name")  # compiles its patterns
