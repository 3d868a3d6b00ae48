"""`python3 -m dev connector`: write the custom connector."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dev.connector.files import FOLDER, PLACEHOLDER_OWNER, files
from dev.connector.options import add_options, owner
from shared.contract.openapi import PLACEHOLDER_HOST


def main(arguments: Sequence[str]) -> int:
    """Write every file of the connector, and say what is left to fill in."""
    parser = argparse.ArgumentParser(prog="python3 -m dev connector", description=__doc__)
    add_options(parser, PLACEHOLDER_HOST, FOLDER)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files(options.host, options.auth, owner(options)).items():
        (options.out / name).write_bytes(content)
        print(options.out / name)
    _say_what_is_left(options)
    return 0


def _say_what_is_left(options: argparse.Namespace) -> None:
    if options.host == PLACEHOLDER_HOST:
        print(f"The host is a placeholder. With yours: --host my-app.azurewebsites.net (instead of {PLACEHOLDER_HOST})")
    if options.auth == "entra":
        print("Replace your-tenant-id, your-api-app-id and your-client-id in the two JSON files.")
    if set(owner(options)) & set(PLACEHOLDER_OWNER):
        print("Publisher or contact are placeholders: certification needs yours. See --help.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
