"""What every test run needs before its first test, and what every test puts back."""

import logging

import pytest
from hypothesis import HealthCheck, settings

# Both are imported here because the app's warm-up thread imports them otherwise: in the middle of some test, while
# pytest has exchanged the warning filters, so that a warning of somebody else's would fail that test.

# The same examples in every run, and no clock: a change is refused for what it breaks, not for a draw or a busy machine.
# To look for new examples: `python3 -m dev test --hypothesis-profile=default`.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


@pytest.fixture(autouse=True)
def azure_logs_as_before():
    """Put back how much azure-identity logs: verbs turn it down for their process, which here is every later test's."""
    logger = logging.getLogger("azure")
    level = logger.level
    yield
    logger.setLevel(level)
