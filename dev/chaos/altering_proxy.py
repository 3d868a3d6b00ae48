"""An HTTP proxy that alters answers, drawn from a seed: between the app and Dataverse, and the token service.

The draw depends on the seed, the correlation id of the call and how many calls of that id came before, so that it is
the same in every run, however the threads take turns.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .alterations import ALTERATIONS, OF_TOKENS, Answer

DROP_SECONDS = 0.2
"""Between two bytes of an answer that drips."""

NOT_HANDED_ON = frozenset({"proxy-connection", "connection", "content-length", "transfer-encoding"})


class AlteringProxy(ThreadingHTTPServer):
    """Forwards every request to `upstream` and alters the share `rate` of the answers; `only` names the alteration.

    As a context manager it serves; `url` is its address. `altered` counts by alteration, `altered_of` by request.
    """

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, upstream: str, seed: int, rate: float, only: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream)
        self.rate, self.only = rate, only
        self.altered: Counter[str] = Counter()
        self.altered_of: Counter[str] = Counter()
        self.closing = threading.Event()
        self._seed = seed
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address to set as HTTP_PROXY."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def altered_answer(self, correlation_id: str, answer: Answer) -> Answer:
        """The answer to send: as it is, or altered. A call without a correlation id is one for a token."""
        with self._lock:
            self._calls[correlation_id] += 1
            dice = random.Random(f"{self._seed} {correlation_id} {self._calls[correlation_id]}")  # noqa: S311
        if dice.random() >= self.rate:
            return answer
        names = [self.only] if self.only else list(ALTERATIONS if correlation_id else OF_TOKENS)
        for name in dice.sample(names, len(names)):
            if altered := ALTERATIONS[name](dice, answer):
                with self._lock:
                    self.altered[name] += 1
                    self.altered_of[correlation_id] += 1
                return altered
        return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: AlteringProxy
    timeout = 60

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self._asked(body)
        correlation_id = self.headers.get("x-ms-correlation-id", "")
        self._send(self.server.altered_answer(correlation_id, answer))

    do_GET = do_POST = do_PATCH = _forward

    def _asked(self, body: bytes) -> Answer:
        upstream, address = self.server.upstream, urlsplit(self.path)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_HANDED_ON}
        headers |= {"Accept-Encoding": "identity", "Host": upstream.netloc}
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port)
        try:
            target = address.path + (f"?{address.query}" if address.query else "")
            connection.request(self.command, target, body, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in NOT_HANDED_ON}
            return Answer(response.status, kept, response.read())
        except (OSError, http.client.HTTPException):
            return Answer(502, {}, b"")
        finally:
            connection.close()

    def _send(self, answer: Answer) -> None:
        content = answer.head() + answer.body
        whole = content if answer.cut is None else content[: answer.cut]
        at_once = len(whole) if answer.drip is None else answer.drip
        self.close_connection = answer.cut is not None or bool(answer.length)
        with contextlib.suppress(OSError):  # the app has closed the connection
            self.wfile.write(whole[:at_once])
            for byte in whole[at_once:]:
                self.wfile.flush()
                if self.server.closing.wait(DROP_SECONDS):
                    break
                self.wfile.write(bytes([byte]))

    def handle(self) -> None:
        """Serve one connection, until either side ends it."""
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def altering_proxy(upstream: str, seed: int, rate: float, only: str = "") -> Iterator[AlteringProxy]:
    """A proxy that is up for the time of a `with` block."""
    with AlteringProxy(upstream, seed, rate, only) as server:
        thread = threading.Thread(target=server.serve_forever, name="altering proxy", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
