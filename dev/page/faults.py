"""The faults behind the page's buttons: what the next request meets on its way to Dataverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dev.emulator import Fault, someone_changes, throttled

_ALWAYS = 1_000_000


@dataclass(frozen=True)
class Button:
    """One fault: its label, what it does in words, and how it is made."""

    label: str
    says: str
    make: Callable[[], Fault]


def _outage() -> Fault:
    return Fault(503, message="Service unavailable", times=_ALWAYS, name="outage")


def _concurrent() -> Fault:
    # Only a write meets it; reading would show the change, and there would be nothing to notice.
    return Fault(concurrent=someone_changes(), method="PATCH", path="msdyn_ocliveworkitems", name="concurrent")


BUTTONS = {
    "throttle": Button("Throttle", "Dataverse answers the next request 429 once: wait 1 second.", lambda: throttled(1)),
    "outage": Button("Outage", "Dataverse answers 503 for as long as the next request lasts.", _outage),
    "concurrent": Button(
        "Concurrent change", "Somebody changes the conversation while the next request is about to write.", _concurrent
    ),
}
