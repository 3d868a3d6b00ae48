"""`python3 -m dev VERB ...`: sets everything up, then runs the verb. Needs nothing but Python."""

import sys

if sys.version_info < (3, 8):  # noqa: UP036  an old Python has to get this far for the message
    sys.exit("Start this with Python 3.8 or newer (it then looks for 3.11 to 3.13): python3.13 -m dev")

from dev.verbs import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
