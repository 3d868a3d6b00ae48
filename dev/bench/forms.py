"""What a long list of forms of a phone number costs: characters, and milliseconds of the embedded Dataverse."""

from __future__ import annotations

import os
import statistics
import time
from unittest.mock import patch

from dev.bench.table import Table
from dev.emulator import Emulator
from shared.contract.requests import LinkRequest
from shared.core.context import Deadline, RequestContext
from shared.dataverse.client import DataverseClient
from shared.dataverse.token_cache import TokenCache
from shared.resolver import filters
from shared.resolver.queries import Search, search
from shared.settings import Settings

COUNTS = (1, 12, 50, 100, 150, 200)
NUMBER, REGION = "+49 30 23125042", "DE"
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
ROUNDS = 15


def measured() -> Table:
    """The first batch of a request with a phone number, by the number of forms that are searched."""
    with Emulator() as dataverse, patch.dict(os.environ, dataverse.settings):
        settings = Settings.from_environment({**dataverse.settings, "DEFAULT_PHONE_REGION": REGION})
        client = DataverseClient(settings.dataverse_url, settings.api_version, TokenCache(settings.scope))
        rows = [_row(count, settings, client) for count in COUNTS]
    heads = ("forms", "longest URL", "all URLs", "conditions", "CPU ms to make", "ms to be answered")
    return Table(f"Forms of {NUMBER} in one batch, no latency, medians of {ROUNDS}", heads, rows)


def _row(count: int, settings: Settings, client: DataverseClient) -> tuple[str, ...]:
    with patch.multiple(filters, MAX_FORMS=count, MAX_CONDITIONS=2 * count):
        made = [_timed_search(settings) for _ in range(ROUNDS)]
    reads = made[0][1]
    lengths = [len(get.resource) for get in reads.gets]
    conditions = max(get.resource.count("%20eq%20%27") for get in reads.gets)
    return (
        str(count),
        f"{max(lengths):,}",
        f"{sum(lengths):,}",
        str(conditions),
        f"{statistics.median(seconds for seconds, _ in made) * 1000:.1f}",
        f"{statistics.median(_answered(client, reads) for _ in range(ROUNDS)) * 1000:.1f}",
    )


def _timed_search(settings: Settings) -> tuple[float, Search]:
    request = LinkRequest(conversationId=CONVERSATION, Phone=NUMBER)
    began = time.process_time()
    reads = search(filters.match_criteria(request, settings), CONVERSATION, settings.case_columns[0])
    return time.process_time() - began, reads


def _answered(client: DataverseClient, reads: Search) -> float:
    began = time.perf_counter()
    client.read(reads.gets, reads.found, RequestContext(Deadline.after(60), CONVERSATION))
    return time.perf_counter() - began
