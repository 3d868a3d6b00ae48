"""The call of the app, for a bot on asyncio: with a key, or with a token of Microsoft Entra ID."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import aiohttp

PATIENCE = 10
"""Seconds for the whole call: the app answers within `timeoutSeconds` (8) and one more; a turn ends at 10 to 15."""

Authorize = Callable[[], Awaitable[Mapping[str, str]]]
"""Returns the headers that let a call in."""


class Tokens(Protocol):
    """Whoever gets tokens, such as a connection of the Agents SDK. It keeps them until they expire."""

    async def get_access_token(self, resource_url: str, scopes: list[str]) -> str:
        """A token for the resource."""


def with_key(key: str) -> Authorize:
    """Calls bear a key of the Function App."""

    async def headers() -> Mapping[str, str]:
        return {"x-functions-key": key}

    return headers


def with_sign_in(tokens: Tokens, scope: str) -> Authorize:
    """Calls bear a token of the bot's own identity for a scope such as `api://<client id of the API>/.default`."""
    resource = scope.removesuffix("/.default")

    async def headers() -> Mapping[str, str]:
        return {"Authorization": f"Bearer {await tokens.get_access_token(resource, [scope])}"}

    return headers


class Linker:
    """Calls `POST /api/link` of one Function App."""

    def __init__(self, url: str, authorize: Authorize, patience: float = PATIENCE) -> None:
        self._url = url.rstrip("/") + "/api/link"
        self._authorize = authorize
        self._patience = patience

    async def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer. aiohttp.ClientError or TimeoutError for anything but one with status 200.

        What `authorize` raises, where there is no token.
        """
        async with (
            asyncio.timeout(self._patience),
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(self._url, json=body, headers=await self._authorize()) as response,
        ):
            answer: dict[str, Any] = await response.json()
            return answer
