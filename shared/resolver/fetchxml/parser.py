"""A FetchXML query as a tree that cannot change, in which the values that a rule leaves open are marked. Pure.

What is read is only what is understood ("Query data using FetchXml", reference of elements): anything else refuses
the query, because it might mean something else once a condition has been left out.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

MAX_LINKS = 13
"""Joins of a rule: Dataverse takes 15 ("Join tables using FetchXml"), and two are added to read a case's customer."""

RESERVED = "customerid_"
"""How no alias of a rule begins: those of the links that read the case's customer along do."""

MAX_CONDITIONS = 200
"""Conditions of one query; Dataverse has a limit too, but does not say which (TooManyConditionsInQuery)."""

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,99})\}")
OPEN = "${"

_IGNORED = {
    "fetch": "version output-format mapping top count no-lock distinct aggregate returntotalrecordcount "
    "latematerialize options useraworderby",
    "condition": "uiname uitype uihidden value",
    "link-entity": "visible",
}
_KEPT = {
    "entity": "name",
    "filter": "type hint",
    "condition": "attribute operator entityname valueof source",
    "link-entity": "name from to alias link-type intersect",
}


class RuleRefused(ValueError):
    """A rule that must not be used; its text completes "The rule of the workstream was not used: …". Holds no value."""


class Variable(NamedTuple):
    """A value that a conversation fills in. `platform`: only by what the platform says, never by the customer."""

    name: str
    platform: bool


class FetchCondition(NamedTuple):
    """One test. `attributes` but for its values; `several`: the values stand in elements of their own."""

    attributes: tuple[tuple[str, str], ...]
    values: tuple[str | Variable, ...]
    several: bool


class FetchFilter(NamedTuple):
    """Tests that must all hold, or any of them."""

    attributes: tuple[tuple[str, str], ...]
    children: tuple["FetchCondition | FetchFilter", ...]

    @property
    def any(self) -> bool:
        """Whether one of the tests is enough."""
        return dict(self.attributes).get("type", "and") == "or"


class FetchLink(NamedTuple):
    """A join with its own filters and joins."""

    attributes: tuple[tuple[str, str], ...]
    filters: tuple[FetchFilter, ...]
    links: tuple["FetchLink", ...]


class Fetch(NamedTuple):
    """A query for the rows of one table."""

    table: str
    filters: tuple[FetchFilter, ...]
    links: tuple[FetchLink, ...]


def read(fetch: Element) -> Fetch:
    """The query of a `fetch` element.

    Raises:
        RuleRefused: an aggregate, too many joins or conditions, a variable with another operator than `eq` or `in` or
            where it narrows nothing, anything that is not understood.
    """
    if fetch.get("aggregate", "false").lower() not in ("false", "0"):
        raise RuleRefused("it asks for an aggregate")
    if len(list(fetch.iter("link-entity"))) > MAX_LINKS:
        raise RuleRefused("it joins too many tables")
    if len(list(fetch.iter("condition"))) > MAX_CONDITIONS:
        raise RuleRefused("it has too many conditions")
    _attributes(fetch)
    if [child.tag for child in fetch] != ["entity"]:
        raise RuleRefused("a fetch has not exactly one entity")
    _attributes(fetch[0])
    _understood(fetch[0])
    return Fetch(fetch[0].get("name", ""), _filters(fetch[0], False), _links(fetch[0], False))


def _understood(element: Element) -> None:
    """What is selected and how it is sorted is ours to say; only an aggregate among it changes the meaning."""
    known = {"attribute", "all-attributes", "order", "filter", "link-entity"}
    if any(child.tag not in known for child in element):
        raise RuleRefused("it has an element that is not understood")
    if any(name in child.attrib for child in element for name in ("aggregate", "groupby")):
        raise RuleRefused("it asks for an aggregate")


def _attributes(element: Element) -> tuple[tuple[str, str], ...]:
    """The attributes that count, in the order in which they stand."""
    kept, ignored = (names.get(element.tag, "").split() for names in (_KEPT, _IGNORED))
    if not element.attrib.keys() <= {*kept, *ignored}:
        raise RuleRefused("it has an attribute that is not understood")
    return tuple((name, value) for name, value in element.items() if name in kept)


def _filters(element: Element, outer: bool) -> tuple[FetchFilter, ...]:
    return tuple(_filter(child, outer) for child in element.iterfind("filter"))


def _filter(element: Element, outer: bool) -> FetchFilter:
    attributes = _attributes(element)
    if element.get("type", "and") not in ("and", "or"):
        raise RuleRefused("a filter is neither and nor or")
    return FetchFilter(attributes, tuple(_child(child, outer) for child in element))


def _child(element: Element, outer: bool) -> FetchCondition | FetchFilter:
    if element.tag == "filter":
        return _filter(element, outer)
    if element.tag != "condition":
        raise RuleRefused("it has an element that is not understood")
    condition = _condition(element)
    if outer and any(isinstance(value, Variable) for value in condition.values):
        raise RuleRefused("a variable stands in the filter of an outer link, where it narrows nothing")
    return condition


def _condition(element: Element) -> FetchCondition:
    attributes = _attributes(element)
    values = tuple(_values(element))
    if any(isinstance(value, Variable) for value in values) and element.get("operator") not in ("eq", "in"):
        raise RuleRefused("a variable is compared with another operator than eq or in")
    # `source` is the product's own, the engagement context that a variable is taken from; FetchXML has no such thing.
    kept = tuple((name, value) for name, value in attributes if name != "source")
    return FetchCondition(kept, values, element.get("operator") in ("in", "not-in") or len(values) > 1)


def _values(element: Element) -> Iterator[str | Variable]:
    from_platform = "source" in element.attrib
    if any(child.tag != "value" or child.attrib or len(child) for child in element):
        raise RuleRefused("it has an element that is not understood")
    if "value" in element.attrib:
        yield _value(element.attrib["value"], from_platform)
    for child in element:
        yield _value(child.text or "", from_platform)


def _value(text: str, from_platform: bool) -> str | Variable:
    found = VARIABLE.fullmatch(text.strip())
    if found:
        return Variable(found[1], from_platform or found[1].lower().startswith("msdyn_"))
    if OPEN in text:
        raise RuleRefused("a variable is only a part of a value, or its name is none")
    return text


def _links(element: Element, outer: bool) -> tuple[FetchLink, ...]:
    return tuple(_link(child, outer) for child in element.iterfind("link-entity"))


def _link(element: Element, outer: bool) -> FetchLink:
    attributes = _attributes(element)
    _understood(element)
    if element.get("alias", "").startswith(RESERVED):
        raise RuleRefused("a link has an alias that the app needs itself")
    if element.get("link-type", "inner") not in ("inner", "outer"):
        raise RuleRefused("a link is neither inner nor outer")
    outer = outer or element.get("link-type") == "outer"
    return FetchLink(attributes, _filters(element, outer), _links(element, outer))
