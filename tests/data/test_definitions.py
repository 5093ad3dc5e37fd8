"""Every published figure says what was counted, or that its source does not."""

import pytest

from data import catalogue
from data.schema.rules import NO_DEFINITION
from tests.data.curated import FIGURES, RESOURCES, figure, figures, rows


def test_every_figure_has_a_definition_or_says_that_there_is_none():
    assert [row["observation_id"] for row in figures() if not row["definition"]] == []
    shipped = catalogue.open(catalogue.EMBEDDED).table("observations")
    assert shipped["definition"].notna().all()


@pytest.mark.parametrize("name", FIGURES)
def test_the_schema_of_the_curated_figures_promises_it(name: str):
    fields = {field["name"]: field for field in RESOURCES[name]["schema"]["fields"]}
    assert fields["definition"]["constraints"]["required"] is True
    assert NO_DEFINITION in fields["definition"]["description"]


def test_that_there_is_none_is_said_in_three_languages():
    said = next(row for row in rows("translations") if row["text_nl"] == NO_DEFINITION)
    assert said["text_en"] == "the source gives no definition"
    assert said["text_de"] == "die Quelle nennt keine Definition"


@pytest.mark.parametrize(
    "observation_id",
    [
        "hengelo-binnenstad-vacant-premises-2023-11",
        "oldenzaal-binnenstad-vacancy-rate-2016-03",
        "enschede-bothoven-retail-floor-area-m2-ongedateerd",
    ],
)
def test_a_figure_whose_note_says_there_is_no_definition_has_none(observation_id: str):
    assert figure(observation_id)["definition"] == NO_DEFINITION


def test_what_the_row_itself_says_is_its_definition():
    length = figure("almelo-grotestraat-street-length-m-ongedateerd")
    assert length["definition"] == "Van Oude Veemarkt tot Oranjestraat."
    outlets = figure("almelo-gemeente-outlets-total-2017")
    assert "met horeca en diensten" in outlets["definition"]
    assert "met horeca en diensten" in outlets["note"]
