"""What the candidates of the race pay in a new process for their first request, and what the app imports."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from dev.bench.lines import ROOT
from dev.bench.race import Field
from dev.progress import Progress

START, END = "the app's imports start here", "the app's imports end here"

_TIMED = "import time; start = time.perf_counter()\n{}\nprint(time.perf_counter() - start, flush=True)"
# Threads are held back: `service` then does here what they would do elsewhere.
_REPORTED = f"""import sys, threading
threading.Thread.start = lambda self: None
print({START!r}, file=sys.stderr, flush=True)
import function_app
function_app.startup.service()
print({END!r}, file=sys.stderr, flush=True)
"""
_ENVIRONMENT = {"DATAVERSE_URL": "https://org.crm.dynamics.com"}
FIRST_ROUNDS = 5
PAUSE = 0.3
"""Seconds between ready and the first request, to show what is gained where the host has something left to do."""


class First(NamedTuple):
    """A new process of a candidate: ms until it is ready, and ms of its first request, at once or after PAUSE."""

    ready: float
    request: float
    rested: float


class Share(NamedTuple):
    """What a package costs at import: ms of its own modules, and how many they are."""

    package: str
    milliseconds: float
    modules: int


def timed(code: str, environment: Mapping[str, str] | None = None, then: str = "") -> float:
    """Seconds that `code` takes in a new process; `then` follows uncounted. Raises CalledProcessError."""
    return float(_python("-c", _TIMED.format(code) + then, environment=environment).stdout)


def first_requests(field: Field, names: tuple[str, ...], rounds: int, progress: Progress) -> dict[str, First]:
    """What the first request costs in a new process, without latency; medians."""
    progress.part("first requests of new processes")
    field.dataverse.ask("latency", seconds=0.0)
    found: dict[str, list[First]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            # Block 0 is for these alone; no number twice, so that each one writes.
            place = 2 * (number * len(names) + names.index(name))
            ready, request = _first(field, name, place, 0)
            found[name].append(First(ready, request, _first(field, name, place + 1, PAUSE)[1]))
    return {
        name: First(*(statistics.median(column) * 1000 for column in zip(*found[name], strict=True))) for name in names
    }


def _first(field: Field, name: str, number: int, pause: float) -> tuple[float, float]:
    """Seconds until a new process is ready, and seconds of its first request."""
    start = time.perf_counter()
    with field.started(name, 8, 0) as runner:
        ready = time.perf_counter() - start
        time.sleep(pause)
        runner.next, start = number, time.perf_counter()
        runner.run(1)
        return ready, time.perf_counter() - start


def shares() -> list[Share]:
    """What the app imports until it can answer, by top-level package, dearest first."""
    command = ("-X", "importtime", "-c", _REPORTED)
    _python(*command)  # compiles what is not compiled yet
    return grouped(_python(*command).stderr)


def grouped(report: str) -> list[Share]:
    """The shares in what `-X importtime` wrote between START and END."""
    cost: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for line in report.partition(START)[2].partition(END)[0].splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if not own.strip().isdigit():
            continue
        module = rest.partition("|")[2].strip()
        package = _package(module)
        cost[package] += int(own)
        modules[package] += 1
    return [Share(package, micro / 1000, modules[package]) for package, micro in cost.most_common()]


def _package(module: str) -> str:
    top = module.partition(".")[0]
    if top in ("shared", "function_app"):
        return "this app"
    return "Python's standard library" if top in sys.stdlib_module_names else top


def _python(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **_ENVIRONMENT, **(environment or {})},
        check=True,
        capture_output=True,
        text=True,
    )
