"""`python3 -m dev start`: which Dataverse, which server, how it ends."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dev import start
from dev.hosting import backend
from dev.hosting.application import AppError
from tests.processes import ended

ROOT = Path(__file__).resolve().parents[2]
REAL = "https://org.crm.dynamics.com"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a project folder, with no Dataverse in the environment."""
    monkeypatch.delenv("DATAVERSE_URL", raising=False)
    return tmp_path


def put(folder, values):
    """Write local.settings.json."""
    (folder / "local.settings.json").write_text(json.dumps({"IsEncrypted": False, "Values": values}))


def test_environment_wins_over_local_settings(folder, monkeypatch):
    """As with Core Tools: what is in the environment is not replaced by local.settings.json."""
    put(folder, {"DATAVERSE_URL": "https://other.crm.dynamics.com", "NAME_USE": "tie_break", "RULE_SOURCE": "builtin"})
    monkeypatch.setenv("DATAVERSE_URL", REAL)
    monkeypatch.setenv("NAME_USE", "must_match")
    with backend.backend(folder) as found:
        assert (found.url, found.embedded) == (REAL, False)
        assert found.settings == {"DATAVERSE_URL": REAL, "NAME_USE": "must_match", "RULE_SOURCE": "builtin"}


def test_local_settings_are_enough(folder):
    """A Dataverse that is set there is used, and no other is started."""
    put(folder, {"DATAVERSE_URL": REAL})
    with backend.backend(folder) as found:
        assert (found.url, found.embedded) == (REAL, False)


def test_without_dataverse_the_embedded_one_is_started(folder):
    """Nothing is set: a Dataverse of our own answers, and the other settings stay."""
    put(folder, {"NAME_USE": "tie_break"})
    with backend.backend(folder) as found:
        assert found.embedded
        assert found.settings["NAME_USE"] == "tie_break"
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(found.url + "/api/data/v9.2/WhoAmI")
        refused.value.close()


def test_copied_example_starts_the_embedded_one(folder):
    """local.settings.example.json, copied as it is, names an address of ours: where nobody answers, we do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    put(folder, {"DATAVERSE_URL": f"http://127.0.0.1:{port}"})
    with backend.backend(folder) as found:
        assert found.embedded
        assert found.url == f"http://127.0.0.1:{port}"
        with backend.backend(folder) as second:
            assert (second.url, second.embedded) == (found.url, False)


@pytest.mark.parametrize("content", ["[]", "{", '{"Values": []}'])
def test_malformed_local_settings_are_named(folder, content):
    """A slip in the file is reported with its name."""
    (folder / "local.settings.json").write_text(content)
    with pytest.raises(AppError, match=r"local\.settings\.json"):
        backend.local_settings(folder)


def test_curl_line_survives_the_shell():
    """The line can be pasted: an apostrophe stays one."""
    words = shlex.split(start.curl("http://127.0.0.1:7071", {"Name": "Aoife O'Brien"}, "key"))
    assert json.loads(words[-1]) == {"Name": "Aoife O'Brien"}
    assert "x-functions-key: key" in words


def test_taken_port_is_reported(capsys, monkeypatch):
    """Two hosts on one port: the second says so and ends with 1."""
    monkeypatch.setenv("DATAVERSE_URL", REAL)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert start.main(["--port", str(port), "--functions-dev-server"]) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_port_of_the_page(folder):
    """It is the embedded Dataverse's, whatever address is set; another Dataverse has no page."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    put(folder, {"DATAVERSE_URL": "http://127.0.0.1:9"})
    with backend.backend(folder, port) as found:
        assert (found.url, found.embedded) == (f"http://127.0.0.1:{port}", True)
    put(folder, {"DATAVERSE_URL": REAL})
    with pytest.raises(AppError, match="embedded one only"), backend.backend(folder, port):
        pass


def test_taken_port_of_the_page_is_reported(capsys):
    """The page cannot be served there, and the word says which option is meant."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert start.main(["--port", "0", "--page-port", str(port)]) == 1
    assert f"Another one: --page-port {port + 10}" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
def test_core_tools_are_used_where_they_are(tmp_path):
    """`func start` gets the port, the worker runtime and the embedded Dataverse, and ends with us."""
    program = tmp_path / "func"
    program.write_text('#!/bin/sh\necho "$@" "$FUNCTIONS_WORKER_RUNTIME" "$DATAVERSE_URL" ready\nexec sleep 60\n')
    program.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "DATAVERSE_URL"}
    environment["PATH"] = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    with ended(
        subprocess.Popen(
            [sys.executable, "-m", "dev.start", "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
    ) as process:
        shown = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert shown[0].startswith("Embedded Dataverse  http://127.0.0.1:")
    assert shown[1] == f"See it              {shown[0].split()[-1]}/\n"
    assert shown[2] == f"start --port 0 python {shown[0].split()[-1]} ready\n"
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_quietly(number):
    """Ctrl-C and SIGTERM end the app and its Dataverse with status 0 and without a traceback."""
    command = [sys.executable, "-m", "dev.start", "--port", "0", "--functions-dev-server"]
    environment = {name: value for name, value in os.environ.items() if name != "DATAVERSE_URL"}
    with ended(
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ) as process:
        shown = "".join(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
        url = shown.split()[2]
        with urllib.request.urlopen(url + "/api/health") as answer:
            assert answer.status == 200
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Embedded Dataverse" in shown
    assert rest == "Stopped.\n"
    assert "Traceback" not in errors
