"""`python3 -m dev solution`: write two solutions for make.powerapps.com, the connector and the flow.

Import the connector's first, make a connection, then import the flow's. Both are unmanaged.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.connector.options import add_options, owner
from dev.solution import connector, flow
from dev.solution.connector import connector_parts
from dev.solution.flow import flow_parts
from dev.solution.names import PREFIX, PUBLISHER, Names
from dev.solution.package import package
from shared import __version__

FOLDER = Path("dist")


def main(arguments: Sequence[str]) -> int:
    """Write both zips, in the order in which they are imported."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        names = Names(options.prefix, options.publisher)
    except ValueError as error:
        parser.error(str(error))
    options.out.mkdir(parents=True, exist_ok=True)
    made = solutions(names, options)
    for name, content in made.items():
        (options.out / name).write_bytes(content)
        print(options.out / name)
    print(f"Import them in this order. flowId in the topics: {names.flow_id}")
    if not options.host:
        print("The import asks for the host of the Function App; --host sets a default.")
    if options.auth == "entra":
        print("After the import, fill in tenant, client and resource on the connector's Security page.")
    return 0


def solutions(names: Names, options: argparse.Namespace) -> Mapping[str, bytes]:
    """The zips by the names of their files, which end with the version as those of an export do."""
    version = options.solution_version
    made = {
        connector.UNIQUE_NAME: connector_parts(names, version, options.host or "", options.auth, owner(options)),
        flow.UNIQUE_NAME: flow_parts(names, version),
    }
    return {f"{name}_{version.replace('.', '_')}.zip": package(parts) for name, parts in made.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m dev solution", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, None, FOLDER)
    parser.set_defaults(publisher=PUBLISHER)
    parser.add_argument("--prefix", default=PREFIX, help="the publisher's prefix of names (default: %(default)s)")
    parser.add_argument(
        "--solution-version",
        type=_version,
        default=f"{__version__}.0",
        help="four numbers; raise them for a change of your own (default: %(default)s)",
    )
    return parser


def _version(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){3}", text):
        raise argparse.ArgumentTypeError("four numbers with full stops between them, such as 1.0.0.0")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
