"""A map layer is one file: the map, its table, files, pictures and controls take it from there."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard.exports import downloads
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps import layers, region_content, scene_files
from dashboard.maps.layer import MapLayer
from dashboard.panels import details
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import Selection
from dashboard.session import cache as session_cache
from dashboard.session import visitor
from data import catalogue
from tests.dashboard.driving import control, opened, words

pytestmark = pytest.mark.slow

LAYER = '''
"""Where every inner city has its core."""

from dashboard.sentences import citation
from dashboard.maps.description import Description
from dashboard.maps.layer import Headline, MapLayer
from dashboard.maps.map_row import MapRow
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from geo.bilingual import Bilingual

TITLE = Bilingual(nl="Kernen", en="Cores", de="Kerne")


def layer(facts, text):
    return LayerContent(
        id="kernen",
        title=TITLE.text(text.lang),
        columns=(SceneColumn("Kern van"),),
        features=tuple(
            Feature(place.place_id, place.core, "site_centre", name, cells=(SceneCell(name),))
            for place in facts.centres
            if (name := place.names[text.lang])
        ),
        pane="labels",
        sentence="{n} van {total} kernen",
        sentence_one="1 kern",
    )


def visible(context):
    centres = [place.place_id for place in context.facts.centres]
    return {place_id: "site_centre" for place_id in centres if context.selection.covers(place_id)}


def rows(facts, features, text):
    source = citation.file_source(facts.place_source_ids[0], facts, text)
    title = TITLE.text(text.lang)
    return {
        place.place_id: MapRow(
            layer=title, id=place.place_id, place=place.names[text.lang], what="Kern"
        ).sheet_row(source, shape=place.core)
        for place in facts.centres
        if place.place_id in features
    }


LAYER = MapLayer(
    id="kernen",
    title=TITLE,
    noun=Bilingual(nl="de kernen", en="the cores", de="die Kerne"),
    order=25,
    qgis_label='"place"',
    content=layer,
    visible=visible,
    rows=rows,
    notes=lambda context: ["Een kern is een punt."],
    source_ids=lambda facts, features: facts.place_source_ids[:1],
    description=lambda item, facts, text: Description("Kern van " + item, (("value", "een punt"),)),
    citations=lambda facts, features, text, survey: [(facts.place_source_ids[0], "1999")],
    picture_notes=lambda context, features: ["Een kern is klein."],
    headline=lambda context, features, layers: Headline("De kern ligt in het midden"),
    alternatives=lambda facts, features, text: ["een kern in het midden"],
)
'''


def _forget() -> None:
    """Forget the layers, and the maps that were made of them."""
    layers.by_id.cache_clear()
    st.cache_resource.clear()
    session_cache.use(None)


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Facts]:
    """What ships, with one more layer."""
    (tmp_path / "cores.py").write_text(LAYER)
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(tmp_path)])
    _forget()
    yield Facts(catalogue.open(catalogue.EMBEDDED))
    _forget()
    sys.modules.pop(f"{layers.__name__}.cores", None)
    if hasattr(layers, "cores"):
        del layers.cores


@pytest.fixture
def selection(facts: Facts) -> Selection:
    """The layer alone, in one town."""
    asked = {"plaats": "hengelo", "laag": "kernen", "taal": "nl"}
    selection, notes = permalink.parse(asked, visitor.vocabulary(facts))
    assert (selection.layers, notes) == (("kernen",), ())
    return selection


def test_the_map_and_its_table_have_the_layer(facts: Facts):
    scene = region_content.scene(facts, texts("nl"))
    order = [layer.id for layer in scene.layers]
    assert order[order.index("initiatieven") :][:3] == ["initiatieven", "kernen", "treinreizigers"]
    files = scene_files.scene_files(scene)
    address = next(
        entry["file"]
        for entry in json.loads(files.files[files.address])["layers"]
        if entry["id"] == "kernen"
    )
    content = json.loads(files.files[address])
    assert content["columns"] == [["Kern van", 0]] and ["Hengelo"] in content["cells"]


def test_the_words_beside_the_map_come_from_the_layer(facts: Facts, selection: Selection):
    text = texts("nl")
    shown = region_content.select_content(context_of(facts, selection))
    assert shown.visible == {"kernen": {"hengelo": "site_centre"}}
    assert region_content.notes(Context(facts, text, selection)) == ("Een kern is een punt.",)
    assert region_content.source_ids(facts, shown) == facts.place_source_ids[:1]
    assert "Kernen" in region_content.name(Context(facts, text, selection))
    assert "Kern van hengelo" in (details.chosen("kernen:hengelo", facts, text) or "")


def test_files_have_its_rows_and_its_label(facts: Facts, selection: Selection):
    studio = Studio(facts)
    content = downloads.make_from_studio(studio, "kaart.csv", selection).content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert ["Kernen", "hengelo", "Hengelo", "Kern"] in [row[:4] for row in table]
    places = json.loads(downloads.make_from_studio(studio, "kaart.geojson", selection).content)
    assert [feature["properties"]["id"] for feature in places["features"]] == ["hengelo"]
    parcel = downloads._pack_map(studio, context_of(facts, selection))
    assert "&quot;place&quot;" in parcel.looks["kernen"]


def test_the_picture_has_it_in_legend_notes_and_sources(facts: Facts, selection: Selection):
    studio = Studio(facts)
    canvas, story = studio.draw(PictureRequest(selection))
    label = studio.scene("nl").texts["style.site_centre"]
    assert f"{label} (1)" in " ".join(written.text for written in canvas.text_boxes)
    assert story.headline == "De kern ligt in het midden"
    assert "de kernen" in story.standfirst
    assert "Een kern is klein." in story.notes
    assert any("1999" in source for source in story.sources)
    assert "een kern in het midden" in story.alt


def test_a_layer_of_three_functions_has_no_notes_and_no_details(facts: Facts):
    full = layers.by_id()["kernen"]
    bare = MapLayer(
        id=full.id,
        title=full.title,
        noun=full.noun,
        order=full.order,
        content=full.content,
        visible=full.visible,
        rows=full.rows,
    )
    assert bare.description("hengelo", facts, texts("nl")) is None
    assert tuple(bare.source_ids(facts, {"hengelo": "site_centre"})) == ()
    assert bare.shareable(facts, {"hengelo": "site_centre"}) == {"hengelo": "site_centre"}
    assert bare.place_in("controls") == bare.order


def test_the_page_offers_it(facts: Facts):
    app = opened("kaart.py", plaats="hengelo", laag="kernen")
    pills = control(app.button_group, "laag")
    assert "Kernen" in pills.options
    assert pills.value == ["kernen"]
    assert "Een kern is een punt." in words(app)


def test_it_is_off_until_asked_for(facts: Facts):
    vocabulary = visitor.vocabulary(facts)
    assert "kernen" in vocabulary.layers
    assert "kernen" not in permalink.opening(vocabulary).layers
