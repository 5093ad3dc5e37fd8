"""What readers elsewhere never see, whatever a municipality brought."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.exports import downloads
from dashboard.facts.snapshot import Facts
from dashboard.press.worker import jobs
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from data import catalogue
from data.snapshot import publish
from tests import town

pytestmark = pytest.mark.slow


@pytest.fixture
def snapshot(tmp_path: Path) -> catalogue.Catalogue:
    """The town, one of its initiatives and one of its figures internal; its stations and counts are
    so always.
    """
    initiatives = town.initiatives()
    initiatives.loc[initiatives["initiative_id"] == "lichtjesavond", "source_id"] = (
        "voorbeeldteller"
    )
    figures = town.observations(
        {},
        {
            "observation_id": "own:voorbeeldstad:x",
            "source_id": "voorbeeldteller",
            "sharing": "internal",
        },
    )
    tables = {**town.tables(), "initiatives": initiatives, "observations": figures}
    publish.publish(
        tmp_path,
        tables,
        town.sources(),
        town.table_sources(),
        published=datetime(2024, 3, 3, tzinfo=UTC),
    )
    return catalogue.open(tmp_path)


def test_internal_initiatives_figures_and_stations_do_not_exist_elsewhere(
    snapshot: catalogue.Catalogue,
):
    there = Facts(snapshot, beyond=True)
    assert "lichtjesavond" not in {row.initiative_id for row in there.initiatives}
    assert "own:voorbeeldstad:x" not in {row.observation_id for row in there.observations}
    assert there.stations == ()
    # The shopkeepers take part in the internal one only.
    assert not any(
        "Winkeliers" in part.actor for parts in there.participations.values() for part in parts
    )


def test_they_exist_on_this_computer(snapshot: catalogue.Catalogue):
    here = Facts(snapshot, beyond=False)
    assert "lichtjesavond" in {row.initiative_id for row in here.initiatives}
    assert "own:voorbeeldstad:x" in {row.observation_id for row in here.observations}
    assert here.stations


def test_they_leave_this_computer_in_no_file_and_no_picture(snapshot: catalogue.Catalogue):
    cache.use(snapshot.folder)
    try:
        assert "own:voorbeeldstad:x" in {row.observation_id for row in cache.facts().observations}
        selection, _ = permalink.parse({}, visitor.vocabulary(cache.facts()))
        for name in ("observations.csv", "kaart.csv"):
            assert (
                b"own:voorbeeldstad:x"
                not in downloads.make_file(
                    snapshot.folder, snapshot.version, name, selection
                ).content
            )
        drawn = jobs.studio(snapshot.folder, snapshot.version).facts
        assert "own:voorbeeldstad:x" not in {row.observation_id for row in drawn.observations}
        assert drawn.stations == ()
    finally:
        cache.use(None)
