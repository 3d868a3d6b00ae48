"""How far a verb is: a bar for people, lines for a log."""

from __future__ import annotations

import io

from rich.console import Console

from dev.progress import LINES, Progress


def test_a_log_gets_a_line_per_part_and_per_tenth():
    """Where nobody looks on there is no bar, and a long run does not fill the log."""
    console = Console(file=io.StringIO(), width=100)
    with Progress(1000, "first", console) as progress:
        for _ in range(500):
            progress.advance()
        progress.part("second")
        for _ in range(700):
            progress.advance()
    lines = console.file.getvalue().splitlines()
    assert len(lines) == LINES + 1
    assert [line.split()[-1] for line in lines] == ["first"] * 5 + ["second"] * 6
    assert lines[-1].startswith("100%")


def test_a_terminal_gets_a_bar_that_goes():
    """Nothing of the bar is left in front of what is printed next."""
    console = Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})
    with Progress(10, "[x] part", console) as progress:
        progress.advance(10)
    written = console.file.getvalue()
    assert "[x] part" in written
    assert "100%" in written
    assert written.endswith("\x1b[1A\x1b[2K")
