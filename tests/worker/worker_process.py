"""The process that holds Microsoft's worker library: lines of JSON in, lines of JSON out.

A process of its own, because the library keeps its state in modules and changes how the process imports and logs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import azure_functions_runtime as worker
import stand_ins


async def serve(folder: str, answers: TextIO) -> None:
    """Start the worker on an app, tell which functions it indexed, then invoke until the input ends."""
    worker.start_threadpool_executor()
    started = await worker.worker_init_request(stand_ins.init_request(folder))
    if started.result.status != stand_ins.StatusResult.Success:
        _tell(answers, {"error": started.result.exception.message})
        return
    indexed = (await worker.functions_metadata_request(stand_ins.Message())).function_metadata_results or []
    for function in indexed:
        await worker.function_load_request(stand_ins.load_request(function.function_id))
    _tell(answers, {"functions": [_described(function) for function in indexed]})
    await _invoke_all(answers)
    worker.stop_threadpool_executor()


async def _invoke_all(answers: TextIO) -> None:
    """Invoke what each line asks for, at the same time as the ones before it."""
    loop = asyncio.get_running_loop()
    running = set()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.create_task(_invoke(json.loads(line), answers))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def _invoke(asked: dict[str, Any], answers: TextIO) -> None:
    http = {**asked["http"], "body": asked["http"]["body"].encode("latin-1")}
    answer = await worker.invocation_request(
        stand_ins.invocation_request(asked["function_id"], asked["parameter"], http)
    )
    _tell(answers, {"number": asked["number"], **_result(answer)})


def _result(answer: Any) -> dict[str, Any]:
    """Return what the host would send on: it turns a failed invocation into 500 without a body."""
    if answer.result.status != stand_ins.StatusResult.Success:
        return {"status": 500, "headers": {}, "body": "", "failure": answer.result.exception.message}
    value = answer.return_value
    if value.WhichOneof("data") == "string":
        body = value.string.encode("utf-8")
        return {"status": 200, "headers": {}, "body": body.decode("latin-1"), "failure": ""}
    http = value.http
    body = http.body.bytes.decode("latin-1")
    return {"status": int(http.status_code), "headers": dict(http.headers), "body": body, "failure": ""}


def _described(function: Any) -> dict[str, Any]:
    bindings = [json.loads(binding) for binding in function.raw_bindings]
    return {"id": function.function_id, "name": function.name, "bindings": bindings}


def _tell(answers: TextIO, content: dict[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


if __name__ == "__main__":
    # Answers keep the pipe; whatever the app prints goes where errors go.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as pipe:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        logging.basicConfig(level=logging.INFO)  # the level of the worker that Azure runs
        app_folder = str(Path(sys.argv[1]).resolve())
        sys.path.insert(0, app_folder)
        asyncio.run(serve(app_folder, pipe))
