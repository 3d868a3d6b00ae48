"""Clicks through the page as somebody would who wants to see what the app does."""

from __future__ import annotations

import json
import re
import shlex
import urllib.request

import pytest


def test_link_shows_up_by_itself(seen):
    """A story is played with two clicks; the representative sees customer, case, recent cases, summary, timeline."""
    seen.pick("An e-mail address")
    seen.send()
    assert seen.bubble.inner_text() == "One moment, I am connecting you."
    assert seen.steps.inner_text() == "Transferred to a representative."
    seen.locator("#card-customer .lead").wait_for()
    seen.shows("customer", "Maria Campbell", "maria.campbell@example.com", "+1 425 555 0201")
    seen.shows("case", "Printer prints blank pages", "CAS-01001-X1Y2Z3", "In Progress")
    seen.shows("recent", "CAS-01001-X1Y2Z3")
    seen.shows("summary", "matched by Email")
    seen.shows("timeline", "linked Maria Campbell – the only matching contact")
    assert "Maria Campbell" in seen.get_by_role("status").inner_text()
    assert "Maria Campbell" in seen.locator("#list li[aria-selected=true]").inner_text()


def test_request_and_answer_are_shown(seen):
    """Behind the bubble stands what was posted and what came back, as they are."""
    seen.pick("An e-mail address")
    seen.send()
    seen.locator("#chat summary").click()
    asked, answered = (json.loads(text) for text in seen.locator("#chat .exchange pre").all_inner_texts())
    assert asked == {"conversationId": answered["conversationId"], "Email": "Maria.Campbell@example.com"}
    assert (answered["status"], answered["customerName"]) == ("linked", "Maria Campbell")


def test_change_from_elsewhere_shows_up_without_reload(seen):
    """Another client writes; the screen goes there, and the timeline says that it was not asked here."""
    seen.look_at(1)
    seen.evaluate("window.mark = 1")
    lookup = {"msdyn_customer_msdyn_ocliveworkitem_contact": "c0000000-0000-4000-8000-000000000008"}
    seen.emulator.update("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000001", lookup)
    seen.shows("customer", "Kim Park")
    seen.shows("timeline", "Changed elsewhere")
    assert seen.evaluate("window.mark") == 1


def test_call_from_outside_selects_its_conversation(seen):
    """Somebody uses curl: the page goes to that conversation, and shows what was said and what came of it."""
    seen.look_at(1)
    body = {"conversationId": "b0000000-0000-4000-8000-000000000018", "Email": "kim.park@example.com"}
    asked = urllib.request.Request(
        f"{seen.app}/api/link", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked).close()
    seen.locator("#c-b0000000-0000-4000-8000-000000000018[aria-selected=true]").wait_for()
    seen.shows("customer", "Kim Park")
    assert "kim.park@example.com" in seen.locator("#chat .from-customer").inner_text()
    seen.shows("timeline", "from outside")
    seen.look_at(1)
    seen.get_by_role("button", name="Throttle").click()
    seen.locator("button[aria-pressed=true]").wait_for()
    assert seen.locator("#list li[aria-selected=true]").get_attribute("id").endswith("0001"), "it goes there once"


def test_ambiguity_is_asked_about_and_resolved(seen):
    """Two people of one name: the bot says nextQuestion, puts the cursor there, and the answer decides."""
    seen.pick("Two people of one name")
    seen.send()
    assert seen.bubble.inner_text() == "What is your e-mail address?"
    seen.shows("timeline", "Customer: several match")
    seen.shows("customer", "Nobody is linked")
    seen.shows("summary", "still asking")
    seen.shows("compare", "but the bot asks")
    assert seen.evaluate("document.activeElement.id") == "Email"
    seen.keyboard.type("a.smith@fabrikam.example")
    seen.wait_for_turn(lambda: seen.keyboard.press("Enter"))
    assert seen.locator("#chat .from-customer").last.inner_text() == "a.smith@fabrikam.example"
    seen.shows("case", "Replacement for a lost card")
    seen.shows("compare", "because the bot asked")


def test_bot_asks_twice_at_most(seen):
    """As the guide says: after two questions the customer is transferred, whatever is known."""
    seen.look_at(1)
    seen.get_by_label("Email").fill("nobody@example.com")
    for _ in range(2):
        seen.send()
        assert "could not find" in seen.bubble.inner_text()
    seen.send()
    assert seen.locator("#chat .from-customer").last.inner_text() == "I do not know."
    assert seen.bubble.inner_text() == "One moment, I am connecting you."


def test_strangers_case_is_refused(seen):
    """The person is linked, the case is not, and nothing of it is shown."""
    seen.pick("A case number of somebody else")
    seen.send()
    seen.shows("customer", "Kim Park")
    seen.shows("case", "No case is linked")
    seen.shows("timeline", "belongs to somebody else – the case belongs to another customer")
    assert "Case: belongs to somebody else" in seen.locator("#chat .badges").last.inner_text()
    shown = seen.locator("#detail").inner_text() + seen.locator("#chat").inner_text()
    assert "Jordan" not in shown
    assert "Private matter" not in shown


def test_replaced_and_kept(seen):
    """With overwrite off what is there stays; with it on it is replaced, and the timeline says by whom."""
    seen.look_at(6)
    seen.options()
    seen.get_by_label("Email").fill("jordan.stone@example.com")
    seen.get_by_label("Overwrite what is linked").uncheck()
    seen.send()
    seen.shows("timeline", "the one before is kept – another customer is linked, and what is typed may not replace it")
    seen.shows("customer", "Maria Campbell")
    seen.get_by_label("Overwrite what is linked").check()
    seen.send()
    seen.shows("customer", "Jordan Stone")
    seen.shows("timeline", "replaced Jordan Stone instead of Maria Campbell")


def test_representative_unlinks(seen):
    """The button is the representative's, there while something is linked; the bot says nothing about it."""
    seen.look_at(6)
    seen.shows("customer", "Maria Campbell")
    button = seen.locator("#representative").get_by_role("button", name="Unlink")
    button.click()
    seen.locator("#card-customer .empty").wait_for()
    seen.shows("case", "No case is linked")
    seen.shows("timeline", "Unlinked by the representative")
    assert seen.locator("#chat .turn").count() == 0
    assert button.count() == 0
    assert seen.locator("#bot").get_by_role("button", name="Unlink").count() == 0


def test_dry_run_end_and_create_case(seen):
    """A dry run writes nothing and says nothing; then the case is created and named, and the conversation ends."""
    seen.look_at(1)
    seen.pick("Kim Park")
    seen.options()
    seen.get_by_label("Dry run").check()
    seen.get_by_label("Create case").select_option("If needed")
    seen.get_by_text("End", exact=True).click()
    assert seen.locator("#options-set").inner_text() == ": event, createCase, dryRun"
    seen.send()
    assert "Dry run" in seen.steps.inner_text()
    assert seen.locator("#chat .turn .from-bot").count() == 0
    assert "Customer: would be linked" in seen.locator("#chat .badges").last.inner_text()
    seen.shows("customer", "Nobody is linked")
    seen.get_by_label("Dry run").uncheck()
    seen.send()
    said = seen.locator("#chat .turn:last-child .from-bot").all_inner_texts()
    assert re.fullmatch(r"I have opened case CAS-\S+ for you\.", said[0])
    assert said[1:] == ["Thank you, and goodbye."]
    seen.shows("case", "Conversation from bot")


@pytest.mark.parametrize(
    ("fault", "told"), [("Throttle", "asked to wait a second"), ("Concurrent change", "Somebody else changed")]
)
def test_fault_that_is_overcome(seen, fault, told):
    """The button stays down until the next request, which is linked all the same; the timeline says what it met."""
    button = seen.get_by_role("button", name=fault)
    button.click()
    seen.locator("button[aria-pressed=true]", has_text=fault).wait_for()
    seen.pick("An e-mail address")
    seen.send()
    seen.shows("customer", "Maria Campbell")
    seen.shows("timeline", told)
    seen.locator("button[aria-pressed=false]", has_text=fault).wait_for()


def test_outage_ends_in_a_transfer(seen):
    """As the guide says: the customer is transferred, what was typed goes to Omnichannel, and nobody reads an error."""
    seen.get_by_role("button", name="Outage").click()
    seen.locator("button[aria-pressed=true]", has_text="Outage").wait_for()
    seen.pick("An e-mail address")
    seen.send()
    assert seen.bubble.inner_text() == "One moment, I am connecting you."
    assert "Handed to Omnichannel: E-mail Maria.Campbell@example.com" in seen.steps.inner_text()
    seen.shows("summary", "The customer asked for a person.", "E-mail Maria.Campbell@example.com")
    seen.shows("timeline", "Dataverse does not answer", "what was typed went to Omnichannel")
    seen.shows("compare", "Omnichannel's own rule can still find the customer and the case")
    assert "repeat" not in seen.locator("main").inner_text().lower()
    seen.send()
    seen.shows("customer", "Maria Campbell")


OPENING = """() => {
  const fields = [...document.querySelectorAll("#form input, #form select")];
  return JSON.stringify([
    fields.map((each) => each.type === "checkbox" || each.type === "radio" ? each.checked : each.value),
    [...document.querySelectorAll("details[open], .asked, [aria-pressed=true]")].length,
    ...["#chat", "#pick-note", "#options-set", "#detail", "#list li[aria-selected=true]"].map((each) => document.querySelector(each).innerText),
  ]);
}"""


def test_reset(seen):
    """Everything is as at the start: tables, timeline, what was said, chosen, filled in and looked at."""
    opening = seen.evaluate(OPENING)
    seen.options()
    seen.pick("Kim Park")
    seen.get_by_label("Create case").select_option("Always")
    seen.get_by_label("Dry run").check()
    seen.send()
    seen.pick("Two people of one name")
    seen.send()
    seen.get_by_role("button", name="Throttle").click()
    seen.locator("button[aria-pressed=true]").wait_for()
    seen.pick("An e-mail address")
    assert seen.evaluate(OPENING) != opening
    seen.get_by_role("button", name="Reset demo data").click()
    seen.wait_for_function(f"(wanted) => ({OPENING})() === wanted", arg=opening)


def test_copy(seen):
    """JSON and curl are the request that would be sent; the command survives the shell."""
    seen.look_at(1)
    seen.json()
    seen.get_by_label("Name").fill("Patrick O'Brien")
    seen.get_by_label("Phone").fill("+353 1 555 0204")
    wanted = {
        "conversationId": "b0000000-0000-4000-8000-000000000001",
        "Name": "Patrick O'Brien",
        "Phone": "+353 1 555 0204",
    }
    seen.get_by_role("button", name="Copy JSON").click()
    seen.get_by_role("button", name="Copied").wait_for()
    assert json.loads(seen.evaluate("navigator.clipboard.readText()")) == wanted
    seen.get_by_role("button", name="Copy curl").click()
    seen.get_by_role("button", name="Copied").nth(1).wait_for()
    words = shlex.split(seen.evaluate("navigator.clipboard.readText()"))
    assert json.loads(words[-1]) == wanted
    assert words[2].endswith("/api/link?always=true")
    assert json.loads(seen.locator("#preview-text").inner_text()) == wanted


def test_links_of_the_summary_open_the_record(seen):
    """They are links to the record, which opens by itself; a typed one is no link."""
    seen.look_at(18)
    seen.get_by_label("Name").fill("Open case: http://evil.example/")
    seen.get_by_label("Email").fill("nobody@example.com")
    for _ in range(3):
        seen.send()
    seen.shows("summary", "evil.example")
    assert seen.locator("#card-summary a").count() == 0
    seen.pick("An e-mail address")
    seen.send()
    links = seen.locator("#card-summary a")
    links.first.wait_for()
    assert links.all_inner_texts() == ["Open customer", "Open case"]
    assert all(link.get_attribute("href").startswith(f"{seen.url}main.aspx") for link in links.all())
    for link, name, fact in zip(
        links.all(), ["Maria Campbell", "Printer prints"], ["425 555", "CAS-01001"], strict=True
    ):
        with seen.expect_popup() as opened:
            link.click()
        record = opened.value
        record.locator("h1", has_text=name).wait_for()
        assert fact in record.locator(".facts").inner_text()
        assert record.locator("#list").count() == 0, "no other conversation"
        record.close()


@pytest.mark.parametrize(
    ("level", "matched_by", "words"),
    [
        ("verified", "Email", "Signed in as this customer"),
        ("verified", "", "Signed in as this customer"),
        ("channel", "Email", "Writes from this customer's number"),
        ("claimed", "Email, Name", "Only typed, not verified"),
        ("claimed", "", "Linked before this call, not verified"),
        ("claimed", "conversation", "Linked before this call, not verified"),
        ("claimed", "record", "Known to the platform, not verified"),
        ("none", "", ""),
        ("", "", ""),
    ],
)
def test_level_of_identity(seen, level, matched_by, words):
    """The representative reads how sure it is who writes; nothing where the answer says nothing."""

    def with_level(route):
        response = route.fetch()
        state = response.json() if response.status == 200 else {}
        for conversation in state.get("conversations", ()):
            conversation["identityLevel"], conversation["matchedBy"] = level, matched_by
        route.fulfill(response=response, json=state) if state else route.fulfill(response=response)

    seen.route("**/page/state", with_level)
    try:
        seen.goto(f"{seen.url}?again")
        seen.look_at(6)
        seen.shows("customer", "Maria Campbell")
        assert seen.locator("#card-customer .identity").all_inner_texts() == ([words] if words else [])
    finally:
        seen.unroute("**/page/state")
