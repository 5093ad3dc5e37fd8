from pathlib import Path

import pandas as pd
import pytest
from shapely.geometry import Point

from etl.area import Area
from etl.errors import ContentError
from etl.sources import transit
from tests.etl.sources.boardings import PLACES, STATIONS, TODAY, counts, figures
from tests.etl.sources.gtfs import STOPS
from tests.etl.sources.source_runs import (
    NO_SAMPLES,
    area,
    checked_frames,
    codes,
    piece,
    place,
    sample,
    write_piece,
)


def test_boardings_of_bus_stops_are_summed_per_place(tmp_path: Path):
    text = (
        PLACES
        + "NL:S:43210000;Markt;Hengelo;100,5;90;1;1;1;1\n"
        + "NL:S:43211011;Station;Hengelo;20,0;9;1;1;1;1\n"
    )
    parsed = counts(tmp_path, "haltes-2023.csv", text)
    assert figures(parsed) == {"hengelo-haltes-bus-boardings-per-workday-2023": 120.5}
    assert len(parsed.frames["stops"]) == 0, "single bus stops are not carried"
    frames = checked_frames(transit, parsed, area(), today=TODAY)
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


@pytest.mark.parametrize(
    "row",
    ["43210000;Van Neck;Hengelo;12,6", "NL:S:43210000;;;12,6", "NL:Q:43211011;Markt;Hengelo;12,6"],
)
def test_a_number_of_another_register_that_is_equal_by_chance_does_not_count(
    tmp_path: Path, row: str
):
    parsed = counts(tmp_path, "haltes-2023.csv", f"{PLACES}{row};1;1;1;1;1\n")
    assert (figures(parsed), parsed.counts) == ({}, {"dropped-no-position": 1, "other-name": 1})
    told = [one for one in parsed.findings if one.code == "stops-without-position"]
    assert "that number and that name" in told[0].en


def test_a_stop_in_another_place_does_not_count(tmp_path: Path):
    parsed = counts(tmp_path, "haltes-2023.csv", PLACES + "43219999;Markt;Delden;50,0;1;1;1;1;1\n")
    assert (figures(parsed), parsed.counts) == ({}, {"dropped-elsewhere": 1})


def test_rows_of_no_stop_are_counted(tmp_path: Path):
    text = (
        PLACES
        + "-1;;;0,2;1,5;7,5;6,0;0,0;0,0\n-;;;0,2;1,5;7,5;6,0;0,0;0,0\n"
        + "NL:S:43210000;Markt;Hengelo;;;;;;\n"
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
    stops = checked_frames(transit, parsed, area(), today=TODAY)["stops"].set_index("stop_id")
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
        write_piece(tmp_path, name, f"{STATIONS}Hengelo,{value},1,1,1,1,1\n")
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
    row = checked_frames(transit, parsed, area(), today=TODAY)["observations"].iloc[0]
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
        write_piece(tmp_path, f"{name}-2024.csv", head + row.format(value))
        for name, value in (("a", 1000), ("b", 1100))
    ]
    with pytest.raises(
        ContentError,
        match=f"Two files name other boardings for {where} in 2024: .*a-2024.csv.*b-2024.csv",
    ):
        transit.parse([*pieces, write_piece(tmp_path, "stops.txt", STOPS)], area())


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
    stops = checked_frames(transit, parsed, twente(), today=TODAY)["stops"].set_index("stop_id")[
        "boardings_per_workday"
    ]
    assert "station-enschede" in stops and stops.gt(0).all()
    assert enschede is None or stops["station-enschede"] == enschede
    assert figures_of <= set(figures(parsed)) and bool(figures(parsed)) == bool(figures_of)
