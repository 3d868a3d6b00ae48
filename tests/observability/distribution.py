"""A process like the worker's in OpenTelemetry mode: Microsoft's distribution first, then the app, then one call of it.

Standard input holds the body and the `traceparent` of the call, standard output its answer.
"""

from __future__ import annotations

import json
import os
import sys

from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry import context, trace
from opentelemetry._logs import get_logger_provider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from dev.hosting.application import application, load_app
from dev.hosting.invocation import invoke
from dev.http.messages import Request


def main() -> None:
    """One call, then everything is sent."""
    asked = json.load(sys.stdin)
    configure_azure_monitor(logger_name=os.environ["PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"])
    (link,) = [endpoint for endpoint in application(load_app()).endpoints if endpoint.name == "link"]
    context.attach(TraceContextTextMapPropagator().extract({"traceparent": asked["traceparent"]}))
    headers = {"traceparent": asked["traceparent"]}
    response = invoke(link, Request("POST", "/api/link", headers, json.dumps(asked["body"]).encode()))
    trace.get_tracer_provider().force_flush()
    get_logger_provider().force_flush()
    sys.stdout.write(response.body.decode())
    sys.stdout.flush()
    os._exit(0)  # what is measured on and on in the background has nobody to go to


if __name__ == "__main__":
    main()
