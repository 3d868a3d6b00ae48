"""``python3 -m dev emulator``: run the embedded Dataverse until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dev.stopping import until_stopped, wait

from .emulator import Emulator

DEFAULT_PORT = 7072


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m dev emulator",
        description="Run the embedded Dataverse: accounts, contacts, cases, conversations and a managed identity "
        "endpoint on one port. It prints its URL and the settings that point an app at it, and runs until Ctrl-C.",
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port to listen on, 0 for any (default %(default)s)"
    )
    parser.add_argument(
        "--db", default=":memory:", metavar="FILE", help="SQLite file that keeps the rows (default: in memory)"
    )
    parser.add_argument("--data", type=Path, metavar="FILE", help="JSON with the first rows (default: the demo data)")
    parser.add_argument("--tls", action="store_true", help="serve https with a certificate made on the spot")
    return parser


def main(argv: list[str] | None = None) -> int:
    """The verb. Returns the exit code: 0 after Ctrl-C, 1 where it cannot start (port taken, data that does not fit)."""
    options = _parser().parse_args(argv)
    emulator = Emulator(options.data, options.db, options.port, options.tls)
    try:
        emulator.start()
    except (OSError, ValueError) as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)
        return 1
    try:
        with until_stopped() as stopped:
            print(f"Dataverse emulator at {emulator.url} (Ctrl-C ends it)\n")
            for name, value in emulator.settings.items():
                print(f"{name}={value}")
            sys.stdout.flush()
            wait(stopped)
    finally:
        emulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
