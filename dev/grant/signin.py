"""A token for whoever is signed in on this machine, through azure-identity; from the embedded Dataverse its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential

from dev.emulator.identity import API_VERSION, HEADER, PATH
from dev.grant import fixes
from shared.contract.setting_values import LOOPBACK

AZ_SECONDS = 60
"""How long the Azure CLI may take to hand out a token; the first call of a day is slow."""

EMBEDDED_SECONDS = 10


def token(url: str, environ: Mapping[str, str]) -> str:
    """An access token for the environment at `url`; Failed where nobody is signed in or the sign-in is refused.

    On this machine only the embedded Dataverse can be meant: it hands out a token of its administrator itself, unless
    IDENTITY_ENDPOINT names it already, as in a shell with its settings, where AZURE_CLIENT_ID may choose who signs in.
    """
    chosen = environ.get("IDENTITY_ENDPOINT", "").startswith(url)
    return _embedded(url) if urlsplit(url).hostname in LOOPBACK and not chosen else _signed_in(url, environ)


def _signed_in(url: str, environ: Mapping[str, str]) -> str:
    """A managed identity is only tried where there is an endpoint for one: elsewhere the attempt waits for nothing."""
    logging.getLogger("azure").setLevel(logging.CRITICAL)  # it would list every attempt; the fix says it in one line
    options = {} if environ.get("IDENTITY_ENDPOINT") else {"exclude_managed_identity_credential": True}
    try:
        credential = DefaultAzureCredential(process_timeout=AZ_SECONDS, **options)
        with credential:
            return str(credential.get_token(f"{url}/.default").token)
    except (AzureError, ValueError) as error:
        raise fixes.of_sign_in(str(error)) from None


def _embedded(url: str) -> str:
    question = {"resource": url, "api-version": API_VERSION}
    headers = {"X-IDENTITY-HEADER": HEADER}
    try:
        answer = requests.get(url + PATH, params=question, headers=headers, timeout=EMBEDDED_SECONDS)
        answer.raise_for_status()
        return str(answer.json()["access_token"])
    except (requests.RequestException, KeyError):
        raise fixes.Failed(fixes.NOT_EMBEDDED.format(url=url)) from None
