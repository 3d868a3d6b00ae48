"""Microsoft's own Python SDK, unchanged, against the emulator: it can read, filter, expand, update and batch."""

from __future__ import annotations

import sys
import warnings

import pytest
from azure.identity import ManagedIdentityCredential

from dev.emulator import Emulator

if sys.version_info < (3, 12):
    pytest.skip("PowerPlatform-Dataverse-Client 1.1.0 does not import before Python 3.12", allow_module_level=True)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    client_module = pytest.importorskip(
        "PowerPlatform.Dataverse.client", reason="PowerPlatform-Dataverse-Client is not installed"
    )

MARIA = "c0000000-0000-4000-8000-000000000001"
OPEN_ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
CUSTOMER = "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind"


@pytest.fixture
def secure(monkeypatch):
    """An emulator with https, which the SDK insists on, and the settings that point a client at it."""
    with Emulator(tls=True) as emulator:
        monkeypatch.delenv("AZURE_CLIENT_ID", raising=False)
        for name, value in emulator.settings.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
def client(secure):
    """The SDK's client with azure-identity's credential."""
    with ManagedIdentityCredential() as credential, client_module.DataverseClient(secure.url, credential) as dataverse:
        yield dataverse


def test_reads_one(client):
    """A row by id, with some columns."""
    row = client.records.retrieve("contact", MARIA, select=["fullname"])
    assert row["fullname"] == "Maria Campbell"
    assert client.records.retrieve("contact", OPEN_ID) is None


def test_filters_and_expands(client):
    """A query across a lookup, ordered, expanded, with formatted values, in pages."""
    from PowerPlatform.Dataverse.models.filters import col
    from PowerPlatform.Dataverse.models.query_builder import ExpandOption

    query = client.query.builder("incident").select("ticketnumber", "statecode").where(col("statecode") == 0)
    query = query.expand(ExpandOption("customerid_contact").select("fullname")).order_by("ticketnumber").page_size(3)
    rows = [row for page in query.include_formatted_values().execute_pages() for row in page]
    assert len(rows) == 12
    assert rows[0]["customerid_contact"]["fullname"] == "Maria Campbell"
    assert rows[0]["statecode@OData.Community.Display.V1.FormattedValue"] == "Active"


def test_quotes_and_sets(client):
    """The SDK's own literals and its In function (whose quotes it doubles, against the documentation: none here)."""
    from PowerPlatform.Dataverse.models.filters import col

    one = client.query.builder("contact").select("contactid").where(col("fullname") == "Patrick O'Brien").execute()
    assert len(list(one)) == 1
    two = client.query.builder("contact").select("contactid").where(col("lastname").in_(["Lee", "Park"])).execute()
    assert len(list(two)) == 2


def test_updates(client, secure):
    """An update with a bind; a missing row is an error, not a new row."""
    client.records.update("msdyn_ocliveworkitem", OPEN_ID, {CUSTOMER: f"/contacts({MARIA})"})
    assert secure.row("msdyn_ocliveworkitems", OPEN_ID)["_msdyn_customer_value"] == MARIA
    from PowerPlatform.Dataverse.core.errors import HttpError

    with pytest.raises(HttpError, match="Does Not Exist"):
        client.records.update("contact", OPEN_ID, {"lastname": "x"})


def test_creates_and_deletes(client, secure):
    """A new row by POST, and away with it."""
    key = client.records.create("contact", {"lastname": "New"})
    assert secure.row("contacts", key)["fullname"] == "New"
    client.records.delete("contact", key)
    assert secure.row("contacts", key) is None


def test_batches(client, secure):
    """A batch of reads and a change set."""
    batch = client.batch.new()
    batch.records.retrieve("contact", MARIA, select=["fullname"])
    with batch.changeset() as changes:
        reference = changes.records.create("contact", {"lastname": "New"})
        changes.records.update("msdyn_ocliveworkitem", OPEN_ID, {CUSTOMER: reference})
    result = batch.execute()
    assert [item.status_code for item in result.responses] == [200, 204, 204]
    assert result.responses[0].data["fullname"] == "Maria Campbell"
    customer = secure.row("msdyn_ocliveworkitems", OPEN_ID)["_msdyn_customer_value"]
    assert secure.row("contacts", customer)["fullname"] == "New"


def test_lists_in_a_batch(client):
    """A list in a batch, whose address the SDK does not escape."""
    batch = client.batch.new()
    batch.records.list("contact", filter="fullname eq 'Jürgen Müßig' and statecode eq 0", select=["fullname"])
    (answer,) = batch.execute().responses
    assert [row["fullname"] for row in answer.data["value"]] == ["Jürgen Müßig"]


def test_failed_change_set(client, secure):
    """The SDK finds the error of a change set, which undid all of it."""
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.create("contact", {"lastname": "New"})
        changes.records.update("contact", OPEN_ID, {"lastname": "x"})
    result = batch.execute(continue_on_error=True)
    assert [(item.status_code, item.error_code) for item in result.failed] == [(404, "0x80040217")]
    assert "New" not in {row["fullname"] for row in secure.rows("contacts")}


def test_finds_names(client):
    """The SDK finds set and navigation names in the metadata."""
    assert client.tables.get("incident")["entity_set_name"] == "incidents"
    names = {
        item.get("ReferencingEntityNavigationPropertyName")
        for item in client.tables.list_table_relationships("msdyn_ocliveworkitem")
    }
    assert {"msdyn_IssueId_msdyn_ocliveworkitem", "msdyn_customer_msdyn_ocliveworkitem_contact"} <= names
