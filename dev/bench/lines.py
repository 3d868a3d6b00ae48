"""Processes that get their orders as lines of JSON, one answer a line: the parent's end and the child's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent.parent

Do = Callable[[dict[str, Any]], Any]


class ChildError(Exception):
    """A process of the bench failed; the text is what it wrote last."""


class Child:
    """A Python module of the bench in a process of its own, for the time of a `with` block."""

    def __init__(self, module: str, arguments: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"dev.bench.{module}", json.dumps(arguments)],
            cwd=ROOT,
            env={**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1", **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            self.hello: Any = self._answer()
        except ChildError:
            self.__exit__(None, None, None)
            raise

    def ask(self, what: str, **arguments: Any) -> Any:
        """The answer of the process. Raises ChildError."""
        assert self._process.stdin is not None  # noqa: S101  for mypy: it was asked for
        try:
            self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise ChildError(f"{self._module} has ended") from None
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise ChildError(f"{self._module} has ended; what it wrote is above")
        answer = json.loads(line)
        if "error" in answer:
            raise ChildError(f"{self._module}: {answer['error']}")
        return answer["answer"]

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process by ending its input; by force where it does not listen."""
        try:
            self._process.communicate(timeout=20)
        except (subprocess.TimeoutExpired, OSError):
            self._process.kill()
            self._process.communicate()


def answer_all(hello: Any, do: Do, answers: TextIO) -> None:
    """In the child: say hello, then do what each line of the input asks for until the input ends."""
    _write(answers, {"answer": hello})
    for line in sys.stdin:
        try:
            _write(answers, {"answer": do(json.loads(line))})
        except Exception as error:  # noqa: BLE001  the parent reports it
            _write(answers, {"error": f"{type(error).__name__}: {error}"})


def pipe() -> TextIO:
    """In the child: the way to the parent; whatever else is printed goes where errors go."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _write(answers: TextIO, content: Mapping[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()
