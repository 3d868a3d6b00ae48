"""`python3 -m dev screenshots`: play one story on the page, and take its picture for the documents, light and dark."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .browser import browser, missing
from .served import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).resolve().parents[2] / "docs"

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

COLOURS = 256

STORY = "One name, and the case decides"


def main(arguments: Sequence[str]) -> int:
    """Write `page-light.png` and `page-dark.png`. Returns 1 where there is no browser to take them with."""
    options = _options(arguments)
    if lacking := missing():
        print(f"No pictures: {lacking}.", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for scheme in SCHEMES:
            file = options.out / f"page-{scheme}.png"
            with served() as running:
                page = chromium.new_page(
                    viewport={"width": options.width, "height": options.height},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                page.goto(running.url)
                _play(page)
                _save(page.screenshot(), file)
                page.close()
            print(f"{file}  {file.stat().st_size // 1024} KiB")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS, metavar="DIR", help="where they go (default docs)")
    parser.add_argument("--width", type=int, default=1440, help="pixels (default %(default)s)")
    parser.add_argument("--height", type=int, default=900, help="pixels (default %(default)s)")
    return parser.parse_args(arguments)


def _save(png: bytes, file: Path) -> None:
    """Write a picture of few colours, which is all that a page has."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


def _play(page: Page) -> None:
    page.get_by_label("Start from the demo data").select_option(label=STORY)
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#chat .turn:last-child .meta")
    page.wait_for_selector("#card-customer .lead")
    page.mouse.move(0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
