"""An embedded Dataverse: the part of its Web API that linking a conversation needs, strict enough to be believed.

Written from the documentation of the Web API; it shares no code with the app it is used to test. Start: `Emulator`.
"""

from .calls import Call
from .emulator import Emulator, Write
from .faults import KINDS, Fault, Faults, Kind, someone_changes, throttled

__all__ = ["KINDS", "Call", "Emulator", "Fault", "Faults", "Kind", "Write", "someone_changes", "throttled"]
