"""What a new instance pays: the app's import beside other imports, and its first request, each in a new process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from typing import NamedTuple

from dev.bench.lines import ROOT
from dev.bench.plan import Plan
from dev.bench.progress import Progress
from dev.bench.race import Field

IMPORTS = {
    "app": "import function_app",
    "azure.functions": "import azure.functions",
    "reference": "import azure.functions, requests, pydantic",
}

_TIMED = "import time; start = time.perf_counter()\n{}\nprint(time.perf_counter() - start, flush=True)"
_ENVIRONMENT = {"DATAVERSE_URL": "https://org.crm.dynamics.com"}
_SECONDS = 0.25
FIRST_ROUNDS = 3
START = "the app's import starts here"


class First(NamedTuple):
    """A new process of a candidate: ms until it is ready, and ms of its first request from then on."""

    ready: float
    request: float


class Share(NamedTuple):
    """What a package costs at import: ms of its own modules, and how many they are."""

    package: str
    milliseconds: float
    modules: int


def expected_seconds(plan: Plan) -> float:
    """About how long the whole of this takes."""
    return _SECONDS * plan.cold_rounds * len(IMPORTS) + 1


def imports(plan: Plan, progress: Progress) -> dict[str, float]:
    """Median ms of each import, each time in a new process, in turns."""
    progress.part("cold imports")
    found: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(plan.cold_rounds):
        for name, code in IMPORTS.items():
            found[name].append(float(_python("-c", _TIMED.format(code)).stdout))
            progress.advance(_SECONDS)
    return {name: statistics.median(seconds) * 1000 for name, seconds in found.items()}


def first_requests(field: Field, names: tuple[str, ...], rounds: int, progress: Progress) -> dict[str, First]:
    """What the first request costs in a new process, without latency; medians."""
    progress.part("first requests of new processes")
    field.dataverse.ask("latency", seconds=0.0)
    found: dict[str, list[First]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            # Block 0 is for these alone; no number twice, so that each one writes.
            found[name].append(_first(field, name, number * len(names) + names.index(name)))
    return {
        name: First(statistics.median(one.ready for one in each), statistics.median(one.request for one in each))
        for name, each in found.items()
    }


def _first(field: Field, name: str, number: int) -> First:
    start = time.perf_counter()
    with field.started(name, 8, 0) as runner:
        ready = time.perf_counter()
        runner.next = number
        runner.run(1)
        return First((ready - start) * 1000, (time.perf_counter() - ready) * 1000)


def shares() -> list[Share]:
    """What is left of the app's import, by top-level package, dearest first."""
    code = f"import sys; print({START!r}, file=sys.stderr, flush=True); {IMPORTS['app']}"
    return grouped(_python("-X", "importtime", "-c", code).stderr)


def grouped(report: str) -> list[Share]:
    """The shares in what `-X importtime` wrote between START and the end of the app's own import."""
    cost: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for line in report.partition(START)[2].splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if not own.strip().isdigit():
            continue
        module = rest.partition("|")[2].strip()
        package = _package(module)
        cost[package] += int(own)
        modules[package] += 1
        if module == "function_app":
            break
    return [Share(package, micro / 1000, modules[package]) for package, micro in cost.most_common()]


def _package(module: str) -> str:
    top = module.partition(".")[0]
    if top in ("shared", "function_app"):
        return "this app"
    return "Python's standard library" if top in sys.stdlib_module_names else top


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **_ENVIRONMENT},
        check=True,
        capture_output=True,
        text=True,
    )
