from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from shapely.geometry import Point

from etl import status
from etl.area import Area
from etl.errors import ContentError
from etl.parts import Index, Part
from etl.sources import transit
from tests.etl.sources.asking import (
    NO_SAMPLES,
    Asking,
    Failed,
    area,
    checked,
    codes,
    piece,
    place,
    sample,
    written,
)
from tests.etl.sources.gtfs import STOPS, feed
from tests.etl.upstream import FastClock, Reply, Upstream

TODAY = date(2026, 11, 24)
GTFS = urlsplit(transit.TIMETABLE).path
STATIONS = "STATION,INSTAP_WERK,UITSTAP_WERK,INSTAP_ZA,UITSTAP_ZA,INSTAP_ZO,UITSTAP_ZO\n"
PLACES = (
    "STOPPLACECODE;NAME;TOWN;INSTAP_WERK;UITSTAP_WERK;INSTAP_ZA;UITSTAP_ZA;INSTAP_ZO;UITSTAP_ZO\n"
)


def counts(
    tmp_path: Path, name: str, text: str, *, stops: str | None = STOPS, asked: Area | None = None
):
    pieces = [written(tmp_path, name, text)]
    if stops is not None:
        pieces.append(written(tmp_path, "stops.txt", stops))
    return transit.parse(pieces, asked or area())


def figures(parsed) -> dict[str, float]:
    rows = parsed.frames["observations"]
    return (
        dict(zip(rows["observation_id"], rows.get("value", ()), strict=True)) if len(rows) else {}
    )


def test_boardings_of_bus_stops_are_summed_per_place(tmp_path: Path):
    text = (
        PLACES
        + "NL:S:43210000;Markt;Hengelo;100,5;90;1;1;1;1\nNL:S:43211011;Station;Hengelo;20,0;9;1;1;1;1\n"
    )
    parsed = counts(tmp_path, "haltes-2023.csv", text)
    assert figures(parsed) == {"hengelo-haltes-bus-boardings-per-workday-2023": 120.5}
    assert len(parsed.frames["stops"]) == 0, "single bus stops are not carried"
    frames = checked(transit, parsed, area(), today=TODAY)
    row = frames["observations"].iloc[0]
    assert pd.isna(row["series"]), "years of these counts differ in method"
    assert {row["unit"], row["definition"], row["area_name"]} <= set(
        frames["translations"]["text_nl"]
    )


def test_a_stop_of_the_other_hengelo_does_not_count(tmp_path: Path):
    text = (
        PLACES + "NL:S:43210000;Markt;Hengelo;100,5;90;1;1;1;1\nNL:S:41410150;Van"
        " Neck;Hengelo;12,6;12,3;1;1;1;1\n"
    )
    parsed = counts(tmp_path, "haltes-2023.csv", text)
    assert (figures(parsed), parsed.counts) == (
        {"hengelo-haltes-bus-boardings-per-workday-2023": 100.5},
        {"dropped-no-position": 1},
    )


def test_a_stop_in_another_place_does_not_count(tmp_path: Path):
    parsed = counts(tmp_path, "haltes-2023.csv", PLACES + "43219999;Markt;Delden;50,0;1;1;1;1;1\n")
    assert (figures(parsed), parsed.counts) == ({}, {"dropped-elsewhere": 1})


def test_rows_of_no_stop_are_counted(tmp_path: Path):
    text = (
        PLACES
        + "-1;;;0,2;1,5;7,5;6,0;0,0;0,0\n-;;;0,2;1,5;7,5;6,0;0,0;0,0\nNL:S:43210000;Markt;Hengelo;;;;;;\n"
    )
    parsed = counts(tmp_path, "haltes-2023.csv", text)
    assert (figures(parsed), parsed.counts) == ({}, {"dropped-no-stop": 2, "dropped-no-number": 1})


def test_stops_nobody_can_place_are_told(tmp_path: Path):
    parsed = counts(
        tmp_path, "haltes-2023.csv", PLACES + "1333;;;10,8;32,7;8,7;16,7;9,2;15,6\n", stops=None
    )
    assert (codes(parsed), parsed.counts) == (
        ["stops-without-position"],
        {"dropped-no-position": 1},
    )


def test_the_separator_of_a_file_tells_its_decimal_sign(tmp_path: Path):
    with pytest.raises(ContentError, match=r"INSTAP_WERK.*'1\.234'"):
        counts(
            tmp_path, "haltes-2023.csv", PLACES + "NL:S:43210000;Markt;Hengelo;1.234;1;1;1;1;1\n"
        )


@pytest.mark.parametrize("name", ["haltes.csv", "haltes-2022-2023.csv", "haltes-12023.csv"])
def test_a_file_of_counts_must_say_its_year(tmp_path: Path, name: str):
    with pytest.raises(ContentError, match="year-missing"):
        counts(tmp_path, name, PLACES)


def test_a_renamed_column_is_named(tmp_path: Path):
    with pytest.raises(ContentError, match=r"INSTAP_WERK is missing \(looks like: INSTAP_WRK\)"):
        counts(tmp_path, "stations-2023.csv", "STATION,INSTAP_WRK\nHengelo,1\n")


def test_a_station_lies_where_the_curated_facts_or_a_timetable_say(tmp_path: Path):
    named = STOPS + 'x,,"Hengelo West",52.2650,6.7800,\n'
    parsed = counts(
        tmp_path,
        "stations-incl-ns-2024.csv",
        STATIONS + "Hengelo,9000,1,1,1,1,1\nHengelo West,100,1,1,1,1,1\nZwolle,5,1,1,1,1,1\n",
        stops=named,
    )
    stops = checked(transit, parsed, area(), today=TODAY)["stops"].set_index("stop_id")
    assert stops["boardings_per_workday"].to_dict() == {
        "station-hengelo": 9000.0,
        "station-hengelo-west": 100.0,
    }
    assert (stops["kind"].unique().tolist(), parsed.counts) == (
        ["train_station"],
        {"dropped-no-position": 1},
    )
    assert figures(parsed) == {"hengelo-station-boardings-per-workday-2024": 9000.0}


def test_a_name_at_two_spots_is_no_position(tmp_path: Path):
    named = STOPS + 'x,,"Hengelo West",52.2650,6.7800,\ny,,"Hengelo West",52.2650,6.8100,\n'
    parsed = counts(
        tmp_path,
        "stations-incl-ns-2024.csv",
        STATIONS + "Hengelo West,100,1,1,1,1,1\n",
        stops=named,
    )
    assert (len(parsed.frames["stops"]), parsed.counts) == (
        0,
        {"ambiguous-name": 1, "dropped-no-position": 1},
    )


@pytest.mark.parametrize(
    ("name", "figure", "note"),
    [
        ("stations-incl-ns-2024.csv", 1, transit.WITH_NS),
        ("stations-concessie-2024.csv", 0, transit.WITHOUT_NS),
    ],
)
def test_a_count_without_ns_is_no_figure_of_the_station(
    tmp_path: Path, name: str, figure: int, note
):
    parsed = counts(tmp_path, name, STATIONS + "Hengelo,9000,1,1,1,1,1\n")
    assert (len(figures(parsed)), parsed.frames["stops"]["note"].tolist()) == (figure, [note.nl])


def test_of_two_files_of_a_year_the_one_with_ns_counts(tmp_path: Path):
    files = {"a-concessie-2024.csv": 1000, "b-incl-ns-2024.csv": 9000}
    pieces = [
        written(tmp_path, name, f"{STATIONS}Hengelo,{value},1,1,1,1,1\n")
        for name, value in files.items()
    ]
    assert transit.parse(pieces, area()).frames["stops"]["boardings_per_workday"].tolist() == [
        9000.0
    ]


CONCESSIONS = STATIONS.replace("STATION,", "STATION,CONCESSIE,")


def test_a_station_with_a_row_per_operator_is_their_sum(tmp_path: Path):
    per_operator = {"NS": 3000, "TZWEN": 2600, "TZUHO": 1900}
    rows = "".join(f"Hengelo,{name},{n},{n - 9},1,2,3,4\n" for name, n in per_operator.items())
    rows += "-,VD,5,5,5,5,5,5\n"
    parsed = counts(tmp_path, "stations per concessie incl. NS 2024.csv", CONCESSIONS + rows)
    assert parsed.frames["stops"]["boardings_per_workday"].tolist() == [7500.0]
    assert figures(parsed) == {"hengelo-station-boardings-per-workday-2024": 7500.0}
    assert (codes(parsed), parsed.counts) == ([], {"dropped-no-stop": 1})


def test_a_station_of_which_one_operator_is_unknown_has_no_sum(tmp_path: Path):
    parsed = counts(
        tmp_path, "stations-2024.csv", CONCESSIONS + "Hengelo,NS,,,,,,\nHengelo,VD,5,8,2,3,3,9\n"
    )
    assert (len(parsed.frames["stops"]), parsed.counts) == (0, {"dropped-no-number": 2})


@pytest.mark.parametrize(
    "rows",
    [
        "Hengelo,NS,3000,1,1,1,1,1\nHengelo,VD,5,8,2,3,3,9\nHengelo,Totaal,4000,9,9,9,9,9\n",
        "Hengelo,,3000,10,1,1,1,1\nHengelo,,500,20,2,2,2,2\nHengelo,,3500,30,3,3,3,3\n",
        "Hengelo,NS,3000,10,1,1,1,1\nHengelo,NS,500,20,2,2,2,2\n",
        "Hengelo,NS,3000,10,1,1,1,1\nHengelo,VD,3000,10,1,1,1,1\n",
    ],
    ids=["said", "summed", "operator-twice", "row-twice"],
)
def test_a_station_that_would_count_double_is_asked_about(tmp_path: Path, rows: str):
    with pytest.raises(ContentError, match="Hengelo has more than one row") as refused:
        counts(tmp_path, "stations-2024.csv", CONCESSIONS + rows)
    assert refused.value.finding.code == "stop-twice"


def test_a_stop_place_with_two_rows_counts_both(tmp_path: Path):
    text = (
        PLACES
        + "NL:S:43210000;Markt;Hengelo;100,5;90;1;1;1;1\n43210000;Markt;Hengelo;20,0;9;2;2;2;2\n"
    )
    assert figures(counts(tmp_path, "haltes-2023.csv", text)) == {
        "hengelo-haltes-bus-boardings-per-workday-2023": 120.5
    }


@pytest.mark.parametrize(
    ("name", "with_ns"),
    [
        ("stations incl. NS 2024.csv", True),
        ("Stations (INCL NS) 2024.csv", True),
        ("stations_inclusief_ns_2024.csv", True),
        ("stations inclusief de NS 2024.csv", True),
        ("stations niet incl. NS 2024.csv", False),
        ("stations excl. NS 2024.csv", False),
        ("stations incl. nsb 2024.csv", False),
    ],
)
def test_a_name_says_whether_ns_counts(tmp_path: Path, name: str, with_ns: bool):
    parsed = counts(tmp_path, name, STATIONS + "Hengelo,9000,1,1,1,1,1\n")
    assert bool(figures(parsed)) == with_ns


def test_rows_of_ns_say_that_ns_counts(tmp_path: Path):
    parsed = counts(
        tmp_path,
        "per-concessie-2024.csv",
        CONCESSIONS + "Hengelo,NS,3000,1,1,1,1,1\nHengelo,VD,5,8,2,3,3,9\n",
    )
    assert figures(parsed) == {"hengelo-station-boardings-per-workday-2024": 3005.0}


def test_a_count_that_differs_from_the_curated_one_stands_beside_it(tmp_path: Path):
    # Curated for Hengelo in 2019: 8,950.
    parsed = counts(tmp_path, "stations-incl-ns-2019.csv", STATIONS + "Hengelo,9000,1,1,1,1,1\n")
    row = checked(transit, parsed, area(), today=TODAY)["observations"].iloc[0]
    assert (row["observation_id"], row["value"], row["confidence"]) == (
        "hengelo-station-boardings-per-workday-2019-transit",
        9000.0,
        "low",
    )
    assert "8950 instappers" in row["note"] and row["note"] in set(
        parsed.frames["translations"]["text_nl"]
    )
    (told,) = parsed.findings
    assert (told.code, told.severity) == (
        "boardings-differ",
        "warning",
    ) and "Hengelo 9000, curated 8950" in told.en


@pytest.mark.parametrize("value", [8950, 8952])
def test_a_count_that_rounds_to_the_curated_one_is_the_same(tmp_path: Path, value: int):
    parsed = counts(
        tmp_path, "stations-incl-ns-2019.csv", STATIONS + f"Hengelo,{value},1,1,1,1,1\n"
    )
    assert (codes(parsed), list(figures(parsed))) == (
        [],
        ["hengelo-station-boardings-per-workday-2019"],
    )


def test_a_count_without_ns_beside_a_curated_one_is_told(tmp_path: Path):
    parsed = counts(tmp_path, "stations-concessie-2023.csv", STATIONS + "Hengelo,5872,1,1,1,1,1\n")
    assert (figures(parsed), codes(parsed)) == ({}, ["boardings-differ"])
    assert "(without NS)" in parsed.findings[0].en and "Hengelo 5872" in parsed.findings[0].en


@pytest.mark.parametrize(
    ("head", "row", "where"),
    [
        (STATIONS, "Hengelo,{},1,1,1,1,1\n", "station Hengelo"),
        (PLACES, "43210000;Markt;Hengelo;{},5;90;1;1;1;1\n", "hengelo"),
    ],
)
def test_two_files_of_one_year_that_disagree_are_asked_about(
    tmp_path: Path, head: str, row: str, where: str
):
    pieces = [
        written(tmp_path, f"{name}-2024.csv", head + row.format(value))
        for name, value in (("a", 1000), ("b", 1100))
    ]
    with pytest.raises(
        ContentError,
        match=f"Two files name other boardings for {where} in 2024: .*a-2024.csv.*b-2024.csv",
    ):
        transit.parse([*pieces, written(tmp_path, "stops.txt", STOPS)], area())


@pytest.mark.parametrize("stops", ["far,Far,52.2620,6.7100\n", ""])
def test_a_timetable_without_a_stop_in_reach_says_so(tmp_path: Path, stops: str):
    content = feed(stops="stop_id,stop_name,stop_lat,stop_lon\n" + stops)
    parsed = transit.parse([written(tmp_path, "ander.zip", content)], area())
    assert (len(parsed.frames["stops"]), figures(parsed), codes(parsed)) == (
        0,
        {},
        ["timetable-elsewhere"],
    )


# Over a socket, with the protocol of the service.


@pytest.fixture
def asking(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> Asking:
    return Asking(upstream, clock, tmp_path)


def test_a_timetable_gives_stops_without_boardings_and_departures_per_place(
    asking: Asking, upstream: Upstream
):
    upstream.say(GTFS, Reply(body=feed(), headers=(("Content-Type", "application/zip"),)))
    parsed = asking.run(transit, area())
    frames = checked(transit, parsed, area())
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
    parsed = transit.parse([written(tmp_path, name, feed())], area())
    observations = parsed.frames["observations"]
    assert observations["licence"].unique().tolist() == [licence]
    assert transit.UNSTATED.nl in set(parsed.frames["translations"]["text_nl"])


def test_a_timetable_without_trips_here_is_an_answer(asking: Asking, upstream: Upstream):
    upstream.say(GTFS, Reply(body=feed(stop_times="trip_id,stop_id,stop_sequence\n")))
    parsed = asking.run(transit, area())
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
    asking: Asking, upstream: Upstream, body: bytes, code: str
):
    upstream.say(GTFS, Reply(body=body))
    with pytest.raises(Failed, match=code):
        asking.run(transit, area())


def test_a_timetable_is_asked_once_a_week_and_only_when_it_changed(
    asking: Asking, upstream: Upstream, clock: FastClock
):
    upstream.say(
        GTFS,
        Reply(body=feed(), headers=(("Last-Modified", "Sun, 01 Mar 2026 03:00:00 GMT"),)),
        Reply(status=304),
    )
    asking.run(transit, area())
    asking.run(transit, area())
    assert len(upstream.asked) == 1
    clock.slept.append(8 * 86_400.0)
    asking.run(transit, area())
    assert upstream.asked[-1].headers["if-modified-since"] == "Sun, 01 Mar 2026 03:00:00 GMT"


def test_abroad_no_timetable_is_asked():
    assert transit.requests(area(place("gronau", None, role="abroad"))) == []


# Against recorded files.


def twente() -> Area:
    return area(
        place(),
        place("enschede", "GM0153", core=Point(257_800.0, 471_200.0)),
        place("almelo", "GM0141", core=Point(242_000.0, 486_000.0)),
    )


@NO_SAMPLES
def test_the_recorded_decimal_comma_is_a_decimal(tmp_path: Path):
    stops = "stop_id,stop_name,stop_lat,stop_lon\nNL:S:43000010,Centraal Station,52.2225,6.8900\n"
    recorded = sample("ov_oost/stopplace-2023-twente-top10.csv").read_text()
    parsed = counts(tmp_path, "stopplace-2023.csv", recorded, stops=stops, asked=twente())
    assert figures(parsed) == {"enschede-haltes-bus-boardings-per-workday-2023": 4414.4}


@NO_SAMPLES
def test_the_recorded_wrong_hengelo_does_not_count_for_twente(tmp_path: Path):
    codes_there = (41410030, 41410150, 41410190, 41410210)
    stops = STOPS + "".join(
        f"q{code},{code},Hengelo,52.05{number},6.31,\n" for number, code in enumerate(codes_there)
    )
    recorded = sample("ov_oost/stopplace-2022-hengelo-gelderland-trap.csv").read_text()
    parsed = counts(tmp_path, "stopplace-2022.csv", recorded, stops=stops)
    assert (figures(parsed), sum(parsed.counts.values())) == ({}, 4)


@NO_SAMPLES
@pytest.mark.parametrize("name", ["halte-2022-head.csv", "stopplace-2023-head.csv"])
def test_recorded_codes_without_a_register_are_not_placed(name: str):
    parsed = transit.parse([piece(sample(f"ov_oost/{name}"))], twente())
    assert (figures(parsed), codes(parsed)) == ({}, ["stops-without-position"])


@NO_SAMPLES
@pytest.mark.parametrize(
    ("name", "enschede", "figures_of"),
    [
        (
            "stations-incl-ns-2019-twente.csv",
            8348.0,
            {"enschede-station-boardings-per-workday-2019"},
        ),
        ("stations-concessie-2023-twente.csv", None, set()),
    ],
)
def test_recorded_stations_are_read_with_their_operators(
    name: str, enschede: float | None, figures_of: set[str]
):
    parsed = transit.parse([piece(sample(f"ov_oost/{name}"))], twente())
    stops = checked(transit, parsed, twente(), today=TODAY)["stops"].set_index("stop_id")[
        "boardings_per_workday"
    ]
    assert "station-enschede" in stops and stops.gt(0).all()
    assert enschede is None or stops["station-enschede"] == enschede
    assert figures_of <= set(figures(parsed)) and bool(figures(parsed)) == bool(figures_of)


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
        [piece(tmp_path / "gtfs-nl.zip"), written(tmp_path, "haltes-2023.csv", text)], area()
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
    part = Part(
        source_id="transit", key="region", fingerprint="f" * 64, retrieved=TODAY, owner=owner
    )
    kept = Index.from_json(Index(version="v", parts={part.name: part}).to_json()).parts[part.name]
    record = status.of(transit.SOURCE, [kept]).record
    assert (record.publisher, record.credit, record.url) == (
        "Beispielverbund (dienstregeling)",
        "Dienstregeling: Beispielverbund",
        "https://example.org/gtfs",
    )
    declared = status.of(transit.SOURCE, [replace(kept, owner=None)]).record
    assert (declared.publisher, declared.credit) == (
        transit.SOURCE.publisher,
        transit.SOURCE.credit,
    )
