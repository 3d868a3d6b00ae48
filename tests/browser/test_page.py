"""Clicks through the page as somebody would who wants to see what the app does."""

from __future__ import annotations

import json
import re
import shlex
import urllib.request

import pytest

from dev.page import stories

CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!(own || element.matches("input, select")) || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([ratio, `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`]);
  }
  return found;
}"""

NAMELESS = """() => [...document.querySelectorAll("input, select, button, summary, [role=region], [role=listbox], [role=log]")]
  .filter((each) => !(each.labels?.length || each.textContent.trim() || each.getAttribute("aria-label")))
  .map((each) => each.outerHTML)"""

PAYLOADS = {
    "Name": "<img src=x onerror='window.hacked=1'>",
    "Email": '"><script>window.hacked=1</script>@example.com',
    "Phone": "<svg/onload=window.hacked=1>",
    "CaseNumber": "'-window.hacked=1-'<iframe srcdoc='<script>parent.hacked=1</script>'>",
}


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


def test_comparison_with_the_standard_rule(seen):
    """The same input on the same rows, both ways; the sentence below says where they differ, or that they do not."""
    seen.pick("A case that is on hold")
    seen.send()
    seen.locator("#card-compare tbody").wait_for()
    rows = seen.locator("#card-compare tbody tr").all_inner_texts()
    assert [row.count("Ola Nordmann") for row in rows] == [2, 0]
    assert "not In Progress" in rows[1]
    assert rows[1].count("CAS-01006-F6G7H8") == 1
    assert seen.locator(".verdict").inner_text() == "Only Conversation Linker has the case."
    seen.pick("An e-mail address")
    seen.send()
    seen.locator(".verdict", has_text="Both give the same result.").wait_for()
    seen.pick("Another customer is linked already")
    seen.send()
    seen.locator(".verdict", has_text="Conversation Linker keeps Maria Campbell and CAS-01001-X1Y2Z3").wait_for()


def verdict(seen, words):
    """Wait until the sentence below the table says it."""
    seen.locator(".verdict", has_text=words).wait_for()


def test_question_in_vain_is_not_praised(seen):
    """The bot asked, nobody answered, and neither has anything: that is not to the credit of the bot."""
    seen.pick("Two people of one name")
    for _ in range(3):
        seen.send()
    verdict(seen, "Neither links anything, although the bot asked.")


def test_what_stays_is_not_what_was_asked_for(seen):
    """Another customer is there, and the one who was typed is not found: the two are told apart."""
    seen.look_at(1)
    seen.get_by_label("Email").fill("sam.rivera@example.com")
    seen.emulator.update(
        "msdyn_ocliveworkitems",
        "b0000000-0000-4000-8000-000000000001",
        {"msdyn_customer_msdyn_ocliveworkitem_contact": "c0000000-0000-4000-8000-000000000005"},
    )
    seen.shows("customer", "Sam Rivera")
    seen.get_by_label("Email").fill("dana.holt@example.com")
    seen.send()
    seen.locator("#card-compare tbody").wait_for()
    for cell in seen.locator("#card-compare tbody tr").first.locator("td").all_inner_texts():
        assert re.match(r"Stays:\s+Sam Rivera\s+This request: not found", cell)
    assert seen.locator("#card-compare tbody tr").first.locator(".badge").count() == 0


def test_comparison_is_of_the_time_before_the_unlink(seen):
    """After an unlink, neither the comparison nor the summary speaks of now; nor after a change by somebody else."""
    seen.pick("A case that is on hold")
    seen.send()
    verdict(seen, "Only Conversation Linker has the case.")
    seen.get_by_role("button", name="Unlink").click()
    verdict(seen, "This was before it was unlinked.")
    seen.shows("summary", "It was unlinked since")
    seen.send()
    verdict(seen, "Only Conversation Linker has the case.")
    lookup = {"msdyn_customer_msdyn_ocliveworkitem_contact": "c0000000-0000-4000-8000-000000000008"}
    seen.emulator.update("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000018", lookup)
    verdict(seen, "This was before the conversation was changed elsewhere.")
    seen.shows("summary", "the conversation was changed since")


def test_typed_beside_somebody_elses_sign_in_is_a_warning(seen):
    """Maria signed in, and Jordan was typed: the page warns, and the card says both."""
    seen.pick("Signed in as the customer")
    seen.get_by_label("Email").fill("jordan.stone@example.com")
    seen.send()
    verdict(seen, "the visitor signed in as somebody other than Jordan Stone")
    seen.shows("customer", "Only typed, not verified", "The visitor signed in as somebody else")
    seen.shows("compare", "the visitor signed in as somebody else")


def test_former_customers_case_is_no_merit(seen):
    """The case of the former customer is taken away; that the own rule leaves it is not called an advantage."""
    seen.look_at(6)
    seen.get_by_label("Email").fill("kim.park@example.com")
    seen.send()
    verdict(seen, "takes the case of somebody else away; Omnichannel's own rule leaves it.")


def test_why_keeping_is_right(seen):
    """Nobody typed Maria, and the card says so; the two ways are named with the people concerned."""
    seen.pick("Another customer is linked already")
    seen.send()
    verdict(
        seen, "Conversation Linker keeps Maria Campbell and CAS-01001-X1Y2Z3; Omnichannel's own rule would put Jordan"
    )
    assert seen.locator("#card-customer .identity").inner_text() == "Linked before this call, not verified"
    seen.shows("summary", "Not verified.")


def test_outage_with_somebody_linked(seen):
    """Whatever is on the conversation, the sentence about the outage names what the own rule can find."""
    for email, words in [
        ("jordan.stone@example.com", "still find the customer and the case."),
        ("x@example.com", "either."),
    ]:
        seen.pick("Another customer is linked already")
        seen.get_by_label("Email").fill(email)
        seen.get_by_role("button", name="Outage").click()
        seen.locator("button[aria-pressed=true]").wait_for()
        seen.send()
        verdict(seen, words)
        seen.shows("compare", "Stays: Maria Campbell", "This request: could not be looked up")


def test_outage_with_nothing_to_hand_over(seen):
    """An empty request hands nothing over, and an unlink that failed unlinked nothing."""
    seen.look_at(6)
    for act in (seen.send, seen.get_by_role("button", name="Unlink").click):
        seen.get_by_role("button", name="Outage").click()
        seen.locator("button[aria-pressed=true]").wait_for()
        act()
    seen.shows("timeline", "Nothing could be unlinked.", "and nothing was handed over")
    verdict(seen, "nothing was typed that could be handed over")
    assert "went to Omnichannel" not in seen.locator("#detail").inner_text()
    seen.shows("customer", "Maria Campbell")


def test_closed_conversation_is_not_talked_in(seen):
    """Nobody greets and nobody is transferred, and the comparison knows why."""
    seen.pick("A closed conversation")
    assert seen.locator("#chat").inner_text() == "This conversation is closed."
    seen.send()
    assert seen.locator("#chat .bubble").count() == 0
    assert "nobody is transferred" in seen.steps.inner_text()
    verdict(seen, "The conversation is closed, so neither changes anything.")
    seen.get_by_role("button", name="Outage").click()
    seen.locator("button[aria-pressed=true]").wait_for()
    seen.send()
    seen.shows("timeline", "Nothing could be looked up, and nothing was handed over.")
    seen.shows("summary", "Customer and case could not be looked up.")
    verdict(seen, "The conversation is closed, so neither changes anything.")


def test_person_gets_a_conversation_of_their_own(seen):
    """Whoever is chosen is not mixed up with whom another conversation is about; an unused one is used again."""
    seen.pick("Another customer is linked already")
    rows = seen.locator("#list li")
    before = rows.count()
    for name in ("Kim Park", "Robin Lee"):
        seen.pick(name)
        seen.locator("#list li[aria-selected=true]", has_text="Unknown visitor").wait_for()
    seen.send()
    seen.shows("customer", "Robin Lee")
    assert rows.count() == before + 1
    seen.pick("Kim Park")
    seen.locator("#list li[aria-selected=true]", has_text="Unknown visitor").wait_for()
    assert rows.count() == before + 2


def test_only_usual_people_are_shown_first(seen):
    """Values that are there to test the search have a group of their own, at the end."""
    groups = seen.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#pick optgroup')].map((g) => [g.label, g.innerText]))"
    )
    assert list(groups) == ["Stories", "People", "Companies", "Odd values"]
    assert "Percy" in groups["Odd values"]
    assert "Percy" not in groups["People"]
    labels = seen.evaluate("() => [...document.querySelectorAll('#pick option')].map((each) => each.text)")
    assert len(labels) == len(set(labels))


RAW = re.compile(
    r"\b[a-z]+_[a-z_]+\b|overwrite is|CaseNumber(?!:)|no variable|customer mismatch|kept existing|standard rule|struck|\d ms"
)


@pytest.mark.parametrize("story", stories.PLAYABLE, ids=lambda story: story.title)
def test_words_are_those_of_people(seen, story):
    """What both sides show, apart from the app's own summary and what is folded, names no field and no status."""
    seen.pick(story.title)
    seen.send()
    seen.locator("#card-compare tbody").wait_for()
    summary = seen.locator("#card-summary").inner_text()
    assert not RAW.findall(seen.locator("main").inner_text().replace(summary, ""))


def test_after_the_end(seen):
    """The bot has ended the conversation, so it is closed, and the own rule never ran."""
    seen.pick("An e-mail address")
    seen.options()
    seen.get_by_text("End", exact=True).click()
    seen.send()
    assert seen.steps.inner_text() == "The bot ends the conversation."
    seen.locator("#list li[aria-selected=true]", has_text="Closed").wait_for()
    assert "Closed" in seen.locator(".detail-head").inner_text()
    assert seen.get_by_role("button", name="Unlink").count() == 0
    verdict(seen, "Omnichannel's own rule does not run")
    assert "Hello" in seen.locator("#chat").inner_text()


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


WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}

BROKEN = """() => [...document.querySelectorAll(".whole, .facts dd bdi, .rows code, .list .who, .compare b")]
  .filter((each) => /[@\\d]/.test(each.textContent) && each.getClientRects().length && each.offsetHeight > 26)
  .map((each) => each.textContent)"""

CUT = """() => [...document.querySelectorAll(".facts dd, .form input:not([type])")]
  .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.value ?? each.textContent)"""

SEEN_WHOLE = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""

TITLES_CUT = """() => {
  const field = document.querySelector("#pick"), pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(field).font;
  return [...field.options].filter((each) => each.parentElement.label === "Stories")
    .filter((each) => pen.measureText(each.text).width > field.clientWidth - 44).map((each) => each.text);
}"""


@pytest.mark.parametrize("seen", [{"viewport": WIDE}, {"viewport": NARROW}], indirect=True)
def test_story_can_be_read_in_full(seen):
    """The title fits the list, and the text below it is there to its end."""
    assert seen.evaluate(TITLES_CUT) == []
    for story in stories.PLAYABLE:
        seen.pick(story.title)
        note = seen.locator("#pick-note")
        assert note.inner_text() == story.look
        assert seen.evaluate(SEEN_WHOLE, "#pick-note")
        assert seen.evaluate(
            "() => { const n = document.querySelector('#pick-note'); return n.scrollHeight <= n.clientHeight + 1; }"
        )


@pytest.mark.parametrize("seen", [{"viewport": WIDE}, {"viewport": NARROW}], indirect=True)
def test_no_address_is_broken(seen):
    """No address, number or case number goes over two lines, nor is it cut."""
    for story in stories.PLAYABLE:
        seen.pick(story.title)
        seen.send()
        seen.locator("#card-compare tbody").wait_for()
        assert (story.title, seen.evaluate(BROKEN), seen.evaluate(CUT)) == (story.title, [], [])


WIDER = """() => [...document.querySelectorAll("html, .panel, .chat, .detail, .card, .form")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.id || each.className)"""


@pytest.mark.parametrize("seen", [{"viewport": NARROW}, {"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_long_values_stay_inside(seen):
    """The longest texts that the columns hold, without a blank, make nothing wider than it is."""
    seen.emulator.update("contacts", "c0000000-0000-4000-8000-000000000001", {"lastname": "M" * 50})
    seen.emulator.update(
        "contacts", "c0000000-0000-4000-8000-000000000001", {"emailaddress1": f"{'m' * 60}@example.com"}
    )
    seen.emulator.update("incidents", "e0000000-0000-4000-8000-000000000001", {"title": "Printer" * 28})
    seen.look_at(6)
    seen.get_by_label("Email").fill(f"{'m' * 60}@example.com")
    seen.get_by_label("Case number").fill("CAS-" + "9" * 90)
    seen.send()
    seen.shows("customer", "M" * 50)
    seen.locator("#card-compare tbody").wait_for()
    assert seen.evaluate(WIDER) == []


@pytest.mark.parametrize("seen", [{"viewport": WIDE}, {"viewport": NARROW}], indirect=True)
def test_send_stays_in_sight(seen):
    """With everything unfolded the button can be pressed without scrolling, and the page itself does not scroll."""
    seen.pick("A case that is on hold")
    seen.options()
    assert seen.evaluate(SEEN_WHOLE, "#send")
    seen.send()
    assert seen.evaluate(SEEN_WHOLE, "#send")
    assert seen.evaluate("document.documentElement.scrollHeight <= innerHeight")


OUT_OF_FORM = """() => {
  const form = document.querySelector("#form"), end = form.getBoundingClientRect().bottom;
  return [...form.querySelectorAll("button, input, select, pre, .endpoint")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().bottom > end + 1).map((each) => each.id);
}"""
LINES = """() => [...document.querySelectorAll(".endpoint span")].map((each) => each.getClientRects().length)"""


@pytest.mark.parametrize(("seen", "chat"), [({"viewport": WIDE}, 200), ({"viewport": NARROW}, 105)], indirect=["seen"])
def test_everything_has_room(seen, chat):
    """With options set and either fold open, the chat can be used, nothing slides under Send, the address is whole."""
    seen.pick("Another customer is linked already")
    seen.options()
    seen.get_by_label("Create case").select_option("If needed")
    seen.get_by_label("Dry run").check()
    for fold in ("options", "json"):
        if fold == "json":
            seen.json()
        assert seen.evaluate("document.querySelector('#chat').clientHeight") >= chat
        assert seen.evaluate(OUT_OF_FORM) == []
    assert seen.evaluate(LINES) == [1, 1, 1]
    assert seen.evaluate("document.querySelector('#preview-text').clientHeight") >= 88


@pytest.mark.parametrize("seen", [{"viewport": WIDE}, {"viewport": NARROW}], indirect=True)
def test_effect_is_beside_the_cause(seen):
    """Who was linked and how it compares is seen without scrolling, right of where it was sent."""
    seen.pick("A case that is on hold")
    seen.send()
    for card in ("#card-customer", "#card-case", "#card-summary", "#card-compare tbody"):
        seen.locator(card).wait_for()
        assert seen.evaluate(SEEN_WHOLE, card), card
    assert seen.locator("#bot").bounding_box()["width"] < seen.locator("#representative").bounding_box()["x"]


def test_nothing_that_is_typed_or_stored_runs(seen):
    """Markup in every field and in names, titles and notes of the data is shown as the text that it is."""
    bad = PAYLOADS["Name"]
    seen.emulator.update("contacts", "c0000000-0000-4000-8000-000000000001", {"lastname": bad[:50], "description": bad})
    seen.emulator.update("incidents", "e0000000-0000-4000-8000-000000000001", {"title": bad})
    seen.emulator.update("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000006", {"subject": bad})
    seen.look_at(6)
    seen.shows("customer", bad)
    for name, payload in PAYLOADS.items():
        seen.locator(f"#{name}").fill(payload)
    seen.send()
    said = seen.locator("#chat .from-customer").last.inner_text()
    assert all(payload in said for payload in PAYLOADS.values())
    for fold in seen.locator("details").all():
        fold.evaluate("each => { each.open = true; }")
    seen.pick(f"Maria {bad}")
    seen.locator("#list li[aria-selected=true]", has_text="Unknown visitor").wait_for()
    seen.look_at(6)
    assert seen.evaluate("window.hacked") is None
    assert seen.locator("img").count() == 1
    assert seen.locator("main :is(script, iframe, object, img)").count() == 0
    seen.shows("case", bad)


def test_keyboard_alone(seen):
    """From the skip link to a linked customer, a fault and another conversation without a pointer."""
    seen.goto(seen.url)
    seen.locator("#list li[aria-selected=true]").wait_for()
    seen.keyboard.press("Tab")
    assert seen.evaluate("document.activeElement.textContent") == "Skip to the bot"
    seen.keyboard.press("Enter")
    for _ in range(10):
        seen.keyboard.press("Tab")
        if seen.evaluate("document.activeElement.id") == "Email":
            break
    seen.keyboard.type("robin.lee@example.com")
    seen.wait_for_turn(lambda: seen.keyboard.press("Enter"))
    seen.shows("customer", "Robin Lee")
    for _ in range(20):
        seen.keyboard.press("Tab")
        if seen.evaluate("document.activeElement.getAttribute('role')") == "option":
            break
    first = seen.evaluate("document.activeElement.id")
    seen.keyboard.press("End")
    assert seen.evaluate("document.activeElement.id") != first
    assert seen.locator("#list li[aria-selected=true]").get_attribute("id") == seen.evaluate(
        "document.activeElement.id"
    )
    seen.keyboard.press("Home")
    assert seen.evaluate("document.activeElement.id") == first
    seen.get_by_role("button", name="Outage").focus()
    seen.keyboard.press("Space")
    seen.locator("#fault-outage[aria-pressed=true]").wait_for()


def test_focus_and_folds_survive_what_changes(seen):
    """Somebody reads the reasons while a link is written: they stay unfolded, and the focus stays."""
    seen.look_at(1)
    seen.get_by_label("Email").fill("kim.park@example.com")
    seen.send()
    seen.locator("#card-customer .lead").wait_for()
    fold = seen.locator("#card-timeline summary").last
    fold.focus()
    seen.keyboard.press("Enter")
    seen.emulator.update("contacts", "c0000000-0000-4000-8000-000000000008", {"lastname": "Parker"})
    seen.shows("customer", "Kim Parker")
    assert seen.locator("#card-timeline details[open]").count() == 1
    assert seen.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.parametrize("seen", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_contrast_and_names(seen):
    """Every text has a contrast of 4.5, in light and dark; every control has a name."""
    seen.pick("A case number of somebody else")
    seen.options()
    seen.send()
    seen.locator("#card-compare tbody").wait_for()
    seen.get_by_role("button", name="Throttle").click()
    seen.locator("button[aria-pressed=true]").wait_for()
    seen.locator("#chat summary").last.click()
    seen.mouse.move(0, 0)
    found = seen.evaluate(CONTRAST)
    assert len(found) > 60
    assert [each for each in found if each[0] < 4.5] == []
    assert seen.evaluate(NAMELESS) == []


@pytest.mark.parametrize("seen", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}], indirect=True)
def test_phone(seen):
    """Nothing is wider than a phone, and both sides can be reached and used."""
    seen.pick("An e-mail address")
    seen.options()
    seen.send()
    seen.locator("#chat summary").last.click()
    seen.get_by_role("link", name="Representative", exact=True).click()
    seen.locator("#card-customer .lead").wait_for()
    assert seen.evaluate("document.documentElement.scrollWidth") <= 390
    seen.wait_for_function("document.querySelector('#representative').getBoundingClientRect().y < 844")
