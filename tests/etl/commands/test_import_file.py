"""Bringing files: nothing changes before all is right, and what was brought stays in every later
run.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data import catalogue
from data.forms import initiatives
from data.snapshot import changelog, publish
from etl.commands import import_file
from etl.commands.import_file import ImportRequest
from etl.errors import ContentError, ProblemError, UseError
from etl.pipeline import merge, reference_data, run
from etl.pipeline.parts_store import PartsStore
from etl.sources.reference import place_table
from tests.etl.made_up_town import Town, X, Y, degrees, place_file, serve_normal_answers
from tests.etl.upstream import FastClock, Upstream

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

HEAD = "id;status;wvo;peildatum;x;y\n"


def units(*statuses: str, day: str = "1-2-2026", first: int = 1) -> str:
    """Units 20 m apart along the long street, with these statuses."""
    rows = (
        f"{n};{word};{100 + n},5;{day};{X + 20 * n:g};{Y + 5:g}"
        for n, word in enumerate(statuses, first)
    )
    return HEAD + "\n".join(rows) + "\n"


def survey(folder: Path) -> ImportRequest:
    """A survey of twelve units, two of them vacant, in a town nobody here has seen."""
    file = folder / "winkels.csv"
    file.write_text(units(*["leeg"] * 2, *["in gebruik"] * 10))
    return ImportRequest(
        source_id="shop_survey",
        file=file,
        place_id="voorbeeldstad",
        data=folder / "data",
        places=place_file(folder / "places"),
    )


@pytest.fixture
def given(tmp_path: Path) -> ImportRequest:
    """A survey that was not imported yet."""
    return survey(tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a survey; not to be written to."""
    request = survey(tmp_path_factory.mktemp("first"))
    import_file.import_file(request, clock=FastClock())
    return request.data


@pytest.fixture
def imported(given: ImportRequest, first: Path) -> ImportRequest:
    """The same survey after its import."""
    shutil.copytree(first, given.data)
    return given


def premises(data: Path):
    return catalogue.open(data).table("premises")


def files(folder: Path) -> dict[str, bytes]:
    return (
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        if folder.is_dir()
        else {}
    )


def test_file_is_published_and_told_in_the_changelog(given: ImportRequest, clock: FastClock):
    done = import_file.import_file(given, clock=clock)
    assert done.changed and dict(done.rows) == {"premises": 12}
    assert publish.verify(given.data) == []
    change = changelog.read_changes(given.data)[-1]
    assert (change.what, change.name, change.rows, change.version) == (
        "import",
        "winkels.csv",
        12,
        done.version,
    )


def test_source_of_what_was_brought_is_internal(imported: ImportRequest):
    source = catalogue.open(imported.data).source("shop_survey")
    # The map beside it is ours.
    assert (source.sharing, source.read_via) == ("internal", "bestand: winkels.csv")


def test_what_was_noticed_while_reading_is_still_said_when_the_file_did_not_change(
    given: ImportRequest, clock: FastClock
):
    lines = units("leeg", "in gebruik").splitlines()
    given.file.write_bytes(
        "\n".join([f"{lines[0]};naam", *(f"{line};Café" for line in lines[1:])]).encode("cp1252")
    )
    first = import_file.import_file(given, clock=clock)
    told = catalogue.open(given.data).source("shop_survey").problems
    assert any("encoding-fallback" in problem for problem in told)
    options = run.RunOptions(
        data=given.data, places=given.places, only_sources=("shop_survey",), workers=1
    )
    again = run.run(options, clock=clock)
    assert (again.version, again.changed) == (first.version, False)
    assert catalogue.open(given.data).source("shop_survey").problems == told


def test_same_file_again_changes_nothing(imported: ImportRequest, clock: FastClock):
    before = files(imported.data / "versions")
    assert not import_file.import_file(imported, clock=clock).changed
    assert (
        files(imported.data / "versions") == before
        and len(changelog.read_changes(imported.data)) == 1
    )


def test_later_survey_is_added_and_times_the_emptiness(imported: ImportRequest, clock: FastClock):
    imported.file.with_name("oud.csv").write_text(
        units("leeg", "in gebruik", *["in gebruik"] * 10, day="1-2-2022")
    )
    import_file.import_file(replace(imported, file=imported.file.with_name("oud.csv")), clock=clock)
    now = premises(imported.data)
    now = now[now["survey"] == "voorbeeldstad-2026-02-01"].set_index("premises_id")
    assert now.loc["survey:voorbeeldstad:1", "duration"] == "structural"
    assert now.loc["survey:voorbeeldstad:2", "duration"] == "frictional"


def test_imported_rows_stay_in_a_later_run_and_get_their_street(
    tmp_path: Path, given: ImportRequest, upstream: Upstream, clock: FastClock
):
    serve_normal_answers(upstream)
    town = Town(tmp_path, upstream, clock)
    town.run()
    before = premises(town.data)
    import_file.import_file(replace(given, data=town.data, places=town.places), clock=clock)
    after = premises(town.data)
    assert set(before["premises_id"]) < set(after["premises_id"])
    surveyed = after[after["source_id"] == "shop_survey"]
    assert surveyed["street_id"].notna().all()
    vacancy = catalogue.open(town.data).table("street_vacancy")
    assert vacancy.loc[vacancy["basis"] == "units", "vacant_units"].sum() == 2
    town.wait_days(5)
    town.run()
    assert len(premises(town.data)) == len(after)


def test_dry_run_writes_nothing(given: ImportRequest, clock: FastClock):
    understood = import_file.dry_run(given, clock=clock)
    assert understood.preview is not None and understood.preview.file.used == 12
    assert not given.data.exists()


def test_refused_file_leaves_everything_as_it_was(imported: ImportRequest, clock: FastClock):
    before = files(imported.data)
    bad = imported.file.with_name("fout.csv")
    undated = units("leeg").replace("1-2-2026", "ooit")
    for content in ("id;status\n1;leeg\n", "", "\x00\x01", undated, "<html></html>"):
        bad.write_bytes(content.encode())
        with pytest.raises(ProblemError):
            import_file.import_file(replace(imported, file=bad), clock=clock)
        assert files(imported.data) == before, content


def test_refused_second_delivery_leaves_the_first(given: ImportRequest, clock: FastClock):
    many = ["leeg", "in gebruik"] * 20
    given.file.write_text(units(*many))
    import_file.import_file(given, clock=clock)
    laid = files(given.data / "imports")
    # Three quarters fewer rows is not a new survey but a broken file, until somebody says
    # otherwise.
    given.file.write_text(units(*many[:10]))
    with pytest.raises(ProblemError, match="rows-shifted"):
        import_file.import_file(given, clock=clock)
    assert files(given.data / "imports") == laid and len(premises(given.data)) == 40
    import_file.import_file(replace(given, accept="alleen de kern geteld"), clock=clock)
    assert len(premises(given.data)) == 10
    assert changelog.read_changes(given.data)[-1].reason == "alleen de kern geteld"


def test_stated_map_is_kept_beside_the_file(given: ImportRequest, clock: FastClock):
    text = import_file.dry_run(given, clock=clock).map_text
    assert text is not None
    stated = given.file.with_name("kaart.toml")
    stated.write_text(text.replace('floor_area_m2 = "wvo"', '# floor_area_m2 = ""'))
    import_file.import_file(replace(given, columns=stated), clock=clock)
    assert premises(given.data)["floor_area_m2"].isna().all()
    laid = given.data / "imports/shop_survey/voorbeeldstad/winkels.csv.columns.toml"
    assert (
        "floor_area_m2 = " in laid.read_text()
        and '"wvo"' not in laid.read_text().split("# Niet gebruikt")[0]
    )


def test_folder_of_the_user_is_told_nowhere(imported: ImportRequest):
    told = b"".join(
        content for name, content in files(imported.data).items() if not name.startswith("parts")
    )
    assert str(imported.file.parent).encode() not in told


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_id": "osm"}, "waits for a file"),
        ({"source_id": "nothing"}, "waits for a file"),
        ({"place_id": "atlantis"}, "--place"),
        ({"file": Path("nowhere.csv")}, "FILE: nowhere.csv is not a file"),
        ({"columns": Path("nowhere.toml")}, "--columns: nowhere.toml is not a file"),
        ({"places": Path("nowhere")}, "--places"),
        ({"source_id": "initiatives", "columns": Path("map.toml")}, "no column map"),
    ],
)
def test_wrong_use_is_said(
    given: ImportRequest, clock: FastClock, change: dict[str, object], message: str
):
    with pytest.raises(UseError, match=message):
        import_file.dry_run(replace(given, **change), clock=clock)


@pytest.mark.parametrize("name", ["winkels.pdf", "winkels.gpkg"])
def test_other_files_are_refused(given: ImportRequest, clock: FastClock, name: str):
    path = given.file.with_name(name)
    path.write_bytes(given.file.read_bytes())
    with pytest.raises(ProblemError):
        import_file.dry_run(replace(given, file=path), clock=clock)


def test_rows_without_a_day_are_not_said_to_lie_elsewhere(given: ImportRequest, clock: FastClock):
    given.file.write_text(units("leeg", "in gebruik", day="ooit"))
    with pytest.raises(ContentError, match="row 2: dropped-date.*import-nothing") as refused:
        import_file.import_file(given, clock=clock)
    assert "rij 2: de peildatum is geen datum, of ontbreekt" in refused.value.finding.nl


def test_file_without_any_usable_row_is_refused_with_the_reason(
    given: ImportRequest, clock: FastClock
):
    given.file.write_text(HEAD + "1;leeg;5,0;ooit;150000;530000\n")
    with pytest.raises(ContentError, match="import-elsewhere|import-nothing"):
        import_file.import_file(given, clock=clock)


def test_internal_figures_stay_and_open_ones_may_leave(given: ImportRequest, clock: FastClock):
    head = "indicator;waarde;eenheid;peildatum;definitie;bron;gebied;delen\n"
    given.file.write_text(
        head
        + "vacant_premises;12;panden;2025;d;Gemeente;binnenstad;\n"
        + "vacant_outlets;9;verkooppunten;2025;d;Gemeente;binnenstad;open\n"
    )
    # A town of its own has no sourced facts, and so no indicators to hang a figure on: those that
    # ship have.
    figures = replace(given, source_id="figures", place_id="hengelo", places=import_file.PLACES)
    import_file.import_file(figures, clock=clock)
    rows = catalogue.open(given.data).table("observations")
    own = rows[rows["source_id"] == "figures"].set_index("indicator")["sharing"].to_dict()
    assert own == {"vacant_outlets": "open", "vacant_premises": "internal"}


def test_list_of_spots_and_counts_come_in_two_files(given: ImportRequest, clock: FastClock):
    spots = given.file.with_name("punten.csv")
    spots.write_text(f"telpunt;x;y\nA;{X:g};{Y:g}\n")
    counted = given.file.with_name("tellingen.csv")
    counted.write_text("telpunt;tijdstip;passanten\nA;2-2-2026 12:00;5\nA;2-2-2026 13:00;7\n")
    with pytest.raises(ContentError, match="counter-nowhere"):
        import_file.import_file(replace(given, source_id="counters", file=counted), clock=clock)
    import_file.import_file(replace(given, source_id="counters", file=spots), clock=clock)
    done = import_file.import_file(replace(given, source_id="counters", file=counted), clock=clock)
    assert dict(done.rows) == {"counts": 2}


def test_degrees_under_their_own_name_are_located(given: ImportRequest, clock: FastClock):
    lon, lat = degrees(10, 10)
    given.file.write_text(
        f"id,status,peildatum,lon,lat\n1,leeg,2026-02-01,{lon},{lat}\n2,open,2026-02-01,{lon},{lat}\n"
    )
    import_file.import_file(given, clock=clock)
    assert premises(given.data).geometry.iloc[0].x == pytest.approx(X + 10, abs=0.2)


def test_street_of_a_brought_initiative_is_looked_up_by_the_next_run(
    given: ImportRequest, clock: FastClock
):
    row = {
        "initiatief": "Groene loper",
        "plaats": "voorbeeldstad",
        "straten": "Langestraat",
        "soort": "physical",
        "tranche": "unknown",
        "bron": "Gemeente",
        "bron_datum": "2025",
    }
    given.file.write_bytes(initiatives.template([row]))
    own = replace(given, source_id="initiatives")
    import_file.import_file(own, clock=clock)
    kept = PartsStore(given.data)
    spots = merge.geocoding_targets(
        reference_data.reference_data(place_table(given.places)), kept.index().parts, kept
    )
    assert [(spot.key, spot.text) for spot in spots] == [
        ("core/voorbeeldstad", "Markt"),
        ("initiative/own:voorbeeldstad:groene-loper", "Langestraat"),
    ]
    assert catalogue.open(given.data).table("initiatives")["location_precision"].tolist() == [
        "none"
    ]
