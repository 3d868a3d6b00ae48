"""The start of the app and its end: what begins in the background is finished, never killed half-way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SLOW_IMPORT = """
import sys, time
import shared.startup

def slow():
    time.sleep(0.3)
    sys.stdout.write("imported")

shared.startup._import_the_rest = slow
import function_app
"""


def test_the_end_of_the_process_waits_for_imports_that_have_begun():
    """Python kills daemon threads at its end; killed inside a compiled package, they abort the whole process."""
    done = subprocess.run([sys.executable, "-c", SLOW_IMPORT], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "imported"), done.stderr


def test_a_process_that_ends_at_once_ends_in_order():
    """Nothing but the settings' problems is said, and the status is 0, however early the end comes."""
    command = [sys.executable, "-c", "import function_app"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert "Traceback" not in done.stderr
