"""A snapshot in object storage: pushed to a real S3 server and to a folder, read from a mirror."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import moto.settings
import pytest

from data import catalogue
from data.errors import AddressError, DamagedFileError, NoSnapshotError
from data.snapshot import publish as snapshot_publish
from data.snapshot import remote
from data.snapshot.address import shown
from data.snapshot.layout import all_versions, current_version
from data.snapshot.remote import ObjectStore, mirror_folder, push
from tests import town
from tests.etl.command import Capture, run
from tests.object_storage import ObjectStorage, object_storage

pytestmark = pytest.mark.slow

START = datetime(2024, 3, 1, tzinfo=UTC)


def publish(folder: Path, boardings: float, *, days: int = 0) -> str:
    """A version with two tables: the town's places and one station with so many boardings."""
    tables = {"places": town.places(), "stops": town.stops({"boardings_per_workday": boardings})}
    return snapshot_publish.publish(
        folder,
        tables,
        town.sources(),
        town.table_sources(),
        published=START + timedelta(days=days),
    ).version


def boardings(opened: catalogue.Catalogue) -> float:
    return float(opened.table("stops")["boardings_per_workday"].item())


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def storage() -> Iterator[ObjectStorage]:
    with object_storage("stadshart") as server:
        yield server


@pytest.fixture(params=["s3", "file"])
def address(
    request: pytest.FixtureRequest, storage: ObjectStorage, tmp_path: Path
) -> Iterator[str]:
    """An empty place of either kind."""
    if request.param == "file":
        yield f"file://{tmp_path / 'share'}"
        return
    prefix = f"twente/{abs(hash(request.node.name))}"
    yield storage.address.replace("twente", prefix)


def test_commands_push_and_read_an_address(tmp_path: Path, storage: ObjectStorage, capsys: Capture):
    folder, version = tmp_path / "own", publish(tmp_path / "own", 100)
    address, name = storage.address, "s3://stadshart/twente"
    assert run(capsys, "push", address, "--data", folder, "--lang=en") == (
        0,
        f"version {version} is at {name}: 3 files sent, 0 were there already\n",
        "",
    )
    code, out, _ = run(capsys, "status", "--data", address, "--lang=en")
    assert (code, out.splitlines()[0].startswith(f"version {version}, ")) == (0, True)
    assert out.splitlines()[0].endswith(f", in {name}")
    assert run(capsys, "verify", "--data", address)[0] == 0
    table = tmp_path / "places.csv"
    export = ("export", "--format=csv", "--table=places", f"--out={table}", "--data", address)
    assert run(capsys, *export)[0] == 0 and "voorbeeldstad" in table.read_text("utf-8")
    # Writing needs a lock.
    code, out, err = run(capsys, "run", "--data", address)
    assert (code, out) == (2, "") and f"got {name}: one command at a time" in err
    assert f"'stadshart-etl push {name} --data DIR'" in err
    assert run(capsys, "push", "folder", "--data", folder)[0] == 2


def test_what_is_pushed_is_read_back(tmp_path: Path, address: str):
    folder = tmp_path / "own"
    first = publish(folder, 100)
    pushed = push(folder, address)
    assert (pushed.version, pushed.removed) == (first, ())
    assert pushed.sent == ("places.parquet", "stops.parquet", "manifest.json")
    opened = catalogue.open(address)
    assert (opened.version, boardings(opened)) == (first, 100)
    assert opened.folder == mirror_folder(address)
    # Same layout, same bytes: in storage, in the mirror and at home.
    for name in pushed.sent:
        path = f"versions/{first}/{name}"
        assert ObjectStore.at(address).read(path) == (folder / path).read_bytes()
        assert (opened.folder / path).read_bytes() == (folder / path).read_bytes()


def test_objects_that_are_there_are_not_sent_again(tmp_path: Path, address: str):
    folder = tmp_path / "own"
    version = publish(folder, 100)
    everything = push(folder, address).sent
    again = push(folder, address)
    assert (again.sent, again.present) == ((), everything)
    # Of the same size, but other bytes.
    store, path = ObjectStore.at(address), f"versions/{version}/stops.parquet"
    store.write(path, bytes(len(store.read(path) or b"")))
    assert push(folder, address).sent == ("stops.parquet",)


def test_five_versions_stay(tmp_path: Path, address: str):
    folder = tmp_path / "own"
    versions = []
    for day in range(7):
        versions.append(publish(folder, 100 + day, days=day))
        push(folder, address)
        assert boardings(catalogue.open(address)) == 100 + day
    assert list(ObjectStore.at(address).versions()) == versions[2:]
    assert all_versions(mirror_folder(address)) == versions[2:]
    # Gone back at home: the one before the last is current there as well, and is not copied again.
    snapshot_publish.rollback(folder)
    assert push(folder, address).sent == ()
    assert catalogue.version(address) == versions[5]


def test_empty_bucket_says_how_to_fill_it(address: str):
    with pytest.raises(NoSnapshotError, match="stadshart-etl push") as caught:
        catalogue.open(address)
    assert "endpoint_override" not in str(caught.value)
    assert not mirror_folder(address).exists()


def test_damaged_object_leaves_the_last_version(tmp_path: Path, address: str):
    folder = tmp_path / "own"
    first = publish(folder, 100)
    push(folder, address)
    catalogue.open(address)
    second = publish(folder, 200, days=1)
    push(folder, address)
    ObjectStore.at(address).write(f"versions/{second}/stops.parquet", b"damaged")
    with pytest.raises(DamagedFileError, match=rf"{second}/stops\.parquet: expected sha256"):
        catalogue.open(address)
    left = catalogue.open(mirror_folder(address))
    assert (left.version, boardings(left)) == (first, 100)
    push(folder, address)
    assert boardings(catalogue.open(address)) == 200


def test_damaged_mirror_is_copied_again(tmp_path: Path, address: str):
    push_of = publish(tmp_path / "own", 100)
    push(tmp_path / "own", address)
    mirror = catalogue.open(address).folder
    (mirror / "versions" / push_of / "stops.parquet").write_bytes(b"damaged")
    assert boardings(catalogue.open(address)) == 100


def test_version_that_is_replaced_while_it_is_copied_gives_the_new_one(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
):
    folder, read = tmp_path / "own", ObjectStore.read
    first = publish(folder, 100)
    push(folder, address)

    def switching(store: ObjectStore, name: str) -> bytes | None:
        if name == f"versions/{first}/stops.parquet":
            monkeypatch.setattr(ObjectStore, "read", read)
            publish(folder, 200, days=1)
            push(folder, address)
            store.delete_version(first)
        return read(store, name)

    monkeypatch.setattr(ObjectStore, "read", switching)
    assert boardings(catalogue.open(address)) == 200
    assert all_versions(mirror_folder(address)) == [current_version(folder)]


def test_killed_upload_is_not_seen_and_goes_on(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
):
    folder, write = tmp_path / "own", ObjectStore.write
    first = publish(folder, 100)
    push(folder, address)
    second = publish(folder, 200, days=1)
    for ends_at in ("stops.parquet", "manifest.json", "current"):

        def failing(store: ObjectStore, name: str, content: bytes, *, end: str = ends_at) -> None:
            if name.endswith(end):
                raise KeyboardInterrupt
            write(store, name, content)

        monkeypatch.setattr(ObjectStore, "write", failing)
        with pytest.raises(KeyboardInterrupt):
            push(folder, address)
        assert catalogue.version(address) == first
    monkeypatch.setattr(ObjectStore, "write", write)
    last = push(folder, address)
    assert (last.version, last.sent) == (second, ())
    assert catalogue.version(address) == second


def test_server_that_goes_away_within_an_upload_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder, write = tmp_path / "own", ObjectStore.write
    publish(folder, 100)
    with object_storage("gone") as leaving:

        def last_write(store: ObjectStore, name: str, content: bytes) -> None:
            write(store, name, content)
            leaving.server.stop()

        monkeypatch.setattr(ObjectStore, "write", last_write)
        with pytest.raises(AddressError, match=r"^s3://gone/twente: cannot be read or written"):
            push(folder, leaving.address)
        leaving.server.start()


def test_refused_key_is_named_without_it(
    tmp_path: Path, storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch
):
    publish(tmp_path, 100)
    # From now on the server knows no key.
    monkeypatch.setattr(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
    with pytest.raises(AddressError, match="credentials") as caught:
        push(tmp_path, storage.address)
    message = str(caught.value)
    assert message.startswith("s3://stadshart/twente: ") and "of-a-test" not in message


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("s3://key:word@bucket/x", "s3://bucket/x"),
        ("s3://key@bucket/x", "s3://bucket/x"),
        ("s3://bucket/x?secret_key=word", "s3://bucket/x"),
        ("abfs://box:word@account.dfs.core.windows.net/x", "abfs://box@account.dfs"),
    ],
)
def test_credentials_in_an_address_are_refused_unseen(address: str, named: str):
    with pytest.raises(AddressError, match="in the environment") as caught:
        catalogue.open(address)
    assert str(caught.value).startswith(named) and "word" not in str(caught.value)
    assert shown("abfs://box@account.dfs.core.windows.net/x/") == (
        "abfs://box@account.dfs.core.windows.net/x"
    )


def test_unknown_kind_of_storage_is_named():
    with pytest.raises(AddressError, match=r"^ftp://host/x: "):
        catalogue.open("ftp://host/x")


def test_reading_writes_only_to_the_cache(address: str):
    assert remote.is_mirror(mirror_folder(address))
    assert not remote.is_mirror(catalogue.user_folder())
