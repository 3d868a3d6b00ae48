"""What the page says of both sides: the comparison with Omnichannel's own rule, and the words of bot and representative."""

from __future__ import annotations

import re

import pytest

from dev.page import stories


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
