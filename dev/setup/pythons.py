"""Finds a supported Python: PATH, the Windows launcher, pyenv. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

SUPPORTED = ("3.13", "3.12", "3.11")
"""The newest first: the deployed app runs on it."""

_PROBE = (
    "import json, sys, importlib.util as u; "
    "print(json.dumps([sys.executable, '%d.%d' % sys.version_info[:2], '%d.%d.%d' % sys.version_info[:3], "
    "bool(u.find_spec('venv') and u.find_spec('ensurepip'))]))"
)


class Python(NamedTuple):
    """One interpreter that answered: where it is, `3.13`, `3.13.0`, and whether it can make environments."""

    path: str
    version: str
    full_version: str
    can_make_environments: bool


class PythonNotFound(Exception):
    """No supported Python is on this machine; the text says what to install."""


def find(wanted: str = "") -> Python:
    """Return the newest supported Python, or one of version `wanted`. Raises PythonNotFound."""
    versions = (wanted,) if wanted else SUPPORTED
    crippled = None
    for version in versions:
        for command in _candidates(version):
            python = probe(command)
            if python is None or python.version != version:
                continue
            if python.can_make_environments:
                return python
            crippled = crippled or python
    raise PythonNotFound(_advice_venv(crippled) if crippled else _advice_missing(versions))


def probe(command: list[str]) -> Python | None:
    """Ask an interpreter what it is; None where it does not start (a shim, a store alias, a ruin)."""
    try:
        done = subprocess.run(
            [*command, "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=True,
        )
        return Python(*json.loads(done.stdout.decode("utf-8").splitlines()[-1]))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError, TypeError):
        return None


def _candidates(version: str) -> Iterator[list[str]]:
    """Yield the commands that may start `version`, each once, the likeliest first."""
    seen = set()
    for command in _commands(version):
        if tuple(command) not in seen:
            seen.add(tuple(command))
            yield command


def _commands(version: str) -> Iterator[list[str]]:
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == version:
        # An environment of someone else's may vanish under ours: start from what it was made of.
        yield [getattr(sys, "_base_executable", sys.executable)]
    for name in (f"python{version}", "python3", "python"):
        found = shutil.which(name)
        if found:
            yield [found]
    launcher = shutil.which("py")
    if launcher:
        yield [launcher, f"-{version}"]
    for path in _pyenv(version):
        yield [str(path)]


def _pyenv(version: str) -> Iterator[Path]:
    """Yield pyenv's interpreters of that version, the newest patch first."""
    home = Path.home()
    roots = [Path(os.environ.get("PYENV_ROOT") or home / ".pyenv"), home / ".pyenv" / "pyenv-win"]
    for root in roots:
        for folder in sorted(root.glob(f"versions/{version}.*"), key=_patch, reverse=True):
            for name in ("bin/python", "python.exe"):
                if (folder / name).exists():
                    yield folder / name


def _patch(folder: Path) -> int:
    digits = "".join(character for character in folder.name.split(".")[-1] if character.isdigit())
    return int(digits or 0)


def _advice_missing(versions: tuple[str, ...]) -> str:
    version = versions[0]
    return (
        f"No Python {' or '.join(versions)} was found here (this one is {sys.version.split()[0]}).\n"
        f"Install one, then run this again:\n"
        f"  Windows        winget install Python.Python.{version}\n"
        f"  macOS          brew install python@{version}\n"
        f"  Debian/Ubuntu  sudo apt install python{version} python{version}-venv\n"
        f"  anywhere       https://www.python.org/downloads/ or pyenv install {version}"
    )


def _advice_venv(python: Python) -> str:
    return (
        f"{python.path} ({python.full_version}) cannot make environments: venv or ensurepip is missing.\n"
        f"On Debian and Ubuntu: sudo apt install python{python.version}-venv"
    )
