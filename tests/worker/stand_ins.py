"""Stand-ins for the protobuf messages between host and worker: records with the same names and fields.

The worker library takes the module of messages as an argument; the real one comes with the host, not from PyPI.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4


class Message(SimpleNamespace):
    """A message with the fields that it was made with."""

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802  protobuf's name
        """Return which field of a group is set; messages here hold one field of their groups at most."""
        return next(iter(vars(self)), None) if group == "data" else "data"


class StatusResult(Message):
    """How a request of the host ended."""

    Failure, Success = 0, 1


class BindingInfo(Message):
    """One binding of a function."""

    in_, out, inout = 0, 1, 2
    undefined = 0


class Messages:
    """The module of messages: the two that have constants, every other name a plain record."""

    StatusResult = StatusResult
    BindingInfo = BindingInfo

    def __getattr__(self, name: str) -> type[Message]:
        """Return the record of that name, as if it were generated."""
        return type(name, (Message,), {})


def init_request(folder: str) -> Message:
    """Return what the host sends first: where the app is."""
    inner = Message(worker_init_request=Message(capabilities={}, function_app_directory=folder))
    return Message(request=inner, properties={"host": "127.0.0.1", "protos": Messages()})


def load_request(function_id: str) -> Message:
    """Return what the host sends once per function."""
    return Message(request=Message(function_load_request=Message(function_id=function_id)))


def invocation_request(function_id: str, parameter: str, http: dict[str, Any]) -> Message:
    """Return what the host sends for an HTTP request: `http` has method, url, headers, params, query, body."""
    body = Message(bytes=http["body"]) if http["body"] else Message()
    data = Message(http=Message(**{**http, "body": body}))
    trace = Message(trace_parent=http["headers"].get("traceparent", ""), trace_state="", attributes={})
    invocation = Message(
        invocation_id=str(uuid4()),
        function_id=function_id,
        input_data=[Message(name=parameter, data=data)],
        trigger_metadata={},
        trace_context=trace,
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
    )
    return Message(request=Message(invocation_request=invocation))
