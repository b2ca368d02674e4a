"""The rivals' queries, as steps: each step is a table made of those before it, the last one the answer.

`run` (id, patrol, shape) and `rung0`, `rung1`, ... (id, parent, half, shape) are there. Two forms were tried with each:

    places   which places of the line, one every 2 m, lie within the radius of a run
    ladder   pieces of 128 m first; only pieces at an edge are looked at again, by pieces of 16 m, these by places of 2 m

Both give the same metres; the ladder looks at a small part of the pairs.
"""

from tests.speed.coverage.shapes import LADDER_M, RADIUS_M

Steps = list[tuple[str, str]]


def places(rung: int = len(LADDER_M) - 1, radius: float = RADIUS_M) -> Steps:
    return [
        (
            "answer",
            f"""SELECT found.patrol, sum(2 * p.half) AS metres
                FROM (SELECT DISTINCT r.patrol, p.id FROM run r JOIN rung{rung} p ON ST_DWithin(r.shape, p.shape, {radius})) found
                JOIN rung{rung} p ON p.id = found.id
                GROUP BY found.patrol""",
        )
    ]


def by_ladder(widths: tuple[float, ...] = LADDER_M, radius: float = RADIUS_M) -> Steps:
    steps = [
        (
            "near0",
            f"""SELECT r.id AS run, r.patrol, p.id AS piece, p.half, ST_Distance(r.shape, p.shape) AS away
                FROM run r JOIN rung0 p ON ST_DWithin(r.shape, p.shape, {radius + widths[0] / 2})""",
        )
    ]
    inside = []
    for above in range(len(widths) - 1):
        steps.append(
            (
                f"best{above}",
                f"""SELECT patrol, piece, min(half) AS half, min(away) AS away
                    FROM near{above} GROUP BY patrol, piece""",
            )
        )
        inside.append(f"SELECT patrol, half FROM best{above} WHERE away <= {radius} - half")
        steps.append(
            (
                f"near{above + 1}",
                f"""SELECT n.run, n.patrol, p.id AS piece, p.half, ST_Distance(r.shape, p.shape) AS away
                    FROM near{above} n
                    JOIN best{above} b ON b.patrol = n.patrol AND b.piece = n.piece
                    JOIN rung{above + 1} p ON p.parent = n.piece
                    JOIN run r ON r.id = n.run
                    WHERE b.away > {radius} - b.half AND n.away <= {radius} + n.half""",
            )
        )
    last = f"near{len(widths) - 1}"
    inside.append(f"SELECT patrol, min(half) AS half FROM {last} WHERE away <= {radius} GROUP BY patrol, piece")
    union = " UNION ALL ".join(inside)
    return [*steps, ("answer", f"SELECT patrol, sum(2 * half) AS metres FROM ({union}) pieces GROUP BY patrol")]


FORMS = {"ladder": by_ladder, "places": places}
