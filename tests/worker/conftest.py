"""The worker library exists from Python 3.13 on; elsewhere these tests are skipped, in a word."""

import importlib.util

import pytest

MISSING = importlib.util.find_spec("azure_functions_runtime") is None


def pytest_collection_modifyitems(items):
    """Skip what needs the library where it is not installed."""
    if MISSING:
        skip = pytest.mark.skip(reason="azure-functions-runtime (Microsoft's worker) needs Python 3.13")
        for item in items:
            if "tests/worker/" in item.path.as_posix():
                item.add_marker(skip)
