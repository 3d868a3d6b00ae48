"""Rows that Dataverse takes for equal and that are not: its collation ignores accents, and so does an attacker. Pure.

`maria@exámple.com` belongs to whoever owns that domain. So an address, a case number and a variable of
IDENTIFICATION_RULES count as matched only where the row's own text equals what was given, apart from case and Unicode
composition. This is the one comparison of texts in the app, and it only ever refuses. Names stay Dataverse's: José and
Jose are one person to a representative.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from shared.core.schema import CUSTOMERS, CustomerType, EntityName
from shared.dataverse.records import Case
from shared.resolver.decision import Record, SearchResult
from shared.resolver.filters import Condition, EntityCriteria, MatchCriteria
from shared.resolver.queries import TOP


def without_lookalikes(criteria: MatchCriteria, found: SearchResult) -> SearchResult:
    """What was found, without the rows that only look like what was given; `lookalikes` counts them."""
    customers = {type: _equal(criteria.customers.get(type), rows) for type, rows in found.customers.items()}
    dropped: dict[EntityName, int] = {type: len(found.customers[type]) - len(rows) for type, rows in customers.items()}
    cases = _equal(criteria.case, found.cases)
    return found._replace(
        customers=customers,
        customers_by_name={
            type: _equal(_by_name(criteria, type), rows) for type, rows in found.customers_by_name.items()
        },
        cases=cases,
        cases_via={path: _theirs(criteria, path, rows, False) for path, rows in found.cases_via.items()},
        cases_via_name={path: _theirs(criteria, path, rows, True) for path, rows in found.cases_via_name.items()},
        own_cases=None if found.own_cases is None else _equal(criteria.case, found.own_cases),
        lookalikes=dropped | {"case": len(found.cases) - len(cases)},
    )


def _by_name(criteria: MatchCriteria, type: CustomerType) -> EntityCriteria | None:
    criterion = criteria.customers.get(type)
    return criterion.tie_break if criterion else None


def _equal(criterion: EntityCriteria | None, rows: Sequence[Record]) -> tuple[Record, ...]:
    """The rows whose texts equal what was given."""
    return kept(rows, lambda row: criterion is None or _holds(criterion, row.texts))


def _theirs(criteria: MatchCriteria, path: str, rows: Sequence[Case], by_name: bool) -> tuple[Case, ...]:
    """The cases of a path whose number, and whose customer, equal what was given."""
    type = next(type for type, table in CUSTOMERS.items() if path in [lookup.navigation for lookup in table.case_paths])
    customer = _by_name(criteria, type) if by_name else criteria.customers.get(type)

    def holds(case: Case) -> bool:
        if criteria.case and not _holds(criteria.case, case.texts):
            return False
        return customer is None or path not in case.related or _holds(customer, case.related[path].texts)

    return kept(rows, holds)


def kept(rows: Sequence[Record], holds: Callable[[Record], bool]) -> tuple[Record, ...]:
    """The rows that hold. A list that may go on where it was cut is left as it is: it is ambiguous."""
    kept = tuple(row for row in rows if holds(row))
    return tuple(rows) if len(rows) >= TOP and len(kept) < 2 else kept


def _holds(criterion: EntityCriteria, texts: Mapping[str, str]) -> bool:
    return all(_is_equal(condition, texts) for condition in criterion.conditions)


def _is_equal(condition: Condition, texts: Mapping[str, str]) -> bool:
    """Whether one of the columns holds just a text that was given; a condition that Dataverse alone decides holds."""
    if not condition.exact:
        return True
    wanted = {folded(text) for text in condition.exact}
    return any(folded(texts.get(column, "")) in wanted for column in condition.columns)


def folded(text: str) -> str:
    """A text as it is compared: composed (NFC), in lower case, without the blanks that SQL ignores at its end."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower()).rstrip()
