"""The page's endpoints, over HTTP and without a browser: what is served, forwarded, shown and reset."""

from __future__ import annotations

import http.client
import json
import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests  # noqa: F401 -- else the app imports it in a thread, while pytest turns the filters that it sets

from dev.demo.steps import CONVERSATION, conversation
from dev.emulator import Emulator
from dev.host import Host
from dev.hosting.backend import defaults, settings_for
from dev.page import Page, screenshot, static_files, stories
from dev.page.served import served
from dev.page.timeline import Entry, Links, Timeline
from shared.contract.answers import LinkAnswer
from shared.contract.statuses import LinkStatus, PartStatus, UnlinkStatus

ROOT = Path(__file__).resolve().parents[2]
JSON = {"Content-Type": "application/json"}
MARIA, KIM = "c0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000008"


class Web:
    """Sends requests as they are given, paths included; an HTTP library would tidy them up."""

    def __init__(self, running):
        self.emulator, self.app = running.emulator, running.host
        self._at = running.emulator.url.removeprefix("http://")

    def send(self, method, path, body=None, headers=None):
        """Return status, headers and body."""
        connection = http.client.HTTPConnection(self._at, timeout=60)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def post(self, path, value):
        """Post JSON; return status and answer."""
        status, _, body = self.send("POST", path, json.dumps(value).encode(), JSON)
        return status, json.loads(body)

    def state(self):
        """Return what the page shows."""
        return json.loads(self.send("GET", "/page/state")[2])

    def screen(self, key):
        """Return what the page shows of one conversation."""
        (found,) = [each for each in self.state()["conversations"] if each["id"] == key]
        return found


@pytest.fixture(scope="module")
def running():
    """Serve app, Dataverse and page; time enough for a slow machine to wait out what is throttled."""
    with served(LINK_BUDGET_SECONDS="60") as found:
        yield found


@pytest.fixture
def web(running):
    """Return a client, with everything as at the start."""
    found = Web(running)
    assert found.post("/page/reset", {})[0] == 200
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/static/base.css", "text/css; charset=utf-8"),
        ("/static/app.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/page/state", "application/json; charset=utf-8"),
    ],
)
def test_content_types(web, path, kind):
    """Each file has the type of its ending, and headers that let the browser run nothing else."""
    status, headers, body = web.send("GET", path)
    assert (status, headers["Content-Type"], bool(body)) == (200, kind, True)
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/../page.py",
        "/static/..%2fpage.py",
        "/static/%2e%2e/page.py",
        "/static//etc/passwd",
        "/static/..\\page.py",
        "/../../../etc/passwd",
        "/static/",
        "/static/none.js",
        "/page.py",
        "/elsewhere",
    ],
)
def test_no_path_leads_out(web, path):
    """Only the names of the page's own files are paths."""
    assert web.send("GET", path)[0] == 404


def test_every_file_is_reached_and_loads_from_here_only():
    """Nothing lies about unused, and nothing comes from another address."""
    texts = {path: file.read_text(encoding="utf-8") for path, file in static_files.FILES.items()}
    named = set(re.findall(r'(?:src|href)="(static/[^"]+)"', texts["/"]))
    named |= {f"static/{name}" for text in texts.values() for name in re.findall(r'from "\./([\w.]+)"', text)}
    assert {f"/{name}" for name in named} | {"/"} == set(static_files.FILES) - {"/static/index.html"}
    for path, text in texts.items():
        assert set(re.findall(r"https?://[\w.-]+", text)) <= {"http://www.w3.org"}, path
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style=|@import|\burl\(", text
        ), path


def test_methods_and_types_are_checked(web):
    """Looking is GET, acting is POST with JSON: another site's form cannot act."""
    assert web.send("POST", "/", b"")[0] == 405
    assert web.send("GET", "/page/reset")[0] == 405
    assert web.send("POST", "/page/reset", b"{}", {"Content-Type": "text/plain"})[0] == 415
    assert web.send("POST", "/page/link", b"{}")[0] == 415


def test_web_api_is_as_without_the_page(web):
    """The hook takes nothing from Dataverse, and records nothing."""
    status, headers, _ = web.send("GET", "/api/data/v9.2/WhoAmI")
    assert (status, "WWW-Authenticate" in headers) == (401, True)
    assert web.send("GET", "/msi/token")[0] == 401
    before = len(web.emulator.calls)
    web.send("GET", "/")
    assert len(web.emulator.calls) == before
    with Emulator() as alone:
        (status, _, _) = Web(type("Alone", (), {"emulator": alone, "host": None})).send("GET", "/")
    assert status != 200


def test_state_shows_the_tables(web):
    """Customer with e-mail, phone and company; case with number, title and state; the customer's cases."""
    shown = web.screen(conversation(6))
    assert shown["customer"] | {"note": "", "cases": []} == {
        "id": MARIA,
        "type": "contact",
        "name": "Maria Campbell",
        "email": "maria.campbell@example.com",
        "phone": "+1 425 555 0201",
        "company": "",
        "active": True,
        "note": "",
        "cases": [],
    }
    assert shown["case"]["number"] == "CAS-01001-X1Y2Z3"
    assert (shown["case"]["title"], shown["case"]["state"]) == ("Printer prints blank pages", "In Progress")
    assert [case["number"] for case in shown["recentCases"]] == ["CAS-01001-X1Y2Z3"]
    assert (shown["state"], shown["open"], shown["channel"], shown["timeline"]) == ("Active", True, "Live chat", [])
    people = {each["name"]: each for each in web.state()["people"]}
    assert people["Taylor Reed"]["company"] == "Contoso Ltd"
    assert people["Rosa Diaz"]["cases"] == []


def test_state_is_not_sent_twice(web):
    """A poll that finds nothing new is a 304 without a body; a link makes it new."""
    _, headers, _ = web.send("GET", "/page/state")
    same = {"If-None-Match": headers["ETag"]}
    assert web.send("GET", "/page/state", headers=same)[::2] == (304, b"")
    web.post("/page/link", {"conversationId": CONVERSATION, "Email": "kim.park@example.com"})
    assert web.send("GET", "/page/state", headers=same)[0] == 200


def test_link_is_shown_with_its_reasons(web):
    """The app's answer comes back, the tables change, and the timeline says why."""
    status, answer = web.post("/page/link", {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"})
    assert (status, answer["status"], answer["explain"]) == (200, "linked", "")
    shown = web.screen(CONVERSATION)
    (entry,) = shown["timeline"]
    assert shown["customer"]["name"] == "Maria Campbell"
    assert shown["summary"] == answer["escalationSummary"]
    assert entry["before"] == ["", ""]
    assert entry["after"] == ["Maria Campbell", "CAS-01001-X1Y2Z3"]
    assert "customer decided: " in entry["explain"]


def test_dry_run_writes_nothing_and_is_no_summary(web):
    """What would be linked is on the timeline, and nothing on the screen."""
    web.post("/page/link", {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com", "dryRun": True})
    shown = web.screen(CONVERSATION)
    assert (shown["customer"], shown["summary"]) == (None, "")
    assert shown["timeline"][0]["answer"]["customerStatus"] == "would_link"


def test_unlink(web):
    """Both go, and the summary with them."""
    web.post("/page/link", {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"})
    assert web.post("/page/unlink", {"conversationId": CONVERSATION})[1]["status"] == "unlinked"
    shown = web.screen(CONVERSATION)
    assert (shown["customer"], shown["case"], shown["summary"], len(shown["timeline"])) == (None, None, "", 2)


def test_change_by_others_is_noticed(web):
    """A request that did not come through the page is on the timeline, too."""
    lookup = {"msdyn_customer_msdyn_ocliveworkitem_contact": KIM}
    web.emulator.update("msdyn_ocliveworkitems", CONVERSATION, lookup)
    (entry,) = web.screen(CONVERSATION)["timeline"]
    assert (entry["route"], entry["after"]) == ("elsewhere", ["Kim Park", ""])


class _Echo(BaseHTTPRequestHandler):
    """Stands in for the app: keeps what came, and answers with something unusual."""

    def do_POST(self):
        """Answer 418."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        answer = b'{"odd":  "\xc3\xa9"}'
        self.send_response(418)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Retry-After", "7")
        self.send_header("X-Secret", "stays here")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def echo():
    """Serve an app that keeps what it gets, behind a page with a key."""
    with HTTPServer(("127.0.0.1", 0), _Echo) as server, Emulator() as emulator:
        server.got = []
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        emulator.fallback_handler = Page(emulator, f"http://127.0.0.1:{server.server_port}", key="the key")
        yield Web(type("Echoed", (), {"emulator": emulator, "host": None})), server.got
        server.shutdown()
        thread.join()


def test_proxy_forwards_exactly(echo):
    """Byte for byte in both directions, query, status and Retry-After included; the key is added."""
    web, got = echo
    body = b'{ "Name" :"Zo\xc3\xab",\n"conversationId": "x" }'
    headers = {"Content-Type": "application/json; charset=utf-8", "x-correlation-id": "abc", "Cookie": "none"}
    status, answered, text = web.send("POST", "/page/link?always=true", body, headers)
    path, sent, same = got[-1]
    assert (path, same) == ("/api/link?always=true", body)
    assert sent["content-type"] == "application/json; charset=utf-8"
    assert (sent["x-correlation-id"], sent["x-functions-key"], "cookie" in sent) == ("abc", "the key", False)
    assert (status, text) == (418, b'{"odd":  "\xc3\xa9"}')
    assert (answered["Content-Type"], answered["Retry-After"]) == ("application/problem+json", "7")
    assert "X-Secret" not in answered


def test_dry_run_comes_first_and_only_for_links(echo):
    """The same request as a dry run, then the real one; an unlink and what is no object go once."""
    web, got = echo
    web.post("/page/link", {"Email": "a@example.com", "DRYRUN": False})
    assert [json.loads(body) for _, _, body in got] == [
        {"Email": "a@example.com", "dryRun": True},
        {"Email": "a@example.com", "DRYRUN": False},
    ]
    got.clear()
    web.post("/page/unlink", {"conversationId": CONVERSATION})
    web.post("/page/link", ["no object"])
    web.send("POST", "/page/link", b"\xff{", JSON)
    assert [path for path, _, _ in got] == ["/api/unlink", "/api/link", "/api/link"]


def test_absent_app_is_named():
    """Core Tools may still be starting: the page says where it looked."""
    with Emulator() as emulator:
        emulator.fallback_handler = Page(emulator, "http://127.0.0.1:9")
        status, answer = Web(type("Alone", (), {"emulator": emulator, "host": None})).post("/page/link", {})
    assert (status, answer["code"]) == (502, "app_unreachable")
    assert "http://127.0.0.1:9" in answer["detail"]


def test_key_is_used_and_never_shown():
    """With --enable-auth the page can still ask, and does not show the key."""
    with Emulator() as emulator, Host(settings=defaults() | settings_for(emulator), enable_auth=True) as host:
        emulator.fallback_handler = Page(emulator, host.url, host.key)
        web = Web(type("Keyed", (), {"emulator": emulator, "host": host}))
        assert web.post("/page/link", {"conversationId": CONVERSATION, "Email": "kim.park@example.com"})[0] == 200
        assert web.state()["wantsKey"]
        assert host.key not in json.dumps(web.state())


@pytest.mark.parametrize(
    ("kind", "status", "struck"), [("throttle", 200, 1), ("concurrent", 200, 1), ("outage", 503, 2)]
)
def test_fault_strikes_the_next_request_only(web, kind, status, struck):
    """The dry run is spared, the request is struck, the one after it is not."""
    assert web.post("/page/fault", {"kind": kind}) == (200, {"armed": kind})
    assert web.state()["armed"] == kind
    request = {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"}
    patience = {"timeoutSeconds": 3} if kind == "outage" else {}  # an outage ends when the time is up
    assert web.post("/page/link", request | patience)[0] == status
    entry = web.screen(CONVERSATION)["timeline"][0]
    assert entry["fault"]
    assert entry["struck"] >= struck
    assert "customer decided: linked" in entry["explain"]
    assert web.state()["armed"] == ""
    assert web.post("/page/link", request)[1]["status"] == "linked"
    assert web.screen(CONVERSATION)["timeline"][0]["struck"] == 0


@pytest.mark.parametrize("body", [b"{}", b"[]", b"{", b'{"kind": 1}', b'{"kind": "rain"}', b"\xff"])
def test_unknown_fault_is_refused(web, body):
    """And nothing is armed."""
    assert web.send("POST", "/page/fault", body, JSON)[0] == 400
    assert web.state()["armed"] == ""


def test_reset(web):
    """Data, timeline and faults are as at the start."""
    start = web.state()
    web.post("/page/link", {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"})
    web.post("/page/fault", {"kind": "outage"})
    assert web.state() != start
    assert web.post("/page/reset", {})[0] == 200
    assert web.state() == start


@pytest.mark.parametrize(
    ("kind", "key", "texts"),
    [
        ("contact", MARIA, ("Person", "Maria Campbell", "+1 425 555 0201", "CAS-01001-X1Y2Z3")),
        ("account", "a0000000-0000-4000-8000-000000000003", ("Company", "O&#x27;Reilly &amp; Sons", "+353 1 555 0130")),
        ("incident", "e0000000-0000-4000-8000-000000000008", ("Case", "CAS-01008-H8J9K1", "Jordan Stone")),
        ("msdyn_ocliveworkitem", conversation(6), ("Conversation", "Active", "Maria Campbell", "CAS-01001-X1Y2Z3")),
    ],
)
def test_links_of_an_answer_open_the_record(web, kind, key, texts):
    """customerUrl and the others lead to that record, and to no other conversation."""
    status, headers, body = web.send("GET", f"/main.aspx?pagetype=entityrecord&etn={kind}&id={key.upper()}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert all(text in body.decode() for text in texts)
    assert "script" not in body.decode()


@pytest.mark.parametrize(
    "query", ["", "?etn=contact", f"?etn=nothing&id={MARIA}", "?etn=contact&id=%0d%0aSet-Cookie:x"]
)
def test_record_that_is_not_there(web, query):
    """Whatever else the address holds is a 404."""
    assert web.send("GET", f"/main.aspx{query}")[0] == 404


def test_values_of_a_record_are_texts(web):
    """Markup in a record is shown as it is written."""
    web.emulator.update("contacts", MARIA, {"lastname": "<script>x</script>"})
    body = web.send("GET", f"/main.aspx?etn=contact&id={MARIA}")[2].decode()
    assert "&lt;script&gt;x" in body
    assert "<script" not in body


def test_end_closes_the_conversation(web):
    """As Omnichannel would; a dry run does not, and what comes later finds it closed."""
    asked = {"conversationId": CONVERSATION, "Email": "kim.park@example.com", "event": "end"}
    web.post("/page/link", asked | {"dryRun": True})
    assert web.screen(CONVERSATION)["open"]
    web.post("/page/link", asked)
    assert (web.screen(CONVERSATION)["open"], web.screen(CONVERSATION)["state"]) == (False, "Closed")
    web.post("/page/link", asked)
    assert [entry["closed"] for entry in web.screen(CONVERSATION)["timeline"]] == [True, False, False]


def test_new_conversation_is_made_once_it_is_needed(web):
    """The last one is given again while nothing has happened in it; a reset forgets them."""
    start = web.state()
    first = web.post("/page/fresh", {})[1]["conversation"]
    assert web.post("/page/fresh", {})[1]["conversation"] == first
    assert (web.screen(first)["open"], web.screen(first)["customer"]) == (True, None)
    web.post("/page/link", {"conversationId": first, "Email": "kim.park@example.com"})
    second = web.post("/page/fresh", {})[1]["conversation"]
    assert second != first
    assert [each["id"] for each in web.state()["conversations"]][:2] == [second, first]
    web.post("/page/reset", {})
    assert web.state() == start


def test_unlink_that_changes_nothing_keeps_the_summary(web):
    """Only what was taken away makes the summary out of date."""
    web.post("/page/link", {"conversationId": CONVERSATION, "Name": "Alex Smith"})
    web.post("/page/unlink", {"conversationId": CONVERSATION})
    assert web.screen(CONVERSATION)["summary"]


def test_everybody_has_a_note(web):
    """Whoever can be chosen is described in words."""
    people = web.state()["people"]
    assert [each["name"] for each in people if not each["note"]] == []
    assert {each["group"] for each in people[-3:]} == {"Odd values"}


def test_every_status_has_words():
    """What the contract can answer is said in words of people."""
    words = (static_files.FOLDER / "words.js").read_text(encoding="utf-8")
    statuses = {*PartStatus, *LinkStatus, *UnlinkStatus}
    assert [status for status in statuses if not re.search(rf"\b{status}: \[", words)] == []


FORM = {"Name", "Email", "Phone", "CaseNumber", "event", "createCase", "overwrite", "dryRun"}


@pytest.mark.parametrize("story", stories.STORIES, ids=lambda story: story.title)
def test_every_story_is_true(web, story):
    """What the conversation holds afterwards, and what the standard rule would link, is what the story says."""
    assert set(story.sent) <= FORM
    web.post("/page/link?always=true", {"conversationId": story.conversation, **story.sent})
    shown = web.screen(story.conversation)
    (entry,) = shown["timeline"]
    assert tuple(entry["after"]) == story.links
    standard = entry["standard"] or {"customer": {"label": ""}, "case": {"label": ""}}
    assert (standard["customer"]["label"], standard["case"]["label"]) == story.standard
    if story in stories.PLAYABLE and story.level:
        assert entry["answer"]["identityLevel"] == story.level


def test_no_story_hides_another():
    """Each has a conversation and a title of its own, and a title that fits its list."""
    assert len({story.conversation for story in stories.STORIES}) == len(stories.STORIES)
    assert len({story.title for story in stories.STORIES}) == len(stories.STORIES)
    assert max(len(story.title) for story in stories.STORIES) <= 45


def test_story_that_cannot_be_seen_is_not_offered(monkeypatch):
    """A level needs a table in which the platform records it, and the field of the answer that says it."""
    story = next(story for story in stories.STORIES if story.level == "verified")
    fields = LinkAnswer.model_fields
    monkeypatch.setattr(stories, "LinkAnswer", type("Answer", (), {"model_fields": {**fields, "identityLevel": None}}))
    assert story.offered
    assert not replace(story, needs="msdyn_nothing").offered
    without = {name: field for name, field in fields.items() if name != "identityLevel"}
    monkeypatch.setattr(stories, "LinkAnswer", type("Answer", (), {"model_fields": without}))
    assert not story.offered
    assert replace(story, level="").offered


def test_no_row_looks_like_a_mistake_of_the_app(web):
    """Pairs that do not belong together are in the demo data, but not on the page until something happens there."""
    of_stories = {each["conversation"] for each in web.state()["stories"]}
    others = [each for each in web.state()["conversations"] if each["id"] not in of_stories]
    assert others
    assert all(each["customer"]["active"] for each in others)
    assert all(each["case"]["active"] for each in others if each["case"])
    strangers_case = conversation(10)
    assert strangers_case not in {each["id"] for each in others}
    web.post("/page/unlink", {"conversationId": strangers_case})
    assert strangers_case in {each["id"] for each in web.state()["conversations"]}


def called_by_others(web, path, value):
    """Post to the app itself, as curl does."""
    status, _, body = Web(type("Direct", (), {"emulator": web.app, "host": None})).send(
        "POST", path, json.dumps(value).encode(), JSON
    )
    return status, json.loads(body)


@pytest.mark.parametrize("name", ["conversationId", "msdyn_ConversationId"])
def test_calls_of_others_are_shown(web, name):
    """A call that did not come through the page is on the timeline with its answer, and the page may go there."""
    assert web.state()["outside"] == {}
    asked = {name: "{" + conversation(5).upper() + "}", "Email": "nobody@example.com"}
    assert called_by_others(web, "/api/link", asked)[1]["customerStatus"] == "not_found"
    (entry,) = web.screen(conversation(5))["timeline"]
    assert (entry["route"], entry["outside"], entry["answer"]["customerStatus"]) == ("link", True, "not_found")
    assert entry["typed"] == {"Email": "nobody@example.com"}
    assert entry["standard"]["customer"]["status"] == "not_found"
    assert web.state()["outside"] == {"number": entry["number"], "conversation": conversation(5)}


def test_calls_of_others_say_what_they_changed(web):
    """Before and after are those of that call, not of the next look."""
    called_by_others(web, "/api/link", {"conversationId": CONVERSATION, "Email": "kim.park@example.com"})
    called_by_others(web, "/api/unlink", {"conversationId": CONVERSATION})
    last, first = web.screen(CONVERSATION)["timeline"]
    assert (first["before"], first["after"]) == (["", ""], ["Kim Park", ""])
    assert (last["route"], last["before"], last["after"]) == ("unlink", ["Kim Park", ""], ["", ""])


def test_own_calls_are_noted_once(web):
    """The page sees its own requests at the app, too, and does not take them for somebody else's."""
    web.post("/page/link", {"conversationId": CONVERSATION, "Email": "kim.park@example.com"})
    assert [entry["outside"] for entry in web.screen(CONVERSATION)["timeline"]] == [False]
    assert web.state()["outside"] == {}


def test_renamed_customer_is_the_same_customer(web):
    """Another name is no other link: nothing happened to the conversation."""
    web.emulator.update("contacts", MARIA, {"lastname": "Campbell-Jones"})
    shown = web.screen(conversation(6))
    assert (shown["customer"]["name"], shown["timeline"]) == ("Maria Campbell-Jones", [])


def answered(**answer):
    """Return a timeline's entry of a request that was answered so."""
    return Entry("x", "link", status=200, answer=answer)


def test_identity_level_is_of_the_customer_who_is_linked():
    """The level of the last answer about that customer; none after somebody else took the place, or a dry run."""
    timeline = Timeline()
    timeline.add(answered(customerId="maria", identityLevel="verified"))
    timeline.add(answered(customerId="maria", identityLevel="claimed", dryRun=True))
    assert timeline.identity_level("x", "maria") == "verified"
    assert timeline.identity_level("x", "kim") == ""
    timeline.add(answered(customerId="kim"))
    assert timeline.identity_level("x", "kim") == ""


def test_same_names_are_not_the_same_links():
    """Two records of one name differ by their ids."""
    assert Links("1", "", "Alex Smith", "").ids != Links("2", "", "Alex Smith", "").ids


def test_outage_is_answered_for_a_flow(web):
    """With always=true the answer is 200 and says what failed, so that the bot can transfer."""
    web.post("/page/fault", {"kind": "outage"})
    request = {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com", "timeoutSeconds": 3}
    status, answer = web.post("/page/link?always=true", request)
    assert (status, answer["status"], answer["failure"]) == (200, "failed", "dataverse_unavailable")
    (entry,) = web.screen(CONVERSATION)["timeline"]
    assert entry["typed"] == {"Email": "maria.campbell@example.com"}
    assert entry["standard"]["customer"]["label"] == "Maria Campbell"


@pytest.mark.parametrize("scheme", screenshot.SCHEMES)
def test_pictures_are_shown_and_small(scheme):
    """The README shows what the command writes, in light and in dark."""
    name = f"docs/page-{scheme}.png"
    assert f'"{name}"' in (ROOT / "README.md").read_text(encoding="utf-8")
    picture = (ROOT / name).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200 * 1024


def test_pictures_need_a_browser(monkeypatch, capsys):
    """Without one the command says what is missing."""
    monkeypatch.setattr(screenshot, "missing", lambda: "no Chromium is installed")
    assert screenshot.main(["--out", str(Path("never"))]) == 1
    assert "no Chromium" in capsys.readouterr().err
