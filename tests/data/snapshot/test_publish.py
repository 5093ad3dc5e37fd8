import errno
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from data import catalogue
from data.errors import (
    BusyError,
    ClockError,
    ContractError,
    DamagedFileError,
    DanglingError,
    ManifestError,
    NoSnapshotError,
    StoreError,
    VersionError,
)
from data.schema.tables import DECLARED
from data.snapshot import publish as snapshot_publish
from data.snapshot.layout import CURRENT, all_versions, current_version, versions_folder
from data.snapshot.lock import LOCK, held
from tests import town

ROOT = Path(__file__).parents[3]
START = datetime(2024, 3, 1, tzinfo=UTC)


def town_with(boardings: float) -> dict[str, pd.DataFrame]:
    """The town's places and one station with so many boardings."""
    return {"places": town.places(), "stops": town.stops({"boardings_per_workday": boardings})}


def publish(
    folder: Path, boardings: float, *, days: int = 0, keep: int = snapshot_publish.KEEP
) -> snapshot_publish.Publication:
    return snapshot_publish.publish(
        folder,
        town_with(boardings),
        town.sources(),
        town.table_sources(),
        published=START + timedelta(days=days),
        keep=keep,
        wait_s=0,
    )


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of last change of every file below the folder."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def boardings(folder: Path) -> float:
    return float(catalogue.open(folder).table("stops")["boardings_per_workday"].iloc[0])


@pytest.mark.slow
def test_published_town_is_read_back_whole(tmp_path: Path):
    done = snapshot_publish.publish(
        tmp_path, town.tables(), town.sources(), town.table_sources(), published=START
    )
    opened = catalogue.open(tmp_path)
    assert (done.changed, opened.version) == (True, done.version)
    assert set(opened.names) == set(town.tables())
    assert snapshot_publish.verify(tmp_path) == []


@pytest.mark.slow
def test_manifest_tells_rows_columns_and_sources(tmp_path: Path):
    snapshot_publish.publish(
        tmp_path, town.tables(), town.sources(), town.table_sources(), published=START
    )
    manifest = catalogue.open(tmp_path).manifest
    stops, figures = manifest.table("stops"), manifest.table("observations")
    assert stops is not None and figures is not None
    assert (stops.rows, stops.sources) == (3, ("voorbeeldteller",))
    assert figures.sources == ("voorbeeldkrant",)
    assert [column.unit for column in stops.columns if column.name == "boardings_per_workday"] == [
        "boardings/workday"
    ]


def test_same_content_again_changes_no_byte(tmp_path: Path):
    first = publish(tmp_path, 1)
    before = files(tmp_path)
    again = publish(tmp_path, 1, days=1)
    assert (again.version, again.changed) == (first.version, False)
    assert files(tmp_path) == before


def test_new_content_is_a_new_version(tmp_path: Path):
    assert publish(tmp_path, 1).version != publish(tmp_path, 2, days=1).version
    assert boardings(tmp_path) == 2
    assert len(all_versions(tmp_path)) == 2


def test_source_that_went_stale_is_a_new_version(tmp_path: Path):
    publish(tmp_path, 1)
    kept, other = town.sources()
    stale = [
        kept,
        type(other)(
            **{name: getattr(other, name) for name in other.__slots__} | {"status": "stale"}
        ),
    ]
    done = snapshot_publish.publish(
        tmp_path, town_with(1), stale, town.table_sources(), published=START + timedelta(days=1)
    )
    assert done.changed
    assert catalogue.open(tmp_path).source("voorbeeldteller").status == "stale"


def test_same_content_in_two_folders_is_the_same_bytes(tmp_path: Path):
    publish(tmp_path / "one", 1)
    publish(tmp_path / "other", 1)
    one, other = files(tmp_path / "one"), files(tmp_path / "other")
    assert {name: content for name, (content, _) in one.items()} == {
        name: content for name, (content, _) in other.items()
    }


def test_version_without_a_time_is_named_after_its_label(tmp_path: Path):
    done = snapshot_publish.publish(
        tmp_path,
        town_with(1),
        town.sources(),
        town.table_sources(),
        published=None,
        label="reference-2024-03-01",
    )
    assert done.version.startswith("reference-2024-03-01-")
    assert catalogue.open(tmp_path).manifest.published is None


def test_reader_keeps_the_version_it_opened(tmp_path: Path):
    publish(tmp_path, 1)
    opened = catalogue.open(tmp_path)
    publish(tmp_path, 2, days=1)
    assert opened.table("stops")["boardings_per_workday"].tolist() == [1.0]


def test_only_so_many_versions_stay(tmp_path: Path):
    done = [publish(tmp_path, number, days=number, keep=3) for number in range(5)]
    assert all_versions(tmp_path) == [publication.version for publication in done[2:]]
    assert done[4].removed == (done[1].version,)


def test_single_version_can_be_kept(tmp_path: Path):
    publish(tmp_path, 1)
    second = publish(tmp_path, 2, days=1, keep=1)
    assert all_versions(tmp_path) == [second.version]


def test_breach_publishes_nothing(tmp_path: Path):
    publish(tmp_path, 1)
    before = files(tmp_path)
    with pytest.raises(
        ContractError, match="boardings_per_workday: expected a finite number at least 0"
    ):
        publish(tmp_path, -1, days=1)
    figures = {"observations": town.observations(), "indicators": town.indicators()}
    with pytest.raises(DanglingError, match="observations.place_id"):
        snapshot_publish.publish(
            tmp_path, figures, town.sources(), town.table_sources(), published=START
        )
    assert files(tmp_path) == before


def test_table_without_sources_is_refused(tmp_path: Path):
    with pytest.raises(
        ManifestError, match="table 'places': expected its sources in table_sources"
    ):
        snapshot_publish.publish(
            tmp_path, {"places": town.places()}, town.sources(), {}, published=START
        )


def test_clock_that_went_back_is_refused(tmp_path: Path):
    publish(tmp_path, 1, days=1)
    with pytest.raises(ClockError, match="set the clock of this computer right"):
        publish(tmp_path, 2)
    assert boardings(tmp_path) == 1


def test_rollback_goes_to_the_version_before(tmp_path: Path):
    versions = [publish(tmp_path, number, days=number).version for number in range(3)]
    assert snapshot_publish.rollback(tmp_path) == versions[1]
    assert snapshot_publish.rollback(tmp_path) == versions[0]
    assert boardings(tmp_path) == 0
    assert snapshot_publish.rollback(tmp_path, versions[2]) == versions[2]
    assert boardings(tmp_path) == 2


def test_rollback_needs_a_version_to_go_to(tmp_path: Path):
    with pytest.raises(NoSnapshotError, match="expected a snapshot"):
        snapshot_publish.rollback(tmp_path)
    version = publish(tmp_path, 1).version
    with pytest.raises(VersionError, match="nothing to go back to"):
        snapshot_publish.rollback(tmp_path)
    with pytest.raises(VersionError, match=f"expected one of {version}, got '../elsewhere'"):
        snapshot_publish.rollback(tmp_path, "../elsewhere")


def test_rollback_refuses_a_damaged_version(tmp_path: Path):
    first = publish(tmp_path, 1).version
    second = publish(tmp_path, 2, days=1).version
    (versions_folder(tmp_path) / first / "stops.parquet").write_bytes(b"")
    with pytest.raises(DamagedFileError, match=f"{first}.*stops.parquet"):
        snapshot_publish.rollback(tmp_path)
    assert current_version(tmp_path) == second


def test_rollback_mends_a_current_that_names_nothing(tmp_path: Path):
    version = publish(tmp_path, 1).version
    (tmp_path / CURRENT).write_text("gone\n")
    with pytest.raises(VersionError, match="stadshart-etl rollback"):
        catalogue.open(tmp_path)
    assert snapshot_publish.rollback(tmp_path) == version


def test_publishing_the_same_again_mends_a_damaged_file(tmp_path: Path):
    version = publish(tmp_path, 1).version
    (versions_folder(tmp_path) / version / "stops.parquet").write_bytes(b"")
    assert publish(tmp_path, 1).changed
    assert snapshot_publish.verify(tmp_path) == []


def test_verify_names_what_is_wrong(tmp_path: Path):
    version = publish(tmp_path, 1).version
    folder = versions_folder(tmp_path) / version
    (folder / "stops.parquet").write_bytes((folder / "stops.parquet").read_bytes() + b"x")
    (folder / "extra.csv").write_text("")
    told = snapshot_publish.verify(tmp_path)
    assert len(told) == 2
    assert "stops.parquet: expected sha256" in told[0]
    assert told[1] == "extra.csv: expected only files of the manifest, got this one"


def test_verify_tells_a_broken_table_once_and_not_again_by_all_that_points_at_it(tmp_path: Path):
    version = publish(tmp_path, 1).version
    path = versions_folder(tmp_path) / version / "places.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    told = snapshot_publish.verify(tmp_path)
    assert len(told) == 1 and "places.parquet: expected sha256" in told[0]


def test_verify_sees_content_that_its_manifest_does_not_tell(tmp_path: Path):
    version = publish(tmp_path, 1).version
    manifest = versions_folder(tmp_path) / version / "manifest.json"
    record = catalogue.open(tmp_path).manifest.table("stops")
    assert record is not None
    manifest.write_text(
        manifest.read_text()
        .replace(record.content_hash, "0" * 64)
        .replace('"rows": 1', '"rows": 2')
    )
    assert [problem.split(",")[0] for problem in snapshot_publish.verify(tmp_path)] == [
        "stops.parquet: expected rows 2",
        f"stops.parquet: expected content hash {'0' * 64}",
    ]


@pytest.mark.parametrize("call", range(1, 8))
def test_full_disk_leaves_the_old_version_and_no_leftovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
):
    publish(tmp_path, 1)
    before = files(tmp_path)
    calls = 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # In order: two tables, the manifest, their folder, the folder of versions, `current`, and its
    # folder.
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError, match="No space left on device.*make room on the disk"):
        publish(tmp_path, 2, days=1)
    if call < 7:
        assert files(tmp_path) == before
    assert list(tmp_path.rglob(".*")) == []
    assert boardings(tmp_path) == (1 if call < 7 else 2)


@pytest.mark.parametrize("blocked", ["", "versions"])
def test_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, blocked: str):
    folder = tmp_path / "snapshot"
    if blocked:
        folder.mkdir()
    (folder / blocked).write_text("a file, not a folder")
    with pytest.raises(
        StoreError, match=r"cannot be written \(.*\): choose another folder with --data"
    ) as raised:
        publish(folder, 1)
    assert "\n" not in str(raised.value)


def test_second_writer_is_told_who_is_first(tmp_path: Path):
    with (
        held(tmp_path, wait_s=0),
        pytest.raises(BusyError, match=f"process {os.getpid()} on .* is writing"),
    ):
        publish(tmp_path, 1)
    assert publish(tmp_path, 1).changed


def test_lock_file_of_a_dead_process_locks_nobody_out(tmp_path: Path):
    # Also when a living process has the dead one's number, as after a restart of the machine.
    (tmp_path / LOCK).write_text(f"process {os.getpid()} on this-computer")
    assert publish(tmp_path, 1).changed
    assert not (tmp_path / LOCK).exists()


def test_leftovers_of_a_dead_writer_are_swept(tmp_path: Path):
    publish(tmp_path, 1)
    half = versions_folder(tmp_path) / f"{snapshot_publish.HALF_WRITTEN}1"
    half.mkdir()
    (half / "stops.parquet").write_bytes(b"half")
    (tmp_path / f"{snapshot_publish.HALF_WRITTEN}2").write_text("half")
    assert all_versions(tmp_path) == [current_version(tmp_path)]
    publish(tmp_path, 1)
    assert list(tmp_path.rglob(".*")) == []


def crash(folder: Path, kills: int, *modes: str) -> list[int]:
    """The numbers that `crash.py` prints, one per mode."""
    script = str(ROOT / "tests" / "data" / "crash.py")
    done = subprocess.run(
        [sys.executable, script, str(folder), str(kills), *modes],
        capture_output=True,
        text=True,
        check=False,
        # Against hanging only: a busy machine takes minutes for the many small writes.
        timeout=600,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


forks = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="kills forked children, which this system does not have"
)


# One process for all: most of its time goes to loading. The kills before each file operation leave
# little to luck: a few within operations do.
@pytest.mark.slow
@forks
def test_killed_at_any_moment_old_or_new_stands_and_publishers_take_turns(tmp_path: Path):
    operations, kills, versions = crash(tmp_path, 3, "operations", "moments", "once")
    assert operations >= 15 and kills == 3 and versions == 3


@pytest.mark.long
@forks
def test_kill_at_many_random_moments_leaves_old_or_new(tmp_path: Path):
    assert crash(tmp_path, 25, "moments") == [25]


def test_other_words_for_a_column_are_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = publish(tmp_path, 100.0)
    stops = DECLARED["stops"]
    told = {
        **stops.columns,
        "name": replace(stops.columns["name"], description="name as the timetable writes it"),
    }
    monkeypatch.setattr(
        snapshot_publish, "DECLARED", {**DECLARED, "stops": replace(stops, columns=told)}
    )
    second = publish(tmp_path, 100.0, days=1)
    assert second.changed and second.version != first.version
    assert not publish(tmp_path, 100.0, days=2).changed
