"""Microsoft's `PowerPlatform-Dataverse-Client` doing the same job, read by read and one update."""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

from dev.bench import job
from dev.bench.client import Client, Threads, serve
from dev.bench.client_naive import changes


class Sdk:
    """The SDK's client with azure-identity's credential, both kept for the whole process."""

    def __init__(self, url: str, block: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from azure.identity import ManagedIdentityCredential
            from PowerPlatform.Dataverse.client import DataverseClient
        self._client = DataverseClient(url, ManagedIdentityCredential())
        self._block = block

    def link(self, number: int) -> None:
        """Read the conversation, the person, the company and the cases, one after the other; then write."""
        records, conversation = self._client.records, job.conversation(self._block, number)
        columns = ["statecode", "_msdyn_customer_value", "_msdyn_issueid_value"]
        records.retrieve("msdyn_ocliveworkitem", conversation, select=columns)
        email = job.CUSTOMERS[job.customer(number)].email
        contact = self._active("contact", ["contactid", "fullname"], "emailaddress1", email)[0]["contactid"]
        self._active("account", ["accountid", "name"], "emailaddress1", email)
        case = self._active("incident", ["incidentid", "title"], "_customerid_value", contact)[0]["incidentid"]
        records.update("msdyn_ocliveworkitem", conversation, changes(contact, case))

    def _active(self, table: str, select: list[str], column: str, value: str) -> list[Any]:
        from PowerPlatform.Dataverse.models.filters import col, raw

        equal = raw(f"{column} eq {value}") if column.startswith("_") else col(column) == value
        query = self._client.query.builder(table).select(*select).where(equal).where(col("statecode") == 0)
        return list(query.top(2).execute())


def make(arguments: dict[str, Any]) -> Client:
    """The SDK of this process."""
    return Threads(Sdk(arguments["url"], arguments["block"]).link, arguments["threads"])


if __name__ == "__main__":
    serve(make, json.loads(sys.argv[1]))
