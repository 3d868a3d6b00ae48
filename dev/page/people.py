"""The people and companies of the list, as data: what a visitor of the page reads about each, and in which group."""

from __future__ import annotations

from collections.abc import Mapping

ODD = "Odd values"
GROUPS: Mapping[str, str] = {"contact": "People", "account": "Companies"}

ODD_PEOPLE = frozenset({14, 15, 19})

PEOPLE: Mapping[int, str] = {
    1: "A customer with one open case.",
    2: "One of two customers called Alex Smith.",
    3: "The other Alex Smith, who has an open case.",
    4: "An apostrophe in the name, often stored as another sign.",
    5: "Works at Fourth Coffee, and shares the company's e-mail address.",
    6: "No longer a customer: the record is inactive, so it is not linked.",
    7: "Two open cases, so the bot asks for the number.",
    8: "A customer without a case.",
    9: "Works at Contoso, and is the contact of the company's case.",
    10: "A name in Japanese, and a case with a Japanese title.",
    11: "A name in Arabic.",
    12: "A name in Cyrillic letters.",
    13: "German letters in the name and in the address.",
    14: "An emoji in the name.",
    15: "Signs in the name that a search might take for placeholders.",
    16: "A customer with a private matter, which nobody else may see.",
    17: "The only open case waits for a spare part.",
    18: "The only case is resolved, so there is none to link.",
    19: "Would be found with Percy 100%_Real, were % and _ taken for placeholders.",
}

COMPANIES: Mapping[int, str] = {
    1: "A company with one open case.",
    2: "Shares its e-mail address with Sam Rivera; its only case was cancelled.",
    3: "An apostrophe and an & in the name; no case.",
    4: "No longer a customer: the record is inactive, so it is not linked.",
    5: "One of two companies of this name, each with a case of the same number.",
    6: "The other company of this name.",
    7: "A company with a Japanese name.",
}

_NOTES = {"contact": PEOPLE, "account": COMPANIES}


def described(kind: str, key: str) -> dict[str, str]:
    """Note and group of a record; the readable tail of its id counts."""
    tail = key[-12:]
    number = int(tail) if tail.isdigit() else 0
    odd = kind == "contact" and number in ODD_PEOPLE
    return {"note": _NOTES[kind].get(number, ""), "group": ODD if odd else GROUPS[kind]}
