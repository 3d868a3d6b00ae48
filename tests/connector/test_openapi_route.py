"""`GET /api/openapi.json`: keyed, the connector's definition, the host filled in and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from dev.connector.files import FOLDER
from dev.host import Host
from shared.api.service import Service
from shared.contract.http import ApiRequest
from shared.contract.openapi import PLACEHOLDER_HOST, plain_host

ROOT = Path(__file__).resolve().parents[2]
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"


def definition(headers=None, **query):
    """What the service answers."""
    reply = Service.from_environment({"DATAVERSE_URL": "https://org.crm.dynamics.com"}).openapi(
        ApiRequest(headers=headers or {}, query=query)
    )
    assert reply.status == 200
    return json.loads(reply.body)


def test_it_is_the_connector_with_the_host_filled_in():
    """The same definition, byte for byte but for the host."""
    shipped = json.loads((FOLDER / "apiDefinition.swagger.json").read_text(encoding="utf-8"))
    served = definition({"host": "My-App.azurewebsites.net"})
    assert served == shipped | {"host": "my-app.azurewebsites.net"}
    assert list(OpenAPIV2SpecValidator(served).iter_errors()) == []


def test_a_modern_form_for_everyone_else():
    """OpenAPI 3.1, without the extensions of Power Platform, with the same operations and fields."""
    for version in ("3", "3.1"):
        modern = definition({"host": "app.example"}, v=version)
        assert list(OpenAPIV31SpecValidator(modern).iter_errors()) == []
        assert modern["openapi"] == "3.1.0"
        assert modern["servers"] == [{"url": "https://app.example/api"}]
        assert "x-ms-" not in json.dumps(modern)
        assert set(modern["components"]["schemas"]) == set(definition()["definitions"])
        assert modern["paths"]["/link"]["post"]["parameters"][0]["schema"]["default"] is False


@pytest.mark.parametrize(
    ("body", "is_valid"),
    [
        ({"conversationId": CONVERSATION}, True),
        ({"conversationId": "", "msdyn_liveworkitemid": CONVERSATION}, True),
        ({"conversationId": ""}, False),
        ({"conversationId": " "}, False),
        ({"Email": "ann@example.com"}, False),
    ],
)
@pytest.mark.parametrize("schema", ["LinkRequest", "UnlinkRequest"])
def test_the_modern_form_says_that_an_id_is_needed(schema, body, is_valid):
    """One of the names of the conversation id has to be there, and "" is no id: the app answers 400 without one."""
    found = definition(v="3")["components"]["schemas"][schema]
    assert Draft202012Validator(found).is_valid(body) is is_valid


def test_a_gateway_in_front_is_the_host():
    """x-forwarded-host where it is a plain host name, else Host."""
    assert definition({"x-forwarded-host": "api.contoso.com", "host": "app.example"})["host"] == "api.contoso.com"
    assert definition({"x-forwarded-host": "a.com, b.com", "host": "app.example"})["host"] == "app.example"
    assert definition({"host": "127.0.0.1:7071"})["schemes"] == ["http"]
    assert definition({"host": "localhost.contoso.com"})["schemes"] == ["https"]


@pytest.mark.parametrize(
    "host",
    [
        "", "a b", "a.com/x", "a.com?x", "user@a.com", 'a.com"', "a.com\n", "ä.com", "-a.com", "a..com", ".com", "a.com.",
        "javascript:alert(1)", "<b>", "a.com:123456", "a.com:", "a.com:x", "[::1]", "x" * 254, "http://a.com", "a\x00.com",
    ],
)  # fmt: skip
def test_no_request_value_becomes_anything_else(host):
    """What is no plain host name is left out, in both forms."""
    assert plain_host(host) == PLACEHOLDER_HOST
    for query in ({}, {"v": "3"}):
        assert definition({"host": host, "x-forwarded-host": host}, **query) == definition(**query)
    assert definition({"host": "a.com"}, v=host if host != "3" else "x")["swagger"] == "2.0"


def test_it_needs_a_key_and_no_dataverse():
    """Over HTTP: 401 without the key; with it, the definition, though no setting is right."""
    with Host(settings={"DATAVERSE_URL": ""}, enable_auth=True) as host:
        url = f"{host.url}/api/openapi.json"
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(url)
        refused.value.close()
        with urllib.request.urlopen(urllib.request.Request(url, headers={"x-functions-key": host.key})) as answer:
            assert answer.headers["content-type"] == "application/json"
            served = json.load(answer)
    assert served["host"] == host.url.removeprefix("http://")


def test_the_start_of_the_app_does_not_pay_for_it():
    """Neither the start nor the first request imports the definition."""
    code = "import sys, function_app, shared.api.service; print([m for m in sys.modules if 'openapi' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def answers():
    """Real answers by schema, from the app over the embedded Dataverse."""
    from dev.emulator import Emulator
    from dev.hosting.application import environment

    with Emulator() as dataverse, environment(dataverse.settings):
        service = Service.from_environment(dataverse.settings)

        def reply(route, body=None, **query):
            raw = json.dumps(body).encode() if body is not None else b""
            return json.loads(getattr(service, route)(ApiRequest(raw, query=query, invocation_id="an-id")).body)

        email = {"Email": "maria.campbell@example.com"}
        return {
            "LinkAnswer": [
                reply("link", {"conversationId": CONVERSATION, **email, "dryRun": True}),
                reply("link", {"conversationId": CONVERSATION, **email}),
                reply("link", email, always="true"),
            ],
            "UnlinkAnswer": [reply("unlink", {"conversationId": CONVERSATION})],
            "Diagnosis": [reply("diagnose")],
            "Problem": [reply("link", {}), reply("link", {"conversationId": CONVERSATION.replace("7", "8")})],
        }


@pytest.mark.parametrize("schema", ["LinkAnswer", "UnlinkAnswer", "Diagnosis", "Problem"])
def test_the_app_answers_what_the_definition_says(answers, schema):
    """Every field that comes is defined, every field that is defined comes, and types are right."""
    defined = definition()["definitions"][schema]
    for answer in answers[schema]:
        Draft4Validator(defined).validate(answer)
        assert set(answer) <= set(defined["properties"])
