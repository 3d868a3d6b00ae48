"""`python3 -m dev.page.screenshot docs/page.png`: play one story on the page, and take its picture."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .browser import browser, missing
from .served import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWERED = "#chat .turn:last-child .meta"


def main(arguments: Sequence[str]) -> int:
    """Write the picture. Returns 1 where there is no browser to take it with."""
    options = _options(arguments)
    if lacking := missing():
        print(f"No picture: {lacking}.", file=sys.stderr)
        return 1
    with served() as running, browser() as chromium:
        page = chromium.new_page(
            viewport={"width": options.width, "height": options.height},
            color_scheme="dark" if options.dark else "light",
            device_scale_factor=options.scale,
        )
        page.goto(running.url)
        _story(page)
        page.wait_for_timeout(2500)  # what has just changed is marked for a while
        page.screenshot(path=options.file, full_page=options.full)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev.page.screenshot", description=__doc__)
    parser.add_argument("file", type=Path, help="where the PNG goes")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=980)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--full", action="store_true", help="the whole page, not only what fits the window")
    return parser.parse_args(arguments)


def _story(page: Page) -> None:
    """Somebody whose name two people have: ambiguous; the e-mail address then tells which."""
    story = "Two people of one name: ambiguous, so nobody is linked"
    page.get_by_label("Start from the demo data").select_option(label=story)
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector(ANSWERED)
    page.get_by_label("Email").fill("a.smith@fabrikam.example")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#card-customer .lead")
    page.wait_for_selector(ANSWERED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
