"""The settings in Bicep are the settings that the code knows: names, defaults, limits, and what the app makes of them."""

from __future__ import annotations

import json
import re

import pytest

from shared.core import telemetry
from shared.settings import SETTINGS, Settings
from tests.infra.bicep import File, Parameter
from tests.infra.deployed import ASKED_FOR, DATAVERSE, INFRA, MAIN, ROOT, app_settings, deploy, main
from tests.infra.expressions import constant

BEHIND_EASY_AUTH = {"WEBSITE_AUTH_ENABLED": "true"}
"""What Azure sets where Easy Auth is on."""

OF_THE_PLATFORM = {
    "AzureWebJobsStorage__credential": "the host opens its storage with the identity",
    "AzureWebJobsStorage__clientId": "with this one",
    "AzureWebJobsStorage__blobServiceUri": "and finds it here",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "where telemetry goes",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "sent with the identity",
    "AZURE_CLIENT_ID": "azure-identity asks for a token of this identity",
    "AZURE_TOKEN_CREDENTIALS": "and tries nothing else",
    "PYTHON_THREADPOOL_THREAD_COUNT": "how many requests at once",
}
NOT_ON_FLEX_CONSUMPTION = {
    *("FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_PROCESS_COUNT", "FUNCTIONS_EXTENSION_VERSION"),
    *("WEBSITE_RUN_FROM_PACKAGE", "SCM_DO_BUILD_DURING_DEPLOYMENT", "ENABLE_ORYX_BUILD", "AzureWebJobsStorage"),
}

FOLLOWS = {
    "HTTP_AUTH_LEVEL": "follows from entraClientId: a sign-in without it, or it without a sign-in, would be a hole"
}
BY_NAME = {setting.name: setting for setting in SETTINGS if setting.name not in FOLLOWS}
PARAMETERS = File(MAIN).parameters
WORDS = {"PREFERRED_CUSTOMER", "CASE_COLUMNS", "NAME_USE", "RULE_SOURCE"}
OF_AZD = {"environmentName": "AZURE_ENV_NAME", "location": "AZURE_LOCATION"}


def camel(name: str) -> str:
    """DATAVERSE_URL as the parameter dataverseUrl."""
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def upper(name: str) -> str:
    """The parameter dataverseUrl as DATAVERSE_URL, the variable of azd's environment."""
    return OF_AZD.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def decorated(parameter: Parameter, decorator: str):
    """What a decorator says, or nothing."""
    node = parameter.decorators.get(decorator)
    return None if node is None else constant(node)


def as_text(value) -> str:
    """A value as an app setting."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_setting_is_a_parameter(name):
    """It has the default of the code, and its description begins with its name."""
    parameter, setting = PARAMETERS[camel(name)], BY_NAME[name]
    assert constant(parameter.decorators["description"]).startswith(f"{name}: ")
    assert as_text("" if parameter.default is None else constant(parameter.default)) == setting.default
    assert (parameter.default is None) == (name == "DATAVERSE_URL")


@pytest.mark.parametrize("name", BY_NAME)
def test_limits_are_those_of_the_code(name):
    """What Bicep lets through the code takes, and what lies beyond a limit the code refuses too."""
    parameter, setting = PARAMETERS[camel(name)], BY_NAME[name]
    allowed, low, high = (decorated(parameter, word) for word in ("allowed", "minValue", "maxValue"))
    assert (name in WORDS) == (allowed is not None)
    assert (parameter.type == "int") == (low is not None) == (high is not None)
    for value in [*(allowed or []), *([low, high] if low is not None else [])]:
        setting.parse(as_text(value))
    for value in [f"{allowed[0]}x"] if allowed else [low - 1, high + 1] if low is not None else []:
        with pytest.raises(ValueError, match="must be"):
            setting.parse(as_text(value))


def test_yes_and_no_are_booleans():
    """A setting that takes true and false and nothing else is a bool."""
    for name, setting in BY_NAME.items():
        assert (PARAMETERS[camel(name)].type == "bool") == (setting.default in ("true", "false")), name


def test_the_app_starts_with_what_is_deployed():
    """Without a parameter but the address, the app's settings are the defaults of the code."""
    settings = app_settings(main())
    assert Settings.from_environment(settings) == Settings.from_environment({"DATAVERSE_URL": DATAVERSE})


def test_behind_sign_in_the_app_needs_no_key():
    """With an app registration, HTTP_AUTH_LEVEL is anonymous; nothing else changes."""
    settings = app_settings(main(entraClientId="11111111-2222-3333-4444-555555555555"))
    assert settings == app_settings(main()) | {"HTTP_AUTH_LEVEL": "anonymous"}
    assert Settings.from_environment(settings | BEHIND_EASY_AUTH).auth_level == "anonymous"


OTHERS = {
    "DATAVERSE_API_VERSION": "v9.1",
    "LINK_BUDGET_SECONDS": 20,
    "PREFERRED_CUSTOMER": "account",
    "CASE_MUST_MATCH_CUSTOMER": False,
    "LINK_ONLY_ACTIVE_CASE": False,
    "CASE_COLUMNS": "issue",
    "IDENTIFICATION_RULES": '{"account": {"AccountNumber": ["accountnumber"]}}',
    "LINK_POLICY": '{"claimed": {"names": false}}',
    "INCLUDE_NAMES": False,
    "ALLOW_DRY_RUN": False,
    "DYNAMICS_APP_ID": "11111111-2222-3333-4444-555555555555",
    "CASE_OF_COMPANY": True,
    "CASE_ORIGIN_CODE": 2,
    "CASE_OWNER_TEAM_ID": "11111111-2222-3333-4444-555555555556",
    "DEFAULT_PHONE_REGION": "US",
    "NAME_USE": "tie_break",
    "SUFFICIENT_ALONE": "Email,CaseNumber",
    "RULE_SOURCE": "workstream",
}
"""For every setting but the address another value than its default."""


@pytest.mark.parametrize("name", OTHERS)
def test_a_parameter_reaches_the_app(name):
    """It changes the setting of its name and no other, and the app takes it."""
    assert OTHERS.keys() == BY_NAME.keys() - {"DATAVERSE_URL"}
    before, after = app_settings(main()), app_settings(main(**{camel(name): OTHERS[name]}))
    assert after == before | {name: as_text(OTHERS[name])}
    field = BY_NAME[name].field
    assert getattr(Settings.from_environment(after), field) != getattr(Settings.from_environment(before), field)


def test_nothing_else_is_set():
    """Every app setting is one that the code knows or one of the platform, with its reason, and is a text."""
    settings = app_settings(main())
    assert settings.keys() == {setting.name for setting in SETTINGS} | OF_THE_PLATFORM.keys()
    assert all(isinstance(value, str) for value in settings.values())
    assert settings.keys() & NOT_ON_FLEX_CONSUMPTION == set()


def documented() -> dict[str, str]:
    """The app settings of OpenTelemetry mode, as docs/operations.md has them in its table."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n## OpenTelemetry\n")[2]
    cells = [
        line.strip("| ").split(" | ")[:2] for line in text.partition("\n## ")[0].splitlines() if line.startswith("| `")
    ]
    return {
        name: value
        for names, values in cells
        for name, value in zip(re.findall(r"`(\w+)`", names), re.findall(r"`([^`]+)`", values), strict=True)
    }


def test_open_telemetry_is_a_switch():
    """Off, nothing speaks of it; on, every setting that the documents ask for is there, the app's own logger too."""
    off, on = app_settings(main()), app_settings(main(openTelemetry=True))
    added = documented()
    assert added.pop("APPLICATIONINSIGHTS_AUTHENTICATION_STRING")
    assert (added.keys() & off.keys(), on) == (set(), off | added)
    assert added["PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"] == telemetry.LOGGER.name


def test_as_many_threads_as_requests():
    """One number everywhere: instances are given no more requests than threads wait for, and the host says the same."""
    deployment = main()
    scale = deployment.module("functionApp/app").parameters["functionAppConfig"]["scaleAndConcurrency"]
    host = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
    example = json.loads((ROOT / "local.settings.example.json").read_text(encoding="utf-8"))
    assert {
        scale["triggers"]["http"]["perInstanceConcurrency"],
        int(app_settings(deployment)["PYTHON_THREADPOOL_THREAD_COUNT"]),
        host["extensions"]["http"]["maxConcurrentRequests"],
        int(example["Values"]["PYTHON_THREADPOOL_THREAD_COUNT"]),
    } == {32}


def test_instances_are_as_asked():
    """Size, ceiling and instances that are always ready reach the plan; by default none is always ready."""
    config = main().module("functionApp/app").parameters["functionAppConfig"]
    assert config["scaleAndConcurrency"]["alwaysReady"] == []
    other = main(instanceMemoryMB=4096, maximumInstanceCount=7, alwaysReadyInstances=2)
    scale = other.module("functionApp/app").parameters["functionAppConfig"]["scaleAndConcurrency"]
    assert scale["alwaysReady"] == [{"name": "http", "instanceCount": 2}]
    assert (scale["instanceMemoryMB"], scale["maximumInstanceCount"]) == (4096, 7)
    assert config["runtime"] == {"name": "python", "version": "3.13"}
    assert main().module("functionApp/plan").parameters["skuName"] == "FC1"


def parameter_file() -> dict[str, str]:
    """What main.parameters.json says for every parameter."""
    text = (INFRA / "main.parameters.json").read_text(encoding="utf-8")
    return {name: entry["value"] for name, entry in json.loads(text)["parameters"].items()}


def test_azd_fills_every_parameter():
    """Each comes from a variable of its own name, with the default of Bicep where there is one."""
    expected = {}
    for name, parameter in PARAMETERS.items():
        default = "" if parameter.default is None else f"={as_text(constant(parameter.default))}"
        expected[name] = f"${{{upper(name)}{default}}}"
    assert parameter_file() == expected


def test_what_azd_fills_in_is_what_bicep_says():
    """Text becomes number and yes-or-no as azd does it; the deployment is the same as with Bicep's own defaults."""
    given = {name: filled(PARAMETERS[name], text) for name, text in parameter_file().items() if name not in ASKED_FOR}
    assert main(**given) == main()


def filled(parameter: Parameter, text: str):
    """The default of an entry such as ${X=8}, in the type of the parameter."""
    value = re.fullmatch(r"\$\{\w+=(.*)\}", text)[1]
    return {"int": int, "bool": lambda word: word == "true", "string": str}[parameter.type](value)


def test_azd_asks_for_three_things():
    """Whoever deploys is asked for environment, region and address, and for nothing else."""
    asked = {name for name, parameter in PARAMETERS.items() if parameter.default is None}
    assert asked == ASKED_FOR.keys()
    assert decorated(PARAMETERS["location"], "metadata") == {"azd": {"type": "location"}}
    assert deploy(MAIN, **ASKED_FOR).outputs["SERVICE_LINKER_DATAVERSE_URL"] == DATAVERSE
