"""The raw store: content under its checksum, whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from etl.errors import RawStoreError
from etl.fetch.raw_store import PageSet, RawRecord, RawStore, confirmed, stale_finding
from tests.etl.raw_records import put, record
from tests.etl.upstream import START

DAY = timedelta(days=1)


@pytest.fixture
def raw_store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path, "bag")


def names(raw_store: RawStore) -> set[str]:
    return {path.name for path in raw_store.folder.iterdir()}


def test_a_brought_file_is_kept_by_name_without_its_folder(raw_store: RawStore, tmp_path: Path):
    (tmp_path / "survey.csv").write_bytes(b"a,b\n")
    kept = raw_store.add_file(tmp_path / "survey.csv", retrieved=START, licence="own")
    assert (raw_store.read(kept), kept.url, kept.size) == (b"a,b\n", "file:survey.csv", 4)
    assert str(tmp_path) not in kept.to_json()
    assert raw_store.newest(kept.key) == kept


def test_content_lies_under_its_checksum_with_a_sidecar(raw_store: RawStore, tmp_path: Path):
    kept = put(raw_store, b"content")
    assert (
        tmp_path / "raw" / "bag" / hashlib.sha256(b"content").hexdigest()
    ).read_bytes() == b"content"
    sidecar = json.loads((raw_store.folder / f"{kept.sha256}.{kept.key}.json").read_text())
    assert sidecar["url"] == "https://service.test/items?filter=a%20b"
    assert sidecar["retrieved"] == "2026-03-01T12:00:00+00:00"
    assert (sidecar["licence"], sidecar["attribution"], sidecar["rows"], sidecar["surveyed"]) == (
        "CC BY 4.0",
        "Bron: Kadaster",
        3,
        "2026-02-01",
    )


def test_a_sidecar_reads_back_as_it_was(raw_store: RawStore):
    kept = put(raw_store, b"content")
    assert raw_store.newest(kept.key) == kept == RawRecord.from_json(kept.to_json())


def test_the_last_answer_to_a_question_is_the_newest(raw_store: RawStore):
    put(raw_store, b"new", retrieved=START + DAY)
    put(raw_store, b"old", retrieved=START)
    put(raw_store, b"other", key="1" * 16, retrieved=START + 2 * DAY)
    assert raw_store.read(raw_store.newest("0" * 16)) == b"new"
    assert raw_store.newest("2" * 16) is None


def test_one_content_may_answer_two_questions(raw_store: RawStore):
    put(raw_store, b"[]")
    put(raw_store, b"[]", key="1" * 16)
    assert len(names(raw_store)) == 3
    assert raw_store.newest("0" * 16).sha256 == raw_store.newest("1" * 16).sha256


def test_an_answer_that_is_not_kept_leaves_nothing(raw_store: RawStore):
    def write_half() -> None:
        with raw_store.temporary_file() as (file, _):
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert names(raw_store) == set()


def test_damaged_or_missing_content_is_noticed_and_mended_by_the_next_answer(raw_store: RawStore):
    kept = put(raw_store, b"content")
    raw_store.path(kept).write_bytes(b"rotten!")
    assert not raw_store.is_intact(kept)
    with pytest.raises(RawStoreError, match="damaged"):
        raw_store.read(kept)
    put(raw_store, b"content")
    assert raw_store.read(kept) == b"content"
    raw_store.path(kept).unlink()
    assert raw_store.newest(kept.key) is None and not raw_store.is_intact(kept)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"retrieved": 3}', "\udcff"])
def test_a_sidecar_cut_by_a_crash_names_nothing(raw_store: RawStore, text: str):
    kept = put(raw_store, b"content")
    (raw_store.folder / f"{kept.sha256}.{kept.key}.json").write_bytes(
        text.encode("utf-8", "surrogateescape")
    )
    assert raw_store.records() == ()


def test_confirming_moves_retrieved_forward_only():
    kept = record(b"content")
    assert confirmed(kept, START + DAY).retrieved == START + DAY
    assert confirmed(kept, START - DAY).retrieved == START
    assert confirmed(kept, START + DAY).surveyed == kept.surveyed


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (DAY, "copy-stale"),
        (30 * DAY, "copy-stale"),
        (30 * DAY + timedelta(seconds=1), "copy-too-old"),
    ],
)
def test_an_old_copy_is_stale_until_its_greatest_age(age: timedelta, code: str):
    finding = stale_finding(record(b"x"), START + age, 30 * DAY)
    assert finding.code == code and "2026-03-01" in finding.nl
    assert stale_finding(record(b"x"), START + age, None).code == "copy-stale"


@pytest.mark.slow
def test_the_sweep_takes_leftovers_and_nothing_in_use(raw_store: RawStore):
    now = START
    current = put(raw_store, b"current", retrieved=now - 200 * DAY)
    put(raw_store, b"old page", key="1" * 16, retrieved=now - 200 * DAY)
    put(raw_store, b"new page", key="1" * 16, retrieved=now)
    paged = put(raw_store, b"in a set", key="2" * 16, retrieved=now - 200 * DAY)
    put(raw_store, b"newer than the set", key="2" * 16, retrieved=now)
    raw_store.save_pages(PageSet("3" * 16, now - 200 * DAY, ((paged.key, paged.sha256),), None))
    finished = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        check=True,
        capture_output=True,
        text=True,
    )
    dead, alive = f".new-{int(finished.stdout)}-aa", f".new-{os.getpid()}-bb"
    for name, age in (
        (dead, timedelta()),
        (alive, timedelta()),
        ("a" * 64, 2 * DAY),
        ("b" * 64, timedelta()),
    ):
        (raw_store.folder / name).write_bytes(b"")
        os.utime(raw_store.folder / name, times=2 * ((now - age).timestamp(),))
    for path in raw_store.folder.glob("[0-9a-f]*"):
        if path.name not in ("a" * 64, "b" * 64):
            os.utime(path, times=2 * ((now - 200 * DAY).timestamp(),))
    removed = raw_store.prune(now)
    assert removed == 4, (
        "the dead temporary, the old orphan, and the replaced page with its content"
    )
    assert alive in names(raw_store) and "b" * 64 in names(raw_store)
    assert {raw_store.read(one) for one in raw_store.records()} == {
        b"current",
        b"new page",
        b"in a set",
        b"newer than the set",
    }
    assert raw_store.newest(current.key) == current and raw_store.complete_pages("3" * 16) == (
        paged,
    )


@pytest.mark.slow
def test_a_killed_writer_leaves_old_or_new_and_only_leftovers_that_are_swept(tmp_path: Path):
    work = """
import sys
from pathlib import Path
from tests.etl.raw_records import put
from etl.fetch.raw_store import RawStore
raw_store = RawStore(Path(sys.argv[1]), "bag")
put(raw_store, b"x" * 1000)
print("ready", flush=True)
number = 0
while True:
    number += 1
    put(raw_store, str(number).encode() * 100_000)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", work, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    with process:
        process.stdout.readline()
        process.kill()
    raw_store = RawStore(tmp_path, "bag")
    assert raw_store.records()
    for one in raw_store.records():
        raw_store.read(one)
    raw_store.prune(START)
    assert not [name for name in names(raw_store) if name.startswith(".new")]


def test_pages_are_complete_or_partial_never_both(raw_store: RawStore):
    first, second = put(raw_store, b"1", key="1" * 16), put(raw_store, b"2", key="2" * 16)
    key, pages = "9" * 16, ((first.key, first.sha256),)
    raw_store.save_pages(PageSet(key, START, pages, "https://service.test/2"))
    assert raw_store.complete_pages(key) is None and raw_store.partial_pages(key)[1] == (first,)
    raw_store.save_pages(PageSet(key, START, (*pages, (second.key, second.sha256)), None))
    assert raw_store.complete_pages(key) == (first, second) and raw_store.partial_pages(key) is None
    raw_store.path(second).unlink()
    assert raw_store.complete_pages(key) is None


@pytest.mark.parametrize("source", ["../etc", "", "a/b", "BAG", "a.b"])
def test_a_source_id_never_becomes_another_path(tmp_path: Path, source: str):
    with pytest.raises(ValueError, match="source id"):
        RawStore(tmp_path, source)
