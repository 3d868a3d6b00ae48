"""`python3 -m dev grant`: give the app's identity the smallest security role in a Dataverse environment."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import uuid
from collections.abc import Sequence

from dev.emulator import Emulator
from dev.grant import page
from dev.grant.apply import apply
from dev.grant.client import Dataverse
from dev.grant.fixes import Failed
from dev.grant.plan import Plan, plan
from dev.grant.report import report, summary
from dev.grant.signin import token
from dev.grant.survey import survey
from dev.output import say
from shared.diagnostics.privileges import Choice, needs
from shared.settings import SETTINGS

ROLE = "Conversation Linker"
WITHOUT_APPLY = "\nNothing was written; repeat with --apply to do it."

EPILOG = """\
Without --apply nothing is written: the plan is printed. Sign in first (az login), as a System
Administrator of the environment. Repeating is harmless: what is there is kept, what is missing is
added, a depth that is too small is raised. Nothing is ever taken away.
infra/dataverse/README.md says more.

Exit status: 0 fine, 1 failed or something is left for people to fix, 2 wrong arguments."""

_URL = next(setting for setting in SETTINGS if setting.name == "DATAVERSE_URL")


def main(arguments: Sequence[str]) -> int:
    """Print the plan, do it where asked to, and return the exit status."""
    options = _options(arguments)
    if options.write_table:
        page.README.write_text(page.in_text(page.README.read_text(encoding="utf-8"), _preview()), encoding="utf-8")
        say(str(page.README))
        return 0
    try:
        return _grant(options)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Repeat to go on; what is done already is kept.", file=sys.stderr)
        return 130


def _preview() -> str:
    """What this verb prints for an embedded Dataverse as shipped."""
    with Emulator() as emulator, contextlib.redirect_stdout(io.StringIO()) as printed:
        main(["--url", emulator.url, "--client-id", page.CLIENT_ID])
    return printed.getvalue().replace(emulator.url, page.URL)


def _grant(options: argparse.Namespace) -> int:
    dataverse = Dataverse(options.url, token(options.url, os.environ), say)
    try:
        found = _plan(options, dataverse)
        say(report(found, options.url, options.client_id))
        say()
        if found.blocks:
            say("Nothing was written.")
            return 1
        if found.nothing_to_do or not options.apply:
            say(summary(found) + ("" if found.nothing_to_do else WITHOUT_APPLY))
            return 1 if found.faults else 0
        say(summary(found))
        apply(found, dataverse, options.client_id, say)
        return _verdict(_plan(options, dataverse))
    finally:
        dataverse.close()


def _plan(options: argparse.Namespace, dataverse: Dataverse) -> Plan:
    choice = Choice(
        create_case=options.create_case,
        diagnosis=options.diagnosis,
        identity=options.identity,
        workstream=options.rule_source == "workstream",
        case_owner_team=options.case_owner_team,
    )
    wanted = needs(choice)
    return plan(survey(dataverse, wanted, options.role, options.client_id), wanted, options.role)


def _verdict(after: Plan) -> int:
    """What is there now; Failed where Dataverse took a step without its effect."""
    if not after.nothing_to_do:
        raise Failed(f"Dataverse took every step, but not all is there. {summary(after)} Repeat in a minute.")
    say("Done, and read back. Dataverse may need a minute until the app's calls see it.")
    for fault in after.faults:
        say(fault)
    return 1 if after.faults else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m dev grant",
        description="Create the security role and the application user that the app needs, and assign the role.",
        epilog=EPILOG,
        allow_abbrev=False,  # no slip of the keys may mean --apply
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", type=_url, help="the environment, such as https://org.crm.dynamics.com")
    parser.add_argument("--client-id", type=_guid, help="client id (application id) of the app's managed identity")
    parser.add_argument("--apply", action="store_true", help="do it (default: only say what would be done)")
    parser.add_argument("--role", type=_name, default=ROLE, metavar="NAME", help=f'the role (default: "{ROLE}")')
    parser.add_argument(
        "--no-create-case", dest="create_case", action="store_false", help="without what only createCase needs"
    )
    parser.add_argument(
        "--no-diagnosis", dest="diagnosis", action="store_false", help="without what only GET /api/diagnose needs"
    )
    parser.add_argument(
        "--no-identity", dest="identity", action="store_false", help="without what only the identity level needs"
    )
    parser.add_argument(
        "--rule-source",
        choices=("builtin", "workstream"),
        default="builtin",
        help="the setting RULE_SOURCE of the app (default: builtin)",
    )
    parser.add_argument("--case-owner-team", action="store_true", help="the app has CASE_OWNER_TEAM_ID set")
    parser.add_argument(
        "--write-table", action="store_true", help="only write table and preview into infra/dataverse/README.md"
    )
    options = parser.parse_args(arguments)
    if not options.write_table and not (options.url and options.client_id):
        parser.error("--url and --client-id are needed")
    if options.case_owner_team and not options.create_case:
        parser.error("--case-owner-team is for created cases, so it does not go with --no-create-case")
    return options


def _url(text: str) -> str:
    try:
        return str(_URL.parse(text.strip()))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise argparse.ArgumentTypeError("must be a GUID such as 11111111-2222-3333-4444-555555555555") from None


def _name(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= 100:
        raise argparse.ArgumentTypeError("must have 1 to 100 characters")
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
