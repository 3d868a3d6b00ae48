"""The solution with the flow and its connection reference. It needs the connector of the other solution."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from dev.makers.flow import Connection, flow
from dev.solution.connector import CONNECTOR
from dev.solution.customizations import customizations
from dev.solution.manifest import Solution, manifest
from dev.solution.markup import add, fill, label
from dev.solution.names import FLOW_NAME, Names
from shared.contract.openapi import TITLE

UNIQUE_NAME = "ConversationLinkingFlow"
FLOW = "29"
"""Component type of Dataverse: workflow."""

_CLOUD_FLOW = "5"
_BASE_VERSION = "1.0.0.0"
_BEFORE_STATE = [
    ("Type", "1"), ("Subprocess", "0"), ("Category", _CLOUD_FLOW), ("Mode", "0"), ("Scope", "4"), ("OnDemand", "0"),
    ("TriggerOnCreate", "0"), ("TriggerOnDelete", "0"), ("AsyncAutodelete", "0"), ("SyncWorkflowLogOnFailure", "0"),
]  # fmt: skip
_ON = [("StateCode", "1"), ("StatusCode", "2")]
_AFTER_STATE = [
    ("RunAs", "1"), ("IsTransacted", "1"), ("IntroducedVersion", _BASE_VERSION), ("IsCustomizable", "1"),
    ("BusinessProcessType", "0"), ("IsCustomProcessingStepAllowedForOtherPublishers", "1"), ("ModernFlowType", "0"),
    ("PrimaryEntity", "none"),
]  # fmt: skip


def flow_parts(names: Names, version: str) -> dict[str, bytes]:
    """The parts of the solution by name."""
    connection = Connection(names.api, names.api, names.connection_reference, names.connector)
    return {
        "solution.xml": manifest(_solution(names, version), names),
        "customizations.xml": customizations(Workflows=_workflow(names), connectionreferences=_reference(names)),
        _path(names): flow(connection).encode(),
    }


def _solution(names: Names, version: str) -> Solution:
    connector = {
        "type": CONNECTOR,
        "schemaName": names.connector,
        "displayName": TITLE,
        "solution": "Active",
        "id": f"{{{names.connector_id}}}",
    }
    workflow = {"type": FLOW, "displayName": FLOW_NAME, "id": f"{{{names.flow_id}}}"}
    reference = {
        "type": "connectionreference",
        "displayName": names.connection_reference,
        "id.connectionreferencelogicalname": names.connection_reference,
    }
    return Solution(
        UNIQUE_NAME,
        f"{TITLE}: flow",
        "The flow that agents call. Import the solution with the connector before it.",
        version,
        [{"type": FLOW, "id": f"{{{names.flow_id}}}"}],
        [(connector, workflow), (connector, reference)],
    )


def _path(names: Names) -> str:
    return f"Workflows/{re.sub('[^A-Za-z0-9]', '', FLOW_NAME)}-{str(names.flow_id).upper()}.json"


def _workflow(names: Names) -> Element:
    workflow = Element("Workflow", WorkflowId=f"{{{names.flow_id}}}", Name=FLOW_NAME)
    fill(workflow, [("JsonFileName", f"/{_path(names)}"), *_BEFORE_STATE, *_ON, *_AFTER_STATE])
    label(workflow, "LocalizedNames", "LocalizedName", FLOW_NAME)
    return workflow


def _reference(names: Names) -> Element:
    reference = Element("connectionreference", connectionreferencelogicalname=names.connection_reference)
    fill(reference, [("connectionreferencedisplayname", TITLE)])
    fill(reference, [("connectorid", f"/providers/Microsoft.PowerApps/apis/{names.api}")])
    fill(add(reference, "customconnectorid"), [("connectorid", str(names.connector_id))])
    fill(reference, [("iscustomizable", "1"), ("promptingbehavior", "0"), ("statecode", "0"), ("statuscode", "1")])
    return reference
