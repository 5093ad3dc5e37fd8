"""Initiatives as a municipality writes them down."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.forms.initiatives import COLUMNS, ProblemKind, template
from etl import area
from etl.errors import ContentError, ProblemError
from etl.pipeline import validate
from etl.problems import SHEET_FAULTS
from etl.source import Parsed
from etl.sources import initiatives, reference
from geo.crs import to_wgs84
from tests import town
from tests.etl.sources.pieces import TODAY, piece, voorbeeldstad

ROW = {
    "initiatief": "Groene loper",
    "plaats": "voorbeeldstad",
    "straten": "Langestraat; Dwarsstraat",
    "soort": "physical",
    "tranche": "unknown",
    "stand": "running",
    "begin": "2023-05",
    "einde": "2024",
    "omschrijving": "Bomen in bakken.",
    "actor": "Stichting Groen",
    "soort_actor": "association",
    "rol": "initiator",
    "bron": "Gemeente Voorbeeldstad",
    "bron_datum": "2024-01-10",
}


def parse(folder: Path, *sheets: list[dict[str, str]]) -> Parsed:
    pieces = [
        piece(folder, f"i{number}.csv", template(rows), place_id=None)
        for number, rows in enumerate(sheets)
    ]
    return initiatives.parse(pieces, voorbeeldstad())


def test_sheet_becomes_initiatives_actors_and_their_part(tmp_path: Path):
    parsed = parse(
        tmp_path,
        [
            ROW,
            {
                **ROW,
                "actor": "Gemeente Voorbeeldstad",
                "soort_actor": "municipality",
                "rol": "funder",
            },
        ],
    )
    whole = parsed.frames["initiatives"]
    assert whole["initiative_id"].tolist() == ["own:voorbeeldstad:groene-loper"]
    assert whole["streets"].tolist() == [["Langestraat", "Dwarsstraat"]]
    assert whole["start"].dt.strftime("%Y-%m-%d").tolist() == ["2023-05-01"]
    assert whole["end"].dt.strftime("%Y-%m-%d").tolist() == ["2024-12-31"]
    assert parsed.frames["actors"]["name"].tolist() == ["Gemeente Voorbeeldstad", "Stichting Groen"]
    assert parsed.frames["participations"]["role"].tolist() == ["initiator", "funder"]


def test_tables_keep_their_contracts(tmp_path: Path):
    spot = to_wgs84(town.places().geometry).iloc[0].centroid
    parsed = parse(
        tmp_path,
        [ROW, {**ROW, "initiatief": "Bankjes", "lon": f"{spot.x:.6f}", "lat": f"{spot.y:.6f}"}],
    )
    for name, frame in parsed.frames.items():
        checked = validate.as_table(name, frame, initiatives.SOURCE, voorbeeldstad(), TODAY)
        assert (len(checked.frame), checked.counts.total()) == (len(frame), 0)
    points = parsed.frames["initiatives"].set_index("name").geometry
    assert points["Groene loper"] is None and abs(points["Bankjes"].x - town.X) < 1


def test_person_appears_by_role_in_this_initiative_only(tmp_path: Path):
    person = {"actor": "bewoner", "soort_actor": "person_role"}
    parsed = parse(tmp_path, [{**ROW, **person}, {**ROW, **person, "initiatief": "Bankjes"}])
    assert parsed.frames["actors"]["actor_id"].tolist() == [
        "own:voorbeeldstad:bankjes:bewoner",
        "own:voorbeeldstad:groene-loper:bewoner",
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"omschrijving": "Bel Jan Jansen"},
        {"omschrijving": "mail jan@example.org"},
        {"actor": "Jan Jansen"},
        {"plaats": "hengelo"},
        {"soort": "feest"},
    ],
)
def test_whole_sheet_is_refused_for_one_wrong_cell_and_the_cell_is_named(
    tmp_path: Path, row: dict[str, str]
):
    with pytest.raises(ContentError, match="initiative-sheet") as caught:
        parse(tmp_path, [ROW, {**ROW, **row}])
    assert (
        "line 3" in str(caught.value)
        and "Jan" not in str(caught.value)
        and "jan@" not in str(caught.value)
    )


def test_known_organisation_keeps_its_id_and_is_not_doubled(tmp_path: Path):
    known = reference.tables()["actors"]
    organisation = known[known["kind"] == "municipality"].iloc[0]
    parsed = parse(
        tmp_path, [{**ROW, "actor": organisation["name"], "soort_actor": "municipality"}]
    )
    assert parsed.frames["participations"]["actor_id"].tolist() == [organisation["actor_id"]]
    assert parsed.frames["actors"].empty


def test_initiative_among_the_facts_stays_as_it_is_there(tmp_path: Path):
    fact = reference.tables()["initiatives"].iloc[0]
    row = {**ROW, "initiatief": fact["name"], "plaats": fact["place_id"]}
    parsed = initiatives.parse(
        [piece(tmp_path, "i.csv", template([row]), place_id=None)],
        area.area_of_places(reference.place_table()),
    )
    assert parsed.frames["initiatives"].empty
    assert [finding.code for finding in parsed.findings] == ["initiative-known"]


def test_later_sheet_replaces_the_initiative_and_its_part(tmp_path: Path):
    parsed = parse(tmp_path, [ROW], [{**ROW, "actor": "Wijkraad", "stand": "completed"}])
    assert parsed.frames["initiatives"]["status"].tolist() == ["completed"]
    assert parsed.frames["actors"]["name"].tolist() == ["Wijkraad"]


def test_withdrawn_initiative_leaves_no_actor_behind(tmp_path: Path):
    gone = piece(
        tmp_path,
        "withdrawn.toml",
        '[[row]]\nid = "own:voorbeeldstad:groene-loper"\nreason = "fout"\ndate = 2024-05-01\n',
        place_id=None,
    )
    parsed = initiatives.parse(
        [piece(tmp_path, "i.csv", template([ROW]), place_id=None), gone], voorbeeldstad()
    )
    assert [len(frame) for frame in parsed.frames.values()] == [0, 0, 0]


def test_sheet_of_another_place_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="import-elsewhere"):
        initiatives.parse(
            [piece(tmp_path, "i.csv", template([ROW]), place_id="voorbeeldplein")], voorbeeldstad()
        )


@settings(deadline=None, max_examples=20)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            column.name: st.one_of(
                st.text(max_size=12), st.sampled_from([*ROW.values(), "5.3", "1e5"])
            )
            for column in COLUMNS
        },
    )
)
def test_any_row_is_an_initiative_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, str]
):
    content = (
        template([{**ROW, **changed}]).decode("utf-8", "surrogatepass").encode("utf-8", "replace")
    )
    try:
        parsed = initiatives.parse(
            [piece(tmp_path_factory.getbasetemp(), "h.csv", content, place_id=None)],
            voorbeeldstad(),
        )
        validate.as_table(
            "initiatives", parsed.frames["initiatives"], initiatives.SOURCE, voorbeeldstad(), TODAY
        )
    except ProblemError as error:
        assert error.finding.nl


def test_every_wrong_cell_is_told_in_dutch_without_repeating_it(tmp_path: Path):
    wrong = {
        "stand": "lopend",
        "actor": "Jan de Vries",
        "soort_actor": "person",
        "rol": "initiator",
        "omschrijving": "Bel 06-12345678 of mail jan@example.nl",
    }
    known = area.area_of_places(reference.place_table())
    sheet = piece(tmp_path, "i.csv", template([{**ROW, **wrong}]), place_id=None)
    told = [fault.nl for fault in initiatives.faults(sheet, known)]
    assert (
        "rij 2, kolom stand: kies een woord uit de lijst: uitgevoerd, voorgenomen, loopt, onbekend"
        in told
    )
    assert [line for line in told if "kolom actor" in line] == [
        f"rij 2, kolom actor: {SHEET_FAULTS['name']}"
    ]
    assert {SHEET_FAULTS["mail"], SHEET_FAULTS["phone"]} <= {
        line.partition(": ")[2] for line in told
    }
    assert not any(secret in " ".join(told) for secret in ("Jan", "jan@", "0612", "06-12"))


def test_a_refused_sheet_is_told_in_each_language_without_the_other(tmp_path: Path):
    wrong = {"stand": "lopend", "tranche": "derde", "bron": ""}
    with pytest.raises(ContentError) as refused:
        initiatives.parse(
            [piece(tmp_path, "i.csv", template([{**ROW, **wrong}]), place_id=None)], voorbeeldstad()
        )
    finding = refused.value.finding
    assert (
        "kies een woord uit de lijst" in finding.nl
        and "expected" not in finding.nl
        and finding.nl.endswith("; en nog 1.")
    )
    assert (
        "choose from the list" in finding.en
        and "kies" not in finding.en
        and finding.en.endswith("; and 1 more.")
    )


def test_every_fault_of_the_sheet_has_its_dutch_words():
    assert set(SHEET_FAULTS) == set(get_args(ProblemKind))
