"""Totals of passers-by, and the refusal of anything that follows people."""

import hashlib
from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import ContentError, ProblemError
from etl.parsing.preview import as_text
from etl.pipeline import validate
from etl.source import Parsed
from etl.sources import counters
from tests import town
from tests.etl.sources.pieces import TODAY, piece, voorbeeldstad, workbook

X, Y = int(town.X), int(town.Y)
HEAD = "telpunt;tijdstip;passanten;x;y\n"


def hour(
    at: int, value: object = 500, *, day: str = "2-3-2024", counter: str = "Markt 1", x: int = X
) -> str:
    return f"{counter};{day} {at}:00;{value};{x};{Y}\n"


def parse(folder: Path, *files: tuple[str, str]) -> Parsed:
    return counters.parse(
        [piece(folder, name, content) for name, content in files], voorbeeldstad()
    )


def counted(folder: Path, *contents: str):
    return parse(
        folder, *((f"t{number}.csv", content) for number, content in enumerate(contents))
    ).frames["counts"]


def test_hours_become_intervals_in_local_time(tmp_path: Path):
    frame = counted(tmp_path, HEAD + hour(12) + hour(13, "") + hour(14, 700))
    assert frame["counter_id"].unique().tolist() == ["voorbeeldstad:markt-1"]
    assert frame["start"].dt.strftime("%d %H:%M").tolist() == ["02 12:00", "02 13:00", "02 14:00"]
    assert frame["minutes"].tolist() == [60, 60, 60]
    assert frame["value"].fillna(-1).tolist() == [500, -1, 700]


def test_counts_keep_the_contract(tmp_path: Path):
    checked = validate.as_table(
        "counts",
        counted(tmp_path, HEAD + hour(12) + hour(13)),
        counters.SOURCE,
        voorbeeldstad(),
        TODAY,
    )
    assert (len(checked.frame), checked.counts.total()) == (2, 0)


def test_day_totals_are_whole_days(tmp_path: Path):
    frame = counted(
        tmp_path,
        "telpunt;straat;datum;passanten;x;y\n"
        f"A;Langestraat;2-3-2024;9000;{X};{Y}\nA;Langestraat;4-3-2023;8000;{X};{Y}\n",
    )
    assert frame["minutes"].tolist() == [1440, 1440]
    assert not frame["break_before"].any()


def test_zoned_times_become_local(tmp_path: Path):
    rows = f"A;2024-03-02T11:00:00Z;5;{X};{Y}\nA;2024-03-02T13:00:00+01:00;6;{X};{Y}\n"
    assert counted(tmp_path, HEAD + rows)["start"].dt.hour.tolist() == [12, 13]


def test_hours_may_stand_in_a_column_of_their_own(tmp_path: Path):
    head = "telpunt;datum;uur;passanten;x;y\n"
    frame = counted(tmp_path, head + "".join(f"A;2-3-2024;{at};{at};{X};{Y}\n" for at in range(24)))
    assert frame["start"].dt.strftime("%d %H").tolist() == [f"02 {at:02}" for at in range(24)]
    assert frame["value"].tolist() == list(range(24)) and frame["minutes"].unique().tolist() == [60]


def test_days_and_hours_of_a_workbook_are_put_together(tmp_path: Path):
    rows = [
        ["Telpunt", "Datum", "Tijd", "Passanten", "X", "Y"],
        *(["A", datetime(2024, 3, 2), time(at), 7, X, Y] for at in (9, 10, 11)),
    ]
    parsed = counters.parse([piece(tmp_path, "t.xlsx", workbook(rows))], voorbeeldstad())
    assert parsed.frames["counts"]["start"].dt.strftime("%d %H:%M").tolist() == [
        "02 09:00",
        "02 10:00",
        "02 11:00",
    ]


def test_traces_stay_traces_in_two_columns(tmp_path: Path):
    head = "telpunt;datum;tijd;passanten\n"
    with pytest.raises(ContentError, match="individual-traces"):
        counted(tmp_path, head + "A;2-3-2024;12:00:07;1\nA;2-3-2024;12:00:09;1\n")


def test_the_hour_that_comes_twice_is_one_interval_and_is_told(tmp_path: Path):
    # Summer time ended on 29 October 2023: from 2 to 3 o'clock came twice.
    night = "".join(
        f"A;29-10-2023 {at}:00;{value};{X};{Y}\n"
        for at, value in ((1, 10), (2, 20), (2, 30), (3, 40))
    )
    seen = counters.preview(piece(tmp_path, "t.csv", HEAD + night), None, voorbeeldstad())
    frame = counted(tmp_path, HEAD + night)
    assert frame["value"].tolist() == [10, 50, 40]
    assert (seen.file.used, seen.file.rows) == (4, 4) and [
        finding.code for finding in seen.findings
    ] == ["counts-merged"]
    assert "De aantallen zijn opgeteld." in seen.findings[0].nl


def test_hours_nobody_delivered_are_told_and_are_not_nought(tmp_path: Path):
    day = HEAD + "".join(hour(at) for at in (9, 10, 13, 14))
    tallies = dict(counters.preview(piece(tmp_path, "t.csv", day), None, voorbeeldstad()).tallies)
    absent = next(count for label, count in tallies.items() if "ontbreken" in label.nl)
    assert absent == 2 and len(counted(tmp_path, day)) == 4


def test_the_hour_that_summer_time_skips_is_not_missed(tmp_path: Path):
    spring = HEAD + "".join(hour(at, day="31-3-2024") for at in (0, 1, 3, 4))
    tallies = dict(
        counters.preview(piece(tmp_path, "t.csv", spring), None, voorbeeldstad()).tallies
    )
    assert [count for label, count in tallies.items() if "ontbreken" in label.nl] == [0]


def test_accents_of_a_counter_do_not_cut_its_id(tmp_path: Path):
    frame = counted(tmp_path, HEAD + hour(12, counter="Café Hoek") + hour(13, counter="Café Hoek"))
    assert frame["counter_id"].unique().tolist() == ["voorbeeldstad:cafe-hoek"]


def test_directions_are_added_up(tmp_path: Path):
    head = "locatie;tijdstip;passanten;richting;x;y\n"
    parsed = parse(
        tmp_path,
        (
            "t.csv",
            head
            + "".join(
                f"A;2-3-2024 {at}:00;{n};{way};{X};{Y}\n"
                for at in (12, 13)
                for n, way in ((3, "in"), (4, "uit"))
            ),
        ),
    )
    assert parsed.frames["counts"]["value"].tolist() == [7, 7]
    assert [finding.code for finding in parsed.findings] == ["counts-merged"]


def test_total_of_a_failed_direction_is_unknown(tmp_path: Path):
    head = "locatie;tijdstip;passanten;richting;x;y\n"
    frame = counted(
        tmp_path,
        head + f"A;2-3-2024 12:00;3;in;{X};{Y}\nA;2-3-2024 12:00;;uit;{X};{Y}\nA;2-3-2024"
        f" 13:00;1;in;{X};{Y}\n",
    )
    assert frame["value"].isna().tolist() == [True, False]


def test_break_is_recorded_where_the_file_says_so(tmp_path: Path):
    head = "telpunt;tijdstip;passanten;breuk;x;y\n"
    frame = counted(
        tmp_path, head + f"A;2-3-2024 12:00;3;;{X};{Y}\nA;2-3-2024 13:00;3;ja;{X};{Y}\n"
    )
    assert frame["break_before"].tolist() == [False, True]


def test_break_is_recorded_after_a_move_a_silence_and_another_length(tmp_path: Path):
    first = HEAD + hour(12) + hour(13)
    moved = HEAD + hour(12, day="3-3-2024", x=X + 30) + hour(13, day="3-3-2024", x=X + 30)
    silent = HEAD + hour(12, day="1-5-2024", x=X + 30) + hour(13, day="1-5-2024", x=X + 30)
    quarter = HEAD + "".join(
        f"Markt 1;2-5-2024 12:{minute:02};5;{X + 30};{Y}\n" for minute in (0, 15, 30)
    )
    frame = counted(tmp_path, first, moved, silent, quarter)
    assert frame["break_before"].tolist() == [
        False,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        False,
    ]


def test_list_of_spots_places_counters_of_another_file(tmp_path: Path):
    frame = counted(
        tmp_path,
        f"telpunt;x;y\nA;{X};{Y}\n",
        "telpunt;tijdstip;passanten\nA;2-3-2024 12:00;5\nA;2-3-2024 13:00;5\n",
    )
    assert [(point.x, point.y) for point in frame.geometry] == [(X, Y)] * 2


def test_counter_without_a_spot_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="counter-nowhere"):
        counted(tmp_path, "telpunt;tijdstip;passanten\nA;2-3-2024 12:00;5\nA;2-3-2024 13:00;5\n")


def test_counter_outside_all_places_is_left_out_and_counted(tmp_path: Path):
    parsed = parse(
        tmp_path,
        (
            "t.csv",
            HEAD
            + hour(12)
            + hour(13)
            + hour(12, counter="B", x=X + 20_000)
            + hour(13, counter="B", x=X + 20_000),
        ),
    )
    assert len(parsed.frames["counts"]) == 2 and parsed.counts == {"dropped-outside-places": 2}


def test_rows_are_refused_with_a_reason(tmp_path: Path):
    parsed = parse(
        tmp_path,
        (
            "t.csv",
            HEAD
            + hour(12)
            + hour(13, "veel")
            + hour(14, -3)
            + hour(15, day="2-7-2024")
            + f"A;ooit;3;{X};{Y}\n;2-3-2024 12:00;3;{X};{Y}\n"
            + hour(16)
            + hour(17),
        ),
    )
    assert parsed.counts == {
        "dropped-date": 1,
        "dropped-future": 1,
        "dropped-no-counter": 1,
        "dropped-no-number": 2,
    }


MAC = "00:1B:44:11:3A:B7"
DEVICE = hashlib.sha256(b"device").hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            f"telpunt;tijdstip;passanten;mac\nA;2-3-2024 12:00;1;{MAC}\n",
            id="a column of addresses",
        ),
        pytest.param(
            f"telpunt;tijdstip;passanten;code\nA;2-3-2024 12:00;1;{MAC}\n",
            id="an address under another name",
        ),
        pytest.param(
            f"telpunt;tijdstip;passanten;code\nA;2-3-2024 12:00;1;{DEVICE}\n", id="hashes"
        ),
        pytest.param(
            "telpunt;tijdstip;passanten;device_id\nA;2-3-2024 12:00;1;7\n", id="a column of devices"
        ),
        pytest.param(
            "telpunt;tijdstip;passanten;Leeftijd\nA;2-3-2024 12:00;1;40\n", id="a trait of persons"
        ),
        pytest.param(
            f"telpunt;tijdstip;x;y\nA;2-3-2024 12:00;{X};{Y}\n", id="rows without a total"
        ),
        pytest.param(f"telpunt;x;y\nA;{X};{Y}\nA;{X + 1};{Y}\n", id="a path of points"),
        pytest.param(
            "telpunt;tijdstip;passanten\nA;2-3-2024 12:00:07;1\nA;2-3-2024 12:00:09;1\n",
            id="times to the second",
        ),
        pytest.param(
            "telpunt;tijdstip;passanten\n"
            + "".join(f"A;2-3-2024 12:{m:02};1\n" for m in range(30)),
            id="every minute",
        ),
        pytest.param(
            "telpunt;tijdstip;passanten\n" + "A;2-3-2024 12:00;1\n" * 9, id="a row per passer-by"
        ),
        pytest.param(
            "telpunt;tijdstip;passanten;minuten\nA;2-3-2024 12:00;1;1\n", id="one-minute totals"
        ),
        pytest.param(
            "telpunt;tijdstip;passanten;minuten\n"
            + "".join(f"A;2-3-2024 {8 + m // 7}:{m * 7 % 60:02};1;15\n" for m in range(40)),
            id="times off the rhythm",
        ),
        pytest.param(
            "telpunt;tijdstip;passanten\n"
            + "".join(
                f"{hashlib.md5(bytes([n])).hexdigest()};2-3-2024 12:00;1\n" for n in range(9)
            ),
            id="devices as counters",
        ),
    ],
)
def test_traces_of_single_people_are_refused(tmp_path: Path, content: str):
    with pytest.raises(ContentError, match="individual-traces"):
        counted(tmp_path, content)


def test_a_trace_is_told_in_dutch_and_in_english(tmp_path: Path):
    with pytest.raises(ContentError) as caught:
        counted(tmp_path, "telpunt;tijdstip;passanten;mac\nA;2-3-2024 12:00;1;x\n")
    assert "(kolom mac)" in caught.value.finding.nl and "(column mac)" in caught.value.finding.en


def test_refusal_never_repeats_the_trace(tmp_path: Path):
    with pytest.raises(ContentError) as caught:
        counted(tmp_path, f"telpunt;tijdstip;passanten;code\nA;2-3-2024 12:00;1;{MAC}\n")
    assert MAC not in str(caught.value)


def test_counter_that_counted_once_needs_its_length(tmp_path: Path):
    with pytest.raises(ContentError, match="counter-interval"):
        counted(tmp_path, HEAD + hour(12))


def test_later_file_replaces_the_same_interval(tmp_path: Path):
    frame = counted(tmp_path, HEAD + hour(12) + hour(13), HEAD + hour(12, 9) + hour(13, 9))
    assert frame["value"].tolist() == [9, 9]


def test_preview_tells_counters_span_and_breaks(tmp_path: Path):
    seen = counters.preview(
        piece(tmp_path, "t.csv", HEAD + hour(12) + hour(13)), None, voorbeeldstad()
    )
    lines = as_text(seen, "nl")
    assert "  tellers: 1" in lines and "  intervallen van 60 minuten: 2" in lines
    assert "  van 2024-03-02 12:00 tot en met 2024-03-02 13:00" in lines


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "A",
            "2-3-2024 12:00",
            "5",
            "-1",
            str(X),
            str(Y),
            "2024-03-02T25:00",
            "24:00",
            "1e400",
            MAC,
        ]
    ),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=4))
def test_any_cells_are_counts_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
):
    body = "\n".join(
        ";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells
    )
    try:
        parsed = parse(
            tmp_path_factory.getbasetemp(),
            ("c.csv", (HEAD + body).encode("utf-8", "replace").decode()),
        )
    except ProblemError as error:
        assert error.finding.nl
        return
    validate.as_table("counts", parsed.frames["counts"], counters.SOURCE, voorbeeldstad(), TODAY)


@pytest.mark.parametrize(
    "day", ["Thursday/01-Jan-2015", "donderdag 1 januari 2015", "Wednesday/31-Dec-2014"]
)
def test_a_date_with_the_name_of_its_day_is_a_day_and_no_trace_of_a_person(
    tmp_path: Path, day: str
):
    frame = counted(tmp_path, f"telpunt;datum;passanten;x;y\nA;{day};9000;{X};{Y}\n")
    assert frame["start"].dt.year.tolist() == [2015 if "2015" in day else 2014] and frame[
        "minutes"
    ].tolist() == [1440]


def test_a_long_name_with_a_number_is_no_trace_of_a_person(tmp_path: Path):
    content = (
        f"telpunt;straat;datum;passanten;x;y\nA;Oldenzaalsestraat-Noord2;2-3-2024;9000;{X};{Y}\n"
    )
    assert len(counted(tmp_path, content)) == 1


def test_a_coded_mark_of_a_device_is_still_one(tmp_path: Path):
    marks = ["Zm9vYmFyMTIzNDU2Nzg5MA", "q83vEiNFZ4mrze8SI0VniQ", "3q2-7wAAESIzRFVmd4iZqg"]
    rows = "".join(f"A;{mark};{day}-3-2024;90;{X};{Y}\n" for day, mark in enumerate(marks, 1))
    with pytest.raises(ContentError, match="individual-traces"):
        counted(tmp_path, "telpunt;kenmerk;datum;passanten;x;y\n" + rows)
