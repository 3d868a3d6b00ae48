"""What was checked, what is to be mended first and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from shared.core.errors import DataverseUnavailable, InternalError, LinkerError, Misconfigured

AZURE = "Azure administrator of the Function App"
DYNAMICS = "Dynamics 365 administrator (System Administrator of the environment)"
OMNICHANNEL = "Omnichannel administrator"
CALLER = "whoever asks"
NOBODY = "nobody; wait and repeat"
DEVELOPERS = "developers of the Conversation Linker"


AREAS = (
    "settings",
    "sign-in",
    "privileges",
    "columns",
    "navigation",
    "column security",
    "rows",
    "workstreams",
    "distance",
    "conversation",
)
"""What is checked, in the order in which it is mended: what comes first may be the cause of what comes later."""


@dataclass(frozen=True)
class Check:
    """One check: its area and name, whether all is well, what was found, the mend in one sentence, who can mend it.

    `needed` False: advice, or something that could not be looked at; linking works without it.
    """

    area: str
    name: str
    ok: bool
    found: str = ""
    fix: str = ""
    fixBy: str = ""
    needed: bool = True


def good(area: str, name: str, found: str = "") -> Check:
    """A check that found everything in order."""
    return Check(area, name, True, found)


def bad(area: str, name: str, fix: str, by: str = DYNAMICS, found: str = "", needed: bool = True) -> Check:
    """A check that found something to mend."""
    return Check(area, name, False, found, fix, by, needed)


def of_error(area: str, name: str, error: LinkerError, needed: bool = True) -> Check:
    """The check that an error ended; its `detail` is the mend."""
    return bad(area, name, error.detail, _who_mends(error), needed=needed)


def _who_mends(error: LinkerError) -> str:
    kinds = ((Misconfigured, AZURE), (DataverseUnavailable, NOBODY), (InternalError, DEVELOPERS))
    return next((by for kind, by in kinds if isinstance(error, kind)), DYNAMICS)


class Report:
    """Checks as they come. A thread may still add some when the time is over; `content` is what there is by then."""

    def __init__(self) -> None:
        self._checks: list[Check] = []

    def add(self, *checks: Check) -> None:
        """Add checks."""
        self._checks.extend(checks)

    def extend(self, checks: Iterable[Check]) -> None:
        """Add checks as they come."""
        for check in checks:
            self.add(check)

    def content(self) -> dict[str, Any]:
        """The answer's fields: `ready`, `summary`, `firstFix`, `firstFixBy`, `checks`."""
        checks = sorted(self._checks, key=lambda check: AREAS.index(check.area))
        failed = [check for check in checks if not check.ok]
        needed = [check for check in failed if check.needed]
        first = next(iter(needed or failed), None)
        return {
            "ready": not needed,
            "summary": _summary(len(checks), needed, len(failed) - len(needed)),
            "firstFix": first.fix if first else "",
            "firstFixBy": first.fixBy if first else "",
            "checks": [asdict(check) for check in checks],
        }


def _summary(count: int, needed: list[Check], advice: int) -> str:
    if needed:
        return f"Not ready: {len(needed)} of {count} checks failed, first of all: {needed[0].name}."
    if advice:
        return f"Ready: the app can link. {advice} of {count} checks {'gives' if advice == 1 else 'give'} advice."
    return f"Ready: all {count} checks are fine."
