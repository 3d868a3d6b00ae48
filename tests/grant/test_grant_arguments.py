"""The command line: what is refused before anything is asked of anybody."""

from __future__ import annotations

import pytest

from dev.grant import __main__ as verb
from dev.grant.fixes import Failed

CLIENT = "30000000-0000-4000-8000-000000000001"
FINE = ["--url", "https://org.crm.dynamics.com", "--client-id", CLIENT]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--url", "https://org.crm.dynamics.com"],
        ["--client-id", CLIENT],
        ["--url", "org.crm.dynamics.com", "--client-id", CLIENT],
        ["--url", "http://org.crm.dynamics.com", "--client-id", CLIENT],
        ["--url", "https://org.crm.dynamics.com/main.aspx?appid=1", "--client-id", CLIENT],
        ["--url", "https://org.crm.dynamics.com", "--client-id", "my-identity"],
        [*FINE, "--role", "  "],
        [*FINE, "--role", "x" * 101],
        [*FINE, "--rule-source", "elsewhere"],
        [*FINE, "--no-create-case", "--case-owner-team"],
        [*FINE, "--appl"],
    ],
)
def test_wrong_arguments_end_with_status_2(arguments, monkeypatch, capsys):
    """Nothing is signed in to and nothing is sent for arguments that cannot be meant; --apply has to be spelt out."""
    monkeypatch.setattr(verb, "token", lambda *_: pytest.fail("signed in"))
    with pytest.raises(SystemExit) as ended:
        verb.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_failure_is_one_line_on_standard_error_and_status_1(monkeypatch, capsys):
    """Not signed in: the fix, no traceback, and nothing that looks like a plan."""

    def nobody(*_):
        raise Failed("Nobody is signed in: run `az login`.")

    monkeypatch.setattr(verb, "token", nobody)
    assert verb.main(FINE) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "Nobody is signed in: run `az login`.\n")


def test_help_names_every_option_and_the_statuses(capsys):
    """`--help` is complete: options, that nothing is written without --apply, what the exit status means."""
    with pytest.raises(SystemExit) as ended:
        verb.main(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    for word in ("--url", "--client-id", "--apply", "--role", "--no-create-case", "--no-diagnosis", "--no-identity"):
        assert word in text
    for word in ("--rule-source", "--case-owner-team", "Exit status", "nothing is written", "az login"):
        assert word in text
