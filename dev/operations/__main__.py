"""`python3 -m dev operations`: write the workbook, and the events and queries of docs/operations.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dev.operations import document, workbook
from dev.operations.queries import queries


def main(arguments: Sequence[str]) -> int:
    """Write both files."""
    argparse.ArgumentParser(prog="python3 -m dev operations", description=__doc__).parse_args(arguments)
    found = queries()
    text = document.PATH.read_text(encoding="utf-8")
    files = {workbook.PATH: workbook.workbook(found), document.PATH: document.document(text, found)}
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
