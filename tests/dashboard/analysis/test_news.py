"""What changed between two versions: matched by id, by what a figure says, per place."""

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.analysis import news
from dashboard.analysis.news import FigureChange
from dashboard.facts.snapshot import Facts
from data import catalogue
from data.errors import DamagedFileError
from tests import town
from tests.dashboard import revised_towns
from tests.dashboard.revised_towns import APRIL, CHANGED, GONE, INTERNAL, MARCH, NEW, OTHER


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March and April; not to be written to."""
    return revised_towns.two_versions(tmp_path_factory.mktemp("versions"))


def said(changes: tuple[FigureChange, ...]) -> list[tuple[str, str, float | None, float | None]]:
    """Kind, id, value and earlier value."""
    return [
        (
            change.kind,
            change.row.observation_id,
            change.row.value,
            None if change.earlier is None else change.earlier.value,
        )
        for change in changes
    ]


def test_a_figure_is_new_changed_or_withdrawn_against_the_version_before(folder: Path):
    (april,) = news.revisions(Facts(catalogue.open(folder)))
    assert (april.published_before, april.published) == (MARCH, APRIL)
    assert said(april.changes) == [
        ("new", NEW["observation_id"], 7.0, None),
        ("changed", CHANGED, 12.0, 10.0),
        ("withdrawn", GONE["observation_id"], 8.0, None),
    ]
    assert [change.fields for change in april.changes] == [(), ("value",), ()]


def test_a_place_has_its_own_changes(folder: Path):
    (april,) = news.revisions(Facts(catalogue.open(folder)))
    assert april.about("anderstad") == () and april.about("voorbeeldstad") == april.changes


def test_internal_figures_are_news_on_this_computer_only(folder: Path):
    (here,) = news.revisions(Facts(catalogue.open(folder), beyond=False))
    (beyond,) = news.revisions(Facts(catalogue.open(folder), beyond=True))
    ids = {change.row.observation_id for change in here.changes}
    assert ids - {change.row.observation_id for change in beyond.changes} == {
        INTERNAL["observation_id"]
    }


@pytest.mark.parametrize(
    ("name", "value"), [("note", "Nagekeken."), ("confidence", "high"), ("licence", "CC0")]
)
def test_a_remark_on_a_figure_does_not_change_it(folder: Path, name: str, value: str):
    row = Facts(catalogue.open(folder)).observations[0]
    assert news.compare([replace(row, **{name: value})], [row]) == ()


def test_a_figure_that_only_means_something_else_is_changed(folder: Path):
    row = Facts(catalogue.open(folder)).observations[0]
    (change,) = news.compare([replace(row, definition="alle panden", provisional=True)], [row])
    assert change.fields == ("definition", "provisional")


def test_every_kept_version_is_compared_with_the_one_before_it_newest_first(tmp_path: Path):
    may = APRIL.replace(month=5)
    revised_towns.two_versions(tmp_path)
    revised_towns.publish_version(tmp_path, may, {"value": 13.0}, NEW, OTHER)
    last, first = news.revisions(Facts(catalogue.open(tmp_path)))
    assert (last.published, last.published_before, first.published) == (may, APRIL, APRIL)
    assert said(last.changes) == [("changed", CHANGED, 13.0, 12.0)]


def test_after_going_back_a_later_version_is_no_predecessor(tmp_path: Path):
    from data.snapshot import publish

    revised_towns.two_versions(tmp_path)
    publish.rollback(tmp_path)
    assert news.revisions(Facts(catalogue.open(tmp_path))) == ()


def test_what_ships_and_a_first_version_have_no_predecessor(tmp_path: Path):
    for opened in (catalogue.open(catalogue.EMBEDDED), catalogue.open(town.snapshot(tmp_path))):
        assert news.revisions(Facts(opened)) == ()


def test_a_version_before_that_is_damaged_is_named(tmp_path: Path):
    revised_towns.two_versions(tmp_path)
    (march,) = catalogue.published_before(tmp_path, APRIL)
    (march.path / "observations.parquet").write_bytes(b"broken")
    with pytest.raises(DamagedFileError, match=march.version):
        news.revisions(Facts(catalogue.open(tmp_path)))
