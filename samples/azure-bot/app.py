"""The bot as a web server: `python app.py`. Settings come from the environment; README.md lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from aiohttp.web import Application, Request, Response, run_app
from bot import OmnichannelBot
from linker import Authorize, Linker, Tokens, with_key, with_sign_in
from microsoft_agents.activity import load_configuration_from_env
from microsoft_agents.authentication.msal import MsalConnectionManager
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware
from microsoft_agents.hosting.core import MemoryStorage
from omnichannel import Format

FORMATS: Mapping[str, Format] = {"tags": "tags", "command": "command"}


def application(environment: Mapping[str, str]) -> Application:
    """The web application; only Azure Bot Service may call it. ValueError for a setting that is missing or wrong."""
    connections = MsalConnectionManager(**load_configuration_from_env(environment))
    adapter = CloudAdapter(connection_manager=connections)
    linker = Linker(
        _setting(environment, "LINKER_URL"), authorization(environment, connections.get_default_connection())
    )
    # With more than one instance: a storage that they share.
    bot = OmnichannelBot(linker, MemoryStorage(), command_format(environment))

    async def messages(request: Request) -> Response:
        return await adapter.process(request, bot) or Response(status=202)

    app = Application(middlewares=[jwt_authorization_middleware])
    app["agent_configuration"] = connections.get_default_connection_configuration()
    app.router.add_post("/api/messages", messages)
    return app


def authorization(environment: Mapping[str, str], tokens: Tokens) -> Authorize:
    """A sign-in where LINKER_SCOPE is set, else the key in LINKER_KEY."""
    scope = environment.get("LINKER_SCOPE", "")
    return with_sign_in(tokens, scope) if scope else with_key(_setting(environment, "LINKER_KEY", "or LINKER_SCOPE"))


def command_format(environment: Mapping[str, str]) -> Format:
    """The form of commands in COMMAND_FORMAT; `tags` where it is not set."""
    name = environment.get("COMMAND_FORMAT") or "tags"
    if name not in FORMATS:
        raise ValueError(f"COMMAND_FORMAT is {' or '.join(FORMATS)}, not {name}.")
    return FORMATS[name]


def _setting(environment: Mapping[str, str], name: str, other: str = "") -> str:
    if not environment.get(name):
        raise ValueError(f"Set {' '.join(filter(None, (name, other)))}; README.md says what goes there.")
    return environment[name]


if __name__ == "__main__":
    run_app(application(os.environ), port=int(os.environ.get("PORT", "3978")))
