"""What was checked, what is to be fixed first, and who can fix it."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contract.diagnosis import Check, Diagnosis
from shared.core.errors import DataverseUnavailable, InternalError, LinkerError, Misconfigured

AZURE = "Azure administrator of the Function App"
DYNAMICS = "Dynamics 365 administrator (System Administrator of the environment)"
OMNICHANNEL = "Omnichannel administrator"
CALLER = "whoever sent the request"
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
    "identity",
    "workstreams",
    "distance",
    "conversation",
)
"""What is checked, in the order in which it is fixed: what comes first may be the cause of what comes later."""


def good(area: str, name: str, found: str = "") -> Check:
    """A check that found everything in order."""
    return Check(area=area, name=name, ok=True, found=found)


def bad(area: str, name: str, fix: str, by: str = DYNAMICS, found: str = "", needed: bool = True) -> Check:
    """A check that found something to fix."""
    return Check(area=area, name=name, ok=False, found=found, fix=fix, fixBy=by, needed=needed)


def of_error(area: str, name: str, error: LinkerError, needed: bool = True, found: str = "") -> Check:
    """The check that an error ended; its `detail` is the fix."""
    return bad(area, name, error.detail, _who_fixes(error), found, needed)


def _who_fixes(error: LinkerError) -> str:
    kinds = ((Misconfigured, AZURE), (DataverseUnavailable, NOBODY), (InternalError, DEVELOPERS))
    return next((by for kind, by in kinds if isinstance(error, kind)), DYNAMICS)


class Report:
    """Checks as they come. A thread may still add some when the time is over; `diagnosis` has what there is by then."""

    def __init__(self) -> None:
        self._checks: list[Check] = []

    def add(self, *checks: Check) -> None:
        """Add checks."""
        self._checks.extend(checks)

    def extend(self, checks: Iterable[Check]) -> None:
        """Add checks as they come."""
        for check in checks:
            self.add(check)

    def diagnosis(self, version: str, checked_at: str, request_id: str) -> Diagnosis:
        """The answer: the checks in the order of `AREAS`, and what to fix first."""
        checks = sorted(self._checks, key=lambda check: AREAS.index(check.area))
        failed = [check for check in checks if not check.ok]
        needed = [check for check in failed if check.needed]
        first = next(iter(needed or failed), None)
        return Diagnosis(
            ready=not needed,
            summary=_summary(len(checks), needed, len(failed) - len(needed)),
            firstFix=first.fix if first else "",
            firstFixBy=first.fixBy if first else "",
            checks=checks,
            version=version,
            checkedAt=checked_at,
            requestId=request_id,
        )


def _summary(count: int, needed: list[Check], advice: int) -> str:
    if needed:
        return f"Not ready: {len(needed)} of {count} checks failed, first of all: {needed[0].name}."
    if advice:
        return f"Ready: the app can link. {advice} of {count} checks {'gives' if advice == 1 else 'give'} advice."
    return f"Ready: all {count} checks are fine."
