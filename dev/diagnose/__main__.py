"""Asks an app that runs somewhere what works and what does not, and draws its answer. Reads only.

The key comes from the variable LINKER_KEY, or is asked for: a key on a command line stays in its history. Behind Entra
sign-in, LINKER_TOKEN holds an access token instead (`az account get-access-token --resource <client id of the app>`).
Exit status: 0 ready, 1 not ready or not reached, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence

from dev.diagnose.ask import Question, Unanswered, ask, base_url
from dev.diagnose.view import View
from dev.output import say

KEY, TOKEN = "LINKER_KEY", "LINKER_TOKEN"


def main(arguments: Sequence[str]) -> int:
    """Ask and draw."""
    options = _options(arguments)
    question = Question(
        options.url,
        os.environ.get(KEY, ""),
        os.environ.get(TOKEN, ""),
        options.conversation_id,
        not options.no_create_case,
    )
    try:
        answer = ask(question, _ask_for_the_key)
    except Unanswered as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.json:
        say(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        View(sys.stdout).show(options.url, answer)
    return 0 if answer["ready"] else 1


def _ask_for_the_key() -> str:
    """What somebody types, unseen; "" where nobody is there to type."""
    return getpass.getpass("Key (host key or function key; not shown): ") if sys.stdin.isatty() else ""


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m dev diagnose", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True, type=base_url, help="of the app: https://<name>.azurewebsites.net")
    parser.add_argument("--conversation-id", default="", help="also look at this conversation (no names are told)")
    parser.add_argument("--no-create-case", action="store_true", help="leave out what only createCase needs")
    parser.add_argument("--json", action="store_true", help="print the answer as it came")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
