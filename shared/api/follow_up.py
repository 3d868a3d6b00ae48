"""What to ask the customer next, ready to say, in the customer's language; "" when nothing is left to ask."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import assert_never, cast

from shared.contract.statuses import PartStatus
from shared.resolver.result import LinkResult

TEXTS = Path(__file__).with_name("texts")
DEFAULT_LANGUAGE = "en"

MOST_TELLING = ("Email", "Phone", "CaseNumber", "Name")
"""The order in which something that was not given is asked for."""

CUSTOMER_STRENGTH = ("Email", "Phone", "Name")
"""The order in which something that was given and did not match is asked to be checked."""


NO_CASE_GIVEN = frozenset({PartStatus.NOT_GIVEN, PartStatus.NOT_REQUESTED, PartStatus.CUSTOMER_NEEDED})


def next_question(result: LinkResult) -> tuple[str, str]:
    """The field to ask for and the question, or two empty texts; the customer before the case."""
    kind, field = _customer(result) or _case(result) or ("", "")
    return (field, _texts(result.request.spoken)[kind][field]) if field else ("", "")


def _customer(result: LinkResult) -> tuple[str, str] | None:
    criteria, given = result.criteria, _given(result)
    if any(criterion.is_record for criterion in criteria.customers.values()) or not criteria.wants_customer:
        return None
    match result.decision.customer.status:
        case PartStatus.AMBIGUOUS:
            return _first("ask", MOST_TELLING, lacking=given)
        case PartStatus.NOT_GIVEN:
            return _first("ask", MOST_TELLING, lacking=given) if _knows_nothing(result) else None
        case PartStatus.NOT_FOUND:
            return _first("check", CUSTOMER_STRENGTH, among=given)
        case (
            PartStatus.LINKED
            | PartStatus.ALREADY_LINKED
            | PartStatus.CREATED
            | PartStatus.WOULD_LINK
            | PartStatus.WOULD_CREATE
            | PartStatus.KEPT_EXISTING
            | PartStatus.NOT_REQUESTED
            | PartStatus.CUSTOMER_MISMATCH
            | PartStatus.CUSTOMER_NEEDED
            | PartStatus.CONVERSATION_CLOSED
            | PartStatus.FAILED
        ):
            return None
        case forgotten:
            assert_never(forgotten)


def _knows_nothing(result: LinkResult) -> bool:
    """Whether nothing is in place, and nothing was given that could be checked instead."""
    nothing_in_place = result.customer is None and result.case is None
    return nothing_in_place and result.decision.case.status in NO_CASE_GIVEN


def _case(result: LinkResult) -> tuple[str, str] | None:
    status, named, given = result.decision.case.status, result.criteria.case, _given(result)
    if named is None:
        return ("ask", "CaseNumber") if status is PartStatus.AMBIGUOUS and "CaseNumber" not in given else None
    if "CaseNumber" not in named.matched_by:
        return None
    if status in (PartStatus.NOT_FOUND, PartStatus.CUSTOMER_MISMATCH):
        return "check", "CaseNumber"  # the same words for both, so that nobody learns whose case it is
    return _first("ask", MOST_TELLING, lacking=given) if status is PartStatus.AMBIGUOUS else None


def _given(result: LinkResult) -> frozenset[str]:
    conditions = [
        condition
        for criterion in (*result.criteria.customers.values(), result.criteria.case)
        if criterion
        for condition in (criterion.tie_break or criterion).conditions
    ]
    return frozenset(condition.variable for condition in conditions)


def _first(
    kind: str, order: Iterable[str], lacking: Collection[str] = (), among: Collection[str] | None = None
) -> tuple[str, str] | None:
    for field in order:
        if field not in lacking and (among is None or field in among):
            return kind, field
    return None


def _texts(language: str) -> dict[str, dict[str, str]]:
    """The texts of a language like `de-DE`; English where there are none."""
    wanted = language.replace("_", "-").split("-")[0].lower()
    return _load(wanted if wanted in _languages() else DEFAULT_LANGUAGE)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(path.stem for path in TEXTS.glob("*.json"))


@cache
def _load(language: str) -> dict[str, dict[str, str]]:
    texts = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return cast("dict[str, dict[str, str]]", texts)
