"""`GET /api/diagnose`: what works, what does not, who can fix it; nothing is written, nobody is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from dev.emulator import Emulator, Fault
from shared.api.service import Service
from shared.contract.diagnosis import Check
from shared.contract.http import ApiRequest
from shared.dataverse import retry
from shared.diagnostics import page
from tests.flow.people import OPEN, case, contact, conversation

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
Diagnosis = dict[str, Any]


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts are not lived through."""
    monkeypatch.setattr(retry, "sleep", lambda _: None)


def ask(app: Any, headers: Mapping[str, str] | None = None, **query: str) -> tuple[int, Diagnosis]:
    """Status and content of a diagnosis."""
    reply = app.service.diagnose(ApiRequest(b"", headers or {}, query, "an-invocation"))
    content: Diagnosis = json.loads(reply.body)
    assert (reply.status == 200) is content["ready"]
    return reply.status, content


def failed(content: Diagnosis) -> dict[str, Diagnosis]:
    """The checks that linking needs and that are not ok, by name."""
    return {each["name"]: each for each in content["checks"] if each["needed"] and not each["ok"]}


def advice(content: Diagnosis, area: str) -> dict[str, Diagnosis]:
    """The checks of an area that are not ok and not needed, by name."""
    return {each["name"]: each for each in content["checks"] if (each["area"], each["needed"]) == (area, False)}


def check(content: Diagnosis, name: str) -> Diagnosis:
    """The one check whose name begins so."""
    found = [each for each in content["checks"] if each["name"].startswith(name)]
    assert len(found) == 1, [each["name"] for each in content["checks"]]
    return found[0]


@pytest.fixture
def everything(dataverse: Emulator) -> Callable[[], dict[str, Any]]:
    """All rows that the app could change, now."""
    sets = ("accounts", "contacts", "incidents", "msdyn_ocliveworkitems", "msdyn_liveworkstreams", "systemusers")
    return lambda: {name: dataverse.rows(name) for name in sets}


def test_all_is_well(app, everything) -> None:
    """200 and `ready`; every area of the issue is looked at; no row is changed, and only reads are sent."""
    before = everything()
    status, content = ask(app)
    assert (status, failed(content), advice(content, "privileges")) == (200, {}, {})
    areas = [each["area"] for each in content["checks"]]
    assert areas == sorted(areas, key=areas.index), "areas stand together"
    assert set(areas) >= {
        "settings",
        "sign-in",
        "privileges",
        "columns",
        "navigation",
        "rows",
        "workstreams",
        "distance",
    }
    assert everything() == before
    sent = [(call.method, call.path) for call in app.dataverse.calls]
    assert {method for method, path in sent if not path.endswith("$batch")} == {"GET"}
    assert {part.method for call in app.dataverse.calls for part in call.parts} == {"GET"}


def test_settings_are_told_by_name(app_with) -> None:
    """The settings that were changed are named; wrong ones are all in the fix, for the Azure administrator."""
    _, content = ask(app_with(NAME_USE="tie_break", PREFERRED_CUSTOMER="contact"))
    assert check(content, "settings")["found"].endswith("; changed: NAME_USE")
    status, broken = ask(app_with(NAME_USE="guess", LINK_BUDGET_SECONDS="0"))
    assert status == 503
    assert "NAME_USE" in broken["firstFix"]
    assert "LINK_BUDGET_SECONDS" in broken["firstFix"]
    assert broken["firstFixBy"].startswith("Azure administrator")


def test_the_token_is_told_without_being_shown(app) -> None:
    """Who signs in and until when; never the token itself."""
    reply = app.service.diagnose(ApiRequest(b"", {}, {}, "an-invocation"))
    token = app.dataverse.identity.token()[0]
    assert token not in reply.body
    assert token.rpartition(".")[2] not in reply.body
    found = check(json.loads(reply.body), "token")["found"]
    assert found.startswith("client id 00000000-0000-4000-8000-0000000000c1, good until 20")


def test_no_identity_and_no_user(app, monkeypatch) -> None:
    """The first thing that is in the way is the first fix, with who can: identity in Azure, its user in Dynamics."""
    app.dataverse.member = False
    _, content = ask(app)
    assert list(failed(content)) == ["WhoAmI"]
    assert "application user" in content["firstFix"]
    assert content["firstFixBy"].startswith("Dynamics 365 administrator")
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    _, content = ask(type(app)(Service.from_environment(app.dataverse.settings), app.dataverse))
    assert list(failed(content)) == ["token"]
    assert content["firstFixBy"].startswith("Azure administrator")


@pytest.mark.parametrize(
    ("fault", "by"),
    [
        (Fault(status=503, times=99), "nobody"),
        (Fault(status=429, retry_after=30, times=99), "nobody"),
        (Fault(drop="before", times=99), "nobody"),
        (Fault(status=403, code="0x80072560", path="WhoAmI"), "Dynamics 365 administrator"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.label,
)
def test_dataverse_does_not_answer(app_with, fault, by) -> None:
    """What is in the way is reported, and whether somebody can fix it or it has to be waited for."""
    app = app_with(LINK_BUDGET_SECONDS="2")
    app.dataverse.faults.add(fault)
    status, content = ask(app)
    assert status == 503
    assert content["firstFixBy"].startswith(by)


def test_what_was_found_before_the_time_was_over_is_told(app_with) -> None:
    """The budget bounds a diagnosis, too; it then says what it knows."""
    app = app_with(LINK_BUDGET_SECONDS="2")
    app.dataverse.faults.add(Fault(latency=30, path="$batch"))
    status, content = ask(app)
    assert status == 503
    assert check(content, "WhoAmI")["ok"]
    assert [each["fixBy"] for each in failed(content).values()] == ["nobody; wait and repeat"]


def test_a_column_that_is_not_there(app_with) -> None:
    """IDENTIFICATION_RULES mistyped: the column and its table are named, and the setting that is to be corrected."""
    status, content = ask(app_with(IDENTIFICATION_RULES='{"contact": {"Phone": ["mobilephone", "telefone9"]}}'))
    assert status == 503
    assert list(failed(content)) == ["columns of contact"]
    assert "IDENTIFICATION_RULES" in content["firstFix"]
    assert content["firstFix"].endswith("the table contact has no column telefone9.")
    assert content["firstFixBy"].startswith("Azure administrator")


def test_a_column_that_holds_no_text(app_with) -> None:
    """Only text columns can be compared with what a customer types."""
    _, content = ask(app_with(IDENTIFICATION_RULES='{"account": {"Size": ["numberofemployees"]}}'))
    assert list(failed(content)) == ["columns of account"]
    assert "numberofemployees" in content["firstFix"]


def hide_definitions(app: Any) -> None:
    """The next read of table definitions is refused, part by part."""
    for part in range(20):
        app.dataverse.faults.add(Fault(status=403, code="0x80040220", path="EntityDefinitions", part=part))


def test_without_definitions_the_rows_say_it(app_with) -> None:
    """Where table definitions cannot be read, rows that are read with all columns tell whether they are there."""
    app = app_with()
    hide_definitions(app)
    _, content = ask(app)
    assert content["ready"]
    assert check(content, "columns of contact")["ok"]
    assert all("could not be read" in each["fix"] for each in advice(content, "privileges").values())
    bad = app_with(IDENTIFICATION_RULES='{"contact": {"Phone": ["telefone9"]}}')
    hide_definitions(bad)
    _, content = ask(bad)
    assert "columns of contact" in failed(content)
    assert not content["ready"]


def test_a_table_that_may_not_be_read(app) -> None:
    """A missing Read is named, for the table it is missing on."""
    app.dataverse.denied = {"prvReadContact"}
    status, content = ask(app)
    assert status == 503
    assert "prvReadContact" in content["firstFix"]
    assert content["firstFixBy"].startswith("Dynamics 365 administrator")
    assert not check(content, "rows of contact")["ok"]
    assert check(content, "rows of account")["ok"]


def test_no_row_is_visible(monkeypatch) -> None:
    """No visible row means too little depth or an empty table: both are said."""
    with Emulator(data={}) as empty:
        for name, value in empty.settings.items():
            monkeypatch.setenv(name, value)
        content = json.loads(Service.from_environment(empty.settings).diagnose(ApiRequest()).body)
    assert not content["ready"]
    assert "depth Organization" in check(content, "rows of contact")["fix"]
    assert "make one" in check(content, "rows of contact")["fix"]


def test_rules_of_workstreams_compete(app, app_with) -> None:
    """Workstreams with a rule are named as advice; where the app uses the same rule, they do not compete."""
    status, content = ask(app)
    found = check(content, "rules of workstreams")
    assert status == 200
    assert (found["ok"], found["needed"]) == (False, False)
    assert "Live chat of the shop" in found["found"]
    assert check(ask(app_with(RULE_SOURCE="workstream"))[1], "rules of workstreams")["ok"]


def test_a_workstream_that_may_not_be_read(app, app_with) -> None:
    """It matters only where the app is to use its rule."""
    app.dataverse.denied = {"prvReadmsdyn_liveworkstream"}
    assert ask(app)[0] == 200
    assert ask(app_with(RULE_SOURCE="workstream"))[0] == 503


def test_one_conversation(app) -> None:
    """Existence, state and what is linked, by id; names are never told, and no row changes."""
    app.link(OPEN, Email="maria.campbell@example.com")
    before = app.dataverse.row("msdyn_ocliveworkitems", OPEN)
    reply = app.service.diagnose(ApiRequest(b"", {}, {"conversationid": f"{{{OPEN.upper()}}}"}, "i"))
    found = check(json.loads(reply.body), OPEN)["found"]
    assert found.startswith("open; ")
    assert f"customer: contact {contact(1)}" in found
    assert case(1) in found
    for text in ("Maria", "Campbell", "CAS-", "example.com"):
        assert text not in reply.body
    assert app.dataverse.row("msdyn_ocliveworkitems", OPEN) == before


def test_a_conversation_that_is_closed_missing_or_no_guid(app) -> None:
    """Each is told apart; none makes the app unready."""
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, {"statecode": 1, "statuscode": 4})
    assert check(ask(app, conversationid=OPEN)[1], OPEN)["found"].startswith("closed")
    unknown = conversation(999)
    status, content = ask(app, conversationid=unknown)
    assert (status, "does not exist" in check(content, unknown)["found"]) == (200, True)
    status, content = ask(app, conversationid="va-123' or 1 eq 1")
    assert (status, advice(content, "conversation")["conversation"]["fixBy"]) == (200, "whoever sent the request")


class Texts(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Remember an element."""
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Remember a text."""
        self.texts.append(data)


def test_a_page_where_a_browser_asks(app) -> None:
    """The same content as HTML, with what people named escaped, nothing that runs, nothing from outside."""
    evil = "<script>alert(1)</script>\"'&"
    stream = app.dataverse.rows("msdyn_liveworkstreams")[0]["msdyn_liveworkstreamid"]
    app.dataverse.update("msdyn_liveworkstreams", stream, {"msdyn_name": evil})
    reply = app.service.diagnose(ApiRequest(b"", {"accept": BROWSER}, {}, "i"))
    assert reply.content_type.startswith("text/html")
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    parsed = Texts()
    parsed.feed(reply.body)
    assert not {"script", "img", "link", "iframe", "a"} & set(parsed.tags)
    assert any(evil in text for text in parsed.texts)
    _, content = ask(app)
    for each in content["checks"]:
        assert any(each["name"] in text for text in parsed.texts), each["name"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("", "json"), ("*/*", "json"), ("application/json, text/html", "json"), (BROWSER, "html"), ("text/html", "html")],
)
def test_json_for_everyone_else(app, accept, kind) -> None:
    """A tool that names nothing, or JSON first, gets JSON."""
    assert kind in app.service.diagnose(ApiRequest(b"", {"accept": accept}, {}, "i")).content_type


def test_a_page_of_a_broken_app() -> None:
    """Without settings there is still a page that says what is missing."""
    reply = Service.from_environment({}).diagnose(ApiRequest(b"", {"accept": BROWSER}, {}, "i"))
    assert reply.status == 503
    assert "DATAVERSE_URL is missing" in reply.body


def test_marks() -> None:
    """Three words for how a check went."""
    assert [page.mark(Check(ok=ok, needed=needed)) for ok, needed in ((True, True), (False, True), (False, False))] == [
        "ok",
        "not ok",
        "advice",
    ]
