"""The bot as a web server: `python app.py`. Settings come from the environment; README.md lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from aiohttp.web import Application, Request, Response, run_app
from bot import OmnichannelBot
from linker import Linker
from microsoft_agents.activity import load_configuration_from_env
from microsoft_agents.authentication.msal import MsalConnectionManager
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware
from microsoft_agents.hosting.core import MemoryStorage


def application(environment: Mapping[str, str]) -> Application:
    """The web application; only Azure Bot Service may call it."""
    connections = MsalConnectionManager(**load_configuration_from_env(environment))
    adapter = CloudAdapter(connection_manager=connections)
    linker = Linker(environment["LINKER_URL"], environment["LINKER_KEY"])
    bot = OmnichannelBot(linker, MemoryStorage())  # with more than one instance: a storage that they share

    async def messages(request: Request) -> Response:
        return await adapter.process(request, bot) or Response(status=202)

    app = Application(middlewares=[jwt_authorization_middleware])
    app["agent_configuration"] = connections.get_default_connection_configuration()
    app.router.add_post("/api/messages", messages)
    return app


if __name__ == "__main__":
    run_app(application(os.environ), port=int(os.environ.get("PORT", "3978")))
