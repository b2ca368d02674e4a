"""`python -m cotmoc` is `cotmoc`."""

import sys

from cotmoc.site.cli import main

sys.exit(main())
