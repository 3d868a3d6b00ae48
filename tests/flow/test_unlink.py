"""`POST /api/unlink`: what is removed, what stays."""

from __future__ import annotations

import json

import pytest

from tests.flow.people import OPEN, conversation

STORIES = [
    # conversation, request, (status, customer, case), what stays on the row: customer, issue, regarding
    ("both", 6, {}, ("unlinked", "unlinked", "unlinked"), (False, False, False)),
    ("customer", 6, {"case": False}, ("unlinked", "unlinked", "not_requested"), (False, True, True)),
    ("case", 6, {"customer": "no"}, ("unlinked", "not_requested", "unlinked"), (True, False, False)),
    ("neither", 6, {"customer": 0, "case": 0}, ("not_linked", "not_requested", "not_requested"), (True, True, True)),
    ("nothing there", 1, {}, ("not_linked", "not_linked", "not_linked"), (False, False, False)),
    ("closed", 13, {}, ("not_linked", "conversation_closed", "conversation_closed"), (True, True, True)),
    ("closed and empty", 4, {}, ("not_linked", "not_linked", "not_linked"), (False, False, False)),
    ("an account", 9, {}, ("unlinked", "unlinked", "not_linked"), (False, False, False)),
    ("a lead in regarding stays", 7, {}, ("not_linked", "not_linked", "not_linked"), (False, False, True)),
]


@pytest.mark.parametrize(("number", "body", "statuses", "stays"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES])
def test_story(app, number, body, statuses, stays) -> None:
    """Contract, unlink: the row afterwards, and an answer that says what happened."""
    answer = app.unlink(conversation(number), **body)
    assert (answer["status"], answer["customerStatus"], answer["caseStatus"]) == statuses
    assert tuple(map(bool, app.on(conversation(number)))) == stays
    assert list(answer) == ["status", "message", "conversationId", "customerStatus", "caseStatus", "requestId"]
    assert app.calls() == (["POST", "PATCH"] if statuses[0] == "unlinked" else ["POST"])


def test_case_columns_do_not_matter(app_with) -> None:
    """Contract, unlink: both case columns are emptied, whatever CASE_COLUMNS says."""
    app = app_with(CASE_COLUMNS="issue")
    app.unlink(conversation(6))
    assert app.on(conversation(6)) == ("", "", "")


def test_what_was_unlinked_can_be_linked_again(app) -> None:
    """Unlink and link are each other's inverse."""
    before = app.on(conversation(6))
    app.unlink(conversation(6))
    app.link(conversation(6), Email="maria.campbell@example.com")
    assert app.on(conversation(6)) == before


def test_unknown_conversation(app) -> None:
    """Contract, errors: 404, and no row comes to be."""
    reply = app.reply({"conversationId": "00000000-0000-4000-8000-000000000000"}, route="unlink")
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "conversation_not_found")


def test_bad_input(app) -> None:
    """Contract, errors: a wrong type is 400."""
    reply = app.reply({"conversationId": OPEN, "customer": "perhaps"}, route="unlink")
    assert (reply.status, json.loads(reply.body)["errors"]) == (
        400,
        [{"field": "customer", "message": "must be true or false"}],
    )
