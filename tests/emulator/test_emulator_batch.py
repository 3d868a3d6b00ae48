"""``$batch``: "Execute batch operations using the Web API"."""

from __future__ import annotations

from urllib.parse import quote

import pytest

OPEN = "msdyn_ocliveworkitems(b7397aae-ecf8-43a6-aeb0-07d294efb494)"
NEW = "99999999-0000-4000-8000-000000000001"
CARRY_ON = "odata.continue-on-error"
BAD = "contacts?$select=name"
GOOD = "contacts?$select=fullname&$top=1"


def test_answers_in_order(web):
    """Requests run in order, answers come in the same order under batchresponse_<guid>."""
    outer, parts = web.batch(*(web.part("GET", f"contacts?$select=fullname&$top={n}") for n in (1, 2, 3)))
    assert outer.status_code == 200
    assert outer.headers["Content-Type"].startswith("multipart/mixed; boundary=batchresponse_")
    assert [len(part.body["value"]) for part in parts] == [1, 2, 3]


def test_full_addresses(web):
    """Requests inside may name the whole address."""
    _, parts = web.batch(web.part("GET", f"{web.emu.url}/api/data/v9.2/{GOOD}"))
    assert parts[0].status == 200


def test_first_error_stops(web):
    """Without continue-on-error the first error ends it and is the outer status; the body stays multipart."""
    outer, parts = web.batch(web.part("GET", GOOD), web.part("GET", BAD), web.part("GET", GOOD))
    assert outer.status_code == 400
    assert [part.status for part in parts] == [200, 400]
    assert "multipart/mixed" in outer.headers["Content-Type"]


def test_continue_on_error(web):
    """With it the outer status is 200 and each part has its own."""
    missing = f"contacts({NEW})"
    outer, parts = web.batch(*(web.part("GET", path) for path in (BAD, missing, GOOD)), prefer=CARRY_ON)
    assert outer.status_code == 200
    assert [part.status for part in parts] == [400, 404, 200]
    assert parts[1].body["error"]["code"] == "0x80040217"


def test_preferences_of_a_part(web):
    """Annotations are asked for in the part; those of the outer request are not handed down."""
    wish = 'odata.include-annotations="*"'
    path = "incidents?$select=_customerid_value&$top=1"
    _, parts = web.batch(web.part("GET", path), web.part("GET", path, Prefer=wish), prefer=wish)
    assert [len(part.body["value"][0]) for part in parts] == [3, 6]


def test_change_set_is_atomic(web):
    """A change set takes effect as a whole or not at all, and answers with the one error."""
    changes = web.change_set(
        web.part("POST", "contacts", {"contactid": NEW, "lastname": "x"}, content_id="1"),
        web.part("PATCH", OPEN, {"subject": "x"}, content_id="2"),
        web.part("PATCH", OPEN, {"nothing": "x"}, content_id="3"),
    )
    outer, parts = web.batch(changes, web.part("GET", GOOD), prefer=CARRY_ON)
    assert [part.status for part in parts] == [400, 200]
    assert outer.status_code == 200
    assert web.emu.row("contacts", NEW) is None
    assert web.emu.row("msdyn_ocliveworkitems", OPEN[-37:-1])["subject"] == "Open, nothing linked"


def test_content_ids(web):
    """A later request names an earlier one of its change set by $id: in its URL, in a bind."""
    bind = "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind"
    changes = web.change_set(
        web.part("POST", "contacts", {"contactid": NEW, "lastname": "x"}, content_id="1"),
        web.part("PATCH", OPEN, {bind: "$1"}, content_id="2"),
        web.part("PUT", "$1/jobtitle", {"value": "Chief"}, content_id="3"),
    )
    outer, parts = web.batch(changes)
    assert [part.status for part in parts] == [204, 204, 204]
    assert "changesetresponse_" in outer.text
    assert outer.text.count("Content-ID: ") == 3
    assert web.emu.row("msdyn_ocliveworkitems", OPEN[-37:-1])["_msdyn_customer_value"] == NEW
    assert web.emu.row("contacts", NEW)["jobtitle"] == "Chief"


@pytest.mark.parametrize("path", ["$1", "$1/jobtitle"])
def test_content_id_before_its_declaration(web, path):
    """A Content-ID that is not declared yet is 400 with the documented sentence."""
    _, parts = web.batch(web.change_set(web.part("PUT", path, {"value": "x"}, content_id="2")))
    assert parts[0].status == 400
    assert parts[0].body["error"]["message"] == "Content-ID Reference: '$1' does not exist in the batch context."


def test_no_get_in_a_change_set(web):
    """A change set holds no GET."""
    _, parts = web.batch(web.change_set(web.part("GET", GOOD, content_id="1")))
    assert parts[0].status == 400


def test_failed_change_set_is_nested(web):
    """The error that undid a change set is the only part of a multipart of its own, under its Content-ID."""
    changes = web.change_set(
        web.part("PATCH", OPEN, {"subject": "x"}, content_id="1"),
        web.part("PATCH", OPEN, {"subject": "x" * 201}, content_id="2"),
    )
    outer, parts = web.batch(changes, web.part("GET", GOOD, content_id="3"), prefer="odata.continue-on-error")
    head, nested = outer.text.split("\r\n\r\n", 2)[:2]
    mark = head.partition("boundary=")[2]
    assert mark.startswith("changesetresponse_")
    assert nested.startswith(f"--{mark}\r\n")
    assert (outer.text.count(f"--{mark}--"), [part.status for part in parts]) == (1, [400, 200])
    assert [line for line in outer.text.splitlines() if line.startswith("Content-ID")] == [
        "Content-ID: 2",
        "Content-ID: 3",
    ]


def test_blanks_in_an_address(web):
    """Blanks and letters in the address of a part are taken as they are, as Microsoft's SDK sends them, or escaped."""
    path = "contacts?$select=fullname&$filter=fullname eq 'Jürgen Müßig' and statecode eq 0&$orderby=fullname asc"
    _, parts = web.batch(web.part("GET", path), web.part("GET", quote(path, safe="?&=$',")))
    assert [[row["fullname"] for row in part.body["value"]] for part in parts] == [["Jürgen Müßig"]] * 2


@pytest.mark.parametrize("line", [b"GET  HTTP/1.1", b"GET x y", b"GET /api/data/v9.2/contacts?$filter=\xff HTTP/1.1"])
def test_request_line(web, line):
    """A line without an address or a version, or that is no UTF-8, refuses the batch."""
    head = b"--b\r\nContent-Type: application/http\r\n\r\n"
    body = head + line + b"\r\n\r\n\r\n--b--\r\n"
    answer = web.send("POST", "$batch", data=body, headers={"Content-Type": "multipart/mixed; boundary=b"})
    assert answer.status_code == 400


def test_no_batch_in_a_batch(web):
    """A batch holds no batch."""
    _, parts = web.batch(web.part("POST", "$batch", {}))
    assert parts[0].status == 400


def test_a_thousand_parts(web):
    """1000 requests are the most."""
    part = web.part("GET", "contacts(c0000000-0000-4000-8000-000000000001)?$select=fullname")
    assert web.batch(*[part] * 1001)[0].status_code == 400
    outer, parts = web.batch(*[part] * 1000)
    assert (outer.status_code, len(parts)) == (200, 1000)


@pytest.mark.parametrize("change", [("\r\n", "\n"), ("--b--\r\n", "--b--"), ("--b--\r\n", "")])
def test_line_endings(web, change):
    """Every line ends in CRLF, the last one too: else 0x80048d19, Stream was not readable."""
    body = f"--b\r\n{web.part('GET', GOOD)}--b--\r\n".replace(*change)
    answer = web.send("POST", "$batch", data=body, headers={"Content-Type": "multipart/mixed; boundary=b"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80048d19")
    assert "Stream was not readable." in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["application/json", "multipart/mixed", "multipart/form-data; boundary=b"])
def test_content_type(web, kind):
    """The batch itself is multipart/mixed with a boundary."""
    body = f"--b\r\n{web.part('GET', GOOD)}--b--\r\n"
    assert web.send("POST", "$batch", data=body, headers={"Content-Type": kind}).status_code == 400


def test_verb(web):
    """$batch takes POST only."""
    assert web.send("GET", "$batch").status_code == 405


def test_write_conditions_inside(web):
    """If-Match counts inside a batch as outside."""
    outer, parts = web.batch(web.part("PATCH", OPEN, {"subject": "x"}, If_Match='W/"1"'))
    assert (outer.status_code, parts[0].status) == (412, 412)


def test_calls_hold_the_parts(web):
    """The record of a batch call holds its requests with their statuses."""
    web.batch(web.part("GET", GOOD), web.part("PATCH", OPEN, {"subject": "x"}))
    call = web.emu.calls[-1]
    assert (call.method, call.path, call.status) == ("POST", "/api/data/v9.2/$batch", 200)
    assert [(part.method, part.status) for part in call.parts] == [("GET", 200), ("PATCH", 204)]
    assert call.parts[0].query == "$select=fullname&$top=1"
    assert call.parts[1].body == b'{"subject": "x"}'
