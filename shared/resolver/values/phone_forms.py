"""The ways in which one phone number may be stored. Two numbers never become one.

A column for phone numbers is free text in Dataverse (table references, contact `telephone1`), and equality is the only
comparison that is safe, so a number is searched in the forms people and programs store it in. Every form is read back:
with `+` or `00` as it stands, without them in the region of the app. One that is read as another number, or as none, is
not searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from shared.resolver.values.phones import BRAZIL, MAX_LENGTH, MEXICO, key, parsed

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

Groups = tuple[str, ...]


class _Style(NamedTuple):
    """What stands after the prefix, before the first group, after it, and between the others."""

    after_prefix: str
    before_first: str
    after_first: str
    between: str


_STYLES = tuple(
    _Style(*style)
    for style in (
        ("", "", "", ""),
        (" ", "", " ", " "),
        (" ", "(", ") ", "-"),
        ("-", "", "-", "-"),
        (" ", "", "-", "-"),
        (" ", "(", ") ", " "),
        (" ", "(", ") ", ""),
        (".", "", ".", "."),
        (" ", "", " ", ""),
        (" ", "", "-", ""),
        (" ", "", "/", ""),
        ("", "(", ")", "-"),
        (" ", "", "/", " "),
        (" ", "(", ")", "-"),
        (" ", "", " ", "-"),
        (" ", "", "-", " "),
        ("", "(", ")", ""),
        ("-", "(", ")-", "-"),
        (" ", "", ".", "."),
        (" ", "", "/", "."),
        (" ", "", "/", "-"),
        ("", "(", ") ", "-"),
        (" ", "", " / ", ""),
        ("", "(", ") ", " "),
        ("", "(", ") ", ""),
        ("", "", " ", " "),
        ("", "", "-", ""),
        ("", "", " ", ""),
        ("-", "", "/", "-"),
        (" ", "", " ", "."),
    )
)
"""The most usual first."""

_EXTENSIONS = (
    *(" ext. {}", " x{}", " ext {}", "x{}", " ext.{}", ", ext. {}", " x {}"),
    *(";ext={}", " extension {}", " #{}", "#{}"),
)
"""The most usual first."""

_WITH_EXTENSION = 40
"""Forms that are searched with an extension."""

_REST = {
    4: ((2, 2),),
    5: ((2, 3), (3, 2)),
    6: ((3, 3), (2, 2, 2)),
    7: ((3, 4), (3, 2, 2)),
    8: ((4, 4), (2, 2, 2, 2)),
    9: ((3, 3, 3),),
}
"""How people group what follows an area code, by its length."""

_WHOLE = {
    7: ((3, 4),),
    8: ((4, 4), (2, 2, 2, 2), (3, 2, 3)),
    9: ((3, 3, 3), (2, 3, 2, 2), (3, 2, 2, 2), (2, 3, 4)),
    10: ((3, 3, 4), (5, 5), (3, 3, 2, 2)),
}
"""How people group a number that has no area code, by its length."""


def forms(text: str, region: str) -> tuple[str, ...]:
    """How the number in `text` may be stored, as it was typed first, the most usual next.

    `region`, like US, says how a number without country code is read, in what was typed as in what is stored; without
    it such forms are not searched, for the same digits elsewhere are another number.
    """
    number = parsed(text, region)
    written = [text, *(_forms(number, region) if number else ())]
    return tuple(dict.fromkeys(form for form in written if len(form) <= MAX_LENGTH))


def _forms(number: PhoneNumber, region: str) -> Iterator[str]:
    import phonenumbers

    plain = phonenumbers.PhoneNumber()
    plain.merge_from(number)
    plain.extension = None
    written = _written(plain, region)
    if not number.extension:
        yield from written
        return
    ranked = product(enumerate(written[:_WITH_EXTENSION]), enumerate(_EXTENSIONS))
    for (_, form), (_, extension) in sorted(ranked, key=lambda pair: pair[0][0] + 3 * pair[1][0]):
        yield form + extension.format(number.extension)


def _written(number: PhoneNumber, region: str) -> list[str]:
    """The forms of a number without extension, in the order of their likelihood."""
    readable = _Readable(number, region)
    ranked: dict[str, int] = {form: rank for rank, form in _by_library(number) if readable(form)}
    for rank, form in _ranked(number, region, readable):
        if rank < ranked.get(form, RARE):
            ranked[form] = rank
    return sorted(ranked, key=ranked.__getitem__)


RARE = 50
"""The rank from which on a form is not searched."""


def _by_library(number: PhoneNumber) -> Iterator[tuple[int, str]]:
    import phonenumbers

    formats = phonenumbers.PhoneNumberFormat
    for format in (formats.E164, formats.INTERNATIONAL, formats.NATIONAL):
        yield 0, phonenumbers.format_number(number, format)
    if not _trunk(number) or _may_drop_trunk(number):
        yield 1, phonenumbers.format_number(number, formats.INTERNATIONAL).partition(" ")[2]


class _Readable:
    """Tells the forms that whoever reads them in the region reads as this number. Punctuation does not matter."""

    def __init__(self, number: PhoneNumber, region: str) -> None:
        self._key = key(number)
        self._region = region
        self._known: dict[str, bool] = {}

    def __call__(self, form: str) -> bool:
        dialled = re.sub(r"[^\d+]", "", form)
        if dialled not in self._known:
            read = parsed(dialled, self._region)
            self._known[dialled] = read is not None and key(read) == self._key
        return self._known[dialled]


def _ranked(number: PhoneNumber, region: str, readable: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Every readable combination of prefix, groups and style, with a rank: the smaller, the more usual."""
    for rank, prefix, groups in _grouped(number, region):
        if rank < RARE and readable(prefix + "".join(groups)):
            for style_rank, form in _styled(prefix, groups):
                yield rank + style_rank, form


def _grouped(number: PhoneNumber, region: str) -> Iterator[tuple[int, str, Groups]]:
    """Every combination of prefix and groups, with a rank."""
    usual = list(dict.fromkeys(_groups(number)))
    grouped = [(3 * rank, group) for rank, group in enumerate(usual)]
    grouped += [(OLD + 3 * rank, old) for rank, group in enumerate(usual) if (old := _before_the_nine(number, group))]
    prefixes = enumerate(_prefixes(number, region))
    for (prefix_rank, (prefix, joined)), (rank, group) in product(prefixes, grouped):
        yield 2 * prefix_rank + rank, prefix, (joined + group[0], *group[1:])
    for rank, (prefix, group) in enumerate(_transformed(number)):
        if group:
            yield rank, prefix, group


OLD = 6
"""How many ranks a form falls back that was right before a country changed its numbers."""


def _styled(prefix: str, groups: Groups) -> Iterator[tuple[int, str]]:
    """A number in every style that is usual behind its prefix."""
    first, others = groups[0], groups[1:]
    if prefix:
        undivided = "".join(groups)
        least = 1 if prefix[0] == "+" and first[0] != "(" else 18
        yield from ((least, f"{prefix} {undivided}"), (least + 2, f"{prefix}-{undivided}"))
    if not others:
        yield 0, prefix + first
        return
    for rank, style in _usual(prefix[:2], first[0]):
        before = prefix + style.after_prefix if prefix else ""
        if not (style.before_first and before.endswith("(0) ")):
            yield rank, before + style.before_first + first + style.after_first + style.between.join(others)
    yield from _special(prefix, first, others)


def _special(prefix: str, first: str, others: Groups) -> Iterator[tuple[int, str]]:
    """What is usual in a few countries."""
    blanks = " ".join(others)
    if len(others) == 2 and first[0] == "0" and not prefix:
        yield 10, f"{first}({others[0]}){others[1]}"
    if prefix.isdigit() and not prefix.startswith("00"):
        yield 6, f"({prefix} {first}) {blanks}"
    if prefix.isdigit() and len(others) == 1 and len(first) == 4:  # (852) 9123 4567, where there are no area codes
        yield 3, f"({prefix}) {first} {blanks}"
    if prefix[:1] == "+" and (first[0] == "(" or (len(first) == 1 and len(others) > 2)):
        yield 6, f"{prefix}{first} {blanks}"  # +44(0)20 7946 0958, +336 12 34 56 78
    if prefix[:1] == "+" and first[0] == "0":  # +6012-345 6789
        yield 6, f"{prefix}{first}-{blanks}"


@lru_cache(maxsize=64)
def _usual(prefix: str, first: str) -> tuple[tuple[int, _Style], ...]:
    """The styles that people use behind a prefix and before a first group that begin so, with their ranks."""
    styles = [(rank, style) for rank, style in enumerate(_STYLES) if _is_usual(style, prefix, first)]
    return tuple(
        (rank // 2 if style.after_first.strip() == "/" and first == "0" else rank, style) for rank, style in styles
    )


def _is_usual(style: _Style, prefix: str, first: str) -> bool:
    """Whether people write so: slashes after an area code, brackets around it, neither where it is `00` or `(0)`."""
    if prefix in ("0", "(+"):
        return bool(style.before_first) == (prefix == "0") or style.between == style.after_first == " "
    if style.before_first and first == "(":
        return False
    if prefix == "00" or (len(prefix) > 1 and prefix.isdigit() and prefix[0] != "0"):
        return not style.before_first and style.after_first != "/" and style.between != "."
    return style.after_first != "/" or "0" in (first, prefix[:1]) or not style.between


def _prefixes(number: PhoneNumber, region: str) -> list[tuple[str, str]]:
    """What stands before the number of a country: a prefix of its own, and what is joined to the first group."""
    import phonenumbers
    from phonenumbers.phonemetadata import PhoneMetadata

    code, trunk = str(number.country_code), _trunk(number)
    abroad = [(f"+{code}", ""), (f"00{code}", "")]
    if trunk.endswith("0"):
        abroad[1:1] = [(f"+{code}", "(0)")]
        abroad += [(f"+{code} (0)", ""), (f"00{code}", "(0)")]
    if trunk == "0" and code.endswith("0"):  # +38 (050) … in Ukraine, +88 017… in Bangladesh
        abroad.insert(1, (f"+{code[:-1]}", "0"))
    abroad += [(f"(+{code})", "")]
    if number.country_code == MEXICO:
        abroad += [(f"+{code} 1", ""), (f"+{code}1", "")]
    if not region or phonenumbers.country_code_for_region(region) != number.country_code:
        return abroad
    metadata = PhoneMetadata.metadata_for_region(region)
    trunks = dict.fromkeys((trunk, "", (metadata.national_prefix or "") if metadata else ""))
    home = [_split(each) for each in trunks if each or not trunk or _may_drop_trunk(number)]
    alone = [("0", "")] if trunk == "0" else []
    before_2019 = [("01", "")] if number.country_code == MEXICO else []
    return [home[0], abroad[0], *home[1:], *abroad[1:2], *before_2019, (code, ""), *alone, *abroad[2:]]


def _trunk(number: PhoneNumber) -> str:
    """What is dialled before the number within its country, as its usual national format has it; 0 in most."""
    import phonenumbers

    national = re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
    own = phonenumbers.national_significant_number(number)
    return national.removesuffix(own) if national.endswith(own) else ""


def _split(trunk: str) -> tuple[str, str]:
    """A 0 is joined to the area code (030 …), other prefixes stand alone (8 495 …, 06 1 …, 8 029 …)."""
    return ("", trunk) if trunk in ("", "0") else (trunk.removesuffix("0"), "0") if trunk == "80" else (trunk, "")


def _may_drop_trunk(number: PhoneNumber) -> bool:
    """Whether the number without its 0 is no other: a landline's might be a longer one without its area code."""
    import phonenumbers
    from phonenumbers.phonemetadata import PhoneMetadata

    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return True
    metadata = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_number(number) or "")
    lengths = metadata.fixed_line.possible_length if metadata and metadata.fixed_line else ()
    return len(phonenumbers.national_significant_number(number)) >= max(lengths, default=0)


def _groups(number: PhoneNumber) -> Iterator[Groups]:
    """The number of a country in groups, the most usual first: as the library writes it, then as people do."""
    import phonenumbers

    own = phonenumbers.national_significant_number(number)
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    usual = tuple(re.findall(r"\d+", international))[1:]
    if "".join(usual) == own:
        yield usual
    if own.startswith("0") and len(usual) > 1:  # Italy keeps its 0 abroad, and writes it in brackets all the same
        yield "(0)" + usual[0][1:], *usual[1:]
    alternates = list(_alternates(number, own))
    area = phonenumbers.length_of_national_destination_code(number) or len(usual[0] if len(usual) > 1 else "")
    if 0 < area < len(own):
        yield own[:area], own[area:]
    yield from (groups for groups in alternates if len(groups) == 2)
    if 0 < area < len(own):
        yield from ((own[:area], *_cut(own[area:], lengths)) for lengths in _REST.get(len(own) - area, ()))
    if number.country_code == BRAZIL and len(own) == 11 and own[2] == "9":
        yield own[:2], f"9 {own[3:7]}", own[7:]
    yield from (_cut(own, lengths) for lengths in _WHOLE.get(len(own), ()))
    yield from alternates


def _alternates(number: PhoneNumber, own: str) -> Iterator[Groups]:
    """The groups of the library's alternate formats, which it knows from texts."""
    from phonenumbers.data import _ALT_NUMBER_FORMATS

    for alternate in _ALT_NUMBER_FORMATS.get(number.country_code or 0, ()):
        starts = alternate.leading_digits_pattern
        found = re.fullmatch(alternate.pattern or "", own) if not starts or re.match(starts[-1], own) else None
        if found and alternate.format == " ".join(f"\\{index + 1}" for index in range(len(found.groups()))):
            yield found.groups()


def _cut(digits: str, lengths: Iterable[int]) -> Groups:
    at = 0
    groups = []
    for length in lengths:
        groups.append(digits[at : at + length])
        at += length
    return tuple(groups)


def _transformed(number: PhoneNumber) -> Iterator[tuple[str, Groups]]:
    """Prefix and groups where they are others within the country: Argentina's mobiles have a 15 there, a 9 abroad."""
    import phonenumbers

    formats = phonenumbers.PhoneNumberFormat
    texts = [phonenumbers.format_number(number, format) for format in (formats.NATIONAL, formats.INTERNATIONAL)]
    national, international = (tuple(re.findall(r"\d+", text)) for text in texts)
    if not "".join(national).endswith(phonenumbers.national_significant_number(number)):
        yield "", national
        yield f"+{international[0]} {international[1]}", international[2:]


def _before_the_nine(number: PhoneNumber, groups: Groups) -> Groups:
    """The groups of a Brazilian mobile number before its 9 (see `phones.today`); () for any other number."""
    own = "".join(groups).replace(" ", "")
    is_mobile = number.country_code == BRAZIL and len(own) == 11 and own[2] == "9" and own[3] in "689"
    if not is_mobile or len(groups) < 2 or len(groups[0]) != 2 or len(groups[1]) < 5:
        return ()
    return groups[0], groups[1][1:].lstrip(), *groups[2:]
