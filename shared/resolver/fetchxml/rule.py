"""The identification rule that an administrator keeps in Dynamics, from its text. Pure.

`msdyn_recordidentificationrule` of a workstream holds XML: a set of rules, each with its table (`PrimaryEntity`), a
FetchXML query in which `${Name}` stands for a variable, and a `ContextKey` that says which link of the conversation the
row it finds is for (guidance "Custom record identification", "Enable fields for identifying customers"). Both samples
printed there are malformed, so that a rule cannot be read has to be expected.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from shared.core.schema import CASE_ID, CASE_LOGICAL_NAME, CASE_SET, CUSTOMERS, EntityName
from shared.resolver.fetchxml import parser
from shared.resolver.fetchxml.parser import OPEN, Fetch, RuleRefused

MAX_TEXT = 30_000
"""Characters of a whole rule set; the standard one has some 5,000. So each query fits a URL in a `$batch` (64 KB)."""

MAX_DEPTH = 30


class _Table(NamedTuple):
    entity: EntityName
    entity_set: str
    id_column: str
    context_key: str


_TABLES: Mapping[str, _Table] = {
    "contact": _Table(
        "contact", "contacts", CUSTOMERS["contact"].id_column, "msdyn_contact_msdyn_ocliveworkitem_Customer"
    ),
    "account": _Table(
        "account", "accounts", CUSTOMERS["account"].id_column, "msdyn_account_msdyn_ocliveworkitem_Customer"
    ),
    CASE_LOGICAL_NAME: _Table("case", CASE_SET, CASE_ID, "msdyn_incident_msdyn_ocliveworkitem"),
}


class RuleEntry(NamedTuple):
    """The rule for one table. `preferred`: this customer wins where both types have a match."""

    entity: EntityName
    entity_set: str
    fetch: Fetch
    preferred: bool


class WorkstreamRule(NamedTuple):
    """The rules of a workstream, one for each table at most."""

    entries: Mapping[EntityName, RuleEntry]


def parse(text: str) -> WorkstreamRule:
    """The rules in the text of `msdyn_recordidentificationrule`.

    Raises:
        RuleRefused: no XML, another shape than the product's, a table other than account, contact and incident, a
            variable where none may be, or anything else that makes it unsafe to leave a condition out.
    """
    root = _root(text)
    if root.tag != "RecordIdentificationRuleSet" or any(child.tag != "RecordIdentificationRule" for child in root):
        raise RuleRefused("it is no RecordIdentificationRuleSet")
    _check_variables(root)
    entries: dict[EntityName, RuleEntry] = {}
    for child in root:
        entry = _entry(child)
        if entry.entity in entries:
            raise RuleRefused("it has two rules for one table")
        entries[entry.entity] = entry
    if not entries:
        raise RuleRefused("it holds no rule")
    return WorkstreamRule(MappingProxyType(entries))


def _root(text: str) -> Element:
    if len(text) > MAX_TEXT:
        raise RuleRefused("it is too long")
    if not text.strip():
        raise RuleRefused("it is empty")
    try:
        root: Element = fromstring(text.strip(), forbid_dtd=True)
    except ParseError:
        raise RuleRefused("it is not well-formed XML") from None
    except (DefusedXmlException, ValueError):
        raise RuleRefused("it declares a document type or an entity, or is no text that XML can hold") from None
    if _depth(root) > MAX_DEPTH:
        raise RuleRefused("it is nested too deeply")
    return root


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def _check_variables(root: Element) -> None:
    """A variable stands in the value of a condition, and nowhere else."""
    for element in root.iter():
        names = [name for name, value in element.items() if OPEN in name + value]
        in_text = OPEN in (element.text or "") and element.tag != "value"
        if (
            in_text
            or OPEN in (element.tail or "")
            or names not in ([], ["value"] if element.tag == "condition" else [])
        ):
            raise RuleRefused("a variable stands outside the value of a condition")


def _entry(element: Element) -> RuleEntry:
    primary, query, key = (_only(element, tag) for tag in ("PrimaryEntity", "fetch", "ContextKey"))
    fetch = parser.read(query)
    table = _TABLES.get(fetch.table)
    if table is None:
        raise RuleRefused("it asks for another table than account, contact and incident")
    if (
        primary.get("LogicalCollectionName", table.entity_set) != table.entity_set
        or primary.get("PrimaryKeyAttribute", table.id_column) != table.id_column
    ):
        raise RuleRefused("the PrimaryEntity of a rule is not the table that its fetch asks for")
    if key.get("name") != table.context_key:
        raise RuleRefused("the ContextKey of a rule is not the link that its table feeds")
    return RuleEntry(table.entity, table.entity_set, fetch, _yes(key.get("isPreferred", "false")))


def _only(element: Element, tag: str) -> Element:
    found = element.findall(tag)
    if len(found) != 1:
        raise RuleRefused("a rule has not exactly one PrimaryEntity, fetch and ContextKey")
    return found[0]


def _yes(text: str) -> bool:
    return text.strip().lower() in ("true", "1")


@lru_cache(maxsize=64)
def parsed(text: str) -> WorkstreamRule | RuleRefused:
    """What `parse` makes of a text, its refusal included. A rule changes rarely, so each text is parsed once."""
    try:
        return parse(text)
    except RuleRefused as refused:
        return refused
