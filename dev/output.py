"""What a verb says: `| head` shortens what is shown, never what is done."""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

CLOSED = (errno.EPIPE, errno.EINVAL)
"""What writing to a pipe that nobody reads any more raises: the first everywhere, the second on Windows."""


def say(text: str = "", stream: TextIO | None = None) -> None:
    """Print a line at once. Where its reader is gone, this line and all later ones go nowhere.

    Raises:
        OSError: it could not be written for another reason, such as a full disk.
    """
    stream = stream or sys.stdout
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        if error.errno not in CLOSED:
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
