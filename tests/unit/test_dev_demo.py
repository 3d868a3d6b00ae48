"""`python3 -m dev demo`: it shows what it says, and notices when it does not."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len

from dev.demo import __main__ as demo
from dev.demo.steps import STEPS
from dev.demo.view import WIDTH, Outcome, View

ROOT = Path(__file__).resolve().parents[2]


def test_every_answer_is_as_promised(capsys):
    """Each rule holds end to end over HTTP, and the demo ends by itself with status 0."""
    assert demo.main([]) == 0
    shown = capsys.readouterr().out
    assert all(step.title in shown for step in STEPS)
    assert f"{len(STEPS)} of {len(STEPS)} answers" in shown
    assert "\033[" not in shown
    assert max(cell_len(line) for line in shown.splitlines() if not line.startswith("  curl")) <= WIDTH


def test_broken_promise_is_noticed(capsys, monkeypatch):
    """An answer that is not what the demo says it shows ends it with status 1."""
    wrong = dataclasses.replace(STEPS[0], expected={"status": "partial"}, writes=False)
    monkeypatch.setattr(demo, "STEPS", (wrong,))
    assert demo.main([]) == 1
    shown = capsys.readouterr().out
    assert "status is 'linked', not 'partial'" in shown
    assert "the conversation was changed" in shown


def test_settings_of_the_machine_have_no_say(monkeypatch):
    """A real environment's identity, a proxy or another rule on this machine does not change the demo."""
    elsewhere = {
        "DATAVERSE_URL": "https://org.crm.dynamics.com",
        "AZURE_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "no_proxy": "example.com",
        "LINK_ONLY_ACTIVE_CASE": "false",
    }
    done = subprocess.run(
        [sys.executable, "-m", "dev.demo"],
        cwd=ROOT,
        env=os.environ | elsewhere,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


def test_colour_is_for_people(monkeypatch):
    """Colour on a terminal only, and never with NO_COLOR."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def shown():
        stream = Terminal()
        View(stream).step(1, STEPS[0], Outcome(200, {"message": "text"}, ("", ""), ("", ""), 0.1, ()))
        return stream.getvalue()

    yellow = "\033[33m"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert yellow in shown()
    monkeypatch.setenv("NO_COLOR", "1")
    assert yellow not in shown()
