"""A real browser without a window, for the page's tests and its picture: Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--headless",
    "--no-sandbox",  # it opens this project's own page only, and root has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing() -> str:
    """What is not there for a browser, in words; empty if all is."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed (dev/requirements-browser.txt)"
    return "" if program() else "no Chromium is installed (on Debian: apt install chromium)"


def program() -> str:
    """The path of the browser, empty if there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser for the time of a `with` block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program(), args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()
