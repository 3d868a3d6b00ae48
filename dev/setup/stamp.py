"""Remembers what an environment holds: a second run can start at once. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple, Sequence

NAME = "linker.json"
"""Inside the environment; without content while an installation is under way."""


class Stamp(NamedTuple):
    """What an environment holds: the full version of its Python, and the hash of each requirements file."""

    python: str = ""
    installed: tuple[tuple[str, str], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Say whether the last installation came to its end."""
        return bool(self.python)

    @property
    def files(self) -> list[str]:
        """Return the requirements files that were installed."""
        return [file for file, _ in self.installed]

    def holds(self, files: Sequence[str], root: Path) -> bool:
        """Say whether these requirements were installed as they are now."""
        return self.is_complete and set(_hashed(files, root)) <= set(self.installed)


def made(python: str, files: Sequence[str], root: Path) -> Stamp:
    """Return the stamp of an installation that has just come to its end."""
    return Stamp(python, _hashed(files, root))


def read(folder: Path) -> Stamp | None:
    """Return the stamp of an environment, None where it has none: it is not of our making."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return Stamp(str(content["python"]), tuple((file, hashed) for file, hashed in content["installed"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Stamp()


def write(folder: Path, stamp: Stamp) -> None:
    """Keep a stamp, all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / (NAME + ".new")
    new.write_text(json.dumps(stamp._asdict()), encoding="utf-8")
    new.replace(folder / NAME)


def digest(file: str, root: Path) -> str:
    """Return the hash of a requirements file with all that it includes by `-r`."""
    text = (root / file).read_text(encoding="utf-8")
    total = hashlib.sha256(text.encode("utf-8"))
    for line in text.splitlines():
        if line.startswith("-r "):
            total.update(digest(str(Path(file).parent / line[3:].strip()), root).encode("ascii"))
    return total.hexdigest()


def _hashed(files: Sequence[str], root: Path) -> tuple[tuple[str, str], ...]:
    return tuple((file, digest(file, root)) for file in files)
