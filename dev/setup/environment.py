"""Makes the environment that the verbs run in, once, and runs them in it. Standard library, Python ≥ 3.8."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Sequence

from dev.setup import progress, stamp
from dev.setup.lock import one_at_a_time
from dev.setup.pythons import SUPPORTED, Python, find, probe

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = "dev/requirements.txt"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install")
_REMEDY = (
    "The text above is pip's. It needs the network once; "
    "its own settings (HTTPS_PROXY, PIP_INDEX_URL, pip.conf) are honoured."
)


class SetupError(Exception):
    """The environment could not be made; the text says why, and what to do."""


def ready(wanted: str, extra: Sequence[str] = (), root: Path = ROOT) -> Path:
    """Return the Python of an environment that holds all requirements, making or repairing it where needed.

    `wanted` is empty or one of SUPPORTED, which has an environment of its own.

    Raises:
        SetupError: it could not be made.
        PythonNotFound: there is nothing to make it with.
    """
    folder = root / (f".venv-{wanted}" if wanted else ".venv")
    files = [BASE, *extra]
    if not wanted and not folder.exists() and _has_all_of_it(files, root):
        return Path(sys.executable)
    if not _is_ready(folder, files, root):
        try:
            with one_at_a_time(folder):
                if not _is_ready(folder, files, root):
                    _build(folder, wanted, files, root)
        except OSError as error:
            raise SetupError(f"{folder} could not be written: {error}") from error
        except progress.CommandFailed as error:
            raise SetupError(f"{error}\n\n{_REMEDY}") from error
    return interpreter(folder)


def interpreter(folder: Path) -> Path:
    """Return where an environment keeps its Python on this system."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def activate(python: Path, module: str, arguments: Sequence[str]) -> int:
    """Run a module with `python`, on POSIX in place of this process. Returns its exit status."""
    command = [str(python), "-m", module, *arguments]
    if os.name != "nt":
        # Signals and the exit status then need no passing on.
        os.execve(command[0], command, _variables(python))  # noqa: S606  our own Python, no shell
    with subprocess.Popen(command, env=_variables(python)) as process:
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # the verb has had it too, and ends by itself
                return process.wait()


def _variables(python: Path) -> dict[str, str]:
    """Return the variables of an activated environment, so that `func` finds its Python too."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    if python != Path(sys.executable):
        variables["VIRTUAL_ENV"] = str(python.parent.parent)
        variables["PATH"] = str(python.parent) + os.pathsep + variables.get("PATH", "")
    return variables


def _is_ready(folder: Path, files: Sequence[str], root: Path) -> bool:
    """Say whether the environment holds these requirements as they are now, and its Python still starts."""
    known = stamp.read(folder)
    if known is None or not known.holds(files, root):
        return False
    python = probe([str(interpreter(folder))])
    return python is not None and python.full_version == known.python


def _has_all_of_it(files: Sequence[str], root: Path) -> bool:
    """Say whether this very Python holds everything: in a container, in an environment of the user's."""
    if "{}.{}".format(*sys.version_info[:2]) not in SUPPORTED:
        return False
    command = [sys.executable, *_PIP, "--dry-run", "--no-index", *_listed(files, root)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _build(folder: Path, wanted: str, files: Sequence[str], root: Path) -> None:
    """Make the environment where it is absent, broken or half made; then install."""
    known = stamp.read(folder)
    python = probe([str(interpreter(folder))]) if folder.exists() else None
    broke_off = known is not None and not known.is_complete
    if python is None or broke_off or python.version not in ((wanted,) if wanted else SUPPORTED):
        python = _create(folder, wanted)
        known = None
    earlier = [file for file in known.files if (root / file).exists()] if known else []
    every = list(dict.fromkeys([*earlier, *files]))
    stamp.write(folder, stamp.Stamp())
    progress.run(
        f"Installing packages into {folder.name} (once)",
        [str(interpreter(folder)), *_PIP, *_listed(every, root)],
    )
    stamp.write(folder, stamp.made(python.full_version, every, root))


def _create(folder: Path, wanted: str) -> Python:
    """Make an empty environment, in place of what may be there."""
    python = find(wanted)
    if folder.exists():
        print(f"{folder.name} is broken or unfinished: making it anew.", file=sys.stderr)
        shutil.rmtree(folder)
    stamp.write(folder, stamp.Stamp())
    what = f"Making {folder.name} with Python {python.full_version}"
    progress.run(what, [python.path, "-m", "venv", str(folder)])
    made = probe([str(interpreter(folder))])
    if made is None:
        raise SetupError(f"The Python in {folder} does not start; {python.path} made it.")
    return made


def _listed(files: Sequence[str], root: Path) -> list[str]:
    return [argument for file in files for argument in ("-r", str(root / file))]
