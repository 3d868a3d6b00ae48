"""Settings: defaults, every wrong one named, nothing half-read."""

from __future__ import annotations

import json

import pytest

from shared.settings import SETTINGS, Settings, SettingsError

URL = {"DATAVERSE_URL": "https://org.crm.dynamics.com"}


def problems(**environment: str) -> tuple[str, ...]:
    """What the settings error says about an environment."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(URL | environment)
    return caught.value.problems


def test_defaults() -> None:
    """Contract, settings: the defaults."""
    settings = Settings.from_environment(URL)
    assert (settings.api_version, settings.budget_seconds, settings.auth_level) == ("v9.2", 8, "function")
    assert settings.customer_types == ("contact", "account")
    assert settings.case_columns == ("issue", "regarding")
    assert settings.rules["contact"]["Phone"] == ("telephone1", "mobilephone")
    assert settings.scope == "https://org.crm.dynamics.com/.default"


def test_blank_means_default() -> None:
    """An empty app setting is one that is not set, so the example file works as it is."""
    assert Settings.from_environment(URL | {setting.name: " " for setting in SETTINGS if setting.default}).include_names


def test_every_problem_is_named_at_once() -> None:
    """Contract, settings: every problem at once, by the setting's name."""
    named = problems(DATAVERSE_URL="", LINK_BUDGET_SECONDS="0", CASE_COLUMNS="title", INCLUDE_NAMES="perhaps")
    assert [problem.split()[0] for problem in named] == [
        "DATAVERSE_URL",
        "LINK_BUDGET_SECONDS",
        "CASE_COLUMNS",
        "INCLUDE_NAMES",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "org.crm.dynamics.com",
        "http://org.crm.dynamics.com",
        "http://127.0.0.1.evil.example",
        "ftp://org.crm.dynamics.com",
        "https://user:pass@org.crm.dynamics.com",
        "https://org.crm.dynamics.com/api/data/v9.2",
        "https://org.crm.dynamics.com?x=1",
        "https://org.crm.dynamics.com#x",
        "https://",
        "https://[::1",
        "https://org:port",
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)",
    ],
)
def test_a_wrong_address_is_refused(url: str) -> None:
    """Contract, settings: https, a host and nothing else; plain http for loopback only; unresolved references count as missing."""
    (problem,) = problems(DATAVERSE_URL=url)
    assert problem.startswith("DATAVERSE_URL ")
    assert "pass@" not in problem


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://org.crm4.dynamics.com/", "https://org.crm4.dynamics.com"),
        ("HTTPS://Org.CRM.dynamics.com", "https://org.crm.dynamics.com"),
        ("http://127.0.0.1:7072", "http://127.0.0.1:7072"),
        ("http://localhost:7072/", "http://localhost:7072"),
        ("http://[::1]:7072", "http://[::1]:7072"),
    ],
)
def test_an_address_is_normalised(url: str, expected: str) -> None:
    """However it is written, it becomes scheme, host and port."""
    assert Settings.from_environment({"DATAVERSE_URL": url}).dataverse_url == expected


@pytest.mark.parametrize("version", ["9.2", "v9", "v9.2.1", "v９.２", "v9.2/../x"])
def test_a_wrong_version_is_refused(version: str) -> None:
    """DATAVERSE_API_VERSION goes into every address: `v`, and two numbers in ASCII digits."""
    (problem,) = problems(DATAVERSE_API_VERSION=version)
    assert problem.startswith("DATAVERSE_API_VERSION ")


def test_anonymous_needs_easy_auth() -> None:
    """Contract, settings: HTTP_AUTH_LEVEL=anonymous is refused unless WEBSITE_AUTH_ENABLED is true."""
    assert problems(HTTP_AUTH_LEVEL="anonymous")[0].startswith("HTTP_AUTH_LEVEL ")
    behind = URL | {"HTTP_AUTH_LEVEL": "anonymous", "WEBSITE_AUTH_ENABLED": "True"}
    assert Settings.from_environment(behind).auth_level == "anonymous"


def test_every_wrong_rule_is_named() -> None:
    """IDENTIFICATION_RULES: all that is wrong at once, as for every setting."""
    rules = {"lead": {}, "contact": {"Name": [], "context": ["x"], "Phone": ["telephone2"]}, "account": {"Email": "x"}}
    (problem,) = problems(IDENTIFICATION_RULES=json.dumps(rules))
    assert all(word in problem for word in ("lead", "contact.Name", "context", "account.Email"))


@pytest.mark.parametrize("region", ["UK", "ZZ", "USA", "1", "U S"])
def test_a_region_without_phone_numbers_is_named(region: str) -> None:
    """A slip (UK for GB) would silently leave numbers without country code as they were typed."""
    (problem,) = problems(DEFAULT_PHONE_REGION=region)
    assert problem.startswith("DEFAULT_PHONE_REGION must be a country code")
    assert Settings.from_environment(URL | {"DEFAULT_PHONE_REGION": "gb"}).phone_region == "GB"


def test_an_unresolved_reference_of_the_identity_is_named() -> None:
    """An unresolved Key Vault reference counts as missing, also where azure-identity reads the setting."""
    (problem,) = problems(AZURE_CLIENT_ID="@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)")
    assert problem.startswith("AZURE_CLIENT_ID ")


def test_rules_replace_and_add_columns() -> None:
    """IDENTIFICATION_RULES: columns per entity and variable; what is not named stays."""
    rules = {"account": {"AccountNumber": ["accountnumber"]}, "contact": {"Phone": ["mobilephone", "telephone2"]}}
    settings = Settings.from_environment(URL | {"IDENTIFICATION_RULES": json.dumps(rules)})
    assert settings.rules["account"]["AccountNumber"] == ("accountnumber",)
    assert settings.rules["account"]["Name"] == ("name",)
    assert settings.rules["contact"]["Phone"] == ("mobilephone", "telephone2")
    assert settings.rules["contact"]["Email"] == ("emailaddress1",)


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"lead": {"Name": ["fullname"]}}', "lead"),
        ('{"contact": ["fullname"]}', "contact"),
        ('{"contact": {"Name": []}}', "contact.Name"),
        ('{"contact": {"Name": "fullname"}}', "contact.Name"),
        ('{"contact": {"Name": ["FullName"]}}', "contact.Name"),
        ('{"contact": {"Name": ["fullname eq null or fullname"]}}', "contact.Name"),
        ('{"contact": {"dryRun": ["fullname"]}}', "dryRun"),
        ('{"contact": {"va ConversationId": ["fullname"]}}', "contact"),
    ],
)
def test_wrong_rules_are_named(rules: str, word: str) -> None:
    """IDENTIFICATION_RULES is checked at start: what is wrong is named."""
    (problem,) = problems(IDENTIFICATION_RULES=rules)
    assert word in problem


def test_a_policy_may_let_nothing_identify_alone() -> None:
    """An empty list in LINK_POLICY is a choice, not a missing one."""
    found = Settings.from_environment(
        {"DATAVERSE_URL": "https://org.crm.dynamics.com", "LINK_POLICY": '{"sufficientAlone": []}'}
    )
    assert found.sufficient_alone == frozenset()
