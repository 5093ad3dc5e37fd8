"""Taking out again what was brought."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import changelog, publish
from etl.commands import import_file
from etl.commands.import_file import ImportRequest
from etl.commands.withdraw import WithdrawalRequest, withdraw
from etl.errors import UseError
from etl.pipeline import run
from tests.etl.made_up_town import X, Y, place_file
from tests.etl.upstream import FastClock

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a survey of three units, and what is published of it."""
    folder = tmp_path_factory.mktemp("surveyed")
    file = folder / "winkels-2026-02-01.csv"
    file.write_text(
        "id;status;naam;x;y\n"
        + "".join(
            f"{n};{word};Bakkerij Voorbeeld;{X + n:g};{Y:g}\n"
            for n, word in enumerate(("leeg", "leeg", "open"), 1)
        )
    )
    places = place_file(folder / "places")
    import_file.import_file(
        ImportRequest(
            source_id="shop_survey",
            file=file,
            place_id="voorbeeldstad",
            data=folder / "data",
            places=places,
        ),
        clock=FastClock(),
    )
    return folder


@pytest.fixture
def wish(surveyed: Path, tmp_path: Path) -> WithdrawalRequest:
    """A survey of three units is published."""
    shutil.copytree(surveyed, tmp_path, dirs_exist_ok=True)
    return WithdrawalRequest(
        source_id="shop_survey",
        data=tmp_path / "data",
        reason="contract verlopen",
        places=tmp_path / "places",
    )


def ids(data: Path) -> list[str]:
    opened = catalogue.open(data)
    return opened.table("premises")["premises_id"].tolist() if opened.has("premises") else []


def again(wish: WithdrawalRequest, clock: FastClock) -> None:
    run.run(
        run.RunOptions(
            data=wish.data, places=wish.places, only_sources=("shop_survey",), workers=1
        ),
        clock=clock,
    )


def test_withdrawn_row_is_gone_and_stays_gone(wish: WithdrawalRequest, clock: FastClock):
    withdraw(replace(wish, row="survey:voorbeeldstad:2"), clock=clock)
    again(wish, clock)
    assert ids(wish.data) == ["survey:voorbeeldstad:1", "survey:voorbeeldstad:3"]
    change = changelog.read_changes(wish.data)[-1]
    assert (change.what, change.name, change.reason) == (
        "withdraw_row",
        "survey:voorbeeldstad:2",
        "contract verlopen",
    )


def test_withdrawn_source_is_empty_says_why_and_stays_empty(
    wish: WithdrawalRequest, clock: FastClock
):
    done = withdraw(wish, clock=clock)
    assert done.names == ("winkels-2026-02-01.csv",)
    again(wish, clock)
    assert ids(wish.data) == [] and publish.verify(wish.data) == []
    record = catalogue.open(wish.data).source("shop_survey")
    assert record.status in ("fresh", "unchanged") and "contract verlopen" in record.problems[0]
    assert changelog.read_changes(wish.data)[-1].what == "withdraw_file"


def test_raw_copy_of_a_withdrawn_file_is_gone(wish: WithdrawalRequest, clock: FastClock):
    assert any(
        b"Bakkerij Voorbeeld" in path.read_bytes()
        for path in (wish.data / "raw").rglob("*")
        if path.is_file()
    )
    withdraw(wish, clock=clock)
    kept = [
        path
        for path in wish.data.rglob("*")
        if path.is_file() and b"Bakkerij Voorbeeld" in path.read_bytes()
    ]
    assert kept == []


def test_file_brought_again_comes_back(wish: WithdrawalRequest, clock: FastClock, tmp_path: Path):
    withdraw(wish, clock=clock)
    file = tmp_path / "winkels-2026-02-01.csv"
    import_file.import_file(
        ImportRequest(
            source_id="shop_survey",
            file=file,
            place_id="voorbeeldstad",
            data=wish.data,
            places=wish.places,
        ),
        clock=clock,
    )
    assert len(ids(wish.data)) == 3


def test_withdrawal_that_was_cut_off_can_be_said_again(wish: WithdrawalRequest, clock: FastClock):
    withdraw(wish, clock=clock)
    assert withdraw(wish, clock=clock).names == ()
    assert ids(wish.data) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"row": "survey:voorbeeldstad:9"}, "do you mean"),
        ({"row": "x"}, "expected the premises_id"),
        ({"file": "other.csv"}, "winkels-2026-02-01.csv"),
        ({"place_id": "borne"}, "imported is"),
        ({"source_id": "counters"}, "nothing of counters was imported"),
        ({"source_id": "bag"}, "waits for a file"),
        ({"reason": " "}, "--reason"),
    ],
)
def test_wrong_use_changes_nothing(
    wish: WithdrawalRequest, clock: FastClock, change: dict[str, str], message: str
):
    with pytest.raises(UseError, match=message):
        withdraw(replace(wish, **change), clock=clock)
    assert len(ids(wish.data)) == 3 and len(changelog.read_changes(wish.data)) == 1
