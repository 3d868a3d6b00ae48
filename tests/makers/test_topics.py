"""The topics: fresh, of nodes that the authoring schema knows, and carried through against the real app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dev.emulator.faults import Fault
from dev.makers.flow import INPUTS, OUTPUTS, REFERENCE, TEXTS, flows
from dev.makers.topics import topics
from shared.contract.answers import LinkAnswer
from shared.contract.requests import LinkRequest
from tests.makers.authoring import problems
from tests.makers.expressions import LANGUAGE
from tests.makers.platform import Run, run_flow, through_connector

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install -r dev/requirements-samples.txt")

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "copilot-studio"
NAMES = [f"{topic}-through-{way}.yaml" for topic in ("escalate", "end") for way in ("flow", "connector")]
ESCALATE, END = NAMES[:2], NAMES[2:]
TOPICS = {name: yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")) for name in NAMES}
FLOW = json.loads(flows()["link-through-connector.json"])
OMNICHANNELS = {"Name", "Email", "Phone", "CaseNumber"}
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
MARIA = "maria.campbell@example.com"


def objects(value):
    """Every object of a topic."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def nodes(name, *kinds):
    """Every node of these kinds."""
    return [each for each in objects(TOPICS[name]) if each.get("kind") in kinds]


@pytest.fixture
def play(host):
    """How to run a topic against the app: its name, the conversation, and the replies by node."""
    calls = []

    def call(node, given):
        calls.append(given)
        if node["kind"] == "InvokeFlowAction":
            return run_flow(FLOW, given, host.url, play.key)
        return through_connector(node["operationId"], given, host.url, play.key)

    def play(name, conversation=CONVERSATION, **replies):
        found = {} if conversation is None else {"Global.msdyn_ConversationId": conversation}
        run = Run(TOPICS[name], call, replies, found).run()
        run.calls = calls
        return run

    play.key = host.key
    return play


@pytest.mark.parametrize("name", topics())
def test_it_is_fresh(name):
    """What lies in samples/ is what the code makes now. If not: `python3 -m dev makers`."""
    assert (FOLDER / name).read_text(encoding="utf-8") == topics()[name], "stale: python3 -m dev makers"


def test_nothing_else_lies_there():
    """Every topic is one that is tested."""
    assert {path.name for path in FOLDER.glob("*.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nodes_are_those_of_the_authoring_schema(name):
    """Kinds, required and allowed properties; every id once; jumps lead somewhere."""
    assert list(problems(TOPICS[name])) == []
    ids = [each["id"] for each in objects(TOPICS[name]) if "id" in each]
    assert len(set(ids)) == len(ids)
    top = {each["id"] for each in TOPICS[name]["beginDialog"]["actions"]}
    assert {each["actionId"] for each in nodes(name, "GotoAction")} <= top


@pytest.mark.parametrize("name", NAMES)
def test_the_call_is_the_contracts(name):
    """Inputs and outputs of flow or connector, under their names; the event is the topic's."""
    (call,) = nodes(name, "InvokeFlowAction", "InvokeConnectorAction")
    given = {each: value for each, value in call["input"]["binding"].items() if each != "always"}
    assert set(given) <= set(INPUTS) <= set(LinkRequest.names())
    assert given["event"] == ('="escalate"' if name in ESCALATE else '="end"')
    if call["kind"] == "InvokeFlowAction":
        assert set(call["output"]["binding"]) <= {*OUTPUTS, *TEXTS}
        assert {*OUTPUTS, *TEXTS.values()} <= set(LinkAnswer.model_fields)
    else:
        assert call["operationId"] == "LinkConversation"


@pytest.mark.parametrize("name", NAMES)
def test_the_head_says_what_to_replace(name):
    """The id of the flow, or the connection reference: what stands in this file, and nothing else."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    placeholder, other = ("flowId", REFERENCE) if "flow" in name else (REFERENCE, "flowId")
    assert f"Replace {placeholder} by" in head
    assert placeholder in text.removeprefix(head)
    assert other not in text


@pytest.mark.parametrize("name", NAMES)
def test_an_orchestrator_knows_when_to_use_it(name):
    """A description for generative orchestration on one line, beside the trigger phrases."""
    topic = TOPICS[name]
    assert topic["modelDescription"].startswith("Use this topic when the customer ")
    assert "\n" not in topic["modelDescription"]
    assert len(topic["modelDescription"]) <= 1024
    assert len(topic["beginDialog"]["intent"]["triggerQueries"]) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_the_next_question_is_in_the_customers_language(play, host, name):
    """The language of the customer goes with the call, and the question comes back in it."""
    run = play(name, askEmail="nobody@example.com")
    questions = {}
    for language in (LANGUAGE, "en"):
        given = {**run.calls[0], "language": language}
        questions[language] = run_flow(FLOW, given, host.url, host.key)["nextQuestion"]
    assert questions[LANGUAGE] != questions["en"]
    assert run.said[2] == questions[LANGUAGE]


@pytest.mark.parametrize("name", NAMES)
def test_variables_are_preset_to_empty_text(name):
    """Before anything is asked; yes / no and the count of rounds have their first value, too."""
    actions = TOPICS[name]["beginDialog"]["actions"]
    first = next(i for i, each in enumerate(actions) if each["kind"] != "SetVariable")
    preset = {each["variable"].removeprefix("init:"): each["value"] for each in actions[:first]}
    assert set(preset.values()) == {'=""', "=false", "=0"}
    used = {each["variable"] for each in nodes(name, "SetVariable", "Question")}
    assert {each for each in used if not each.startswith("init:")} <= set(preset)


@pytest.mark.parametrize("name", NAMES)
def test_omnichannels_names_are_used_only_when_it_failed(name):
    """A transfer hands over all variables, and Omnichannel's own rule would race with ours."""
    named = [each for each in objects(TOPICS[name]) if "variable" in each]
    taken = [each for each in named if each["variable"].removeprefix("init:").removeprefix("Topic.") in OMNICHANNELS]
    assert {each["id"] for each in taken} == {f"handOver{each}" for each in OMNICHANNELS}
    (branch,) = [each for each in objects(TOPICS[name]) if each.get("id") == "handOver"]
    assert branch["condition"] == '=Topic.LinkStatus = "failed"'
    assert [each["id"] for each in branch["actions"]] == [each["id"] for each in taken]


@pytest.mark.parametrize("name", ESCALATE)
def test_a_customer_is_linked_and_handed_over(play, dataverse, name):
    """E-mail given, no case number: linked in one call, transferred with the summary, no name for Omnichannel."""
    run = play(name, askEmail=MARIA, askCaseNumber="no")
    assert len(run.calls) == 1
    assert run.transfer["outcome"] == "Escalated"
    assert run.transfer["message"].startswith("Customer: Maria Campbell (contact), matched by Email.")
    assert not OMNICHANNELS & set(run.transfer["variables"])
    assert dataverse.row("msdyn_ocliveworkitems", CONVERSATION)["_msdyn_customer_value"]
    assert run.transfer["variables"]["CloseOmnichannelConversation"] is False


@pytest.mark.parametrize("name", ESCALATE)
def test_the_next_question_is_asked_and_answered(play, name):
    """Nobody is found by the first address; the second one is."""
    run = play(name, askEmail="nobody@example.com", askNext=MARIA)
    assert len(run.calls) == 2
    assert run.transfer["message"].startswith("Customer: Maria Campbell")
    assert run.visited.count("askNext") == 1


@pytest.mark.parametrize("name", NAMES)
def test_two_rounds_at_most(play, name):
    """A customer who is never found is transferred (or let go) all the same, without a name for Omnichannel."""
    run = play(name, askEmail="nobody@example.com", askNext="nobody2@example.com")
    assert run.visited.count("askNext") == 2
    assert len(run.calls) == 3
    assert run.transfer
    assert not OMNICHANNELS & set(run.transfer["variables"])


@pytest.mark.parametrize("field", ["Email", "Phone", "CaseNumber", "Name"])
@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_is_asked_for_is_taken(name, field):
    """The answer goes into the input that nextField names."""
    asked = []
    answer = dict.fromkeys([*OUTPUTS, *TEXTS], "") | {"CloseOmnichannelConversation": False, "status": "not_linked"}

    def call(node, given):
        asked.append(given)
        return answer | {"nextField": field, "nextQuestion": "What?"} if len(asked) == 1 else answer

    run = Run(TOPICS[name], call, {"askNext": "a reply"}).run()
    assert "What?" in run.said
    assert [each[field] for each in asked] == ["", "a reply"]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_conversation_the_transfer_goes_on(play, name):
    """The test pane: no id. The answer is failed, so the names are handed over."""
    run = play(name, conversation=None, askEmail=MARIA)
    assert run.transfer["outcome"] == "Escalated"
    handed = {each: run.transfer["variables"][each] for each in OMNICHANNELS}
    assert handed == {"Name": "", "Email": MARIA, "Phone": "", "CaseNumber": ""}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", ["key", "dataverse"])
def test_whatever_fails_the_customer_is_handed_over(play, dataverse, name, what):
    """A wrong key or a Dataverse that is away: transfer to a representative, with what was typed under Omnichannel's names."""
    if what == "key":
        play.key = "wrong"
    dataverse.faults.add(Fault(503, times=99, retry_after=60))
    run = play(name, askEmail=MARIA, askCaseNumber="CAS-01001-X1Y2Z3")
    assert run.transfer["outcome"] == "Escalated"
    assert run.transfer["message"]
    assert run.transfer["variables"]["Email"] == MARIA
    assert run.transfer["variables"]["CaseNumber"] == "CAS-01001-X1Y2Z3"
    assert "askNext" not in run.visited


@pytest.mark.parametrize("name", END)
def test_the_end_is_linked_before_it_ends(play, dataverse, name):
    """Linked, then handed over with CloseOmnichannelConversation, and counted as resolved."""
    run = play(name, askEmail=MARIA)
    assert run.transfer["outcome"] == "ResolvedImplied"
    assert run.transfer["variables"]["CloseOmnichannelConversation"] is True
    assert dataverse.row("msdyn_ocliveworkitems", CONVERSATION)["_msdyn_issueid_value"]


def test_the_id_is_taken_as_late_as_possible():
    """Right before the call, and again in each round: Omnichannel's variables arrive late."""
    for name in NAMES:
        ids = [each["id"] for each in TOPICS[name]["beginDialog"]["actions"]]
        assert ids.index("callLink") == ids.index("takeConversationId") + 1
        assert [each["actionId"] for each in nodes(name, "GotoAction")] == ["takeConversationId"]
