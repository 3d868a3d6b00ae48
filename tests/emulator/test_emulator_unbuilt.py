"""What Dataverse has and the emulator has not: 501 with its name; what Dataverse has not either stays unknown."""

from __future__ import annotations

import pytest

CONTACT = "contacts(c0000000-0000-4000-8000-000000000001)"
CONVERSATION = "msdyn_ocliveworkitems(b0000000-0000-4000-8000-000000000024)"
CHATS = "msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "CloseIncident", "CloseIncident"),
        ("GET", "RetrieveTotalRecordCount(EntityNames=['contact'])", "RetrieveTotalRecordCount"),
        ("GET", "RelationshipDefinitions", "RelationshipDefinitions"),
        ("GET", "RelationshipDefinitions(SchemaName='x')", "RelationshipDefinitions"),
        ("GET", "GlobalOptionSetDefinitions(Name='x')", "GlobalOptionSetDefinitions"),
        ("POST", "contacts/Microsoft.Dynamics.CRM.CreateMultiple", "CreateMultiple"),
        ("POST", "contacts/Microsoft.Dynamics.CRM.UpdateMultiple", "UpdateMultiple"),
        ("GET", "emails?$top=1", "emails"),
        ("GET", f"{CONTACT}/incident_customer_contacts", "incident_customer_contacts"),
        ("GET", f"{CONTACT}/incident_customer_contacts/$count", "incident_customer_contacts"),
        ("POST", f"{CONTACT}/incident_customer_contacts/$ref", "incident_customer_contacts"),
        ("GET", f"{CONTACT}/Contact_Tasks", "Contact_Tasks"),
        ("GET", f"{CONVERSATION}/{CHATS}?$select=msdyn_isauthenticated", CHATS),
        ("GET", "contacts?$expand=incident_customer_contacts($select=title)", "incident_customer_contacts"),
        ("GET", f"{CONTACT}?$expand=Contact_Tasks", "Contact_Tasks"),
        (
            "GET",
            "incidents?$expand=customerid_contact($expand=incident_customer_contacts)",
            "incident_customer_contacts",
        ),
        ("GET", "contacts?$filter=incident_customer_contacts/any(c:c/statecode eq 0)", "any over incident_customer"),
        ("GET", "contacts?$filter=Contact_Tasks/all(t:t/statecode eq 0)", "all over Contact_Tasks"),
        ("GET", f"msdyn_ocliveworkitems?$filter={CHATS}/any(c:c/msdyn_isauthenticated eq true)", CHATS),
    ],
)
def test_unbuilt_is_named(web, method, path, name):
    """What exists in Dataverse and is not built is 501 and named, never "not found"."""
    answer = web.send(method, path, json={} if method == "POST" else None)
    assert answer.status_code == 501
    assert name in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"lastname": "x", "contact_customer_contacts": [{"lastname": "y"}]},
        {"lastname": "x", "contact_customer_contacts@odata.bind": [f"/{CONTACT}"]},
    ],
)
def test_collections_in_a_body_are_named(web, body):
    """Creating or binding related rows through a collection is 501, and nothing is written."""
    before = len(web.emu.rows("contacts"))
    answer = web.send("POST", "contacts", json=body)
    assert (answer.status_code, "contact_customer_contacts" in answer.text) == (501, True)
    assert len(web.emu.rows("contacts")) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("closeincident", 404),
        ("Emails", 404),
        (f"{CONTACT}/contact_tasks", 404),
        (f"{CONTACT}/Account_Tasks", 404),
        (f"{CONTACT}/incident_customer_accounts", 404),
        ("contacts?$expand=contact_tasks", 400),
        ("contacts?$filter=contact_tasks/any(t:t/statecode eq 0)", 400),
        ("accounts?$expand=incident_customer_contacts", 400),
    ],
)
def test_unknown_stays_unknown(web, path, status):
    """A name in another case, or of another table, exists nowhere."""
    answer = web.send("GET", path)
    assert (answer.status_code, "emulator" in answer.text) == (status, False)
