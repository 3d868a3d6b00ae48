"""The HTTP triggers: a request in, one call of the service, a response out. All rules are in `shared`."""

import gc
import os

gc.disable()  # until `startup.warm_up` is done: a collection in the middle of imports finds next to nothing

import azure.functions as func  # noqa: E402

from shared.contract.http import ApiRequest, ApiResponse  # noqa: E402
from shared.startup import Startup  # noqa: E402

startup = Startup(os.environ)
app = func.FunctionApp(http_auth_level=func.AuthLevel(startup.auth_level))


@app.route(route="link", methods=["POST"])
def link(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Find the customer and the case, link them to the conversation."""
    return _response(startup.service().link(_request(req, context)))


@app.route(route="unlink", methods=["POST"])
def unlink(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Remove the customer and / or the case from the conversation."""
    return _response(startup.service().unlink(_request(req, context)))


@app.route(route="diagnose", methods=["GET"])
def diagnose(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """What works, what does not, and how to fix it."""
    return _response(startup.service().diagnose(_request(req, context)))


@app.route(route="openapi.json", methods=["GET"])
def openapi(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """The contract, machine-readable."""
    return _response(startup.service().openapi(_request(req, context)))


@app.route(route="health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def health(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Alive, and which version."""
    return _response(startup.service().health(_request(req, context)))


def _request(req: func.HttpRequest, context: func.Context) -> ApiRequest:
    return ApiRequest(
        body=req.get_body(),
        headers={name.lower(): value for name, value in req.headers.items()},
        query={name.lower(): value for name, value in req.params.items()},
        invocation_id=context.invocation_id,
        trace_parent=_trace_parent(context),
    )


def _trace_parent(context: func.Context) -> str:
    """The trace of the invocation; a host that keeps none is no reason to fail."""
    trace_parent = getattr(getattr(context, "trace_context", None), "trace_parent", None)
    return trace_parent if isinstance(trace_parent, str) else ""


def _response(reply: ApiResponse) -> func.HttpResponse:
    return func.HttpResponse(
        reply.body, status_code=reply.status, headers=dict(reply.headers), mimetype=reply.content_type
    )


startup.warm_up()
