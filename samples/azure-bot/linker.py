"""The call of the app, for a bot on asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

PATIENCE = 10
"""Seconds for the whole call: the app answers within `timeoutSeconds` (8) and one more; a turn ends at 10 to 15."""


class Linker:
    """Calls `POST /api/link` of one Function App with its key."""

    def __init__(self, url: str, key: str, patience: float = PATIENCE) -> None:
        self._url = url.rstrip("/") + "/api/link"
        self._headers = {"x-functions-key": key}
        self._timeout = aiohttp.ClientTimeout(total=patience)

    async def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer. aiohttp.ClientError or TimeoutError for anything but one with status 200."""
        async with (
            aiohttp.ClientSession(timeout=self._timeout, raise_for_status=True) as session,
            session.post(self._url, json=body, headers=self._headers) as response,
        ):
            answer: dict[str, Any] = await response.json()
            return answer
