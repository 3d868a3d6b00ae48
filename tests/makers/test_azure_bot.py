"""The Azure bot: its plain functions, and the bot in Microsoft's own test adapter against the real app."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from pathlib import Path

import pytest

from dev.emulator.faults import Fault
from shared.contract.requests import LinkRequest

WHY = "the Microsoft 365 Agents SDK is not installed: pip install -r dev/requirements-samples.txt"
testing = pytest.importorskip("microsoft_agents.testing", reason=WHY)
pytest.importorskip("microsoft_agents.authentication.msal", reason=WHY)

from microsoft_agents.activity import Activity  # noqa: E402
from microsoft_agents.authentication.msal import MsalAuth  # noqa: E402
from microsoft_agents.hosting.core import MemoryStorage  # noqa: E402
from pydantic import ValidationError  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "azure-bot"
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
MARIA = "maria.campbell@example.com"
THREADS = json.dumps({"t1ChatId": "", "t2ChatId": "19:x@thread.v2", "platformtype": "ACS"})
VALUE = {"msdyn_inbox_threadids": THREADS, "msdyn_liveworkitemid": CONVERSATION}

SETTING = "CONNECTIONS__SERVICE_CONNECTION__SETTINGS__"
REGISTRATION = {
    SETTING + "CLIENTID": "00000000-0000-0000-0000-000000000000",
    SETTING + "TENANTID": "00000000-0000-0000-0000-000000000000",
    SETTING + "CLIENTSECRET": "none",
}

PUBLISHED = {
    "live chat": {
        "id": "1654211880034", "type": "event", "timestamp": 1654211880, "from": {"id": "965e", "role": 1},
        "name": "startConversation", "channelId": "lcw", "textFormat": "Text",
        "text": json.dumps({**VALUE, "EventName": "startConversation"}), "attachments": [], "value": VALUE,
        "channeldata": {"tags": "ChannelId-lcw,OmnichannelContextMessage,Hidden", "sourceChannelId": "omnichannel"},
    },
    "voice": {
        "id": "7b51", "type": "conversationUpdate", "timestamp": 1653669440, "from": {"id": "77ad", "role": 1},
        "channelId": "telephony", "attachments": [], "replyToId": "b196",
        "channeldata": {"vnd.microsoft.msdyn.oc.data": {
            "voices": {"en-US": {"pitch": 0}}, "customerPhoneNumber": "+14255550201",
            "organizationPhoneNumber": "+18005550100", "msdyn_ocliveworkitemid": CONVERSATION}},
    },
    "Apple Messages": {
        "id": "1654048788512", "type": "event", "timestamp": 1654048788, "from": {"id": "965e", "role": 1},
        "name": "startConversation", "channelId": "applemessagesforbusiness",
        "text": json.dumps(VALUE), "attachments": [],
        "value": {**VALUE, "msdyn_capabilitylist": "AUTH,LIST", "msdyn_contact_msdyn_ocliveworkitem_Customer": [
            {"RecordId": "c0000000-0000-4000-8000-000000000001", "PrimaryDisplayValue": None}]},
        "channeldata": {"tags": "ChannelId-applemessagesforbusiness,OmnichannelContextMessage,Hidden"},
    },
}  # fmt: skip
"""The three shapes in the form in which Microsoft's documentation prints them, with values of the demo data."""


def parsed(activity):
    """The same start in the form in which it has to reach an SDK."""
    fields = {**activity, "timestamp": "2026-11-22T10:00:00Z", "from": {**activity["from"], "role": "user"}}
    fields["channelData"] = fields.pop("channeldata")
    return Activity.model_validate(fields)


@pytest.fixture(scope="module")
def sample():
    """The modules of the sample, imported from their folder as `python app.py` does."""
    names = ("omnichannel", "linker", "bot", "app")
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(FOLDER))
        for name in names:
            sys.modules.pop(name, None)


@pytest.mark.parametrize("shape", PUBLISHED)
def test_every_start_is_read(sample, shape):
    """As it is published, and as an SDK hands it on: the id, and nothing that the app does not know."""
    published = PUBLISHED[shape]
    handed_on = parsed(published).model_dump(by_alias=True, exclude_none=True, mode="json")
    for activity in (published, handed_on, {**published, "value": json.dumps(published.get("value", {}))}):
        start = sample["omnichannel"].read_start(activity)
        request = LinkRequest.parse(json.dumps(start).encode())
        assert request.conversationId == CONVERSATION
        assert not request.others
    assert start.get("customerPhoneNumber") == ("+14255550201" if shape == "voice" else None)


@pytest.mark.parametrize("shape", PUBLISHED)
def test_the_published_form_is_none_that_the_sdk_parses(shape):
    """Which is why read_start takes a plain dict. If this fails, the SDK has learned it."""
    with pytest.raises(ValidationError):
        Activity.model_validate(PUBLISHED[shape])


def test_the_text_is_read_where_there_is_no_value(sample):
    """The text of the event repeats the value."""
    activity = {name: value for name, value in PUBLISHED["live chat"].items() if name != "value"}
    assert sample["omnichannel"].read_start(activity) == {"msdyn_liveworkitemid": CONVERSATION}


@pytest.mark.parametrize(
    "activity",
    [
        {}, {"type": "message", "text": json.dumps(VALUE), "value": VALUE}, {"type": "event", "name": "x", "value": VALUE},
        {"type": "conversationUpdate", "membersAdded": []}, {"type": "event", "name": "startConversation", "value": 7},
        {"type": "event", "name": "startConversation", "value": {"msdyn_liveworkitemid": ""}, "text": "[1"},
        {"type": "event", "name": "startConversation", "value": {"va_ConversationId": CONVERSATION}},
    ],
)  # fmt: skip
def test_nothing_else_is_a_start(sample, activity):
    """A customer cannot type one, and the bot's own id is none."""
    assert sample["omnichannel"].read_start(activity) == {}


def test_the_names_are_the_contracts(sample):
    """What is read from the start is what the app takes."""
    assert set(sample["omnichannel"].KNOWN) <= set(LinkRequest.names())


def test_a_command_is_taken_as_it_is(sample):
    """The text goes into the tags unchanged; anything else is no command."""
    tags = '{"type":"Escalate","context":{"LinkStatus":"linked"}}'
    assert sample["omnichannel"].command({"omnichannelTags": tags}) == tags
    assert sample["omnichannel"].channel_data(tags, "tags", "a summary") == {"tags": tags}
    for wrong in ({}, {"omnichannelTags": ""}, {"omnichannelTags": "{"}, {"omnichannelTags": '{"type":"Escalate"}'},
                  {"omnichannelTags": '{"type":"Other","context":{}}'}, {"omnichannelTags": None}):  # fmt: skip
        with pytest.raises(ValueError, match="no command"):
            sample["omnichannel"].command(wrong)


def test_the_newer_form_of_a_command(sample):
    """As the page of 2026 prints it: bridged tags, a command with type and value; the summary is a variable, cut."""
    tags = '{"type":"Escalate","context":{"LinkStatus":"linked"}}'
    data = sample["omnichannel"].channel_data(tags, "command", "x" * 5000)
    assert data == {
        "tags": {"deliveryMode": "bridged"},
        "command": {"type": "Escalate", "value": {"LinkStatus": "linked", "EscalationSummary": "x" * 4000}},
    }
    end = sample["omnichannel"].channel_data(sample["omnichannel"].original("EndConversation", {}), "command")
    assert end["command"] == {"type": "EndConversation", "value": {}}


def test_the_event_of_the_middleware_is_a_start(sample):
    """The same context under the name that Microsoft's middleware gives the event."""
    activity = {**PUBLISHED["live chat"], "name": "omnichannelSetContext"}
    assert sample["omnichannel"].read_start(activity) == {"msdyn_liveworkitemid": CONVERSATION}


def test_what_the_bot_learned_wins_over_the_start(sample):
    """One name is not sent twice with different values."""
    body = sample["omnichannel"].question(
        "Escalate", {"msdyn_liveworkitemid": CONVERSATION, "Email": "old"}, {"email": "new"}
    )
    assert body == {
        "type": "Escalate", "context": {"email": "new"}, "msdyn_liveworkitemid": CONVERSATION, "timeoutSeconds": 8,
    }  # fmt: skip


@pytest.fixture
def talk(sample, host):
    """A conversation in Microsoft's test adapter: what the bot sends, after each of what it is sent."""

    def talk(*received, key=None, url=None, patience=10.0, form="tags", authorize=None):
        sent_to_app = []

        async def run():
            let_in = authorize or sample["linker"].with_key(key or host.key)
            linker = sample["linker"].Linker(url or host.url, let_in, patience)

            async def link(body):
                assert not any("tags" in each.channel_data for each in adapter.activity_queue), "the command came first"
                sent_to_app.append(body)
                return await linker(body)

            adapter = testing.TestAdapter(channel_id=getattr(received[0], "channel_id", None))
            bot = sample["bot"].OmnichannelBot(link, MemoryStorage(), form)
            flow = testing.TestFlow(adapter, bot.on_turn)
            for each in received:
                flow = flow.send(each)
            await flow.start_test()
            return adapter.get_activity_snapshot()

        return asyncio.run(run()), sent_to_app

    return talk


def command_of(activity):
    """The command in the tags of an activity."""
    assert set(activity.channel_data) == {"tags"}
    return json.loads(activity.channel_data["tags"])


@pytest.mark.parametrize("shape", PUBLISHED)
def test_escalate_links_first(talk, dataverse, shape):
    """Whatever the channel: linked, then the app's command, with the summary for the representative."""
    sent, asked = talk(parsed(PUBLISHED[shape]), f"I am {MARIA}", "agent")
    command = command_of(sent[-1])
    assert command["type"] == "Escalate"
    assert command["context"]["LinkStatus"] in ("linked", "partial")
    assert command["context"]["BotHandoffTopic"] == "Support"
    assert "Email" not in command["context"]
    assert sent[-1].text.startswith("Customer: ")
    assert asked[0]["timeoutSeconds"] == 8
    assert dataverse.row("msdyn_ocliveworkitems", CONVERSATION)["_msdyn_customer_value"]


def test_end_links_first(talk, dataverse):
    """The end takes no variables, so it is linked before."""
    sent, asked = talk(parsed(PUBLISHED["live chat"]), f"{MARIA}, CAS-01001-X1Y2Z3", "bye")
    assert command_of(sent[-1]) == {"type": "EndConversation", "context": {}}
    assert asked[0]["type"] == "EndConversation"
    assert dataverse.row("msdyn_ocliveworkitems", CONVERSATION)["_msdyn_issueid_value"]


def test_every_other_message_is_bridged(talk):
    """What the customer is to see; and nothing else is."""
    sent, _ = talk(parsed(PUBLISHED["live chat"]), "hello", MARIA, "agent")
    assert len(sent) == 4
    assert [each.channel_data for each in sent[:-1]] == [{"deliveryMode": "bridged"}] * 3
    assert "deliveryMode" not in sent[-1].channel_data


def test_a_dataverse_that_is_away_keeps_nobody(talk, dataverse):
    """503: the original command, unchanged, so that Omnichannel's own rule may try."""
    dataverse.faults.add(Fault(503, times=99, retry_after=60))
    sent, asked = talk(parsed(PUBLISHED["live chat"]), MARIA, "agent")
    assert len(asked) == 1
    assert command_of(sent[-1]) == {"type": "Escalate", "context": {"BotHandoffTopic": "Support", "Email": MARIA}}
    assert sent[-1].text == "The customer asked for a representative."
    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "bye")
    assert command_of(sent[-1]) == {"type": "EndConversation", "context": {}}


@pytest.mark.parametrize(
    "trouble",
    [{"key": "wrong"}, {"url": "http://127.0.0.1:9"}, {"patience": 0.0001}],
    ids=lambda each: next(iter(each)),
)
def test_whatever_fails_the_customer_is_handed_over(talk, trouble):
    """A wrong key, nobody there, no answer in time."""
    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "agent", **trouble)
    assert command_of(sent[-1])["context"] == {"BotHandoffTopic": "Support", "Email": MARIA}


@pytest.mark.parametrize("away", [False, True])
def test_the_newer_form_links_first_and_keeps_the_summary_from_the_customer(talk, dataverse, away):
    """The text of a bridged message is neutral, whatever the app answered; variables and summary are in the command."""
    if away:
        dataverse.faults.add(Fault(503, times=99, retry_after=60))
    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "representative", form="command")
    data = sent[-1].channel_data
    assert set(data) == {"tags", "command"}
    assert data["command"]["type"] == "Escalate"
    assert sent[-1].text == "The customer asked for a representative."
    value = data["command"]["value"]
    if away:
        assert value["Email"] == MARIA
    else:
        assert value["LinkStatus"] in ("linked", "partial")
        assert value["EscalationSummary"].startswith("Customer: ")
    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "bye", form="command")
    assert sent[-1].channel_data["command"] == {"type": "EndConversation", "value": {}}
    assert sent[-1].text == ""


class Tokens:
    """A connection of the SDK that hands out one token, or none; it takes what the real one takes."""

    def __init__(self, token):
        self.token, self.asked = token, []

    async def get_access_token(self, *arguments):
        inspect.signature(MsalAuth.get_access_token).bind(self, *arguments)
        self.asked.append(arguments)
        if not self.token:
            raise ValueError("Failed to acquire token")
        return self.token


def test_a_bot_signs_in_instead_of_a_key(sample):
    """The call bears a token for the scope, and no key; the resource is the scope without its ending."""
    from aiohttp import web
    from aiohttp.test_utils import TestServer

    seen, tokens = [], Tokens("a-token")

    async def answer(request):
        seen.append(dict(request.headers))
        return web.json_response({"status": "linked"})

    async def run():
        app = web.Application()
        app.router.add_post("/api/link", answer)
        async with TestServer(app) as server:
            authorize = sample["app"].authorization(
                {"LINKER_SCOPE": "api://the-api/.default", "LINKER_KEY": "k"}, tokens
            )
            return await sample["linker"].Linker(str(server.make_url("/")), authorize)({})

    assert asyncio.run(run()) == {"status": "linked"}
    assert seen[0]["Authorization"] == "Bearer a-token"
    assert "x-functions-key" not in seen[0]
    assert tokens.asked == [("api://the-api", ["api://the-api/.default"])]


def test_without_a_token_the_customer_is_handed_over(talk, sample):
    """No sign-in, no link; the original command all the same."""
    authorize = sample["linker"].with_sign_in(Tokens(""), "api://the-api/.default")
    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "agent", authorize=authorize)
    assert command_of(sent[-1])["context"] == {"BotHandoffTopic": "Support", "Email": MARIA}


def test_a_token_that_does_not_come_is_not_waited_for(talk, sample):
    """Getting the token counts into the patience of the call."""

    async def never():
        await asyncio.Event().wait()

    sent, _ = talk(parsed(PUBLISHED["live chat"]), MARIA, "agent", authorize=never, patience=0.05)
    assert command_of(sent[-1])["context"]["Email"] == MARIA


@pytest.mark.parametrize(
    ("settings", "words"),
    [({}, "LINKER_URL"), ({"LINKER_URL": "http://x"}, "LINKER_KEY or LINKER_SCOPE"),
     ({"LINKER_URL": "http://x", "LINKER_KEY": "k", "COMMAND_FORMAT": "xml"}, "tags or command")],
)  # fmt: skip
def test_a_missing_setting_is_named(sample, settings, words):
    """With what to set."""
    with pytest.raises(ValueError, match=words):
        sample["app"].application(REGISTRATION | settings)


def test_without_a_start_the_customer_is_handed_over(talk):
    """No id of a conversation: the app says 400, the bot escalates."""
    sent, asked = talk("agent")
    assert "msdyn_liveworkitemid" not in asked[0]
    assert command_of(sent[-1])["context"] == {"BotHandoffTopic": "Support"}


def test_the_first_start_stays(talk, dataverse):
    """A second one cannot lead to another conversation."""
    other = parsed(PUBLISHED["live chat"])
    other.value = {"msdyn_liveworkitemid": "b0000000-0000-4000-8000-000000000001"}
    _, asked = talk(parsed(PUBLISHED["live chat"]), other, MARIA, "agent")
    assert asked[0]["msdyn_liveworkitemid"] == CONVERSATION


@pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")
def test_the_web_server_lets_only_the_bot_service_in(sample):
    """`app.py` starts with the SDK's settings, and answers 401 to a caller without a token."""
    from aiohttp.test_utils import TestClient, TestServer

    environment = REGISTRATION | {"LINKER_URL": "http://127.0.0.1:9", "LINKER_KEY": "none"}

    async def status():
        async with TestClient(TestServer(sample["app"].application(environment))) as client:
            answer = await client.post("/api/messages", json={"type": "message", "text": "agent"})
            return answer.status

    assert asyncio.run(status()) == 401


def test_the_requirements_are_those_that_are_tested():
    """Every line of the sample's own requirements is installed for these tests, too."""
    own = (FOLDER / "requirements.txt").read_text(encoding="utf-8").split()
    tested = (FOLDER.parents[1] / "dev" / "requirements-samples.txt").read_text(encoding="utf-8")
    assert [line for line in own if line.startswith("microsoft") and line not in tested] == []
