"""Runs the demo: starts the app and the embedded Dataverse on free ports, posts, compares, ends by itself."""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from dev.demo.steps import CONVERSATION, STEPS, Step
from dev.demo.view import Outcome, View
from dev.emulator import Emulator
from dev.host import Host
from dev.hosting.backend import defaults, settings_for
from dev.start import DEFAULT_PORT, curl

_SETS = {"contact": "contacts", "account": "accounts", "incident": "incidents"}


def main(arguments: Sequence[str]) -> int:
    """Run every step. Returns 0 if all answers are what the demo says they are, else 1."""
    argparse.ArgumentParser(prog="python3 -m dev demo", description=__doc__).parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that cannot show a name still shows the demo
    view = View(sys.stdout)
    start = time.monotonic()
    with Emulator() as emulator, Host(settings=defaults() | settings_for(emulator)) as host:
        view.heading(
            "Conversation Linker: a bot posts what it learned, the conversation gets customer and case.",
            f"App {host.url}/api, embedded Dataverse {emulator.url}.",
            "Every request below went over HTTP; its conversationId is not shown.",
        )
        outcomes = [_show(number, step, host, emulator, view) for number, step in enumerate(STEPS, 1)]
    _farewell(view, outcomes, time.monotonic() - start)
    return 1 if any(outcome.problems for outcome in outcomes) else 0


def _farewell(view: View, outcomes: list[Outcome], seconds: float) -> None:
    right = sum(not outcome.problems for outcome in outcomes)
    view.heading(f"{right} of {len(outcomes)} answers are what they should be ({seconds:.1f} s).")
    view.line()
    view.line("Try it yourself:  python3 -m dev start   and then, in another terminal")
    request = {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"}
    view.line(f"  {curl(f'http://127.0.0.1:{DEFAULT_PORT}', request)}")


def _show(number: int, step: Step, host: Host, emulator: Emulator, view: View) -> Outcome:
    outcome = _run(step, host, emulator)
    view.step(number, step, outcome)
    return outcome


def _run(step: Step, host: Host, emulator: Emulator) -> Outcome:
    """Post one request and compare the answer and the conversation with what the step promises."""
    before = _linked(emulator, step.conversation)
    start = time.monotonic()
    status, answer = _post(f"{host.url}/api/{step.route}", step.body)
    seconds = time.monotonic() - start
    after = _linked(emulator, step.conversation)
    problems = [
        f"{name} is {answer.get(name)!r}, not {value!r}"
        for name, value in step.expected.items()
        if answer.get(name) != value
    ]
    if status != 200:
        problems.append(f"the status is {status}: {answer.get('detail', '')}")
    if (before != after) != step.writes:
        problems.append("the conversation was changed" if before != after else "the conversation was not changed")
    return Outcome(status, answer, before, after, seconds, tuple(problems))


def _post(url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Post as a flow's HTTP action does. Without urllib: it would ask a proxy of this machine."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request("POST", parts.path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else {}
    finally:
        connection.close()


def _linked(emulator: Emulator, conversation: str) -> tuple[str, str]:
    """Return the customer and the case of a conversation in words, as they stand in the tables."""
    row = emulator.row("msdyn_ocliveworkitems", conversation) or {}
    return _words(emulator, row, "_msdyn_customer_value"), _words(emulator, row, "_msdyn_issueid_value")


def _words(emulator: Emulator, row: dict[str, Any], lookup: str) -> str:
    if not row.get(lookup):
        return ""
    kind = row[f"{lookup}@type"]
    record = emulator.row(_SETS[kind], row[lookup]) or {}
    if kind == "incident":
        return f"{record['ticketnumber']} {record['title']}"
    return f"{record.get('fullname') or record.get('name')} ({kind})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
