"""The settings of the app, read once from the environment, checked together, then frozen.

The only module that knows names of environment variables, apart from azure-identity, which reads its own.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

from shared.contract import policy
from shared.contract import setting_values as values
from shared.contract.parsing import VARIABLES
from shared.contract.policy import LinkPolicy, NameUse, PolicySetting
from shared.core.errors import Misconfigured
from shared.core.schema import BUILTIN_RULES, CustomerType, Rules

KEY_VAULT_REFERENCE = "@Microsoft.KeyVault("
"""What an app setting holds while its Key Vault reference cannot be resolved (App Service docs)."""

UNRESOLVED = "is a Key Vault reference that could not be resolved (check the identity's access)"


class AuthLevel(StrEnum):
    """Who may call: callers with a key, or those that Easy Auth lets through."""

    FUNCTION = "function"
    ANONYMOUS = "anonymous"


class RuleSource(StrEnum):
    """Whose rules find the records: those of the settings, or the workstream's own."""

    BUILTIN = "builtin"
    WORKSTREAM = "workstream"


class Settings(NamedTuple):
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
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read all settings.

        Raises:
            SettingsError: one or more are missing or wrong; it names every one.
        """
        fields: dict[str, Any] = {}
        problems: list[str] = []
        for setting in SETTINGS:
            try:
                fields[setting.field] = setting.read(environment)
            except ValueError as problem:
                problems.append(f"{setting.name} {problem}")
        problems += _take_in(fields, environment)
        if fields.get("auth_level") is AuthLevel.ANONYMOUS and not _behind_easy_auth(environment):
            problems.append("HTTP_AUTH_LEVEL may be anonymous only behind Easy Auth (WEBSITE_AUTH_ENABLED is not true)")
        if environment.get("AZURE_CLIENT_ID", "").strip().startswith(KEY_VAULT_REFERENCE):
            problems.append(f"AZURE_CLIENT_ID {UNRESOLVED}")
        known = {name for variables in fields.get("rules", BUILTIN_RULES).values() for name in variables}
        if "rules" in fields and (unknown := fields.get("sufficient_alone", known) - known):
            problems.append(f"SUFFICIENT_ALONE names {', '.join(sorted(unknown))}, which no rule uses")
        if problems:
            raise SettingsError(problems)
        return cls(**fields)

    @property
    def scope(self) -> str:
        """The OAuth scope of this environment."""
        return f"{self.dataverse_url}/.default"

    def identifies(self, variable: str) -> bool:
        """Whether a variable identifies by itself; with the default list, variables of IDENTIFICATION_RULES do, too."""
        untouched = self.sufficient_alone == frozenset(VARIABLES)
        return variable in self.sufficient_alone or (untouched and variable not in VARIABLES)

    @property
    def customer_types(self) -> tuple[CustomerType, CustomerType]:
        """Both types of customer, the preferred one first."""
        return ("contact", "account") if self.preferred_customer == "contact" else ("account", "contact")


def _take_in(fields: dict[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    """Take from LINK_POLICY what SUFFICIENT_ALONE and NAME_USE say shorter; yields what is said twice."""
    given = fields.get("link_policy")
    if not isinstance(given, PolicySetting):
        return
    fields["link_policy"] = given.policy
    for field, value in (("sufficient_alone", given.sufficient_alone), ("name_use", given.name_use)):
        name = field.upper()
        if value is not None and environment.get(name, "").strip():
            yield f"LINK_POLICY says what {name} says, too; set one of the two"
        elif value is not None:
            fields[field] = value


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


def has_managed_identity(environment: Mapping[str, str]) -> bool:
    """Whether App Service offers a managed identity (App Service docs, "REST endpoint reference")."""
    return bool(environment.get("IDENTITY_ENDPOINT"))


def _behind_easy_auth(environment: Mapping[str, str]) -> bool:
    return environment.get("WEBSITE_AUTH_ENABLED", "").strip().lower() == "true"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATAVERSE_URL",
        "dataverse_url",
        "",
        values.url,
        "address of the environment: `https://org.crm.dynamics.com`, without a path; plain `http` only for "
        "this machine itself",
    ),
    Setting("DATAVERSE_API_VERSION", "api_version", "v9.2", values.api_version, "version of the Dataverse Web API"),
    Setting(
        "HTTP_AUTH_LEVEL",
        "auth_level",
        "function",
        values.choice(AuthLevel),
        "`function`: callers need a key. `anonymous`: accepted only behind Easy Auth (`WEBSITE_AUTH_ENABLED` is true)",
    ),
    Setting(
        "LINK_BUDGET_SECONDS",
        "budget_seconds",
        "8",
        values.seconds,
        "time for one answer, everything included; 2 to 60",
    ),
    Setting(
        "PREFERRED_CUSTOMER",
        "preferred_customer",
        "contact",
        values.word("contact", "account"),
        "who wins where a contact and an account match: `contact` or `account`",
    ),
    Setting(
        "CASE_MUST_MATCH_CUSTOMER",
        "case_must_match_customer",
        "true",
        values.yes_no,
        "`false`: a named case is linked whichever customer it belongs to",
    ),
    Setting(
        "LINK_ONLY_ACTIVE_CASE",
        "link_only_active_case",
        "true",
        values.yes_no,
        "link the customer's only active case where no number was given",
    ),
    Setting(
        "CASE_COLUMNS",
        "case_columns",
        "issue,regarding",
        values.columns,
        "which case columns of the conversation are written. With `regarding`, the conversation shows on the "
        "timeline of the case; but assigning, sharing or deleting the case then does the same to the conversation",
    ),
    Setting(
        "IDENTIFICATION_RULES",
        "rules",
        "",
        values.rules,
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
        values.yes_no,
        "`false`: no customer name, no case title, and no case number that the caller did not give, in any field",
    ),
    Setting("ALLOW_DRY_RUN", "allow_dry_run", "true", values.yes_no, "`false`: a request with `dryRun` is refused"),
    Setting(
        "DYNAMICS_APP_ID",
        "app_id",
        "",
        values.optional_guid,
        "id of the model-driven app that the links in the answer open",
    ),
    Setting(
        "CASE_OF_COMPANY",
        "case_of_company",
        "false",
        values.yes_no,
        "`true`: a case of the contact's company counts as the contact's, where a number names it",
    ),
    Setting(
        "CASE_ORIGIN_CODE",
        "case_origin_code",
        "3",
        values.whole_number,
        "origin of a created case (`caseorigincode`; 3 is Web, Dataverse has none for chat)",
    ),
    Setting(
        "CASE_OWNER_TEAM_ID",
        "case_owner_team_id",
        "",
        values.optional_guid,
        "id of the team that owns a created case; else the application user owns it",
    ),
    Setting(
        "DEFAULT_PHONE_REGION",
        "phone_region",
        "",
        values.region,
        "country, such as `US`, in which a phone number without country code is read",
    ),
    Setting(
        "NAME_USE",
        "name_use",
        "must_match",
        values.choice(NameUse),
        "`tie_break`: where an e-mail address or a phone number is given, the name only decides between several",
    ),
    Setting(
        "SUFFICIENT_ALONE",
        "sufficient_alone",
        ",".join(VARIABLES),
        values.names,
        "the variables that may identify by themselves. One that is not listed only narrows: given alone, it is "
        "`not_given`. Variables of your own in `IDENTIFICATION_RULES` have to be listed, too, as soon as this list is "
        "not the default",
    ),
    Setting(
        "RULE_SOURCE",
        "rule_source",
        "builtin",
        values.choice(RuleSource),
        "`workstream`: the record identification rule that an administrator keeps on the conversation's "
        "workstream finds customer and case; one round trip more. Where it cannot be used, the built-in "
        "rules do, and the log and `explain` say why",
    ),
)
"""Every setting that the code knows, in the order of the documentation."""
