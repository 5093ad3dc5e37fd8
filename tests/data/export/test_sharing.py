"""What may leave the installation."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import catalogue
from data.errors import MissingTableError, UnknownSourceError
from data.export.sharing import Beyond, shareable
from data.manifest import Sharing
from data.snapshot import publish
from tests import town

pytestmark = pytest.mark.slow

POINTED_AT = ("places", "streets", "indicators", "initiatives", "actors", "participations")
NOON = datetime(2024, 3, 3, 12, tzinfo=UTC)


def opened(folder: Path, sharing: Sharing = "open", **tables) -> catalogue.Catalogue:
    """The town, its newspaper's rows shared as given; the counter's are internal always.

    With tables of its own it is these and those that they point at.
    """
    paper, counter = town.sources()
    publish.publish(
        folder,
        {name: town.tables()[name] for name in POINTED_AT} | tables if tables else town.tables(),
        [replace(paper, sharing=sharing), counter],
        town.table_sources(),
        published=NOON,
    )
    return catalogue.open(folder)


@pytest.fixture(scope="module")
def whole_town(tmp_path_factory: pytest.TempPathFactory) -> catalogue.Catalogue:
    return opened(tmp_path_factory.mktemp("town"))


def test_tables_of_an_internal_source_stay(whole_town: catalogue.Catalogue):
    assert [name for name in whole_town.names if shareable(whole_town, name) is None] == [
        "areas",
        "counts",
        "stops",
    ]


def test_rows_of_an_internal_source_stay_and_others_leave(tmp_path: Path):
    mixed = town.premises({}, {"premises_id": "survey:x:1", "source_id": "voorbeeldteller"})
    rows = shareable(opened(tmp_path, premises=mixed), "premises")
    assert rows is not None and rows["premises_id"].tolist() == ["bag:9999010000000001"]


def test_internal_figure_stays_though_its_source_is_open(tmp_path: Path):
    figures = town.observations({}, {"observation_id": "secret", "sharing": "internal"})
    rows = shareable(opened(tmp_path, observations=figures), "observations")
    assert rows is not None and rows["observation_id"].tolist() == [
        "voorbeeldstad-vacant-premises-2023"
    ]


def test_single_units_of_a_source_that_shares_totals_stay(tmp_path: Path):
    snapshot = opened(tmp_path, "aggregate")
    assert shareable(snapshot, "premises") is None
    assert shareable(snapshot, "street_vacancy") is not None


@pytest.mark.parametrize(("sections", "leaves"), [(9, False), (10, True)])
def test_skill_found_on_many_internal_counts_leaves_and_on_few_stays(
    tmp_path: Path, sections: int, leaves: bool
):
    snapshot = opened(tmp_path, footfall_tests=town.footfall_tests({"sections": sections}))
    assert (shareable(snapshot, "footfall_tests") is not None) is leaves


def test_actors_of_internal_initiatives_stay(tmp_path: Path):
    # The shopkeepers take part in this one only.
    known = town.initiatives()
    known.loc[known["initiative_id"] == "lichtjesavond", "source_id"] = "voorbeeldteller"
    snapshot = opened(tmp_path, initiatives=known)
    initiatives, parts, actors = (
        shareable(snapshot, name) for name in ("initiatives", "participations", "actors")
    )
    assert initiatives is not None and "lichtjesavond" not in set(initiatives["initiative_id"])
    assert parts is not None and parts["initiative_id"].tolist() == ["voorbeeldmarkt"]
    assert actors is not None and actors["actor_id"].tolist() == ["gemeente-voorbeeldstad"]


def test_open_tables_leave_whole(whole_town: catalogue.Catalogue):
    for name in ("places", "streets", "background"):
        rows = shareable(whole_town, name)
        assert rows is not None and len(rows) == len(whole_town.table(name)), name


def test_reader_elsewhere_sees_no_internal_row_in_any_table(whole_town: catalogue.Catalogue):
    beyond = Beyond(whole_town)
    assert set(whole_town.names) - set(beyond.names) == {"areas", "counts", "stops"}
    assert all(beyond.table(name).empty for name in ("areas", "counts", "stops"))
    for name in beyond.names:
        table = beyond.table(name)
        assert "source_id" not in table or "voorbeeldteller" not in set(table["source_id"])


def test_units_come_along_for_who_makes_totals_of_them(tmp_path: Path):
    snapshot = opened(tmp_path, "aggregate")
    assert len(Beyond(snapshot).table("premises")) == 11 and shareable(snapshot, "premises") is None


def test_table_that_is_not_there_is_not_there_for_anybody(tmp_path: Path):
    with pytest.raises(MissingTableError):
        Beyond(catalogue.open(town.snapshot(tmp_path))).table("secrets")


def test_manifest_elsewhere_names_no_internal_source_and_counts_open_rows(tmp_path: Path):
    mixed = town.premises({}, {"premises_id": "survey:x:1", "source_id": "voorbeeldteller"})
    snapshot = opened(tmp_path, **town.tables() | {"premises": mixed})
    manifest = Beyond(snapshot).manifest
    assert [source.source_id for source in manifest.sources] == ["voorbeeldkrant"]
    rows = {table.name: table.rows for table in manifest.tables}
    assert rows["premises"] == 1 and not {"areas", "counts", "stops"} & rows.keys()
    # How well the footfall follows internal counts may leave, and names nobody.
    assert manifest.table("footfall_tests").sources == ()
    with pytest.raises(UnknownSourceError):
        Beyond(snapshot).source("voorbeeldteller")


def test_internal_source_of_an_open_figure_is_cited_without_its_file_and_state(tmp_path: Path):
    figures = town.observations({}, {"observation_id": "own", "source_id": "voorbeeldteller"})
    source = Beyond(opened(tmp_path, observations=figures)).source("voorbeeldteller")
    assert (source.publisher, source.licence) == ("Gemeente Voorbeeldstad", "CC0 1.0")
    assert (source.read_via, source.sha256, source.retrieved) == (None, None, None)
    assert (source.problems, source.status) == ((), "unchanged")


def test_manifest_of_open_sources_stays_as_it_was(tmp_path: Path):
    paper, counter = (replace(source, sharing="open") for source in town.sources())
    publish.publish(tmp_path, town.tables(), [paper, counter], town.table_sources(), published=NOON)
    snapshot = catalogue.open(tmp_path)
    assert Beyond(snapshot).manifest == snapshot.manifest
