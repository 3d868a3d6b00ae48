"""What a request asks for: who and which case is described, by which values in which columns. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.contract import parsing
from shared.contract.policy import NameUse
from shared.contract.requests import LinkRequest
from shared.contract.statuses import CreateCase, PartStatus
from shared.core.schema import ACTIVE, CASE_ID, CUSTOMERS, MAX_LENGTH, Columns, CustomerType
from shared.dataverse import odata
from shared.resolver.values import variables
from shared.settings import Settings

MatchedBy = tuple[str, ...]
"""Names of variables, in the order in which they are named everywhere; or one word that is none."""

RECORD = "record"
"""Stands for the variable of a record that the platform named by its id."""

MAX_EXTRA_LENGTH = 4000
"""Characters: no single-line text column of Dataverse holds more."""

MAX_RECORDS = 20
"""Known records of one kind that are looked at; several are ambiguous anyway, unless a case picks one of them."""

DATAVERSE_DECIDES = frozenset({"Name", "Phone"})
"""Variables of which everything that Dataverse takes for equal is a match. (A phone number has many forms.)"""

MAX_CONDITIONS = 300
"""Conditions of one variable in one query. Dataverse takes 500 ("filter element", FetchXML reference)."""

MAX_FORMS = 150
"""Forms of one value. Each costs a batch some 550 characters (`python3 -m dev bench --forms`); in two columns, 150 are
the 300 conditions above, and a URL stays below half of what a batch takes. The rarest forms are what is left out."""

STANDS_IN: Mapping[str, tuple[str, ...]] = {
    "Phone": ("customerPhoneNumber", "msdyn_CustomerPhoneNumber"),
    "Email": ("msdyn_TeamsCustomerEmail",),
}
"""A variable that is not given, and the fields of the channel of which the first that is given then counts for it."""

NOT_BESIDE_EMAIL = "not searched beside an e-mail address, because it may be somebody else's phone"

TIE_BREAK_NEEDS = ("Email", "Phone")
"""With one of these given, NAME_USE=tie_break lets the name only decide between several."""


class Condition(NamedTuple):
    """One given value: it holds where any of the columns equals any of the literals.

    `exact` are the texts of which one of the columns has to hold one; () where what Dataverse takes for equal is.
    """

    columns: Columns
    literals: tuple[str, ...]
    variable: str = RECORD
    exact: tuple[str, ...] = ()

    def to_odata(self, path: str = "") -> str:
        """The condition, on the row itself or on the row at the end of a navigation property."""
        prefix = f"{path}/" if path else ""
        return odata.any_of(
            odata.equals(prefix + column, literal) for column in self.columns for literal in self.literals
        )


class EntityCriteria(NamedTuple):
    """What describes the rows of one entity: clauses that must all hold.

    `preset_status` is set where no search is needed, `supporting_only` where nothing that was given identifies by
    itself (SUFFICIENT_ALONE); `tie_break` decides between several rows (NAME_USE).
    """

    conditions: tuple[Condition, ...] = ()
    preset_status: PartStatus | None = None
    supporting_only: bool = False
    tie_break: "EntityCriteria | None" = None

    @property
    def matched_by(self) -> MatchedBy:
        """The names of the given variables, or `record`."""
        return tuple(condition.variable for condition in self.conditions)

    @property
    def is_record(self) -> bool:
        """Whether the platform named the record itself."""
        return any(condition.variable == RECORD for condition in self.conditions)

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The ids of the known records; () where it is described by values."""
        return self.conditions[0].literals if self.is_record else ()

    @property
    def compared(self) -> Columns:
        """The columns that have to hold just what was given."""
        return tuple(column for condition in self.conditions if condition.exact for column in condition.columns)

    def to_odata(self, path: str = "") -> list[str]:
        """All conditions, that the row is active first."""
        return [(f"{path}/" if path else "") + ACTIVE, *(condition.to_odata(path) for condition in self.conditions)]

    @property
    def searches(self) -> bool:
        """Whether the rows it describes have to be looked for."""
        return not self.preset_status and not self.supporting_only

    @property
    def may_match(self) -> bool:
        """Whether any row can satisfy it."""
        return self.preset_status is not PartStatus.NOT_FOUND


class Given(NamedTuple):
    """The values that count, by variable, as they are searched.

    `not_given` are names from the request whose values say nothing ("none", "anonymous"); `cleaning` says by name what
    was done to values, and holds none of them. `typed` are texts that are searched beside a value; `forms` are the
    texts under which it may be stored, none where it is too long.
    """

    values: Mapping[str, str]
    not_given: tuple[str, ...] = ()
    cleaning: tuple[str, ...] = ()
    region: str = ""
    typed: Mapping[str, str] = {}
    forms: Mapping[str, tuple[str, ...]] = {}

    def as_typed(self, name: str) -> tuple[str, ...]:
        """The text that is searched beside the value; none where it is the value, or too long."""
        text = self.typed.get(name, "")
        return (text,) if text and text != self.values[name] and _fits(name, text) else ()

    def exact(self, name: str) -> tuple[str, ...]:
        """The texts of which a row has to hold one; () where Dataverse decides."""
        return () if name in DATAVERSE_DECIDES else (self.values[name], *self.as_typed(name))


def _fits(name: str, text: str) -> bool:
    return len(text) <= MAX_LENGTH.get(name, MAX_EXTRA_LENGTH)


class MatchCriteria(NamedTuple):
    """What a request asks for, after normalisation.

    `customers` holds a criterion for each type of customer that is described, preferred type first; `case` one where a
    number or a known record names the case. `requested` are the entities that may be linked. `may_create`: a case may
    be created. `profile_id` is the social profile that is named, "" where none is. `counts_alone` asks for the rows
    that each value would have matched alone, for `explain`; `used` are the caller's own names that count, in lower
    case. `given` says what became of the values on the way.
    """

    customers: Mapping[CustomerType, EntityCriteria] = {}
    case: EntityCriteria | None = None
    requested: frozenset[str] = frozenset({"contact", "account", "case"})
    case_of_company: bool = False
    counts_alone: bool = False
    may_create: bool = False
    profile_id: str = ""
    used: frozenset[str] = frozenset()
    given: Given = Given({})

    @property
    def wants_customer(self) -> bool:
        """Whether a customer may be linked at all."""
        return "contact" in self.requested or "account" in self.requested

    @property
    def wants_case(self) -> bool:
        """Whether a case may be linked at all."""
        return "case" in self.requested


def match_criteria(request: LinkRequest, settings: Settings) -> MatchCriteria:
    """What `request` asks for under the rules of `settings`."""
    requested = frozenset(request.entities)
    all_given = given(request, settings)
    types = [type for type in settings.customer_types if type in requested] or list(settings.customer_types)
    known = {
        type: criterion
        for type, ids in _known(request).items()
        if (criterion := _record(CUSTOMERS[type].id_column, ids))
    }
    customers = {type: known[type] for type in types if type in known} or {
        type: criterion for type in types if (criterion := _described(type, all_given, settings))
    }
    return MatchCriteria(
        customers=customers,
        case=_case(request, all_given, settings) if "case" in requested else None,
        requested=requested,
        case_of_company=settings.case_of_company,
        may_create=request.createCase is not CreateCase.NO and "case" in requested,
        profile_id=_profile_id(request.msdyn_SocialProfileId),
        counts_alone=request.dryRun and settings.allow_dry_run,
        used=frozenset(name.lower() for name in _own_names(settings) & all_given.values.keys()),
        given=all_given,
    )


def given(request: LinkRequest, settings: Settings) -> Given:
    """The given values as they are searched, those of variables that only IDENTIFICATION_RULES know among them."""
    own = extra_variables(request, settings)
    read = _read(request, own, settings.phone_region)
    values = {name: reading.text for name, reading in read.items() if reading.text}
    notes = {name: reading.note for name, reading in read.items() if reading.note}
    _stand_in("Email", values)
    if "Email" in values:
        for name in STANDS_IN["Phone"]:
            if values.pop(name, "") and "Phone" not in values:
                notes[name] = NOT_BESIDE_EMAIL
    _stand_in("Phone", values)
    not_given = tuple(name for name, reading in read.items() if not reading.text and name not in own)
    found = Given(
        {name: values[name] for name in (*parsing.VARIABLES, *own) if name in values},
        not_given,
        tuple(f"{name}: {note}" for name, note in notes.items()),
        settings.phone_region,
        {name: variables.as_typed(name, getattr(request, name)) for name in parsing.VARIABLES if name in values},
    )
    return found._replace(forms={name: _forms(found, name) for name in found.values})


def _forms(given: Given, name: str) -> tuple[str, ...]:
    value = given.values[name]
    forms = variables.forms(name, value, given.region)[:MAX_FORMS] if _fits(name, value) else ()
    return (*forms, *given.as_typed(name))


def _stand_in(name: str, values: dict[str, str]) -> None:
    """Let the channel's value count for a variable that is not given."""
    stand_in = next((values[other] for other in STANDS_IN[name] if other in values), "")
    if stand_in:
        values.setdefault(name, stand_in)


def _read(request: LinkRequest, own: Mapping[str, str], region: str) -> dict[str, variables.Reading]:
    """What each given field came to; the organization's own number, whatever field it came in, is none."""
    names = (*parsing.VARIABLES, *(other for others in STANDS_IN.values() for other in others))
    fields = {name: getattr(request, name) for name in names} | dict(own)
    organizations = request.msdyn_OrganizationPhoneNumber
    return {name: variables.read(name, text, region, organizations) for name, text in fields.items() if text}


def extra_variables(request: LinkRequest, settings: Settings) -> dict[str, str]:
    """The values of variables that only IDENTIFICATION_RULES know, as given, by their name there."""
    if not request.others:
        return {}
    wanted = {name.lower(): name for name in _own_names(settings)}
    texts = {name: parsing.text(value) for name, value in request.others.items() if isinstance(value, str)}
    return {wanted[name.lower()]: value for name, value in texts.items() if name.lower() in wanted and value}


def _own_names(settings: Settings) -> frozenset[str]:
    """The variables of IDENTIFICATION_RULES that are no fields of a request."""
    return frozenset(name for rules in settings.rules.values() for name in rules) - set(parsing.VARIABLES)


def _known(request: LinkRequest) -> dict[CustomerType, tuple[str, ...]]:
    """The known customers by type; one without a known type may be of either."""
    word = request.msdyn_CustomerType.lower()
    known: dict[CustomerType, tuple[str, ...]] = {
        "contact": request.msdyn_contact_msdyn_ocliveworkitem_Customer,
        "account": request.msdyn_account_msdyn_ocliveworkitem_Customer,
    }
    typed = {id for ids in known.values() for id in ids}
    loose = tuple(id for id in request.msdyn_CustomerId if id not in typed)
    return {type: ids + loose if word in (type, "") or word not in known else ids for type, ids in known.items()}


def _profile_id(text: str) -> str:
    """The id of a social profile; "" for anything but a GUID, such as the id of a channel's own."""
    try:
        return parsing.guid(text)
    except ValueError:
        return ""


def _record(id_column: str, ids: tuple[str, ...]) -> EntityCriteria | None:
    """The criterion of known records; several are ambiguous, whichever of them exist."""
    if not ids:
        return None
    condition = Condition((id_column,), tuple(odata.guid(id) for id in ids[:MAX_RECORDS]))
    return EntityCriteria((condition,), PartStatus.AMBIGUOUS if len(ids) > 1 else None)


def _case(request: LinkRequest, given: Given, settings: Settings) -> EntityCriteria | None:
    ids = dict.fromkeys(request.msdyn_incident_msdyn_ocliveworkitem + request.msdyn_CaseId)
    return _record(CASE_ID, tuple(ids)) or _described("case", given, settings)


def _described(entity: str, given: Given, settings: Settings) -> EntityCriteria | None:
    """The criterion of the variables that this entity has columns for; None where there are none."""
    used = {name: columns for name, columns in settings.rules[entity].items() if name in given.values}
    if not used:
        return None
    conditions = tuple(
        Condition(
            columns,
            tuple(map(odata.text, given.forms[name][: MAX_CONDITIONS // len(columns)])),
            name,
            given.exact(name),
        )
        for name, columns in used.items()
    )
    preset_status = None if all(condition.literals for condition in conditions) else PartStatus.NOT_FOUND
    supporting_only = not any(settings.identifies(name) for name in used)
    criterion = EntityCriteria(conditions, preset_status, supporting_only)
    return _with_tie_break(criterion) if settings.name_use is NameUse.TIE_BREAK else criterion


def _with_tie_break(criterion: EntityCriteria) -> EntityCriteria:
    """NAME_USE=tie_break: the name aside, where an e-mail or phone is given, until several rows are found."""
    others = tuple(condition for condition in criterion.conditions if condition.variable != "Name")
    strong = any(condition.variable in TIE_BREAK_NEEDS for condition in others)
    if not strong or len(others) == len(criterion.conditions):
        return criterion
    preset_status = None if all(condition.literals for condition in others) else PartStatus.NOT_FOUND
    return criterion._replace(
        conditions=others,
        preset_status=preset_status,
        tie_break=None if criterion.preset_status else criterion,
    )
