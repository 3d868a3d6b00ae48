"""The table of variables: how each is read out of what was typed or sent, and in which forms it is searched. Pure."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from shared.resolver.values import addresses, names
from shared.resolver.values.absent import is_nothing
from shared.resolver.values.text import one_spaced

NOTHING = "counted as not given"

CHANNEL_NUMBERS = ("customerPhoneNumber", "msdyn_CustomerPhoneNumber", "msdyn_fromphone")
"""The number from which a customer calls or writes, under the names that bots, Omnichannel and its rules give it."""


class Reading(NamedTuple):
    """What a text came to: what is searched, "" where it counts as not given, and what was done to it, in words."""

    text: str
    note: str = ""


class Variable(NamedTuple):
    """How one variable is read (text, region → text and note), and searched (text, region → texts, as typed first)."""

    read: Callable[[str, str], tuple[str, str]]
    forms: Callable[[str, str], tuple[str, ...]]


def _itself(text: str, _: str) -> tuple[str, ...]:
    return (text,)


def _unless_nothing(text: str, _: str) -> tuple[str, str]:
    value = one_spaced(text)
    return ("", "") if is_nothing(value) else (value, "")


# Phones and case numbers are in modules that a new instance imports late: most requests hold neither.


def _phone(text: str, region: str) -> tuple[str, str]:
    from shared.resolver.values import phones

    return phones.read(text, region)


def _phone_forms(text: str, region: str) -> tuple[str, ...]:
    from shared.resolver.values import phone_forms

    return phone_forms.forms(text, region)


def _case_number(text: str, _: str) -> tuple[str, str]:
    from shared.resolver.values import case_numbers

    return case_numbers.read(text)


PHONE = Variable(_phone, _phone_forms)
OTHER = Variable(_unless_nothing, _itself)
EMAIL = Variable(lambda text, _: addresses.read(text), _itself)
VARIABLES: Mapping[str, Variable] = {
    "name": Variable(lambda text, _: (names.read(text), ""), lambda text, _: names.forms(text)),
    "email": EMAIL,
    "msdyn_teamscustomeremail": EMAIL,
    "phone": PHONE,
    "casenumber": Variable(_case_number, _itself),
    **{name.lower(): PHONE for name in CHANNEL_NUMBERS},
}
"""By name in lower case. Any other is searched as it is, unless it says that there is nothing."""


def read(name: str, text: str, region: str = "", organization: str = "") -> Reading:
    """What a variable came to.

    `region` says how a phone number without country code is read. `organization` is the organization's own number,
    which is never a customer's.
    """
    variable = VARIABLES.get(name.lower(), OTHER)
    value, note = variable.read(text, region)
    if value and organization and variable is PHONE:
        from shared.resolver.values import phones

        if phones.is_organizations(value, organization, region):
            value, note = "", "it is the organization's own number"
    return Reading(value, note if value else f"{NOTHING}, {note}" if note else NOTHING)


def as_typed(name: str, text: str) -> str:
    """What is searched beside what `read` returned: a case number as typed, for some are stored as `Case 5`, `#77`."""
    return one_spaced(text) if name.lower() == "casenumber" else ""


def forms(name: str, text: str, region: str = "") -> tuple[str, ...]:
    """The texts under which what `read` returned may be stored, as typed first, the most usual next."""
    return VARIABLES.get(name.lower(), OTHER).forms(text, region)
