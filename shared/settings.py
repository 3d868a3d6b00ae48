"""The settings of the app, read once from the environment, checked together, then frozen.

The only module that knows names of environment variables, apart from azure-identity, which reads its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from shared.contract import policy
from shared.contract.parsing import VARIABLES
from shared.contract.policy import LinkPolicy, PolicySetting
from shared.core.errors import Misconfigured
from shared.core.schema import BUILTIN_RULES, CONVERSATION_CASES, ENTITY_WORDS, CustomerType, Rules

Choice = TypeVar("Choice", bound=StrEnum)

KEY_VAULT_REFERENCE = "@Microsoft.KeyVault("
"""What an app setting holds while its Key Vault reference cannot be resolved (App Service docs)."""

UNRESOLVED = "is a Key Vault reference that could not be resolved (check the identity's access)"

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AuthLevel(StrEnum):
    """Who may call: whoever has a key, or whoever Easy Auth lets through."""

    FUNCTION = "function"
    ANONYMOUS = "anonymous"


class NameUse(StrEnum):
    """Whether a name has to match like anything else, or only decides between several."""

    MUST_MATCH = "must_match"
    TIE_BREAK = "tie_break"


class RuleSource(StrEnum):
    """Whose rules find the records: those of the settings, or the workstream's own."""

    BUILTIN = "builtin"
    WORKSTREAM = "workstream"


@dataclass(frozen=True)
class Settings:
    """Every setting with its type; `from_environment` is the way to get one. Their meaning is in `SETTINGS`."""

    dataverse_url: str
    api_version: str
    auth_level: AuthLevel
    budget_seconds: float
    preferred_customer: CustomerType
    case_must_match_customer: bool
    link_only_active_case: bool
    case_columns: tuple[str, ...]
    rules: Rules
    include_names: bool
    allow_dry_run: bool
    app_id: str
    case_of_company: bool
    case_origin_code: int
    case_owner_team_id: str
    phone_region: str
    name_use: NameUse
    sufficient_alone: frozenset[str]
    rule_source: RuleSource
    link_policy: LinkPolicy

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read all settings.

        Raises:
            SettingsError: one or more are missing or wrong; it names every one.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in SETTINGS:
            try:
                values[setting.field] = setting.read(environment)
            except ValueError as problem:
                problems.append(f"{setting.name} {problem}")
        problems += _take_in(values, environment)
        if values.get("auth_level") is AuthLevel.ANONYMOUS and not _behind_easy_auth(environment):
            problems.append("HTTP_AUTH_LEVEL may be anonymous only behind Easy Auth (WEBSITE_AUTH_ENABLED is not true)")
        if environment.get("AZURE_CLIENT_ID", "").strip().startswith(KEY_VAULT_REFERENCE):
            problems.append(f"AZURE_CLIENT_ID {UNRESOLVED}")
        known = {name for variables in values.get("rules", BUILTIN_RULES).values() for name in variables}
        if "rules" in values and (unknown := values.get("sufficient_alone", known) - known):
            problems.append(f"SUFFICIENT_ALONE names {', '.join(sorted(unknown))}, which no rule uses")
        if problems:
            raise SettingsError(problems)
        return cls(**values)

    @property
    def scope(self) -> str:
        """The OAuth scope of this environment."""
        return f"{self.dataverse_url}/.default"

    def identifies(self, variable: str) -> bool:
        """Whether a variable identifies by itself; variables of IDENTIFICATION_RULES do unless the list was changed."""
        untouched = self.sufficient_alone == frozenset(VARIABLES)
        return variable in self.sufficient_alone or (untouched and variable not in VARIABLES)

    @property
    def customer_types(self) -> tuple[CustomerType, CustomerType]:
        """Both types of customer, the preferred one first."""
        return ("contact", "account") if self.preferred_customer == "contact" else ("account", "contact")


def _take_in(values: dict[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    """Take from LINK_POLICY what SUFFICIENT_ALONE and NAME_USE say shorter; yields what is said twice."""
    given = values.get("link_policy")
    if not isinstance(given, PolicySetting):
        return
    values["link_policy"] = given.policy
    short_forms = {
        "SUFFICIENT_ALONE": ("sufficient_alone", given.sufficient_alone and frozenset(given.sufficient_alone)),
        "NAME_USE": ("name_use", given.name_use and NameUse(given.name_use)),
    }
    for name, (field, value) in short_forms.items():
        if value is not None and environment.get(name, "").strip():
            yield f"LINK_POLICY says what {name} says, too; set one of the two"
        elif value is not None:
            values[field] = value


class SettingsError(Misconfigured):
    """All settings that are missing or wrong, together; holds names and what to do, no values."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The app's settings have to be corrected: " + "; ".join(problems) + ".")
        self.problems = tuple(problems)


class Setting(NamedTuple):
    """One setting: the variable's name, the field it fills, its default, its parser, its meaning in Markdown."""

    name: str
    field: str
    default: str
    parse: Callable[[str], Any]
    meaning: str

    def read(self, environment: Mapping[str, str]) -> Any:
        """The parsed value; ValueError completes the sentence "<name> …"."""
        text = environment.get(self.name, "").strip() or self.default
        if text.startswith(KEY_VAULT_REFERENCE):
            raise ValueError(UNRESOLVED)
        return self.parse(text)


def _url(text: str) -> str:
    if not text:
        raise ValueError("is missing (the address of the environment, like https://org.crm.dynamics.com)")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no address like https://org.crm.dynamics.com") from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise ValueError("is no address like https://org.crm.dynamics.com")
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        raise ValueError("must end after the host (no path, no query)")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for a loopback host only)")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _api_version(text: str) -> str:
    if not re.fullmatch(r"v\d{1,2}\.\d{1,2}", text):
        raise ValueError("must look like v9.2")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 2 <= seconds <= 60:
        raise ValueError("must be a number of seconds from 2 to 60")
    return seconds


def _word(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError("must be " + " or ".join(words))
        return text.lower()

    return parse


def _choice(choices: type[Choice]) -> Callable[[str], Choice]:
    parse = _word(*(choice.value for choice in choices))
    return lambda text: choices(parse(text))


def _yes_no(text: str) -> bool:
    return _word("true", "false")(text) == "true"


def _columns(text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not words or any(word not in CONVERSATION_CASES for word in words):
        raise ValueError("must be issue, regarding or issue,regarding")
    return words


def _optional_guid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError("must be a GUID") from None


def _rules(text: str) -> Rules:
    try:
        given = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(given, dict):
        raise ValueError("must be a JSON object of entities")
    rules = {entity: dict(columns) for entity, columns in BUILTIN_RULES.items()}
    problems = [problem for word, variables in given.items() for problem in _add(rules, word, variables)]
    if problems:
        raise ValueError("; it ".join(problems))
    return rules


def _add(rules: dict[str, dict[str, tuple[str, ...]]], word: str, variables: object) -> Iterator[str]:
    """Put the rules of one entity in their place; what is wrong with them comes out."""
    entity = ENTITY_WORDS.get(word.lower())
    if entity is None:
        yield f"names an unknown entity {word[:40]!r} (known: account, contact, case)"
    elif not isinstance(variables, dict):
        yield f"needs an object of variables for {entity}"
    else:
        for name, columns in variables.items():
            try:
                rules[entity][name] = _rule(entity, name, columns)
            except ValueError as problem:
                yield str(problem)


def _request_fields() -> frozenset[str]:
    from shared.contract.requests import LinkRequest

    return frozenset(name.lower() for name in (*LinkRequest.names(), "context"))


def _rule(entity: str, name: str, columns: object) -> tuple[str, ...]:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise ValueError(f"has a variable for {entity} that is no name (letters, digits, underscores)")
    if name not in VARIABLES and name.lower() in _request_fields():
        raise ValueError(f"uses {name}, the name of a request field, as a variable for {entity}")
    if not isinstance(columns, list) or not columns:
        raise ValueError(f"needs a list of at least one column for {entity}.{name}")
    if not all(isinstance(column, str) and re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in columns):
        raise ValueError(f"has a column for {entity}.{name} that is no text column's name (like emailaddress2)")
    return tuple(dict.fromkeys(cast("list[str]", columns)))


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError("must be a whole number")
    return int(text)


def _region(text: str) -> str:
    region = text.upper()
    if region and region not in _regions():
        raise ValueError("must be a country code of two letters that has phone numbers, like US or GB")
    return region


def _regions() -> Collection[str]:
    import phonenumbers  # whoever names no region does not wait for it

    return cast("Collection[str]", phonenumbers.SUPPORTED_REGIONS)


def _names(text: str) -> frozenset[str]:
    words = frozenset(word.strip() for word in text.split(",") if word.strip())
    if not all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", word) for word in words):
        raise ValueError("must be names of variables with commas between them")
    return words


def _behind_easy_auth(environment: Mapping[str, str]) -> bool:
    return environment.get("WEBSITE_AUTH_ENABLED", "").strip().lower() == "true"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATAVERSE_URL",
        "dataverse_url",
        "",
        _url,
        "address of the environment: `https://org.crm.dynamics.com`, without a path; plain `http` only for "
        "this machine itself",
    ),
    Setting("DATAVERSE_API_VERSION", "api_version", "v9.2", _api_version, "version of the Dataverse Web API"),
    Setting(
        "HTTP_AUTH_LEVEL",
        "auth_level",
        "function",
        _choice(AuthLevel),
        "`function`: callers need a key. `anonymous`: accepted only behind Easy Auth (`WEBSITE_AUTH_ENABLED` is true)",
    ),
    Setting(
        "LINK_BUDGET_SECONDS", "budget_seconds", "8", _seconds, "time for one answer, everything included; 2 to 60"
    ),
    Setting(
        "PREFERRED_CUSTOMER",
        "preferred_customer",
        "contact",
        _word("contact", "account"),
        "who wins where a contact and an account match: `contact` or `account`",
    ),
    Setting(
        "CASE_MUST_MATCH_CUSTOMER",
        "case_must_match_customer",
        "true",
        _yes_no,
        "`false`: a named case is linked whoever it belongs to",
    ),
    Setting(
        "LINK_ONLY_ACTIVE_CASE",
        "link_only_active_case",
        "true",
        _yes_no,
        "link the customer's only active case where no number was given",
    ),
    Setting(
        "CASE_COLUMNS",
        "case_columns",
        "issue,regarding",
        _columns,
        "which case columns of the conversation are written. With `regarding`, the conversation shows on the "
        "timeline of the case; but assigning, sharing or deleting the case then does the same to the conversation",
    ),
    Setting(
        "IDENTIFICATION_RULES",
        "rules",
        "",
        _rules,
        'JSON that replaces or adds columns, per entity and variable: `{"account": {"AccountNumber": '
        '["accountnumber"]}, "contact": {"Phone": ["mobilephone", "telephone2"]}}`',
    ),
    Setting(
        "LINK_POLICY",
        "link_policy",
        "",
        policy.parse,
        "JSON: what may be done for a customer, by how well that customer is known: "
        '`{"claimed": {"link": "narrow_only", "createCase": false, "replace": false, "names": false}}`. Levels, fields '
        "and defaults: [contract](contract.md#how-well-the-customer-is-known)",
    ),
    Setting(
        "INCLUDE_NAMES",
        "include_names",
        "true",
        _yes_no,
        "`false`: no customer name, no case title, and no case number that the caller did not give, in any field",
    ),
    Setting("ALLOW_DRY_RUN", "allow_dry_run", "true", _yes_no, "`false`: a request with `dryRun` is refused"),
    Setting(
        "DYNAMICS_APP_ID", "app_id", "", _optional_guid, "id of the model-driven app that the links in the answer open"
    ),
    Setting(
        "CASE_OF_COMPANY",
        "case_of_company",
        "false",
        _yes_no,
        "`true`: a case of the contact's company counts as the contact's, where a number names it",
    ),
    Setting(
        "CASE_ORIGIN_CODE",
        "case_origin_code",
        "3",
        _whole_number,
        "origin of a created case (`caseorigincode`; 3 is Web, Dataverse has none for chat)",
    ),
    Setting(
        "CASE_OWNER_TEAM_ID",
        "case_owner_team_id",
        "",
        _optional_guid,
        "id of the team that owns a created case; else the application user owns it",
    ),
    Setting(
        "DEFAULT_PHONE_REGION",
        "phone_region",
        "",
        _region,
        "country, such as `US`, in which a phone number without country code is read",
    ),
    Setting(
        "NAME_USE",
        "name_use",
        "must_match",
        _choice(NameUse),
        "`tie_break`: where an e-mail address or a phone number is given, the name only decides between several",
    ),
    Setting(
        "SUFFICIENT_ALONE",
        "sufficient_alone",
        ",".join(VARIABLES),
        _names,
        "the variables that may identify by themselves. One that is not listed only narrows: given alone, it is "
        "`not_given`",
    ),
    Setting(
        "RULE_SOURCE",
        "rule_source",
        "builtin",
        _choice(RuleSource),
        "`workstream`: the record identification rule that an administrator keeps on the conversation's "
        "workstream finds customer and case; one round trip more. Where it cannot be used, the built-in "
        "rules do, and the log and `explain` say why",
    ),
)
"""Every setting that the code knows, in the order of the documentation."""
