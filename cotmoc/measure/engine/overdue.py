"""What should have been visited by now, and was not."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.values import Flags


def overdue(last_visit: ArrayLike, moment: int, longest_ms: ArrayLike) -> Flags:
    """True where the last visit is older than `longest_ms`, or where there was none (`NO_TIME`).

    Exactly as old as allowed is not overdue. `longest_ms` is one number or one per object; a visit after `moment` is
    not seen yet and counts as none.
    """
    last = np.asarray(last_visit, np.int64)
    return ~_seen(last, moment) | (_age(last, moment) > np.asarray(longest_ms))


def overdue_since(last_visit: ArrayLike, moment: int, longest_ms: ArrayLike) -> NDArray[np.int64]:
    """When each overdue object became so; `NO_TIME` where it is not overdue or was never visited."""
    last = np.asarray(last_visit, np.int64)
    known = overdue(last, moment, longest_ms) & _seen(last, moment)
    return np.where(known, last + np.where(known, longest_ms, 0), NO_TIME)


def _seen(last: NDArray[np.int64], moment: int) -> Flags:
    return (last != NO_TIME) & (last <= moment)


def _age(last: NDArray[np.int64], moment: int) -> NDArray[np.int64]:
    """Milliseconds since the last visit; 0 where there was none."""
    return np.where(_seen(last, moment), moment - np.where(_seen(last, moment), last, 0), 0)
