"""Case numbers as people type them: out of an answer such as "Case no. CAS-01001-X1Y2Z3, thanks". Pure.

Organisations number their cases as they like. So only words around a number are taken away, in the six languages of the
questions, and what stays unclear is searched as it is. Some store such words, too: see `variables.as_typed`.
"""

from __future__ import annotations

import re

from shared.resolver.values.absent import is_placeholder, is_refusal
from shared.resolver.values.text import BRACKETS, PUNCTUATION, QUOTES, one_spaced, plain
from shared.resolver.values.words import AFTER, NOUNS, NUMBER, SMALL

MAX_TEXT = 1000
"""Characters of a text in which a number is looked for; a longer one is searched as it is, which finds nobody."""

_EDGES = QUOTES + BRACKETS + PUNCTUATION + " #=*_~"
_BEFORE = frozenset(" ".join([*NOUNS.values(), NUMBER, *SMALL.values()]).split())
_BEHIND = frozenset(AFTER.split())
_JAPANESE = sorted((word for word in _BEFORE | _BEHIND if re.match("[\u3040-\u9fff]", word)), key=len, reverse=True)
_AROUND_JA = re.compile(f"^(?:{'|'.join(_JAPANESE)})+|(?:{'|'.join(_JAPANESE)})+$")
_GLUED = re.compile(r"^(n[°º]|n\.[ºo]|№|#|(?:case|ticket|ref|fall|caso|dossier|chamado)[#:.]+)(?=.*\d)", re.IGNORECASE)
_PARTS = re.compile(r"\w+(?: ?- ?\w+)+")
_WITHOUT_BLANKS = re.compile("[\u3040-\u30ff]")
"""Kana: no blanks stand between the words of such a text."""

_RUNS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]*")
"""What may be a number in a script that writes without blanks."""

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d\d.*")
_NO_FEW = re.compile(r"no,? \d{1,2}")
"""A refusal with digits. `No 7`, as organisations write it, is a number."""

_CODE = re.compile(r"(?=.*\d)(?:[A-Za-z]{2,8}[-_/]\d{3,}(?:[-_/]\w+)*|[A-Za-z]{2,5}\d{5,}|\d{4,}[-/]\d{4,})")
"""A number that is one wherever it stands: CAS-01001-X1Y2Z3, INC0012345, 2024-00017."""


def read(text: str) -> tuple[str, str]:
    """The number in an answer, "" where there is none, and what was done."""
    shown = one_spaced(text)
    if len(shown) > MAX_TEXT:
        return shown, ""
    usual = plain(shown)
    number = _without_words(usual)
    if not any(char.isdigit() for char in number) or is_placeholder(usual) or _NO_FEW.fullmatch(usual):
        return "", "no number was found"
    if " " in number or _WITHOUT_BLANKS.search(number) or is_refusal(usual):
        number = _within(number, usual)
    if not number:
        return "", "no number was found"
    return number, "" if number in (shown, usual) else "a number was taken out of a longer text"


def _without_words(text: str) -> str:
    """The text without labels before the number, thanks behind it, and quotes, brackets and punctuation around."""
    before = None
    while text != before:
        before = text
        if _PARTS.fullmatch(text) and text.isascii() and not _is_one_of(text.split("-")[0].strip(), _BEFORE):
            break
        text = _AROUND_JA.sub("", _GLUED.sub("", text.strip(_EDGES))).strip(_EDGES)
        first, _, rest = text.partition(" ")
        if rest and _is_one_of(first, _BEFORE):
            text = rest
        rest, _, last = text.rpartition(" ")
        if rest and _is_one_of(last, _BEHIND):
            text = rest
    return text.replace(" ", "") if _PARTS.fullmatch(text) else text


def _is_one_of(word: str, words: frozenset[str]) -> bool:
    """Whether a word, or each part of one such as `Fall-Nr.`, is one of these."""
    if word == "CAS":  # how Dynamics begins its numbers, and French for a case
        return False
    lower = word.casefold()
    parts = [part.strip(_EDGES) for part in re.split(r"[-:/]", lower)]
    return lower.strip(_EDGES) in words or lower in words or all(part in words for part in parts if part)


def _within(answer: str, whole: str) -> str:
    """The number in what is still several words: the only code in it, else the whole; "" where it is a refusal."""
    tokens = _RUNS.findall(answer) if _WITHOUT_BLANKS.search(answer) else answer.split()
    codes = [token.strip(_EDGES) for token in tokens if _CODE.fullmatch(token.strip(_EDGES))]
    codes = list(dict.fromkeys(code for code in codes if not _DATE.fullmatch(code)))
    if not codes and _WITHOUT_BLANKS.search(answer):
        codes = [token for token in tokens if re.fullmatch(r"[A-Za-z-]*\d[\w/-]{3,}", token)][:2]
    if len(codes) == 1 and not _other_numbers(tokens, codes[0]):
        return codes[0]
    return "" if not codes and (is_refusal(whole, bare=True) or _tells_something_else(tokens)) else answer


def _tells_something_else(tokens: list[str]) -> bool:
    """Whether it is a sentence whose only digits are dates or counts: `new issue since 2024-05-05`."""
    with_digits = [token.strip(_EDGES) for token in tokens if any(char.isdigit() for char in token)]
    is_sentence = len(tokens) - len(with_digits) > 1
    return is_sentence and all(_DATE.fullmatch(each) or re.fullmatch(r"\d{1,2}", each) for each in with_digits)


def _other_numbers(tokens: list[str], code: str) -> bool:
    """Whether something else could be the number, too: digits behind a label, or as long as a number."""
    others = [token.strip(_EDGES) for token in tokens if token.strip(_EDGES) != code]
    return any(re.fullmatch(r"\d{5,}", other) for other in others)
