from pathlib import Path

import openpyxl
import pytest

from etl.errors import ContentError
from etl.sources import cbs_vacancy
from tests.etl.sources.ods import ods, rows
from tests.etl.sources.source_runs import area, checked_frames, place, write_piece

HEAD = (
    "Gemeentecode",
    "Gemeente",
    "Gebruiksdoel",
    "Aantal in voorraad",
    "Aantal in scope",
    "Aantal leegstaand",
    "Leegstand % (aantal)",
    "Leegstand % (oppervlakte)",
)
SHOPS = ("GM0164", "Hengelo (O.)", "Winkelfunctie", 640, 600, 60, 10.2, 8.4)
OFFICES = ("GM0164", "Hengelo (O.)", "Kantoorfunctie", 300, 280, 40, 14.1, 20.0)
ELSEWHERE = ("GM0248", "Hengelo (Gld.)", "Winkelfunctie", 10, 10, 5, 50.0, 50.0)
TABLE = [("Tabel 1. Leegstand per gemeente, 1 januari 2025",), (), HEAD, SHOPS, OFFICES, ELSEWHERE]


def workbook(
    tmp_path: Path, name: str = "leegstand-2025.xlsx", table=TABLE, *, title: str = "Tabel 1"
):
    book = openpyxl.Workbook()
    book.active.title = "Toelichting"
    book.active.append(["Landelijke Monitor Leegstand"])
    sheet = book.create_sheet(title)
    for row in table:
        sheet.append(row)
    book.save(tmp_path / name)
    return write_piece(tmp_path, name, (tmp_path / name).read_bytes())


def figures(parsed) -> dict[str, float]:
    frame = parsed.frames["observations"]
    return dict(zip(frame["observation_id"], frame["value"], strict=True))


EXPECTED = {
    "hengelo-gemeente-administrative-vacancy-rate-units-2025-01-01": 0.102,
    "hengelo-gemeente-administrative-vacancy-rate-floor-area-2025-01-01": 0.084,
    "hengelo-gemeente-administratively-vacant-shop-units-2025-01-01": 60.0,
}


def csv(*lines: tuple[object, ...]) -> str:
    return "".join(
        ";".join(
            ""
            if cell is None
            else str(cell).replace(".", ",")
            if isinstance(cell, float)
            else str(cell)
            for cell in line
        )
        + "\n"
        for line in lines
    )


@pytest.mark.slow
def test_every_kind_of_file_says_the_same(tmp_path: Path):
    brought = {
        "xlsx": workbook(tmp_path),
        "ods": write_piece(
            tmp_path,
            "leegstand-2025.ods",
            ods(("Toelichting", rows([("x",)])), ("Tabel 1", rows(TABLE))),
        ),
        "csv": write_piece(tmp_path, "leegstand-2025.csv", csv(HEAD, SHOPS, OFFICES, ELSEWHERE)),
    }
    assert {
        kind: figures(cbs_vacancy.parse([piece], area())) for kind, piece in brought.items()
    } == dict.fromkeys(brought, EXPECTED)


def test_a_figure_keeps_the_contract_and_is_a_series_of_its_own(tmp_path: Path):
    parsed = cbs_vacancy.parse(
        [write_piece(tmp_path, "leegstand-2025.csv", csv(HEAD, SHOPS))], area()
    )
    frames = checked_frames(cbs_vacancy, parsed, area())
    frame = frames["observations"]
    assert (
        frame["series"].str.startswith("cbs-leegstandsmonitor-").all() and frame["series"].is_unique
    )
    assert not set(frame["indicator"]) & {
        "vacancy_rate",
        "vacancy_rate_premises",
        "vacancy_rate_floor_area",
        "vacant_premises",
    }
    assert frame["definition"].str.contains("Niemand ging ter plaatse kijken").all()
    assert {*frame["definition"], *frame["note"], *frame["unit"], *frame["area_name"]} <= set(
        frames["translations"]["text_nl"]
    )
    assert parsed.surveyed == "2025-01-01"


@pytest.mark.parametrize("code", ["GM0164", "0164", "164"])
def test_a_code_is_known_however_it_is_written(tmp_path: Path, code: str):
    parsed = cbs_vacancy.parse(
        [write_piece(tmp_path, "2025.csv", csv(HEAD, (code, *SHOPS[1:])))], area()
    )
    assert figures(parsed) == EXPECTED


@pytest.mark.parametrize("nothing", ["", ".", "geheim", "x"])
def test_what_is_not_published_is_missing_and_counted(tmp_path: Path, nothing: str):
    parsed = cbs_vacancy.parse(
        [write_piece(tmp_path, "2025.csv", csv(HEAD, (*SHOPS[:7], nothing)))], area()
    )
    assert (len(figures(parsed)), parsed.counts) == (2, {"missing-not-published": 1})


def test_shares_are_known_by_the_numbers_beside_them(tmp_path: Path):
    parsed = cbs_vacancy.parse(
        [write_piece(tmp_path, "2025.csv", csv(HEAD, (*SHOPS[:6], 0.102, 0.084)))], area()
    )
    assert figures(parsed) == EXPECTED


def test_half_a_per_cent_and_a_half_are_not_guessed(tmp_path: Path):
    with pytest.raises(ContentError, match="leegstand %"):
        cbs_vacancy.parse(
            [write_piece(tmp_path, "2025.csv", csv(HEAD[:3] + HEAD[6:7], SHOPS[:3] + (0.5,)))],
            area(),
        )


def test_more_than_everything_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="0 to 100 per cent"):
        cbs_vacancy.parse(
            [write_piece(tmp_path, "2025.csv", csv(HEAD[:3] + HEAD[6:7], SHOPS[:3] + (101.0,)))],
            area(),
        )


@pytest.mark.parametrize("without", ["Gemeentecode", "Gebruiksdoel"])
def test_a_missing_column_is_named(tmp_path: Path, without: str):
    at = HEAD.index(without)
    lines = [line[:at] + line[at + 1 :] for line in (HEAD, SHOPS)]
    with pytest.raises(ContentError, match=f"{without.lower()}.*column-missing"):
        cbs_vacancy.parse([write_piece(tmp_path, "2025.csv", csv(*lines))], area())


def test_without_any_vacancy_there_is_nothing_to_read(tmp_path: Path):
    with pytest.raises(ContentError, match="leegstand.*column-missing"):
        cbs_vacancy.parse([write_piece(tmp_path, "2025.csv", csv(HEAD[:4], SHOPS[:4]))], area())


def test_the_year_stands_in_a_column_or_in_the_name(tmp_path: Path):
    with pytest.raises(ContentError, match="year-missing"):
        cbs_vacancy.parse([write_piece(tmp_path, "leegstand.csv", csv(HEAD, SHOPS))], area())
    dated = cbs_vacancy.parse(
        [write_piece(tmp_path, "leegstand.csv", csv((*HEAD, "Jaar"), (*SHOPS, 2025)))], area()
    )
    assert figures(dated) == EXPECTED


def test_a_file_without_shops_of_ours_is_refused_with_a_sentence(tmp_path: Path):
    parsed = cbs_vacancy.parse(
        [write_piece(tmp_path, "2025.csv", csv(HEAD, OFFICES, ELSEWHERE))], area()
    )
    assert len(parsed.frames["observations"]) == 0
    assert [(one.code, one.severity) for one in parsed.findings] == [("import-nothing", "error")]


@pytest.mark.parametrize("line", [OFFICES, ELSEWHERE, ("Hengelo", *SHOPS[1:])])
def test_a_file_without_any_shops_or_without_anything_of_ours_is_refused(
    tmp_path: Path, line: tuple[object, ...]
):
    with pytest.raises(ContentError, match="import-nothing"):
        cbs_vacancy.parse([write_piece(tmp_path, "2025.csv", csv(HEAD, line))], area())


def test_nobody_is_asked():
    assert cbs_vacancy.requests(area(place())) == []
