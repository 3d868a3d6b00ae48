"""The names and ids of everything in the two solutions. The same prefix gives the same ids, so an import updates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contract.openapi import TITLE

PREFIX = "convlink"
PUBLISHER = TITLE
FLOW_NAME = "Link customer and case to the conversation"

_PREFIX = re.compile(r"[a-z][a-z0-9]{1,7}")
_OPTION_VALUES = range(10000, 100000)
"""What a publisher's option value prefix may be."""


@dataclass(frozen=True)
class Names:
    """Names under one publisher. ValueError for a prefix or a publisher that Dataverse refuses."""

    prefix: str = PREFIX
    publisher: str = PUBLISHER

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix) or self.prefix.startswith("mscrm"):
            raise ValueError("a prefix has 2 to 8 lower-case letters and digits, begins with a letter, not with mscrm")
        if not self.publisher_unique_name:
            raise ValueError("a publisher's name has at least one letter of A to Z or a digit")

    @property
    def publisher_unique_name(self) -> str:
        """The publisher's name without what a unique name may not hold."""
        return re.sub(r"[^A-Za-z0-9]", "", self.publisher)

    @property
    def option_value_prefix(self) -> int:
        """The publisher's prefix for option values, derived from its prefix."""
        return _OPTION_VALUES[self.id("option values").int % len(_OPTION_VALUES)]

    @property
    def connector(self) -> str:
        """The logical name of the connector."""
        return f"{self.prefix}_conversationlinking"

    @property
    def host_variable(self) -> str:
        """The schema name of the environment variable that holds the host."""
        return f"{self.prefix}_ConversationLinkingHost"

    @property
    def connection_reference(self) -> str:
        """The logical name of the connection reference."""
        return f"{self.prefix}_ConversationLinking"

    @property
    def api(self) -> str:
        """The connector's id in an environment, in the form of an exported one. The import puts in the real id."""
        digits = self.id("api").hex
        return f"shared_conversationlinking-5f{digits[:16]}-5f{digits[16:]}"

    def id(self, what: str) -> UUID:
        """A stable id for one component."""
        return uuid5(NAMESPACE_URL, f"{TITLE}/{self.prefix}/{what}")

    @property
    def connector_id(self) -> UUID:
        """The id of the connector."""
        return self.id("connector")

    @property
    def flow_id(self) -> UUID:
        """The id of the flow. A topic names it as `flowId`."""
        return self.id("flow")
