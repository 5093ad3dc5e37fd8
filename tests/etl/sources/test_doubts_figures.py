"""Both ways of every doubt about figures of CBS, views of articles, and timetables."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

import pytest

from etl.sources import (
    cbs_areas,
    cbs_statline,
    pageviews,
    transit,
)
from tests.etl.sources import gtfs
from tests.etl.sources import test_cbs_population as cbs
from tests.etl.sources import test_pageviews as views
from tests.etl.sources.doubts import Answer, Doubt, Services, both_ways, outcome
from tests.etl.sources.source_runs import SourceRunner
from tests.etl.sources.statline import BASE, context, observed, shops
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

GTFS = urlsplit(transit.TIMETABLE).path
pytestmark = pytest.mark.usefixtures("quick_disk")


def edition(year: int, **more: object) -> Services:
    """An edition of areas with the municipality, its district and its neighbourhood."""
    row = cbs.neighbourhood(1, **{"jaar": year, "wijkcode": "WK016400", "wijknaam": "W", **more})
    found: Services = {}
    for name, code in cbs_areas.CODE.items():
        own = dict(row["properties"])  # type: ignore[call-overload]
        for other in {*cbs_areas.CODE.values()} - {code, "gemeentecode"}:
            own.pop(other, None)
        path = urlsplit(cbs_areas.ADDRESS.format(name=name)).path
        path = path.replace(str(cbs_areas.YEAR), str(year))
        found[path] = as_json(cbs.collection({**row, "properties": own}))
    return found


def statline(observations: Reply | Answer) -> Services:
    """StatLine with rows of one table; the others have none."""
    found: Services = {}
    for table in {series.table for series in cbs_statline.FIGURES}:
        for entity in ("MeasureCodes", "PeriodenCodes", "Observations"):
            found[f"{BASE}/{table}/{entity}"] = as_json({**context(table, entity), "value": []})
        found[f"{BASE}/{table}/Properties"] = as_json(
            {**context(table, "Properties"), "Modified": "2026-06-12", "Status": "Regulier"}
        )
    found[f"{BASE}/81575NED/Observations"] = observations
    return found


def only_known_operators(asked: ReceivedRequest) -> Reply:
    """StatLine that refuses a comparison of periods, which no client uses."""
    if " ge " in unquote_plus(asked.target):
        return as_json({"error": {"code": "400", "message": "operator ge"}}, status=400)
    return as_json(observed("81575NED", shops()))


def without_table(asked: ReceivedRequest) -> Reply:
    return Reply(status=404, body=b"{}")


def views_of(reply: Reply) -> Services:
    return {views.HENGELO: reply}


NO_VIEWS = {"detail": views.UNKNOWN, "title": "Not Found"}
NEW_FORM = {**NO_VIEWS, "status": 404, "uri": "/metrics", "method": "get"}
WEEK = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "week,1,1,1,1,1,0,0,20260302,20260329\n"
)


def timetable(**members: str | None) -> Services:
    body = gtfs.feed(**members)
    return {GTFS: Reply(body=body, headers=(("Content-Type", "application/zip"),))}


FIGURES = (
    Doubt(
        "2024 is the newest edition of areas, or a later one answers",
        cbs_areas,
        edition(2024),
        "areas 3, 2024; edition-older",
        edition(2024) | edition(2025),
        "areas 3, 2025; edition-older",
    ),
    Doubt(
        "a new edition has figures, or boundaries alone",
        cbs_areas,
        edition(2024) | edition(2026),
        "areas 3, 2026",
        edition(2024) | edition(2026, aantal_inwoners=-99997),
        "areas 3, 2024; edition-older",
    ),
    Doubt(
        "periods are compared with ge, or only with eq and startswith",
        cbs_statline,
        statline(as_json(observed("81575NED", shops()))),
        "observations 1",
        statline(only_known_operators),
        "observations 1",
    ),
    Doubt(
        "a figure is there, or empty with a reason",
        cbs_statline,
        statline(as_json(observed("81575NED", shops()))),
        "observations 1",
        statline(
            as_json(observed("81575NED", shops(), shops("2025JJ00", None, attribute="Impossible")))
        ),
        "observations 1",
    ),
    Doubt(
        "a table is there, or has ended",
        cbs_statline,
        statline(as_json(observed("81575NED", shops()))),
        "observations 1",
        statline(without_table),
        "refused: 127.0.0.1 does not know table 81575NED",
    ),
    Doubt(
        "an article without views: in the form before 2026, or since",
        pageviews,
        views_of(as_json(NO_VIEWS, status=404)),
        "observations 0; no-data-yet",
        views_of(as_json(NEW_FORM, status=404, content_type="application/problem+json")),
        "observations 0; no-data-yet",
    ),
    Doubt(
        "a program may ask for views, or is refused for its name",
        pageviews,
        views_of(as_json({"items": [views.month()]})),
        "observations 1",
        views_of(Reply(status=403, body=b"Please set a user-agent")),
        "refused: 127.0.0.1",
    ),
    Doubt(
        "a timetable has a calendar of weeks, or single days only",
        transit,
        timetable(calendar=WEEK, calendar_dates=None),
        "observations 1, stops 2",
        timetable(),
        "observations 1, stops 2",
    ),
)


@pytest.mark.parametrize(("doubt", "services", "expected"), both_ways(FIGURES))
def test_a_doubt_is_survived_or_named(
    doubt: Doubt,
    services: Services,
    expected: str,
    upstream: Upstream,
    clock: FastClock,
    tmp_path: Path,
):
    for path, reply in services.items():
        upstream.serve(path, reply)
    seen = outcome(SourceRunner(upstream, clock, tmp_path), doubt)
    assert seen.startswith(expected), seen
