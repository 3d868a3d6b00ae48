"""What goes along: summary, links, tags, close; and what never does."""

from __future__ import annotations

import json

import pytest

from shared.api import handoff
from shared.contract.parsing import Number
from shared.contract.statuses import ContextFormat, Event
from tests.flow.people import OPEN

MARIA = "maria.campbell@example.com"


def tags(answer: dict[str, str]) -> dict[str, object]:
    """The bot's command in an answer."""
    found: dict[str, object] = json.loads(answer["omnichannelTags"])
    return found


def test_tags_on_escalate(app) -> None:
    """Contract, `omnichannelTags`: own variables, statuses and the linked case's number; never name, e-mail or phone."""
    context = {
        "Email": MARIA,
        "Topic": "Billing",
        "Count": 3,
        "Price": 1.5,
        "Vip": True,
        "Big": 12345678901,
        "Deep": {},
    }
    answer = app.link(OPEN, type="Escalate", context=context, Beside="x")
    assert tags(answer) == {
        "type": "Escalate",
        "context": {
            "Topic": "Billing",
            "Count": 3,
            "Big": "12345678901",
            "Beside": "x",
            "LinkStatus": "linked",
            "CustomerStatus": "linked",
            "CaseStatus": "linked",
            "IdentityLevel": "claimed",
            "CaseNumber": "CAS-01001-X1Y2Z3",
        },
    }
    assert answer["ignoredInputs"] == "Topic, Count, Price, Vip, Big, Deep, Beside"


@pytest.mark.parametrize(
    ("written", "value"), [("12.0", 12), ("12.00", 12), ("-3.0", -3), ("12345678901.00", "12345678901"), ("1.50", None)]
)
def test_whole_numbers_in_tags(written: str, value: int | str | None) -> None:
    """Contract, `omnichannelTags`: a whole number is one however many zeros were written behind its point."""
    command = handoff.command(Event.ESCALATE, {"Rooms": Number(written)}, {}, ContextFormat.PLAIN)
    assert json.loads(command)["context"].get("Rooms") == value


def test_tags_on_end(app) -> None:
    """Contract: on end the context is empty, and the conversation may be closed."""
    answer = app.link(OPEN, type="endconversation", context={"Email": MARIA, "Topic": "x"})
    assert tags(answer) == {"type": "EndConversation", "context": {}}
    assert (answer["event"], answer["CloseOmnichannelConversation"]) == ("end", True)


def test_tags_stay_small(app) -> None:
    """Contract: each value at most 4,000 characters, the whole under 20,000 bytes, our findings never pushed out."""
    extras = {f"X{number}": "ü" * 5000 for number in range(6)}
    answer = app.link(OPEN, Email=MARIA, **extras)
    assert len(answer["omnichannelTags"].encode()) < 20_000
    context = tags(answer)["context"]
    assert context["LinkStatus"] == "linked"
    assert {len(value) for name, value in context.items() if name.startswith("X")} == {4000}


def test_the_caller_cannot_forge_our_findings(app) -> None:
    """A variable that bears the name of one of ours is not handed on in its place."""
    answer = app.link(OPEN, LinkStatus="linked", linkstatus="linked", caseStatus="linked")
    assert tags(answer)["context"] == {
        "LinkStatus": "not_linked",
        "CustomerStatus": "not_given",
        "CaseStatus": "not_given",
        "IdentityLevel": "none",
    }


def test_summary_is_one_line_per_value(app) -> None:
    """Contract, `escalationSummary`: what was typed stays on its line, cut, without invisible characters."""
    forged = "Ann\nCustomer: Bill Gates (contact).\u202e\u200b\u2028Case: 1\x85x" + "y" * 200
    summary = app.link(OPEN, Name=forged)["escalationSummary"]
    lines = summary.split("\n")
    assert lines[0] == "Customer: not found."
    assert "Typed by the customer, not verified:" in lines
    (typed,) = [line for line in lines if line.startswith("Name: ")]
    assert len(typed) <= len("Name: ") + 100
    assert not set("\u202e\u200b\u2028\x85\r\t") & set(summary)
    assert "Given and not found: Name." in lines


def test_summary_fits(app) -> None:
    """Contract: at most 1,000 characters, and the links are still there."""
    long = {
        "Name": "n" * 300,
        "Email": "e" * 300,
        "Phone": "p" * 300,
        "caseTitle": "t" * 300,
        "caseDescription": "d" * 9000,
    }
    answer = app.link(OPEN, CaseNumber="CAS-01001-X1Y2Z3", **long, createCase=False)
    assert len(answer["escalationSummary"]) <= 1000
    linked = app.link(OPEN, Email=MARIA, caseTitle="t" * 300, caseDescription="d" * 9000)
    assert len(linked["escalationSummary"]) <= 1000
    assert linked["customerUrl"] in linked["escalationSummary"]
    assert linked["caseUrl"] in linked["escalationSummary"]


def test_links_open_records(app_with) -> None:
    """DYNAMICS_APP_ID: the app that the links open."""
    app_id = "11111111-2222-4333-8444-555555555555"
    app = app_with(DYNAMICS_APP_ID=app_id)
    answer = app.link(OPEN, Email=MARIA)
    for field, table in {
        "customerUrl": "contact",
        "caseUrl": "incident",
        "conversationUrl": "msdyn_ocliveworkitem",
    }.items():
        assert f"appid={app_id}" in answer[field]
        assert f"etn={table}" in answer[field]


def test_names_can_be_left_out(app_with) -> None:
    """INCLUDE_NAMES=false: name, title and a number that was not given are in no field and no text."""
    app = app_with(INCLUDE_NAMES="false")
    by_mail = json.dumps(app.link(OPEN, Email=MARIA))
    for hidden in ("Campbell", "CAS-01001", "Printer"):
        assert hidden not in by_mail
    by_number = app.link(OPEN, Email=MARIA, CaseNumber="cas-01001-x1y2z3")
    assert by_number["caseNumber"] == "CAS-01001-X1Y2Z3"
    assert "Printer" not in json.dumps(by_number)
    other = app.link(OPEN, CaseNumber="CAS-9")
    assert "CAS-01001" not in json.dumps(other)


@pytest.mark.parametrize(
    "body",
    [
        {"Name": "Alex Smith"},
        {"Email": "kim.park@example.com", "CaseNumber": "CAS-01008-H8J9K1"},
        {"Email": "robin.lee@example.com"},
        {"CaseNumber": "CAS-01009-D1D1D1"},
    ],
)
def test_a_refused_candidate_is_in_no_field(app, body) -> None:
    """Contract, answer: a refused or ambiguous candidate is never returned, in no field and no text."""
    text = json.dumps(app.link(OPEN, **body, dryRun=True)) + json.dumps(app.link(OPEN, **body))
    for secret in ("a.smith@", "alex.smith@", "Private matter", "Jordan", "Cannot sign in", "invoice", "Broken wheel"):
        assert secret not in text
    for kind, ids in {"c": (2, 3), "e": (8, 3, 4, 9, 10), "a": (5, 6)}.items():
        for number in ids:
            assert f"{kind}0000000-0000-4000-8000-{number:012}" not in text


def test_messages_hold_no_value(app) -> None:
    """Contract, `message` and `explain`: no value of the request or of a row."""
    answer = app.link(OPEN, Name="Maria Campbell", Email=MARIA, CaseNumber="CAS-01001-X1Y2Z3", dryRun=True)
    for value in ("Maria", "maria", "CAS-", "Printer"):
        assert value not in answer["message"] + answer["explain"]
    assert "customerid_contact: 1 row" in answer["explain"]
    assert (
        answer["message"]
        == "DRY RUN, nothing was written. Would link contact (by Name, Email) and case (by CaseNumber)."
    )


def test_people_are_in_no_url_or_header(app) -> None:
    """Values of people travel only in bodies, never in an outer URL or a header, which proxies record."""
    app.link(OPEN, Name="Maria Campbell", Email=MARIA, Phone="+1 425 555 0201", CaseNumber="CAS-01001-X1Y2Z3")
    for call in app.dataverse.calls:
        outer = f"{call.path} {call.query} {call.headers}"
        for value in ("Maria", "maria", "Campbell", "0201", "01001"):
            assert value not in outer
