"""The plan as text of at most 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from dev.grant.environment import SAID, Environment, reach
from dev.grant.plan import Line, Plan
from shared.diagnostics.privileges import LABELS, For

WIDTH = 100
_WHY = 52
"""Column at which the reasons begin."""

_LABEL = 15

OWN_NEEDS: tuple[tuple[str, Callable[[Plan], bool]], ...] = (
    ("prvCreateRole", lambda plan: plan.create_role),
    ("prvWriteRole", lambda plan: bool(plan.to_add)),
    ("prvCreateUser", lambda plan: plan.create_user),
    ("prvAssignRole", lambda plan: plan.assign),
)
"""What whoever runs --apply needs for its steps ("AddPrivilegesRole message privileges" and like pages)."""


def report(plan: Plan, url: str, client_id: str) -> str:
    """What is there and what is to be done."""
    lines = [*_head(plan, url, client_id), "", *_privileges(plan), *_beyond(plan), *_remarks(plan)]
    return "\n".join(lines)


def summary(plan: Plan) -> str:
    """What is to be done, in one sentence."""
    if plan.nothing_to_do:
        return "Nothing is to be done."
    count = len(plan.to_add)
    steps = [
        (plan.create_role, "create the role"),
        (count > 0, f"give it {count} {'privilege' if count == 1 else 'privileges'}"),
        (plan.create_user, "create the application user"),
        (plan.assign, "assign the role"),
    ]
    return f"To do: {', '.join(text for is_due, text in steps if is_due)}."


def _head(plan: Plan, url: str, client_id: str) -> Iterator[str]:
    there = plan.environment
    yield _labelled("Environment", f'{url}, root business unit "{there.unit_name}"')
    yield _labelled("Role", f'"{plan.role_name}": {"to be created" if plan.create_role else "is there"}')
    yield _labelled("User", _user(there, client_id))
    yield _labelled("Assignment", "to be made" if plan.assign else "is there")


def _user(there: Environment, client_id: str) -> str:
    if there.user is None:
        return f"application user for client id {client_id}: to be created"
    return f'"{there.user.name}", client id {client_id}: is there{", but disabled" if there.user.disabled else ""}'


def _privileges(plan: Plan) -> Iterator[str]:
    yield "Privileges of the role, depth Organization where nothing else is said"
    for table, label in LABELS.items():
        lines = [line for line in plan.lines if line.need.table == table]
        if lines:
            yield f"  {label} ({table})" if table else f"  {label}"
            for line in lines:
                yield from _line(line)


def _line(line: Line) -> Iterator[str]:
    name = line.privilege.name if line.privilege else line.need.name
    start = f"    {line.state:<7}{line.need.type:<10}{name}"
    if len(start) >= _WHY:
        yield start
        start = ""
    yield from textwrap.wrap(f"{start:<{_WHY}}{_why(line)}", WIDTH, subsequent_indent=" " * _WHY)


def _why(line: Line) -> str:
    only = [purpose.value for purpose in line.need.purposes if purpose is not For.LINK]
    parts = [line.need.why + (f" ({' or '.join(only)})" if only else "")]
    if line.state == "raise":
        parts.append(f"now only depth {_depth(line.now)}")
    if line.state == "has" and reach(line.now) > reach(line.depth):
        parts.append(f"now depth {_depth(line.now)}, more than needed")
    elif line.depth not in ("", "Global"):
        parts.append(f"depth {_depth(line.depth)} is enough")
    return "; ".join(parts)


def _depth(depth: str) -> str:
    return SAID.get(depth, depth)


def _beyond(plan: Plan) -> Iterator[str]:
    if plan.extras:
        yield ""
        yield from _wrapped(
            "More than needed. They stay: an administrator may want them, and Dataverse adds some to every new role "
            "by itself. Take away in the admin center what nobody wants:"
        )
        yield from _wrapped(", ".join(f"{held.name} ({_depth(held.depth)})" for held in plan.extras), "    ")
    if plan.other_roles:
        yield ""
        yield from _wrapped(
            "The application user has other roles, too, and may do all that they allow: "
            + ", ".join(f'"{name}"' for name in plan.other_roles)
            + "."
        )


def _remarks(plan: Plan) -> Iterator[str]:
    remarks = (
        [f"NOTE  {text}" for text in (*plan.warnings, *_own(plan))]
        + [f"FIX   {text}" for text in plan.faults]
        + [f"STOP  {text}" for text in plan.blocks]
    )
    for remark in remarks:
        yield ""
        yield from textwrap.wrap(remark, WIDTH, subsequent_indent=" " * 6)


def _own(plan: Plan) -> Iterator[str]:
    lacking = [name for name, is_due in OWN_NEEDS if is_due(plan) and name.lower() not in plan.environment.own]
    if lacking:
        yield (
            f"Your own user lacks {', '.join(lacking)}, so --apply would be refused: sign in (az login) as a System "
            "Administrator of this environment."
        )


def _labelled(label: str, text: str) -> str:
    return "\n".join(textwrap.wrap(f"{label:<{_LABEL}}{text}", WIDTH, subsequent_indent=" " * _LABEL))


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
