"""What to ask the customer next, ready to say, in the customer's language; "" when nothing is left to ask."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from shared.resolver.result import LinkResult

TEXTS = Path(__file__).with_name("texts")
DEFAULT_LANGUAGE = "en"

MOST_TELLING = ("Email", "Phone", "CaseNumber", "Name")
"""The order in which something that was not given is asked for."""

CUSTOMER_STRENGTH = ("Email", "Phone", "Name")
"""The order in which something that was given and did not match is asked to be checked."""


def next_question(result: LinkResult) -> tuple[str, str]:
    """The field to ask for and the question, or two empty texts; the customer before the case."""
    kind, field = _customer(result) or _case(result) or ("", "")
    return (field, _texts(result.request.spoken)[kind][field]) if field else ("", "")


def _customer(result: LinkResult) -> tuple[str, str] | None:
    status, criteria = result.decision.customer.status, result.criteria
    given = _given(result)
    by_record = any(criterion.matched_by == "record" for criterion in criteria.customers.values())
    if by_record or not criteria.wants_customer:
        return None
    if status == "ambiguous" or (status == "not_given" and _knows_nothing(result)):
        return _first("ask", MOST_TELLING, lacking=given)
    if status == "not_found" and criteria.customers:
        return _first("check", CUSTOMER_STRENGTH, among=given)
    return None


def _knows_nothing(result: LinkResult) -> bool:
    """Whether nothing is in place, and nothing was given that could be checked instead."""
    nothing_in_place = result.customer is None and result.case is None
    return nothing_in_place and result.decision.case.status in ("not_given", "not_requested", "customer_needed")


def _case(result: LinkResult) -> tuple[str, str] | None:
    status, named = result.decision.case.status, result.criteria.case
    given = _given(result)
    if named is None:
        return ("ask", "CaseNumber") if status == "ambiguous" and "CaseNumber" not in given else None
    if "CaseNumber" not in named.matched_by.split(", "):
        return None
    if status in ("not_found", "customer_mismatch"):
        return "check", "CaseNumber"  # the same words for both: whose case it is stays untold
    return _first("ask", MOST_TELLING, lacking=given) if status == "ambiguous" else None


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
