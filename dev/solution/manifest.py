"""`solution.xml`: publisher, version, root components, and what must be in the environment already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from dev.solution.markup import ENGLISH, add, document, fill, label
from dev.solution.names import Names

_ADDRESS = (
    "City", "County", "Country", "Fax", "FreightTermsCode", "ImportSequenceNumber", "Latitude", "Line1", "Line2",
    "Line3", "Longitude", "Name", "PostalCode", "PostOfficeBox", "PrimaryContactName", "ShippingMethodCode",
    "StateOrProvince", "Telephone1", "Telephone2", "Telephone3", "TimeZoneRuleVersionNumber", "UPSZone", "UTCOffset",
    "UTCConversionTimeZoneCode",
)  # fmt: skip
"""The fields of an address. Exports have two addresses without a value."""


class Solution(NamedTuple):
    """What a manifest says: attributes of the root components, and pairs of required and dependent component."""

    unique_name: str
    display_name: str
    description: str
    version: str
    components: Iterable[Mapping[str, str]]
    dependencies: Iterable[tuple[Mapping[str, str], Mapping[str, str]]] = ()


def manifest(solution: Solution, names: Names) -> bytes:
    """The part `solution.xml` of an unmanaged solution."""
    root = Element(
        "ImportExportXml", version="9.2.0.0", SolutionPackageVersion="9.2", languagecode=ENGLISH, generatedBy="CrmLive"
    )
    body = add(root, "SolutionManifest")
    fill(body, [("UniqueName", solution.unique_name)])
    label(body, "LocalizedNames", "LocalizedName", solution.display_name)
    label(body, "Descriptions", "Description", solution.description)
    fill(body, [("Version", solution.version), ("Managed", "0")])
    _publisher(add(body, "Publisher"), names)
    components = add(body, "RootComponents")
    for each in solution.components:
        add(components, "RootComponent", **each, behavior="0")
    missing = add(body, "MissingDependencies")
    for required, dependent in solution.dependencies:
        dependency = add(missing, "MissingDependency")
        add(dependency, "Required", **required)
        add(dependency, "Dependent", **dependent)
    return document(root)


def _publisher(publisher: Element, names: Names) -> None:
    fill(publisher, [("UniqueName", names.publisher_unique_name)])
    label(publisher, "LocalizedNames", "LocalizedName", names.publisher)
    add(publisher, "Descriptions")
    fill(publisher, [("EMailAddress", None), ("SupportingWebsiteUrl", None)])
    fill(publisher, [("CustomizationPrefix", names.prefix)])
    fill(publisher, [("CustomizationOptionValuePrefix", str(names.option_value_prefix))])
    addresses = add(publisher, "Addresses")
    for number in ("1", "2"):
        fill(add(addresses, "Address"), [("AddressNumber", number), ("AddressTypeCode", "1"), *_address()])


def _address() -> list[tuple[str, str | None]]:
    return [(name, "1" if name == "ShippingMethodCode" else None) for name in _ADDRESS]
