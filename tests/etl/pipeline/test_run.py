"""One run: what it publishes, what it leaves alone, and what it says of its sources."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from etl.cli.source_report import finding_lines
from etl.errors import RunError, UseError
from etl.pipeline.parts_store import PartsStore
from tests.etl.made_up_town import (
    BACKGROUND,
    OVERPASS,
    STREETS,
    UNITS,
    Town,
    node,
    overpass,
    overpass_subject,
    place_file,
    serve_normal_answers,
)
from tests.etl.upstream import FastClock, Reply, Upstream

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


@pytest.fixture
def town(tmp_path: Path, upstream: Upstream, clock: FastClock) -> Town:
    serve_normal_answers(upstream)
    return Town(tmp_path, upstream, clock)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a town after one run; not to be written to."""
    with Upstream() as upstream:
        serve_normal_answers(upstream)
        town = Town(tmp_path_factory.mktemp("published"), upstream, FastClock())
        town.run()
    return town.data


@pytest.fixture
def old_town(town: Town, published: Path) -> Town:
    """The same town after that run."""
    shutil.copytree(published, town.data)
    return town


def state(report, source_id: str):
    return next(one for one in report.sources if one.record.source_id == source_id)


def bytes_of(folder: Path) -> dict[str, str]:
    """Checksum of every published file and of the index."""
    files = [
        *sorted((folder / "versions").rglob("*")),
        folder / "current",
        folder / "parts" / "index.json",
    ]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def test_a_town_is_published_from_what_its_sources_say(town: Town):
    report = town.run()
    opened = catalogue.open(town.data)
    assert {
        one.record.source_id: one.record.status
        for one in report.sources
        if one.record.status != "not_supplied"
    } == {
        "cbs_areas": "fresh",
        "osm": "fresh",
    }
    assert set(opened.names) >= {"places", "streets", "premises", "areas", "background"}
    # Each of the two streets is cut where they cross.
    assert sorted(opened.table("streets")["name"]) == [
        "Dwarsstraat",
        "Dwarsstraat",
        "Langestraat",
        "Langestraat",
    ]
    assert publish.verify(town.data) == []
    assert state(report, "osm").record.surveyed == "2026-02-20T10:00:00Z"


def test_units_stand_on_their_street_and_misses_are_counted(old_town: Town):
    premises = catalogue.open(old_town.data).table("premises").set_index("premises_id")
    assert premises["street_id"].str.contains("langestraat").all()
    assert premises["status"].to_dict() == {
        "osm:node/11": "in_use",
        "osm:node/12": "vacant",
        "osm:node/13": "in_use",
        "osm:node/14": "unknown",
    }
    assert PartsStore(old_town.data).index().joins["voorbeeldstad"] == {
        "osm-units": 4,
        "osm-on-street": 4,
    }


def test_open_data_makes_no_vacancy_rate(old_town: Town):
    assert not catalogue.open(old_town.data).has("street_vacancy")


def test_the_same_input_publishes_nothing_and_changes_no_byte(old_town: Town):
    first = catalogue.version(old_town.data)
    before = bytes_of(old_town.data)
    old_town.wait_days(5)
    again = old_town.run()
    assert (again.version, again.changed) == (first, False)
    assert state(again, "osm").record.status == "unchanged"
    assert bytes_of(old_town.data) == before


def test_a_settled_answer_is_not_asked_again(town: Town):
    town.run()
    asked = len(town.upstream.requests)
    town.run()
    assert len(town.upstream.requests) == asked


# With one file for three towns it is held by `tests/etl/test_many_places.py`.
@pytest.mark.long
def test_same_bytes_with_one_worker_and_with_two(town: Town, tmp_path: Path):
    place_file(town.places, "voorbeelddorp", x=4000.0)
    place_file(town.places, "voorbeeldbuurt", x=-4000.0)
    town.run()
    alone = catalogue.open(town.data)
    shutil.move(town.data, tmp_path / "alone")
    town.run(workers=2)
    together = catalogue.open(town.data)
    hashes = [
        [(table.name, table.sha256, table.content_hash) for table in one.manifest.tables]
        for one in (alone, together)
    ]
    assert hashes[0] == hashes[1]


def test_a_changed_answer_publishes_a_new_version(old_town: Town):
    first = catalogue.version(old_town.data)
    more = [*UNITS, node(15, 260, 5, {"shop": "bakery"})]
    answers = {"streets": STREETS, "units": more, "background": BACKGROUND}
    old_town.upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)]))
    old_town.wait_days(5)
    second = old_town.run()
    assert second.changed and second.version != first
    assert len(catalogue.open(old_town.data).table("premises")) == 5


def test_a_failing_source_stops_no_other_and_keeps_its_last_good_table(old_town: Town):
    before = catalogue.open(old_town.data).table("streets")
    old_town.upstream.serve(OVERPASS, Reply(status=503))
    old_town.wait_days(5)
    report = old_town.run()
    assert report.troubled
    assert (state(report, "osm").record.status, state(report, "cbs_areas").record.status) == (
        "stale",
        "unchanged",
    )
    assert catalogue.open(old_town.data).table("streets").equals(before)
    problems = catalogue.open(old_town.data).source("osm").problems
    assert any("http-503" in problem for problem in problems)
    # The copy stays as old as it is.
    assert catalogue.open(old_town.data).source("osm").retrieved.isoformat() == "2026-03-01"
    assert "(9 tries, 0 bytes)" in finding_lines(state(report, "osm"))[0].en
    assert "(1 try, 0 bytes)" in finding_lines(replace(state(report, "osm"), tries=1))[0].en


def test_a_source_that_never_answered_is_failed_and_the_rest_is_published(town: Town):
    town.upstream.serve(OVERPASS, Reply(status=404))
    report = town.run()
    assert state(report, "osm").record.status == "failed"
    assert set(catalogue.open(town.data).names) >= {"areas"} and not catalogue.open(town.data).has(
        "streets"
    )


def test_a_copy_beyond_its_age_is_dropped(old_town: Town):
    old_town.upstream.serve(OVERPASS, Reply(status=503))
    old_town.wait_days(500)
    report = old_town.run()
    assert state(report, "osm").record.status == "failed"
    assert not catalogue.open(old_town.data).has("streets")


def test_one_source_alone_leaves_the_others_as_they_were(old_town: Town):
    first = catalogue.version(old_town.data)
    report = old_town.run(only_sources=("osm",))
    assert report.version == first
    assert catalogue.open(old_town.data).has("areas")


def test_one_place_alone_leaves_the_others_as_they_were(town: Town):
    place_file(town.places, "voorbeelddorp", x=2000.0)
    town.run()
    before = catalogue.open(town.data).table("streets")
    town.wait_days(5)
    town.run(only_places=("voorbeelddorp",))
    assert catalogue.open(town.data).table("streets").equals(before)


def test_a_place_that_went_takes_its_rows_along(town: Town):
    place_file(town.places, "voorbeelddorp", x=30_000.0)
    town.run()
    (town.places / "voorbeelddorp.geojson").unlink()
    town.run()
    assert list(catalogue.open(town.data).table("places")["place_id"]) == ["voorbeeldstad"]


def test_after_a_rollback_a_run_publishes_again(old_town: Town):
    first = catalogue.version(old_town.data)
    answers = {"streets": STREETS, "units": UNITS[:3], "background": BACKGROUND}
    old_town.upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)]))
    old_town.wait_days(5)
    second = old_town.run()
    publish.rollback(old_town.data)
    assert catalogue.version(old_town.data) == first
    old_town.wait_days(0.1)
    assert old_town.run().changed
    assert len(catalogue.open(old_town.data).table("premises")) == 3
    assert second.version.rpartition("-")[2] == catalogue.version(old_town.data).rpartition("-")[2]


def test_a_damaged_file_is_published_anew(old_town: Town):
    (catalogue.open(old_town.data).path / "streets.parquet").write_bytes(b"")
    old_town.wait_days(0.1)
    old_town.run()
    assert publish.verify(old_town.data) == []


def test_files_take_the_place_of_the_network(town: Town, tmp_path: Path):
    inputs = tmp_path / "inputs" / "osm"
    inputs.mkdir(parents=True)
    (inputs / "town.json").write_bytes(overpass([*STREETS, *UNITS]).body)
    report = town.run(inputs=inputs.parent)
    assert town.upstream.requests == []
    assert state(report, "osm").record.read_via == "bestand: town.json"
    assert state(report, "cbs_areas").record.status == "not_supplied" and not report.troubled
    assert len(catalogue.open(town.data).table("streets")) == 4


def test_a_file_that_is_not_what_its_name_says_fails_its_source(town: Town, tmp_path: Path):
    inputs = tmp_path / "inputs" / "osm"
    inputs.mkdir(parents=True)
    (inputs / "town.kml").write_text("<OGRVRTDataset/>")
    report = town.run(inputs=inputs.parent)
    assert state(report, "osm").record.status == "failed"
    assert "input-kind" in finding_lines(state(report, "osm"))[0].en


def test_a_file_of_another_form_is_told_and_passed_over(town: Town, tmp_path: Path):
    inputs = tmp_path / "inputs" / "osm"
    inputs.mkdir(parents=True)
    (inputs / "town.json").write_bytes(overpass(STREETS).body)
    (inputs / "letter.docx").write_bytes(b"PK")
    report = town.run(inputs=inputs.parent)
    assert state(report, "osm").record.status == "fresh"
    assert "input-not-read" in finding_lines(state(report, "osm"))[0].en


def test_a_file_in_the_folder_of_a_place_is_for_that_place_only(town: Town, tmp_path: Path):
    place_file(town.places, "voorbeelddorp", x=2000.0)
    for name, folder in (("town.json", "voorbeeldstad"), ("other.json", "vorbeeldstad")):
        (tmp_path / "inputs" / "osm" / folder).mkdir(parents=True)
        (tmp_path / "inputs" / "osm" / folder / name).write_bytes(overpass(STREETS).body)
    report = town.run(inputs=tmp_path / "inputs")
    assert set(catalogue.open(town.data).table("streets")["place_id"]) == {"voorbeeldstad"}
    # A folder misspelt is told, not passed over.
    assert any(
        "input-no-place" in line.en and "vorbeeldstad" in line.en
        for line in finding_lines(state(report, "osm"))
    )


def test_imported_files_are_read_by_every_run(town: Town):
    folder = town.data / "imports" / "osm" / "voorbeeldstad"
    folder.mkdir(parents=True)
    (folder / "town.json").write_bytes(overpass(STREETS).body)
    assert state(town.run(), "osm").record.read_via == "bestand: town.json"


@pytest.mark.slow
def test_same_bytes_on_a_dask_cluster_of_two_workers(town: Town, tmp_path: Path):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra test)")
    place_file(town.places, "voorbeelddorp", x=4000.0)
    town.run()
    alone = catalogue.open(town.data)
    shutil.move(town.data, tmp_path / "alone")
    # Workers in this process, over real sockets: a process would mostly import.
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        processes=False,
        protocol="tcp",
    ) as cluster:
        town.run(dask=cluster.scheduler_address)
    together = catalogue.open(town.data)
    hashes = [
        [(table.name, table.sha256) for table in one.manifest.tables] for one in (alone, together)
    ]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"only_places": ("elders",)}, "--place: expected one of voorbeeldstad, got elders"),
        ({"only_sources": ("elders",)}, "expected a source of"),
        ({"inputs": Path("nowhere")}, "--inputs: expected a folder"),
    ],
)
def test_what_does_not_exist_is_wrong_use(town: Town, more: dict[str, object], message: str):
    with pytest.raises(UseError, match=message):
        town.run(**more)


def test_a_cluster_that_is_not_there_is_one_clear_line(town: Town, monkeypatch: pytest.MonkeyPatch):
    # It is asked for as long as that.
    monkeypatch.setattr("etl.pipeline.executors.CONNECT_S", 0.5)
    with pytest.raises(RunError, match="^--dask"):
        town.run(dask="tcp://127.0.0.1:9")


def test_declared_bounds_hold_for_the_declared_cities_only(town: Town):
    # Four streets are far below the declared thousand: they are another town's, so the previous
    # snapshot is the measure.
    assert state(town.run(), "osm").record.status == "fresh"
    for number, code in enumerate(("GM0141", "GM0147", "GM0153", "GM0164", "GM0173")):
        place_file(town.places, f"stad-{number}", x=4000.0 * (number + 1), code=code)
    town.wait_days(5)
    report = town.run()
    assert state(report, "osm").record.status == "stale"
    assert any("rows-bounds" in line.en for line in finding_lines(state(report, "osm")))


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of last change of every file of a data folder, apart from when an answer was
    last confirmed.
    """
    kept = (
        path
        for path in folder.rglob("*")
        if path.is_file() and "raw" not in path.relative_to(folder).parts
    )
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in kept
    }


@pytest.mark.parametrize(
    ("again", "declared"),
    [({"accept": {"osm": "the others were a test"}}, False), ({}, True)],
    ids=["fewer rows, accepted again", "out of bounds, not asked again"],
)
def test_what_was_accepted_is_done_and_changes_no_byte(
    town: Town, again: dict[str, object], declared: bool
):
    many = [node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(20)]
    answers = {"streets": STREETS, "units": many, "background": BACKGROUND}
    town.upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)]))
    if declared:
        for number, code in enumerate(("GM0141", "GM0147", "GM0153", "GM0164", "GM0173")):
            place_file(town.places, f"stad-{number}", x=4000.0 * (number + 1), code=code)
    else:
        town.run()
        answers["units"] = many[:2]
        town.wait_days(5)
    accepted = town.run(accept={"osm": "the others were a test"})
    assert state(accepted, "osm").record.status == "fresh"
    before = everything(town.data)
    for _ in range(2):
        town.wait_days(5)
        report = town.run(**again)
        assert not report.changed and state(report, "osm").record.status == "unchanged"
    assert everything(town.data) == before
