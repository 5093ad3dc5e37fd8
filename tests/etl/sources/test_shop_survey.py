"""Surveys of shops as municipalities keep them."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import validate as contracts
from data.schema.tables import DECLARED
from etl.errors import ContentError, ProblemError
from etl.parsing import column_map, column_map_file, dropped_rows
from etl.parsing.preview import as_text
from etl.sources import shop_survey
from geo.bilingual import Bilingual
from tests.etl.sources.pieces import piece, voorbeeldstad, workbook
from tests.etl.sources.survey_sheet import DATE, HEAD, X, Y, only, parse, row


def test_usual_headings_become_premises(tmp_path: Path):
    content = (
        HEAD + row(1) + row(2, group="Leegstand", wvo="80,0 m²", since="1-2-2022", name="Leegstand")
    )
    parsed = parse(tmp_path, (DATE, content))
    frame = only(parsed)
    assert frame["premises_id"].tolist() == ["survey:voorbeeldstad:1", "survey:voorbeeldstad:2"]
    assert frame["status"].tolist() == ["in_use", "vacant"]
    assert frame["floor_area_m2"].tolist() == [120.5, 80.0]
    assert frame["address"].tolist()[0] == "Langestraat 1, 1234 AB Voorbeeldstad"
    assert frame["branch"].fillna("-").tolist() == ["Kleding", "-"]
    assert frame["use"].fillna("-").tolist() == ["retail", "-"]
    assert frame["survey"].unique().tolist() == ["voorbeeldstad-2024-03-31"]
    # 1 February 2022 to 31 March 2024 is over two years.
    assert frame["duration"].fillna("-").tolist() == ["-", "long"]
    assert parsed.surveyed == "2024-03-31"


def require_contract(frame: pd.DataFrame) -> None:
    """The frame, its street left for the build to find, keeps the contract."""
    whole = frame.assign(street_id=pd.Series(None, index=frame.index, dtype="str"))
    contracts.check("premises", whole[list(DECLARED["premises"].columns)])


def test_premises_keep_the_contract(tmp_path: Path):
    require_contract(only(parse(tmp_path, (DATE, HEAD + row(1) + row(2, group="Leegstand")))))


def test_shop_names_are_never_published(tmp_path: Path):
    frame = only(parse(tmp_path, (DATE, HEAD + row(1, name="Bakkerij Jansen"))))
    assert "Jansen" not in frame.drop(columns="geometry").to_csv()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Leeg sinds", "vacant_since"),
        ("LEEG_SINDS", "vacant_since"),
        ("Leegstaand sinds", "vacant_since"),
        ("Leegstand vanaf", "vacant_since"),
        ("Huis Nr.", "house_number"),
        ("HUISNUMMER", "house_number"),
        ("X-coördinaat", "x"),
        ("X_COORDINA", "x"),
        ("WINKELVERK", "floor_area_m2"),
        ("WINKELVLOE", "floor_area_m2"),
        ("STRAATNAAM", "street"),
        ("VERKOOPPUN", None),
        ("WINKELGEBI", None),
        ("Telefoon", None),
        ("Leeg? (J/N)", "status"),
        ("In gebruik (ja/nee)", "status"),
        ("Oppervlakte (bvo)", None),
        ("Naam zaak", "name"),
    ],
)
def test_headings_and_their_cuts_are_recognised(heading: str, field: str | None):
    assert column_map.meaning(heading, shop_survey.FIELDS) == field


@pytest.mark.parametrize(
    ("heading", "statuses"),
    [
        ("leegstand", {"ja": "vacant", "nee": "in_use"}),
        ("Leeg? (J/N)", {"J": "vacant"}),
        ("in gebruik", {"ja": "in_use", "0": "vacant"}),
        (
            "status",
            {"Leegstaand": "vacant", "ja": "unknown", "verbouwing": "unknown", "": "unknown"},
        ),
    ],
)
def test_status_column_is_read_by_what_it_asks(
    tmp_path: Path, heading: str, statuses: dict[str, str]
):
    lines = [f"{number};{word};{X};{Y}\n" for number, word in enumerate(statuses)]
    content = "".join([f"id;{heading};x;y\n", *lines])
    read = only(parse(tmp_path, (DATE, content)))["status"].tolist()
    assert dict(zip(statuses, read, strict=True)) == statuses


def test_words_of_the_file_get_their_meaning_from_the_map(tmp_path: Path):
    content = f"id;status;x;y\n1;Verbouwing;{X};{Y}\n2;;{X};{Y}\n"
    stated = (
        '[columns]\nunit_id = "id"\nstatus = "status"\nx = "x"\ny = "y"\n[words]\nverbouwing ='
        ' "vacant"\n"" = "in_use"\n'
    )
    frame = only(parse(tmp_path, (DATE, content), (DATE + column_map_file.ENDING, stated)))
    assert frame["status"].tolist() == ["vacant", "in_use"]


def test_file_that_cannot_tell_vacancy_is_refused(tmp_path: Path):
    parsed = parse(tmp_path, (DATE, f"id;straat;x;y\n1;Langestraat;{X};{Y}\n"))
    assert [finding.code for finding in dropped_rows.refused_files(parsed.files)] == [
        "status-unclear"
    ]


def test_guessed_map_comes_back_as_it_was_written(tmp_path: Path):
    opened = column_map.open_table(
        piece(tmp_path, DATE, HEAD + row(1)), None, shop_survey.FIELDS, source_id="shop_survey"
    )
    text = column_map_file.to_toml(opened, source_id="shop_survey")
    back = column_map_file.from_toml(
        text.encode(), "m.toml", source_id="shop_survey", fields=shop_survey.FIELDS
    )
    assert back == opened.map
    assert (back.decimal, back.delimiter, back.columns["vacant_since"]) == (",", ";", "leeg-sinds")


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ('[columns]\nx = "links"\n', "map-column"),
        ('[columns]\ncolour = "x"\n', "unknown field 'colour'"),
        ("[columns]\n", "is empty"),
        ("columns = 3\n", "must hold texts"),
        ('decimal = ";"\n[columns]\nx = "x"\n', "decimal must be"),
        ('decimal = ","\nthousands = ","\n[columns]\nx = "x"\n', "both"),
        ('surveyed = "2024"\n[columns]\nx = "x"\n', "without quotes"),
        ('source = "counters"\n[columns]\nx = "x"\n', "not 'shop_survey'"),
        ("= =", "map-broken"),
        ('colour = 1\n[columns]\nx = "x"\n', "unknown setting"),
    ],
)
def test_broken_map_is_refused_with_what_is_wrong(tmp_path: Path, stated: str, message: str):
    with pytest.raises(ContentError, match=message):
        parse(tmp_path, (DATE, HEAD + row(1)), (DATE + column_map_file.ENDING, stated))


def test_rows_are_refused_one_by_one_with_a_reason(tmp_path: Path):
    head = "id;status;peildatum;wvo;leeg-sinds;x;y\n"
    rows = [
        f"1;leeg;1-3-2024;100,0;;{X};{Y}",
        f"2;leeg;1-3-2024;100,0;;;{Y}",
        f"3;leeg;1-7-2024;100,0;;{X};{Y}",
        f"4;leeg;ooit;100,0;;{X};{Y}",
        f"1;leeg;1-3-2024;100,0;;{X};{Y}",
        f"6;leeg;1-3-2024;100,0;;{X + 20_000};{Y}",
        f"7;leeg;1-3-2024;100,0;;{X};2",
        f"8;leeg;1-3-2024;-5,0;1-4-2024;{X};{Y}",
        f"9;open;1-3-2024;0;;{X};{Y}",
        f"10;open;1-3-2024;12.5;;{X};{Y}",
    ]
    stated = 'decimal = ","\n[columns]\n' + "".join(
        f'{field} = "{name}"\n'
        for field, name in [
            ("unit_id", "id"),
            ("status", "status"),
            ("surveyed", "peildatum"),
            ("floor_area_m2", "wvo"),
            ("vacant_since", "leeg-sinds"),
            ("x", "x"),
            ("y", "y"),
        ]
    )
    parsed = parse(
        tmp_path,
        ("w.csv", head + "\n".join(rows) + "\n"),
        ("w.csv" + column_map_file.ENDING, stated),
    )
    assert parsed.counts == {
        "dropped-date": 1,
        "dropped-future": 1,
        "dropped-implausible-position": 1,
        "dropped-no-position": 1,
        "dropped-outside-places": 1,
        "dropped-twice": 1,
        "unread-floor-area": 2,
        "unread-vacant-since": 1,
    }
    frame = only(parsed)
    assert frame["premises_id"].str.rsplit(":").str[-1].tolist() == ["1", "8", "9", "10"]
    assert frame["floor_area_m2"].fillna(-1).tolist() == [100, -1, -1, -1]


@pytest.mark.parametrize(
    "content",
    [
        # As Belgian deliveries of shopping areas come: names cut to ten signs, commas, quotes,
        # Windows' own letters.
        '"WINKELGEBI","WINKELGE_1","WINKELGE_2"\n"12","Gent centrum","Kernwinkelgebied"\n'.encode(
            "cp1252"
        ),
        b"winkelgebied;plaats;wvo\nCentrum;Voorbeeldstad;12000\n",
    ],
)
def test_a_list_of_shopping_areas_is_refused_as_what_it_is(tmp_path: Path, content: bytes):
    with pytest.raises(ContentError, match="survey-of-areas"):
        shop_survey.parse([piece(tmp_path, DATE, content)], voorbeeldstad())


def test_the_shopping_area_of_a_unit_is_no_list_of_areas(tmp_path: Path):
    content = f"winkelgebied;id;status;x;y\nCentrum;1;leeg;{X};{Y}\n"
    assert len(only(parse(tmp_path, (DATE, content))))


def test_workbook_with_stored_numbers_and_days_is_read(tmp_path: Path):
    rows = [
        ["Inventarisatie"],
        ["id", "groep", "wvo", "leeg sinds", "x", "y"],
        [1, "Leegstand", 99.5, date(2023, 12, 31), X, Y],
        [2, "Dagelijks", 10, None, X, Y],
    ]
    frame = only(parse(tmp_path, ("w-2024-03-31.xlsx", workbook(rows))))
    assert frame["premises_id"].tolist() == ["survey:voorbeeldstad:1", "survey:voorbeeldstad:2"]
    assert frame["duration"].fillna("-").tolist() == ["frictional", "-"]


def test_without_numbers_the_address_tells_units_apart(tmp_path: Path):
    content = (
        f"postcode;huisnr;toev;leegstand;x;y\n1234 AB;1;;ja;{X};{Y}\n1234 AB;1;A;nee;{X};{Y}\n"
    )
    ids = only(parse(tmp_path, (DATE, content)))["premises_id"].tolist()
    assert ids == ["survey:voorbeeldstad:1234ab-1", "survey:voorbeeldstad:1234ab-1--a"]


def test_street_and_number_may_stand_in_one_cell(tmp_path: Path):
    content = (
        f"adres;status;x;y\nLangestraat 1;leeg;{X};{Y}\nLangestraat 1 a;in"
        f" gebruik;{X};{Y}\nMarkt;leeg;{X};{Y}\n"
    )
    parsed = parse(tmp_path, (DATE, content))
    assert only(parsed)["address"].tolist() == ["Langestraat 1", "Langestraat 1a"]
    assert only(parsed)["premises_id"].tolist() == [
        "survey:voorbeeldstad:langestraat-1",
        "survey:voorbeeldstad:langestraat-1-a",
    ]
    assert parsed.counts["dropped-no-id"] == 1


@pytest.mark.slow
def test_words_of_the_status_that_mean_nothing_to_us_are_named(tmp_path: Path):
    content = "id;status;x;y\n" + "".join(
        f"{number};{word};{X};{Y}\n"
        for number, word in enumerate(("leeg", "Verbouwing", "verbouwing", "gesloten", ""))
    )
    lines = as_text(
        shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad()), "nl"
    )
    assert any(
        "niet zijn herkend in kolom status: verbouwing (2), gesloten (1)" in line for line in lines
    )
    mapped = column_map.ColumnMap(
        {"unit_id": "id", "status": "status", "x": "x", "y": "y"},
        words={"verbouwing": "vacant", "gesloten": "unknown"},
    )
    seen = shop_survey.preview(piece(tmp_path, DATE, content), mapped, voorbeeldstad())
    assert (Bilingual("leeg", "vacant"), 3) in seen.tallies and not any(
        "niet zijn herkend" in one.nl for one in seen.questions
    )


def test_postcodes_are_written_as_on_an_envelope(tmp_path: Path):
    content = f"straat;huisnr;postcode;status;x;y\nLangestraat;1;1234ab;leeg;{X};{Y}\n"
    assert only(parse(tmp_path, (DATE, content)))["address"].tolist() == ["Langestraat 1, 1234 AB"]


def test_survey_is_internal_and_waits_for_a_file():
    assert (shop_survey.SOURCE.sharing, shop_survey.SOURCE.waits_for_file) == ("internal", True)


CELL = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        [
            "",
            "1.234",
            "12,5",
            "leeg",
            "2024-02-30",
            "=1+1",
            "-",
            "1e999",
            "NaN",
            "150000",
            "530000",
            "1-1-1",
        ]
    ),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=4))
def test_any_cells_are_premises_or_a_finding(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
):
    quoted = [
        "'".join('"' + cell.replace('"', '""') + '"' for cell in line).replace('"\'"', '";"')
        for line in cells
    ]
    content = (HEAD + "\n".join(quoted) + "\n").encode("utf-8", "replace")
    try:
        parsed = parse(tmp_path_factory.getbasetemp(), (DATE, content))
    except ProblemError as error:
        assert error.finding.nl
        return
    frame = only(parsed)
    assert frame["status"].isin(["in_use", "vacant", "unknown"]).all()
    require_contract(frame)
