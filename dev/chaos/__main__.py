"""Runs thousands of requests at once over a Dataverse that fails; exits 1 unless nothing is lost, doubled or undone.

With --answers, over one whose answers are altered on their way; exits 1 unless every answer is true and in time.

The same seed gives the same data, requests and draws of faults; which call a fault strikes depends on how the threads
take turns, so counts differ a little from run to run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dev.documents.blocks import replaced
from dev.hosting.application import ROOT
from dev.progress import Progress

from . import answers
from .report import details, findings, table
from .runner import Plan, run

DOCUMENT = ROOT / "docs" / "reliability.md"


def main(arguments: Sequence[str]) -> int:
    """Run a plan and print what came of it; 1 where something is not as it must be."""
    options = _options(arguments)
    plan = Plan(options.requests, options.seed, options.conversations, options.threads)
    text, found = _answers(plan) if options.answers else _faults(plan)
    print(text)
    if options.report:
        options.report.write_text(text + "\n", encoding="utf-8")
    if options.write:
        _write(plan, "answers" if options.answers else "faults", text)
    if any(found.values()):
        print(f"\nNot as it must be:\n{details(found)}")
        return 1
    print("Everything is as it must be.")
    return 0


def _faults(plan: Plan) -> tuple[str, dict[str, list[str]]]:
    with Progress(plan.requests, f"{plan.requests} requests") as progress:
        result = run(plan, progress.advance)
    found = findings(result)
    return table(result, found), found


def _answers(plan: Plan) -> tuple[str, dict[str, list[str]]]:
    with Progress(plan.requests, f"{plan.requests} requests") as progress:
        result = answers.run(plan, progress.advance)
    found = answers.findings(result)
    return answers.table(result, found), found


def _write(plan: Plan, name: str, text: str) -> None:
    """Put a run into the document."""
    verb = "chaos --answers" if name == "answers" else "chaos"
    today = datetime.now(UTC).date()
    command = f"python3 -m dev {verb} --requests {plan.requests} --seed {plan.seed} --write"
    content = f"`{command}`, {today.day} {today:%B %Y}:\n\n```text\n{text}\n```"
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(replaced(document, name, f"{verb} --write", content), encoding="utf-8")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev chaos", description=__doc__)
    parser.add_argument("--requests", type=_count, default=Plan.requests, help="how many (default %(default)s)")
    parser.add_argument("--seed", type=int, default=Plan.seed, help="of data, requests, faults (default %(default)s)")
    parser.add_argument("--conversations", type=_count, default=Plan.conversations, help="default %(default)s")
    parser.add_argument("--threads", type=_count, default=Plan.threads, help="flows at once (default %(default)s)")
    parser.add_argument("--answers", action="store_true", help="alter Dataverse's answers instead of failing calls")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}, too")
    parser.add_argument("--report", type=Path, help="a file that gets the table, too")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
