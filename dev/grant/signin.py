"""A token for whoever is signed in on this machine, through azure-identity."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential

from dev.grant import mends

AZ_SECONDS = 60
"""How long the Azure CLI may take to hand out a token; the first call of a day is slow."""


def token(url: str, environ: Mapping[str, str]) -> str:
    """An access token for the environment at `url`; Failed where nobody is signed in or the sign-in is refused.

    A managed identity is only tried where there is an endpoint for one: elsewhere the attempt waits for nothing.
    """
    logging.getLogger("azure").setLevel(logging.CRITICAL)  # it would list every attempt; the mend says it in one line
    options = {} if environ.get("IDENTITY_ENDPOINT") else {"exclude_managed_identity_credential": True}
    try:
        credential = DefaultAzureCredential(process_timeout=AZ_SECONDS, **options)
        with credential:
            return str(credential.get_token(f"{url}/.default").token)
    except (AzureError, ValueError) as error:
        raise mends.of_sign_in(str(error)) from None
