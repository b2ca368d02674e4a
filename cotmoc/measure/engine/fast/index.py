"""What lies near each place, looked up from raw degrees without any projection.

    tile    about 700 m square, 2**16 units of 1e-7 degree: a cubic that gives flat metres (see below)
    cell    about 90 m square, 8 x 8 to a tile: which things a bundle of steps around a place in it may come near

Tiles that no step could matter in have no number; a bundle there costs one look-up. The cubic is fitted to the line's
own projection in each tile and stands in for it within `FIT_M`: every threshold is judged in the metric of the reference.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cotmoc.geo.fixes import PLACE_UNITS
from cotmoc.geo.line import Line, LocalProjection
from cotmoc.measure.engine.fast.geometry import FAN, LEVELS, BoxTree, Things, bare, box_tree, near_box, things
from cotmoc.measure.engine.values import Floats

TILE_BITS, CELL_BITS = 16, 13
TILE, CELLS = 1 << TILE_BITS, 1 << (TILE_BITS - CELL_BITS)
HALF_TILE = TILE / 2
SHORT_UNITS = 4000
"""A step of at most so many units each way is short: at most `SHORT_M` long anywhere on the globe."""
SHORT_M = 64.0
SPREAD_M = 48.0
"""No place of a bundle is farther from its middle: half a short step, or any way in a box of 3000 units."""
SAMPLE_M = 300.0
UNIT_M = 0.0111
"""The least that a unit of latitude has, and nearly what one of longitude has at the equator."""
FIT_M = 1e-7
COLD, NO_CELL = -1, -1
"""No tile, or a tile whose cells hold nothing."""
NO_CELLS = -1
MOST_TILES = 40_000_000

Index32 = NDArray[np.int32]


Found = tuple[NDArray[np.int64], ...]
"""Room for the things of a box, of a tile, of a row of cells."""


class Grid(NamedTuple):
    """The tiles around a line, their cubics, and the cells of those that are near it."""

    west: int
    south: int
    """The corner of tile (0, 0), units."""
    tiles: Index32
    """Shape (rows, columns): the tile's number, or COLD."""
    cubic: Floats
    """Shape (tiles, 20): ten coefficients for x and ten for y, in tile coordinates -1..1."""
    corner: NDArray[np.int64]
    """Shape (tiles, 2): west and south of each tile, units."""
    block: Index32
    """Per tile: where its cells begin in the tables below divided by 64, or NO_CELLS."""
    first: Index32
    """Per cell: its first row in `ranges`; the next cell's first ends it."""
    ranges: Index32
    """Shape (n, 2): things from and up to (excluded) that a bundle around a place in the cell may come near."""


class LineIndex(NamedTuple):
    things: Things
    tree: BoxTree
    grid: Grid


class OutOfGrid(ValueError):
    """The line or the limits do not suit the grid: too far around, too near a pole, or hops too long."""


def line_index(line: Line, post_x: Floats, post_y: Floats, radius_m: float, hop_m: float) -> LineIndex:
    """Everything within `radius_m` of line and posts (flat metres) by cells, and flat metres for all that hops of `hop_m`
    may connect to it.

    Without cells where these do not suit (`is_gridded` says so): too far around, too near a pole, or hops too long.
    """
    table = things(line.segments, post_x, post_y)
    tree = box_tree(table)
    try:
        return LineIndex(table, tree, _grid(line, table, tree, radius_m, hop_m))
    except OutOfGrid:
        return LineIndex(table, tree, _no_grid())


def is_gridded(index: LineIndex) -> bool:
    return bool(index.grid.tiles.size)


def _no_grid() -> Grid:
    none, pairs = np.empty(0, np.int32), np.empty((0, 2), np.int32)
    tiles = np.full((0, 0), COLD, np.int32)
    return Grid(0, 0, tiles, np.empty((0, 20)), np.empty((0, 2), np.int64), none, np.zeros(1, np.int32), pairs)


def _grid(line: Line, table: Things, tree: BoxTree, radius_m: float, hop_m: float) -> Grid:
    u, v = _sampled_units(line, table)
    if not len(u):
        raise OutOfGrid("nothing to pass by")
    highest = np.abs(v).max() / PLACE_UNITS
    if highest > 80 or np.ptp(u) > 90 * PLACE_UNITS or hop_m > 2000:
        raise OutOfGrid("too far around, too near a pole, or hops too long for the grid")
    margin = (radius_m + max(hop_m, SHORT_M) + SAMPLE_M + 50) / UNIT_M
    wide = margin / np.cos(np.radians(min(85.0, highest + 1)))
    # Tiles begin at whole multiples of their size, so that a place has the same flat metres whatever reach is asked for.
    west, south = (math.floor(least) >> TILE_BITS << TILE_BITS for least in (u.min() - wide, v.min() - margin))
    shape = (int(v.max() + margin - south) >> TILE_BITS) + 1, (int(u.max() + wide - west) >> TILE_BITS) + 1
    if shape[0] * shape[1] > MOST_TILES:
        raise OutOfGrid("a box with too many tiles")
    tiles = np.full(shape, COLD, np.int32)
    _mark(tiles, u - west, v - south, wide, margin)
    row, column = np.nonzero(tiles != COLD)
    tiles[row, column] = np.arange(len(row))
    corner = np.column_stack([west + column * TILE, south + row * TILE]).astype(np.int64)
    cubic = _fitted(corner, line.projection)
    block = np.full(len(row), NO_CELLS, np.int32)
    pending, found = np.empty((LEVELS * FAN, 2), np.int64), tuple(np.empty((3, len(table.mx)), np.int64))
    first, ranges = _cells(table, tree, pending, found, cubic, block, radius_m + SPREAD_M)
    return Grid(west, south, tiles, cubic, corner, block, first, ranges)


def _sampled_units(line: Line, table: Things) -> tuple[Floats, Floats]:
    """Places along the line at most SAMPLE_M apart, and the posts, in units of 1e-7 degree."""
    s = line.segments
    posts = slice(len(table.ax), None)
    pieces = np.maximum(1, np.ceil(np.hypot(s.bx - s.ax, s.by - s.ay) / SAMPLE_M)).astype(np.int64)
    row = np.repeat(np.arange(len(s)), pieces)
    share = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[row]
    x = np.concatenate([s.ax[row] + share * (s.bx - s.ax)[row], s.bx, table.mx[posts]])
    y = np.concatenate([s.ay[row] + share * (s.by - s.ay)[row], s.by, table.my[posts]])
    lon, lat = line.projection.to_degrees(x, y)
    return lon * PLACE_UNITS, lat * PLACE_UNITS


@njit(cache=True, nogil=True)
def _mark(tiles: Index32, u: Floats, v: Floats, wide: float, high: float) -> None:
    """Mark every tile that comes within the margins of a place."""
    for i in range(len(u)):
        for row in range(int(v[i] - high) >> TILE_BITS, (int(v[i] + high) >> TILE_BITS) + 1):
            for column in range(int(u[i] - wide) >> TILE_BITS, (int(u[i] + wide) >> TILE_BITS) + 1):
                if 0 <= row < tiles.shape[0] and 0 <= column < tiles.shape[1]:
                    tiles[row, column] = 0


def _powers(a: Floats, b: Floats) -> Floats:
    """The terms of a cubic in two variables, in the order of `flat`."""
    return np.stack([a**0, a, b, a * a, a * b, b * b, a**3, a * a * b, a * b * b, b**3], axis=-1)


def _fitted(corner: NDArray[np.int64], projection: LocalProjection) -> Floats:
    """The cubics, by least squares at 16 places of each tile. OutOfGrid where one misses by more than FIT_M."""
    nodes = np.cos((2 * np.arange(4) + 1) * np.pi / 8)
    a, b = (grid.ravel() for grid in np.meshgrid(np.append(nodes, [-1, 0.1, 1]), np.append(nodes, [-1, 0.1, 1])))
    fit = np.isin(a, nodes) & np.isin(b, nodes)
    solve = np.linalg.pinv(_powers(a[fit], b[fit]))
    middle = corner + TILE / 2
    lon = (middle[:, :1] + a * TILE / 2) / PLACE_UNITS
    lat = (middle[:, 1:] + b * TILE / 2) / PLACE_UNITS
    places = projection.to_metres(lon, lat)
    cubics = [np.einsum("tp,cp->tc", place[:, fit], solve) for place in places]  # each tile by itself, to the last bit
    for cubic, place in zip(cubics, places, strict=True):
        if np.abs(cubic @ _powers(a, b).T - place).max(initial=0) > FIT_M:
            raise OutOfGrid("the projection bends too much for the grid")
    return np.concatenate(cubics, axis=1)


@bare
def flat(cubic: Floats, tile: int, a: float, b: float) -> tuple[float, float]:
    """Flat metres of a place in tile coordinates."""
    c = cubic[tile]
    aa, ab, bb = a * a, a * b, b * b
    x = c[0] + c[1] * a + c[2] * b + c[3] * aa + c[4] * ab + c[5] * bb
    x += aa * (c[6] * a + c[7] * b) + bb * (c[8] * a + c[9] * b)
    y = c[10] + c[11] * a + c[12] * b + c[13] * aa + c[14] * ab + c[15] * bb
    y += aa * (c[16] * a + c[17] * b) + bb * (c[18] * a + c[19] * b)
    return x, y


@bare
def tile_of(grid: Grid, u: float, v: float) -> int:
    """The tile a place lies in, or COLD where no step could matter."""
    row, column = (math.floor(v) - grid.south) >> TILE_BITS, (math.floor(u) - grid.west) >> TILE_BITS
    if row < 0 or column < 0 or row >= grid.tiles.shape[0] or column >= grid.tiles.shape[1]:
        return COLD
    return int(grid.tiles[np.uint64(row), np.uint64(column)])


@bare
def cell_of(grid: Grid, tile: int, u: float, v: float) -> int:
    """The cell of a tile that a place lies in, or NO_CELL where nothing is near."""
    block = grid.block[tile]
    if block < 0:
        return NO_CELL
    row = ((math.floor(v) - grid.south) & (TILE - 1)) >> CELL_BITS
    column = ((math.floor(u) - grid.west) & (TILE - 1)) >> CELL_BITS
    return block * (CELLS * CELLS) + row * CELLS + column


@bare
def flat_in(grid: Grid, tile: int, u: float, v: float) -> tuple[float, float]:
    """Flat metres of a place in a tile."""
    a = (u - grid.corner[tile, 0]) / HALF_TILE - 1.0
    b = (v - grid.corner[tile, 1]) / HALF_TILE - 1.0
    return flat(grid.cubic, tile, a, b)


@bare
def project(grid: Grid, u: float, v: float) -> tuple[bool, float, float]:
    """Flat metres of a place; False where it is too far off to matter."""
    tile = tile_of(grid, u, v)
    if tile == COLD:
        return False, 0.0, 0.0
    x, y = flat_in(grid, tile, u, v)
    return True, x, y


@njit(cache=True, nogil=True, error_model="numpy")
def _cells(
    t: Things, tree: BoxTree, pending: NDArray[np.int64], found: Found, cubic: Floats, block: Index32,
    radius: float,
) -> tuple[Index32, Index32]:  # fmt: skip
    """The tables of all cells; fills `block`. A thing is listed where it lies within `radius` of a place in the cell."""
    blocks = 0
    for tile in range(len(block)):
        if _near_tile(t, tree, pending, found, cubic, tile, radius)[0]:
            block[tile] = blocks
            blocks += 1
    first = np.zeros(blocks * CELLS * CELLS + 1, np.int32)
    ranges, used, cell = np.empty((4096, 2), np.int32), np.int64(0), 0
    for tile in range(len(block)):
        if block[tile] == NO_CELLS:
            continue
        count, round_m = _near_tile(t, tree, pending, found, cubic, tile, radius)
        cell_m = round_m / CELLS
        for row in range(CELLS):
            b = (2 * row + 1) / CELLS - 1
            x, y = flat(cubic, tile, 0.0, b)
            some = _keep(t, found[1], count, x, y, radius + round_m, found[2])  # the row is inside that disc
            for column in range(CELLS):
                if used + some > len(ranges):
                    ranges = _longer(ranges, used + some)
                x, y = flat(cubic, tile, (2 * column + 1) / CELLS - 1, b)
                first[cell] = used
                used = _list(t, found[2], some, x, y, radius + cell_m, ranges, used)
                cell += 1
    first[cell] = used
    return first, ranges[:used]


@bare
def _near_tile(
    t: Things, tree: BoxTree, pending: NDArray[np.int64], found: Found, cubic: Floats, tile: int,
    radius: float,
) -> tuple[int, float]:  # fmt: skip
    """Put the things within `radius` of a tile into found[1]; how many, and how far the tile's corners are off."""
    x, y = flat(cubic, tile, 0.0, 0.0)
    corner_x, corner_y = flat(cubic, tile, 1.0, 1.0)
    other_x, other_y = flat(cubic, tile, 1.0, -1.0)  # of two corners, since a tile is no square
    round_m = max(math.hypot(corner_x - x, corner_y - y), math.hypot(other_x - x, other_y - y)) * 1.01
    reach = radius + round_m
    count = near_box(tree, pending, found[0], x - reach, y - reach, x + reach, y + reach)
    return _keep(t, found[0], count, x, y, reach, found[1]), round_m


@bare
def _keep(
    t: Things, given: NDArray[np.int64], count: int, x: float, y: float, radius: float, kept: NDArray[np.int64]
) -> int:
    """Write those of the given things that may come within `radius` of a place into `kept`; how many."""
    size = 0
    for j in range(count):
        i = given[j]
        dx, dy, wide = t.mx[i] - x, t.my[i] - y, radius + t.half[i]
        if dx * dx + dy * dy <= wide * wide:
            kept[size] = i
            size += 1
    return size


@bare
def _list(
    t: Things, given: NDArray[np.int64], count: int, x: float, y: float, radius: float, ranges: Index32, used: int
) -> int:
    """List the given things that may come within `radius` of a place, from row `used` of `ranges` on; the next free row.

    A gap of a few between two is listed, too: one range is quicker than two.
    """
    begin = used
    for j in range(count):
        i = given[j]
        dx, dy, wide = t.mx[i] - x, t.my[i] - y, radius + t.half[i]
        if dx * dx + dy * dy > wide * wide:
            continue
        if used > begin and i <= ranges[used - 1, 1] + 4:
            ranges[used - 1, 1] = i + 1
        else:
            ranges[used, 0], ranges[used, 1] = i, i + 1
            used += 1
    return used


@njit(cache=True, nogil=True)
def _longer(ranges: Index32, least: int) -> Index32:
    """The same rows with room for more than `least`."""
    longer = np.empty((2 * least + 4096, 2), np.int32)
    for row in range(len(ranges)):
        longer[row, 0], longer[row, 1] = ranges[row, 0], ranges[row, 1]
    return longer
