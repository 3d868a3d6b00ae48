"""What Dataverse has and the emulator has not: 501 with its name; what Dataverse has not either stays unknown."""

from __future__ import annotations

import pytest

from dev.emulator.known import expand, known
from dev.emulator.start_rows import PERSON, ROOT_UNIT
from dev.emulator.tables import BY_SET, COLLECTIONS, TABLES, association

CASE = "incidents(e0000000-0000-4000-8000-000000000001)"
CONTACT = "contacts(c0000000-0000-4000-8000-000000000001)"
CONVERSATION = "msdyn_ocliveworkitems(b0000000-0000-4000-8000-000000000024)"
CHATS = "msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid"


def fetch(inside):
    """A FetchXML query over contacts."""
    return f"contacts?fetchXml=<fetch><entity name='contact'>{inside}</entity></fetch>"


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
        ("GET", f"{CASE}/Incident_QueueItem", "Incident_QueueItem"),
        ("GET", f"{CASE}/Incident_IncidentResolutions({ROOT_UNIT})", "Incident_IncidentResolutions"),
        ("GET", f"{CASE}/incident_activity_parties/$ref", "incident_activity_parties"),
        ("GET", f"{CONTACT}/Contact_CustomerAddress", "Contact_CustomerAddress"),
        ("GET", f"{CONTACT}/contact_connections1/$count", "contact_connections1"),
        ("GET", f"{CONVERSATION}/msdyn_ocliveworkitem_QueueItems", "msdyn_ocliveworkitem_QueueItems"),
        ("GET", f"systemusers({PERSON})/teammembership_association", "teammembership_association"),
        ("GET", f"systemusers({PERSON})/lk_incidentbase_createdby", "lk_incidentbase_createdby"),
        ("GET", f"{CONTACT}/birthdate", "birthdate"),
        ("GET", f"{CONTACT}/fullname/$value", "fullname/$value"),
        ("GET", f"{CONTACT}/parentcustomerid_account/primarycontactid", "through the lookup parentcustomerid_account"),
        ("GET", f"{CONTACT}/parentcustomerid_account/Account_Tasks", "Account_Tasks"),
        ("GET", f"{CONTACT}/transactioncurrencyid/$ref", "transactioncurrencyid"),
        ("GET", "accounts?$filter=contact_customer_accounts/$count gt 1", "contact_customer_accounts/$count"),
        ("GET", "contacts?$filter=parentcustomerid_account/Account_Tasks/$count eq 0", "Account_Tasks/$count"),
        ("GET", "accounts?$orderby=contact_customer_accounts/$count desc", "contact_customer_accounts/$count"),
        ("GET", "accounts?$orderby=primarycontactid/fullname", "primarycontactid/fullname"),
        ("GET", "accounts?$select=name,contact_customer_accounts", "contact_customer_accounts"),
        ("GET", "accounts?$select=primarycontactid", "primarycontactid"),
        ("GET", "accounts?$expand=primarycontactid/$ref", "primarycontactid/$ref"),
        ("GET", "contacts?$select=birthdate", "birthdate"),
        ("GET", "contacts?$filter=birthdate eq 1990-01-01", "birthdate"),
        ("GET", "contacts?$orderby=annualincome", "annualincome"),
        ("GET", "contacts?$select=_transactioncurrencyid_value", "_transactioncurrencyid_value"),
        ("GET", "contacts?$expand=transactioncurrencyid", "transactioncurrencyid"),
        ("GET", "contacts?$filter=sla_contact_sla/name eq 'x'", "sla_contact_sla"),
        ("GET", f"{CASE}?$select=_subjectid_value", "_subjectid_value"),
        ("GET", f"{CASE}?$expand=subjectid($select=title)", "subjectid"),
        ("GET", "incidents?$filter=customerid_contact/birthdate eq null", "birthdate"),
        ("GET", "teams?$select=isdefault", "isdefault"),
        ("GET", "CalculateRollupField(Target=@p1,FieldName=@p2)?@p1={'@odata.id':'x'}&@p2='y'", "CalculateRollupField"),
        ("GET", "RetrieveMissingDependencies(SolutionUniqueName='x')", "RetrieveMissingDependencies"),
        ("GET", "audits", "audits"),
        ("GET", "calendars", "calendars"),
        ("GET", "goals?$top=1", "goals"),
        ("GET", "msdyn_ocsessions", "msdyn_ocsessions"),
        ("GET", "accountleadscollection", "accountleadscollection"),
        ("GET", "EntityDefinitions(LogicalName='queueitem')", "queueitem"),
        ("GET", "EntityDefinitions?$filter=LogicalName eq 'goal'", "goal"),
        ("GET", "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='birthdate')", "birthdate"),
        ("GET", fetch("<attribute name='birthdate'/>"), "birthdate"),
        ("GET", fetch("<link-entity name='annotation' from='objectid' to='contactid'/>"), "annotation"),
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
        {"lastname": "x", "birthdate": "1990-01-01"},
        {"lastname": "x", "transactioncurrencyid": None},
        {"lastname": "x", "_transactioncurrencyid_value": None},
        {"lastname": "x", "transactioncurrencyid@odata.bind": "/transactioncurrencies(1)"},
        {"lastname": "x", "preferredsystemuserid@odata.bind": f"/systemusers({PERSON})"},
        {"lastname": "x", "annualincome@odata.type": "#Decimal"},
        {"lastname": "x", "parentcustomerid_account@odata.bind": f"/queues({PERSON})"},
        {"lastname": "x", "owningbusinessunit@odata.bind": f"/businessunits({ROOT_UNIT})"},
    ],
)
def test_unbuilt_in_a_body_is_named(web, body):
    """Setting what exists in Dataverse and not here is 501, and nothing is written."""
    before = len(web.emu.rows("contacts"))
    answer = web.send("POST", "contacts", json=body)
    name = "queues" if "queues" in str(body) else [*body][1].partition("@")[0]
    assert (answer.status_code, name in answer.text) == (501, True)
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
        ("calculaterollupfield()", 404),
        ("goal", 404),
        ("Audits", 404),
        (f"{CONTACT}/contact_customeraddress", 404),
        (f"{CONTACT}/systemuser_contact_ownerid", 404),
        (f"{CONTACT}/parentcustomerid_account/nothing", 404),
        ("contacts?$select=birthday", 400),
        ("contacts?$select=transactioncurrencyid_value", 400),
        ("contacts?$select=_birthdate_value", 400),
        ("contacts?$expand=subjectid", 400),
        ("contacts?$expand=slaid", 400),
        ("contacts?$expand=nothing/$ref", 400),
        ("contacts?$orderby=nothing/$count", 400),
        ("accounts?$select=birthdate", 400),
        ("accounts?$filter=nothing/$count gt 1", 400),
        ("accounts?$filter=name/$count gt 1", 400),
        ("accounts?$filter=$count gt 1", 400),
        ("EntityDefinitions(LogicalName='goals')", 404),
        ("EntityDefinitions(LogicalName='account')/Attributes(LogicalName='birthdate')", 404),
        (fetch("<attribute name='birthday'/>"), 400),
    ],
)
def test_unknown_stays_unknown(web, path, status):
    """A name in another case, or of another table, exists nowhere."""
    answer = web.send("GET", path)
    assert (answer.status_code, "emulator" in answer.text) == (status, False)


def test_a_quoted_count_stays_a_text(web):
    """``/$count`` inside a text is a text."""
    web.emu.insert("accounts", {"name": "a/$count"})
    assert len(web.get("accounts", filter="name eq 'a/$count'").json()["value"]) == 1


def test_words_in_braces():
    """A word with braces is one word for each choice, also over several lines."""
    assert expand("a b_{c d}_{e\nf} g") == ["a", "b_c_e", "b_c_f", "b_d_e", "b_d_f", "g"]


def test_what_is_built_is_not_known_as_missing():
    """The list of what is not built names nothing that is, and no table that is not here."""
    names = known()
    assert names.tables.isdisjoint(TABLES)
    assert names.entity_sets.isdisjoint(BY_SET)
    assert names.of.keys() <= TABLES.keys()
    for logical, found in names.of.items():
        table = TABLES[logical]
        assert found.columns.isdisjoint(table.columns)
        assert found.navigations.isdisjoint(table.navigations)
        both = [name for name in found.collections if (logical, name) in COLLECTIONS or association(table, name)]
        assert both == []


def test_every_name_is_found():
    """The list has the names that no other test asks for, too: some of each kind."""
    names = known()
    assert {"audit", "usersettings", "activityparty"} <= names.tables
    assert {"audits", "usersettingscollection", "activityparties", "faxes", "feedback", "queues"} <= names.entity_sets
    assert {"teamtype", "isdefault"} & names.of["team"].columns == {"isdefault"}
    assert names.of["incident"].navigations >= {"slaid_sla", "stageid_processstage", "subjectid"}
    assert "accountid" not in names.of["incident"].navigations
    assert "_accountid_value" in names.of["incident"].wire
