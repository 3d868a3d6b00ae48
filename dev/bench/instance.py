"""From the start of a process to its first answered link: this app, and bare code that does the same job.

Both run as they are deployed, from a folder with nothing else in it, and take turns.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dev.bench import job
from dev.bench.client_app import check
from dev.bench.lines import ROOT
from dev.bench.plan import Plan
from dev.progress import Progress

MODULES = {"app": "function_app", "bare": "bare_code"}
"""By candidate: the module that holds its function."""

DEPLOYED = ("function_app.py", "shared")
BENCH = Path(__file__).parent
_SECONDS = 0.8
"""About what one start takes."""


class Case(NamedTuple):
    """When the first request comes, in seconds after the import, and whether the code was compiled before."""

    pause: float
    compiled: bool = True


CASES = {
    "at once": Case(0.0),
    "after 0.1 s": Case(0.1),
    "after 0.3 s": Case(0.3),
    "at once, nothing compiled": Case(0.0, compiled=False),
}


class Start(NamedTuple):
    """A new process: seconds until its first link was answered, without the pause, and of processor time."""

    seconds: float
    cpu: float


class Instance(NamedTuple):
    """Medians of one case: ms and ms of processor time of app and bare code, and of their ratios, pair by pair."""

    app: Start
    bare: Start
    ratio: float
    cpu_ratio: float


def expected_seconds(plan: Plan) -> float:
    """About how long `instances` takes."""
    return sum((_SECONDS + case.pause) * len(MODULES) * plan.instance_rounds for case in CASES.values())


def instances(settings: Mapping[str, str], plan: Plan, progress: Progress) -> dict[str, Instance]:
    """Every case. `settings`: the environment of an app on the embedded Dataverse. Raises CalledProcessError."""
    progress.part("new instances")
    found: dict[str, list[dict[str, Start]]] = {name: [] for name in CASES}
    numbers = iter(range(job.LAP * len(CASES) * plan.instance_rounds))
    with _packages() as packages:
        for number in range(plan.instance_rounds + 1):
            for name, case in CASES.items():
                pair = {
                    module: started(packages[case.compiled], module, case.pause, next(numbers), settings)
                    for module in (MODULES if number % 2 else reversed(MODULES))
                }
                if number:  # the first round brings the files into memory
                    found[name].append(pair)
                progress.advance((_SECONDS + case.pause) * len(MODULES))
    return {name: summary(pairs) for name, pairs in found.items()}


def summary(pairs: list[dict[str, Start]]) -> Instance:
    """Medians of the pairs of one case."""
    medians = {
        name: Start(*(statistics.median(column) * 1000 for column in zip(*(pair[name] for pair in pairs), strict=True)))
        for name in MODULES
    }
    ratios = [statistics.median(pair["app"][place] / pair["bare"][place] for pair in pairs) for place in (0, 1)]
    return Instance(medians["app"], medians["bare"], *ratios)


@contextmanager
def _packages() -> Iterator[dict[bool, Path]]:
    """Folders with what is deployed, compiled and not compiled, for the time of a `with` block."""
    with tempfile.TemporaryDirectory() as folder:
        packages = {compiled: Path(folder) / str(compiled) for compiled in (False, True)}
        for package in packages.values():
            fill(package)
        compileall.compile_dir(packages[True], quiet=1)
        yield packages


def fill(package: Path) -> None:
    """Copy what is deployed into a new folder, not compiled, with the bare code and the program that starts both."""
    package.mkdir()
    for name in DEPLOYED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, package / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, package)
    for name in ("bare_code.py", "first_link.py"):
        shutil.copy(BENCH / name, package)


def started(package: Path, name: str, pause: float, number: int, settings: Mapping[str, str]) -> Start:
    """One new process and its first link. Raises CalledProcessError, or NotLinked where it was no link."""
    body = job.request(job.BLOCKS - 1, number).decode()
    environment = {**os.environ, **settings, "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "first_link.py", MODULES[name], str(pause), body]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=package, env=environment, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start - pause
    answer = json.loads(done.stdout)
    check(answer["status"], answer["body"])
    return Start(seconds, answer["cpu"])
