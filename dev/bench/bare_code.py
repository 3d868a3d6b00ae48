"""The least that links a conversation: two reads and an update, with the app's libraries, in one file.

What a developer would write for the demo: one identity, one e-mail address, no retry, no deadline, no explanation.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

import azure.functions as func
import requests
from azure.identity import ManagedIdentityCredential
from pydantic import BaseModel, ValidationError

TIMEOUT = 30
URL = os.environ["DATAVERSE_URL"]

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
credential = ManagedIdentityCredential()
session = requests.Session()
session.headers.update({"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"})


class LinkRequest(BaseModel):
    """What the bot sends."""

    conversationId: UUID
    Email: str


class Contact(BaseModel):
    """A row of `contacts`."""

    contactid: UUID


class Case(BaseModel):
    """A row of `incidents`."""

    incidentid: UUID


class LinkAnswer(BaseModel):
    """What the bot gets."""

    customerStatus: str = "not_found"
    caseStatus: str = "not_found"


@app.route(route="link", methods=["POST"])
def link(req: func.HttpRequest) -> func.HttpResponse:
    """Link the contact of the e-mail address, and their case, where there is exactly one of each."""
    try:
        request = LinkRequest.model_validate_json(req.get_body())
    except ValidationError as problem:
        return func.HttpResponse(problem.json(), status_code=400, mimetype="application/json")
    email = request.Email.replace("'", "''")
    contacts = read("contacts", "contactid", f"emailaddress1 eq '{email}' and statecode eq 0")
    if len(contacts) != 1:
        return answer(LinkAnswer())
    contact = Contact.model_validate(contacts[0]).contactid
    changes = {"msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind": f"/contacts({contact})"}
    cases = read("incidents", "incidentid", f"_customerid_value eq {contact} and statecode eq 0")
    if len(cases) == 1:
        case = Case.model_validate(cases[0]).incidentid
        changes["msdyn_IssueId_msdyn_ocliveworkitem@odata.bind"] = f"/incidents({case})"
        changes["regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind"] = f"/incidents({case})"
    update(f"msdyn_ocliveworkitems({request.conversationId})", changes)
    return answer(LinkAnswer(customerStatus="linked", caseStatus="linked" if len(cases) == 1 else "not_found"))


def read(table: str, column: str, condition: str) -> list[Any]:
    """Up to two rows of a table."""
    query = {"$select": column, "$filter": condition, "$top": "2"}
    response = session.get(f"{URL}/api/data/v9.2/{table}", params=query, headers=sign_in(), timeout=TIMEOUT)
    response.raise_for_status()
    rows: list[Any] = response.json()["value"]
    return rows


def update(record: str, changes: dict[str, str]) -> None:
    """Write to a record that exists."""
    headers = {**sign_in(), "If-Match": "*"}
    session.patch(f"{URL}/api/data/v9.2/{record}", json=changes, headers=headers, timeout=TIMEOUT).raise_for_status()


def sign_in() -> dict[str, str]:
    """The header of a call; the credential keeps the token."""
    return {"Authorization": f"Bearer {credential.get_token(f'{URL}/.default').token}"}


def answer(content: LinkAnswer) -> func.HttpResponse:
    """The answer as JSON."""
    return func.HttpResponse(content.model_dump_json(), mimetype="application/json")
