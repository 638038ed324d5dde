"""`python -m wizard` is `jalon`."""

import os
import sys

# Python looks in the current folder first, and root would load what somebody put there. The wizard may lie there.
if os.geteuid() == 0 and not __file__.startswith(os.path.join(sys.path[0], "wizard", "")):  # noqa: PTH118
    del sys.path[0]

from wizard.cli import main

if __name__ == "__main__":
    sys.exit(main())
