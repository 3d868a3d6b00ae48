"""Clicks through the page as somebody would who wants to see what the app does."""

from __future__ import annotations

import json
import re
import shlex

import pytest

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
    """A story is told with two clicks; the agent sees customer, case, recent cases, summary and trail."""
    seen.pick("By e-mail")
    seen.send()
    assert "connecting you" in seen.bubble.inner_text()
    seen.locator("#card-customer .lead").wait_for()
    seen.shows("customer", "Maria Campbell", "maria.campbell@example.com", "+1 425 555 0201")
    seen.shows("case", "Printer prints blank pages", "CAS-01001-X1Y2Z3", "In Progress")
    seen.shows("recent", "CAS-01001-X1Y2Z3")
    seen.shows("summary", "matched by Email")
    seen.shows("trail", "linked Maria Campbell – the only matching contact")
    assert "Maria Campbell" in seen.get_by_role("status").inner_text()
    assert "Maria Campbell" in seen.locator("#list li[aria-selected=true]").inner_text()


def test_request_and_answer_are_shown(seen):
    """Behind the bubble stands what was posted and what came back, as they are."""
    seen.pick("By e-mail")
    seen.send()
    seen.locator("#chat summary").click()
    asked, answered = (json.loads(text) for text in seen.locator("#chat .exchange pre").all_inner_texts())
    assert asked == {"conversationId": answered["conversationId"], "Email": "Maria.Campbell@example.com"}
    assert (answered["status"], answered["customerName"]) == ("linked", "Maria Campbell")


def test_change_from_elsewhere_shows_up_without_reload(seen):
    """Another client writes; the screen follows, and the trail says that it was not asked here."""
    seen.look_at(1)
    seen.evaluate("window.mark = 1")
    lookup = {"msdyn_customer_msdyn_ocliveworkitem_contact": "c0000000-0000-4000-8000-000000000008"}
    seen.emulator.update("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000001", lookup)
    seen.shows("customer", "Kim Park")
    seen.shows("trail", "Changed elsewhere")
    assert seen.evaluate("window.mark") == 1


def test_ambiguity_is_asked_about_and_resolved(seen):
    """Two people of one name: the bot says nextQuestion, puts the cursor there, and the answer decides."""
    seen.pick("Two people of one name")
    seen.send()
    assert seen.bubble.inner_text() == "What is your e-mail address?"
    seen.shows("trail", "ambiguous – several match")
    seen.shows("customer", "Nobody is linked")
    assert seen.evaluate("document.activeElement.id") == "Email"
    seen.keyboard.type("a.smith@fabrikam.example")
    seen.wait_for_turn(lambda: seen.keyboard.press("Enter"))
    assert seen.locator("#chat .from-customer").last.inner_text() == "a.smith@fabrikam.example"
    seen.shows("case", "Replacement for a lost card")


def test_strangers_case_is_refused(seen):
    """The person is linked, the case is not, and nothing of it is told."""
    seen.pick("A stranger's case number")
    seen.send()
    seen.shows("customer", "Kim Park")
    seen.shows("case", "No case is linked")
    seen.shows("trail", "customer mismatch – the case belongs to another customer")
    assert "case customer mismatch" in seen.locator("#chat .badges").last.inner_text()
    told = seen.locator("#detail").inner_text() + seen.locator("#chat").inner_text()
    assert "Jordan" not in told
    assert "Private matter" not in told


def test_replaced_and_kept(seen):
    """With overwrite off what is there stays; with it on it is replaced, and the trail says by whom."""
    seen.look_at(6)
    seen.get_by_label("Email").fill("jordan.stone@example.com")
    seen.get_by_label("Overwrite what is linked").uncheck()
    seen.send()
    seen.shows("trail", "kept existing")
    seen.shows("customer", "Maria Campbell")
    seen.get_by_label("Overwrite what is linked").check()
    seen.send()
    seen.shows("customer", "Jordan Stone")
    seen.shows("trail", "replaced Jordan Stone instead of Maria Campbell")


def test_unlink(seen):
    """Customer and case go, on the screen too."""
    seen.look_at(6)
    seen.shows("customer", "Maria Campbell")
    seen.wait_for_turn(lambda: seen.get_by_role("button", name="Unlink").click())
    assert "Removed the customer and the case" in seen.bubble.inner_text()
    seen.locator("#card-customer .empty").wait_for()
    seen.shows("case", "No case is linked")


def test_dry_run_end_and_create_case(seen):
    """A dry run writes nothing; then the case is created, told, and the conversation ends."""
    seen.look_at(1)
    seen.pick("Kim Park")
    seen.get_by_label("Dry run").check()
    seen.get_by_label("Create case").select_option("If needed")
    seen.get_by_text("End", exact=True).click()
    seen.send()
    assert "dry run" in seen.bubble.inner_text()
    assert "customer would link" in seen.locator("#chat .badges").last.inner_text()
    seen.shows("customer", "Nobody is linked")
    seen.get_by_label("Dry run").uncheck()
    seen.send()
    assert re.search(r"opened case CAS-\S+ for you\. Thank you, and goodbye\.", seen.bubble.inner_text())
    seen.shows("case", "Conversation from bot")


@pytest.mark.parametrize("fault", ["Throttle", "Concurrent change"])
def test_fault_that_is_overcome(seen, fault):
    """The button stays down until the next request, which is linked all the same; the trail says what it met."""
    button = seen.get_by_role("button", name=fault)
    button.click()
    seen.locator("button[aria-pressed=true]", has_text=fault).wait_for()
    seen.pick("By e-mail")
    seen.send()
    seen.shows("customer", "Maria Campbell")
    seen.shows("trail", f"Fault: {fault.lower()} struck once")
    seen.locator("button[aria-pressed=false]", has_text=fault).wait_for()


def test_outage_is_told(seen):
    """The bot gets the problem, nothing is linked, and repeating it works."""
    seen.get_by_role("button", name="Outage").click()
    seen.locator("button[aria-pressed=true]", has_text="Outage").wait_for()
    seen.pick("By e-mail")
    seen.send()
    assert "unavailable" in seen.bubble.inner_text()
    assert "503" in seen.locator("#chat summary").last.inner_text()
    seen.shows("trail", "503 dataverse unavailable")
    seen.send()
    seen.shows("customer", "Maria Campbell")


def test_reset(seen):
    """Everything is as at the start: tables, trail, and what was said."""
    seen.pick("By e-mail")
    seen.send()
    seen.locator("#card-customer .lead").wait_for()
    seen.get_by_role("button", name="Reset demo data").click()
    seen.locator("#card-customer .empty").wait_for()
    seen.shows("trail", "Nothing has been asked")
    assert seen.locator("#chat .turn").count() == 0


def test_copy(seen):
    """JSON and curl are the request that would be sent; the command survives the shell."""
    seen.look_at(1)
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
    assert words[2].endswith("/api/link")
    seen.locator("#preview summary").click()
    assert json.loads(seen.locator("#preview-text").inner_text()) == wanted


def test_nothing_that_is_typed_or_stored_runs(seen):
    """Markup in every field and in names, titles and notes of the data is shown as the text that it is."""
    bad = PAYLOADS["Name"]
    seen.emulator.update("contacts", "c0000000-0000-4000-8000-000000000001", {"lastname": bad[:50], "description": bad})
    seen.emulator.update("incidents", "e0000000-0000-4000-8000-000000000001", {"title": bad})
    seen.emulator.update("msdyn_ocliveworkitems", "b0000000-0000-4000-8000-000000000006", {"subject": bad})
    seen.look_at(6)
    seen.shows("customer", bad)
    for name, payload in PAYLOADS.items():
        seen.get_by_label(name, exact=True).fill(payload)
    seen.send()
    said = seen.locator("#chat .from-customer").last.inner_text()
    assert all(payload in said for payload in PAYLOADS.values())
    for fold in seen.locator("details").all():
        fold.evaluate("each => { each.open = true; }")
    seen.pick(f"Maria {bad}")
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
    fold = seen.locator("#card-trail summary").last
    fold.focus()
    seen.keyboard.press("Enter")
    seen.emulator.update("contacts", "c0000000-0000-4000-8000-000000000008", {"lastname": "Parker"})
    seen.shows("customer", "Kim Parker")
    assert seen.locator("#card-trail details[open]").count() == 1
    assert seen.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_address_names_what_to_look_at(seen):
    """The links of an answer open the page at the conversation of that record."""
    seen.goto(f"{seen.url}main.aspx?pagetype=entityrecord&etn=account&id=a0000000-0000-4000-8000-000000000001")
    seen.shows("customer", "Contoso Ltd")


@pytest.mark.parametrize("seen", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_contrast_and_names(seen):
    """Every text has a contrast of 4.5, in light and dark; every control has a name."""
    seen.pick("A stranger's case number")
    seen.send()
    seen.locator("#card-customer .lead").wait_for()
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
    seen.pick("By e-mail")
    seen.locator("#preview summary").click()
    seen.send()
    seen.locator("#chat summary").last.click()
    seen.get_by_role("link", name="Agent", exact=True).click()
    seen.locator("#card-customer .lead").wait_for()
    assert seen.evaluate("document.documentElement.scrollWidth") <= 390
    seen.wait_for_function("document.querySelector('#agent').getBoundingClientRect().y < 844")
