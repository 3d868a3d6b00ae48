"""docs/performance.md, written from one run. Pure."""

from __future__ import annotations

from dev.bench import crowd, tables
from dev.bench.goals import goals
from dev.bench.plan import TURN
from dev.bench.results import Results
from dev.bench.table import Table


def all_tables(results: Results) -> list[Table]:
    """Every table, in the order of the terminal."""
    return [
        *(tables.race_table(results, latency) for latency in results.races),
        tables.calls_table(results),
        tables.crowd_table(results),
        tables.instance_table(results.instances),
        tables.first_table(results),
        tables.share_table(results),
        tables.goal_table(goals(results)),
    ]


def advice(results: Results) -> str:
    """What the crowd says about the thread count."""
    found = ", ".join(f"{threads} threads {rate:.0f}" for threads, rate in crowd.rates(results.cells).items())
    enough = f"The fewest that bring 95 % of the best: {crowd.enough_threads(results.cells)}."
    return f"Requests per second with {crowd.CROWDED} and more at once (geometric mean): {found}. {enough}"


def document(results: Results, machine: str, date: str) -> str:
    """The Markdown."""
    parts = [
        "# How fast it is",
        "<!-- Written by `python3 -m dev bench`; do not edit. -->",
        f"Measured on {date}: {machine}. {WORKER if results.in_worker else HANDLER}",
        "Ratios within one run are what counts: all take turns, so whatever else the machine did hits them alike.",
        "## Goals",
        tables.goal_table(goals(results)).markdown(),
        "## One request after the other",
        CANDIDATES,
    ]
    for latency in results.races:
        table = tables.race_table(results, latency)
        parts += [f"{latency * 1000:.0f} ms of injected latency per call:", table.markdown()]
    parts += [tables.calls_table(results).markdown()]
    parts += ["## Many at once", CROWD, tables.crowd_table(results).markdown()]
    parts += [advice(results)]
    parts += ["## A new instance", INSTANCE, tables.instance_table(results.instances).markdown()]
    parts += [FIRST, tables.first_table(results).markdown()]
    parts += [SHARES, tables.share_table(results).markdown(), "## What this does not say", LIMITS]
    return "\n\n".join(parts) + "\n"


WORKER = "The app ran in Microsoft's worker library (`azure-functions-runtime`), on the worker's threads."
HANDLER = "The app's handler was called directly: Microsoft's worker library needs Python 3.13."

CANDIDATES = f"""- **this app**: `POST /api/link` with an e-mail address; reads, decides, writes customer and case.
- **floor**: what the app sent, replayed byte for byte over one warm `requests.Session` that does not look at the
  environment per call. Nothing is parsed and nothing decided, so it sends `If-Match: *`; Dataverse works as much.
- **PowerPlatform-Dataverse-Client**: Microsoft's SDK reads conversation, contact, account and cases, then updates.
- **requests without a session**: the same five calls, each on a connection of its own; the token was fetched once.

Every request writes (two customers in turn), every candidate has a process and conversations of its own, the embedded
Dataverse has one too. All of it is https: the SDK takes nothing else, and neither does Dataverse. Candidates take turns
of {TURN} requests. *CPU ms* is the processor time of the client's process per request."""

CROWD = """App and floor on as many threads each (`PYTHON_THREADPOOL_THREAD_COUNT`). A request's time includes its
wait for a thread. *busy* is how much of one core the embedded Dataverse used meanwhile. Clients and Dataverse share the
cores of this machine: where neither threads nor latency hold requests up, the cores do, for app and floor alike."""

INSTANCE = """From the start of a Python process until its first link is answered, medians; ratios are medians, too, of
pairs that ran one after the other.

- **this app**: `function_app.py` and `shared/`; what the import of `function_app` leaves to do, a thread does.
- **bare code**: `dev/bench/bare_code.py`, the least that does the job with the same libraries (`azure.functions`,
  `ManagedIdentityCredential` of azure-identity, `requests`, pydantic): two reads, one update. No retries, no deadline,
  no explanation, no other variable than the e-mail address.

Both sign in and run outside of the worker, in a folder that holds what is deployed and nothing else. The first request
comes at once, or that much later, as behind a host that has something left to do; the pause is not counted. How long a
real host takes was not measured. *Nothing compiled*: the folder holds no `__pycache__`, as a package that was deployed
without one and is mounted read-only; the libraries are compiled in every case."""

FIRST = """The candidates of above, in a new process each, medians. *ready* counts from the start of the process until
the worker has indexed the app (the others: until their code is loaded); *request* is the first one, with the
connection, and with the sign-in for app and SDK (the other two are given a token); *after 0.3 s* is the same request
where it comes that much later."""

SHARES = (
    """What the app imports until it can answer, by package (by `-X importtime`, which slows it; without threads):"""
)

LIMITS = """The embedded Dataverse answers faster than the real one, and from the same machine; the injected latency
stands for network and work there. Host, network and cold start of Azure Functions itself are not in these figures."""
