"""`customizations.xml`: connectors, flows and connection references of a solution."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from dev.solution.markup import ENGLISH, add, document, fill

_BEFORE = (
    "Entities", "Roles", "Workflows", "FieldSecurityProfiles", "Templates", "EntityMaps", "EntityRelationships",
    "OrganizationSettings", "optionsets", "CustomControls", "EntityDataProviders",
)  # fmt: skip
"""The sections that every export has, in its order; Connectors and connectionreferences follow where there are any."""


def customizations(**sections: Element) -> bytes:
    """The part, with one component in each section that is named."""
    root = Element("ImportExportXml")
    for name in (*_BEFORE, *(each for each in ("Connectors", "connectionreferences") if each in sections)):
        section = add(root, name)
        if name in sections:
            section.append(sections[name])
    fill(add(root, "Languages"), [("Language", ENGLISH)])
    return document(root)
