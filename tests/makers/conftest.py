"""The real app over the embedded Dataverse, over HTTP, with a key."""

from __future__ import annotations

import pytest

from dev.emulator import Emulator
from dev.host import Host


@pytest.fixture(scope="session")
def running():
    """One app for all samples; it asks for a key."""
    with Emulator() as dataverse, Host(settings=dataverse.settings, enable_auth=True) as host:
        yield host, dataverse


@pytest.fixture
def host(running):
    """The app, on a Dataverse as shipped."""
    running[1].reset()
    return running[0]


@pytest.fixture
def dataverse(running, host):
    """The Dataverse below it."""
    return running[1]
