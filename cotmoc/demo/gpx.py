"""A track as the bytes of a phone's GPX 1.1 file, one segment per day."""

from datetime import UTC, datetime
from itertools import pairwise

from cotmoc.demo.engine.values import SimTrack

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Cột Mốc, MINH HỌA" xmlns="http://www.topografix.com/GPX/1/1">\n'
    "<metadata><desc>Vết minh họa, không phải chuyến đi thật</desc></metadata>\n"
)


def gpx(track: SimTrack) -> bytes:
    """The accuracy of each fix stands in its extensions, in metres, as phone loggers write it."""
    fixes = track.fixes
    times = (datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for ms in fixes.time.tolist())
    columns = zip(fixes.lat.tolist(), fixes.lon.tolist(), times, fixes.accuracy.tolist(), strict=True)
    points = [
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{time}</time>'
        f"<extensions><accuracy>{accuracy:.1f}</accuracy></extensions></trkpt>\n"
        for lat, lon, time, accuracy in columns
    ]
    days = pairwise((0, *track.days, len(points)))
    segments = ["<trkseg>\n" + "".join(points[begin:end]) + "</trkseg>\n" for begin, end in days]
    return f"{HEAD}<trk><name>{track.name}</name>\n{''.join(segments)}</trk>\n</gpx>\n".encode()
