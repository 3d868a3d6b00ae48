"""The trace that a request is part of, handed on to Dataverse as W3C Trace Context has it. It never decides anything.

Where OpenTelemetry's instrumentation of urllib3 is on, it puts its own header in the place of this one.
"""

from __future__ import annotations

import re
from secrets import token_hex

HEADER = "traceparent"

_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})", re.ASCII)
"""Version 00, the only one there is: trace, span, flags; all zeros are no id (W3C Trace Context, section 3.2)."""


def handed_on(trace_parent: str) -> dict[str, str]:
    """The header for one call out of the trace of `trace_parent`, a new span of it; none where that is malformed."""
    found = _PARENT.fullmatch(trace_parent)
    return {HEADER: f"00-{found[1]}-{token_hex(8)}-{found[2]}"} if found else {}
