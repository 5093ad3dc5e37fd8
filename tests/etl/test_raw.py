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
from etl.raw import PageSet, Record, Shelf, moved, standing
from tests.etl.raw_records import put, record
from tests.etl.upstream import START

DAY = timedelta(days=1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, "bag")


def names(shelf: Shelf) -> set[str]:
    return {path.name for path in shelf.folder.iterdir()}


def test_a_brought_file_is_kept_by_name_without_its_folder(shelf: Shelf, tmp_path: Path):
    (tmp_path / "survey.csv").write_bytes(b"a,b\n")
    kept = shelf.bring(tmp_path / "survey.csv", retrieved=START, licence="own")
    assert (shelf.read(kept), kept.url, kept.size) == (b"a,b\n", "file:survey.csv", 4)
    assert str(tmp_path) not in kept.to_json()
    assert shelf.last(kept.key) == kept


def test_content_lies_under_its_checksum_with_a_sidecar(shelf: Shelf, tmp_path: Path):
    kept = put(shelf, b"content")
    assert (
        tmp_path / "raw" / "bag" / hashlib.sha256(b"content").hexdigest()
    ).read_bytes() == b"content"
    sidecar = json.loads((shelf.folder / f"{kept.sha256}.{kept.key}.json").read_text())
    assert sidecar["url"] == "https://service.test/items?filter=a%20b"
    assert sidecar["retrieved"] == "2026-03-01T12:00:00+00:00"
    assert (sidecar["licence"], sidecar["attribution"], sidecar["rows"], sidecar["surveyed"]) == (
        "CC BY 4.0",
        "Bron: Kadaster",
        3,
        "2026-02-01",
    )


def test_a_sidecar_reads_back_as_it_was(shelf: Shelf):
    kept = put(shelf, b"content")
    assert shelf.last(kept.key) == kept == Record.from_json(kept.to_json())


def test_the_last_answer_to_a_question_is_the_newest(shelf: Shelf):
    put(shelf, b"new", retrieved=START + DAY)
    put(shelf, b"old", retrieved=START)
    put(shelf, b"other", key="1" * 16, retrieved=START + 2 * DAY)
    assert shelf.read(shelf.last("0" * 16)) == b"new"
    assert shelf.last("2" * 16) is None


def test_one_content_may_answer_two_questions(shelf: Shelf):
    put(shelf, b"[]")
    put(shelf, b"[]", key="1" * 16)
    assert len(names(shelf)) == 3
    assert shelf.last("0" * 16).sha256 == shelf.last("1" * 16).sha256


def test_an_answer_that_is_not_kept_leaves_nothing(shelf: Shelf):
    with pytest.raises(KeyboardInterrupt), shelf.receiving() as (file, _):
        file.write(b"half")
        raise KeyboardInterrupt
    assert names(shelf) == set()


def test_damaged_or_missing_content_is_noticed_and_mended_by_the_next_answer(shelf: Shelf):
    kept = put(shelf, b"content")
    shelf.path(kept).write_bytes(b"rotten!")
    assert not shelf.sound(kept)
    with pytest.raises(RawStoreError, match="damaged"):
        shelf.read(kept)
    put(shelf, b"content")
    assert shelf.read(kept) == b"content"
    shelf.path(kept).unlink()
    assert shelf.last(kept.key) is None and not shelf.sound(kept)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"retrieved": 3}', "\udcff"])
def test_a_sidecar_cut_by_a_crash_names_nothing(shelf: Shelf, text: str):
    kept = put(shelf, b"content")
    (shelf.folder / f"{kept.sha256}.{kept.key}.json").write_bytes(
        text.encode("utf-8", "surrogateescape")
    )
    assert shelf.records() == ()


def test_confirming_moves_retrieved_forward_only():
    kept = record(b"content")
    assert moved(kept, START + DAY).retrieved == START + DAY
    assert moved(kept, START - DAY).retrieved == START
    assert moved(kept, START + DAY).surveyed == kept.surveyed


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (DAY, "copy-stale"),
        (30 * DAY, "copy-stale"),
        (30 * DAY + timedelta(seconds=1), "copy-too-old"),
    ],
)
def test_an_old_copy_is_stale_until_its_greatest_age(age: timedelta, code: str):
    finding = standing(record(b"x"), START + age, 30 * DAY)
    assert finding.code == code and "2026-03-01" in finding.nl
    assert standing(record(b"x"), START + age, None).code == "copy-stale"


@pytest.mark.slow
def test_the_sweep_takes_leftovers_and_nothing_in_use(shelf: Shelf):
    now = START
    current = put(shelf, b"current", retrieved=now - 200 * DAY)
    put(shelf, b"old page", key="1" * 16, retrieved=now - 200 * DAY)
    put(shelf, b"new page", key="1" * 16, retrieved=now)
    paged = put(shelf, b"in a set", key="2" * 16, retrieved=now - 200 * DAY)
    put(shelf, b"newer than the set", key="2" * 16, retrieved=now)
    shelf.save_pages(PageSet("3" * 16, now - 200 * DAY, ((paged.key, paged.sha256),), None))
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
        (shelf.folder / name).write_bytes(b"")
        os.utime(shelf.folder / name, times=2 * ((now - age).timestamp(),))
    for path in shelf.folder.glob("[0-9a-f]*"):
        if path.name not in ("a" * 64, "b" * 64):
            os.utime(path, times=2 * ((now - 200 * DAY).timestamp(),))
    removed = shelf.sweep(now)
    assert removed == 4, (
        "the dead temporary, the old orphan, and the replaced page with its content"
    )
    assert alive in names(shelf) and "b" * 64 in names(shelf)
    assert {shelf.read(one) for one in shelf.records()} == {
        b"current",
        b"new page",
        b"in a set",
        b"newer than the set",
    }
    assert shelf.last(current.key) == current and shelf.complete("3" * 16) == (paged,)


@pytest.mark.slow
def test_a_killed_writer_leaves_old_or_new_and_only_leftovers_that_are_swept(tmp_path: Path):
    work = """
import sys
from pathlib import Path
from tests.etl.raw_records import put
from etl.raw import Shelf
shelf = Shelf(Path(sys.argv[1]), "bag")
put(shelf, b"x" * 1000)
print("ready", flush=True)
number = 0
while True:
    number += 1
    put(shelf, str(number).encode() * 100_000)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", work, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with process:
        process.stdout.readline()
        process.kill()
    shelf = Shelf(tmp_path, "bag")
    assert shelf.records()
    for one in shelf.records():
        shelf.read(one)
    shelf.sweep(START)
    assert not [name for name in names(shelf) if name.startswith(".new")]


def test_pages_are_complete_or_partial_never_both(shelf: Shelf):
    first, second = put(shelf, b"1", key="1" * 16), put(shelf, b"2", key="2" * 16)
    key, pages = "9" * 16, ((first.key, first.sha256),)
    shelf.save_pages(PageSet(key, START, pages, "https://service.test/2"))
    assert shelf.complete(key) is None and shelf.partial(key)[1] == (first,)
    shelf.save_pages(PageSet(key, START, (*pages, (second.key, second.sha256)), None))
    assert shelf.complete(key) == (first, second) and shelf.partial(key) is None
    shelf.path(second).unlink()
    assert shelf.complete(key) is None


@pytest.mark.parametrize("source", ["../etc", "", "a/b", "BAG", "a.b"])
def test_a_source_id_never_becomes_another_path(tmp_path: Path, source: str):
    with pytest.raises(ValueError, match="source id"):
        Shelf(tmp_path, source)
