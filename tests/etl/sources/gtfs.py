"""A small timetable around the made-up town of the tests: two trips a workday past its market and
its station.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

DAYS = [f"202603{day:02d}" for day in range(2, 31) if day % 7 not in (0, 1)]
"""Workdays from Monday 2 March 2026."""

STOPS = """\
stop_id,stop_code,stop_name,stop_lat,stop_lon,parent_station
stoparea:station,,"Hengelo, Station",52.2615,6.7935,
station-a,43211011,"Hengelo, Station",52.2615,6.7930,stoparea:station
station-b,43211012,"Hengelo, Station",52.2615,6.7940,stoparea:station
markt,NL:S:43210000,"Hengelo, Markt",52.2667,6.7925,
far,43219999,"Delden, Markt",52.2620,6.7100,
van-neck,41410150,"Hengelo, Van Neck",52.0500,6.3100,
"""
TIMES = """\
trip_id,stop_id,stop_sequence,pickup_type
a,markt,1,0
a,station-a,2,0
a,station-b,3,0
a,far,4,0
b,markt,1,0
b,station-b,2,0
b,station-a,3,0
b,far,4,0
"""


def trips(days: Iterable[str]) -> str:
    """Single days on which the service runs."""
    return "service_id,date,exception_type\n" + "".join(f"week,{day},1\n" for day in days)


def feed(**members: str | None) -> bytes:
    """A timetable as a zip; a member given replaces ours, None leaves it out."""
    content: dict[str, str | None] = {
        "stops": STOPS,
        "trips": "trip_id,service_id\na,week\nb,week\n",
        "stop_times": TIMES,
        "calendar_dates": trips(DAYS),
        **members,
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            if text is not None:
                archive.writestr(f"{name}.txt", text)
    return whole.getvalue()
