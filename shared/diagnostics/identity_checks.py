"""Whether the app can read what Omnichannel recorded of who is on a conversation, which the identity level comes from.

All of it is advice: a link is made without, for a customer who then counts as `claimed` (`resolver.identity`).
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from shared.contract.diagnosis import Check
from shared.core.errors import TableUnknown
from shared.core.schema import (
    CONVERSATION_SET,
    LIVE_CHAT,
    NUMBERED_CHANNELS,
    SOCIAL_PROFILE,
    EngagementContext,
)
from shared.dataverse import odata
from shared.dataverse.batch import Get
from shared.dataverse.rows import parsed
from shared.diagnostics.privilege_checks import DEPTHS, SPOKEN, GrantedPrivileges
from shared.diagnostics.queries import ONE, SEEN, Asked, Definition, Seen, privileges_of, refused
from shared.diagnostics.report import bad, good, of_error
from shared.resolver.queries import PROFILE_OPTIONS, context_columns

AREA = "identity"


class Source(NamedTuple):
    """A table that says who is on a conversation. `get` reads a row of it as a link does.

    `gives`: the identity level that comes from it; `lost`: what is not known without it.
    """

    table: str
    said: str
    gives: str
    lost: str
    get: Get[Seen]


def _context(context: EngagementContext, gives: str, lost: str) -> Source:
    return Source(context.logical_name, context.said, gives, lost, _row(context.entity_set, context_columns(context)))


def _row(entity_set: str, options: dict[str, str]) -> Get[Seen]:
    return Get(odata.url(entity_set, options | {"$top": ONE}), partial(parsed, SEEN))


SOURCES = (
    _context(
        LIVE_CHAT,
        "verified",
        "a signed-in customer is not told from one who only typed: identityLevel is never verified",
    ),
    *(
        _context(
            channel,
            "channel",
            f"a customer's own number on {channel.said} does not count: identityLevel is not channel by it",
        )
        for channel in NUMBERED_CHANNELS
    ),
    Source(
        SOCIAL_PROFILE,
        "social profiles",
        "channel",
        "the customer of a social profile does not count: identityLevel is not channel by it",
        _row(CONVERSATION_SET, PROFILE_OPTIONS),
    ),
)
"""All that `resolver.queries.evidence_reads` reads."""


def reads() -> dict[Asked, Get[Any]]:
    """Per table a row, and the privileges in the table's definition."""
    rows: dict[Asked, Get[Any]] = {(source.table, AREA): source.get for source in SOURCES}
    return rows | {(source.table, "privileges"): privileges_of(source.table) for source in SOURCES}


def checks(answers: Mapping[Asked, Any], held: GrantedPrivileges | None) -> Iterator[Check]:
    """A check per table; `held` None where it is not known what the app holds."""
    for source in SOURCES:
        yield _check(source, answers, held)


def _check(source: Source, answers: Mapping[Asked, Any], held: GrantedPrivileges | None) -> Check:
    name = f"{source.said} ({source.table})"
    error = refused(answers, (source.table, AREA))
    if isinstance(error, TableUnknown):
        return good(AREA, name, "this environment has no such table (the channel is not set up), so nothing is lost")
    if error:
        return of_error(AREA, name, error, needed=False, found=f"cannot be read, so {source.lost}")
    privilege, depth = _depth(answers.get((source.table, "privileges")), held)
    if depth in DEPTHS[:-1]:
        found = f"{SPOKEN[depth]}, not Organization: rows of others are hidden, so {source.lost}"
        fix = f"Give the app's security role {privilege} at depth Organization."
        return bad(AREA, name, fix, found=found, needed=False)
    return good(AREA, name, f"readable; identityLevel can be {source.gives}")


def _depth(definition: object, held: GrantedPrivileges | None) -> tuple[str, str]:
    """The name of Read on a table and how deep it is held; "" for what is not known."""
    known = definition.Privileges if isinstance(definition, Definition) else []
    read = next((each for each in known if each.PrivilegeType == "Read"), None)
    return (read.Name, held.depth(read)) if read and held else ("", "")
