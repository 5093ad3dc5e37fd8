"""A run of every place: in batches, within a budget, continued where it ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot.layout import all_versions, has_current
from etl.commands import country
from etl.commands.country import Budget, CountryResult, run_all
from etl.errors import UseError
from etl.fetch.client import Client
from etl.fetch.throttle import Clock
from etl.parsing.municipalities import Municipality
from etl.pipeline.parts_store import PartsStore
from etl.pipeline.progress import NoProgress
from etl.pipeline.run_context import RunOptions
from etl.sources.reference import place_table
from tests.etl.made_up_town import Town, place_file, serve_normal_answers
from tests.etl.place_services import PlaceServices
from tests.etl.upstream import FastClock, Upstream

pytestmark = pytest.mark.usefixtures("quick_disk")
ORDER = ("beek", "cingel", "voorbeeldstad")


def connect(options: RunOptions, clock: Clock, progress: NoProgress) -> Client:
    """A client that does not wait."""
    return Client(
        "StadshartTwente/1.0",
        clock=clock,
        spacing_s=0.0,
        jitter=lambda: 0.0,
        operator_urls=[*(options.base_urls or {}).values()],
        listen=progress.on_fetch,
    )


@pytest.fixture
def three(
    tmp_path: Path, upstream: Upstream, clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> Town:
    serve_normal_answers(upstream)
    town = Town(tmp_path, upstream, clock)
    monkeypatch.setattr(country, "BATCH", 1)
    place_file(town.places, "beek", x=4_000.0)
    place_file(town.places, "cingel", x=8_000.0)
    return town


def reach(town: Town, budget: Budget) -> CountryResult:
    return run_all(
        town.options(), budget=budget, own_places=town.places, clock=town.clock, connect=connect
    )


def hashes(data: Path) -> list[tuple[str, str]]:
    return [(table.name, table.content_hash) for table in catalogue.open(data).manifest.tables]


@pytest.mark.slow
def test_what_a_budget_leaves_is_read_by_the_next_run_and_ends_as_one_run(three: Town):
    left = []
    for _ in ORDER:
        reached = reach(three, Budget(requests=1))
        left.append(reached.unread)
        assert not reached.whole and reached.result is not None
        assert json.loads((three.data / country.STATE).read_text())["read"]
    assert left == [ORDER[1:], ORDER[2:], ()]
    whole = reach(three, Budget())
    assert whole.whole and not (three.data / country.STATE).exists()
    in_batches = hashes(three.data)
    three.data = three.folder / "at-once"
    three.run()
    assert in_batches == hashes(three.data)


@pytest.mark.slow
def test_a_batch_that_was_killed_is_read_again_without_asking_again(
    three: Town, monkeypatch: pytest.MonkeyPatch
):
    def killed(self: object, place_ids: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(country._Round, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            reach(three, Budget())
    # What the batch read is kept, and published with what follows: the tables are written once.
    assert not has_current(three.data) and PartsStore(three.data).index().parts
    assert reach(three, Budget(requests=1)).unread == ORDER[2:]
    assert len(all_versions(three.data)) == 1


@pytest.mark.slow
def test_several_batches_are_published_at_once(three: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(country, "PUBLISHED_AT_ONCE", 2)
    assert reach(three, Budget()).whole
    # After two places, and at the end of the round.
    assert len(all_versions(three.data)) == 2


def test_every_municipality_gets_a_place_file_before_any_is_read(
    upstream: Upstream, clock: FastClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    services = PlaceServices(upstream, clock, tmp_path)
    two = (
        Municipality("GM0150", "Deventer", "Overijssel"),
        Municipality("GM0999", "Nergens", "Overijssel"),
    )
    monkeypatch.setattr(country, "municipalities", lambda: two)
    options = RunOptions(
        data=services.data,
        base_urls=services.base_urls,
        only_sources=("reference",),
        workers=1,
    )
    reached = run_all(options, budget=Budget(), clock=clock, connect=connect)
    assert reached.unnamed == ("GM0999",) and "GM0999" in reached.refused
    assert "deventer" in set(place_table(services.data / "places")["place_id"])
    assert reached.requests > 0 and not reached.whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000", Budget(requests=2000)),
        ("2000 requests", Budget(requests=2000)),
        ("30 minutes", Budget(minutes=30)),
        ("30m", Budget(minutes=30)),
    ],
)
def test_a_budget_is_of_requests_or_minutes(text: str, expected: Budget):
    assert Budget.parse(text) == expected


@pytest.mark.parametrize("text", ["", "0", "ten", "-5", "30 hours"])
def test_another_budget_is_wrong_use(text: str):
    with pytest.raises(UseError, match="--budget: expected"):
        Budget.parse(text)
