"""What azure-identity hands over is used only where it is a token."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.credentials import AccessToken

from shared.core.context import Deadline
from shared.core.errors import DataverseUnavailable
from shared.dataverse import credential
from shared.diagnostics import environment_checks


class Given:
    """A credential of azure-identity that hands over whatever it was given."""

    def __init__(self, token: Any) -> None:
        self._token = token

    def get_token(self, _: str) -> Any:
        """The token."""
        return self._token


@pytest.mark.parametrize(
    "token",
    [
        AccessToken(5, 1),  # type: ignore[arg-type]
        AccessToken(None, 1),  # type: ignore[arg-type]
        AccessToken(["a"], 1),  # type: ignore[arg-type]
        AccessToken("a", 10**20),
        AccessToken("a", 1e308),  # type: ignore[arg-type]
        AccessToken("a", float("nan")),  # type: ignore[arg-type]
        AccessToken("a", "soon"),  # type: ignore[arg-type]
        None,
    ],
    ids=str,
)
def test_what_is_no_token(monkeypatch: pytest.MonkeyPatch, token: Any) -> None:
    """A token service that answers nonsense is one that cannot be reached: repeat, never a bug."""
    monkeypatch.setattr(credential, "DefaultAzureCredential", lambda **_: Given(token))
    with pytest.raises(DataverseUnavailable):
        credential.Credential("https://org.example/.default").token(Deadline.after(5))


@pytest.mark.parametrize("claims", ["", "e30", "W10", "!", "W1td" * 20_000, "WyJh"])
def test_a_token_of_another_kind_is_shown_as_unknown(claims: str) -> None:
    """Whatever stands in a token, the diagnosis goes on."""
    assert environment_checks.token(f"head.{claims}.tail", 0).found.startswith("client id unknown")
