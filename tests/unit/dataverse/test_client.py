"""The client over answers that are legal, odd or broken: another server than the embedded one may well send them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from shared.contract.requests import LinkRequest
from shared.core.context import Deadline, RequestContext
from shared.core.errors import ControlSignal, ConversationNotFound, DataverseRefused, DataverseUnavailable, LinkerError
from shared.dataverse.client import DataverseClient
from shared.dataverse.transport import Response
from shared.resolver.lookup import RecordLookup
from shared.settings import Settings

OPEN = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
ANN = "C0000000-0000-4000-8000-00000000000A"
CASE = "E0000000-0000-4000-8000-00000000000A"
SETTINGS = Settings.from_environment({"DATAVERSE_URL": "https://org.example"})

NOBODY = {"_msdyn_customer_value": None, "_msdyn_issueid_value": None, "_regardingobjectid_value": None}
CONVERSATION: dict[str, Any] = {"@odata.etag": 'W/"1"', "activityid": OPEN, "statecode": 0, **NOBODY}
PERSON = {"contactid": ANN, "fullname": "Ann", "emailaddress1": "ann@x", "statecode": 0}
INCIDENT = {
    "incidentid": CASE,
    "ticketnumber": "1",
    "statecode": 0,
    "_customerid_value": ANN.lower(),
    "customerid_contact": PERSON,
}

Part = tuple[int, str, str]
"""Status, headers, body."""


def ok(body: object) -> Part:
    """A part with a JSON body."""
    return 200, "Content-Type: application/json\r\n", json.dumps(body)


def batch(parts: Sequence[Part], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A multipart answer."""
    text = "".join(
        f"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {code} x\r\n{head}\r\n{body}\r\n"
        for code, head, body in parts
    )
    return Response(
        status, {"content-type": "multipart/mixed; boundary=b", **(headers or {})}, f"{text}--b--\r\n".encode()
    )


class FakeTokens:
    """Tokens that count how often one was refused."""

    refused = 0

    ends = 3600.0
    """Seconds from now at which the fresh token ends."""

    def get(self, _: Deadline) -> AccessToken:
        """The first token."""
        return AccessToken("first", int(time.time()) + 3600)

    def instead_of(self, *_: object) -> AccessToken:
        """A fresh one."""
        self.refused += 1
        return AccessToken("fresh", int(time.time() + self.ends))


@pytest.fixture
def find(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Find by e-mail over answers that are given."""
    monkeypatch.setattr("shared.dataverse.retry.sleep", lambda _: None)

    def run(*answers: Response) -> Any:
        tokens, left = FakeTokens(), list(answers)
        dataverse = DataverseClient(SETTINGS.dataverse_url, SETTINGS.api_version, tokens)  # type: ignore[arg-type]
        monkeypatch.setattr(dataverse._transport, "send", lambda *_: left.pop(0) if len(left) > 1 else left[0])
        request = LinkRequest(conversationId=OPEN, Email="ann@x", CaseNumber="1")
        run.tokens, run.context = tokens, RequestContext(Deadline.after(3), OPEN)  # type: ignore[attr-defined]
        return RecordLookup(SETTINGS, dataverse).find(request, run.context).found  # type: ignore[attr-defined]

    return run


GOOD = [ok(CONVERSATION), ok({"value": [PERSON]}), ok({"value": []}), ok({"value": [INCIDENT]})]
GOOD += [ok({"value": [INCIDENT]}), ok({"value": []}), ok({"value": []})]
GOOD += [*(ok({"value": []}) for _ in range(4)), ok({"activityid": OPEN})]


def with_part(index: int, part: Part) -> list[Part]:
    """Good answers but one."""
    return [*GOOD[:index], part, *GOOD[index + 1 :]]


def without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A row that lost a column."""
    return {column: value for column, value in row.items() if column != name}


def swapped(parts: Sequence[Part], one: int, other: int) -> list[Part]:
    """The same parts, two of them in each other's place."""
    changed = list(parts)
    changed[one], changed[other] = parts[other], parts[one]
    return changed


BEN = "c0000000-0000-4000-8000-00000000000b"
STRANGERS = INCIDENT | {"_customerid_value": BEN, "customerid_contact": PERSON | {"contactid": BEN}}
OTHER = INCIDENT | {"incidentid": BEN}
TORN = INCIDENT | {"_customerid_value": BEN}


def test_ids_are_joined_without_regard_to_case(find) -> None:
    """GUIDs may come in upper case; ids are compared, so they are brought into one form."""
    found = find(batch(GOOD))
    assert found.customers["contact"][0].id == ANN.lower()
    assert found.cases[0].is_of(found.customers["contact"][0])


REFUSED: list[tuple[str, list[Part], type[LinkerError]]] = [
    ("a proxy's page", with_part(1, (403, "Content-Type: text/html\r\n", "<h1>No</h1>")), DataverseRefused),
    ("no body", with_part(1, (403, "", "")), DataverseRefused),
    ("a list that does not exist", with_part(1, (404, "", '{"error": {"code": "0x80040217"}}')), DataverseRefused),
    (
        "the conversation does not exist",
        with_part(0, (404, "", '{"error": {"code": "0x80040217"}}')),
        ConversationNotFound,
    ),
    ("only the failing part", [(403, "", '{"error": {"code": "0x80040220"}}')], DataverseRefused),
    ("a list without rows", with_part(1, ok({})), DataverseUnavailable),
    ("a list of null", with_part(1, ok({"value": None})), DataverseUnavailable),
    ("a row without its id", with_part(1, ok({"value": [{"fullname": "Ann"}]})), DataverseUnavailable),
    ("rows that are no objects", with_part(1, ok({"value": ["x"]})), DataverseUnavailable),
    ("an empty conversation", with_part(0, (204, "", "")), DataverseUnavailable),
    ("a part too few", GOOD[:3], DataverseUnavailable),
    ("a part too many", [*GOOD, ok({"value": []})], DataverseUnavailable),
    ("a body cut off", with_part(1, (200, "", '{"value": [')), DataverseUnavailable),
    ("a list that is nothing", with_part(1, (204, "", "")), DataverseUnavailable),
    ("a list that is an object", with_part(1, ok({"value": {}})), DataverseUnavailable),
    ("a name that is a number", with_part(1, ok({"value": [PERSON | {"fullname": 5}]})), DataverseUnavailable),
    ("an id that is no GUID", with_part(1, ok({"value": [PERSON | {"contactid": "5"}]})), DataverseUnavailable),
    ("a state that is a text", with_part(1, ok({"value": [PERSON | {"statecode": "0"}]})), DataverseUnavailable),
    ("an address that is a number", with_part(1, ok({"value": [PERSON | {"emailaddress1": 5}]})), DataverseUnavailable),
    ("a row that is not active", with_part(1, ok({"value": [PERSON | {"statecode": 1}]})), DataverseUnavailable),
    ("a title that is a list", with_part(3, ok({"value": [INCIDENT | {"title": ["x"]}]})), DataverseUnavailable),
    ("no ETag", with_part(0, ok({"activityid": OPEN, "statecode": 0})), DataverseUnavailable),
    *(
        (f"the ETag {etag!r}", with_part(0, ok(CONVERSATION | {"@odata.etag": etag})), DataverseUnavailable)
        for etag in (["x"], 1, "", "W/1", 'W/"1"\r\nX: y', 'W/"1', "*", '"\ud83d"')
    ),
    *(
        (f"a conversation without {name}", with_part(0, ok(without(CONVERSATION, name))), DataverseUnavailable)
        for name in (*NOBODY, "statecode")
    ),
    (
        "a customer of no known table",
        with_part(0, ok(CONVERSATION | {"_msdyn_customer_value": ANN})),
        DataverseUnavailable,
    ),
    (
        "a person without the address",
        with_part(1, ok({"value": [without(PERSON, "emailaddress1")]})),
        DataverseUnavailable,
    ),
    (
        "a case without the number",
        with_part(3, ok({"value": [without(INCIDENT, "ticketnumber")]})),
        DataverseUnavailable,
    ),
    ("another conversation", with_part(0, ok(CONVERSATION | {"activityid": ANN})), DataverseUnavailable),
    ("a conversation without its id", with_part(0, ok({"@odata.etag": 'W/"1"', "statecode": 0})), DataverseUnavailable),
    ("two lists exchanged", swapped(GOOD, 1, 2), DataverseUnavailable),
    ("cases in the place of those of a customer", swapped(GOOD, 3, 5), DataverseUnavailable),
    ("the conversation in another place", swapped(GOOD, 0, 1), DataverseUnavailable),
    ("a case of a stranger", with_part(4, ok({"value": [STRANGERS]})), DataverseUnavailable),
    ("a case that the number does not name", with_part(4, ok({"value": [OTHER]})), DataverseUnavailable),
    ("a customer whom the case does not name", with_part(4, ok({"value": [TORN]})), DataverseUnavailable),
]


@pytest.mark.parametrize(("parts", "kind"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_a_broken_answer_means(find, parts, kind) -> None:
    """Whatever comes back: refused, not there, or to be repeated; never a bug, never taken for "no match"."""
    with pytest.raises(kind):
        find(batch(parts))


@pytest.mark.parametrize(
    ("answer", "is_written"),
    [
        (Response(204, {}, b""), True),
        (Response(200, {"content-type": "application/json"}, b'{"activityid": "x"}'), True),
        (Response(200, {"content-type": "text/html"}, b"<html>Sign in</html>"), False),
        (Response(200, {}, b"[]"), False),
        (Response(200, {"content-type": "application/json"}, b'{"error": {"code": "0x80040220"}}'), False),
        (Response(202, {}, b""), False),
        (Response(206, {}, b""), False),
    ],
)
def test_a_page_is_no_accepted_write(monkeypatch, answer, is_written) -> None:
    """A proxy's or a sign-in page with 200 in the place of Dataverse's answer: not written, repeat."""
    monkeypatch.setattr("shared.dataverse.retry.sleep", lambda _: None)
    dataverse = DataverseClient(SETTINGS.dataverse_url, SETTINGS.api_version, FakeTokens())  # type: ignore[arg-type]
    monkeypatch.setattr(dataverse._transport, "send", lambda *_: answer)
    context = RequestContext(Deadline.after(0.1), OPEN)
    if is_written:
        dataverse.update("msdyn_ocliveworkitems", OPEN, 'W/"1"', {"subject": "x"}, context)
    else:
        with pytest.raises(DataverseUnavailable):
            dataverse.update("msdyn_ocliveworkitems", OPEN, 'W/"1"', {"subject": "x"}, context)
    assert context.write_unsure is not is_written


def test_a_conflict_on_a_read_is_no_answer_to_the_caller(find) -> None:
    """A 412 where nothing is written is a signal of nothing; the API turns it into a refusal."""
    with pytest.raises(ControlSignal):
        find(batch(with_part(1, (412, "", ""))))


@pytest.mark.parametrize("answer", [batch(with_part(1, (401, "", ""))), Response(401, {}, b"")], ids=["part", "whole"])
def test_a_refused_token_is_renewed_once_wherever_it_is_refused(find, answer) -> None:
    """401 from Dataverse, also inside a batch: one fresh token, one retry; then it is permanent."""
    assert find(answer, batch(GOOD)).customers["contact"]
    assert find.tokens.refused == 1
    with pytest.raises(DataverseRefused):
        find(answer, answer)
    assert find.tokens.refused == 1


def test_a_token_that_ends_within_the_retry_is_no_refusal(find, monkeypatch) -> None:
    """Two 401 in a row mean "do not repeat" only where the second token is good by what it says of itself."""
    monkeypatch.setattr(FakeTokens, "ends", 1)
    with pytest.raises(DataverseUnavailable):
        find(Response(401, {}, b""))


@pytest.mark.parametrize("body", [b"", b'{"error": {"code": "0x80040217", "message": "Does Not Exist"}}'])
def test_a_missing_batch_is_not_a_missing_conversation(find, body) -> None:
    """404 for the whole `$batch` speaks of the address, whatever its code."""
    with pytest.raises(DataverseRefused):
        find(Response(404, {"content-type": "application/json"}, body))


def test_half_a_surrogate_pair_is_replaced(find) -> None:
    """A text of a row is valid Unicode before anybody uses it."""
    found = find(batch(with_part(1, ok({"value": [PERSON | {"fullname": "Ann \ud83d"}]}))))
    assert found.customers["contact"][0].name == "Ann \ufffd"


def test_the_wait_of_the_whole_batch_counts_for_its_part(find) -> None:
    """An outer Retry-After is kept where the throttled part has none of its own."""
    throttled = batch([(429, "", "")], status=429, headers={"retry-after": "30"})
    with pytest.raises(DataverseUnavailable) as caught:
        find(throttled)
    assert caught.value.retry_after == 30
    assert find.context.round_trips == 1
