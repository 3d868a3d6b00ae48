"""`python3 -m dev makers`: write the flows, the topics through the connector, and the table of docs/for-makers.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.makers.flow import flows
from dev.makers.topics import FOLDER, topics
from dev.makers.truth import DOCUMENT, document


def main(arguments: Sequence[str]) -> int:
    """Write every file."""
    argparse.ArgumentParser(prog="python3 -m dev makers", description=__doc__).parse_args(arguments)
    files: dict[Path, str] = {FOLDER.parent / "power-automate" / name: text for name, text in flows().items()}
    files |= {FOLDER / name: text for name, text in topics().items()}
    files[DOCUMENT] = document(DOCUMENT.read_text(encoding="utf-8"))
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
