"""`python3 -m dev start`: serve the app, with the embedded Dataverse where none is set."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dev.host import Host
from dev.hosting.application import ROOT, AppError
from dev.hosting.backend import DEFAULT_PORT as DEFAULT_PAGE_PORT
from dev.hosting.backend import Backend, backend, free
from dev.http.messages import Request, Response
from dev.stopping import until_stopped, wait

if TYPE_CHECKING:
    from dev.page import Page

DEFAULT_PORT = 7071
EXAMPLES = {
    True: {"conversationId": "b7397aae-ecf8-43a6-aeb0-07d294efb494", "Email": "maria.campbell@example.com"},
    False: {"conversationId": "<id of an open conversation>", "Email": "somebody@example.com"},
}
"""What the ready-made request asks: of the embedded Dataverse, whose demo data has them, or of another."""


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns 0, or 1 if it could not start."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("azure").setLevel(logging.WARNING)  # it logs each token request, headers included
    core_tools = None if options.functions_dev_server or options.enable_auth else shutil.which("func")
    try:
        with until_stopped() as stopped:
            _refuse_taken(options.port)
            _refuse_taken(options.page_port, "--page-port")
            with backend(port=options.page_port) as dataverse:
                if core_tools:
                    return _core_tools(core_tools, options.port, dataverse, stopped)
                return _development_server(options.port, options.enable_auth, dataverse, stopped)
    except (AppError, OSError) as error:
        print(f"It could not start. {error}", file=sys.stderr)
        return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev start", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="where the app listens (default %(default)s)")
    parser.add_argument(
        "--page-port",
        type=int,
        metavar="PORT",
        help=f"where the page and the embedded Dataverse listen (default {DEFAULT_PAGE_PORT}, or any free one)",
    )
    parser.add_argument(
        "--functions-dev-server",
        action="store_true",
        help="use the small server of this project even where Azure Functions Core Tools are installed",
    )
    parser.add_argument(
        "--enable-auth",
        action="store_true",
        help="ask for a function key, as in Azure (implies the small server)",
    )
    return parser.parse_args(arguments)


def _development_server(port: int, enable_auth: bool, dataverse: Backend, stopped: threading.Event) -> int:
    watchers = [_log]

    def watch(request: Request, response: Response, seconds: float) -> None:
        for each in watchers:
            each(request, response, seconds)

    with Host(port=port, settings=dataverse.settings, enable_auth=enable_auth, watch=watch) as host:
        page = _show(dataverse, host.url, host.key)
        if page:
            watchers.append(page.observe)
        print(_banner(host, dataverse), flush=True)
        wait(stopped)
    print("Stopped.", flush=True)
    return 0


def _core_tools(program: str, port: int, dataverse: Backend, stopped: threading.Event) -> int:
    """Run Azure Functions Core Tools until they end or are to be stopped."""
    variables = {**os.environ, "FUNCTIONS_WORKER_RUNTIME": "python", **dataverse.settings}
    _show(dataverse, f"http://127.0.0.1:{port}")
    if dataverse.embedded:
        print(f"Embedded Dataverse  {dataverse.url}\nSee it              {dataverse.url}/", flush=True)
    with subprocess.Popen([program, "start", "--port", str(port)], cwd=ROOT, env=variables) as process:
        while process.poll() is None:
            if stopped.wait(0.2):
                process.terminate()
                break
        status = process.wait()
    return 0 if stopped.is_set() else status


def _show(dataverse: Backend, app: str, key: str = "") -> Page | None:
    """Serve the page on the address of a Dataverse of our own; another one's people are not ours to show."""
    if dataverse.emulator is None:
        return None
    from dev.page import Page  # it needs what the embedded Dataverse needs

    page = Page(dataverse.emulator, app, key)
    dataverse.emulator.fallback_handler = page
    return page


def _refuse_taken(port: int | None, option: str = "--port") -> None:
    if port and not free(port):
        raise AppError(f"Port {port} is taken: something else runs there. Another one: {option} {port + 10}")


def _banner(host: Host, dataverse: Backend) -> str:
    """Return what is served where, and a request to try."""
    lines = [f"Conversation Linker  {host.url}"]
    for endpoint in host.application.endpoints:
        methods = ",".join(endpoint.methods) or "any"
        key = "" if endpoint.auth_level == "ANONYMOUS" else "  (key)"
        lines.append(f"  {methods:<5} /{host.application.prefix}/{endpoint.route}{key}")
    lines.append(f"{'Embedded Dataverse' if dataverse.embedded else 'Dataverse':<19}  {dataverse.url}")
    if dataverse.embedded:
        lines.append(f"See it               {dataverse.url}/")
    lines.append(
        f"Key                  {host.key}" if host.key else "Keys are off, as with `func start` (--enable-auth)."
    )
    return "\n".join(
        [*lines, "", "Try", f"  {curl(host.url, EXAMPLES[dataverse.embedded], host.key)}", "", "Ctrl-C ends it."]
    )


def curl(url: str, request: dict[str, str], key: str = "") -> str:
    """Return a command line that posts a link request; it can be pasted into any POSIX shell."""
    header = f" -H 'x-functions-key: {key}'" if key else ""
    body = json.dumps(request, ensure_ascii=False).replace("'", "'\\''")
    return f"curl -s {url}/api/link{header} -H 'content-type: application/json' -d '{body}'"


def _log(request: Request, response: Response, seconds: float) -> None:
    # Without the query: it may hold a key.
    logging.getLogger("dev.host").info(
        "%s %s %d %.0f ms", request.method, request.path, response.status, seconds * 1000
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
