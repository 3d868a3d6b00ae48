"""What a verb says where its reader has gone: `| head`."""

from __future__ import annotations

import errno
import io
import os

import pytest

from dev.output import say


def test_a_reader_that_leaves_ends_nothing():
    """The line that finds the pipe closed and all after it go nowhere; no error reaches the verb, not at exit either."""
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w", encoding="utf-8")
    say("read", stream)
    assert os.read(reader, 100) == b"read" + os.linesep.encode()
    os.close(reader)
    for line in ("lost", "lost, too"):
        say(line, stream)
    stream.close()


def test_a_full_disk_is_told():
    """Only a reader that left is no error: what could not be written for another reason is."""

    class Full(io.StringIO):
        """A disk without a byte left."""

        def flush(self) -> None:
            """Fail as the system does."""
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        say("x", Full())
