"""The routes that the app registers."""

import pytest

from dev.hosting.application import application, load_app


@pytest.fixture(scope="session")
def app_functions():
    """By route: the methods and the auth level."""
    endpoints = application(load_app()).endpoints
    return {endpoint.route: (set(endpoint.methods), endpoint.auth_level) for endpoint in endpoints}
