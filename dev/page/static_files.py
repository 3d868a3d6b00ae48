"""The files of the page: a table of names made once, so no path can lead anywhere else."""

from __future__ import annotations

from pathlib import Path

from dev.http.messages import Response

from . import answers

FOLDER = Path(__file__).with_name("static")

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_PATHS = {f"/static/{file.name}": file for file in FOLDER.iterdir() if file.suffix in KINDS}
FILES = {"/": FOLDER / "index.html", **_PATHS}
"""Which file a path is; a path that is not a key is not there."""


def answer(path: str) -> Response | None:
    """The file of a path, read anew so that an edit shows; None where there is none."""
    file = FILES.get(path)
    return None if file is None else answers.content(file.read_bytes(), KINDS[file.suffix])
