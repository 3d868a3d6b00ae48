"""How well the customer is known, whole requests: what Omnichannel recorded decides, whatever was sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.emulator import Emulator, Fault
from shared.core import telemetry
from shared.core.errors import DataverseUnavailable
from shared.dataverse import evidence, retry
from tests.flow.people import OPEN, account, case, contact, conversation

MARIA, PATRICK, ROBIN, KIM, TAYLOR = map(contact, (1, 4, 7, 8, 9))
MAIL = {
    MARIA: "maria.campbell@example.com",
    PATRICK: "patrick.o'brien@example.com",
    ROBIN: "robin.lee@example.com",
    KIM: "kim.park@example.com",
    TAYLOR: "taylor.reed@contoso.example",
}
CHAT, SMS, WHATSAPP, VOICE = map(conversation, (24, 25, 26, 27))
WHOSE = {CHAT: MARIA, SMS: TAYLOR, WHATSAPP: PATRICK, VOICE: ROBIN}
"""Conversations of the demo data, and whom Omnichannel recorded on them."""

LEVEL = {CHAT: "verified", SMS: "channel", WHATSAPP: "channel", VOICE: "channel"}
SUMMARY = {
    "verified": "Signed in as this customer.",
    "channel": "Writes from this customer's number.",
    "claimed": "Only typed, not verified.",
}
CUSTOMER = "msdyn_customer_msdyn_ocliveworkitem_contact"
EVERYTHING = {
    level: {"link": "yes", "replace": True, "createCase": True} for level in ("verified", "channel", "claimed", "name")
}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The waits between attempts, seen instead of lived through."""
    seen: list[float] = []
    monkeypatch.setattr(retry, "sleep", seen.append)
    return seen


def put(customer: str, key: str) -> Callable[[Emulator], None]:
    """Somebody links a contact to a conversation by hand."""
    return lambda emulator: emulator.update("msdyn_ocliveworkitems", key, {CUSTOMER: customer})


def summary(answer: dict[str, Any]) -> list[str]:
    """The lines for the representative."""
    lines: list[str] = answer["escalationSummary"].splitlines()
    return lines


# --- where the level is told -----------------------------------------------------------------------------------------

TOLD = [
    (key, customer, LEVEL[key] if customer == WHOSE[key] else "claimed")
    for key in WHOSE
    for customer in (WHOSE[key], KIM)
]


@pytest.mark.parametrize(("key", "customer", "level"), TOLD)
@pytest.mark.parametrize("format", ["plain", "displayable"])
def test_the_level_is_in_answer_summary_tags_and_log(app, caplog, key, customer, level, format) -> None:
    """Each channel's evidence counts for the customer whom it names, and for nobody else; everybody is told the same."""
    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    answer = app.link(key, Email=MAIL[customer], contextFormat=format)
    (event,) = [json.loads(r.getMessage()) for r in caplog.records if r.name == telemetry.LOGGER.name]
    tag = json.loads(answer["omnichannelTags"])["context"]["IdentityLevel"]
    assert answer["customerId"] == customer
    assert (answer["identityLevel"], event["identityLevel"]) == (level, level)
    assert tag == (level if format == "plain" else {"value": level, "isDisplayable": True})
    (line,) = [line for line in summary(answer) if line.startswith(SUMMARY[level].rstrip("."))]
    signed_in_as_another = key == CHAT and customer != MARIA
    assert line == (
        "Only typed, not verified; the visitor is signed in as another contact."
        if signed_in_as_another
        else SUMMARY[level]
    )
    assert app.calls() == ["POST", "PATCH"]


def test_nobody_is_none(app, caplog) -> None:
    """Where nobody is on the conversation there is no level, whoever signed in."""
    caplog.set_level(logging.INFO, telemetry.LOGGER.name)
    answer = app.link(CHAT, Email="nobody@example.com")
    (event,) = [json.loads(r.getMessage()) for r in caplog.records if r.name == telemetry.LOGGER.name]
    assert (answer["identityLevel"], event["identityLevel"]) == ("none", "none")
    assert json.loads(answer["omnichannelTags"])["context"]["IdentityLevel"] == "none"
    assert not [line for line in summary(answer) if line in SUMMARY.values()]


def test_who_is_there_already_has_a_level(app) -> None:
    """The level is that of who is on the conversation after the call, whoever put them there."""
    put(MARIA, CHAT)(app.dataverse)
    assert app.link(CHAT)["identityLevel"] == "verified"
    put(KIM, CHAT)(app.dataverse)
    answer = app.link(CHAT, Email=MAIL[TAYLOR], overwrite=False)
    assert (answer["customerId"], answer["identityLevel"]) == (KIM, "claimed")


def test_an_error_tells_no_level(app) -> None:
    """`?always=true`: where nothing could be looked up, nobody is known."""
    app.dataverse.faults.add(Fault(status=503, times=99, method="POST"))
    reply = app.reply({"conversationId": CHAT, "Email": MAIL[MARIA], "timeoutSeconds": 1}, always=True)
    answer = json.loads(reply.body)
    assert answer["identityLevel"] == "none"
    assert json.loads(answer["omnichannelTags"])["context"]["IdentityLevel"] == "none"


# --- who is better known stays ---------------------------------------------------------------------------------------

WAYS = [
    ("by e-mail", {"Email": MAIL[KIM]}),
    ("by name", {"Name": "Kim Park"}),
    ("by phone", {"Phone": "+82 2 555 0208"}),
    ("as a known contact", {"msdyn_contact_msdyn_ocliveworkitem_Customer": KIM}),
    ("as the known customer", {"msdyn_CustomerId": KIM, "msdyn_CustomerType": "contact"}),
    ("as a known account", {"msdyn_account_msdyn_ocliveworkitem_Customer": account(1)}),
    ("by a case number", {"CaseNumber": "CAS-01008-H8J9K1"}),
    ("by name and number", {"Name": "Jordan Stone", "CaseNumber": "CAS-01008-H8J9K1"}),
    ("by e-mail and number", {"Email": "jordan.stone@example.com", "CaseNumber": "CAS-01008-H8J9K1"}),
    ("by a known case", {"msdyn_CaseId": case(8)}),
    ("with a case to be created", {"Email": MAIL[KIM], "createCase": "always"}),
]


@pytest.mark.parametrize("way", [w[1] for w in WAYS], ids=[w[0] for w in WAYS])
@pytest.mark.parametrize("key", [CHAT, SMS, WHATSAPP, VOICE])
@pytest.mark.parametrize("overwrite", [True, False])
def test_whoever_is_better_known_stays(app_with, key, way, overwrite) -> None:
    """A signed-in customer, or one who writes from their own number, is replaced by nobody who is only claimed."""
    app = app_with(LINK_POLICY=json.dumps(EVERYTHING))
    app.link(key, Email=MAIL[WHOSE[key]])
    before, cases = app.on(key), len(app.dataverse.rows("incidents"))
    answer = app.link(key, **way, overwrite=overwrite)
    assert app.on(key) == before
    assert (answer["customerId"], answer["identityLevel"]) == (WHOSE[key], LEVEL[key])
    assert len(app.dataverse.rows("incidents")) == cases


def test_whoever_signed_in_takes_the_place_of_whom_somebody_typed(app) -> None:
    """The other way round it goes on: better known replaces less known, by name too."""
    app.link(CHAT, Email=MAIL[KIM])
    answer = app.link(CHAT, Name="Maria Campbell")
    assert (answer["customerStatus"], answer["identityLevel"]) == ("linked", "verified")
    assert answer["replacedCustomerId"] == KIM


@pytest.mark.parametrize("way", [w[1] for w in WAYS], ids=[w[0] for w in WAYS])
@pytest.mark.parametrize("key", [CHAT, SMS])
def test_the_last_write_replaces_nobody_who_is_better_known(app_with, key, way) -> None:
    """After repeated conflicts too: whoever may have been linked in between by evidence is not written over."""
    app = app_with(LINK_POLICY=json.dumps(EVERYTHING))
    touch = Fault(
        concurrent=lambda emulator: emulator.update("msdyn_ocliveworkitems", key, {"msdyn_escalationcount": 1}),
        method="PATCH",
        times=2,
    )
    app.dataverse.faults.add(touch)
    app.dataverse.faults.add(Fault(concurrent=put(WHOSE[key], key), method="PATCH"))
    app.reply({"conversationId": key, **{name: value for name, value in way.items() if name != "createCase"}})
    assert app.on(key)[0] == WHOSE[key]


@pytest.mark.parametrize(
    "way", [WAYS[1][1], WAYS[6][1], WAYS[7][1], WAYS[9][1]], ids=["name", "number", "both", "case"]
)
def test_the_last_write_by_a_name_or_a_number_replaces_nobody(app, way) -> None:
    """Neither a name nor a case number replaces whoever came in between, known well or not: 503, nothing written."""
    app.dataverse.faults.add(
        Fault(
            concurrent=lambda e: e.update("msdyn_ocliveworkitems", OPEN, {"msdyn_escalationcount": 1}),
            method="PATCH",
            times=2,
        )
    )
    app.dataverse.faults.add(Fault(concurrent=put(ROBIN, OPEN), method="PATCH"))
    assert app.reply({"conversationId": OPEN, **way}).status == 503
    assert app.on(OPEN) == (ROBIN, "", "")


def test_a_case_that_nobody_named_stays_its_customers_where_the_pair_rule_rests(app_with) -> None:
    """CASE_MUST_MATCH_CUSTOMER=false is for a named case: the only active one of who is not linked stays unlinked."""
    app = app_with(CASE_MUST_MATCH_CUSTOMER="false")
    app.dataverse.update("msdyn_ocliveworkitems", OPEN, {CUSTOMER: KIM})
    answer = app.link(OPEN, Email=MAIL[MARIA], overwrite=False)
    assert (answer["customerStatus"], answer["caseStatus"]) == ("kept_existing", "customer_mismatch")
    assert (app.on(OPEN)[0], app.on(OPEN)[1:]) == (KIM, ("", ""))


# --- LINK_POLICY, whole requests -------------------------------------------------------------------------------------

STANDINGS = {
    "verified": (CHAT, MARIA, {"Email": MAIL[MARIA]}),
    "channel": (SMS, TAYLOR, {"Email": MAIL[TAYLOR]}),
    "claimed": (OPEN, MARIA, {"Email": MAIL[MARIA]}),
    "name": (OPEN, MARIA, {"Name": "Maria Campbell"}),
}


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("names", [None, True, False])
def test_names(app_with, standing, names) -> None:
    """`names` false leaves out name, title and number, for that level alone; it starts as true."""
    key, customer, given = STANDINGS[standing]
    others = {level: {"names": False} for level in STANDINGS if level != standing and names is not False}
    app = app_with(LINK_POLICY=json.dumps(others | ({} if names is None else {standing: {"names": names}})))
    answer = app.link(key, **given)
    told = [answer[name] for name in ("customerName", "caseTitle", "caseNumber")]
    assert (answer["customerId"], all(told), any(told)) == (customer, names is not False, names is not False)
    name = app.dataverse.row("contacts", customer)["fullname"]
    assert (f"Customer: {name}" in answer["escalationSummary"]) is (names is not False)


def test_a_case_without_a_customer_is_told_as_claimed(app_with) -> None:
    """A number alone, the customer left out: the title of the case is told only where a claim may be told names."""
    body = {"CaseNumber": "CAS-01008-H8J9K1", "entities": "case"}
    titles = {}
    for names in (True, False):
        app = app_with(LINK_POLICY=json.dumps({"claimed": {"names": names}}))
        titles[names] = app.link(OPEN, **body)["caseTitle"]
    assert titles == {True: "Private matter of Jordan Stone", False: ""}


@pytest.mark.parametrize("standing", STANDINGS)
def test_a_level_that_is_not_linked(app_with, standing) -> None:
    """`link` no: nothing is written, and neither the customer nor the case is in any field or text."""
    key, _, given = STANDINGS[standing]
    app = app_with(LINK_POLICY=json.dumps({standing: {"link": "no"}}))
    answer = app.link(key, **given, createCase=True)
    assert (answer["customerStatus"], answer["status"]) == ("not_given", "not_linked")
    assert app.on(key) == ("", "", "")
    told = json.dumps({name: value for name, value in answer.items() if name != "escalationSummary"})
    assert not any(word in told for word in ("Campbell", "Reed", "CAS-", "Printer", "c0000000", "e0000000"))
    assert "CAS-" not in answer["escalationSummary"]


def test_a_workstream_has_a_table_of_its_own(app_with) -> None:
    """`workstreams`: another table for the conversations of one; the workstream is the row's, not the request's."""
    sms, other = "f0000000-0000-4000-8000-000000000004", "f0000000-0000-4000-8000-000000000009"
    app = app_with(
        LINK_POLICY=json.dumps({"workstreams": {sms: {"channel": {"link": "no"}, "claimed": {"link": "no"}}}})
    )
    assert app.link(SMS, Email=MAIL[TAYLOR], msdyn_WorkstreamId=other)["customerStatus"] == "not_given"
    assert app.link(VOICE, Email=MAIL[ROBIN], msdyn_WorkstreamId=sms)["customerStatus"] == "linked"
    assert app.link(SMS, Email=MAIL[KIM])["customerStatus"] == "not_given"


# --- what is refused costs the evidence, never the link --------------------------------------------------------------

TABLES = {
    CHAT: "msdyn_livechatengagementctx",
    SMS: "msdyn_smsengagementctx",
    VOICE: "msdyn_ocphonecallengagementctx",
}


@pytest.mark.parametrize("key", TABLES)
def test_a_missing_table_costs_the_evidence(app, key) -> None:
    """An environment without the channel's table: linked all the same, in as many round trips, and only claimed."""
    app.dataverse.missing_tables = {TABLES[key]}
    answer = app.link(key, Email=MAIL[WHOSE[key]])
    assert (answer["customerStatus"], answer["identityLevel"]) == ("linked", "claimed")
    assert app.calls() == ["POST", "PATCH"]


def test_without_any_of_the_tables(app) -> None:
    """No table of any channel: every link as before, and what is not missing still counts."""
    app.dataverse.missing_tables = {*TABLES.values(), "msdyn_whatsappengagementctx"}
    assert [app.link(key, Email=MAIL[WHOSE[key]])["identityLevel"] for key in WHOSE] == [
        "claimed",
        "claimed",
        "channel",
        "claimed",
    ]
    assert [app.on(key)[0] for key in WHOSE] == list(WHOSE.values())


@pytest.mark.parametrize("key", TABLES)
def test_a_missing_privilege_costs_the_evidence(app, key) -> None:
    """The app may not read the channel's table: linked all the same, and only claimed."""
    app.dataverse.denied = {f"prvRead{TABLES[key]}"}
    answer = app.link(key, Email=MAIL[WHOSE[key]])
    assert (answer["customerStatus"], answer["identityLevel"]) == ("linked", "claimed")


def evidence_parts(app, key: str) -> dict[str, int]:
    """The places of the evidence in the batch, by what is read there."""
    app.link(key, Email=MAIL[WHOSE[key]], dryRun=True)
    parts = app.dataverse.calls[-1].parts
    found = {part.path.rpartition("/")[2]: number for number, part in enumerate(parts) if "engagementctx" in part.path}
    profile = [number for number, part in enumerate(parts) if "msdyn_ocliveworkitems(" in part.path][-1]
    app.dataverse.calls.clear()
    return found | {"profile": profile}


@pytest.mark.parametrize(
    "what", [*(f"{table}es" for table in TABLES.values()), "msdyn_whatsappengagementctxes", "profile"]
)
@pytest.mark.parametrize(
    "fault", [{"status": 403}, {"status": 404}, {"status": 400, "code": "0x80060888"}, {"status": 501}]
)
def test_each_part_that_is_refused_costs_its_own_evidence(app, what, fault) -> None:
    """Whatever Dataverse refuses for good: the link stands, the other evidence counts, and nothing is tried again."""
    number = evidence_parts(app, CHAT)[what]
    for key in WHOSE:
        app.dataverse.calls.clear()
        app.dataverse.faults.add(Fault(part=number, **fault))
        answer = app.link(key, Email=MAIL[WHOSE[key]])
        assert answer["customerStatus"] == "linked"
        own = what in (f"{TABLES.get(key)}es",)
        assert answer["identityLevel"] == ("claimed" if own else LEVEL[key])
        assert app.calls() == ["POST", "PATCH"]


@pytest.mark.parametrize(
    "what", [*(f"{table}es" for table in TABLES.values()), "msdyn_whatsappengagementctxes", "profile"]
)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        {"status": 503},
        {"status": 500, "code": "0x80044151"},
        {"status": 302},
        {"status": 412},
    ],
)
def test_a_part_that_is_throttled_is_read_again(app, what, fault) -> None:
    """What is unavailable for now is no refusal: it is read again, and the level is not lowered without a word."""
    number = evidence_parts(app, CHAT)[what]
    for key in WHOSE:
        app.dataverse.calls.clear()
        app.dataverse.faults.add(Fault(part=number, **fault))
        assert app.link(key, Email=MAIL[WHOSE[key]])["identityLevel"] == LEVEL[key]
        assert app.calls() == ["POST", "POST", "PATCH"]


def test_evidence_that_stays_unavailable_costs_the_level_alone(app) -> None:
    """The link goes on without it, says so, and replaces nobody, for whoever is there may be better known."""
    number = evidence_parts(app, CHAT)[f"{TABLES[CHAT]}es"]
    app.dataverse.faults.add(Fault(part=number, status=500, times=99))
    dry = app.link(CHAT, Email=MAIL[MARIA], dryRun=True)
    assert "cannot be read for now" in dry["explain"]
    answer = app.link(CHAT, Email=MAIL[MARIA])
    assert (answer["customerStatus"], answer["identityLevel"]) == ("linked", "claimed")
    other = app.link(CHAT, Email=MAIL[TAYLOR])
    assert (other["customerStatus"], other["customerId"]) == ("kept_existing", MARIA)


# --- rows that are odd -----------------------------------------------------------------------------------------------


def chat_row(**columns: Any) -> tuple[str, dict[str, Any]]:
    """A context of live chat for the open conversation."""
    return "msdyn_livechatengagementctxes", {"msdyn_liveworkitemid": OPEN, **columns}


@pytest.mark.parametrize(
    "odd", [{"msdyn_isauthenticated": "true"}, {"msdyn_isauthenticated": 1}, {"msdyn_portalcontactid": 7}]
)
def test_a_context_of_other_types_costs_the_level_alone(odd) -> None:
    """What is no Boolean and no text cannot be read: the optional read is repeated, then done without."""
    row = {"_msdyn_liveworkitemid_value": CHAT, "msdyn_isauthenticated": True, "msdyn_portalcontactid": MARIA}
    assert evidence.signed_in_contact(CHAT, {"value": [row]}) == MARIA
    with pytest.raises(DataverseUnavailable):
        evidence.signed_in_contact(CHAT, {"value": [row | odd]})


@pytest.mark.parametrize("odd", [{"msdyn_isauthenticated": "true"}, {"msdyn_portalcontactid": 7}])
def test_a_link_goes_on_without_a_context_of_other_types(app, monkeypatch, waits, odd) -> None:
    """It is read three times, in case the answer was altered on its way; then the link costs the level only."""
    read = evidence.signed_in_contact

    def altered(id: str, body: dict[str, Any]) -> str:
        return read(id, {"value": [row | odd for row in body["value"]]})

    monkeypatch.setattr(evidence, "signed_in_contact", altered)
    answer = app.link(CHAT, Email=MAIL[MARIA])
    assert (answer["customerId"], answer["identityLevel"], len(waits)) == (MARIA, "claimed", 2)


def test_contexts_that_contradict_each_other_replace_nobody(app) -> None:
    """Two contacts signed in: neither counts as verified, and whoever is there stays."""
    app.link(CHAT, Email=MAIL[MARIA])
    app.dataverse.insert(
        "msdyn_livechatengagementctxes",
        {"msdyn_liveworkitemid": CHAT, "msdyn_isauthenticated": True, "msdyn_portalcontactid": KIM},
    )
    answer = app.link(CHAT, Email=MAIL[TAYLOR])
    assert (answer["customerStatus"], answer["customerId"]) == ("kept_existing", MARIA)


def sms_row(number: str | None, **columns: Any) -> tuple[str, dict[str, Any]]:
    """A context of SMS for the open conversation."""
    return "msdyn_smsengagementctxes", {"msdyn_liveworkitemid": OPEN, "msdyn_customerphonenumber": number, **columns}


SIGNED_IN = {"msdyn_isauthenticated": True, "msdyn_portalcontactid": MARIA}
ODD = [
    ("signed in", [chat_row(**SIGNED_IN)], "verified"),
    ("in braces", [chat_row(msdyn_isauthenticated=True, msdyn_portalcontactid="{" + MARIA.upper() + "}")], "verified"),
    ("two that say the same", [chat_row(**SIGNED_IN)] * 2, "verified"),
    ("two that contradict", [chat_row(**SIGNED_IN), chat_row(msdyn_isauthenticated=True, msdyn_portalcontactid=KIM)], "claimed"),
    ("one not signed in", [chat_row(**SIGNED_IN), chat_row(msdyn_isauthenticated=False)], "claimed"),
    ("so many that more may be", [chat_row(**SIGNED_IN)] * 5, "claimed"),
    ("not known whether", [chat_row(msdyn_portalcontactid=MARIA)], "claimed"),
    ("no GUID", [chat_row(msdyn_isauthenticated=True, msdyn_portalcontactid="maria")], "claimed"),
    ("no contact", [chat_row(msdyn_isauthenticated=True)], "claimed"),
    ("an account", [chat_row(msdyn_isauthenticated=True, msdyn_portalcontactid=account(1))], "claimed"),
    ("the number", [sms_row("+14255550201")], "channel"),
    ("both", [sms_row("+14255550201"), chat_row(**SIGNED_IN)], "verified"),
    ("another signed in, the number", [sms_row("+14255550201"), chat_row(**SIGNED_IN | {"msdyn_portalcontactid": KIM})], "channel"),
    ("no number", [sms_row(None)], "claimed"),
    ("withheld", [sms_row("anonymous")], "claimed"),
    ("an id bound to a business", [sms_row("US.14255550201")], "claimed"),
    ("the organization's number", [sms_row("+14255550100", msdyn_orgphonenumber="+14255550201")], "claimed"),
    ("another conversation's", [("msdyn_smsengagementctxes", {"msdyn_liveworkitemid": conversation(1), "msdyn_customerphonenumber": "+14255550201"})], "claimed"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "level"), [o[1:] for o in ODD], ids=[o[0] for o in ODD])
def test_odd_rows(app, rows, level) -> None:
    """What Omnichannel recorded counts where it is plain; whatever is odd is no evidence and no obstacle."""
    for table, row in rows:
        app.dataverse.insert(table, row)
    answer = app.link(OPEN, Email=MAIL[MARIA])
    assert (answer["customerStatus"], answer["identityLevel"]) == ("linked", level)


def test_the_number_of_somebody_else(app) -> None:
    """A channel's number never stands against a typed address: the address decides, and `explain` says so."""
    answer = app.link(SMS, Email=MAIL[KIM], msdyn_CustomerPhoneNumber="+14255550209", dryRun=True)
    assert (answer["customerId"], answer["identityLevel"]) == (KIM, "claimed")
    assert "the number that the channel states is not this customer's" in answer["explain"]


def test_the_organizations_number_is_nobodys(app) -> None:
    """The organization's own number is not searched, whatever field it comes in."""
    for name in ("Phone", "customerPhoneNumber", "msdyn_CustomerPhoneNumber"):
        given = {name: "+1 425 555 0100", "msdyn_OrganizationPhoneNumber": "+14255550100"}
        assert app.link(OPEN, **given)["customerStatus"] == "not_given"
        assert app.on(OPEN) == ("", "", "")


# --- by the rule of a workstream -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", WHOSE)
def test_the_level_is_the_same_by_the_rule_of_a_workstream(app_with, key) -> None:
    """RULE_SOURCE=workstream: another way to find, the same evidence; and `msdyn_portalcontactid` of a request is none."""
    app = app_with(RULE_SOURCE="workstream")
    assert app.link(key, Email=MAIL[WHOSE[key]])["identityLevel"] == LEVEL[key]
    answer = app.link(key, msdyn_portalcontactid=KIM)
    assert (answer["customerId"], answer["identityLevel"]) == (WHOSE[key], LEVEL[key])
    assert app.link(OPEN, msdyn_portalcontactid=KIM, Email=MAIL[KIM])["identityLevel"] == "claimed"


@pytest.mark.parametrize("way", [w[1] for w in WAYS], ids=[w[0] for w in WAYS])
def test_whoever_is_better_known_stays_by_the_rule_of_a_workstream(app_with, way) -> None:
    """RULE_SOURCE=workstream: nobody who is only claimed takes the place of who signed in."""
    app = app_with(RULE_SOURCE="workstream", LINK_POLICY=json.dumps(EVERYTHING))
    app.link(CHAT, Email=MAIL[MARIA])
    before = app.on(CHAT)
    app.link(CHAT, **way)
    assert app.on(CHAT) == before
