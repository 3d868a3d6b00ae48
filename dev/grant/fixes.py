"""What went wrong, and what fixes it in one sentence. Pure.

Codes come from the Web API's error list ("Web service error codes") and "Compose HTTP requests and handle errors".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ADMINISTRATOR = "sign in (az login) as a System Administrator of this environment"

NOT_SIGNED_IN = "Nobody is signed in: run `az login` as a System Administrator of this environment, then repeat."
NO_SUCH_RESOURCE = (
    "Microsoft Entra ID knows no environment of this address in the tenant you are signed in to: check --url, or run "
    "`az login --tenant <tenant of the environment>`."
)
SIGN_IN_REFUSED = (
    "Microsoft Entra ID refused the sign-in ({code}): run `az login` again, with --tenant if you have several."
)
NOT_EMBEDDED = (
    "No embedded Dataverse answers at {url}: start `python3 -m dev emulator` in another terminal, and give the address "
    "that it prints."
)

NO_DATAVERSE = (
    "{url} answers, but is no Dataverse environment: copy the Environment URL from the Power Platform admin center "
    "(Manage, Environments, your environment)."
)
NO_HOST = "There is no host {host}: copy the Environment URL from the Power Platform admin center."
UNREACHABLE = "{host} cannot be reached: check the network and, behind a proxy, HTTPS_PROXY; then repeat."
BAD_CERTIFICATE = "The certificate of {host} is not trusted here: set REQUESTS_CA_BUNDLE to your proxy's certificate."
TIMEOUT = "{host} did not answer in {seconds} s while it was to {doing}: repeat; what is done is kept."
THROTTLED = (
    "Dataverse still throttles after {seconds:.0f} s of waiting: repeat in some minutes; what is done already is kept."
)
UNAVAILABLE = (
    "Dataverse is not available just now (HTTP {status}): repeat in some minutes; what is done already is kept."
)

FIXES: Mapping[str, str] = {
    "0x80072560": "You are signed in, but are no user of this environment: " + ADMINISTRATOR + ".",
    "0x80040225": "Your own user in this environment is disabled or has no business unit: " + ADMINISTRATOR + ".",
    "0x80042f09": "Your own user in this environment has no security role: " + ADMINISTRATOR + ".",
    "0x80040265": "A plug-in of this environment refused it: the plug-in trace log says why.",
}
"""Error code (lower case) -> the fix."""

BY_STATUS: Mapping[int, str] = {
    401: "The environment does not accept the sign-in: run `az login --tenant <tenant of the environment>`.",
    403: "You may not {doing}: " + ADMINISTRATOR + ".",
}

CREATE_USER = (
    " Check that --client-id is the client id (application id) of the identity, not its object id; else create the "
    "application user in the admin center, then repeat: the rest is done from here."
)
"""What is added where creating the application user is refused as such."""


class Failed(Exception):
    """Why it cannot go on; the text says the fix in one sentence."""


class NotFound(Failed):
    """Dataverse knows no such thing (404)."""


def of_answer(status: int, error: Mapping[str, Any], doing: str) -> Failed:
    """The failure that an answer of 400 or more means. `error` is its `error` object; `doing`: what was asked for."""
    code, message = str(error.get("code") or "").lower(), str(error.get("message") or "")
    privilege = re.search(r"\bprv[A-Za-z0-9_]+", message)
    if status == 403 and privilege:
        return Failed(f"You may not {doing}, because your own user lacks {privilege[0]}: {ADMINISTRATOR}.")
    if code in FIXES:
        return Failed(FIXES[code])
    if status == 404:
        return NotFound(f"Dataverse could not {doing}: it knows no such thing ({_shortened(message)}).")
    if status in BY_STATUS:
        return Failed(BY_STATUS[status].format(doing=doing))
    if status >= 500:
        return Failed(UNAVAILABLE.format(status=status))
    return Failed(f"Dataverse refused to {doing} (HTTP {status} {code}): {_shortened(message)}")


def of_sign_in(message: str) -> Failed:
    """The failure that azure-identity's text means. The text itself is long and not repeated."""
    found = re.search(r"AADSTS\d+", message)
    if found is None:
        return Failed(NOT_SIGNED_IN)
    return Failed(NO_SUCH_RESOURCE if found[0] == "AADSTS500011" else SIGN_IN_REFUSED.format(code=found[0]))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:300] + "…"
