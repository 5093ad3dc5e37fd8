"""The layout of the vacancy monitor with a row per unit, and what it may not be mistaken for."""

from pathlib import Path

import pytest

from etl.errors import ContentError
from etl.sources import cbs_vacancy
from tests.etl.sources.ods import ods, rows
from tests.etl.sources.pieces import workbook
from tests.etl.sources.source_runs import area, checked_frames, place, write_piece

AGAIN = "Leegstand, jaar eerder ook al leeg"
HEAD = (
    *("Regio", "Gebiedstype", "Gemeentecode", "Jaar", "Gebruiksfunctie", "Eenheid"),
    *("Totale voorraad", "Onderzoekspopulatie", "Leegstand (aantal)"),
    *("Leegstand (percentage van onderzoekspopulatie)", f"{AGAIN} (aantal)"),
    f"{AGAIN} (percentage t.o.v. totale leegstand)",
)
SLUGS = {
    "vacant": "administratively-vacant-shop-units",
    "vacant_m2": "administratively-vacant-shop-floor-area-m2",
    "rate": "administrative-vacancy-rate-units",
    "rate_m2": "administrative-vacancy-rate-floor-area",
    "again": "administratively-vacant-both-years-shop-units",
    "again_m2": "administratively-vacant-both-years-shop-floor-area-m2",
    "again_rate": "administratively-vacant-both-years-share-units",
    "again_rate_m2": "administratively-vacant-both-years-share-floor-area",
}


def row(
    unit: str = "Aantal",
    *numbers: object,
    year: object = 2025,
    kind: str = "Gemeente",
    use: str = "Winkelfunctie",
):
    """Of 500 units 400 are looked at, 40 are vacant, 30 were so a year before."""
    return (
        "Hengelo (O.)",
        kind,
        "GM0164",
        year,
        use,
        unit,
        *(numbers or (500, 400, 40, "10,0", 30, "75,0")),
    )


UNITS = row()
M2 = row("Oppervlakte", 90_000, 80_000, 4_000, "5,0", 1_000, "25,0")
BOTH = {
    "vacant": 40.0,
    "rate": 0.1,
    "again": 30.0,
    "again_rate": 0.75,
    "vacant_m2": 4_000.0,
    "rate_m2": 0.05,
    "again_m2": 1_000.0,
    "again_rate_m2": 0.25,
}


def text(*lines: tuple[object, ...], sign: str = ";") -> str:
    return "".join(
        sign.join("" if cell is None else f'"{cell}"' for cell in line) + "\n" for line in lines
    )


def read(tmp_path: Path, *lines: tuple[object, ...], name: str = "monitor.csv"):
    return cbs_vacancy.parse([write_piece(tmp_path, name, text(*lines))], area())


def figures(parsed, year: int = 2025) -> dict[str, float]:
    """Values of one year by the short names of the slugs."""
    known = {f"hengelo-gemeente-{slug}-{year}-01-01": short for short, slug in SLUGS.items()}
    frame = parsed.frames["observations"]
    return {
        known[one]: value
        for one, value in zip(frame["observation_id"], frame["value"], strict=True)
        if one in known
    }


def definition(parsed, indicator: str) -> str:
    frame = parsed.frames["observations"]
    return frame.loc[frame["indicator"] == indicator, "definition"].item()


def headed(**other: str) -> tuple[str, ...]:
    """The headings, some in other words: `n9` is the tenth."""
    return tuple(other.get(f"n{at}", heading) for at, heading in enumerate(HEAD))


@pytest.mark.parametrize("lines", [(UNITS, M2), (M2, UNITS)])
def test_the_column_eenheid_decides_the_indicator_in_any_order(
    tmp_path: Path, lines: tuple[tuple[object, ...], ...]
):
    assert figures(read(tmp_path, HEAD, *lines)) == BOTH


@pytest.mark.slow
def test_every_kind_of_file_with_titles_above_says_the_same(tmp_path: Path):
    lines = [("Tabel 5. Leegstand naar gebruiksfunctie, 1 januari",), (), HEAD, UNITS, M2]
    kinds = {
        "monitor.csv": text(*lines),
        "komma.csv": text(*lines, sign=","),
        "monitor.xlsx": workbook(lines, title="Tabel 5"),
        "monitor.ods": ods(("Toelichting", rows([("Leegstand",)])), ("Tabel 5", rows(lines))),
    }
    pieces = {name: write_piece(tmp_path, name, content) for name, content in kinds.items()}
    assert {
        name: figures(cbs_vacancy.parse([one], area())) for name, one in pieces.items()
    } == dict.fromkeys(kinds, BOTH)


def test_vacant_now_and_a_year_before_is_never_the_vacancy_rate(tmp_path: Path):
    parsed = read(tmp_path, headed(n9="Totaal"), UNITS)
    assert figures(parsed) == {"vacant": 40.0, "again": 30.0, "again_rate": 0.75}
    checked_frames(cbs_vacancy, parsed, area())


def test_years_of_one_file_are_periods_of_one_series(tmp_path: Path):
    parsed = read(tmp_path, HEAD, UNITS, row("Aantal", 500, 400, 20, "5,0", 10, "50,0", year=2024))
    assert (figures(parsed)["vacant"], figures(parsed, 2024)["vacant"]) == (40.0, 20.0)
    assert parsed.frames["observations"]["series"].nunique() == 4


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Leegstand (percentage van totale voorraad)", "in de totale voorraad"),
        ("Leegstand (% van onderzoekspopulatie)", "in de onderzoekspopulatie"),
    ],
)
def test_the_definition_says_what_a_share_is_a_share_of(tmp_path: Path, heading: str, said: str):
    parsed = read(tmp_path, headed(n9=heading), UNITS)
    assert said in definition(parsed, "administrative_vacancy_rate_units")
    assert "Deel van de leegstaande" in definition(
        parsed, "administratively_vacant_both_years_share_units"
    )
    assert "een jaar eerder" in definition(parsed, "administratively_vacant_both_years_shop_units")
    assert "een jaar eerder" not in definition(parsed, "administratively_vacant_shop_units")


@pytest.mark.parametrize(
    ("share", "said"), [("8,0", "in de totale voorraad"), ("10,0", "in de onderzoekspopulatie")]
)
def test_the_numbers_say_what_a_share_without_a_total_is_of(tmp_path: Path, share: str, said: str):
    parsed = read(
        tmp_path,
        headed(n9="Leegstand (percentage)"),
        row("Aantal", 500, 400, 40, share, 30, "75,0"),
    )
    assert said in definition(parsed, "administrative_vacancy_rate_units")


def test_shares_of_two_totals_are_two_figures(tmp_path: Path):
    head = (*HEAD, "Leegstand (percentage van totale voorraad)")
    parsed = read(tmp_path, head, (*UNITS, "8,0"))
    rates = parsed.frames["observations"].query("indicator == 'administrative_vacancy_rate_units'")
    assert sorted(rates["value"]) == [0.08, 0.1]
    assert rates["series"].is_unique and rates["definition"].is_unique


def test_a_point_is_a_missing_figure(tmp_path: Path):
    parsed = read(tmp_path, HEAD, row("Aantal", 500, 400, 40, ".", ".", "."))
    assert (figures(parsed), parsed.counts) == ({"vacant": 40.0}, {"missing-not-published": 3})


def test_groups_of_thousands_are_read(tmp_path: Path):
    assert (
        figures(
            read(
                tmp_path,
                HEAD,
                row("Oppervlakte", "90.000", "80.000", "4.000", "5,0", "1 000", "25.0"),
            )
        )["vacant_m2"]
        == 4_000.0
    )


def test_a_column_of_shares_without_one_share_is_no_question(tmp_path: Path):
    parsed = read(
        tmp_path, headed(n9="Leegstand (%)"), row("Aantal", 500, 400, 40, ".", 30, "75,0")
    )
    assert figures(parsed) == {"vacant": 40.0, "again": 30.0, "again_rate": 0.75}


def test_stored_square_metres_with_decimals_are_no_thousands(tmp_path: Path):
    measured = row("Oppervlakte", 9.5, 8.5, 1.234, 14.5, 0.5, 40.5)
    brought = write_piece(tmp_path, "m.xlsx", workbook([HEAD, measured]))
    assert figures(cbs_vacancy.parse([brought], area()))["vacant_m2"] == 1.234


def test_districts_and_other_uses_do_not_count_for_the_municipality(tmp_path: Path):
    district = row("Aantal", 50, 40, 8, "20,0", 1, "12,5", kind="Wijk")
    office = row("Aantal", 50, 40, 8, "20,0", 1, "12,5", use="Kantoorfunctie")
    assert figures(read(tmp_path, HEAD, UNITS, district, office)) == figures(
        read(tmp_path, HEAD, UNITS)
    )


def test_a_mark_of_a_note_behind_a_heading_changes_nothing(tmp_path: Path):
    noted = headed(n3="Jaar 1)", n8="Leegstand (aantal)2)", n9=f"{HEAD[9]} *")
    assert figures(read(tmp_path, noted, UNITS)) == figures(read(tmp_path, HEAD, UNITS))


def test_the_code_of_a_municipality_goes_before_other_codes(tmp_path: Path):
    lines = [("Provinciecode", "Regiocode", *HEAD), ("23", "0141", *UNITS)]
    assert figures(read(tmp_path, *lines)) == figures(read(tmp_path, HEAD, UNITS))


@pytest.mark.parametrize(
    "head",
    [
        headed(n10="Leegstand"),
        headed(n9="Percentage t.o.v. totale leegstand"),
        headed(n8="Leegstand (x 1 000)"),
        headed(n9="Leegstand % (oppervlakte)"),
        headed(n5="Soort"),
    ],
)
def test_a_heading_that_can_mean_two_things_is_asked_about(tmp_path: Path, head: tuple[str, ...]):
    with pytest.raises(ContentError, match="column-unclear"):
        read(tmp_path, head, UNITS, M2)


@pytest.mark.parametrize(
    "numbers",
    [
        (400, 400, 40, "10,0", 30, "75,0"),
        (500, 400, 40, "30,0", 30, "75,0"),
        (".", 400, 40, "10,0", 30, "75,0"),
    ],
)
def test_a_share_whose_total_nothing_tells_is_asked_about(
    tmp_path: Path, numbers: tuple[object, ...]
):
    with pytest.raises(ContentError, match="leegstand %.*column-unclear"):
        read(tmp_path, headed(n9="Leegstand (percentage)"), row("Aantal", *numbers))


@pytest.mark.parametrize("unit", ["", "Hectare", "Oppervlakte (x 1 000 m2)", "Procent"])
def test_another_unit_is_refused(tmp_path: Path, unit: str):
    with pytest.raises(ContentError, match="Eenheid.*column-retyped"):
        read(tmp_path, HEAD, UNITS, row(unit))


def test_a_share_among_the_numbers_of_units_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="10.5.*column-retyped"):
        read(tmp_path, HEAD, row("Aantal", 500, 400, "10,5", "10,0", 30, "75,0"))


def test_one_figure_with_two_values_in_a_file_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="40, 50.*figure-twice"):
        read(tmp_path, HEAD, UNITS, row("Aantal", 500, 400, 50, "10,0", 30, "75,0"))
    assert figures(read(tmp_path, HEAD, UNITS, UNITS)) == figures(read(tmp_path, HEAD, UNITS))


def test_a_later_edition_mends_the_years_of_an_earlier_one(tmp_path: Path):
    earlier = text(HEAD, row("Aantal", 500, 400, 20, "5,0", 10, "50,0", year=2024))
    later = text(HEAD, UNITS, row("Aantal", 500, 400, 24, "6,0", 12, "50,0", year=2024))
    pieces = [write_piece(tmp_path, "a.csv", later), write_piece(tmp_path, "b.csv", earlier)]
    parsed = cbs_vacancy.parse(pieces, area())
    assert (figures(parsed, 2024)["vacant"], parsed.counts) == (
        24.0,
        {"replaced-by-later-edition": 4},
    )


def test_two_editions_of_one_year_that_disagree_are_refused(tmp_path: Path):
    other = row("Aantal", 500, 400, 50, "12,5", 30, "60,0")
    pieces = [
        write_piece(tmp_path, f"{at}.csv", text(HEAD, line))
        for at, line in enumerate((UNITS, other))
    ]
    with pytest.raises(ContentError, match="figure-twice"):
        cbs_vacancy.parse(pieces, area())


@pytest.mark.slow
def test_sheets_of_several_years_without_a_year_are_asked_about(tmp_path: Path):
    undated = [tuple(cell for at, cell in enumerate(line) if at != 3) for line in (HEAD, UNITS)]
    brought = write_piece(
        tmp_path, "monitor-2025.ods", ods(("2024", rows(undated)), ("2025", rows(undated)))
    )
    with pytest.raises(ContentError, match="2024, 2025.*column-unclear"):
        cbs_vacancy.parse([brought], area())
    dated = write_piece(
        tmp_path, "monitor.ods", ods(("A", rows([HEAD, UNITS])), ("B", rows([HEAD, M2])))
    )
    assert figures(cbs_vacancy.parse([dated], area())) == BOTH


def test_a_file_about_other_towns_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="import-nothing"):
        cbs_vacancy.parse(
            [write_piece(tmp_path, "m.csv", text(HEAD, UNITS))], area(place("almelo", "GM0141"))
        )
