"""The single-file map: what it holds, of a made-up region and of what ships."""

import html as html_text
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import folium
import numpy as np
import pytest
import shapely
from shapely import LineString

import data
from dashboard.errors import MapError
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang, texts
from dashboard.maps import region_content
from dashboard.maps.bundle import COMPONENT, bundle, page_module
from dashboard.maps.scene import Background, Feature, SceneCell
from dashboard.maps.single_file import page as single_file_page
from dashboard.maps.single_file.folium_map import document, map_file
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import REGION, Selection, Vocabulary, opening
from dashboard.style import theme
from data import catalogue
from tests.dashboard import voorbeeldstad
from tests.dashboard.maps.made_up_region import (
    CAPTION,
    CORE,
    PAYLOADS,
    data_of,
    everything,
    hostile,
    hostile_caption,
    layer,
    near,
    scene,
    text_of,
)

SIZE_LIMIT = 600_000


@pytest.fixture(scope="module")
def facts() -> Facts:
    if not (Path(data.__file__).parent / "embedded" / "current").exists():
        pytest.skip("no embedded snapshot: run stadshart-etl embed")
    return Facts(catalogue.open())


@pytest.fixture
def selection(facts: Facts) -> Selection:
    centres = tuple(place.place_id for place in facts.centres)
    return opening(Vocabulary(places=centres, streets=tuple(facts.streets), years=facts.years))


def test_same_map_gives_the_same_bytes() -> None:
    assert map_file(scene(), everything(scene()), CAPTION) == map_file(
        scene(), everything(scene()), CAPTION
    )


def test_file_is_small_enough_to_mail() -> None:
    assert len(map_file(scene(), everything(scene()), CAPTION)) < SIZE_LIMIT


@pytest.mark.slow
def test_background_of_a_whole_city_stays_small_enough_to_mail(
    facts: Facts, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Houses of 8 x 10 m on a grid of 20 m, over 2 x 2 km: 10,000 of them, of which 8,100 in the
    # inner city.
    x, y = facts.places["hengelo"].core.coords[0]
    at = np.arange(-1_000, 1_000, 20.0)
    houses = shapely.box(
        *(part.ravel() for part in np.meshgrid(x + at, y + at)),
        *(part.ravel() for part in np.meshgrid(x + at + 8, y + at + 10)),
    )
    roads = [LineString([(x - 3_000, y + step), (x + 3_000, y + step)]) for step in at]
    shapes = (*(("building", house) for house in houses), *(("road", road) for road in roads))
    monkeypatch.setattr(
        region_content,
        "ground",
        lambda *_, **__: Background(shapes, schematic=False, credit="kaart"),
    )
    made = document(Context(facts, texts("nl"), replace(selection, place="hengelo")))
    assert len(made) <= 2_000_000
    assert data_of(made)["background"]["kinds"].count("building") == 1
    region = document(Context(facts, texts("nl"), replace(selection, place=REGION)))
    assert "building" not in data_of(region)["background"]["kinds"]


def test_nothing_is_fetched_by_the_file() -> None:
    page = text_of(scene())
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)
    assert not re.findall(r"url\((?!data:)[^)#]*\)", page)
    assert "sourceMappingURL" not in page


def test_file_brings_no_library_it_does_not_use() -> None:
    page = text_of(scene()).lower()
    assert not [
        name
        for name in ("jquery", "bootstrap", "awesome", "user-scalable", "maximum-scale")
        if name in page
    ]


def test_other_folium_maps_keep_their_own_scripts() -> None:
    before = list(folium.Map.default_js)
    text_of(scene())
    assert folium.Map.default_js == before
    assert before


def test_page_says_its_language_and_title() -> None:
    page = text_of(scene())
    assert '<html lang="nl">' in page
    assert "<title>Voorbeeldstad en omgeving, 2015-2023</title>" in page


def test_frame_itself_carries_credit_date_licence_and_marks() -> None:
    frame = re.search(r"<figure.*?</figure>", text_of(scene()), re.DOTALL)
    assert frame is not None
    for piece in (
        "Voorbeeldstad en omgeving",
        "Winkeltelling",
        "november 2023",
        "CC BY 4.0",
        "Gemodelleerd",
        "Natural Earth",
    ):
        assert piece in frame[0]


def test_measured_map_of_a_real_place_is_not_marked() -> None:
    page = text_of(scene(), replace(CAPTION, title="Kaart", modelled=False, example=False))
    assert "Gemodelleerd" not in page
    assert 'class="badge"' not in page


def test_address_that_is_no_web_address_never_becomes_a_link() -> None:
    page = text_of(scene(), replace(CAPTION, link="javascript:alert(1)"))
    assert "href" not in page[page.index("<main>") : page.index("</main>")]


def test_only_what_the_selection_shows_is_in_the_file() -> None:
    given = scene()
    page = map_file(given, {"initiatieven": {"i0": "initiative_physical"}}, CAPTION).decode("utf-8")
    assert "Initiatief 1" in page
    assert "Initiatief 2" not in page
    assert "19,3 %" not in page
    layers = data_of(page)["layers"]
    assert {id_: layer["names"] for id_, layer in layers.items()} == {
        "initiatieven": ["Initiatief 1"]
    }


def test_table_still_counts_what_the_selection_leaves_out() -> None:
    page = map_file(scene(), {"initiatieven": {"i0": "initiative_physical"}}, CAPTION).decode()
    assert "<span>Eén van 9 op de kaart.</span>" in page
    assert data_of(page)["layers"]["initiatieven"]["sentence"] == "{n} van 9 op de kaart."


def test_feature_is_drawn_in_the_class_it_has_now() -> None:
    page = map_file(scene(), {"treinreizigers": {"s0": "station_corona"}}, CAPTION)
    assert data_of(page)["layers"]["treinreizigers"]["classes"] == ["station_corona"]


def test_file_is_drawn_by_the_modules_of_the_map_on_the_page() -> None:
    scope = re.compile(r"const (\$\w+ = \(.*?^\}\)\(\))$", re.MULTILINE | re.DOTALL)
    file, page = scope.findall(text_of(scene())), scope.findall(page_module())
    own = [piece.split(" ")[0] for piece in file if piece not in page]
    assert own == ["$folium_map"]
    # What only a page on a server needs: its address, its link, the place in the region, tiles
    # below, and maps that are linked.
    rest = [piece.split(" ")[0] for piece in page if piece not in file]
    assert sorted(rest) == ["$address", "$ground", "$inset", "$link", "$linked_maps", "$map"]


def test_modules_lose_their_comments_and_keep_their_texts() -> None:
    code = bundle(COMPONENT / "folium_map.mjs")
    assert not [
        line for line in code.splitlines() if line.startswith(("//", " ", "import ", "export "))
    ]
    assert '" · "' in code
    assert code.rstrip().endswith("const { openMap, start } = $folium_map")


def test_every_visible_feature_has_its_row() -> None:
    page = text_of(scene())
    assert len(re.findall(r'<tr><th scope="row"', page)) == sum(
        len(one.features) for one in scene().layers
    )


def test_feature_without_a_known_spot_stands_in_the_table_only() -> None:
    page = text_of(scene())
    row = re.search(r"<tr><th[^>]*>Reizend plan.*?</tr>", page)
    assert row is not None
    assert "plek niet bekend" in row[0]
    layer = data_of(page)["layers"]["initiatieven"]
    assert layer["shapes"][layer["names"].index("Reizend plan")] is None


def test_empty_selection_still_gives_a_page_that_says_so() -> None:
    page = map_file(scene(), {}, CAPTION).decode("utf-8")
    assert "Met deze keuze staat er niets op de kaart." in page


@pytest.mark.parametrize(
    ("visible", "message"),
    [({"wolken": {}}, "layer 'wolken'"), ({"leegstand": {"v9": "vacancy_figure"}}, "such as 'v9'")],
)
def test_what_the_scene_does_not_hold_is_refused(
    visible: dict[str, dict[str, str]], message: str
) -> None:
    with pytest.raises(MapError, match=message):
        map_file(scene(), visible, CAPTION)


def test_file_opens_on_the_view_of_the_link() -> None:
    page = map_file(scene(), everything(scene()), CAPTION, extent=(6.5, 52.1, 6.7, 52.3)).decode(
        "utf-8"
    )
    assert "[[52.1, 6.5], [52.3, 6.7]]" in page


def test_two_layers_with_one_title_are_refused() -> None:
    twice = scene(layer("a", "Straten", "streets"), layer("b", "Straten", "streets"))
    with pytest.raises(MapError, match="expected each once"):
        map_file(twice, everything(twice), CAPTION)


def test_words_of_the_file_stand_in_three_languages() -> None:
    words = tomllib.loads(
        (Path(single_file_page.__file__).with_name("folium_map.toml")).read_text("utf-8")
    )
    assert set(words) == {"nl", "en", "de"}
    assert words["nl"].keys() == words["en"].keys() == words["de"].keys()
    for key in words["nl"]:
        gaps = [set(re.findall(r"{(\w+)}", words[lang][key])) for lang in words]
        assert gaps[0] == gaps[1] == gaps[2], key


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_in_the_file_as_text_only(payload: str) -> None:
    page = text_of(hostile(payload), hostile_caption(payload))
    # folium writes & as \\u0026 in its script, whose backslash is none of the text's.
    assert payload not in page.replace("\\u0026", "&")
    assert payload in data_of(page)["layers"][payload]["names"]
    assert payload in html_text.unescape(page)


def test_widest_line_of_the_screen_is_the_widest_here() -> None:
    streets = layer(
        "straten",
        "Straten",
        "streets",
        Feature("a", LineString([CORE, near(900, 0)]), "vacancy_5", "A", None, (SceneCell("A"),)),
    )
    data = data_of(text_of(scene(streets)))
    assert data["look"]["widest_line"] == theme.WIDEST_LINE_PX
    assert data["styles"]["vacancy_5"]["width"] == theme.STYLES["vacancy_5"].width_px


@pytest.mark.parametrize("lang", ["nl", "en", "de"])
def test_shipped_map_is_small_and_names_its_sources(
    facts: Facts, selection: Selection, lang: Lang
) -> None:
    raw = document(Context(facts, texts(lang), replace(selection, lang=lang)))
    page = raw.decode("utf-8")
    assert len(raw) < SIZE_LIMIT
    assert f'<html lang="{lang}">' in page
    caption = page[page.index("<figcaption") : page.index("</figcaption>")]
    assert str(facts.consulted.year) in caption
    for source_id in region_content.source_ids(
        facts, region_content.select_content(context_of(facts, selection))
    ):
        assert facts.source(source_id).publisher in html_text.unescape(caption)


def test_what_is_unknown_is_shown_and_not_counted(facts: Facts, selection: Selection) -> None:
    whole = document(
        Context(facts, texts("nl"), replace(selection, layers=("leegstand",)))
    ).decode()
    assert (
        "<span>5 leegstandscijfers, elk anders gemeten. Niet met elkaar vergelijken.</span>"
        in whole
        and "geen cijfer gevonden" in whole
    )
    borne = document(
        Context(facts, texts("nl"), replace(selection, place="borne", layers=("leegstand",)))
    ).decode()
    assert "<span>Hiervan is nog geen cijfer gevonden. Onbekend is niet nul.</span>" in borne


def test_shipped_map_links_back_only_with_a_public_address(
    facts: Facts, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    assert b"Actuele kaart" not in document(Context(facts, texts("nl"), selection))
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl")
    assert b'href="https://stadshart.voorbeeld.nl/kaart?' in document(
        Context(facts, texts("nl"), selection)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "said"), [("en", "made-up data"), ("de", "erfundene Daten")])
def test_made_up_town_says_so_in_the_language_of_the_file(lang: Lang, said: str) -> None:
    facts = voorbeeldstad.facts()
    known = Vocabulary(
        tuple(place.place_id for place in facts.centres),
        facts.street_keys(facts.places),
        facts.years,
    )
    selection = replace(opening(known, lang), layers=("straten", "panden"))
    page = document(Context(facts, texts(lang), selection)).decode()
    caption = re.search(r"<figcaption.*?</figcaption>", page, re.DOTALL)
    assert caption is not None and said in caption[0] and "verzonnen" not in caption[0]
