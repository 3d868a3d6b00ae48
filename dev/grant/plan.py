"""What has to be done: what is needed against what is there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dev.grant.environment import SAID, Environment, Held, Privilege, User, reach
from shared.diagnostics.privileges import Need

State = Literal["has", "add", "raise", "none"]
"""What becomes of a privilege: held deep enough, to be added, to be raised, not to be had here."""


@dataclass(frozen=True)
class Line:
    """One need: the privilege that meets it, what becomes of it, and the depth that it has now ("" for none)."""

    need: Need
    privilege: Privilege | None
    state: State
    now: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether it is the privilege of all activities, which a conversation only shares."""
        return self.privilege is not None and self.privilege.name.lower() == f"prv{self.need.type}activity".lower()

    @property
    def depth(self) -> str:
        """The depth that it is to have."""
        return self.privilege.at(self.need.depth) if self.privilege else ""

    @property
    def is_shallow(self) -> bool:
        """Whether the environment does not let it have the depth that is needed."""
        return self.privilege is not None and reach(self.depth) < reach(self.need.depth)


@dataclass(frozen=True)
class Plan:
    """What is there, what is to be done, and what only people can decide.

    `to_add`: privileges, each with the depth that it is to have. `blocks`: why nothing of it can be done; `faults`:
    what keeps the app from working although all of it is done; `extras`: what the role holds beyond the needs.
    """

    environment: Environment
    role_name: str
    lines: tuple[Line, ...]
    create_role: bool
    create_user: bool
    assign: bool
    to_add: tuple[tuple[Privilege, str], ...]
    extras: tuple[Held, ...]
    other_roles: tuple[str, ...]
    blocks: tuple[str, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything that can be done is done."""
        return not (self.create_role or self.create_user or self.assign or self.to_add)


def plan(environment: Environment, needs: tuple[Need, ...], role_name: str) -> Plan:
    """The plan for an environment."""
    role, user = environment.role, environment.user
    lines = tuple(_line(need, environment) for need in needs)
    needed = {line.privilege.id for line in lines if line.privilege}
    return Plan(
        environment=environment,
        role_name=role_name,
        lines=lines,
        create_role=role is None,
        create_user=user is None,
        assign=role is None or user is None or role.id not in user.roles,
        to_add=tuple(_to_add(lines)),
        extras=tuple(sorted(_extras(environment, needed), key=lambda held: held.name)),
        other_roles=tuple(sorted(_other_roles(environment))),
        blocks=tuple(dict.fromkeys(_blocks(environment, lines))),
        faults=tuple(_faults(user)),
        warnings=tuple(_warnings(lines, environment)),
    )


def _line(need: Need, environment: Environment) -> Line:
    privilege = environment.privileges.get((need.table, need.type, need.name))
    if privilege is None:
        return Line(need, None, "none")
    held = environment.role.held.get(privilege.id) if environment.role else None
    if held is None:
        return Line(need, privilege, "add")
    deep_enough = reach(held.depth) >= reach(privilege.at(need.depth))
    return Line(need, privilege, "has" if deep_enough else "raise", held.depth)


def _to_add(lines: tuple[Line, ...]) -> Iterator[tuple[Privilege, str]]:
    """Each privilege once, deep enough for all that need it."""
    due = {line.privilege.id: line.privilege for line in lines if line.privilege and line.state in ("add", "raise")}
    for id, privilege in due.items():
        yield privilege, max((line.depth for line in lines if line.privilege and line.privilege.id == id), key=reach)


def _extras(environment: Environment, needed: set[str]) -> Iterator[Held]:
    held = environment.role.held if environment.role else {}
    return (privilege for id, privilege in held.items() if id not in needed)


def _other_roles(environment: Environment) -> Iterator[str]:
    own = environment.role.id if environment.role else ""
    roles = environment.user.roles if environment.user else {}
    return (name for id, name in roles.items() if id != own)


def _blocks(environment: Environment, lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        if line.state == "none" and line.need.required:
            yield _missing(line.need, environment)
    user = environment.user
    if user and user.unit_id != environment.unit_id:
        yield (
            f'The application user "{user.name}" is not in the root business unit "{environment.unit_name}", where the '
            "role is: move it there in the admin center (Application users, Change business unit), then repeat."
        )


def _missing(need: Need, environment: Environment) -> str:
    if need.table not in environment.missing_tables:
        return f"The table {need.table} has no privilege of type {need.type} here: check that the URL is the right one."
    if need.table.startswith("msdyn_"):
        return (
            f"There is no table {need.table} here: install Omnichannel (Dynamics 365 Contact Center or Customer "
            "Service digital messaging) in this environment, or give the URL of the one that has it."
        )
    return (
        f"There is no table {need.table} here: install Dynamics 365 Customer Service in this environment, or give the "
        "URL of the one that has it."
    )


def _left_out(need: Need, environment: Environment) -> str:
    if need.table in environment.missing_tables:
        return f"There is no table {need.table} here, so nothing is lost without a privilege for it; it is left out."
    what = need.name or f"{need.type} on {need.table}"
    return f"{what} is not to be had here, so it is left out; GET /api/diagnose checks less without it."


def _faults(user: User | None) -> Iterator[str]:
    if user and user.disabled:
        yield (
            f'The application user "{user.name}" is disabled, so Dataverse refuses the app: enable it in the admin '
            "center (Application users)."
        )


def _warnings(lines: tuple[Line, ...], environment: Environment) -> Iterator[str]:
    for line in lines:
        if line.privilege and line.is_shallow:
            yield (
                f"{line.privilege.name} cannot have depth {SAID[line.need.depth]} here, so it gets "
                f"{SAID[line.depth]}: rows beyond it stay hidden from the app, without a word."
            )
        if line.state == "none" and not line.need.required:
            yield _left_out(line.need, environment)
    if any(line.is_shared and line.need.type == "Write" for line in lines):
        yield (
            "A conversation is an activity, and here it shares the privileges of all activities: the role can read and "
            "write e-mails, appointments, phone calls and tasks, too. Dataverse has nothing smaller."
        )
