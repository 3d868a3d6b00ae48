"""The set-up that needs nothing but Python: which Python, which environment, when to install."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev import verbs
from dev.setup import environment, progress, pythons, stamp
from dev.setup.lock import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
PROBED = pythons.Python("/found/python", "3.13", "3.13.0", can_make_environments=True)


@pytest.mark.parametrize(
    ("arguments", "wanted", "verb", "rest"),
    [
        ([], None, None, []),
        (["test", "-x", "--help"], None, "test", ["-x", "--help"]),
        (["--python", "3.11", "test"], "3.11", "test", []),
        (["--python=3.13", "check", "--fix"], "3.13", "check", ["--fix"]),
        (
            ["diagnose", "--url", "https://a", "--python", "x"],
            None,
            "diagnose",
            ["--url", "https://a", "--python", "x"],
        ),
    ],
)
def test_command_line(arguments, wanted, verb, rest):
    """Options stand before the verb; what stands after it is the verb's own."""
    found = verbs.parser().parse_args(arguments)
    assert (found.python, found.verb, found.arguments) == (wanted, verb, rest)


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["--python", "3.9", "test"], ["--python"]])
def test_command_line_that_is_not_understood(arguments, capsys, monkeypatch):
    """What is not understood ends with status 2 and what there is, before anything is installed."""
    monkeypatch.setattr(verbs, "ready", lambda *_: pytest.fail("set-up ran"))
    with pytest.raises(SystemExit) as ended:
        verbs.main(arguments)
    assert ended.value.code == 2
    assert "usage: python3 -m dev" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "wanted"), [(["demo"], "3.12"), (["--python", "3.11", "demo"], "3.11")])
def test_variable_forces_the_python(arguments, wanted, monkeypatch):
    """LINKER_PYTHON does what --python does, and --python wins."""
    monkeypatch.setenv("LINKER_PYTHON", "3.12")
    monkeypatch.setattr(verbs, "ready", lambda python, requirements: (python, requirements))
    monkeypatch.setattr(verbs, "activate", lambda python, module, rest: (python, module, rest))
    assert verbs.main(arguments) == ((wanted, ()), "dev.demo", [])


def test_variable_that_is_no_python_is_refused(monkeypatch, capsys):
    """A slip in LINKER_PYTHON is named before anything is installed."""
    monkeypatch.setenv("LINKER_PYTHON", "3.9")
    with pytest.raises(SystemExit):
        verbs.main(["demo"])
    assert "LINKER_PYTHON is 3.9" in capsys.readouterr().err


def test_help_lists_every_verb(capsys):
    """Adding a verb is one row; the help follows, by who needs it."""
    assert verbs.main([]) == 0
    shown = capsys.readouterr().out
    assert all(verb.name in shown and verb.help in shown for verb in verbs.VERBS)
    assert [shown.index(f"{who}:") for who, _ in verbs.GROUPS] == sorted(
        shown.index(f"{who}:") for who, _ in verbs.GROUPS
    )


@pytest.mark.parametrize("verb", verbs.VERBS, ids=lambda verb: verb.name)
def test_verb_has_its_module(verb):
    """Every row leads to a module that is there, and to requirements that are there."""
    path = ROOT / verb.module.replace(".", "/")
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()
    assert all((ROOT / file).exists() for file in verb.requirements)


@pytest.mark.parametrize("verb", verbs.VERBS, ids=lambda verb: verb.name)
def test_verb_has_help(verb, capsys):
    """`--help` after a verb shows how to call it, and does nothing else."""
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(
            f"{verb.module}.__main__" if (ROOT / verb.module.replace(".", "/")).is_dir() else verb.module
        ).main(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python3 -m dev {verb.name}")


@pytest.mark.parametrize("file", ["dev/__init__.py", "dev/__main__.py", "dev/verbs.py", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "dev" / "setup").glob("*.py"))])  # fmt: skip
def test_bootstrap_runs_on_an_older_python(file):
    """What looks for a supported Python has to run on the one that is there first, with nothing installed."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | {"dev"}


def test_this_python_is_found():
    """Probing tells what an interpreter is."""
    found = pythons.probe([sys.executable])
    assert found is not None
    assert found.full_version == "{}.{}.{}".format(*sys.version_info[:3])


@pytest.mark.parametrize("command", [["no-such-python"], [sys.executable, "-c", "print('no JSON')"]])
def test_what_does_not_answer_is_passed_over(command):
    """A shim without a version, or Windows' alias of the store, is no Python."""
    assert pythons.probe(command) is None


def test_newest_python_is_taken(monkeypatch):
    """3.13 first, whatever stands first on PATH."""
    there = {"/a/python3": ("3.11", True), "/a/python3.12": ("3.12", True), "/a/python3.13": ("3.13", False)}
    monkeypatch.setattr(pythons.shutil, "which", lambda name: f"/a/{name}" if f"/a/{name}" in there else None)
    monkeypatch.setattr(pythons, "_pyenv", lambda _: [])
    monkeypatch.setattr(
        pythons,
        "probe",
        lambda command: (
            pythons.Python(command[0], there[command[0]][0], "3.x.0", there[command[0]][1])
            if command[0] in there
            else None
        ),
    )
    assert pythons.find().path == "/a/python3.12"
    assert pythons.find("3.11").path == "/a/python3"
    with pytest.raises(pythons.PythonNotFound, match=r"apt install python3\.13-venv"):
        pythons.find("3.13")


def test_no_python_says_what_to_install(monkeypatch, capsys):
    """Without a supported Python there is a status of its own and advice for each system."""
    monkeypatch.setattr(pythons, "probe", lambda _: None)
    monkeypatch.setattr(environment, "_is_ready", lambda *_: False)
    monkeypatch.setattr(environment, "_has_all_of_it", lambda *_: False)
    monkeypatch.setattr(verbs, "ready", lambda *_: pythons.find())
    assert verbs.main(["test"]) == verbs.NO_PYTHON
    assert "winget install" in capsys.readouterr().err


def test_pyenv_versions_newest_patch_first(tmp_path, monkeypatch):
    """3.13.10 is newer than 3.13.9, and 3.1 is not 3.13."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    for version in ("3.13.9", "3.13.10", "3.1.3", "3.12.1"):
        (tmp_path / "versions" / version / "bin").mkdir(parents=True)
        (tmp_path / "versions" / version / "bin" / "python").touch()
    found = [path.parent.parent.name for path in pythons._pyenv("3.13") if tmp_path in path.parents]
    assert found == ["3.13.10", "3.13.9"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder with requirements, and record the commands in place of running them."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "requirements.txt").write_text("requests\n")
    (tmp_path / "dev" / "requirements.txt").write_text("-r ../requirements.txt\npytest\n")
    ran: list[str] = []

    def run(what, command):
        ran.append("venv" if "venv" in command else "pip")
        if "venv" in command:
            python = environment.interpreter(Path(command[-1]))
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()

    def probe(command):
        return PROBED if Path(command[0]).exists() else None

    monkeypatch.setattr(progress, "run", run)
    monkeypatch.setattr(environment, "find", lambda _: PROBED)
    monkeypatch.setattr(environment, "probe", probe)
    monkeypatch.setattr(environment, "_has_all_of_it", lambda *_: False)
    return tmp_path, ran


def _interrupt(folder):
    stamp.write(folder, stamp.Stamp())


def _lose_python(folder):
    environment.interpreter(folder).unlink()


def _change_run_time(folder):
    (folder.parent / "requirements.txt").write_text("requests>=2\n")


def _spoil_stamp(folder):
    (folder / stamp.NAME).write_text("{")


def _foreign(folder):
    (folder / stamp.NAME).unlink()


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda _: None, []),
        (_interrupt, ["venv", "pip"]),
        (_spoil_stamp, ["venv", "pip"]),
        (_lose_python, ["venv", "pip"]),
        (_change_run_time, ["pip"]),
        (_foreign, ["pip"]),
    ],
)
def test_second_run_does_what_is_left(project, happens, expected):
    """Nothing if all is there; packages if requirements changed; everything if it broke off or is broken."""
    root, ran = project
    python = environment.ready("", root=root)
    assert (python, ran) == (environment.interpreter(root / ".venv"), ["venv", "pip"])
    ran.clear()
    happens(root / ".venv")
    environment.ready("", root=root)
    assert ran == expected


def test_forced_python_has_its_own_environment(project):
    """3.11 and 3.13 live side by side."""
    root, _ = project
    assert environment.ready("3.13", root=root) == environment.interpreter(root / ".venv-3.13")


def test_failed_installation_is_reported_and_tried_again(project, monkeypatch):
    """Pip's own words come through, and the next run starts over."""
    root, ran = project
    run = progress.run

    def fail(what, command):
        run(what, command)
        if "pip" in command:
            raise progress.CommandFailed("No matching distribution")

    monkeypatch.setattr(progress, "run", fail)
    with pytest.raises(environment.SetupError, match="No matching distribution"):
        environment.ready("", root=root)
    monkeypatch.setattr(progress, "run", run)
    ran.clear()
    environment.ready("", root=root)
    assert ran == ["venv", "pip"]


def test_complete_python_is_used_as_it_is(project, monkeypatch):
    """In a container that has everything no environment is made."""
    root, ran = project
    monkeypatch.setattr(environment, "_has_all_of_it", lambda *_: True)
    assert environment.ready("", root=root) == Path(sys.executable)
    assert ran == []


def test_verb_finds_its_own_python(monkeypatch):
    """Programs that the verb starts (func) see the environment as an activated one."""
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    variables = environment._variables(Path("/project/.venv/bin/python"))
    assert variables["PATH"].startswith(str(Path("/project/.venv/bin")) + os.pathsep)
    assert "PYTHONHOME" not in variables


def test_progress_hides_noise_and_shows_failure(capfd):
    """A command's output is shown only if it fails."""
    progress.run("Doing it", [sys.executable, "-c", "print('noise')"])
    with pytest.raises(progress.CommandFailed, match="the reason"):
        progress.run("Doing it", [sys.executable, "-c", "raise SystemExit('the reason')"])
    shown = capfd.readouterr().err
    assert "noise" not in shown
    assert "Doing it … done in" in shown


def test_lock_keeps_others_out(tmp_path):
    """Two first runs at a time make one environment."""
    code = (
        "import sys, pathlib; from dev.setup.lock import one_at_a_time\n"
        "print('waiting', flush=True)\n"
        "with one_at_a_time(pathlib.Path(sys.argv[1])): print('in')"
    )
    with one_at_a_time(tmp_path / ".venv"):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / ".venv")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert other.stdout.readline() == "waiting\n"
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=0.2)
    assert other.communicate(timeout=60)[0] == "in\n"
    assert other.returncode == 0
