"""The refusals of the security model, as `errors` has those of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import ApiError
from .schema import Table


def privilege_denied(privilege: str, id: str, table: str, caller: str, otc: int) -> ApiError:
    """A privilege that the caller's roles do not hold (PrivilegeDenied)."""
    return ApiError(
        403,
        "0x80040220",
        f"Principal user (Id={caller}, type=8, roleCount=1, privilegeCount=19, accessMode=4) is missing {privilege} "
        f"privilege (Id={id}) on OTC={otc} for entity '{table}'. context.Caller={caller}",
    )


def owner_cannot_read(privilege: str, id: str, table: Table, team: Mapping[str, Any], caller: str) -> ApiError:
    """A team as owner of a row that its roles do not let it read (code and words as live environments answer).

    A file that an older emulator made may hold teams without a type: they are owner teams.
    """
    return ApiError(
        403,
        "0x80040299",
        f"Read Privilege Check For Owner failed with exception: Principal team (Id={team['teamid']}, type=9, "
        f"teamType={team['teamtype'] or 0}, businessUnitId={team['businessunitid']}), is missing {privilege} privilege "
        f"(Id={id}) on OTC={table.otc} for entity '{table.logical}' (LocalizedName='{table.label}'). "
        f"context.Caller={caller}. Consider adding missed privilege to one of the principal (user/team) roles.",
    )


def access_denied(verb: str, label: str, record: str, caller: str) -> ApiError:
    """A row that the privilege does not reach (unManagedIdsAccessDenied; the words as live environments answer)."""
    return ApiError(
        403,
        "0x80048306",
        f"user with id {caller} does not have {verb}Access right(s) for record with id {record} of entity {label}. "
        "Consider assigning a role with the required access level to the user or team.",
    )


_COLUMN_REFUSALS = {
    "Create": ("0x8004F502", "The user does not have create permissions to a secured field."),
    "Update": ("0x8004F507", "The user does not have update permissions to a secured field."),
}


def column_denied(verb: str, column: str, table: str) -> ApiError:
    """A secured column in a body (AttributePrivilegeCreateIsMissing, AttributePermissionUpdateIsMissingDuringUpdate).

    403: "Compose HTTP requests and handle errors".
    """
    code, message = _COLUMN_REFUSALS[verb]
    return ApiError(403, code, f"{message} The requested operation could not be completed: {table}.{column}")


def not_a_member() -> ApiError:
    """A valid token of somebody who is no application user of this environment."""
    return ApiError(403, "0x80072560", "The user is not a member of the organization.")


def disabled_user() -> ApiError:
    """The caller's user is disabled (code and words from "Web service error codes"; the HTTP status is a guess)."""
    return ApiError(403, "0x80040225", "The specified user is either disabled or is not a member of any business unit.")


def no_roles(caller: str) -> ApiError:
    """The caller's user has no role at all (UserNotAssignedRoles; the HTTP status is a guess)."""
    return ApiError(403, "0x80042F09", f"The user with id {caller} has not been assigned any roles.")


def refused(message: str) -> ApiError:
    """Something that the product refuses in words and with a code that no page prints; both are a guess."""
    return ApiError(400, "0x80040203", message)


def invalid_depth(depth: str, privilege: str) -> ApiError:
    """A depth that a privilege cannot have ("Compose HTTP requests": 403; the code is a guess)."""
    return ApiError(403, "0x80040203", f"The privilege depth {depth} is invalid for the privilege {privilege}.")
