"""Writing: "Create a table row", "Update and delete", "Use Upsert", "Perform conditional operations", "Associate"."""

from __future__ import annotations

import json
import re

import pytest

OPEN = "msdyn_ocliveworkitems(b7397aae-ecf8-43a6-aeb0-07d294efb494)"
OPEN_ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
NEW = "99999999-0000-4000-8000-000000000001"
MARIA = "c0000000-0000-4000-8000-000000000001"
CONTOSO = "a0000000-0000-4000-8000-000000000001"
CASE = "e0000000-0000-4000-8000-000000000001"
JSON = {"Content-Type": "application/json"}
CONTACT = "msdyn_customer_msdyn_ocliveworkitem_contact"
ACCOUNT = "msdyn_customer_msdyn_ocliveworkitem_account"
ISSUE = "msdyn_IssueId_msdyn_ocliveworkitem"
REGARDING = "regardingobjectid_incident_msdyn_ocliveworkitem"
BIND = "@odata.bind"


def error(answer):
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"].lower()


def test_upsert_creates_a_ghost(web):
    """PATCH without If-Match on a missing id creates it, with the same 204 as an update."""
    answer = web.patch(f"msdyn_ocliveworkitems({NEW})", {"subject": "ghost"})
    assert answer.status_code == 204
    assert answer.headers["OData-EntityId"].endswith(f"/msdyn_ocliveworkitems({NEW})")
    assert web.emu.row("msdyn_ocliveworkitems", NEW)["subject"] == "ghost"
    assert web.patch(OPEN, {"subject": "update"}).status_code == 204


def test_if_match(web):
    """If-Match makes it an update: 404 for a missing row, 412 when the ETag is another, which every write changes."""
    assert error(web.patch(f"contacts({NEW})", {"lastname": "x"}, If_Match="*")) == (404, "0x80040217")
    assert error(web.patch(f"contacts({NEW})", {"lastname": "x"}, If_Match='W/"1"')) == (404, "0x80040217")
    tag = web.get(OPEN, select="subject").headers["ETag"]
    assert re.fullmatch(r'W/"\d+"', tag)
    assert web.patch(OPEN, {"subject": "one"}, If_Match=tag).status_code == 204
    assert error(web.patch(OPEN, {"subject": "two"}, If_Match=tag)) == (412, "0x80060882")
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["subject"] == "one"


def test_if_none_match(web):
    """If-None-Match: * blocks the update half of an upsert."""
    assert error(web.patch(f"contacts({MARIA})", {"lastname": "x"}, If_None_Match="*"))[0] == 412
    assert web.patch(f"contacts({NEW})", {"lastname": "x"}, If_None_Match="*").status_code == 204


def test_representation(web):
    """return=representation: 200 for an update, 201 for a create, with $select and without OData-EntityId."""
    path, wish = f"contacts({NEW})?$select=fullname", "return=representation"
    created = web.patch(path, {"lastname": "New"}, Prefer=wish)
    updated = web.patch(path, {"firstname": "Very"}, Prefer=wish)
    assert (created.status_code, updated.status_code) == (201, 200)
    assert updated.json()["fullname"] == "Very New"
    assert "OData-EntityId" not in created.headers
    assert updated.headers["Preference-Applied"] == wish
    assert {name for name in updated.json() if "@" not in name} == {"fullname", "contactid"}


def test_create(web):
    """POST answers 204 with OData-EntityId; the case gets a number of the default look and defaults for its state."""
    body = {"title": "New", "customerid_contact@odata.bind": f"/contacts({MARIA})"}
    answer = web.send("POST", "incidents", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    key = answer.headers["OData-EntityId"][-37:-1]
    row = web.emu.row("incidents", key)
    assert re.fullmatch(r"CAS-\d{5}-[A-Z0-9]{6}", row["ticketnumber"])
    assert (row["statecode"], row["statuscode"]) == (0, 1)
    assert (row["_customerid_value"], row["_customerid_value@type"]) == (MARIA, "contact")


def test_ticket_number(web):
    """A case number may be set on create, not on update."""
    body = {"title": "x", "ticketnumber": "MINE-1", "customerid_contact@odata.bind": f"/contacts({MARIA})"}
    answer = web.send("POST", "incidents", json=body, headers={"Prefer": "return=representation"})
    assert (answer.status_code, answer.json()["ticketnumber"]) == (201, "MINE-1")
    assert web.patch(f"incidents({CASE})", {"ticketnumber": "MINE-2"}).status_code == 400


def test_create_with_a_taken_id(web):
    """A POST with an id that exists is 412 0x80040237."""
    assert error(web.send("POST", "contacts", json={"contactid": MARIA})) == (412, "0x80040237")


@pytest.mark.parametrize("body", [{"title": "x"}, {"title": "x", "customerid_contact@odata.bind": None}])
def test_case_without_customer(web, body):
    """customerid is SystemRequired."""
    assert web.send("POST", "incidents", json=body).status_code == 400


def test_required_cannot_be_cleared(web):
    """SystemRequired columns cannot be null."""
    assert web.patch(f"incidents({CASE})", {"customerid_contact@odata.bind": None}).status_code == 400
    assert web.send("DELETE", f"incidents({CASE})/customerid_contact/$ref").status_code == 400


@pytest.mark.parametrize(
    "form", ["/contacts({})", "contacts({})", "{url}/api/data/v9.2/contacts({})", "/contacts(contactid={})"]
)
def test_forms_of_a_bind(web, form):
    """A bind takes host-relative, service-relative and full references."""
    value = form.format(MARIA, url=web.emu.url)
    assert web.patch(OPEN, {CONTACT + BIND: value}, If_Match="*").status_code == 204
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["_msdyn_customer_value"] == MARIA


def test_one_side_of_a_polymorphic_lookup_replaces_the_other(web):
    """Setting one navigation property of a lookup nulls the others: they share a column."""
    web.patch(OPEN, {CONTACT + BIND: f"/contacts({MARIA})"})
    web.patch(OPEN, {ACCOUNT + BIND: f"/accounts({CONTOSO})"})
    row = web.emu.row("msdyn_ocliveworkitems", OPEN_ID)
    assert (row["_msdyn_customer_value"], row["_msdyn_customer_value@type"]) == (CONTOSO, "account")
    both = {CONTACT + BIND: f"/contacts({MARIA})", ACCOUNT + BIND: None}
    assert web.patch(OPEN, both).status_code == 400


@pytest.mark.parametrize("body", [{CONTACT + BIND: None}, {CONTACT: None}])
def test_null_clears_a_lookup(web, body):
    """Null for the bind or for the navigation property clears."""
    web.patch(OPEN, {CONTACT + BIND: f"/contacts({MARIA})", ISSUE + BIND: f"/incidents({CASE})"})
    assert web.patch(OPEN, body).status_code == 204
    row = web.emu.row("msdyn_ocliveworkitems", OPEN_ID)
    assert (row["_msdyn_customer_value"], row["_msdyn_issueid_value"]) == (None, CASE)


def test_references(web):
    """PUT …/$ref sets a link, DELETE …/$ref removes it; conditions count there too."""
    body = {"@odata.id": f"{web.emu.url}/api/data/v9.2/incidents({CASE})"}
    assert web.send("PUT", f"{OPEN}/{REGARDING}/$ref", json=body).status_code == 204
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["_regardingobjectid_value"] == CASE
    stale = web.send("DELETE", f"{OPEN}/{REGARDING}/$ref", headers={"If-Match": 'W/"1"'})
    assert error(stale) == (412, "0x80060882")
    assert web.send("DELETE", f"{OPEN}/{REGARDING}/$ref").status_code == 204
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["_regardingobjectid_value"] is None
    assert web.send("DELETE", f"{OPEN}/regardingobjectid/$ref").status_code == 404


def test_reference_of_another_target_stays(web):
    """DELETE …/$ref through the navigation property of another table removes nothing."""
    lead = "msdyn_ocliveworkitems(b0000000-0000-4000-8000-000000000007)"
    assert web.send("DELETE", f"{lead}/{REGARDING}/$ref").status_code == 204
    assert web.emu.row("msdyn_ocliveworkitems", lead[-37:-1])["_regardingobjectid_value@type"] == "lead"


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        (
            {"msdyn_issueid" + BIND: f"/incidents({CASE})"},
            400,
            "0x80048d19",
            "An undeclared property 'msdyn_issueid' which",
        ),
        (
            {"msdyn_issueid_msdyn_ocliveworkitem" + BIND: f"/incidents({CASE})"},
            400,
            "0x80048d19",
            "An undeclared property",
        ),
        ({"msdyn_customer" + BIND: f"/contacts({MARIA})"}, 400, "0x80048d19", "An undeclared property"),
        ({"regardingobjectid_incident" + BIND: f"/incidents({CASE})"}, 400, "0x80048d19", "An undeclared property"),
        ({"_msdyn_customer_value": MARIA}, 400, "0x80048d19", "CRM do not support direct update of Entity Reference"),
        ({"msdyn_customer": MARIA}, 400, "0x0", "Invalid property 'msdyn_customer' was found in entity"),
        ({"Subject": "x"}, 400, "0x0", "Invalid property 'Subject' was found in entity"),
        ({CONTACT: MARIA}, 400, "0x80048d19", "PrimitiveValue"),
        ({CONTACT + BIND: f"/contacts({NEW})"}, 404, "0x80040217", f"contact With Id = {NEW} Does Not Exist"),
        ({CONTACT + BIND: f"/accounts({CONTOSO})"}, 400, "0x80048d19", "not assignable"),
        ({CONTACT + BIND: "/contacts({" + MARIA + "})"}, 400, "0x80060888", "Bad Request - Error in query syntax."),
        ({CONTACT + BIND: "/contacts(12)"}, 400, "0x80060888", "Bad Request - Error in query syntax."),
        ({CONTACT + BIND: "https://elsewhere.example/api/data/v9.2/contacts(" + MARIA + ")"}, 400, "0x80060888", "Bad"),
        (
            {CONTACT + BIND: "/Contacts(" + MARIA + ")"},
            400,
            "0x80060888",
            "Resource not found for the segment 'Contacts' provided in the URL.",
        ),
        ({CONTACT + BIND: f"account({CONTOSO})"}, 400, "0x80060888", "segment 'account' provided in the URL."),
        ({CONTACT + BIND: 5}, 400, "0x80048d19", "string"),
        ({CONTACT + BIND: "$1"}, 400, "0x80060888", "Content-ID Reference: '$1' does not exist in the batch context."),
        ({"subject": 5}, 400, "0x80048d19", "Cannot convert the literal '5' to the expected type 'Edm.String'."),
        ({"prioritycode": "1"}, 400, "0x80048d19", "Cannot convert the literal '1' to the expected type 'Edm.Int32'."),
        ({"prioritycode": True}, 400, "0x80048d19", "Cannot convert the literal 'true'"),
        ({"prioritycode": 1.0}, 400, "0x80048d19", "Cannot convert the literal '1.0'"),
        ({"prioritycode": 77}, 400, "0x8004431a", "outside the valid range"),
        ({"msdyn_channel": "5"}, 400, "0x8004431a", "outside the valid range"),
        ({"msdyn_closedon": "now"}, 400, "0x80048d19", "Edm.DateTimeOffset"),
        ({"msdyn_isoutbound": 1}, 400, "0x80048d19", "Edm.Boolean"),
        (
            {"subject": "x" * 201},
            400,
            "0x80044331",
            "The length of the 'subject' attribute of the 'msdyn_ocliveworkitem' entity",
        ),
        ({"createdon": "2024-01-01T00:00:00Z"}, 400, "0x80040203", "createdon"),
        ({"activityid": NEW}, 400, "0x80040203", "activityid"),
        (
            {"statecode": 1, "statuscode": 2},
            400,
            "0x80048408",
            "2 is not a valid status code for state code msdyn_ocliveworkitemState.Closed on msdyn_ocliveworkitem",
        ),
        ({"statuscode": 4}, 400, "0x80048408", "4 is not a valid status code for state code msdyn_ocliveworkitemState"),
        ({"nothing@odata.type": "#String"}, 400, "0x80048d19", "An undeclared property 'nothing'"),
    ],
)
def test_refused_bodies(web, body, status, code, words):
    """Wrong names, types, lengths, values and references are refused as documented, and change nothing."""
    before = web.emu.row("msdyn_ocliveworkitems", OPEN_ID)
    answer = web.patch(OPEN, body, If_Match="*")
    assert error(answer) == (status, code)
    assert words in answer.json()["error"]["message"]
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID) == before


def test_words_of_a_wrong_status(web):
    """The state of a case is named as live environments name it."""
    answer = web.patch(f"incidents({CASE})", {"statuscode": 6})
    words = f"6 is not a valid status code for state code IncidentState.Active on incident with Id {CASE}."
    assert (error(answer), answer.json()["error"]["message"]) == ((400, "0x80048408"), words)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b'{"subject": NaN}', b'{"subject": "a", "subject": "b"}', b"\xff{}"]
)
def test_no_json_object(web, body):
    """A body is one JSON object."""
    answer = web.send("PATCH", OPEN, data=body, headers={"Content-Type": "application/json"})
    assert error(answer) == (400, "0x80048d19")


def test_content_type(web):
    """A body needs Content-Type: application/json."""
    assert web.send("PATCH", OPEN, data=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "a\\ud83d \\ude00z"])
def test_half_surrogates(web, half):
    """Half a surrogate pair is kept as nvarchar keeps it, comes back as an escape, and can be searched around."""
    body = f'{{"firstname": "Half", "lastname": "{half}"}}'.encode()
    assert web.send("PATCH", f"contacts({MARIA})", data=body, headers=JSON).status_code == 204
    for path in (f"contacts({MARIA})?$select=lastname", "contacts?$select=lastname&$filter=firstname eq 'Half'"):
        assert f'"{half}"'.encode() in web.send("GET", path).content.lower()
    assert web.get("contacts", filter="startswith(fullname,'half')").json()["value"][0]["contactid"] == MARIA
    assert web.emu.row("contacts", MARIA)["lastname"] == json.loads(f'"{half}"')
    annotated = web.get("incidents", "odata.include-annotations=*", filter=f"_customerid_value eq {MARIA}").json()
    assert annotated["value"][0]["_customerid_value@OData.Community.Display.V1.FormattedValue"].startswith("Half ")


def test_half_surrogates_of_another_user(web):
    """What does not come through the Web API may hold half a pair, too; lengths are counted in UTF-16 units."""
    web.emu.update("contacts", MARIA, {"lastname": "\ud800" * 50})
    assert web.get(f"contacts({MARIA})", select="lastname").json()["lastname"] == "\ud800" * 50
    with pytest.raises(ValueError, match="lastname"):
        web.emu.update("contacts", MARIA, {"lastname": "\ud800" * 51})
    query = "<fetch><entity name='contact'><filter><condition attribute='contactid' operator='eq' value='{}'/></filter></entity></fetch>"
    (row,) = web.send("GET", "contacts", params={"fetchXml": query.format(MARIA)}).json()["value"]
    assert row["lastname"] == "\ud800" * 50


def test_case_is_not_resolved_by_an_update(web):
    """A PATCH cannot resolve a case, whatever its state: CloseIncident does, which is not built."""
    for path in (f"incidents({CASE})", "incidents(e0000000-0000-4000-8000-000000000007)"):
        answer = web.patch(path, {"statecode": 1, "statuscode": 5})
        assert answer.status_code == 400
        assert "use the CloseIncidentRequest message instead" in answer.json()["error"]["message"]
    assert web.emu.row("incidents", CASE)["statecode"] == 0
    new = {"title": "x", "customerid_contact" + BIND: f"/contacts({MARIA})", "statecode": 1}
    assert web.send("POST", "incidents", json=new).status_code == 400
    assert web.send("POST", "CloseIncident", json={}).status_code == 501


def test_case_is_cancelled_and_reactivated_by_updates(web):
    """Cancelling a case and making it active again are plain updates."""
    assert web.patch(f"incidents({CASE})", {"statecode": 2}).status_code == 204
    assert web.emu.row("incidents", CASE)["statuscode"] == 6
    assert web.patch(f"incidents({CASE})", {"statecode": 0}).status_code == 204


@pytest.mark.parametrize("customer", [{}, {"customerid_contact" + BIND: None}])
def test_case_needs_a_customer(web, customer):
    """A case without a customer has a code and words of its own."""
    answer = web.send("POST", "incidents", json={"title": "x", **customer})
    assert error(answer) == (400, "0x80044410")
    assert answer.json()["error"]["message"] == "You should specify a parent contact or account."


def test_length_in_utf16(web):
    """Lengths are counted in UTF-16 units."""
    assert web.patch(f"contacts({MARIA})", {"firstname": "🦊" * 25}).status_code == 204
    assert web.patch(f"contacts({MARIA})", {"firstname": "🦊" * 26}).status_code == 400


def test_state_brings_its_default_status(web):
    """A state without a status reason gets the default one; fullname follows its parts."""
    assert web.patch(f"contacts({MARIA})", {"statecode": 1}).status_code == 204
    assert web.emu.row("contacts", MARIA)["statuscode"] == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("contacts(c0000000-0000-4000-8000-000000000006)", {"jobtitle": "x"}),
        ("accounts(a0000000-0000-4000-8000-000000000004)", {"name": "x"}),
        ("incidents(e0000000-0000-4000-8000-000000000007)", {"title": "x"}),
    ],
)
def test_inactive_rows_are_read_only(web, path, body):
    """Inactive accounts and contacts and resolved cases are read-only until they are active again."""
    assert web.patch(path, body).status_code == 400
    assert web.patch(path, {**body, "statecode": 0}).status_code == 204
    assert web.patch(path, body).status_code == 204


def test_one_column(web):
    """PUT sets and DELETE clears one column; neither works on a lookup."""
    path = f"contacts({MARIA})"
    assert web.send("PUT", f"{path}/jobtitle", json={"value": "Chief"}).status_code == 204
    assert web.emu.row("contacts", MARIA)["jobtitle"] == "Chief"
    assert web.send("DELETE", f"{path}/jobtitle").status_code == 204
    assert web.emu.row("contacts", MARIA)["jobtitle"] is None
    assert web.send("DELETE", f"{path}/_parentcustomerid_value").status_code == 400


def test_empty_text_is_null(web):
    """An empty text is stored as null."""
    web.patch(f"contacts({MARIA})", {"jobtitle": ""})
    assert web.emu.row("contacts", MARIA)["jobtitle"] is None


def test_delete(web):
    """DELETE removes a row; a missing one is 404; If-Match counts."""
    assert web.send("DELETE", f"contacts({MARIA})", headers={"If-Match": 'W/"1"'}).status_code == 412
    assert web.send("DELETE", f"contacts({MARIA})").status_code == 204
    assert error(web.send("DELETE", f"contacts({MARIA})")) == (404, "0x80040217")


def test_deleting_a_case(web):
    """Deleting the regarding case deletes the conversation; deleting the issue case only removes the link."""
    with_both, with_issue = (f"b0000000-0000-4000-8000-0000000000{n}" for n in ("06", "10"))
    web.send("DELETE", "incidents(e0000000-0000-4000-8000-000000000001)")
    web.send("DELETE", "incidents(e0000000-0000-4000-8000-000000000008)")
    assert web.emu.row("msdyn_ocliveworkitems", with_both) is None
    assert web.emu.row("msdyn_ocliveworkitems", with_issue)["_msdyn_issueid_value"] is None


def test_deleting_a_customer(web):
    """Deleting a customer removes the link of conversations and deletes its cases."""
    web.send("DELETE", f"contacts({MARIA})")
    assert web.emu.row("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000005")["_msdyn_customer_value"] is None
    assert web.emu.row("incidents", CASE) is None


@pytest.mark.parametrize(
    ("denied", "method", "path", "body"),
    [
        ("prvReadContact", "GET", "contacts", None),
        ("prvReadContact", "GET", "incidents?$filter=customerid_contact/fullname eq 'x'", None),
        ("prvReadContact", "GET", "incidents?$expand=customerid_contact", None),
        ("prvReadmsdyn_ocliveworkitem", "GET", OPEN, None),
        ("prvReadActivity", "GET", OPEN, None),
        ("prvWritemsdyn_ocliveworkitem", "PATCH", OPEN, {"subject": "x"}),
        ("prvAppendmsdyn_ocliveworkitem", "PATCH", OPEN, {CONTACT + BIND: f"/contacts({MARIA})"}),
        ("prvAppendToContact", "PATCH", OPEN, {CONTACT + BIND: f"/contacts({MARIA})"}),
        ("prvAppendToIncident", "PATCH", OPEN, {ISSUE + BIND: f"/incidents({CASE})"}),
        ("prvCreateContact", "POST", "contacts", {"lastname": "x"}),
        ("prvCreateContact", "PATCH", f"contacts({NEW})", {"lastname": "x"}),
        ("prvDeleteContact", "DELETE", f"contacts({MARIA})", None),
    ],
)
def test_missing_privilege(web, denied, method, path, body):
    """A missing privilege is 403 0x80040220 and named; a link needs Write, Append and AppendTo."""
    web.emu.denied = {denied}
    answer = web.send(method, path, json=body)
    assert error(answer) == (403, "0x80040220")
    assert f"is missing {denied} privilege" in answer.json()["error"]["message"]


def test_no_application_user(web):
    """A valid token of nobody here is 403 0x80072560."""
    web.emu.member = False
    assert error(web.get("WhoAmI")) == (403, "0x80072560")
    assert error(web.send("POST", "$batch", data=b"")) == (403, "0x80072560")
