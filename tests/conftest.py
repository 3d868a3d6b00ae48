"""What every test run needs before its first test."""

import shared.identity
import shared.service  # noqa: F401

# Both are imported here because the app's warm-up thread imports them otherwise: in the middle of some test, while
# pytest has exchanged the warning filters, so that a warning of somebody else's would fail that test.
