"""The faults behind the page's buttons: what the next request meets on its way to Dataverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dev.emulator import Fault, someone_changes, throttled

_ALWAYS = 1_000_000


@dataclass(frozen=True)
class Button:
    """One fault: its label, what it will do and what it did in words, and how it is made."""

    label: str
    says: str
    did: str
    make: Callable[[], Fault]

    def told(self, struck: int) -> str:
        """What became of it, for the timeline."""
        return self.did if struck else f"{self.label}: this request did not get that far."


def _outage() -> Fault:
    return Fault(503, message="Service unavailable", times=_ALWAYS, name="outage")


def _concurrent() -> Fault:
    # Only a write meets it; reading would show the change, and there would be nothing to notice.
    return Fault(concurrent=someone_changes(), method="PATCH", path="msdyn_ocliveworkitems", name="concurrent")


BUTTONS = {
    "throttle": Button(
        "Throttle",
        "Dataverse answers the next request 429 once: wait 1 second.",
        "Dataverse was busy and asked to wait a second. That was done, and Dataverse was asked again.",
        lambda: throttled(1),
    ),
    "outage": Button(
        "Outage",
        "Dataverse answers 503 for as long as the next request lasts.",
        "Dataverse did not answer, however often it was asked.",
        _outage,
    ),
    "concurrent": Button(
        "Concurrent change",
        "Somebody changes the conversation while the next request is about to write.",
        "Somebody else changed the conversation at the same moment. That was noticed, and everything looked at again.",
        _concurrent,
    ),
}
