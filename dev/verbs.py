"""The verbs of `python3 -m dev` as data, and the way into one. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NamedTuple

from dev.setup.environment import SetupError, activate, ready
from dev.setup.pythons import SUPPORTED, PythonNotFound

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
MUTATION = "dev/requirements-mutation.txt"
ALL = (CLIENTS, SAMPLES, BROWSER, TELEMETRY, QUERIES, REPOSITORY)

GROUPS = (
    # who needs the verbs, and the verbs
    (
        "Try it",
        (
            Verb("demo", "dev.demo", "link conversations end to end on the embedded Dataverse, and show it"),
            Verb("start", "dev.start", "serve the app, the embedded Dataverse, and a page to see both"),
            Verb("emulator", "dev.emulator", "serve the embedded Dataverse alone"),
        ),
    ),
    (
        "Run it in production",
        (
            Verb("grant", "dev.grant", "show, or with --apply give, the app's identity its role in Dataverse"),
            Verb("diagnose", "dev.diagnose", "ask an app that runs somewhere what works and what does not"),
        ),
    ),
    (
        "Makers, in Power Platform and Copilot Studio",
        (
            Verb("connector", "dev.connector", "write the Power Platform connector for a host"),
            Verb("solution", "dev.solution", "write two Power Platform solutions: the connector, and a flow"),
            Verb("makers", "dev.makers", "write the samples of flows and topics, and the table of docs/for-makers.md"),
        ),
    ),
    (
        "Contributors",
        (
            Verb("test", "dev.test", "run every test, or what pytest is asked for", ALL),
            Verb("check", "dev.check", "run ruff, mypy and import-linter"),
            Verb("mutate", "dev.mutate", "change the rules bit by bit, and list what no test notices", (MUTATION,)),
            Verb("chaos", "dev.chaos", "link thousands of conversations while Dataverse fails, and count what is lost"),
            Verb("bench", "dev.bench", "measure the app against a floor and other clients", (CLIENTS, TELEMETRY)),
            Verb("documents", "dev.documents", "write the tables of settings, statuses and columns in docs/"),
            Verb("screenshots", "dev.page.screenshot", "take the pictures of the page for the documents", (BROWSER,)),
            Verb("operations", "dev.operations", "write the workbook, and the tables of docs/operations.md"),
        ),
    ),
)
VERBS = tuple(verb for _, verbs in GROUPS for verb in verbs)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line: options, a verb, and the verb's own arguments."""
    lines = []
    for who, verbs in GROUPS:
        lines += ["", f"{who}:", *(f"  {verb.name:<12}{verb.help}" for verb in verbs)]
    made = argparse.ArgumentParser(
        prog="python3 -m dev",
        usage="%(prog)s [--python VERSION] VERB [arguments; --help shows them]",
        description="\n".join(lines[1:]),
        epilog="The first run makes .venv and installs what is needed; later runs start at once.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--python",
        choices=SUPPORTED,
        help="use that Python, in an environment of its own; the variable LINKER_PYTHON does the same",
    )
    made.add_argument("verb", choices=[verb.name for verb in VERBS], nargs="?", metavar="VERB", help=argparse.SUPPRESS)
    made.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return made


def main(arguments: list[str]) -> int:
    """Set up what the verb needs, run it, and return its exit status."""
    reader = parser()
    options = reader.parse_args(arguments)
    wanted = options.python or os.environ.get("LINKER_PYTHON", "")
    if wanted and wanted not in SUPPORTED:
        reader.error(f"LINKER_PYTHON is {wanted}, not one of {', '.join(SUPPORTED)}")
    if not options.verb:
        reader.print_help()
        return 0
    verb = next(each for each in VERBS if each.name == options.verb)
    try:
        python = ready(wanted, verb.requirements)
    except PythonNotFound as error:
        return _fail(str(error), NO_PYTHON)
    except SetupError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail("Stopped. The next run goes on with the set-up.", 130)
    return activate(python, verb.module, options.arguments)


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
