"""The process that holds the embedded Dataverse: apart from every client, so that nobody waits for its interpreter.

It serves https: Microsoft's SDK takes nothing else, and neither does the real one, so all candidates pay for TLS.
"""

from __future__ import annotations

import time
from typing import Any

from dev.bench import job
from dev.bench.lines import answer_all, pipe
from dev.emulator import Call, Emulator


def main() -> None:
    """Serve until the input ends."""
    answers = pipe()
    with Emulator(job.data(), tls=True) as emulator:
        emulator.recording = False

        def do(asked: dict[str, Any]) -> Any:
            if asked["do"] == "cpu":
                return time.process_time()
            if asked["do"] == "latency":
                emulator.latency = asked["seconds"]
            elif asked["do"] == "record":
                emulator.calls.clear()
                emulator.recording = asked["on"]
            return [_told(call) for call in emulator.calls]

        hello = {"settings": emulator.settings, "token": emulator.identity.token()[0], "url": emulator.url}
        answer_all(hello, do, answers)


def _told(call: Call) -> dict[str, Any]:
    """A call as JSON; the token stays here."""
    headers = {name: value for name, value in call.headers.items() if name not in ("authorization", "cookie")}
    return {
        "method": call.method,
        "path": call.path,
        "headers": headers,
        "body": call.body.decode("latin-1"),
        "status": call.status,
        "parts": [f"{part.method} {part.path}" for part in call.parts],
    }


if __name__ == "__main__":
    main()
