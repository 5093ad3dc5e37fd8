"""Files and archives: refused before anything unpacks or guesses."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from etl.decoding import file_guard, gdal, xlsx
from etl.decoding.file_guard import ArchiveLimits, require_archive, require_file, require_kind
from etl.decoding.sniff import Kind
from etl.errors import FileError
from tests.etl.upstream import Upstream

LINK = 0o120777 << 16
VRT = (
    b"<OGRVRTDataSource><OGRVRTLayer"
    b' name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
)


def zipped(
    path: Path, *members: tuple[str, bytes], link: bool = False, packing: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", packing) as file:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.compress_type = packing
            member.external_attr = LINK if link else 0o100644 << 16
            file.writestr(member, content)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feed.zip"


def refused(code: str):
    return pytest.raises(FileError, match=rf"\[{code}\]")


def test_a_harmless_archive_is_read_straight_from_the_file(path: Path):
    zipped(path, ("stops.txt", b"stop_id\n1\n"), ("trips.txt", b"x" * 5000))
    assert require_archive(path, wanted=("stops.txt",)) == ("stops.txt", "trips.txt")
    with file_guard.member(path, "stops.txt") as content:
        assert content.read() == b"stop_id\n1\n"
    assert [one.name for one in path.parent.iterdir()] == ["feed.zip"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "C:evil",
        "c:\\windows\\evil",
        "..\\evil",
        "a\\..\\..\\evil",
        "\\\\host\\share",
    ],
)
def test_a_member_that_points_outside_is_refused(path: Path, name: str):
    with refused("archive-path"):
        require_archive(zipped(path, ("stops.txt", b"good"), (name, b"evil")))


def test_a_name_with_two_dots_inside_is_harmless(path: Path):
    assert require_archive(zipped(path, ("a..b/c...txt", b""))) == ("a..b/c...txt",)


def test_a_link_is_refused(path: Path):
    with refused("archive-link"):
        require_archive(zipped(path, ("stops.txt", b"/etc/passwd"), link=True))


def test_an_encrypted_member_is_refused(path: Path):
    raw = bytearray(zipped(path, ("stops.txt", b"secret"), packing=zipfile.ZIP_STORED).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    path.write_bytes(raw)
    with refused("archive-encrypted"):
        require_archive(path)


@pytest.mark.parametrize("name", ["inner.zip", "INNER.ZIP", "a/b.tar.gz", "book.xlsx", "x.7z"])
def test_an_archive_inside_is_refused_by_its_name(path: Path, name: str):
    with refused("archive-nested"):
        require_archive(zipped(path, ("stops.txt", b""), (name, b"x")))


def test_an_archive_inside_is_refused_by_its_content(path: Path, tmp_path: Path):
    inner = zipped(tmp_path / "inner", ("x", b"y")).read_bytes()
    zipped(path, ("stops.txt", inner))
    with refused("archive-nested"), file_guard.member(path, "stops.txt"):
        pass


def test_a_member_a_thousand_times_its_size_is_refused(path: Path):
    zipped(path, ("stops.txt", b"0" * 5_000_000))
    with refused("archive-ratio"):
        require_archive(path)
    assert require_archive(zipped(path, ("stops.txt", b"01" * 100))) == ("stops.txt",)


def test_members_larger_than_the_cap_together_are_refused(path: Path):
    zipped(path, ("a", os.urandom(600)), ("b", os.urandom(600)))
    assert require_archive(path, caps=ArchiveLimits(unpacked_bytes=1200))
    with refused("archive-large"):
        require_archive(path, caps=ArchiveLimits(unpacked_bytes=1199))


def test_too_many_members_are_refused(path: Path):
    zipped(path, *((f"{n}", b"") for n in range(11)))
    assert len(require_archive(path, caps=ArchiveLimits(members=11))) == 11
    with refused("archive-many"):
        require_archive(path, caps=ArchiveLimits(members=10))
    assert ArchiveLimits().members == 10_000 and ArchiveLimits().ratio == 1000


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_there_twice_is_refused(path: Path):
    with refused("archive-twice"):
        require_archive(zipped(path, ("a", b"1"), ("a", b"2")))


def test_a_missing_member_is_named(path: Path):
    with pytest.raises(FileError, match=r"calendar_dates\.txt"):
        require_archive(
            zipped(path, ("stops.txt", b"")), wanted=("stops.txt", "calendar_dates.txt")
        )


def test_an_archive_that_is_cut_off_is_refused(path: Path):
    path.write_bytes(zipped(path, ("stops.txt", os.urandom(5000))).read_bytes()[:-30])
    with refused("archive-broken"):
        require_archive(path)


def test_a_member_whose_content_is_damaged_is_refused_while_reading(path: Path):
    raw = bytearray(
        zipped(path, ("stops.txt", b"x" * 500), packing=zipfile.ZIP_STORED).read_bytes()
    )
    raw[200] ^= 1
    path.write_bytes(raw)
    with refused("archive-broken"), file_guard.member(path, "stops.txt") as content:
        content.read()


def test_a_member_never_gives_more_than_it_declares(path: Path):
    raw = bytearray(zipped(path, ("stops.txt", bytes(range(256)) * 400)).read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = raw.index(mark) + at
        raw[start : start + 4] = struct.pack("<I", 100)
    path.write_bytes(raw)
    with refused("archive-broken"), file_guard.member(path, "stops.txt") as content:
        assert len(content.read()) <= 100


SOUND: list[tuple[Kind, bytes]] = [
    ("gpkg", b"SQLite format 3\0rest"),
    ("geojson", b'\xef\xbb\xbf {"type": "FeatureCollection"}'),
    ("json", b"[1]"),
    ("parquet", b"PAR1"),
    (
        "kml",
        (
            b'<?xml version="1.0"?>\n<!-- made by hand -->\n<kml'
            b' xmlns="http://www.opengis.net/kml/2.2">'
        ),
    ),
    ("kml", b'<k:kml xmlns:k="http://www.opengis.net/kml/2.2">'),
    ("pbf", b"\x00\x00\x00\x0d\n\tOSMHeader\x18"),
    ("csv", b"naam;plaats\n"),
]


@pytest.mark.parametrize(("kind", "content"), SOUND)
def test_a_file_that_is_what_it_says_passes(tmp_path: Path, kind: Kind, content: bytes):
    file = tmp_path / "any.name"
    file.write_bytes(content)
    assert require_kind(file, kind) == file


@pytest.mark.parametrize(
    "name", ["x.gpkg", "x.geojson", "x.kml", "x.parquet", "x.osm.pbf", "x.csv", "x.zip", "x.xlsx"]
)
def test_a_vrt_in_disguise_is_refused(tmp_path: Path, name: str):
    kinds: dict[str, Kind] = {
        "geojson": "geojson",
        "gpkg": "gpkg",
        "kml": "kml",
        "parquet": "parquet",
        "pbf": "pbf",
        "csv": "csv",
        "zip": "zip",
        "xlsx": "xlsx",
    }
    for content in (VRT, b"\xef\xbb\xbf\n" + VRT, b'<?xml version="1.0"?><!-- <kml> -->' + VRT):
        (tmp_path / name).write_bytes(content)
        with refused("file-kind"):
            require_kind(tmp_path / name, kinds[name.rpartition(".")[2]])


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "csv", "zip"])
def test_an_empty_file_is_nothing(tmp_path: Path, kind: Kind):
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(FileError, match="starts with nothing"):
        require_kind(tmp_path / "x", kind)


@pytest.mark.parametrize(
    "name",
    [
        "/vsicurl/http://example.org/x.gpkg",
        "\\vsizip\\x",
        "/vsizip//tmp/x.zip",
        "https://example.org/x.gpkg",
        "file:///etc/passwd",
        VRT.decode(),
        '{"type": "Feature"}',
        "a\0b",
        "no such file",
        "",
    ],
)
def test_a_text_that_is_no_file_is_never_a_path(name: str):
    with refused("file-name"):
        require_file(name)


def test_a_folder_or_device_is_no_file(tmp_path: Path):
    for given in (tmp_path, "/dev/null"):
        with refused("file-name"):
            require_file(given)


TRY = """
import sys, pyogrio, pyogrio.errors
print(*pyogrio.list_drivers())
for given in sys.argv[1:]:
    try:
        print(*pyogrio.read_info(given)["fields"])
    except pyogrio.errors.DataSourceError:
        print("refused")
"""


def tried(tmp_path: Path, upstream: Upstream, before: str) -> tuple[set[str], str, int]:
    """In a new process: the drivers there are, what a VRT in disguise gave, and how often the
    outside world was asked.
    """
    (tmp_path / "other.csv").write_text("secret,b\n1,2\n")
    disguised = tmp_path / "x.gpkg"
    layer = (
        "<OGRVRTLayer"
        f' name="other"><SrcDataSource>{tmp_path}/other.csv</SrcDataSource></OGRVRTLayer>'
    )
    disguised.write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    arguments = [
        sys.executable,
        "-c",
        before + TRY,
        str(disguised),
        f"/vsicurl/{upstream.url('/x.geojson')}",
    ]
    # Another test of this process may have shut the readers already; the child starts without that.
    env = {
        name: value
        for name, value in os.environ.items()
        if name != "OGR_SKIP" and not name.startswith("CPL_")
    }
    said = subprocess.run(
        arguments, check=True, capture_output=True, text=True, env=env
    ).stdout.splitlines()
    assert said[2] == "refused"
    return set(said[0].replace("ESRI Shapefile", "").split()), said[1], len(upstream.requests)


@pytest.mark.slow
def test_once_shut_gdal_reads_no_other_file_and_asks_no_address(tmp_path: Path, upstream: Upstream):
    there, gave, asked = tried(
        tmp_path, upstream, "from etl.decoding import gdal; gdal.block_drivers()"
    )
    assert there.isdisjoint(gdal.BLOCKED_DRIVERS)
    assert there >= {"GPKG", "GeoJSON", "LIBKML", "OSM", "FlatGeobuf", "CSV"}
    assert (gave, asked) == ("refused", 0)


@pytest.mark.slow
def test_without_the_guard_gdal_reads_and_asks_elsewhere(tmp_path: Path, upstream: Upstream):
    there, gave, asked = tried(tmp_path, upstream, "")
    assert there >= {"OGR_VRT", "HTTP"}
    assert gave == "secret b" and asked > 0, "GDAL no longer does this: the guard may be simpler"


def book(path: Path, rows: list[list[object]], *, title: str = "Tabel 1") -> Path:
    import openpyxl

    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet(title)
    for row in rows:
        sheet.append(row)
    made.create_sheet("Toelichting").append(["tekst"])
    made.save(path)
    return path


def test_a_sheet_keeps_positions_and_leaves_trailing_blanks(tmp_path: Path):
    sheet = xlsx.read(
        book(tmp_path / "x.xlsx", [["Gemeente", "Leegstand"], [], ["0153", 4.5, None], [None]])
    )
    assert sheet.rows == (("Gemeente", "Leegstand"), (), ("0153", 4.5))
    assert (sheet.name, sheet.sheets) == ("Tabel 1", ("Tabel 1", "Toelichting"))


def test_a_sheet_is_chosen_by_name_and_a_missing_one_named(tmp_path: Path):
    path = book(tmp_path / "x.xlsx", [["a"]])
    assert xlsx.read(path, sheet="Toelichting").rows == (("tekst",),)
    with pytest.raises(FileError, match="Tabel 1, Toelichting"):
        xlsx.read(path, sheet="Blad 9")


@pytest.mark.slow
def test_too_many_rows_or_columns_are_refused(tmp_path: Path):
    path = book(tmp_path / "x.xlsx", [["a", "b", "c"]] * 5)
    assert len(xlsx.read(path, most_rows=5, most_columns=3).rows) == 5
    with refused("sheet-rows"):
        xlsx.read(path, most_rows=4)
    with refused("sheet-columns"):
        xlsx.read(path, most_columns=2)
    assert (xlsx.MOST_ROWS, xlsx.MOST_COLUMNS) == (200_000, 100)
    assert (file_guard.WORKBOOK.file_bytes, file_guard.WORKBOOK.unpacked_bytes) == (
        20 * 1024**2,
        200 * 1024**2,
    )


def test_a_slow_workbook_is_ended_at_the_time_limit(tmp_path: Path):
    path = book(tmp_path / "x.xlsx", [["a"]])
    began = time.monotonic()
    with refused("workbook-slow"):
        xlsx.read(path, time_limit_s=0.01)
    # Ended at once: what is left is what a busy machine takes for a process.
    assert time.monotonic() - began < 20.0


PARTS = ("[Content_Types].xml", "xl/workbook.xml")


def test_a_workbook_with_nested_entities_is_refused_at_once(tmp_path: Path):
    entities = (
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b'
        b' "&a;&a;&a;">]><workbook>&b;</workbook>'
    )
    with pytest.raises(FileError, match="document type"):
        xlsx.read(zipped(tmp_path / "x.xlsx", (PARTS[0], b"<Types/>"), (PARTS[1], entities)))


def test_a_workbook_bomb_is_refused_before_it_is_opened(tmp_path: Path):
    bomb = zipped(
        tmp_path / "x.xlsx",
        (PARTS[0], b"<Types/>"),
        (PARTS[1], b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", b"<row/>" * 1_000_000),
    )
    with pytest.raises(FileError, match="archive-ratio|archive-large"):
        require_kind(bomb, "xlsx", caps=ArchiveLimits(unpacked_bytes=5_000_000))


def test_a_zip_without_a_workbook_is_none(tmp_path: Path):
    with refused("archive-missing"):
        require_kind(zipped(tmp_path / "x.xlsx", ("a", b"b")), "xlsx")
    with refused("workbook-broken"):
        xlsx.read(zipped(tmp_path / "y.xlsx", (PARTS[0], b"<Types/>"), (PARTS[1], b"<workbook/>")))


def test_a_file_over_its_cap_is_refused_unread(tmp_path: Path):
    path = book(tmp_path / "x.xlsx", [["a"]])
    with refused("file-large"):
        require_kind(path, "xlsx", caps=ArchiveLimits(file_bytes=100))


def test_an_ods_says_so_itself(tmp_path: Path):
    good = (
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", b"<x/>"),
    )
    assert require_kind(zipped(tmp_path / "x.ods", *good), "ods")
    with refused("file-kind"):
        require_kind(
            zipped(tmp_path / "y.ods", ("mimetype", b"application/epub+zip"), good[1]), "ods"
        )
