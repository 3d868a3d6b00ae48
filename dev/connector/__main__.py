"""`python3 -m dev connector`: write the custom connector."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.connector.files import FOLDER, files
from shared.contract.openapi import PLACEHOLDER_HOST, plain_host


def main(arguments: Sequence[str]) -> int:
    """Write every file of the connector, and say what is left to fill in."""
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files(options.host, options.auth).items():
        (options.out / name).write_bytes(content)
        print(options.out / name)
    if options.host == PLACEHOLDER_HOST:
        print(f"The host is a placeholder. With yours: --host my-app.azurewebsites.net (instead of {PLACEHOLDER_HOST})")
    if options.auth == "entra":
        print("Replace your-tenant-id, your-api-app-id and your-client-id in the two JSON files.")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev connector", description=__doc__)
    parser.add_argument("--host", type=_host, default=PLACEHOLDER_HOST, help="the Function App's host name")
    parser.add_argument(
        "--auth", choices=("key", "entra"), default="key", help="a host key, or Microsoft Entra ID (default: key)"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write (default: connector/)")
    return parser.parse_args(arguments)


def _host(text: str) -> str:
    if plain_host(text) != text.lower():
        raise argparse.ArgumentTypeError("a host name, without https:// and path, such as my-app.azurewebsites.net")
    return text.lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
