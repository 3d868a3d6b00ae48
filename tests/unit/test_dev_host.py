"""The development server: what the Functions host would do with the same request."""

from __future__ import annotations

import http.client
import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import azure.functions as func
import pytest

from dev.host import Host
from dev.hosting.application import AppError, application, load_app


def sample() -> func.FunctionApp:
    """Return an app with one function per thing that the server has to get right."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

    @app.route(route="echo", methods=["GET", "POST"])
    def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        seen = {
            "method": req.method,
            "url": req.url,
            "params": dict(req.params),
            "header": req.headers.get("X-Asked"),
            "body": req.get_body().decode("utf-8"),
            "function": context.function_name,
            "invocation": context.invocation_id,
            "trace": context.trace_context.trace_parent,
        }
        return func.HttpResponse(json.dumps(seen), status_code=201, mimetype="application/json")

    @app.route(route="known", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
    def known(req: func.HttpRequest) -> str:
        return "known ü"

    @app.route(methods=["GET"])
    def broken(req: func.HttpRequest) -> func.HttpResponse:
        raise LookupError("of the handler")

    @app.route(methods=["GET"])
    def wrong(req: func.HttpRequest) -> func.HttpResponse:
        return {"not": "allowed"}

    @app.route(methods=["GET"])
    async def later(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(status_code=204, headers={"X-Answer": "1"})

    return app


@pytest.fixture(scope="module")
def host():
    """Serve the sample app."""
    with Host(sample()) as running:
        yield running


def ask(host, method, path, body=None, headers=None):
    """Return status, headers and body of one request."""
    connection = http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_request_reaches_the_handler_whole(host):
    """Method, URL, query, route, headers, body and context arrive as the worker passes them."""
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    headers = {"x-asked": "yes", "traceparent": trace}
    status, answered, body = ask(host, "POST", "/api/echo?x=1&x=2&y=", "é".encode(), headers)
    seen = json.loads(body)
    assert (status, answered["Content-Type"]) == (201, "application/json")
    assert seen["params"] == {"x": "1,2", "y": ""}
    assert (seen["method"], seen["header"], seen["body"], seen["function"]) == ("POST", "yes", "é", "echo")
    assert seen["url"] == f"{host.url}/api/echo?x=1&x=2&y="
    assert len(seen["invocation"]) == 36
    assert seen["trace"].split("-")[1] == "a" * 32


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/known", 200),
        ("GET", "/API/KNOWN/", 200),
        ("GET", "/known", 404),
        ("GET", "/api/known/more", 404),
        ("GET", "/", 404),
        ("DELETE", "/api/known", 404),
        ("HEAD", "/api/known", 404),
        ("GET", "/api/broken", 500),
        ("GET", "/api/wrong", 500),
        ("GET", "/api/later", 204),
    ],
)
def test_status_is_what_the_host_gives(host, method, path, status):
    """Routes match in any case; a wrong method is 404; what escapes is 500."""
    assert ask(host, method, path)[0] == status


def test_failed_invocation_has_no_body(host):
    """An exception's text stays in the log."""
    assert ask(host, "GET", "/api/broken")[2] == b""


def test_text_is_answered_as_utf8(host):
    """A function may return text; the host then says what it is."""
    _, headers, body = ask(host, "GET", "/api/known")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.decode("utf-8") == "known ü"


def test_connection_is_kept(host):
    """Two requests on one connection, an answer without body between them."""
    connection = http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=60)
    for path, status in (("/api/later", 204), ("/api/known", 200)):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()


def test_chunked_body_is_read(host):
    """A body of unknown length is put together."""
    _, _, body = ask(host, "POST", "/api/echo", iter([b"one ", b"two"]))
    assert json.loads(body)["body"] == "one two"


@pytest.mark.parametrize("headers", [b"Content-Length: x", b"Content-Length: -1", b"Transfer-Encoding: chunked"])
def test_malformed_body_is_400(host, headers):
    """A body whose length cannot be known ends the connection."""
    with socket.create_connection((urlsplit(host.url).hostname, urlsplit(host.url).port), timeout=60) as wire:
        wire.sendall(b"POST /api/echo HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\nno size\r\n")
        answer = wire.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_expectation_is_met(host):
    """A client that waits for 100 Continue gets the go-ahead."""
    with socket.create_connection((urlsplit(host.url).hostname, urlsplit(host.url).port), timeout=60) as wire:
        wire.sendall(b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 100 ")
        wire.sendall(b"ok")
        assert wire.recv(1000).startswith(b"HTTP/1.1 201 ")


def test_large_body_is_413(monkeypatch):
    """The host's limit holds before the function is called."""
    monkeypatch.setenv("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "10")
    with Host(sample()) as host:
        assert ask(host, "POST", "/api/echo", b"x" * 10)[0] == 201
        assert ask(host, "POST", "/api/echo", b"x" * 11)[0] == 413


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/later", {}, 401),
        ("/api/later", {"x-functions-key": "wrong"}, 401),
        ("/api/later", {"x-functions-key": "KEY"}, 204),
        ("/api/later?code=KEY", {}, 204),
        ("/api/known", {}, 200),
        ("/api/nothing", {}, 404),
    ],
)
def test_keys_when_they_are_on(path, headers, status):
    """With --enable-auth a key is needed, in a header or the query, but on anonymous routes."""
    with Host(sample(), enable_auth=True) as host:
        headers = {name: value.replace("KEY", host.key) for name, value in headers.items()}
        assert ask(host, "GET", path.replace("KEY", host.key), headers=headers)[0] == status


def test_handlers_run_at_the_same_time():
    """Two requests overlap, as they do in the worker's pool."""
    app = func.FunctionApp()
    both = Barrier(2, timeout=60)

    @app.route(methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
    def meet(req: func.HttpRequest) -> str:
        both.wait()
        return "met"

    with Host(app) as host, ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: ask(host, "GET", "/api/meet")[2], range(2)))
    assert answers == [b"met", b"met"]


def test_app_is_loaded_afresh_with_its_settings(tmp_path):
    """What an app reads at import is read again for each host, and the environment is put back."""
    (tmp_path / "host.json").write_text('{"version": "2.0", "extensions": {"http": {"routePrefix": "v1"}}}')
    app = tmp_path / "sample_function_app.py"
    app.write_text(
        "import os, azure.functions as func\n"
        "app, seen = func.FunctionApp(), os.environ['SAMPLE_SETTING']\n"
        "@app.route(methods=['GET'])\n"
        "def read(req: func.HttpRequest) -> str:\n"
        "    return seen + os.environ['SAMPLE_SETTING']\n"
    )
    for value in ("a", "b"):
        with Host(app, settings={"SAMPLE_SETTING": value}) as host:
            assert ask(host, "GET", "/v1/read")[2].decode() == value + value
    assert "SAMPLE_SETTING" not in os.environ


def test_two_names_for_one_app_are_refused(tmp_path):
    """The worker refuses an alias, so the development server does."""
    path = tmp_path / "sample_two_names.py"
    path.write_text("import azure.functions as func\napp = func.FunctionApp()\nalias = app\n")
    with pytest.raises(AppError, match="2 names"):
        application(load_app(path))


def test_a_route_with_parameters_is_refused():
    """A template that cannot be honoured is an error before anything is served."""
    app = func.FunctionApp()

    @app.route(route="echo/{id:int?}", methods=["GET"])
    def echo(req: func.HttpRequest) -> str:
        return "never"

    with pytest.raises(AppError, match=r"echo/\{id:int\?\} has parameters"):
        application(app)
