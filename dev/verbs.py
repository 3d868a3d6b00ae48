"""The verbs of `python3 -m dev` as data, and the way into one. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from dev.setup.environment import SetupError, activate, ready
from dev.setup.pythons import SUPPORTED, PythonNotFound

USAGE_ERROR = 2
NO_PYTHON = 69
"""Exit status where no supported Python was found: `.ci/run` tells it from a failure."""


class Verb(NamedTuple):
    """One verb: its name, the module that does it, one line of help, what else it needs installed."""

    name: str
    module: str
    help: str
    requirements: tuple[str, ...] = ()


CLIENTS = "dev/requirements-clients.txt"
BROWSER = "dev/requirements-browser.txt"
SAMPLES = "dev/requirements-samples.txt"
TELEMETRY = "requirements-opentelemetry.txt"
QUERIES = "dev/requirements-queries.txt"
REPOSITORY = "dev/requirements-repository.txt"

VERBS = (
    Verb("demo", "dev.demo", "link conversations end to end on the embedded Dataverse, and show it"),
    Verb("start", "dev.start", "serve the app, a Dataverse beside it, and a page to see both on http://127.0.0.1:7072"),
    Verb("emulator", "dev.emulator", "serve the embedded Dataverse alone"),
    Verb("chaos", "dev.chaos", "link thousands of conversations at once while Dataverse fails, and count what is lost"),
    Verb(
        "test",
        "dev.test",
        "run every test; what follows goes to pytest",
        (CLIENTS, SAMPLES, BROWSER, TELEMETRY, QUERIES, REPOSITORY),
    ),
    Verb(
        "bench",
        "dev.bench",
        "measure the app beside the floor and other clients; --quick for a look",
        (CLIENTS, TELEMETRY),
    ),
    Verb("connector", "dev.connector", "write the Power Platform connector; --host H, --auth key or entra"),
    Verb("documents", "dev.documents", "write the tables of settings, statuses and columns in docs/"),
    Verb("operations", "dev.operations", "write the workbook, and the events and queries of docs/operations.md"),
    Verb("makers", "dev.makers", "write the flow and topic samples, and the truth table of docs/for-makers.md"),
    Verb("solution", "dev.solution", "write two Power Platform solutions, connector and flow; --prefix P, --host H"),
    Verb("grant", "dev.grant", "give the app's identity the smallest role in Dataverse; only says so without --apply"),
    Verb("diagnose", "dev.diagnose", "ask an app that runs somewhere what works and what not; --url https://…"),
    Verb("check", "dev.check", "run ruff and mypy; --fix mends what can be mended"),
)

OPTIONS = (
    ("--python 3.11", f"use that Python ({', '.join(SUPPORTED)}), in an environment of its own"),
    ("", "(the variable LINKER_PYTHON=3.11 does the same)"),
    ("-h, --help", "this; after a verb, the help of that verb"),
)


def usage() -> str:
    """Return the help text."""
    rows = [(verb.name, verb.help) for verb in VERBS]
    lines = ["Usage: python3 -m dev [--python VERSION] VERB [ARGUMENTS]", "", "Verbs"]
    lines += [f"  {name:<15}{text}" for name, text in rows]
    lines += ["", "Options"]
    lines += [f"  {name:<15}{text}" for name, text in OPTIONS]
    lines += ["", "The first run makes .venv and installs what is needed; later runs start at once."]
    return "\n".join(lines)


class UsageError(Exception):
    """The command line is not understood; the text says why."""


def parse(arguments: list[str], wanted: str = "") -> tuple[str, Verb | None, list[str]]:
    """Return the Python that is wanted (or empty), the verb (None: help) and the arguments of the verb."""
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option, _, value = rest.pop(0).partition("=")
        if option in ("-h", "--help"):
            return wanted, None, rest
        if option != "--python":
            raise UsageError(f"There is no option {option}.")
        wanted = value or (rest.pop(0) if rest else "none")
    if wanted and wanted not in SUPPORTED:
        raise UsageError(f"--python and LINKER_PYTHON take one of {', '.join(SUPPORTED)}, not {wanted}.")
    if not rest or rest[0] == "help":
        return wanted, None, rest[1:]
    return wanted, _verb(rest[0]), rest[1:]


def _verb(name: str) -> Verb:
    for verb in VERBS:
        if verb.name == name:
            return verb
    raise UsageError(f"There is no verb {name}. Verbs: {', '.join(verb.name for verb in VERBS)}.")


def main(arguments: list[str]) -> int:
    """Set up what the verb needs, run it, and return its exit status."""
    try:
        wanted, verb, rest = parse(arguments, os.environ.get("LINKER_PYTHON", ""))
        if verb is None:
            print(usage())
            return 0
        python = ready(wanted, verb.requirements)
    except UsageError as error:
        return _fail(f"{error}\n`python3 -m dev --help` lists what there is.", USAGE_ERROR)
    except PythonNotFound as error:
        return _fail(str(error), NO_PYTHON)
    except SetupError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail("Stopped. The next run goes on with the set-up.", 130)
    return activate(python, verb.module, rest)


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
