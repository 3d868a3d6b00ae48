"""An app with one function per thing that the worker does, to prove the harness itself."""

import json
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
both = threading.Barrier(2, timeout=60)


@app.route(route="echo", methods=["GET", "POST"])
def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Answer with what arrived."""
    seen = {
        "method": req.method,
        "url": req.url,
        "params": dict(req.params),
        "header": req.headers.get("X-Asked"),
        "body": req.get_body().decode("utf-8"),
        "function": context.function_name,
        "invocation": context.invocation_id,
        "trace": context.trace_context.trace_parent,
        "thread": threading.current_thread() is not threading.main_thread(),
    }
    body = json.dumps(seen)
    return func.HttpResponse(body, status_code=201, headers={"X-Answer": "ü"}, mimetype="application/json")


@app.route(methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def meet(req: func.HttpRequest) -> str:
    """Answer when a second call is under way."""
    both.wait()
    return "met"


@app.route(methods=["GET"])
def broken(req: func.HttpRequest) -> func.HttpResponse:
    """Fail."""
    raise LookupError("of the handler")
