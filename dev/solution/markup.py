"""XML as Dataverse exports it: an element for each field, `xsi:nil` where a field is empty."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

XSI = "http://www.w3.org/2001/XMLSchema-instance"
ENGLISH = "1033"
register_namespace("xsi", XSI)

Fields = Iterable[tuple[str, str | None]]


def add(parent: Element, name: str, **attributes: str) -> Element:
    """Append an element with attributes."""
    return SubElement(parent, name, attributes)


def fill(parent: Element, fields: Fields) -> None:
    """Append an element for each field; None becomes `xsi:nil`."""
    for name, value in fields:
        element = SubElement(parent, name)
        element.text = value
        if value is None:
            element.set(f"{{{XSI}}}nil", "true")


def label(parent: Element, group: str, single: str, text: str) -> None:
    """Append a group with one text in English, such as LocalizedNames with a LocalizedName."""
    add(add(parent, group), single, description=text, languagecode=ENGLISH)


def document(root: Element) -> bytes:
    """The bytes of a part."""
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
