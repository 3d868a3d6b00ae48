"""Tokens: the App Service managed identity endpoint, and who is let in."""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential


@pytest.fixture
def surroundings(emu, monkeypatch):
    """An environment that holds the emulator's settings and no other identity."""
    for name in ("MSI_ENDPOINT", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "IDENTITY_SERVER_THUMBPRINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in emu.settings.items():
        monkeypatch.setenv(name, value)
    return emu


@pytest.mark.parametrize("kind", [ManagedIdentityCredential, DefaultAzureCredential])
def test_azure_identity_signs_in_unchanged(surroundings, web, kind):
    """azure-identity's own credentials get a token that the Web API takes."""
    with kind() as credential:
        token = credential.get_token(f"{surroundings.url}/.default")
    headers = {"Authorization": f"Bearer {token.token}"}
    assert web.send("GET", "WhoAmI", headers=headers).status_code == 200
    assert [call.status for call in surroundings.token_calls] == [200]
    assert surroundings.token_calls[0].query.startswith("api-version=2019-08-01&resource=")


def test_user_assigned_identity(surroundings):
    """A client id must be one that is assigned to the app."""
    (known,) = surroundings.identity.identities
    with ManagedIdentityCredential(client_id=known) as credential:
        assert credential.get_token(f"{surroundings.url}/.default").token
    with ManagedIdentityCredential(client_id="other") as credential, pytest.raises(HttpResponseError):
        credential.get_token(f"{surroundings.url}/.default")


@pytest.mark.parametrize(
    ("changes", "header", "status"),
    [
        ({}, None, 200),
        ({}, "wrong", 401),
        ({}, "", 401),
        ({"api-version": "2017-09-01"}, None, 400),
        ({"api-version": ""}, None, 400),
        ({"resource": "https://other.crm.dynamics.com"}, None, 400),
    ],
)
def test_endpoint(web, changes, header, status):
    """The endpoint wants its secret header, its version and this environment as resource."""
    emu = web.emu
    params = {"api-version": "2019-08-01", "resource": emu.url} | changes
    secret = emu.settings["IDENTITY_HEADER"] if header is None else header
    answer = web.send("GET", emu.settings["IDENTITY_ENDPOINT"], params=params, headers={"X-IDENTITY-HEADER": secret})
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["token_type"] == "Bearer"
        assert isinstance(answer.json()["expires_on"], str)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic eA=="])
def test_without_a_token(web, header):
    """Every call without a token of ours is 401 with a challenge."""
    answer = web.send("GET", "contacts", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_expired_token(web):
    """An expired token is 401."""
    token, _ = web.emu.identity.token(lifetime=-1)
    assert web.send("GET", "WhoAmI", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_altered_token(web):
    """A token that is changed is 401."""
    token, _ = web.emu.identity.token()
    assert web.send("GET", "WhoAmI", headers={"Authorization": f"Bearer {token[:-2]}xx"}).status_code == 401


def test_token_of_another_environment(web):
    """A token of another environment is 401."""
    from dev.emulator import Emulator

    with Emulator({}) as other:
        token, _ = other.identity.token()
    assert web.send("GET", "WhoAmI", headers={"Authorization": f"Bearer {token}"}).status_code == 401
