"""Runs thousands of requests at once over a Dataverse that fails; exits 1 unless nothing is lost, doubled or undone.

The same seed gives the same data, requests and draws of faults; which call a fault strikes depends on how the threads
take turns, so counts differ a little from run to run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.progress import Progress

from . import answers
from .report import details, findings, table
from .runner import Plan, run


def main(arguments: Sequence[str]) -> int:
    """Run a plan and print what came of it."""
    options = _options(arguments)
    plan = Plan(options.requests, options.seed, options.conversations, options.threads)
    if options.answers:
        return _answers(plan, options.report)
    with Progress(plan.requests, f"{plan.requests} requests") as progress:
        result = run(plan, progress.advance)
    found = findings(result)
    return _printed(table(result, found), found, options.report)


def _answers(plan: Plan, report: Path | None) -> int:
    with Progress(plan.requests, f"{plan.requests} requests") as progress:
        result = answers.run(plan, progress.advance)
    found = answers.findings(result)
    return _printed(answers.table(result, found), found, report)


def _printed(text: str, found: dict[str, list[str]], report: Path | None) -> int:
    """Show what came of a run; whether it is as it must be, as an exit status."""
    print(text)
    if report:
        report.write_text(text + "\n", encoding="utf-8")
    if any(found.values()):
        print(f"\nNot as it must be:\n{details(found)}")
        return 1
    print("Everything is as it must be.")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev chaos", description=__doc__)
    parser.add_argument("--requests", type=_count, default=Plan.requests, help="how many (default %(default)s)")
    parser.add_argument("--seed", type=int, default=Plan.seed, help="of data, requests, faults (default %(default)s)")
    parser.add_argument("--conversations", type=_count, default=Plan.conversations, help="default %(default)s")
    parser.add_argument("--threads", type=_count, default=Plan.threads, help="flows at once (default %(default)s)")
    parser.add_argument("--answers", action="store_true", help="alter Dataverse's answers instead of failing calls")
    parser.add_argument("--report", type=Path, help="a file that gets the table, too")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
