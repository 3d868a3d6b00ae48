"""`python3 -m dev diagnose`: the diagnosis of an app that runs, drawn in the terminal; the key never shown or sent off."""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Iterator

import pytest

from dev.diagnose import __main__ as verb
from dev.diagnose.ask import base_url
from dev.diagnose.view import WIDTH, View
from dev.emulator import Emulator
from dev.host import Host
from tests.flow.people import OPEN


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Emulator, Host]]:
    """The app behind a key, over the embedded Dataverse."""
    with Emulator() as dataverse, Host(settings=dataverse.settings, enable_auth=True) as host:
        yield dataverse, host


@pytest.fixture
def app(running, monkeypatch) -> tuple[Emulator, Host]:
    """The same with its data as shipped; the key is in the environment, nobody sits at the terminal."""
    dataverse, host = running
    dataverse.reset()
    monkeypatch.setenv("LINKER_KEY", host.key)
    monkeypatch.delenv("LINKER_TOKEN", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return dataverse, host


def test_a_ready_app(app, capsys) -> None:
    """Status 0; every check is drawn in its area, in 100 columns, without colour where nobody looks."""
    assert verb.main(["--url", app[1].url, "--conversation-id", OPEN]) == 0
    drawn = capsys.readouterr().out
    assert "Ready: the app can link." in drawn
    assert f"ok      {OPEN}: open; customer: none; case: none" in drawn
    assert not [line for line in drawn.splitlines() if len(line) > WIDTH]
    assert "\033" not in drawn
    assert app[1].key not in drawn


def test_an_app_that_is_not_ready(app, capsys) -> None:
    """Status 1; what to fix first and who can stands on top."""
    app[0].member = False
    assert verb.main(["--url", app[1].url]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("Not ready: ")
    assert lines[3].startswith("First: The app's identity has no application user")
    assert any(line.startswith("Who can fix it: Dynamics 365 administrator") for line in lines[4:6])
    assert any(line.startswith("  NOT OK  WhoAmI") for line in lines)


def test_as_json(app, capsys) -> None:
    """The answer as it came, for scripts."""
    assert verb.main(["--url", app[1].url, "--json", "--no-create-case"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["ready"] is True
    assert not [each for each in content["checks"] if "createCase" in each["fix"] or "prvCreate" in each["name"]]


def test_the_key_is_asked_for(app, capsys, monkeypatch) -> None:
    """Without LINKER_KEY it is asked for, unseen; without anybody to ask, the message says what to set."""
    monkeypatch.delenv("LINKER_KEY")
    assert verb.main(["--url", app[1].url]) == 1
    assert "Set LINKER_KEY" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: f" {app[1].key} ")
    assert verb.main(["--url", app[1].url]) == 0


def test_nobody_answers(capsys) -> None:
    """An address where nothing runs: one sentence, status 1, no traceback."""
    assert verb.main(["--url", "http://127.0.0.1:9"]) == 1
    assert "could not be reached" in capsys.readouterr().err


def test_another_site_answers(app, capsys) -> None:
    """A page that is no diagnosis is not taken for one."""
    with Host(enable_auth=False, prefix="other") as other:
        assert verb.main(["--url", other.url]) == 1
    assert re.search(r"HTTP 404: there is no Conversation Linker", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.azurewebsites.net", "https://a.azurewebsites.net"),
        ("a.azurewebsites.net", "https://a.azurewebsites.net"),
        ("https://a.azurewebsites.net/api/diagnose?code=x", "https://a.azurewebsites.net"),
        ("http://127.0.0.1:7071/", "http://127.0.0.1:7071"),
        ("http://localhost:7071", "http://localhost:7071"),
        ("localhost:7071", "http://localhost:7071"),
        ("127.0.0.1:7071/api/diagnose", "http://127.0.0.1:7071"),
        ("[::1]:7071", "http://[::1]:7071"),
        (" a.azurewebsites.net ", "https://a.azurewebsites.net"),
    ],
)
def test_addresses_as_they_are_pasted(text, url) -> None:
    """With or without scheme and path, http on this machine; a key that was pasted along is dropped."""
    assert base_url(text) == url


@pytest.mark.parametrize(
    "text", ["", "http://a.azurewebsites.net", "ftp://a", "https://user:key@a.net", "https://[", "//"]
)
def test_addresses_to_which_no_key_is_sent(text) -> None:
    """No address, or one to which the key would travel in the clear."""
    with pytest.raises(argparse.ArgumentTypeError):
        base_url(text)


def test_finding_of_several_lines_keeps_them() -> None:
    """The table of LINK_POLICY is readable: each line of a finding is a line of its own below the first."""
    stream = io.StringIO()
    check = {"area": "settings", "name": "LINK_POLICY", "ok": True, "found": "first\nsecond", "needed": True}
    View(stream).show("https://a", {"ready": True, "summary": "Ready.", "checks": [check]})
    lines = stream.getvalue().splitlines()
    assert lines[-2:] == ["  ok      LINK_POLICY: first", " " * 10 + "second"]


def test_what_people_named_cannot_steer_the_terminal() -> None:
    """Control characters in a workstream's name are blanks."""
    stream = io.StringIO()
    check = {"area": "workstreams", "name": "rules", "ok": True, "found": "\033[2Jgone\r\n", "needed": True}
    View(stream).show("https://a", {"ready": True, "summary": "Ready.", "checks": [check]})
    assert "\033" not in stream.getvalue()
    assert "\r" not in stream.getvalue()
