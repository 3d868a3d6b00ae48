"""The page in a real browser: Chromium where it is installed, else these tests are skipped with a word why."""

from __future__ import annotations

import urllib.request

import pytest
import requests  # noqa: F401 -- else the app imports it in a thread, while pytest turns the filters that it sets

from dev.page.browser import browser, missing
from dev.page.served import served


@pytest.fixture(scope="module")
def chromium():
    """Return the browser, one for a module: while it runs, this thread has an event loop, and nobody else may."""
    if lacking := missing():
        pytest.skip(f"no browser tests: {lacking}")
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def running(chromium):
    """Serve app, Dataverse and page; time enough to wait out what is throttled, not too much for an outage."""
    with served(LINK_BUDGET_SECONDS="6") as found:
        yield found


class Seen:
    """One page, opened afresh: what is on it, in the words of somebody who uses it."""

    def __init__(self, page, running):
        self.page, self.emulator, self.url = page, running.emulator, running.url
        self.app = running.host.url
        page.set_default_timeout(60_000)

    def __getattr__(self, name):
        """Offer what the browser's page offers."""
        return getattr(self.page, name)

    @property
    def bubble(self):
        """The bot's last words, once they are there."""
        return self.page.locator("#chat .turn:last-child:has(.meta) .from-bot").last

    @property
    def steps(self):
        """What the chat says of the bot's last turn beside its words."""
        return self.page.locator("#chat .turn:last-child:has(.meta) .step").last

    def options(self):
        """Unfold the options."""
        self.page.locator("#form summary", has_text="Options").click()

    def json(self):
        """Unfold the request."""
        self.page.locator("#form summary", has_text="The request as JSON").click()

    def look_at(self, number):
        """Choose a numbered conversation in the list."""
        self.page.locator(f"#c-b0000000-0000-4000-8000-{number:012d}").click()

    def pick(self, title):
        """Choose a story or a person."""
        field = self.page.get_by_label("Start from the demo data")
        field.select_option(value=field.locator("option", has_text=title).first.get_attribute("value"))

    def send(self):
        """Send, and wait for the answer."""
        self.wait_for_turn(lambda: self.page.get_by_role("button", name="Send").click())

    def wait_for_turn(self, act):
        """Do something that the bot answers, and wait for the answer."""
        turns = self.page.locator("#chat .turn:has(.meta)")
        before = turns.count()
        act()
        turns.nth(before).wait_for()

    def shows(self, name, *texts):
        """Wait until all the texts are on a card."""
        for text in texts:
            self.page.locator(f"#card-{name}", has_text=text).wait_for()


def start_over(url):
    """Press the reset button, without a browser."""
    asked = urllib.request.Request(f"{url}page/reset", b"{}", {"Content-Type": "application/json"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked).close()


@pytest.fixture(scope="module")
def tabs(chromium):
    """Open one tab for each kind of window that the tests ask for; opening is the slow part."""
    opened = {}

    def tab(**options):
        key = repr(options)
        if key not in opened:
            # Without motion: what is measured has come to rest, however slow the machine is.
            options = {"permissions": ["clipboard-read", "clipboard-write"], "reduced_motion": "reduce", **options}
            context = chromium.new_context(**options)
            opened[key] = context.new_page()
        return opened[key]

    yield tab
    for page in opened.values():
        page.context.close()


@pytest.fixture
def seen(tabs, running, request):
    """Return the page with everything as at the start. Nothing may go wrong in it, nor be fetched from elsewhere."""
    start_over(running.url)
    page = tabs(**getattr(request, "param", {}))
    wrong, fetched = [], []
    watchers = {
        "pageerror": lambda error: wrong.append(str(error)),
        "console": lambda message: wrong.append(message.text) if message.type == "error" else None,
        "request": lambda asked: fetched.append(asked.url),
    }
    for event, watcher in watchers.items():
        page.on(event, watcher)
    page.goto(running.url)
    page.locator("#list li[aria-selected=true]").wait_for()
    yield Seen(page, running)
    page.goto("about:blank")
    for event, watcher in watchers.items():
        page.remove_listener(event, watcher)
    assert not [text for text in wrong if "status of 503" not in text]
    assert {url for url in fetched if not url.startswith((running.url, "about:"))} == set()
