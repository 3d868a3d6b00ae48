"""What every client process does: requests one after the other or many at once, timed one by one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, Protocol

from dev.bench.lines import answer_all, pipe


class Client(Protocol):
    """A candidate in its process."""

    def run(self, first: int, count: int, at_once: int) -> list[float]:
        """Do `count` requests from number `first` on, `at_once` of them under way; the seconds that each took."""


class Threads:
    """A client that is one blocking function: on this thread one by one, else on a pool of `threads`."""

    def __init__(self, link: Callable[[int], None], threads: int) -> None:
        self._link = link
        self._pool = ThreadPoolExecutor(threads)

    def run(self, first: int, count: int, at_once: int) -> list[float]:
        """See `Client`."""
        if at_once == 1:
            return [self._timed(time.perf_counter(), number) for number in range(first, first + count)]
        places = BoundedSemaphore(at_once)
        futures = []
        for number in range(first, first + count):
            places.acquire()
            future = self._pool.submit(self._timed, time.perf_counter(), number)
            future.add_done_callback(lambda _: places.release())
            futures.append(future)
        return [future.result() for future in futures]

    def _timed(self, start: float, number: int) -> float:
        self._link(number)
        return time.perf_counter() - start


def serve(make: Callable[[dict[str, Any]], Client], arguments: dict[str, Any]) -> None:
    """In the client process: do runs until the input ends."""
    answers = pipe()
    client = make(arguments)

    def do(asked: dict[str, Any]) -> Any:
        if asked["do"] == "memory":
            return peak_memory()
        cpu, start = time.process_time(), time.perf_counter()
        seconds = client.run(asked["first"], asked["count"], asked["at_once"])
        wall = time.perf_counter() - start
        return {"seconds": seconds, "wall": wall, "cpu": time.process_time() - cpu}

    answer_all({}, do, answers)


def peak_memory() -> float:
    """The most memory that this process has held, in MB; 0 where the system does not say (Windows)."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
