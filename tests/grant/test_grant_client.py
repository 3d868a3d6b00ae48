"""HTTP as an administrator meets it: throttled, slow, the wrong address, the wrong person. Each with its fix."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from dev.grant import client, fixes, signin
from dev.grant.client import Dataverse
from dev.grant.fixes import Failed, NotFound

OK = (200, {}, {"value": []})


class Scripted(BaseHTTPRequestHandler):
    """Answers from a list, one after the other; the last one again and again."""

    def answer(self):
        """Whatever is next."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        status, headers, body = self.server.script[0] if len(self.server.script) == 1 else self.server.script.pop(0)
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, *_):
        """Nothing is logged."""


@pytest.fixture
def server(monkeypatch):
    """A server of this machine that answers as scripted."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    found.script, found.seen = [OK], []
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


class Waits:
    """Stands in for the clock: what was waited, and what was said about it."""

    def __init__(self):
        self.slept, self.said = [], []


@pytest.fixture
def waits():
    """Nothing waited for yet."""
    return Waits()


@pytest.fixture
def dataverse(server, waits):
    """A client of that server that does not really wait."""
    found = Dataverse(f"http://127.0.0.1:{server.server_port}", "a-token", waits.said.append, waits.slept.append)
    yield found
    found.close()


def error(code, message=""):
    """The body of an OData error."""
    return {"error": {"code": code, "message": message}}


def test_throttling_is_waited_out_as_long_as_asked(server, dataverse, waits):
    """Retry-After is honoured to the second and said; a POST that was throttled was not carried out, so it repeats."""
    server.script = [(429, {"Retry-After": "17"}, error("0x80072322")), (204, {}, "")]
    dataverse.post("roles", {}, "create a security role")
    assert waits.slept == [17.0]
    assert "17 s" in waits.said[0]
    assert len(server.seen) == 2


def test_throttling_without_end_is_given_up(server, dataverse, waits):
    """It ends after some minutes at most, and says that repeating is safe."""
    server.script = [(429, {"Retry-After": "60"}, error("0x80072322"))]
    with pytest.raises(Failed, match="repeat"):
        dataverse.get("WhoAmI", "say who you are")
    assert 0 < sum(waits.slept) <= client.MAX_WAIT_SECONDS


def test_wait_longer_than_the_limit_is_not_begun(server, dataverse, waits):
    """An absurd Retry-After does not hold the terminal for an hour."""
    server.script = [(429, {"Retry-After": "86400"}, error("0x80072322"))]
    with pytest.raises(Failed):
        dataverse.get("WhoAmI", "say who you are")
    assert waits.slept == []


def test_write_that_met_a_503_is_not_repeated_by_itself(server, dataverse, waits):
    """Whether a write behind a 503 happened is not known; a read is repeated, a write is left to the next run."""
    server.script = [(503, {}, ""), OK]
    dataverse.get("roles", "read")
    assert len(waits.slept) == 1
    server.script = [(503, {}, ""), OK]
    with pytest.raises(Failed, match="not available"):
        dataverse.post("roles", {}, "create a security role")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, {}, ""), "az login --tenant"),
        (
            (403, {}, error("0x80072560", "The user is not a member of the organization.")),
            "no user of this environment",
        ),
        ((403, {}, error("0x80040220", "Principal user (Id=1) is missing prvCreateRole privilege")), "prvCreateRole"),
        ((403, {}, error("0x80048306", "Not enough privilege")), "System Administrator"),
        ((403, {}, error("0x80040225", "disabled")), "disabled"),
        ((500, {}, error("0x80044150", "SQL")), "HTTP 500"),
        ((400, {}, error("0x80040203", "Something else entirely")), "Something else entirely"),
        ((200, {}, "<html>Sign in to your router</html>"), "no Dataverse environment"),
        ((404, {}, "<html>no such page</html>"), "no Dataverse environment"),
        ((302, {"Location": "https://login.example.com/"}, ""), "no Dataverse environment"),
        ((200, {}, "[1, 2]"), "no Dataverse environment"),
    ],
    ids=["401", "no user", "privilege", "record", "disabled", "500", "400", "html", "html 404", "redirect", "list"],
)
def test_every_refusal_says_its_fix(server, dataverse, answer, words):
    """What an administrator reads is what to do, in one sentence; the token is never in it."""
    server.script = [answer]
    with pytest.raises(Failed) as failed:
        dataverse.get("WhoAmI", "say who you are")
    assert words in str(failed.value)
    assert "a-token" not in str(failed.value)


def test_missing_thing_is_told_from_a_wrong_address(server, dataverse):
    """A 404 that speaks OData is a table that is not there, which a plan can live with."""
    server.script = [(404, {}, error("0x80060888", "Could not find an entity"))]
    with pytest.raises(NotFound):
        dataverse.get("EntityDefinitions(LogicalName='x')", "read a definition")


def test_no_redirect_is_followed_with_the_token(server, dataverse):
    """The token goes to the environment and nowhere else, whatever a server answers."""
    server.script = [(307, {"Location": f"http://127.0.0.1:{server.server_port}/elsewhere"}, "")]
    with pytest.raises(Failed):
        dataverse.get("WhoAmI", "say who you are")
    assert [path for _, path, _ in server.seen] == ["/api/data/v9.2/WhoAmI"]


def test_list_is_read_over_all_pages(server, dataverse):
    """A second page is asked for by its link; a role on it is not overlooked."""
    more = f"{dataverse.root}roles?$skiptoken=2"
    server.script = [(200, {}, {"value": [{"n": 1}], "@odata.nextLink": more}), (200, {}, {"value": [{"n": 2}]})]
    assert dataverse.rows("roles?$select=name", "read") == [{"n": 1}, {"n": 2}]
    assert server.seen[1][1] == "/api/data/v9.2/roles?$skiptoken=2"


def test_id_of_what_was_created_comes_from_the_header(server, dataverse):
    """A create answers 204 with the address of the row, and nothing else."""
    id = "0C6B2E0A-1111-4222-8333-444455556666"
    server.script = [(204, {"OData-EntityId": f"https://org.crm.dynamics.com/api/data/v9.2/roles({id})"}, "")]
    assert dataverse.post("roles", {}, "create a security role") == id.lower()


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (requests.exceptions.ReadTimeout("slow"), "did not answer"),
        (requests.exceptions.ConnectTimeout("slow"), "cannot be reached"),
        (requests.exceptions.SSLError("bad"), "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.ProxyError("no"), "HTTPS_PROXY"),
    ],
    ids=["read", "connect", "tls", "proxy"],
)
def test_network_trouble_says_its_fix(dataverse, monkeypatch, raised, words):
    """What the network does is said in words, not as a trace of the library."""

    def fails(*_, **__):
        raise raised

    monkeypatch.setattr(dataverse._session, "request", fails)
    with pytest.raises(Failed, match=words):
        dataverse.get("WhoAmI", "say who you are")


def test_host_that_does_not_exist_is_said(monkeypatch, waits):
    """A slip in the address is told from a network that is down."""

    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    found = Dataverse("https://orgg.crm.dynamics.com", "a-token", waits.said.append, waits.slept.append)
    with pytest.raises(Failed, match=r"no host orgg\.crm\.dynamics\.com"):
        found.get("WhoAmI", "say who you are")
    found.close()


def test_every_call_has_a_time_limit(dataverse, monkeypatch):
    """No call waits for ever."""
    seen = []
    send = dataverse._session.request
    monkeypatch.setattr(dataverse._session, "request", lambda *a, **k: seen.append(k["timeout"]) or send(*a, **k))
    dataverse.get("roles", "read")
    assert seen == [(client.CONNECT_SECONDS, client.READ_SECONDS)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DefaultAzureCredential failed to retrieve a token. AzureCliCredential: Please run 'az login'", "`az login`"),
        ("AADSTS500011: The resource principal named https://x was not found in the tenant", "check --url"),
        ("AADSTS700082: The refresh token has expired due to inactivity.", "AADSTS700082"),
    ],
    ids=["nobody", "no environment", "expired"],
)
def test_sign_in_that_fails_says_its_fix(text, words):
    """The long text of azure-identity becomes one sentence with what to run."""
    said = str(fixes.of_sign_in(text))
    assert words in said
    assert "DefaultAzureCredential" not in said


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:1/msi/token"])
def test_managed_identity_is_only_tried_where_there_is_one(monkeypatch, endpoint):
    """On a desk the search for a managed identity would only cost time; where there is an endpoint it is used."""
    seen = {}

    class Credential:
        """Remembers how it was made."""

        def __init__(self, **options):
            seen.update(options)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def get_token(self, scope):
            """A token for the scope."""
            seen["scope"] = scope
            return type("Token", (), {"token": "t"})

    monkeypatch.setattr(signin, "DefaultAzureCredential", Credential)
    assert signin.token("https://org.crm.dynamics.com", {"IDENTITY_ENDPOINT": endpoint}) == "t"
    assert seen["scope"] == "https://org.crm.dynamics.com/.default"
    assert seen.get("exclude_managed_identity_credential", False) is (not endpoint)
