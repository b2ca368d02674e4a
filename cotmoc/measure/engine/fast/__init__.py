"""The same intervals as the reference, some hundred times as fast: the steps of `coverage` compiled by numba.

    geometry    one step and one segment: capsule, boxes, discs
    index       what lies near each place, looked up from raw degrees
    runs        what a walk has covered in the running grain of time
    kernel      the pass over the fixes
    cover       whole tracks in, `Intervals` out: the door of the reference

It needs the extra `fast`; where numba is not installed the program goes by the reference. The compiled code is kept
beside the modules, or where NUMBA_CACHE_DIR says.
"""

from importlib.util import find_spec


def available() -> bool:
    """Whether this engine can run here."""
    return find_spec("numba") is not None
