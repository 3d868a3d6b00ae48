"""`python3 -m dev mutate`: change the rules bit by bit, and list the changes that no test notices.

What is changed, and which tests have to notice, is in pyproject.toml (`[tool.mutmut]`). A change whose function stayed
as it was is not tried again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Try the changes, print the names of those that survived, and return mutmut's exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m dev mutate", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these changes, such as 'shared.resolver.matching.*'")
    parser.add_argument("--processes", default="2", help="how many are tried at once (default %(default)s)")
    options = parser.parse_args(arguments)
    return _mutmut("run", "--max-children", options.processes, *options.names) or _mutmut("results")


def _mutmut(*command: str) -> int:
    return subprocess.run([sys.executable, "-m", "mutmut", *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
