"""How the page looks and can be used: sizes, long and hostile values, keyboard, contrast, a phone."""

from __future__ import annotations

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
