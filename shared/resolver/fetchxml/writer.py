"""A FetchXML query as text, through an element tree: whatever a value holds, it stays a value. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from shared.core.schema import CASE_ID, CUSTOMERS, CustomerType, EntityName
from shared.resolver import queries
from shared.resolver.fetchxml.parser import Fetch, FetchCondition, FetchFilter, FetchLink

TOP = str(queries.TOP)
"""Rows to ask for, as of the built-in rules."""

COLUMNS: Mapping[EntityName, tuple[str, ...]] = {
    **{
        type: (table.id_column, table.name_column, "statecode", *table.phone_columns)
        for type, table in CUSTOMERS.items()
    },
    "case": (CASE_ID, "ticketnumber", "title", "statecode", "customerid", "primarycontactid"),
}
"""What `rows` needs. A lookup is asked for by its column, and comes back as `_customerid_value`, as in OData."""

ACTIVE = FetchCondition((("attribute", "statecode"), ("operator", "eq")), ("0",), several=False)

CUSTOMER_LINKS: Mapping[str, CustomerType] = {table.case_paths[0].navigation: type for type, table in CUSTOMERS.items()}
"""Aliases of the links that read a case's customer along: the navigation properties that OData would expand."""


def write(entity: EntityName, fetch: Fetch, company: bool = False, compared: Iterable[str] = ()) -> str:
    """The query of a rule for a few active rows of `entity`; all its values are filled in.

    `compared` are columns to read along, to be looked at once more. `company` asks for a contact's company, too: only
    where its cases count as the contact's (CASE_OF_COMPANY).
    """
    # Joins can bring one row several times: two of the same would hide another one behind `top`.
    root = Element("fetch", {"top": TOP, **({"distinct": "true"} if fetch.links else {})})
    table = SubElement(root, "entity", {"name": fetch.table})
    own = (*COLUMNS[entity], *(("parentcustomerid",) if company and entity == "contact" else ()), *compared)
    _select(table, dict.fromkeys(own))
    _filter(table, _with_active(fetch.filters))
    for link in fetch.links:
        _link(table, link)
    if entity == "case":
        _customers(table)
    # The carriage return is the one character that ElementTree leaves to whoever parses a text between tags.
    return tostring(root, encoding="unicode").replace("\r", "&#13;")


def _with_active(filters: tuple[FetchFilter, ...]) -> FetchFilter:
    """All filters in one, that the row is active among them ("filter" occurs once in an entity, says the reference)."""
    if len(filters) == 1 and not filters[0].any:
        only = filters[0]
        return only if _asks_active(only.children) else FetchFilter(only.attributes, (ACTIVE, *only.children))
    return FetchFilter((("type", "and"),), (ACTIVE, *filters))


def _asks_active(children: Iterable[FetchCondition | FetchFilter]) -> bool:
    """Whether one of the conditions says so, in whatever order its attributes stand."""
    return any(
        isinstance(child, FetchCondition)
        and dict(child.attributes) == dict(ACTIVE.attributes)
        and child.values == ACTIVE.values
        for child in children
    )


def _customers(table: Element) -> None:
    """The case's customer, who may be a contact or an account: a join by key brings no row twice, and loses none."""
    for alias, type in CUSTOMER_LINKS.items():
        key = CUSTOMERS[type].id_column
        names = {"name": type, "from": key, "to": "customerid", "alias": alias, "link-type": "outer"}
        _select(SubElement(table, "link-entity", names), COLUMNS[type])


def _select(parent: Element, columns: Iterable[str]) -> None:
    for column in columns:
        SubElement(parent, "attribute", {"name": column})


def _link(parent: Element, link: FetchLink) -> None:
    element = SubElement(parent, "link-entity", dict(link.attributes))
    for item in link.filters:
        _filter(element, item)
    for inner in link.links:
        _link(element, inner)


def _filter(parent: Element, node: FetchFilter | FetchCondition) -> None:
    if isinstance(node, FetchCondition):
        _condition(parent, node)
        return
    element = SubElement(parent, "filter", dict(node.attributes))
    for child in node.children:
        _filter(element, child)


def _condition(parent: Element, node: FetchCondition) -> None:
    element = SubElement(parent, "condition", dict(node.attributes))
    if node.several:
        for value in node.values:
            SubElement(element, "value").text = str(value)
    elif node.values:
        element.set("value", str(node.values[0]))
