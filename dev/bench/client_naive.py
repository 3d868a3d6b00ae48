"""What many would write: `requests` without a session, read by read. Every call opens a connection of its own."""

from __future__ import annotations

import json
import sys
from typing import Any

import requests

from dev.bench import job
from dev.bench.client import Client, Threads, serve

TIMEOUT = 30


class Script:
    """The script. Its token was fetched once, before."""

    def __init__(self, url: str, token: str, block: int) -> None:
        self._root = url + job.API
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "OData-Version": "4.0"}
        self._block = block

    def link(self, number: int) -> None:
        """Read the conversation, the person, the company and the cases, one after the other; then write."""
        conversation = f"msdyn_ocliveworkitems({job.conversation(self._block, number)})"
        email = job.CUSTOMERS[job.customer(number)].email.replace("'", "''")
        given = f"emailaddress1 eq '{email}' and statecode eq 0"
        self._get(conversation, {"$select": "statecode,_msdyn_customer_value,_msdyn_issueid_value"})
        people = self._get("contacts", {"$select": "fullname", "$filter": given, "$top": "2"})["value"]
        self._get("accounts", {"$select": "name", "$filter": given, "$top": "2"})
        contact = people[0]["contactid"]
        theirs = f"_customerid_value eq {contact} and statecode eq 0"
        case = self._get("incidents", {"$select": "ticketnumber,title", "$filter": theirs, "$top": "2"})["value"][0]
        self._patch(conversation, changes(contact, case["incidentid"]))

    def _get(self, resource: str, parameters: dict[str, str]) -> Any:
        answer = requests.get(self._root + resource, params=parameters, headers=self._headers, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def _patch(self, resource: str, body: dict[str, str]) -> None:
        headers = {**self._headers, "If-Match": "*"}
        requests.patch(self._root + resource, json=body, headers=headers, timeout=TIMEOUT).raise_for_status()


def changes(contact: str, case: str) -> dict[str, str]:
    """What is written to link a person and a case."""
    return {
        "msdyn_customer_msdyn_ocliveworkitem_contact@odata.bind": f"/contacts({contact})",
        "msdyn_IssueId_msdyn_ocliveworkitem@odata.bind": f"/incidents({case})",
        "regardingobjectid_incident_msdyn_ocliveworkitem@odata.bind": f"/incidents({case})",
    }


def make(arguments: dict[str, Any]) -> Client:
    """The script of this process."""
    script = Script(arguments["url"], arguments["token"], arguments["block"])
    return Threads(script.link, arguments["threads"])


if __name__ == "__main__":
    serve(make, json.loads(sys.argv[1]))
