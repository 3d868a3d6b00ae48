"""The start of the app and its end: what begins in the background is finished, never killed half-way."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest

from dev.emulator import Emulator
from shared.core.context import Deadline
from shared.core.errors import DataverseUnavailable
from shared.dataverse.token_cache import TokenCache

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


OFFERED = {"DATAVERSE_URL": "http://127.0.0.1:9", "IDENTITY_ENDPOINT": "http://127.0.0.1:9", "IDENTITY_HEADER": "x"}
"""A managed identity, at addresses where nobody answers."""


def ended(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A new process that is at its end as soon as `code` is done."""
    given = {name: value for name, value in os.environ.items() if name not in OFFERED}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=given | environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("identity", [{}, OFFERED])
def test_the_end_of_the_process_waits_for_imports_that_have_begun(identity):
    """Python kills daemon threads at its end; killed inside a compiled package, they abort the whole process."""
    done = ended(SLOW_IMPORT, **identity)
    assert (done.returncode, done.stdout) == (0, "imported"), done.stderr


@pytest.mark.parametrize("identity", [{}, OFFERED])
def test_a_process_that_ends_at_once_ends_in_order(identity):
    """Nothing but the settings' problems is said, and the status is 0, however early the end comes."""
    done = ended("import function_app", **identity)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


WARM = """
import threading, function_app
for thread in threading.enumerate():
    if thread.name == "warm-up":
        thread.join()
"""


def started(code: str, **environment: str) -> str:
    """What `code` prints in a new process once the app's start is over."""
    done = ended(code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


BROKEN = "import sys\nsys.modules['shared.api.service'] = None\n"


@pytest.mark.parametrize("before", ["", BROKEN])
def test_garbage_is_collected_again_after_the_start(before):
    """Collection is held back while modules are imported, and no longer, even where an import fails."""
    assert started(before + WARM + "import gc; print(gc.isenabled(), gc.get_freeze_count() > 0)") == "True True"


@pytest.mark.parametrize("offered", [True, False])
def test_the_sign_in_begins_at_the_start_where_a_managed_identity_is_offered(offered):
    """The first request finds the token on its way; where nothing offers an identity, no import looks for one."""
    with Emulator() as emulator:
        settings = emulator.settings if offered else {"DATAVERSE_URL": emulator.url}
        names = started(WARM + "print([thread.name for thread in threading.enumerate()])", **settings)
        assert ("token" in names) is offered
        assert (len(emulator.token_calls), len(emulator.calls)) == (int(offered), 0)


@pytest.mark.parametrize("is_new", [True, False])
def test_what_became_of_the_first_sign_in_counts_only_while_it_is_new(monkeypatch, is_new):
    """An error that a request meets at once is its own; an hour after the start, a request signs in anew."""
    tokens, fetches = TokenCache("https://org.crm.dynamics.com/.default"), []
    monkeypatch.setattr(tokens._threads, "submit", lambda *_: fetches.append(Future()) or fetches[-1])
    monkeypatch.setattr(tokens, "_result", lambda fetch, _: fetch)
    tokens.fetch_ahead()
    fetches[0].set_exception(DataverseUnavailable("x"))
    if not is_new:
        tokens._fetch_ends = Deadline(0.0)
    assert (tokens.get(Deadline.after(5)) is fetches[0]) is is_new
