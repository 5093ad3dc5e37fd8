"""Where documentation and working clients tell of a service differently, it is asked both ways.

Every request survives both, or refuses with a sentence that names the assumption. A row of `DOUBTS`
is a doubt: the answer as documented and as clients recorded it, and what a run makes of each.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.sources import (
    cbs_areas,
    cbs_statline,
    notices,
    pageviews,
)
from tests.etl.sources.doubts import Doubt, Services, outcome
from tests.etl.sources.doubts_of_figures import FIGURES
from tests.etl.sources.doubts_of_maps import MAPS
from tests.etl.sources.doubts_of_notices import NOTICES
from tests.etl.sources.source_runs import (
    SourceRunner,
    area,
)
from tests.etl.upstream import FastClock, Upstream

DAY = date(2026, 3, 1)
DOUBTS = [
    pytest.param(doubt, services, expected, id=f"{doubt.source.SOURCE.id}: {doubt.about} [{side}]")
    for doubt in (*NOTICES, *MAPS, *FIGURES)
    for side, services, expected in (
        ("as documented", doubt.documented, doubt.expected),
        ("as recorded", doubt.recorded, doubt.then),
    )
]


@pytest.fixture(autouse=True)
def first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in (notices, pageviews, cbs_areas, cbs_statline):
        monkeypatch.setattr(source, "_today", lambda: DAY)


@pytest.mark.parametrize(("doubt", "services", "expected"), DOUBTS)
def test_a_doubt_is_survived_or_named(
    doubt: Doubt,
    services: Services,
    expected: str,
    upstream: Upstream,
    clock: FastClock,
    tmp_path: Path,
    quick_disk: None,
):
    for path, reply in services.items():
        upstream.serve(path, reply)
    found = outcome(SourceRunner(upstream, clock, tmp_path), doubt)
    assert found.startswith(expected), found


def test_a_type_that_no_group_knows_is_told_with_its_number(
    upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None
):
    for path, reply in NOTICES[1].recorded.items():
        upstream.serve(path, reply)
    parsed = SourceRunner(upstream, clock, tmp_path).run(notices, area())
    told = [one for one in parsed.findings if one.code == "notices-other-types"]
    assert [dict(one.values) for one in told] == [
        {"town": "Hengelo", "types": "terrasvergunning (7)"}
    ]


def test_a_busy_gazette_is_waited_for_as_working_clients_do(
    upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None
):
    for path, reply in NOTICES[4].recorded.items():
        upstream.serve(path, reply)
    runner = SourceRunner(upstream, clock, tmp_path)
    runner.run(notices, area())
    waits = sorted({round(wait) for wait in clock.slept if wait > 2})
    assert waits == [5, 15, 45, 90, 180]
