"""The dashboard with a page that fetches from a fake service: `python -m tests.dashboard.fetch_site
URL`, with what `stadshart` takes behind it.

The streets of Hengelo are asked at URL, and nothing else.
"""

import sys
from pathlib import Path

from dashboard.i18n.text import Lang
from dashboard.session import fetch_run
from tests.dashboard import unprepared
from tests.etl.upstream import Reply, as_json

OVERPASS = "/api/interpreter"
LON, LAT = 6.793, 52.2658


def streets() -> Reply:
    """Two streets through the market square of Hengelo."""
    east = [{"lon": LON + step * 0.001, "lat": LAT} for step in (-2, 0, 2)]
    north = [{"lon": LON, "lat": LAT + step * 0.001} for step in (-2, 0, 2)]
    return as_json(
        {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2026-02-20T10:00:00Z"},
            "elements": [
                {
                    "type": "way",
                    "id": number,
                    "geometry": path,
                    "tags": {"highway": "pedestrian", "name": name},
                }
                for number, (path, name) in enumerate(
                    ((east, "Langestraat"), (north, "Dwarsstraat")), 1
                )
            ],
        }
    )


def ask_only(url: str) -> None:
    """Let a run that the page starts ask one source about one town, at this address."""
    whole = fetch_run.command

    def command(folder: Path, lang: Lang) -> list[str]:
        few = ("--place", "hengelo", "--source", "osm", "--workers", "1")
        return [*whole(folder, lang), *few, "--base-url", f"osm={url}"]

    fetch_run.command = command


if __name__ == "__main__":
    ask_only(sys.argv[1])
    unprepared.start(sys.argv[2:])
