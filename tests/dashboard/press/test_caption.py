"""What a picture says: no doubtful figure on top, and made-up towns are marked."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from matplotlib.patches import Patch

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import layers
from dashboard.press import attribution, caption, map_extent
from dashboard.press import request as request_of
from dashboard.press.drawing import map_drawing
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import figure_picture
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.sentences import citation
from dashboard.session import visitor
from data import catalogue
from data.snapshot import publish
from tests import town
from tests.dashboard.press.boxes import ROOMS, in_german, outside

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]


def test_made_up_town_is_marked_as_made_up(
    town_studio: Studio, town_ask: Ask, studio: Studio, ask: Ask
):
    canvas, made = town_studio.draw(town_ask())
    assert texts("nl")("press.example") in made.badges and texts("nl")("press.example") in made.alt
    assert any("verzonnen" in one.text.lower() for one in canvas.text_boxes)
    assert studio.draw(ask())[1].badges == ()


def test_introduction_of_the_maker_is_marked_in_a_note(studio: Studio, ask: Ask):
    _, own = studio.draw(ask(standfirst="Eigen inleiding"))
    assert own.standfirst == "Eigen inleiding" and own.notes[0] == texts("nl")("press.edited")
    assert own.badges == ()


def test_text_for_the_blind_ends_each_sentence_once(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(headline="Wat kost Plein Westermaat?"))
    assert words.alt.startswith("Wat kost Plein Westermaat? Kop van de maker. ")


def test_city_without_streets_cites_only_the_figures_beside_its_map(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(place="hengelo", layers=("leegstand",), size="slide"))
    # Plein Westermaat lies within the map, but its figure is not drawn.
    assert "Plein Westermaat" not in words.alt
    assert not any("I&O" in line for line in words.sources)
    assert "8.844" in words.alt and "19,3 %" in words.alt


@pytest.mark.parametrize("size", ["social", "square"])
@pytest.mark.parametrize("place", ["twente", "almelo", "borne", "enschede", "hengelo", "oldenzaal"])
def test_every_figure_told_to_the_blind_is_written_in_the_picture(
    studio: Studio, ask: Ask, place: str, size: str
):
    canvas, words = studio.draw(ask(place=place, layers=tuple(layers.by_id()), size=size))
    written = " ".join(one.text for one in canvas.text_boxes).replace("\u00a0", " ")
    facts, text = studio.facts, texts("nl")
    told = [
        row for row in facts.observations if caption._figure_in_words(row, facts, text) in words.alt
    ]
    assert told
    assert [
        value
        for row in told
        if (value := citation.value_without_unit(row, facts, text).split()[0]) not in written
    ] == []


def test_every_source_shown_is_named_with_its_year(studio: Studio, ask: Ask):
    _, made = studio.draw(ask(place="hengelo"))
    assert any(one.startswith("1Twente (nov 2023") for one in made.sources)


@pytest.mark.parametrize(
    ("figure", "parts"),
    [
        ("944 instappers per werkdag", ("944", "instappers per werkdag")),
        ("10 %", ("10 %", "")),
        ("5 tot 10 procent", ("5 tot 10 procent", "")),
        ("meer dan de helft", ("meer dan de helft", "")),
    ],
)
def test_only_a_plain_number_stands_apart_from_its_unit(figure: str, parts: tuple[str, str]):
    assert figure_picture._split_unit(figure) == parts


def test_table_of_figures_holds_no_day_and_no_name(studio: Studio, ask: Ask):
    for place in ("borne", "hengelo", "enschede"):
        canvas, _ = studio.draw(ask(place=place, subject="cijfers", size="a4-portrait"))
        words = {one.text for one in canvas.text_boxes}
        assert not words & {"Marktdag", "Rol van de straat"} and "dag niet gevonden" not in words


def test_unit_that_is_what_was_counted_stands_once(studio: Studio, ask: Ask):
    for request in (ask(place="hengelo"), ask(place="hengelo", subject="cijfers")):
        words = {one.text for one in studio.draw(request)[0].text_boxes}
        assert "84.045" in words and not any(one.startswith("84.045 ") for one in words)


def test_chart_says_only_what_is_on_it(
    studio: Studio, ask: Ask, example_studio: Studio, example_ask: Ask
):
    text = texts("nl")
    ours = " ".join(one.text for one in studio.draw(ask(subject="treinreizigers"))[0].text_boxes)
    assert all(text(f"overview.trains_{key}") in ours for key in ("break", "total", "corona"))
    years = [row.year for row in example_studio.facts.stations]
    town = " ".join(
        one.text
        for one in example_studio.draw(
            example_ask(subject="treinreizigers", place="voorbeeldstad")
        )[0].text_boxes
    )
    assert (
        min(years) > 2017
        and text("overview.trains_break") not in town
        and text("overview.trains_total") not in town
    )
    assert text("press.stand_trains_one") in town


@pytest.mark.parametrize(
    ("lang", "said", "never"),
    [("en", "made-up data", "verzonnen"), ("de", "erfundene Daten", "verzonnen")],
)
def test_made_up_source_says_so_in_the_language_of_the_picture(
    example_studio: Studio, example_ask: Ask, lang: str, said: str, never: str
):
    for subject in ("kaart", "cijfers", "treinreizigers", "bronnen"):
        canvas, _made = example_studio.draw(example_ask(subject=subject, lang=lang))
        words = " ".join(one.text for one in canvas.text_boxes)
        assert said in words and never not in words
    pages, _ = example_studio.pages(
        example_ask(lang=lang, place=example_studio.facts.centres[0].place_id)
    )
    assert said in " ".join(one.text for one in pages[1].text_boxes)


def test_words_that_come_back_as_they_were_are_not_those_of_the_maker(studio: Studio, ask: Ask):
    request = ask(place="hengelo")
    _, made = studio.draw(request)
    back = made.headline.replace("\u00a0", " ")
    assert (
        request_of.edited(request, back, made.standfirst, made.headline, made.standfirst) == request
    )
    assert request_of.edited(request, "", "", made.headline, made.standfirst) == request
    assert (
        request_of.edited(
            request, "Eigen kop", made.standfirst, made.headline, made.standfirst
        ).headline
        == "Eigen kop"
    )


@pytest.mark.parametrize(("size", "lang"), in_german(ROOMS))
def test_names_of_countries_lie_on_no_mark_and_no_label(
    studio: Studio, ask: Ask, lang: str, size: str
):
    for place in ("enschede", "twente"):
        canvas, _ = studio.draw(ask(place=place, lang=lang, size=size))
        names = [
            one
            for one in canvas.text_boxes
            if one.text.isupper() and len(one.text) > 6 and one.size == 13.0
        ]
        others = [one for one in canvas.text_boxes if one not in names]
        assert [one.text for name in names for one in others if name.box.overlaps(one.box)] == []


@pytest.mark.parametrize("subject", ["verkooppunten", "koopstromen", "treinreizigers"])
def test_subject_without_figures_is_refused_in_words(
    town_studio: Studio, town_ask: Ask, subject: str
):
    with pytest.raises(UnknownSubjectError, match="gegevensversie"):
        town_studio.draw(town_ask(subject=subject))


def test_snapshot_without_one_figure_still_has_its_map_its_sources_and_its_factsheet(
    tmp_path: Path,
):
    left_out = ("observations", "initiatives", "actors", "participations", "stops", "counts")
    tables = {name: table for name, table in town.tables().items() if name not in left_out}
    table_sources = {name: found for name, found in town.table_sources().items() if name in tables}
    publish.publish(
        tmp_path,
        tables,
        town.sources(),
        table_sources,
        published=datetime(2024, 3, 3, tzinfo=UTC),
    )
    made = Studio(Facts(catalogue.open(tmp_path)))
    known = visitor.vocabulary(made.facts)
    selection = permalink.opening(known, "nl")
    for subject in ("kaart", "cijfers", "bronnen"):
        canvas, words = made.draw(PictureRequest(selection, subject))
        assert "2024" in words.licence and outside(canvas) == []
        # Its streets are known: they have a page.
        assert len(made.pages(PictureRequest(replace(selection, place="voorbeeldstad")))[0]) == 3


def test_region_of_one_town_goes_by_the_name_of_the_town(town_studio: Studio, town_ask: Ask):
    for subject in ("kaart", "cijfers", "inwoners"):
        try:
            _, words = town_studio.draw(town_ask(subject=subject))
        except UnknownSubjectError:
            continue
        assert (
            "Twente" not in words.headline
            and "vijf" not in words.headline
            and "1 gemeenten" not in words.headline
        )


def test_streets_stay_in_sight_where_no_layer_shows_them(
    town_studio: Studio, town_ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    place = next(one.place_id for one in town_studio.facts.places.values() if one.role == "centre")
    drawn = {}
    for near in (map_drawing._NEAR_M, 0.0):
        monkeypatch.setattr(map_drawing, "_NEAR_M", near)
        canvas, _ = town_studio.draw(town_ask(place=place, layers=("initiatieven",)))
        drawn[near] = sum(isinstance(one, Patch) for one in canvas.figure.artists)
    assert drawn[4_000.0] > drawn[0.0]


def test_map_without_street_layers_is_of_the_centre_and_its_marks(
    town_studio: Studio, town_ask: Ask
):
    facts, scene = town_studio.facts, town_studio.scene("nl")
    place = next(one for one in facts.places.values() if one.role == "centre")
    west, south, east, north = map_extent.extent(
        context_of(facts, town_ask(place=place.place_id, layers=("initiatieven",)).selection),
        scene,
    )
    assert west < place.core.x < east and south < place.core.y < north
    assert east - west < 2 * 1_000.0 and north - south < 2 * 1_000.0


def test_word_of_a_table_is_not_broken_where_smaller_letters_keep_it_whole(
    studio: Studio, ask: Ask
):
    words = {
        one.text
        for one in studio.draw(
            ask(place="enschede", subject="cijfers", theme="floor_area", size="a4-portrait")
        )[0].text_boxes
    }
    assert (
        "ongedateerd" in words
        and "voorbehoud" in words
        and not any(one.endswith("-") for one in words)
    )


@pytest.mark.parametrize(
    ("lang", "publisher", "border"),
    [
        ("nl", "Centraal Bureau voor de Statistiek (CBS)", "Grens: Natural Earth"),
        ("en", "Statistics Netherlands (CBS)", "Border: Natural Earth"),
        ("de", "Statistikamt der Niederlande (CBS)", "Grenze: Natural Earth"),
    ],
)
def test_publishers_and_border_are_named_in_the_language_of_the_picture(
    studio: Studio, ask: Ask, lang: str, publisher: str, border: str
):
    _, words = studio.draw(ask(lang=lang, layers=("inwoners",)))
    assert [one.startswith(f"{publisher} (") for one in words.sources] == [True]
    assert border in words.licence


@pytest.mark.parametrize(
    ("lang", "station"),
    [("nl", "Station Oldenzaal"), ("en", "Oldenzaal station"), ("de", "Bahnhof Oldenzaal")],
)
def test_a_station_goes_by_its_name_in_the_language_of_the_picture(
    studio: Studio, ask: Ask, lang: str, station: str
):
    canvas, words = studio.draw(ask(subject="treinreizigers", lang=lang))
    assert station in words.headline and station in words.alt
    assert station in [one.text for one in canvas.text_boxes]


@pytest.mark.parametrize(
    ("name", "periods", "told"),
    [
        ("CBS", ["2017", "2023"], "CBS (2017, 2023)"),
        ("Locatus (2014)", ["2014"], "Locatus (2014)"),
        ("Koopstromenonderzoek 2019", ["2019"], "Koopstromenonderzoek 2019"),
        ("Koopstromenonderzoek 2019", ["2018", "2019"], "Koopstromenonderzoek 2019 (2018, 2019)"),
        ("Regio 12019", ["2019"], "Regio 12019 (2019)"),
    ],
)
def test_a_study_named_after_its_year_tells_it_once(name: str, periods: list[str], told: str):
    assert attribution.cited(name, periods) == told


def test_caption_says_what_is_seen_and_whose_it_is(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(subject="verkooppunten"))
    sources = "; ".join(words.sources)
    assert words.caption == f"{words.headline}. {words.standfirst} Bronnen: {sources}."
    _, own = studio.draw(ask(subject="verkooppunten", headline="Meer lege winkels"))
    assert own.caption.startswith("Meer lege winkels. Kop van de maker. ")


def test_citation_gives_each_source_once_with_address_day_and_licence(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(place="hengelo", subject="leegstand"))
    first = words.citation.splitlines()[0]
    assert first.startswith("1Twente (")
    assert "https://www.1twente.nl/" in first and "geraadpleegd 23 november 2026" in first
    assert first.endswith("licentie niet vermeld, los feit met bronvermelding.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_of_a_citation_reads_as_two_sources(studio: Studio, lang: str):
    facts, text = studio.facts, texts(lang)
    for row in facts.observations:
        line = citation.row_source(row, facts, text)
        assert ";" not in line
        assert not re.search(r"\([^)]*\(", line), line


def test_words_of_a_map_name_only_layers_of_which_something_is_drawn(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(place="almelo", layers=("leegstand", "initiatieven", "straten")))
    assert "straten" not in words.standfirst and "straten" not in words.alt.lower()
    assert "straten" not in words.caption
