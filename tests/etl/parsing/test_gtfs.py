import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.errors import ContentError, FileError
from etl.parsing import gtfs
from tests.etl.sources.gtfs import DAYS, STOPS, TIMES, feed, trips
from tests.etl.sources.source_runs import area


def read(tmp_path: Path, **members: str | None):
    path = tmp_path / "gtfs"
    path.write_bytes(feed(**members))
    return gtfs.read(path, area())


def departures(met: gtfs.Timetable) -> dict[str, float]:
    return dict(zip(met.stops["stop_id"], met.stops["departures_per_workday"], strict=True))


def test_quays_of_one_stop_place_count_together(tmp_path: Path):
    # Two trips call at both quays of the station every workday; each goes on from there.
    assert departures(read(tmp_path)) == {"stoparea:station": 4.0, "markt": 2.0}


def test_the_end_of_a_trip_is_no_departure(tmp_path: Path):
    met = read(
        tmp_path,
        stop_times="trip_id,stop_id,stop_sequence,pickup_type\na,markt,1,0\na,station-a,2,0\nb,markt,1,0\nb,station-a,2,0\n",
    )
    assert departures(met) == {"markt": 2.0}


def test_where_nobody_may_get_in_is_no_departure(tmp_path: Path):
    met = read(
        tmp_path,
        stop_times=(
            "trip_id,stop_id,stop_sequence,pickup_type\na,markt,1,1\na,station-a,2,0\na,far,3,0\n"
        ),
    )
    assert departures(met) == {"stoparea:station": 1.0}


def test_the_sequence_of_stops_is_a_number_not_a_word(tmp_path: Path):
    met = read(
        tmp_path,
        stop_times=(
            "trip_id,stop_id,stop_sequence\na,markt,9\na,station-a,10\nb,markt,9\nb,station-a,10\n"
        ),
    )
    assert departures(met) == {"markt": 2.0}


def test_a_day_of_works_does_not_change_a_normal_workday(tmp_path: Path):
    works = [day for day in DAYS if day != "20260303"]
    assert departures(read(tmp_path, calendar_dates=trips(works)))["markt"] == 2.0


def test_weekends_are_no_workdays(tmp_path: Path):
    weekend = "".join(f"weekend,{day},1\n" for day in ("20260307", "20260308"))
    met = read(
        tmp_path,
        calendar_dates=trips(DAYS) + weekend,
        trips="trip_id,service_id\na,week\nb,weekend\n",
    )
    assert departures(met)["markt"] == 1.0


def test_a_timetable_of_weeks_says_the_same_as_one_of_days(tmp_path: Path):
    weeks = (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20260302,20260531\n"
    )
    without = "service_id,date,exception_type\nweek,20260304,2\n"
    met = read(tmp_path, calendar=weeks, calendar_dates=without)
    assert (departures(met)["markt"], met.first, met.last) == (
        2.0,
        date(2026, 3, 2),
        date(2026, 3, 29),
    )


WEEKS = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"


def test_a_timetable_that_began_years_ago_is_counted_where_most_of_it_runs(tmp_path: Path):
    # The night service stands in the file since 2023, the day service since 2 March 2026.
    weeks = WEEKS + "night,1,0,0,0,0,0,0,20230102,20260531\nweek,1,1,1,1,1,0,0,20260302,20260531\n"
    met = read(tmp_path, calendar=weeks, calendar_dates=None)
    assert departures(met)["markt"] == 2.0
    assert date(2026, 2, 23) <= met.first <= date(2026, 3, 6)


def test_until_further_notice_is_no_reason_to_count_for_centuries(tmp_path: Path):
    met = read(
        tmp_path, calendar=WEEKS + "week,1,1,1,1,1,0,0,20260302,99991231\n", calendar_dates=None
    )
    assert (departures(met)["markt"], met.first) == (2.0, date(2026, 3, 2))


def test_a_trip_that_stands_for_a_row_of_them_counts_as_many(tmp_path: Path):
    # Trip a leaves every ten minutes from seven to half past eight: nine times; trip b once.
    met = read(
        tmp_path, frequencies="trip_id,start_time,end_time,headway_secs\na,07:00:00,08:30:00,600\n"
    )
    assert departures(met)["markt"] == 10.0


@pytest.mark.parametrize("row", ["a,7,8,600", "a,07:00:00,08:00:00,0", "a,07:00:00,08:00:00,soon"])
def test_a_row_of_trips_without_a_rhythm_is_refused(tmp_path: Path, row: str):
    with pytest.raises(ContentError):
        read(tmp_path, frequencies=f"trip_id,start_time,end_time,headway_secs\n{row}\n")


def test_names_may_span_lines_and_the_file_may_begin_with_a_mark(tmp_path: Path):
    (tmp_path / "gtfs").write_bytes(
        feed(stops="\ufeff" + STOPS.replace('"Hengelo, Markt"', '"Hengelo,\r\n ""De"" Markt"'))
    )
    named = gtfs.stops_in(tmp_path / "gtfs", area()).set_index("stop_id")["stop_name"]
    assert named["markt"] == 'Hengelo, "De" Markt'


def test_a_departure_after_midnight_belongs_to_the_day_it_began(tmp_path: Path):
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "a,25:10:00,25:10:00,markt,1\na,26:00:00,26:00:00,station-a,2\n"
    )
    assert departures(read(tmp_path, stop_times=times)) == {"markt": 1.0}


def test_stops_far_away_are_left_out(tmp_path: Path):
    assert "far" not in departures(read(tmp_path))


def test_a_stop_at_nowhere_in_the_ocean_is_left_out(tmp_path: Path):
    stops = "stop_id,stop_name,stop_lat,stop_lon\nmarkt,Markt,52.2667,6.7925\nlost,Lost,0,0\n"
    (tmp_path / "gtfs").write_bytes(feed(stops=stops))
    assert gtfs.stops_in(tmp_path / "gtfs", area())["stop_id"].tolist() == ["markt"]


def test_swapped_coordinates_are_refused_with_the_guess(tmp_path: Path):
    stops = "stop_id,stop_name,stop_lat,stop_lon\nmarkt,Markt,6.7925,52.2667\n"
    with pytest.raises(ContentError, match="swapped"):
        read(tmp_path, stops=stops)


@pytest.mark.parametrize("member", ["stops", "trips", "stop_times"])
def test_a_timetable_without_a_member_is_refused(tmp_path: Path, member: str):
    with pytest.raises(FileError, match=f"{member}.txt"):
        read(tmp_path, **{member: None})


def test_a_timetable_without_days_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="calendar_dates.txt"):
        read(tmp_path, calendar_dates=None)


def test_a_renamed_column_is_named(tmp_path: Path):
    with pytest.raises(ContentError, match=r"service_id is missing \(looks like: serviceid\)"):
        read(tmp_path, trips="trip_id,serviceid\na,week\n")


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("stop_times", "trip_id,stop_id,stop_sequence\na,markt\n"),
        ("calendar_dates", "service_id,date,exception_type\nweek,march,1\n"),
        ("calendar_dates", "service_id,date,exception_type\nweek,20260230,1\n"),
        ("calendar_dates", "service_id,date\nweek,20260302\n"),
        ("stop_times", "trip_id,stop_id,stop_sequence\na,markt,first\n"),
    ],
)
def test_broken_rows_are_refused(tmp_path: Path, member: str, content: str):
    with pytest.raises(ContentError):
        read(tmp_path, **{member: content})


def test_an_archive_that_leads_outside_is_refused(tmp_path: Path):
    whole = io.BytesIO(feed())
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("../stops.txt", "x")
    (tmp_path / "gtfs").write_bytes(whole.getvalue())
    with pytest.raises(FileError, match="archive-path"):
        gtfs.read(tmp_path / "gtfs", area())


@pytest.mark.parametrize(
    "members",
    [
        {"stops": "stop_id,stop_name,stop_lat,stop_lon\nfar,Far,52.2620,6.7100\n"},
        {"stops": "stop_id,stop_name,stop_lat,stop_lon\n"},
        {"stop_times": "trip_id,stop_id,stop_sequence\na,far,1\nb,far,2\n"},
    ],
    ids=["stops-elsewhere", "no-stops", "no-calls-here"],
)
def test_a_timetable_of_elsewhere_has_no_stops_here(tmp_path: Path, members: dict[str, str]):
    met = read(tmp_path, **members)
    assert (len(met.stops), met.first, met.last) == (0, date(2026, 3, 2), date(2026, 3, 29))


WHOLE = {
    "stops": STOPS,
    "trips": "trip_id,service_id\na,week\nb,week\n",
    "stop_times": TIMES,
    "calendar_dates": trips(DAYS),
}


@pytest.mark.parametrize(
    "members",
    [
        {name: "\ufeff" + text for name, text in WHOLE.items()},
        {name: text.replace("\n", "\r\n") for name, text in WHOLE.items()},
        {"trips": '\ufeff"trip_id","service_id"\n"a","week"\n"b","week"\n'},
        {"stops": STOPS + "gate,,Gate, ,,\nhall,,Hall,,,stoparea:station\n"},
        {"calendar": ""},
        {"calendar": WEEKS},
        {"frequencies": "trip_id,start_time,end_time,headway_secs\n"},
    ],
    ids=["marks", "windows", "quotes", "no-coordinates", "empty-weeks", "no-weeks", "no-rhythms"],
)
def test_a_timetable_may_be_written_in_other_ways(tmp_path: Path, members: dict[str, str]):
    assert departures(read(tmp_path, **members)) == {"stoparea:station": 4.0, "markt": 2.0}


def test_a_stop_without_a_name_goes_by_its_id(tmp_path: Path):
    (tmp_path / "gtfs").write_bytes(
        feed(stops="stop_id,stop_name,stop_lat,stop_lon\nmarkt,,52.2667,6.7925\n")
    )
    assert gtfs.stops_in(tmp_path / "gtfs", area())["stop_name"].tolist() == ["markt"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"stops": "stop_id,stop_name,stop_lat,stop_lon\nmarkt,Markt,,\n"}, "stop_lat, stop_lon"),
        ({"trips": "trip_id,service_id\nz,week\n"}, "no trip_id stands in trips.txt"),
        ({"trips": "trip_id,service_id\n"}, "no trip_id stands in trips.txt"),
    ],
)
def test_a_timetable_of_which_no_row_fits_is_refused(
    tmp_path: Path, members: dict[str, str], words: str
):
    with pytest.raises(ContentError, match=words):
        read(tmp_path, **members)
