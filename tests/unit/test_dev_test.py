"""`python3 -m dev test`: it ends, in the background of a terminal too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev import test as verb

ROOT = Path(__file__).resolve().parents[2]

BACKGROUND = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is this session's, and this process is in its foreground
child = os.fork()
if not child:
    os.setpgid(0, 0)
    from dev import test
    test._leave_the_terminal()
    termios.tcsetattr(1, termios.TCSANOW, termios.tcgetattr(1))
    os._exit(3 if sys.stdin.read() == "" else 4)
status = os.waitpid(child, os.WUNTRACED)[1]
os.kill(child, 9) if os.WIFSTOPPED(status) else None
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else os.WSTOPSIG(status))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_nothing_stops_it_in_the_background():
    """Reading from the terminal gives nothing and setting it up is allowed; without that the system stops the run."""
    import pty

    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", BACKGROUND],
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 3


def test_help_is_of_the_verb(capsys):
    """`--help` says what the verb does, and runs no test."""
    with pytest.raises(SystemExit) as ended:
        verb.main(["--help"])
    assert ended.value.code == 0
    assert "arguments of pytest" in capsys.readouterr().out
