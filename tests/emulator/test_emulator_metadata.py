"""Metadata: service document, table definitions, ``$metadata``."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

STATE = "EntityDefinitions(LogicalName='incident')/Attributes(LogicalName='statecode')/Microsoft.Dynamics.CRM.StateAttributeMetadata"


def test_service_document(web):
    """The service document lists the entity sets."""
    names = {item["name"] for item in web.get("").json()["value"]}
    assert {"accounts", "contacts", "incidents", "msdyn_ocliveworkitems", "msdyn_liveworkstreams"} <= names


@pytest.mark.parametrize(
    ("logical", "entity_set", "key", "name"),
    [
        ("contact", "contacts", "contactid", "fullname"),
        ("incident", "incidents", "incidentid", "title"),
        ("msdyn_ocliveworkitem", "msdyn_ocliveworkitems", "activityid", "subject"),
        ("opportunity", "opportunities", "opportunityid", "name"),
    ],
)
def test_definition(web, logical, entity_set, key, name):
    """A definition names the set, the key and the primary name."""
    found = web.get(f"EntityDefinitions(LogicalName='{logical}')").json()
    assert (found["EntitySetName"], found["PrimaryIdAttribute"], found["PrimaryNameAttribute"]) == (
        entity_set,
        key,
        name,
    )


def test_definitions_by_filter(web):
    """Definitions can be filtered and selected."""
    answer = web.get("EntityDefinitions", filter="LogicalName eq 'contact'", select="LogicalName,EntitySetName").json()
    (found,) = answer["value"]
    assert {key: found[key] for key in ("LogicalName", "EntitySetName")} == {
        "LogicalName": "contact",
        "EntitySetName": "contacts",
    }
    assert web.get(f"EntityDefinitions({found['MetadataId']})", select="LogicalName").json()["LogicalName"] == "contact"


def test_navigation_names(web):
    """Navigation property names are found by the column, with their exact case."""
    path = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')/ManyToOneRelationships"
    names = "ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity,SchemaName"
    found = {
        (item["ReferencingAttribute"], item["ReferencedEntity"]): item
        for item in web.get(path, select=names).json()["value"]
    }
    issue = found["msdyn_issueid", "incident"]
    assert issue["ReferencingEntityNavigationPropertyName"] == "msdyn_IssueId_msdyn_ocliveworkitem"
    assert issue["SchemaName"] == "msdyn_incident_msdyn_ocliveworkitem"
    assert ("msdyn_customer", "contact") in found
    assert ("msdyn_customer", "account") in found


def test_attributes(web):
    """Attributes tell type, length and whether they may be written."""
    path = "EntityDefinitions(LogicalName='incident')/Attributes"
    number = web.get(f"{path}(LogicalName='ticketnumber')").json()
    assert (number["MaxLength"], number["IsValidForCreate"], number["IsValidForUpdate"]) == (100, True, False)
    customer = web.get(f"{path}(LogicalName='customerid')").json()
    assert (customer["AttributeType"], customer["RequiredLevel"]["Value"]) == ("Customer", "SystemRequired")
    cast = f"{path}/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    picks = web.get(cast, select="LogicalName", expand="OptionSet").json()["value"]
    assert {"caseorigincode", "prioritycode"} <= {item["LogicalName"] for item in picks}
    assert all(item["OptionSet"]["Options"] for item in picks)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("EntityDefinitions(LogicalName='nothing')", 404),
        ("EntityDefinitions(LogicalName='Contact')", 404),
        ("EntityDefinitions(LogicalName='contact')/Nothing", 404),
        (f"{STATE}/OptionSet", 501),
        (f"{STATE}/Nothing", 404),
        ("EntityDefinitions(x)", 400),
        ("EntityDefinitions?$select=Nothing", 400),
        ("EntityDefinitions?$filter=Nothing eq 'x'", 400),
        ("EntityDefinitions?$top=1", 400),
        ("entitydefinitions", 404),
    ],
)
def test_refused(web, path, status):
    """Unknown tables are 404, unknown names and options 400, what is not built 501."""
    assert web.send("GET", path).status_code == status


def test_csdl(web):
    """$metadata is XML that declares the navigation properties."""
    tree = ET.fromstring(web.send("GET", "$metadata").text)  # noqa: S314 -- our own emulator's answer
    names = {item.get("Name") for item in tree.iter("{http://docs.oasis-open.org/odata/ns/edm}NavigationProperty")}
    assert {"msdyn_IssueId_msdyn_ocliveworkitem", "customerid_contact", "parentcustomerid_account"} <= names
