"""`python3 -m dev documents`: write the tables of settings, statuses and columns in docs/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.documents.blocks import replaced
from dev.documents.tables import BLOCKS

VERB = "documents"


def documents() -> dict[Path, str]:
    """Every document that has such a block, as it should be."""
    found: dict[Path, str] = {}
    for name, (path, make) in BLOCKS.items():
        text = found.get(path) or path.read_text(encoding="utf-8")
        found[path] = replaced(text, name, VERB, make())
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the documents and print which."""
    argparse.ArgumentParser(prog=f"python3 -m dev {VERB}", description=__doc__).parse_args(arguments)
    for path, content in documents().items():
        path.write_text(content, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
