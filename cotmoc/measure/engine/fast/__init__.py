"""The same rows as the reference, some hundred times as fast: coverage and visits compiled by numba.

    geometry    one step and one segment: the capsule; the line in short pieces, and a tree of their boxes
    index       what lies near each place, looked up from raw degrees
    bundles     a few steps taken as one, and how near each comes to what
    stretches   the limits of a pass, and what a grain covers, reach by reach
    closely     what the steps cover of one piece of the line, exactly
    times       from when to when a stretch was covered
    grain       the end of an hour: puts these together
    posts       visits to markers
    kernel      the pass over the fixes
    cover       a line made ready, walks measured against it: what archives call
    survey      whole tracks in, `Survey` out: the door of the reference

It needs the extra `fast`; where numba is not installed the program goes by the reference.
"""

from importlib.util import find_spec


def available() -> bool:
    """Whether this engine can run here."""
    return find_spec("numba") is not None
