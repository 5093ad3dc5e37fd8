"""The command `run`: what it says, to whom, and with which code it leaves."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from etl.__main__ import main
from etl.source import Source
from etl.sources import declared_sources, readers
from tests.etl import pbf
from tests.etl.made_up_town import BACKGROUND, STREETS, UNITS, overpass, place_file
from tests.etl.sources.source_runs import area, place

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]
REAL = os.environ.get("STADSHART_REAL")


def run(capsys: Capture, *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `run`."""
    with pytest.raises(SystemExit) as left:
        main(["run", *(str(argument) for argument in arguments)])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


@pytest.fixture
def given(tmp_path: Path) -> tuple[object, ...]:
    """Options of a run of the made-up town from a file."""
    (tmp_path / "inputs" / "osm").mkdir(parents=True)
    (tmp_path / "inputs" / "osm" / "town.json").write_bytes(
        overpass([*STREETS, *UNITS, *BACKGROUND]).body
    )
    places = place_file(tmp_path / "places")
    return (
        "--data",
        tmp_path / "data",
        "--inputs",
        tmp_path / "inputs",
        "--places",
        places,
        "--workers",
        1,
    )


def test_a_good_run_is_code_0_and_says_what_it_published(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    code, out, err = run(capsys, *given)
    # No bars, which are for terminals.
    assert (code, err) == (0, "") and "\x1b" not in out and "─" not in out
    assert out.startswith(f"published: version {catalogue.version(tmp_path / 'data')} in ")
    assert "osm\tfresh\t" in out and "stadshart-etl status" in out
    assert run(capsys, *given)[1].startswith("unchanged: version ")


def test_a_run_for_programs_is_one_object_per_line(capsys: Capture, given: tuple[object, ...]):
    _, out, _ = run(capsys, *given, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert {line["event"] for line in lines if "event" in line} >= {
        "read",
        "place",
        "publish",
        "done",
    }
    assert "osm" in [line["source_id"] for line in lines if line.get("kind") == "source"]


def test_a_source_in_trouble_is_code_3_and_one_line(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    (tmp_path / "inputs" / "osm" / "town.json").write_text("<html></html>")
    code, out, err = run(capsys, *given)
    assert code == 3 and out.startswith("published: ")
    assert (
        err
        == "osm: voorbeeldstad: town.json is not what it should be: expected json. [input-kind]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--place", "elders"), "--place: expected one of"),
        (("--source", "elders"), "expected a source of"),
        (("--base-url", "osm"), "--base-url: expected SOURCE=..."),
        (("--base-url", "osm=nonsense"), "--base-url: The address nonsense is not asked"),
        (
            ("--base-url", "osm=ftp://tiles.example/"),
            "--base-url: The address ftp://tiles.example/ is not asked",
        ),
        (("--base-url", "osm=http://"), "--base-url: The address http:// is not asked"),
        (("--contact", "Jan\nX-Evil: 1"), "--contact: expected an address"),
        (("--accept", "osm="), "--accept: expected SOURCE=..."),
        (("--inputs", "nowhere"), "--inputs: expected a folder"),
        (("--workers", "0"), "--workers"),
    ],
)
def test_wrong_use_is_code_2_and_one_line(
    capsys: Capture, tmp_path: Path, arguments: tuple[str, ...], message: str
):
    code, out, err = run(capsys, "--data", tmp_path, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_folder_without_place_files_is_wrong_use(capsys: Capture, tmp_path: Path):
    code, _, err = run(capsys, "--data", tmp_path / "data", "--places", tmp_path)
    assert code == 2 and "expected place files (*.geojson), got none" in err


def test_a_source_asked_for_without_its_files_is_told_where_they_belong(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    code, out, err = run(capsys, *given, "--source", "osm", "--source", "bag")
    assert code == 0 and out.startswith("published")
    assert (
        err.startswith(
            f"bag: nothing to read in {tmp_path / 'inputs' / 'bag'}: lay its files there"
        )
        and err.count("\n") == 1
    )


def test_the_curated_facts_alone_can_be_asked_for(capsys: Capture, tmp_path: Path):
    code, out, err = run(capsys, "--source", "reference", "--data", tmp_path, "--workers", 1)
    assert (code, err) == (0, "") and out.startswith("published: version ")
    assert {"places", "observations", "initiatives"} <= set(catalogue.open(tmp_path).names)


def test_a_file_whose_name_is_no_text_is_read_like_any_other(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    folder = os.fsencode(tmp_path / "inputs" / "osm")
    os.rename(folder + b"/town.json", folder + b"/caf\xe9.json")
    code, _, err = run(capsys, *given)
    assert (code, err) == (0, "")
    assert len(catalogue.open(tmp_path / "data").table("premises"))
    assert run(capsys, *given)[1].startswith("unchanged: ")


def test_a_folder_whose_name_is_no_text_is_wrong_use_in_one_line(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    os.mkdir(os.fsencode(tmp_path / "inputs") + b"/os\xe9")
    code, out, err = run(capsys, *given)
    assert (code, out, err.count("\n")) == (2, "", 1) and r"got os\udce9" in err


@pytest.mark.parametrize(
    "content", ["{broken", '{"type": "Feature", "id": "x", "properties": {}, "geometry": null}']
)
def test_a_broken_place_file_is_code_1_and_one_line(capsys: Capture, tmp_path: Path, content: str):
    (tmp_path / "x.geojson").write_text(content)
    code, out, err = run(capsys, "--data", tmp_path / "data", "--places", tmp_path)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("stadshart-etl: x.geojson: expected ")
    assert not (tmp_path / "data" / "current").exists()


def test_a_source_that_breaks_stops_no_other(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # A shape of answer nobody foresaw.
    monkeypatch.setattr("etl.sources.cbs_areas.parse", lambda pieces, area: {}["nowhere"])
    (tmp_path / "inputs" / "cbs_areas").mkdir()
    (tmp_path / "inputs" / "cbs_areas" / "a.geojson").write_text(
        '{"type": "FeatureCollection", "features": []}'
    )
    code, out, err = run(capsys, *given)
    assert code == 3 and out.startswith("published: ") and "osm\tfresh\t" in out
    assert err.count("\n") == 1 and err.startswith(
        "cbs_areas: While reading, something came up that the program does not know: KeyError at "
    )
    assert "[reader-broke]" in err


def test_a_hostile_archive_is_told_by_the_name_it_was_brought_under(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    (tmp_path / "inputs" / "transit").mkdir()
    with zipfile.ZipFile(tmp_path / "inputs" / "transit" / "gtfs-nl.zip", "w") as archive:
        archive.writestr("../stops.txt", "stop_id\n")
    code, _, err = run(capsys, *given)
    assert (code, err) == (
        3,
        (
            "transit: The archive gtfs-nl.zip holds a path that points outside: ../stops.txt."
            " [archive-path]\n"
        ),
    )


def test_status_says_what_is_there_what_is_not_and_what_to_do(
    capsys: Capture, given: tuple[object, ...], tmp_path: Path
):
    run(capsys, *given)
    with pytest.raises(SystemExit):
        main(["status", "--data", str(tmp_path / "data")])
    out = capsys.readouterr().out
    assert "voorbeeldstad\tcentre\t0\t0\t4\t-\t4\t1\t-\t-\t-\tunknown\n" in out
    assert "voorbeeldstad\tosm\t4\t4\t0\n" in out
    assert "never a vacancy rate" in out and "no shop units yet in voorbeeldstad" in out


def test_sources_say_on_what_each_reader_was_tried(capsys: Capture, tmp_path: Path):
    with pytest.raises(SystemExit):
        main(["sources", "--data", str(tmp_path), "--json"])
    told = {
        line["source_id"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())
    }
    assert {line["tried"] for line in told.values()} <= {"recorded", "documentation", "live"}
    assert (
        ": files of OV Oost, excerpts: stations with NS 2019 and 2021"
        in told["transit"]["tried_words"]
    )
    assert told["transit"]["tried_words"].endswith(
        "; the timetable (GTFS): its documentation only, never an answer of its own"
    )


@pytest.mark.parametrize("source", declared_sources().values(), ids=declared_sources().keys())
def test_every_source_names_the_answers_and_files_it_was_tried_on(source: Source):
    assert source.tried_with and all(len(one.split()) > 3 for one in source.tried_with)
    # A recording is of a day, an edition or a kind; what is made up says so.
    made_up = any("made-up" in one for one in source.tried_with)
    assert made_up == (source.tried == "documentation")


# Recordings and real files reach a test only through these names.
RECORDINGS = re.compile(r"\bsample\(|\breal\(|STADSHART_(?:REAL|SAMPLES|FACTS)")


@pytest.mark.parametrize(
    "source", [module.SOURCE for module in readers().values()], ids=readers().keys()
)
def test_what_a_source_says_it_was_tried_on_is_what_its_tests_hold_it_against(source: Source):
    tests = (Path(__file__).parent / "sources" / f"test_{source.id}.py").read_text(encoding="utf-8")
    assert bool(RECORDINGS.search(tests)) == (source.tried == "recorded")
    # Nobody reached the live services yet; who does, says when.
    assert source.tried != "live" or source.tried_on is not None
    assert source.tried != "recorded" or source.tried_on is not None
    assert source.untried is None or source.tried != "documentation"


def test_a_town_nobody_has_seen_publishes_from_a_place_file_and_an_extract(
    capsys: Capture, tmp_path: Path
):
    # A town in Denmark: no Dutch register knows it.
    places, inputs = tmp_path / "places", tmp_path / "inputs"
    places.mkdir()
    (inputs / "osm").mkdir(parents=True)
    lon, lat = 9.5361, 55.7093
    properties = {
        "place_id": "vejle",
        "name_nl": "Vejle",
        "name_en": "Vejle",
        "name_de": "Vejle",
        "role": "centre",
        "municipality_code": None,
        "core": [lon, lat],
        "core_basis": "square",
        "profile": None,
        "boundary_basis": None,
        "boundary_source": None,
        "boundary_date": None,
    }
    feature = {
        "type": "Feature",
        "id": "vejle",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }
    (places / "vejle.geojson").write_text(json.dumps(feature))
    nodes = [
        pbf.Node(1, lon - 0.002, lat),
        pbf.Node(2, lon, lat, {"shop": "books"}),
        pbf.Node(3, lon + 0.002, lat),
    ]
    extract = pbf.written(
        nodes,
        [pbf.Way(1, [1, 2, 3], {"highway": "pedestrian", "name": "Nørregade"})],
        at=1_771_581_600,
    )
    (inputs / "osm" / "denmark.osm.pbf").write_bytes(extract)
    code, _, err = run(capsys, "--data", tmp_path / "data", "--inputs", inputs, "--places", places)
    assert (code, err) == (0, "")
    opened = catalogue.open(tmp_path / "data")
    assert opened.table("streets")["name"].tolist() == ["Nørregade"]
    assert opened.table("premises")["street_id"].notna().all()
    assert "observations" not in opened.names
    assert publish.verify(tmp_path / "data") == []
    with pytest.raises(SystemExit):
        main(["status", "--data", str(tmp_path / "data")])
    said = capsys.readouterr().out
    assert "not asked yet" not in said and "wait for a file: " in said, (
        "no register of the Netherlands is asked about Denmark"
    )


@pytest.mark.parametrize("role", ["centre", "periphery", "abroad"])
def test_about_a_town_abroad_only_the_world_map_is_asked(role: str):
    vejle = area(place("vejle", None, role=role))
    assert {
        name
        for name, module in readers().items()
        if hasattr(module, "requests") and module.requests(vejle)
    } == {"osm"}


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(not REAL, reason="STADSHART_REAL is not set")
def test_enschede_from_real_files_publishes_streets_background_and_areas(
    capsys: Capture, tmp_path: Path
):
    files = {
        "osm": ["enschede_osm_streets/enschede_highways_2023-12-24.kml"],
        "cbs_areas": [
            "enschede_neighbourhoods/enschede.geojson",
            "nl_municipalities_2022/gemeenten.geojson",
        ],
    }
    for source_id, names in files.items():
        folder = tmp_path / "inputs" / source_id
        folder.mkdir(parents=True)
        for name in names:
            (folder / Path(name).name).symlink_to(Path(REAL or "") / name)
    options = ("--data", tmp_path / "data", "--inputs", tmp_path / "inputs", "--workers", 1)
    code, _, err = run(capsys, *options)
    assert (code, err) == (0, "")
    opened = catalogue.open(tmp_path / "data")
    streets = opened.table("streets")
    assert set(streets["place_id"]) == {"enschede"} and len(streets) > 4000
    assert streets["footfall_proxy"].notna().all()
    assert sorted(opened.table("areas").query("kind == 'municipality'")["area_id"]) == [
        "GM0141",
        "GM0147",
        "GM0153",
        "GM0164",
        "GM0173",
    ]
    assert "road" in set(opened.table("background")["kind"])
    assert opened.source("osm").surveyed == "2023-12-24T11:30:45Z"
    assert publish.verify(tmp_path / "data") == []
