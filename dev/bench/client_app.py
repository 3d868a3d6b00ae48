"""This app through its HTTP function: in Microsoft's worker library where there is one (Python ≥ 3.13), else called."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from dev.bench import job
from dev.bench.client import Client, Threads, serve
from dev.bench.lines import ROOT

WORKER = importlib.util.find_spec("azure_functions_runtime") is not None

URL = "https://linker.azurewebsites.net/api/link"
HEADERS = {"content-type": "application/json"}

StatusAndBody = tuple[int, str]
Invoke = Callable[[bytes], Awaitable[StatusAndBody]]


class NotLinked(Exception):
    """The app answered something else than was to be measured."""


def check(status: int, body: str) -> None:
    """Raise NotLinked where the answer is not that customer and case were written now."""
    answer = json.loads(body) if status == 200 else {}
    if (answer.get("customerStatus"), answer.get("caseStatus")) != ("linked", "linked"):
        raise NotLinked(f"status {status}: {body}")


class InWorker:
    """The app in the worker: invocations as the host sends them, onto the worker's own threads."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._loop = asyncio.new_event_loop()
        self._invoke = self._loop.run_until_complete(_start())

    def run(self, first: int, count: int, at_once: int) -> list[float]:
        """See `Client`."""
        answers = self._loop.run_until_complete(self._all(first, count, at_once))
        for _, answer in answers:
            check(*answer)
        return [seconds for seconds, _ in answers]

    async def _all(self, first: int, count: int, at_once: int) -> list[tuple[float, StatusAndBody]]:
        bodies = iter([job.request(self._block, number) for number in range(first, first + count)])
        done: list[tuple[float, StatusAndBody]] = []

        async def caller() -> None:
            for body in bodies:
                start = time.perf_counter()
                answer = await self._invoke(body)
                done.append((time.perf_counter() - start, answer))

        await asyncio.gather(*(caller() for _ in range(at_once)))
        return done


async def _start() -> Invoke:
    """Start the worker on the app as the host does."""
    import azure_functions_runtime as worker

    from tests.worker import stand_ins

    folder = str(ROOT)
    worker.start_threadpool_executor()
    started = await worker.worker_init_request(stand_ins.init_request(folder))
    if started.result.status != stand_ins.StatusResult.Success:
        raise NotLinked(started.result.exception.message)
    indexed = (await worker.functions_metadata_request(stand_ins.Message())).function_metadata_results
    function = next(each for each in indexed if each.name == "link")
    await worker.function_load_request(stand_ins.load_request(function.function_id))
    parameter = next(b["name"] for b in map(json.loads, function.raw_bindings) if b["type"] == "httpTrigger")

    async def invoke(body: bytes) -> StatusAndBody:
        asked = stand_ins.invocation_request(function.function_id, parameter, _http(body))
        answer = await worker.invocation_request(asked)
        if answer.result.status != stand_ins.StatusResult.Success:
            return 500, str(answer.result.exception.message)
        return int(answer.return_value.http.status_code), answer.return_value.http.body.bytes.decode()

    return invoke


def _http(body: bytes) -> dict[str, Any]:
    return {"method": "POST", "url": URL, "headers": HEADERS, "params": {}, "query": {}, "body": body}


def called(block: int) -> Callable[[int], None]:
    """The app's handler, called with what the worker would hand to it."""
    import azure.functions as func

    import function_app

    handler = function_app.link.build().get_user_function()

    def link(number: int) -> None:
        request = func.HttpRequest("POST", URL, headers=HEADERS, body=job.request(block, number))
        answer = handler(request, SimpleNamespace(invocation_id=str(uuid4())))
        check(answer.status_code, answer.get_body().decode())

    return link


def make(arguments: dict[str, Any]) -> Client:
    """The app of this process."""
    # The worker logs at INFO and sends each line to the host; here the lines are made and thrown away.
    logging.basicConfig(level=logging.INFO, stream=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    if WORKER:
        return InWorker(arguments["block"])
    return Threads(called(arguments["block"]), arguments["threads"])


if __name__ == "__main__":
    serve(make, json.loads(sys.argv[1]))
