"""Timetables: stops, departures per place, and whom they are credited to."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl.pipeline import source_state
from etl.pipeline.parts_store import ParsedPart, PartsIndex
from etl.sources import transit
from tests.etl.sources.boardings import PLACES, TODAY, counts, figures
from tests.etl.sources.gtfs import feed
from tests.etl.sources.source_runs import (
    SourceFailedError,
    SourceRunner,
    area,
    checked_frames,
    codes,
    piece,
    place,
    write_piece,
)
from tests.etl.upstream import FastClock, Reply, Upstream

GTFS = urlsplit(transit.TIMETABLE).path


@pytest.mark.parametrize("stops", ["far,Far,52.2620,6.7100\n", ""])
def test_a_timetable_without_a_stop_in_reach_says_so(tmp_path: Path, stops: str):
    content = feed(stops="stop_id,stop_name,stop_lat,stop_lon\n" + stops)
    parsed = transit.parse([write_piece(tmp_path, "ander.zip", content)], area())
    assert (len(parsed.frames["stops"]), figures(parsed), codes(parsed)) == (
        0,
        {},
        ["timetable-elsewhere"],
    )


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def test_a_timetable_gives_stops_without_boardings_and_departures_per_place(
    runner: SourceRunner, upstream: Upstream
):
    upstream.serve(GTFS, Reply(body=feed(), headers=(("Content-Type", "application/zip"),)))
    parsed = runner.run(transit, area())
    frames = checked_frames(transit, parsed, area())
    stops = frames["stops"].set_index("stop_id")
    assert sorted(stops.index) == ["gtfs:markt", "gtfs:stoparea:station"]
    assert stops["boardings_per_workday"].isna().all(), "service is not passengers"
    # Two trips call at the market and, on its quays together, four times at the station.
    assert stops["note"].str.extract(r"(\d+) vertrekken op een gewone werkdag")[0].astype(
        int
    ).to_dict() == {"gtfs:markt": 2, "gtfs:stoparea:station": 4}
    assert set(stops["note"]) <= set(frames["translations"]["text_nl"])
    assert figures(parsed) == {"hengelo-haltes-departures-per-workday-2026-03-02": 6.0}
    assert (parsed.surveyed, frames["observations"]["nature"].tolist()) == (
        "2026-03-02/2026-03-29",
        ["plan"],
    )


@pytest.mark.parametrize(
    ("name", "licence"), [("gtfs-nl.zip", "CC0 1.0"), ("vbb.zip", transit.UNSTATED.nl)]
)
def test_a_timetable_that_somebody_brought_has_no_licence_of_ours(
    tmp_path: Path, name: str, licence: str
):
    parsed = transit.parse([write_piece(tmp_path, name, feed())], area())
    observations = parsed.frames["observations"]
    assert observations["licence"].unique().tolist() == [licence]
    assert transit.UNSTATED.nl in set(parsed.frames["translations"]["text_nl"])


def test_a_timetable_without_trips_here_is_an_answer(runner: SourceRunner, upstream: Upstream):
    upstream.serve(GTFS, Reply(body=feed(stop_times="trip_id,stop_id,stop_sequence\n")))
    parsed = runner.run(transit, area())
    assert (len(parsed.frames["stops"]), figures(parsed)) == (0, {})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>works</body></html>", "page-instead-of-data"),
        (b"", "body-empty"),
        (feed()[:-30], "not-what-was-asked|body-cut"),
        (b"GTFS", "not-what-was-asked"),
    ],
)
def test_what_is_no_archive_is_a_failure(
    runner: SourceRunner, upstream: Upstream, body: bytes, code: str
):
    upstream.serve(GTFS, Reply(body=body))
    with pytest.raises(SourceFailedError, match=code):
        runner.run(transit, area())


@pytest.mark.slow
def test_a_timetable_is_asked_once_a_week_and_only_when_it_changed(
    runner: SourceRunner, upstream: Upstream, clock: FastClock
):
    upstream.serve(
        GTFS,
        Reply(body=feed(), headers=(("Last-Modified", "Sun, 01 Mar 2026 03:00:00 GMT"),)),
        Reply(status=304),
    )
    runner.run(transit, area())
    runner.run(transit, area())
    assert len(upstream.requests) == 1
    clock.slept.append(8 * 86_400.0)
    runner.run(transit, area())
    assert upstream.requests[-1].headers["if-modified-since"] == "Sun, 01 Mar 2026 03:00:00 GMT"


def test_abroad_no_timetable_is_asked():
    assert transit.requests(area(place("gronau", None, role="abroad"))) == []


INFO = "feed_publisher_name,feed_publisher_url,feed_lang\n{name},{url},de\n"


@pytest.mark.parametrize(
    ("members", "publisher", "url"),
    [
        (
            {"feed_info": INFO.format(name="Beispielverbund", url="https://example.org/gtfs")},
            "Beispielverbund (dienstregeling)",
            "https://example.org/gtfs",
        ),
        (
            {"feed_info": INFO.format(name="Beispielverbund", url="javascript:alert(1)")},
            "Beispielverbund (dienstregeling)",
            None,
        ),
        (
            {"agency": "agency_id,agency_name\n1,Voorbeeldbus\n"},
            "Voorbeeldbus (dienstregeling)",
            None,
        ),
        (
            {"agency": "agency_id,agency_name\n1,Voorbeeldbus\n2,Andere bus\n"},
            "meegegeven dienstregeling",
            None,
        ),
        ({}, "meegegeven dienstregeling", None),
    ],
)
def test_a_timetable_brought_by_hand_is_credited_to_whom_it_names(
    tmp_path: Path, members: dict[str, str], publisher: str, url: str | None
):
    (tmp_path / "ander.zip").write_bytes(feed(**members))
    owner = transit.parse([piece(tmp_path / "ander.zip")], area()).owner
    assert owner is not None and "OVapi" not in f"{owner.publisher} {owner.credit}"
    assert (owner.publisher, owner.url, owner.licence) == (
        publisher,
        url,
        "niet vermeld in de dienstregeling",
    )


def test_who_counted_stands_beside_who_drew_up_the_timetable(tmp_path: Path):
    (tmp_path / "gtfs-nl.zip").write_bytes(feed())
    text = PLACES + "NL:S:43210000;Markt;Hengelo;100,5;90;1;1;1;1\n"
    both = transit.parse(
        [piece(tmp_path / "gtfs-nl.zip"), write_piece(tmp_path, "haltes-2023.csv", text)], area()
    ).owner
    alone = counts(tmp_path, "haltes-2023.csv", text).owner
    assert both is not None and (both.publisher, both.credit) == (
        "OVapi (dienstregeling); provincies (OV Oost)",
        "Dienstregeling: OVapi",
    )
    assert both.licence == transit.SOURCE.licence and both.url == transit.SOURCE.url
    assert alone is not None and (alone.publisher, alone.url, alone.credit) == (
        "provincies (OV Oost)",
        None,
        None,
    )


def test_the_record_of_the_source_names_whom_the_timetable_named(tmp_path: Path):
    (tmp_path / "ander.zip").write_bytes(
        feed(feed_info=INFO.format(name="Beispielverbund", url="https://example.org/gtfs"))
    )
    owner = transit.parse([piece(tmp_path / "ander.zip")], area()).owner
    part = ParsedPart(
        source_id="transit", key="region", fingerprint="f" * 64, retrieved=TODAY, owner=owner
    )
    kept = PartsIndex.from_json(PartsIndex(version="v", parts={part.name: part}).to_json()).parts[
        part.name
    ]
    record = source_state.source_state(transit.SOURCE, [kept]).record
    assert (record.publisher, record.credit, record.url) == (
        "Beispielverbund (dienstregeling)",
        "Dienstregeling: Beispielverbund",
        "https://example.org/gtfs",
    )
    declared = source_state.source_state(transit.SOURCE, [replace(kept, owner=None)]).record
    assert (declared.publisher, declared.credit) == (
        transit.SOURCE.publisher,
        transit.SOURCE.credit,
    )
