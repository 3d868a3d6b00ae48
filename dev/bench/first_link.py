"""What a new instance does: import a function app, wait as long as is asked for, answer one `POST /api/link`.

A program by itself, without anything of the bench, so that nothing is imported but what the function app imports.
"""

import importlib
import json
import os
import sys
import time

URL = "https://linker.azurewebsites.net/api/link"


class Context:
    """What the app reads of the worker's context."""

    invocation_id = "00000000-0000-4000-8000-0000000000f1"


def main() -> None:
    """Print status and body of the answer, and the processor time of this process in seconds."""
    module, pause, body = sys.argv[1:]
    handler = importlib.import_module(module).link.build().get_user_function()
    time.sleep(float(pause))
    import azure.functions as func  # the function app has imported it

    request = func.HttpRequest("POST", URL, headers={"content-type": "application/json"}, body=body.encode())
    answer = handler(*(request, Context())[: handler.__code__.co_argcount])
    told = {"status": answer.status_code, "body": answer.get_body().decode(), "cpu": time.process_time()}
    print(json.dumps(told), flush=True)
    os._exit(0)  # what a process does at its end is no part of it


if __name__ == "__main__":
    main()
