"""Visits to posts (markers): when a walk came within their reach, how near, and for how long.

A presence is what one step spends within the reach. Presences of a walk come in the order of time; those apart no longer
than the pause are one visit, which may go on over any number of grains.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.bundles import (
    BUNDLES,
    SLACK_M,
    TOUCHED,
    WIDEST,
    Fixes,
    Grain,
    Whole,
    flatten,
    step_count,
)
from cotmoc.measure.engine.fast.geometry import bare, called, to_step_m, woven
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.fast.stretches import Limits
from cotmoc.measure.engine.values import Floats, Times


class Open(NamedTuple):
    """Per post the visit that may still go on."""

    active: NDArray[np.bool_]
    enter: Times
    leave: Times
    inside_ms: Whole
    nearest_m: Floats
    sure_m: Floats
    """The least of distance plus error of its steps."""
    posts: Whole
    """The posts of the walk, `size[0]` of them."""
    size: Whole


class Visits(NamedTuple):
    """The visits given out, `size[0]` of them."""

    walk: Whole
    post: Whole
    enter: Times
    leave: Times
    inside_ms: Whole
    nearest_m: Floats
    sure_m: Floats
    size: Whole


def new_open(posts: int) -> Open:
    whole, real = np.zeros((4, posts), np.int64), np.zeros((2, posts))
    return Open(
        np.zeros(posts, np.bool_), whole[0], whole[1], whole[2], real[0], real[1], whole[3], np.zeros(1, np.int64)
    )


def new_visits(capacity: int) -> Visits:
    whole, real = np.empty((5, capacity), np.int64), np.empty((2, capacity))
    return Visits(whole[0], whole[1], whole[2], whole[3], whole[4], real[0], real[1], np.zeros(1, np.int64))


@called
def meet_posts(
    index: LineIndex, limits: Limits, grain: Grain, visits: Visits, still: Open, fixes: Fixes, walk: int
) -> bool:
    """Add the presences of the grain to the visits. False when out of room. After `close_grain`, which orders `touched`."""
    segments = len(index.things.ax)
    wide = limits.post_m + grain.worst[WIDEST] + SLACK_M
    for row in range(grain.counts[TOUCHED]):
        for i in range(max(grain.touched[row, 0], segments), grain.touched[row, 1]):
            near = grain.near_square[i] <= wide * wide
            if near and not meet_post(index, limits, grain, visits, still, fixes, walk, i):
                return False
    return True


@woven
def meet_post(
    index: LineIndex, limits: Limits, grain: Grain, visits: Visits, still: Open, fixes: Fixes, walk: int, i: int
) -> bool:
    """The presences at one post, bundle by bundle."""
    t, steps = index.things, grain.steps
    x, y, reach = t.mx[i], t.my[i], limits.post_m
    for bundle in range(grain.counts[BUNDLES]):
        dx, dy, wide = grain.x[bundle] - x, grain.y[bundle] - y, reach + grain.spread_m[bundle] + SLACK_M
        if dx * dx + dy * dy > wide * wide:
            continue
        if grain.flat_from[bundle] < 0 and not flatten(index, grain, fixes, bundle):
            return False
        begin = grain.flat_from[bundle]
        for j in range(begin, begin + step_count(grain, bundle)):
            nearest, along, aside = to_step_m(x, y, steps.ax[j], steps.ay[j], steps.bx[j], steps.by[j])
            if nearest <= reach:
                enter, leave = moments(steps.first[j], steps.last[j], 2 * steps.half[j], along, aside, reach)
                if not be_present(limits, visits, still, walk, i - len(t.ax), enter, leave, nearest, steps.error[j]):
                    return False
    return True


@bare
def moments(first: int, last: int, length: float, along: float, aside: float, reach: float) -> tuple[int, int]:
    """From when to when a step is within the reach; it moves straight and at an even pace."""
    if length <= 0.0:
        return first, last
    half = math.sqrt(max(reach * reach - aside * aside, 0.0))
    low, high = min(max((along - half) / length, 0.0), 1.0), min(max((along + half) / length, 0.0), 1.0)
    return first + round(low * (last - first)), first + round(high * (last - first))


@woven
def be_present(
    limits: Limits,
    visits: Visits,
    still: Open,
    walk: int,
    post: int,
    enter: int,
    leave: int,
    nearest: float,
    error: float,
) -> bool:
    """Add a presence to the visit that goes on, or begin one. False when out of room."""
    if still.active[post] and enter - still.leave[post] > limits.pause_ms:
        if not give_out(visits, still, walk, post):
            return False
        still.active[post] = False
        begin(still, post, enter)
    elif not still.active[post]:
        still.posts[still.size[0]] = post
        still.size[0] += 1
        begin(still, post, enter)
    still.inside_ms[post] += leave - enter
    still.leave[post] = max(still.leave[post], leave)
    still.nearest_m[post] = min(still.nearest_m[post], nearest)
    still.sure_m[post] = min(still.sure_m[post], nearest + error)
    return True


@bare
def begin(still: Open, post: int, enter: int) -> None:
    still.active[post], still.enter[post], still.leave[post], still.inside_ms[post] = True, enter, enter, 0
    still.nearest_m[post] = still.sure_m[post] = math.inf


@bare
def give_out(visits: Visits, still: Open, walk: int, post: int) -> bool:
    size = visits.size[0]
    if size == len(visits.walk):
        return False
    visits.walk[size], visits.post[size] = walk, post
    visits.enter[size], visits.leave[size], visits.inside_ms[size] = (
        still.enter[post],
        still.leave[post],
        still.inside_ms[post],
    )
    visits.nearest_m[size], visits.sure_m[size] = still.nearest_m[post], still.sure_m[post]
    visits.size[0] = size + 1
    return True


@bare
def end_visits(visits: Visits, still: Open, walk: int) -> bool:
    """Give out the visits that go on at the end of a walk. False when out of room."""
    for place in range(still.size[0]):
        if not give_out(visits, still, walk, still.posts[place]):
            return False
    forget_visits(still)
    return True


@bare
def forget_visits(still: Open) -> None:
    for place in range(still.size[0]):
        still.active[still.posts[place]] = False
    still.size[0] = 0
