"""The solution with the custom connector. Its host is an environment variable, so each environment has its own app."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from dev.connector.files import BRAND, ICON, Owner, as_json, openapi, properties
from dev.solution.customizations import customizations
from dev.solution.manifest import Solution, manifest
from dev.solution.markup import ENGLISH, add, document, fill
from dev.solution.names import Names
from shared.contract.openapi import Auth

UNIQUE_NAME = "ConversationLinkingConnector"
CONNECTOR, VARIABLE = "372", "380"
"""Component types of Dataverse: connector, environment variable definition."""

_FILES = {
    "openapidefinition": "json",
    "connectionparameters": "json",
    "policytemplateinstances": "json",
    "iconblob": "Png",
}
"""The files of a connector by element, and their extensions."""

_CUSTOM = "1"
_TEXT = "100000000"
HOST_HELP = "Host name of the Function App, without https://, such as my-app.azurewebsites.net"


def connector_parts(names: Names, version: str, host: str, auth: Auth, owner: Owner) -> dict[str, bytes]:
    """The parts of the solution by name. Without a host, the import asks for it."""
    swagger = openapi(f'@environmentVariables("{names.host_variable}")', auth, owner)
    settings = properties(auth, owner)["properties"]
    contents = {
        "openapidefinition": as_json(swagger),
        "connectionparameters": as_json(settings["connectionParameters"]),
        "policytemplateinstances": as_json(settings["policyTemplateInstances"]),
        "iconblob": ICON.read_bytes(),
    }
    return {
        "solution.xml": manifest(_solution(names, version), names),
        "customizations.xml": customizations(Connectors=_element(names, swagger["info"])),
        **{_path(names, element): content for element, content in contents.items()},
        f"environmentvariabledefinitions/{names.host_variable}/environmentvariabledefinition.xml": _variable(
            names, version, host
        ),
    }


def _solution(names: Names, version: str) -> Solution:
    return Solution(
        UNIQUE_NAME,
        "Conversation Linking: connector",
        "The custom connector. Import it before the solution with the flow.",
        version,
        [
            {"type": CONNECTOR, "id": f"{{{names.connector_id}}}", "schemaName": names.connector},
            {"type": VARIABLE, "schemaName": names.host_variable},
        ],
    )


def _path(names: Names, element: str) -> str:
    return f"Connector/{names.connector}_{element}.{_FILES[element]}"


def _element(names: Names, info: Mapping[str, str]) -> Element:
    connector = Element("Connector")
    fill(
        connector,
        [
            ("connectorid", str(names.connector_id)),
            ("description", info["description"]),
            ("displayname", info["title"]),
            ("iconbrandcolor", BRAND),
            ("name", names.connector),
            ("connectortype", _CUSTOM),
            *((element, f"/{_path(names, element)}") for element in _FILES),
        ],
    )
    return connector


def _variable(names: Names, version: str, host: str) -> bytes:
    root = Element("environmentvariabledefinition", schemaname=names.host_variable)
    fill(root, [("defaultvalue", host)] if host else [])
    for element, text in (("description", HOST_HELP), ("displayname", "Conversation Linking: host")):
        add(add(root, element, default=text), "label", description=text, languagecode=ENGLISH)
    fill(root, [("introducedversion", version), ("iscustomizable", "1"), ("isrequired", "0"), ("secretstore", "0")])
    fill(root, [("type", _TEXT)])
    return document(root)
