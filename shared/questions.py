"""What to ask the customer next, ready to say, in the customer's language; "" when nothing is left to ask."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from .outcome import Outcome

TEXTS = Path(__file__).with_name("texts")
DEFAULT_LANGUAGE = "en"

MOST_TELLING = ("Email", "Phone", "CaseNumber", "Name")
"""The order in which something that was not given is asked for."""

CUSTOMER_STRENGTH = ("Email", "Phone", "Name")
"""The order in which something that was given and did not match is asked to be checked."""


def next_question(outcome: Outcome) -> tuple[str, str]:
    """The field to ask for and the question, or two empty texts; the customer before the case."""
    kind, field = _customer(outcome) or _case(outcome) or ("", "")
    return (field, _texts(outcome.request.spoken)[kind][field]) if field else ("", "")


def _customer(outcome: Outcome) -> tuple[str, str] | None:
    status, question = outcome.decision.customer.status, outcome.question
    given = _given(outcome)
    by_record = any(criterion.matched_by == "record" for criterion in question.customers.values())
    if by_record or not question.wants_customer:
        return None
    if status == "ambiguous" or (status == "not_given" and _knows_nothing(outcome)):
        return _first("ask", MOST_TELLING, lacking=given)
    if status == "not_found" and question.customers:
        return _first("check", CUSTOMER_STRENGTH, among=given)
    return None


def _knows_nothing(outcome: Outcome) -> bool:
    """Whether nothing is in place, and nothing was given that could be checked instead."""
    nothing_in_place = outcome.customer is None and outcome.case is None
    return nothing_in_place and outcome.decision.case.status in ("not_given", "not_requested", "customer_needed")


def _case(outcome: Outcome) -> tuple[str, str] | None:
    status, named = outcome.decision.case.status, outcome.question.case
    given = _given(outcome)
    if named is None:
        return ("ask", "CaseNumber") if status == "ambiguous" and "CaseNumber" not in given else None
    if "CaseNumber" not in named.matched_by.split(", "):
        return None
    if status in ("not_found", "customer_mismatch"):
        return "check", "CaseNumber"  # the same words for both: whose case it is stays untold
    return _first("ask", MOST_TELLING, lacking=given) if status == "ambiguous" else None


def _given(outcome: Outcome) -> frozenset[str]:
    clauses = [
        clause
        for criterion in (*outcome.question.customers.values(), outcome.question.case)
        if criterion
        for clause in (criterion.tie_break or criterion).clauses
    ]
    return frozenset(clause.variable for clause in clauses)


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
