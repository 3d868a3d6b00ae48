"""The flows: fresh, tokens only, and carried through against the real app with what agents send."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dev.emulator.faults import Fault
from dev.makers.flow import INPUTS, OUTPUTS, TEXTS, flows
from shared.contract.answers import LinkAnswer
from shared.contract.requests import LinkRequest
from tests.makers.expressions import Flow
from tests.makers.platform import run_flow

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "power-automate"
FLOWS = {name: json.loads(text) for name, text in flows().items()}
CONNECTOR, HTTP = "link-through-connector.json", "link-through-http.json"
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
MARIA = "maria.campbell@example.com"
NOTHING = dict.fromkeys(INPUTS, "")


def parts(name):
    """The trigger's inputs, the call, and the response of a flow."""
    found = FLOWS[name]["properties"]["definition"]
    actions = found["actions"]
    return found["triggers"]["manual"], actions["Link_conversation"], actions["Respond_to_the_agent"]


@pytest.mark.parametrize("name", FLOWS)
def test_it_is_fresh(name):
    """What lies in samples/ is what the code makes now. If not: `python3 -m dev makers`."""
    assert (FOLDER / name).read_text(encoding="utf-8") == flows()[name], "stale: python3 -m dev makers"


@pytest.mark.parametrize("name", FLOWS)
def test_trigger_and_response_are_the_agents(name):
    """When an agent calls the flow: optional texts in, scalars out, and one response."""
    trigger, _, response = parts(name)
    schema = trigger["inputs"]["schema"]
    assert (trigger["type"], trigger["kind"], schema["required"]) == ("Request", "Skills", [])
    assert {each["type"] for each in schema["properties"].values()} == {"string"}
    assert (response["type"], response["kind"]) == ("Response", "Skills")
    given = response["inputs"]["schema"]["properties"]
    assert set(given) == set(response["inputs"]["body"]) == {*OUTPUTS, *TEXTS}
    assert {each["type"] for each in given.values()} == {"string", "boolean"}
    assert "CloseOmnichannelConversation" in given
    assert given["CloseOmnichannelConversation"]["title"] == "CloseOmnichannelConversation"
    actions = FLOWS[name]["properties"]["definition"]["actions"].values()
    assert [each["type"] for each in actions].count("Response") == 1


@pytest.mark.parametrize("name", FLOWS)
def test_names_are_the_contracts(name):
    """Inputs and outputs of the app, under their own names."""
    assert set(INPUTS) <= set(LinkRequest.names())
    assert set(OUTPUTS) <= set(LinkAnswer.model_fields)
    _, call, _ = parts(name)
    sent = call["inputs"]["body"] if name == HTTP else call["inputs"]["parameters"]
    assert {each.removeprefix("body/") for each in sent} - {"always"} == set(INPUTS)


@pytest.mark.parametrize("name", FLOWS)
def test_everything_is_a_token(name):
    """No value is put together as text, so nothing that a customer types can break the request."""
    for value in re.findall(r'"(@[^"]*)"', flows()[name]):
        assert "@{" not in value
        assert "concat" not in value


@pytest.mark.parametrize("name", FLOWS)
def test_one_retry_and_secure_inputs(name):
    """One fixed retry after five seconds; the key and what was typed are not in the run history."""
    _, call, _ = parts(name)
    assert call["inputs"]["retryPolicy"] == {"type": "fixed", "count": 1, "interval": "PT5S"}
    assert call["runtimeConfiguration"]["secureData"]["properties"] == ["inputs"]


def test_the_key_is_only_in_the_http_variant():
    """With the connector it is kept in the connection."""
    _, call, _ = parts(HTTP)
    assert call["inputs"]["headers"]["x-functions-key"] == "your-function-key"
    assert "x-functions-key" not in flows()[CONNECTOR]
    assert call["inputs"]["uri"].endswith("/api/link?always=true")


GIVEN = {
    "everything empty": NOTHING,
    "nothing at all": {},
    "everything null": dict.fromkeys(INPUTS),
    "blanks": dict.fromkeys(INPUTS, "  "),
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("name", FLOWS)
def test_an_agent_that_knows_nothing_gets_every_output(host, name, given):
    """No id: an answer with every output, of its type, that says so."""
    answer = run_flow(FLOWS[name], given, host.url, host.key)
    _, _, response = parts(name)
    types = {"string": str, "boolean": bool}
    defined = response["inputs"]["schema"]["properties"]
    assert {field: type(value) for field, value in answer.items()} == {
        field: types[each["type"]] for field, each in defined.items()
    }
    assert (answer["status"], answer["failure"]) == ("failed", "no_conversation_id")


@pytest.mark.parametrize("name", FLOWS)
def test_it_links(host, name):
    """Only the id and an e-mail address are there; the rest is missing."""
    answer = run_flow(FLOWS[name], {"conversationId": CONVERSATION, "Email": MARIA}, host.url, host.key)
    assert (answer["status"], answer["linked"], answer["caseNumber"]) == ("linked", True, "CAS-01001-X1Y2Z3")


@pytest.mark.parametrize("name", FLOWS)
def test_a_yes_or_no_that_a_topic_decides_on_comes_as_text_too(host, name):
    """`true` or `false`, the same as the boolean, also where the call failed."""
    found = []
    for given in ({"conversationId": CONVERSATION, "Email": MARIA, "event": "end"}, {"Email": MARIA}):
        answer = run_flow(FLOWS[name], given, host.url, host.key)
        found.append(answer["CloseOmnichannelConversation"])
        assert {text: answer[text] for text in TEXTS} == {
            text: str(answer[each]).lower() for text, each in TEXTS.items()
        }
    assert found == [True, False]
    refused = run_flow(FLOWS[name], {}, host.url, "wrong")
    assert {refused[text] for text in TEXTS} == {"false"}


@pytest.mark.parametrize(
    "value",
    [
        'O\'Brien "Bob"',
        'a"}',
        "Ann \\",
        "line\nline",
        "Ann @{triggerBody()}",
        "Ann @body('x')",
        "日本 🦊",
        "Ann </x>",
        "Ann {}",
    ],
)
@pytest.mark.parametrize("name", FLOWS)
def test_quotes_and_the_like_arrive_as_they_are(host, name, value):
    """A value is a value: the app looks for it and does not find it."""
    answer = run_flow(FLOWS[name], NOTHING | {"conversationId": CONVERSATION, "Name": value}, host.url, host.key)
    assert (answer["status"], answer["customerStatus"]) == ("not_linked", "not_found")


@pytest.mark.parametrize("name", FLOWS)
def test_a_call_that_fails_is_an_answer_too(host, dataverse, name):
    """A wrong key, or a Dataverse that is away: the agent gets every output, and goes on."""
    refused = run_flow(FLOWS[name], {"conversationId": CONVERSATION, "Email": MARIA}, host.url, "wrong")
    assert (refused["status"], refused["linked"], refused["nextQuestion"]) == ("failed", False, "")
    dataverse.faults.add(Fault(503, times=99, retry_after=60))
    away = run_flow(FLOWS[name], {"conversationId": CONVERSATION, "Email": MARIA}, host.url, host.key)
    assert (away["status"], away["failure"], away["canRetry"]) == ("failed", "dataverse_unavailable", True)


def test_the_evaluator_refuses_what_it_does_not_know():
    """So the flows cannot use what was not tested."""
    flow = Flow({"body": lambda name: "text"})
    for template in ("Hello @{body('x')}", "@concat('a', 'b')", "@body('x') @body('y')", "@body('x')?['y']"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            flow.value(template)
