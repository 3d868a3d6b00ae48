"""What OpenTelemetry mode costs a new instance: the worker's set-up of it and the app's import, in new processes."""

from __future__ import annotations

import statistics

from dev.bench.cold import timed
from dev.bench.plan import Plan
from dev.bench.table import Table
from dev.progress import Progress

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this machine: what is exported goes nowhere, and nothing leaves the machine."""

CONNECTION = (
    f"InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint={{ingestion}};LiveEndpoint={NOWHERE}"
)

ENVIRONMENT = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING": CONNECTION.format(ingestion=NOWHERE),
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "azure_functions",
}

APP = "import function_app"
SET_UP = 'from azure.monitor.opentelemetry import configure_azure_monitor\nconfigure_azure_monitor(logger_name="{}")'
"""What Microsoft's worker does before it indexes the app where PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY is true."""

STARTS = {
    "import function_app": APP,
    "OpenTelemetry set up as the worker does": SET_UP.format("conversation_linker"),
    "both, in the worker's order": SET_UP.format("conversation_linker") + "\n" + APP,
}
END = "\nimport os; os._exit(0)"
"""Without the last export, which would be tried again and again."""

_SECONDS = 0.8
"""About what one start takes."""


def measured(plan: Plan, progress: Progress) -> dict[str, float]:
    """Median ms of each start, each time in a new process, in turns. Raises CalledProcessError."""
    progress.part("starts with OpenTelemetry")
    found: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(plan.cold_rounds):
        for name, code in STARTS.items():
            found[name].append(timed(code, ENVIRONMENT, END))
            progress.advance(_SECONDS)
    return {name: statistics.median(seconds) * 1000 for name, seconds in found.items()}


def expected_seconds(plan: Plan) -> float:
    """About how long it takes."""
    return _SECONDS * plan.cold_rounds * len(STARTS)


def table(found: dict[str, float]) -> Table:
    """The starts."""
    rows = [(name, f"{milliseconds:.0f}") for name, milliseconds in found.items()]
    return Table("Cold start with OpenTelemetry, in a new process", ("", "ms"), rows)
