"""Measures the app, the floor and what one would write instead; prints tables, writes the document."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CalledProcessError

from dev.bench import cold, crowd, forms, instance, plan, race, telemetry
from dev.bench.client_app import WORKER
from dev.bench.document import advice, all_tables, document
from dev.bench.lines import ROOT, Child, ChildError
from dev.bench.plan import Plan
from dev.bench.results import Results
from dev.bench.table import Table
from dev.bench.tables import instance_table
from dev.machine import machine
from dev.progress import Progress

DOCUMENT = ROOT / "docs" / "performance.md"
REQUESTS, QUICK_REQUESTS = 300, 40


def main(argv: Sequence[str]) -> int:
    """The verb. Returns 0 whatever the figures are, 1 where something could not be measured."""
    options = _parser().parse_args(argv)
    chosen = (
        plan.quick(options.requests or QUICK_REQUESTS) if options.quick else plan.full(options.requests or REQUESTS)
    )
    try:
        if options.forms:
            print("\n\n".join([machine(), forms.measured().text()]))
            return 0
        if options.instance:
            print("\n\n".join([machine(), measure_instances(chosen).text()]))
            return 0
        if options.opentelemetry:
            print("\n\n".join([machine(), measure_telemetry(chosen).text()]))
            return 0
        results = measure(chosen, options.quick)
    except (ChildError, CalledProcessError) as error:
        print(f"Could not measure: {getattr(error, 'stderr', '') or error}", file=sys.stderr)
        return 1
    print("\n\n".join([machine(), *(table.text() for table in all_tables(results)), advice(results)]))
    output = options.output or (None if options.quick else DOCUMENT)
    if output:
        _write(output, results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m dev bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a look in about a minute; writes nothing without --output"
    )
    parser.add_argument(
        "--opentelemetry", action="store_true", help="only what OpenTelemetry mode costs a new instance; writes nothing"
    )
    parser.add_argument(
        "--forms", action="store_true", help="only what a long list of forms of a phone number costs; writes nothing"
    )
    parser.add_argument(
        "--instance", action="store_true", help="only how fast a new instance is beside bare code; writes nothing"
    )
    parser.add_argument("--requests", type=_positive, metavar="N", help=f"per candidate, default {REQUESTS}")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default docs/performance.md")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < plan.TURN:
        raise argparse.ArgumentTypeError(f"at least {plan.TURN}")
    return number


def measure(chosen: Plan, hurried: bool) -> Results:
    """Everything, with a bar on standard error. Raises ChildError."""
    total = race.expected_seconds(chosen) + crowd.expected_seconds(chosen) + instance.expected_seconds(chosen)
    with Progress(total) as progress:
        with race.Field() as field:
            progress.part("starting the candidates")
            runners = {name: field.start(name) for name in race.candidates()}
            races = race.race(field, runners, chosen, progress)
            calls = race.count_calls(field, runners)
            memory = {name: runner.memory() for name, runner in runners.items()}
            first = cold.first_requests(field, tuple(runners), 1 if hurried else cold.FIRST_ROUNDS, progress)
            started = instance.instances(field.dataverse.hello["settings"], chosen, progress)
            cells = crowd.crowd(field, chosen, progress)
        shares = cold.shares()
    return Results(races, calls, memory, cells, started, first, shares, WORKER)


def measure_instances(chosen: Plan) -> Table:
    """The new instances, with a bar on standard error. Raises ChildError, CalledProcessError."""
    with Progress(instance.expected_seconds(chosen)) as progress, Child("dataverse", {}) as dataverse:
        return instance_table(instance.instances(dataverse.hello["settings"], chosen, progress))


def measure_telemetry(chosen: Plan) -> Table:
    """The starts with OpenTelemetry, with a bar on standard error. Raises CalledProcessError."""
    with Progress(telemetry.expected_seconds(chosen)) as progress:
        return telemetry.table(telemetry.measured(chosen, progress))


def _write(path: Path, results: Results) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    date = datetime.now(UTC).date().isoformat()
    path.write_text(document(results, machine(), date), encoding="utf-8")
    print(f"\nWritten: {path.name}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
