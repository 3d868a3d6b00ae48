"""The answer of `GET /api/diagnose` as a model. Imported with the diagnosis, never at the start of the app."""

from collections.abc import Sequence

from pydantic import BaseModel

from shared.contract.answers import REQUEST_ID
from shared.contract.fields import answer_field


class Check(BaseModel):
    """One check of a diagnosis. `needed` False: advice, or something that could not be looked at."""

    area: str = answer_field("", "Check Area", "What kind of check this is.")
    name: str = answer_field("", "Check Name", "What was checked.")
    ok: bool = answer_field(False, "Check OK", "Whether it works.")
    found: str = answer_field("", "Check Found", "What was found.")
    fix: str = answer_field("", "Check Fix", "How to fix it. Empty if it works.")
    fixBy: str = answer_field("", "Check Fix By", "Who can fix it.")
    needed: bool = answer_field(True, "Check Needed", "Whether linking needs it; otherwise it is advice.")


class Diagnosis(BaseModel):
    """The answer of `GET /api/diagnose`."""

    ready: bool = answer_field(False, "Ready", "Whether everything that linking needs works.", visibility="important")
    summary: str = answer_field("", "Summary", "One sentence.", visibility="important")
    firstFix: str = answer_field(
        "", "First Fix", "What to fix first. Empty if there is nothing to fix.", visibility="important"
    )
    firstFixBy: str = answer_field("", "First Fix By", "Who can fix it.", visibility="important")
    checks: Sequence[Check] = answer_field((), "Checks", "What was checked, one by one.")
    version: str = answer_field("", "Version", "Version of the app.")
    checkedAt: str = answer_field("", "Checked At", "When this was checked, in UTC.")
    requestId: str = answer_field("", *REQUEST_ID)
