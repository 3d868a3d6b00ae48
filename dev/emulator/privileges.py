"""What the caller may do: everything, but for what a test takes away.

"Security roles and privileges": a privilege is ``prv<Verb><Table>``. Setting a lookup needs Write on the row, Append
on its table and AppendTo on the table it points to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import errors
from .schema import Table

APPLICATION_USER = "00000000-0000-4000-8000-0000000000a1"


@dataclass(slots=True)
class Privileges:
    """``denied`` holds privilege names; ``member`` False means there is no application user for the token."""

    denied: set[str] = field(default_factory=set)
    member: bool = True

    def check(self, verb: str, table: Table) -> None:
        """ApiError 403 (0x80040220) where the privilege is taken away."""
        if not self.denied:
            return
        for name in table.privilege_names(verb):
            if name in self.denied:
                raise errors.privilege_denied(name, table.logical, APPLICATION_USER, table.otc)

    def check_member(self) -> None:
        """ApiError 403 (0x80072560) for a valid token of somebody unknown here."""
        if not self.member:
            raise errors.not_a_member()
