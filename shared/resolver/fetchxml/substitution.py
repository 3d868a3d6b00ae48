"""A workstream's rule with the variables of one conversation: the FetchXML to send, its rows as OData has them. Pure.

A value that is not given takes its condition along, so what is left must never hold for more rows than the rule with
all its values would. Three things see to that: no query is made where no value is left; a branch of an `or` that lost
all its values is left out where another one kept some (else it would hold for everybody); variables may stand only with
`eq` and `in` (see `parser`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from shared.dataverse.rows import expect
from shared.resolver.fetchxml import comparison, writer
from shared.resolver.fetchxml.parser import Fetch, FetchCondition, FetchFilter, FetchLink, Variable
from shared.resolver.fetchxml.rule import RuleEntry, WorkstreamRule


def as_it_is(_: str, value: str) -> tuple[str, ...]:
    """The one text under which a value is searched where nothing is known of other spellings."""
    return (value,)


class Values(NamedTuple):
    """The given values, by the names that the rule has for them; "" is not given.

    `customer` holds what was learned from the customer, `platform` what Omnichannel itself says: variables whose name
    begins with `msdyn_`, and those that the rule takes from an engagement context, are looked up there alone. `forms`
    says under which texts a value of a variable may be stored.
    """

    customer: Mapping[str, str]
    platform: Mapping[str, str] = {}
    forms: Callable[[str, str], tuple[str, ...]] = as_it_is

    def value(self, variable: Variable) -> str:
        """The value, "" where it is not given; names are case-sensitive, as in the product."""
        return (self.platform if variable.platform else self.customer).get(variable.name, "")

    def texts(self, variable: Variable) -> tuple[str, ...]:
        """The texts under which the value may be stored; none where it is not given."""
        value = self.value(variable)
        return self.forms(variable.name, value) if value else ()


class _Left(NamedTuple):
    """What is left of a part of the query; `lost`: it named variables, and none of them was given."""

    node: FetchCondition | FetchFilter | None
    used: tuple[str, ...] = ()
    lost: bool = False


def variable_names(rule: WorkstreamRule) -> frozenset[str]:
    """The names of all variables that a rule uses."""
    return frozenset(value.name for entry in rule.entries.values() for value in _variables(entry.fetch))


def given(entry: RuleEntry, values: Values) -> tuple[str, ...]:
    """The names of the variables that `fill` puts in, in the order of the rule."""
    return _filled(entry.fetch, values)[1]


def fill(entry: RuleEntry, values: Values, company: bool = False) -> str | None:
    """The FetchXML of one rule with the given values; None where no condition with a variable is left.

    A few active rows are asked for, with the columns that `rows` needs and those that are compared with a variable,
    with `company` also that of a contact's company. The values are those of `values`, which XML can hold.
    """
    fetch, used = _filled(entry.fetch, values)
    return writer.write(entry.entity, fetch, company, comparison.compared(entry.fetch)) if used else None


def unfold(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of such a query as an expanded OData row: linked columns, `name.column`, in an object `name`.

    Raises:
        DataverseUnavailable: a column of its own bears the name of a link.
    """
    found: dict[str, Any] = {}
    for name, value in row.items():
        link, dot, column = name.partition(".")
        if dot and "@" not in link:
            inner = found.setdefault(link, {})
            expect(isinstance(inner, dict))
            inner[column] = value
        else:
            found[name] = value
    return found


def _filled(fetch: Fetch, given: Values) -> tuple[Fetch, tuple[str, ...]]:
    filters, used = _filters(fetch.filters, given)
    links, also = _links(fetch.links, given)
    return fetch._replace(filters=filters, links=links), tuple(dict.fromkeys(used + also))


def _filters(filters: Iterable[FetchFilter], given: Values) -> tuple[tuple[FetchFilter, ...], tuple[str, ...]]:
    left = [_left(item, given) for item in filters]
    kept = tuple(item.node for item in left if isinstance(item.node, FetchFilter))
    return kept, tuple(name for item in left for name in item.used)


def _links(links: Iterable[FetchLink], given: Values) -> tuple[tuple[FetchLink, ...], tuple[str, ...]]:
    kept: list[FetchLink] = []
    used: tuple[str, ...] = ()
    for link in links:
        filters, own = _filters(link.filters, given)
        inner, also = _links(link.links, given)
        kept.append(link._replace(filters=filters, links=inner))
        used += own + also
    return tuple(kept), used


def _left(node: FetchCondition | FetchFilter, given: Values) -> _Left:
    if isinstance(node, FetchCondition):
        return _left_of_condition(node, given)
    children = [_left(child, given) for child in node.children]
    used = tuple(name for child in children for name in child.used)
    if node.any and used:
        children = [child for child in children if not child.lost]
    kept = tuple(child.node for child in children if child.node is not None)
    lost = not used and any(child.lost for child in children)
    return _Left(node._replace(children=kept) if kept else None, used, lost)


def _left_of_condition(node: FetchCondition, given: Values) -> _Left:
    if not any(isinstance(value, Variable) for value in node.values):
        return _Left(node)
    values = {value: given.texts(value) for value in node.values if isinstance(value, Variable)}
    used = tuple(variable.name for variable, texts in values.items() if texts)
    kept = tuple(text for value in node.values for text in (values[value] if isinstance(value, Variable) else (value,)))
    return _Left(_with_values(node, kept) if kept else None, used, lost=not used)


def _with_values(node: FetchCondition, values: tuple[str, ...]) -> FetchCondition:
    """The condition with its values: one of several texts is `in`, not `eq`."""
    if len(values) < 2 or node.several:
        return node._replace(values=values)
    attributes = tuple((name, "in" if name == "operator" else value) for name, value in node.attributes)
    return FetchCondition(attributes, values, several=True)


def _variables(fetch: Fetch) -> Iterator[Variable]:
    nodes: list[FetchCondition | FetchFilter | FetchLink] = [*fetch.filters, *fetch.links]
    while nodes:
        node = nodes.pop(0)
        if isinstance(node, FetchCondition):
            yield from (value for value in node.values if isinstance(value, Variable))
        else:
            nodes += node.children if isinstance(node, FetchFilter) else (*node.filters, *node.links)
