"""A FetchXML text to what it asks for, read strictly: no table is looked at yet.

"Query data using FetchXml" and its reference of elements. What is not an element or attribute there is refused; what
is one, but is not needed to link a conversation, is answered with 501, never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from . import errors, fetch_errors
from .fetch_query import Condition, Entity, Fetch, Filter, Link, Order

MAX_LINKS = 15
MAX_TOP = 5000
_MAX_DEPTH = 100
_LISTS = frozenset({"in", "not-in"})
_NO_VALUE = frozenset({"null", "not-null"})
_ONE_VALUE = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "like", "not-like"})

_Read = TypeVar("_Read")


def parse(text: str) -> Fetch:
    """Read a query. ApiError 400: no XML, or no FetchXML; 501: what only Dataverse has."""
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise fetch_errors.fetch_xml("Invalid XML.") from error
    if _depth(root) > _MAX_DEPTH:
        raise fetch_errors.fetch_xml("The query is nested too deeply.")
    links = sum(1 for _ in root.iter("link-entity"))
    if links > MAX_LINKS:
        raise fetch_errors.too_many_links()
    return _fetch(root)


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def _fetch(root: Element) -> Fetch:
    if root.tag != "fetch" or [child.tag for child in root] != ["entity"]:
        raise fetch_errors.fetch_xml("A query is a fetch element with one entity element.")
    _check(
        root,
        "top distinct version mapping output-format no-lock aggregate latematerialize options",
        "count page paging-cookie returntotalrecordcount aggregatelimit datasource useraworderby",
    )
    if _flag(root, "aggregate"):
        raise errors.not_implemented("aggregates in FetchXML")
    _check(root[0], "name")
    return Fetch(_entity(root[0], ""), _top(root.get("top")), _flag(root, "distinct"))


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= MAX_TOP:
        raise fetch_errors.fetch_xml(f"The attribute top must be a number from 1 to {MAX_TOP}.")
    return int(text)


def _flag(element: Element, name: str) -> bool:
    text = element.get(name, "false").lower()
    if text not in ("true", "false", "1", "0"):
        raise fetch_errors.fetch_xml(f"The attribute {name} must be true or false.")
    return text in ("true", "1")


def _entity(element: Element, alias: str) -> Entity:
    known = {"attribute", "all-attributes", "filter", "order", "link-entity"}
    wrong = [child.tag for child in element if child.tag not in known]
    if wrong:
        raise fetch_errors.fetch_xml(
            f"Invalid Child Node, valid nodes are {', '.join(sorted(known))}. NodeName = {wrong[0]}"
        )
    return Entity(
        _name(element, "name"),
        alias,
        _each(element, "attribute", _column),
        element.find("all-attributes") is not None,
        _each(element, "filter", _filter),
        _each(element, "order", _order),
        _each(element, "link-entity", _link),
    )


def _each(element: Element, tag: str, read: Callable[[Element], _Read]) -> tuple[_Read, ...]:
    return tuple(read(child) for child in element.iterfind(tag))


def _column(element: Element) -> tuple[str, str]:
    _check(element, "name alias", "aggregate groupby distinct dategrouping rowaggregate usertimezone")
    return _name(element, "name"), element.get("alias", "")


def _order(element: Element) -> Order:
    _check(element, "attribute descending entityname", "alias")
    return Order(_name(element, "attribute"), _flag(element, "descending"), element.get("entityname", ""))


def _link(element: Element) -> Link:
    _check(element, "name from to alias link-type intersect visible")
    kind = element.get("link-type", "inner")
    if kind not in ("inner", "outer"):
        raise errors.not_implemented(f"link-type '{kind}'")
    # Without an alias columns are named after the table ("Select columns using FetchXml").
    entity = _entity(element, element.get("alias") or _name(element, "name"))
    if kind == "outer" and not all(link.outer for link in entity.links):
        raise errors.not_implemented("an inner link inside an outer one")
    return Link(entity, _name(element, "from"), _name(element, "to"), kind == "outer")


def _filter(element: Element) -> Filter:
    _check(element, "type hint", "isquickfindfields overridequickfindrecordlimitenabled")
    kind = element.get("type", "and")
    if kind not in ("and", "or"):
        raise fetch_errors.fetch_xml("The attribute type of a filter must be and or or.")
    return Filter(kind, tuple(_child(child) for child in element))


def _child(element: Element) -> Condition | Filter:
    if element.tag == "filter":
        return _filter(element)
    if element.tag == "link-entity":
        raise errors.not_implemented("a link-entity inside a filter")
    if element.tag != "condition":
        raise fetch_errors.fetch_xml(f"Invalid Child Node, valid nodes are filter, condition. NodeName = {element.tag}")
    return _condition(element)


def _condition(element: Element) -> Condition:
    _check(
        element,
        "attribute operator value entityname uiname uitype uihidden",
        "valueof alias aggregate column rowaggregate",
    )
    operator = _name(element, "operator")
    if operator not in _LISTS | _NO_VALUE | _ONE_VALUE:
        raise errors.not_implemented(f"the FetchXML operator '{operator}'")
    values = _values(element, operator)
    return Condition(_name(element, "attribute"), operator, values, element.get("entityname", ""))


def _values(element: Element, operator: str) -> tuple[str, ...]:
    """One value stands in the attribute, several in elements, "Filter rows using FetchXml", operator parameters."""
    if any(child.tag != "value" for child in element):
        raise fetch_errors.fetch_xml("Invalid Child Node, valid nodes are value.")
    single, listed = element.get("value"), tuple(child.text or "" for child in element)
    if (single is not None) != (operator in _ONE_VALUE) or bool(listed) != (operator in _LISTS):
        raise fetch_errors.fetch_xml(f"The values of the operator {operator} do not stand where they belong.")
    return listed if single is None else (single,)


def _name(element: Element, attribute: str) -> str:
    found = element.get(attribute)
    if not found:
        raise fetch_errors.fetch_xml(f"The element {element.tag} needs the attribute {attribute}.")
    return found


def _check(element: Element, known: str, absent: str = "") -> None:
    """Refuse attributes that no page names; say so of those that this emulator has not."""
    for name in _unknown(element, known):
        if name in absent.split():
            raise errors.not_implemented(f"the attribute {name} of {element.tag}")
        raise fetch_errors.fetch_xml(f"The element {element.tag} has no attribute {name}.")


def _unknown(element: Element, known: str) -> Iterable[str]:
    return (name for name in element.attrib if name not in known.split())
