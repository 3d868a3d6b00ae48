"""Which Dataverse the app talks to on this machine: the one that is set, else the embedded one."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dev.hosting.application import ROOT, AppError

if TYPE_CHECKING:
    from dev.emulator import Emulator

DEFAULT_PORT = 7072
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Backend:
    """The settings that the app gets, and the Dataverse behind them where it is our own."""

    settings: Mapping[str, str]
    emulator: Emulator | None = None

    @property
    def embedded(self) -> bool:
        """Say whether the Dataverse is the one that was started here."""
        return self.emulator is not None

    @property
    def url(self) -> str:
        """Return the address of the Dataverse."""
        return self.settings["DATAVERSE_URL"]


@contextmanager
def backend(folder: Path = ROOT, port: int | None = None) -> Iterator[Backend]:
    """Start the embedded Dataverse where none is set, or where the one that is set is ours and not up.

    What counts is the environment, then `Values` of local.settings.json. ``port`` is that of the embedded one, 0 any
    free one; without it, that of the address that is set, else `DEFAULT_PORT` if it is free. AppError where a port is
    asked for and another Dataverse is used.
    """
    local = local_settings(folder)
    settings = {name: os.environ.get(name, value) for name, value in local.items()}
    url = os.environ.get("DATAVERSE_URL") or local.get("DATAVERSE_URL", "")
    if url and not _is_absent(url):
        if port is not None:
            raise AppError(f"{url} is used as the Dataverse, and the page is served beside the embedded one only.")
        yield Backend({**settings, "DATAVERSE_URL": url})
        return
    from dev.emulator import Emulator  # what it needs is not needed by an app that has a Dataverse

    with Emulator(port=_port(url) if port is None else port) as emulator:
        yield Backend({**settings, **settings_for(emulator)}, emulator)


def settings_for(emulator: Emulator) -> dict[str, str]:
    """Return the settings that point an app at an embedded Dataverse, whatever else is set on this machine."""
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), *LOOPBACK]))
    # An identity of a real environment is not known to this one.
    return {"AZURE_CLIENT_ID": "", "NO_PROXY": direct, "no_proxy": direct, **emulator.settings}


def defaults() -> dict[str, str]:
    """Return every setting at its default, so that what is set on this machine has no say."""
    values = json.loads((ROOT / "local.settings.example.json").read_text(encoding="utf-8"))["Values"]
    return {str(name): str(value) for name, value in values.items()}


def local_settings(folder: Path = ROOT) -> dict[str, str]:
    """Return `Values` of local.settings.json, nothing if there is none. Raises AppError if it is malformed."""
    path = folder / "local.settings.json"
    if not path.exists():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig")).get("Values", {})
        return {str(name): str(value) for name, value in values.items()}
    except (ValueError, AttributeError) as error:
        raise AppError(f"{path} is not a JSON object with an object Values: {error}") from error


def free(port: int) -> bool:
    """Say whether a loopback port can be listened on."""
    with socket.socket() as probe:
        if os.name != "nt":  # there the option lets two processes share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _port(url: str) -> int:
    if url:
        return urlsplit(url).port or 80
    return DEFAULT_PORT if free(DEFAULT_PORT) else 0


def _is_absent(url: str) -> bool:
    """Say whether the address is one of this machine, in the clear, and nobody answers there."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return False
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=2).close()
    except OSError:
        return True
    return False
