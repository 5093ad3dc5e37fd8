"""The single-file map: what it holds, and how it behaves with the network cut."""

import html as html_text
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import folium
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page, sync_playwright
from shapely import LineString, Point, Polygon, box

import data
from dashboard import theme
from dashboard.errors import MapError
from dashboard.facts import Facts
from dashboard.maps import atlas, map_page
from dashboard.maps.folium_map import document, map_file
from dashboard.maps.map_page import Caption
from dashboard.maps.scene import Background, Cell, Column, Feature, Layer, PlaceName, Scene
from dashboard.maps.wording import wording
from dashboard.state import REGION, Selection, Vocabulary, opening
from dashboard.text import Lang, texts
from data import catalogue

CHROMIUM = Path("/usr/bin/chromium")
SIZE_LIMIT = 600_000

TOWNS = {
    "Voorbeeldstad": (251_000, 476_500),
    "Oosterdam": (257_800, 471_500),
    "Westerhaven": (241_500, 486_000),
    "Noorderveld": (246_800, 480_300),
    "Zuiderbroek": (260_500, 481_500),
}
CORE = TOWNS["Voorbeeldstad"]

PAYLOADS = [
    "<img src=x onerror=\"window.harmed='img'\">",
    "</script><script>window.harmed='script'</script>",
    "${window.harmed='template'}",
    "`t Hoekje",
    "Winkel \\",
    "\" onmouseover=\"window.harmed='attribute'\" x=\"",
    "{{ 7 * 7 }} {% if 1 %}weg{% endif %} {# weg #}",
    "</template></style></title><svg onload=\"window.harmed='svg'\">",
]


def point(id_: str, at: tuple[float, float], style: str, name: str, label: str | None = None, *more: str) -> Feature:
    return Feature(id_, Point(at), style, name, label, (Cell(name), *map(Cell, more)))


def layer(id_: str, title: str, pane: str, *features: Feature, columns: tuple[str, ...] = ("Naam",)) -> Layer:
    return Layer(
        id=id_,
        title=title,
        columns=tuple(Column(name) for name in columns),
        features=features,
        pane=pane,
        sentence="{n} van {total} op de kaart.",
        sentence_one="Eén van {total} op de kaart.",
    )


def near(dx: float, dy: float) -> tuple[float, float]:
    return CORE[0] + dx, CORE[1] + dy


def figures() -> Layer:
    labels = ["19,3 %\nvan de panden, nov 2023", "15 %\nvan de winkelmeters, 2017", "14,3 %\nvan de verkooppunten, 2017"]
    marks = [
        point(f"v{index}", at, "vacancy_figure", f"{town}: leegstand", label, label.split("\n")[0])
        for index, ((town, at), label) in enumerate(zip(TOWNS.items(), labels, strict=False))
    ]
    return layer("leegstand", "Leegstandscijfers", "labels", *marks, columns=("Plaats", "Cijfer"))


def initiatives() -> Layer:
    kinds = ("physical", "activity", "transformation")
    spots = [
        point(f"i{index}", near(90 * index, 40), f"initiative_{kinds[index % 3]}", f"Initiatief {index + 1}", f"Initiatief {index + 1}")
        for index in range(5)
    ]
    towns = [
        point(f"t{index}", TOWNS["Oosterdam"], f"initiative_{kinds[index % 3]}_town", f"Stadsidee {index + 1}")
        for index in range(3)
    ]
    nowhere = Feature("n0", None, "initiative_activity", "Reizend plan", None, (Cell("Reizend plan"),))
    return layer("initiatieven", "Initiatieven", "initiatives", *spots, *towns, nowhere)


def scene(*layers: Layer, background: Background | None = None) -> Scene:
    stations = [
        point(f"s{index}", (x + 350, y - 500), "station", f"{town}, station", f"{number}\ninstappers, 2023", number)
        for index, ((town, (x, y)), number) in enumerate(zip(TOWNS.items(), ("11.540", "18.210", "7.900", "2.150", "3.480"), strict=True))
    ]
    edge = point("e0", (249_300, 474_700), "edge_retail", "Randpark", "Randpark\n68.000 m², 2019", "68.000 m²")
    track = LineString([TOWNS["Westerhaven"], TOWNS["Noorderveld"], CORE, TOWNS["Oosterdam"]])
    border = LineString([(262_500, 495_000), (265_000, 484_000), (268_500, 478_000), (264_500, 465_000)])
    own = Background(
        shapes=(
            ("land_nl", box(225_000, 460_000, 264_000, 496_000)),
            ("land_de", Polygon([(262_500, 496_000), *border.coords, (280_000, 465_000), (280_000, 496_000)])),
            ("rail", track),
            ("rail", LineString([CORE, TOWNS["Zuiderbroek"]])),
            ("border", border),
        ),
        names=(*(PlaceName(name, at) for name, at in TOWNS.items()), PlaceName("Grensheim", (270_500, 479_500), abroad=True)),
        countries=(PlaceName("Nederland", (262_600, 489_000)), PlaceName("Duitsland", (268_000, 487_500))),
    )
    given = layers or (
        figures(),
        initiatives(),
        layer("treinreizigers", "Treinreizigers", "labels", *stations, columns=("Station", "Instappers")),
        layer("randwinkels", "Winkels aan de rand", "edge_retail", edge, columns=("Locatie", "Winkelvloer")),
    )
    return Scene(given, "nl", wording("nl"), background or own, home=(237_500, 468_500, 268_500, 489_000))


def everything(given: Scene) -> dict[str, dict[str, str]]:
    return {one.id: {feature.id: feature.style for feature in one.features} for one in given.layers}


CAPTION = Caption(
    title="Voorbeeldstad en omgeving, 2015-2023",
    credit="Bron: gemeente Voorbeeldstad, Winkeltelling",
    date="Peildatum november 2023",
    licence="Licentie: CC BY 4.0",
    modelled=True,
    example=True,
    notes=("Niet met elkaar vergelijken.",),
    link="https://stadshart.voorbeeld.nl/?plaats=voorbeeldstad",
)


def text_of(given: Scene, caption: Caption = CAPTION) -> str:
    return map_file(given, everything(given), caption).decode("utf-8")


# The file ----------------------------------------------------------------------------------------------------------


def test_same_map_gives_the_same_bytes() -> None:
    assert map_file(scene(), everything(scene()), CAPTION) == map_file(scene(), everything(scene()), CAPTION)


def test_file_is_small_enough_to_mail() -> None:
    assert len(map_file(scene(), everything(scene()), CAPTION)) < SIZE_LIMIT


def test_background_of_a_whole_city_stays_small_enough_to_mail(facts: Facts, selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    # Houses of 8 x 10 m on a grid of 20 m, over 2 x 2 km: 10,000 of them, of which 8,100 in the inner city.
    x, y = facts.places["hengelo"].core.coords[0]
    at = np.arange(-1_000, 1_000, 20.0)
    houses = shapely.box(*(part.ravel() for part in np.meshgrid(x + at, y + at)), *(part.ravel() for part in np.meshgrid(x + at + 8, y + at + 10)))
    roads = [LineString([(x - 3_000, y + step), (x + 3_000, y + step)]) for step in at]
    shapes = (*(("building", house) for house in houses), *(("road", road) for road in roads))
    monkeypatch.setattr(atlas, "ground", lambda *_, **__: Background(shapes, schematic=False, credit="kaart"))
    made = document(facts, replace(selection, place="hengelo"), texts("nl"))
    assert len(made) <= 2_000_000
    mark = b'"style": "building"'
    assert made.count(mark) == 1 and mark not in document(facts, replace(selection, place=REGION), texts("nl"))


def test_nothing_is_fetched_by_the_file() -> None:
    page = text_of(scene())
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)
    assert not re.findall(r"url\((?!data:)[^)#]*\)", page)
    assert "sourceMappingURL" not in page


def test_file_brings_no_library_it_does_not_use() -> None:
    page = text_of(scene()).lower()
    assert not [name for name in ("jquery", "bootstrap", "awesome", "user-scalable", "maximum-scale") if name in page]


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
    for piece in ("Voorbeeldstad en omgeving", "Winkeltelling", "november 2023", "CC BY 4.0", "Gemodelleerd", "Natural Earth"):
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


def test_feature_is_drawn_in_the_class_it_has_now() -> None:
    page = map_file(scene(), {"treinreizigers": {"s0": "station_corona"}}, CAPTION).decode("utf-8")
    assert 'id="mark-station_corona"' in page
    assert 'id="mark-station"' not in page


def test_legend_counts_each_class() -> None:
    legend = re.search(r'<details class="legend".*?</details>', text_of(scene()), re.DOTALL)
    assert legend is not None
    counted = re.findall(r'<span>([^<]+)</span><span class="count">(\d+)</span>', legend[0])
    assert ("fysieke ingreep", "3") in counted
    assert ("gestreept kader: alleen de stad is bekend", "3") in counted


def test_every_visible_feature_has_its_row() -> None:
    page = text_of(scene())
    assert len(re.findall(r'<tr id="r\d+"', page)) == sum(len(one.features) for one in scene().layers)


def test_feature_without_a_known_spot_stands_in_the_table_only() -> None:
    page = text_of(scene())
    row = re.search(r"<tr [^>]*Reizend plan.*?</tr>", page)
    assert row is not None
    assert "plek niet bekend" in row[0]
    assert "<button" not in row[0]


def test_empty_selection_still_gives_a_page_that_says_so() -> None:
    page = map_file(scene(), {}, CAPTION).decode("utf-8")
    assert "Met deze keuze staat er niets op de kaart." in page


@pytest.mark.parametrize(
    ("visible", "message"),
    [({"wolken": {}}, "layer 'wolken'"), ({"leegstand": {"v9": "vacancy_figure"}}, "such as 'v9'")],
)
def test_what_the_scene_does_not_hold_is_refused(visible: dict[str, dict[str, str]], message: str) -> None:
    with pytest.raises(MapError, match=message):
        map_file(scene(), visible, CAPTION)


def test_file_opens_on_the_view_of_the_link() -> None:
    page = map_file(scene(), everything(scene()), CAPTION, extent=(6.5, 52.1, 6.7, 52.3)).decode("utf-8")
    assert "[[52.1, 6.5], [52.3, 6.7]]" in page


def test_two_layers_with_one_title_are_refused() -> None:
    twice = scene(layer("a", "Straten", "streets"), layer("b", "Straten", "streets"))
    with pytest.raises(MapError, match="expected each once"):
        map_file(twice, everything(twice), CAPTION)


def test_words_of_the_file_stand_in_three_languages() -> None:
    words = tomllib.loads((Path(map_page.__file__).with_name("folium_map.toml")).read_text("utf-8"))
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
    assert payload in html_text.unescape(page)


def hostile(payload: str) -> Scene:
    label = f"{payload}\n{payload}"
    marks = layer(payload, payload, "labels", point(payload, CORE, "station", payload, label, payload), columns=(payload, payload))
    town = layer("towns", f"{payload} 2", "initiatives", point("t", CORE, "initiative_activity_town", payload))
    line = Feature("l", LineString([CORE, near(900, 900)]), "vacancy_3", payload, payload, (Cell(payload),))
    given = scene(
        replace(marks, sentence=payload.replace("{", "{{").replace("}", "}}"), sentence_one="1", note=payload),
        town,
        layer("lines", f"{payload} 3", "streets", line),
        background=Background(names=(PlaceName(payload, near(400, 0)),), countries=(PlaceName(payload, near(0, 900)),)),
    )
    return replace(given, texts={key: payload for key in given.texts}, home=(*near(-1_500, -1_500), *near(1_500, 1_500)))


def hostile_caption(payload: str) -> Caption:
    return Caption(payload, payload, payload, payload, notes=(payload,), link=payload)


# The shipped facts ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def facts() -> Facts:
    if not (Path(data.__file__).parent / "embedded" / "current").exists():
        pytest.skip("no embedded snapshot: run stadshart-etl embed")
    return Facts(catalogue.open())


@pytest.fixture
def selection(facts: Facts) -> Selection:
    centres = tuple(place.place_id for place in facts.centres)
    return opening(Vocabulary(places=centres, streets=tuple(facts.streets), years=facts.years))


@pytest.mark.parametrize("lang", ["nl", "en", "de"])
def test_shipped_map_is_small_and_names_its_sources(facts: Facts, selection: Selection, lang: Lang) -> None:
    raw = document(facts, replace(selection, lang=lang), texts(lang))
    page = raw.decode("utf-8")
    assert len(raw) < SIZE_LIMIT
    assert f'<html lang="{lang}">' in page
    caption = page[page.index("<figcaption") : page.index("</figcaption>")]
    assert str(facts.consulted.year) in caption
    for source_id in atlas.source_ids(facts, atlas.shown(facts, selection)):
        assert facts.source(source_id).publisher in html_text.unescape(caption)


def test_what_is_unknown_is_shown_and_not_counted(facts: Facts, selection: Selection) -> None:
    whole = document(facts, replace(selection, layers=("leegstand",)), texts("nl")).decode()
    assert "<span>5 leegstandscijfers, elk anders gemeten. Niet met elkaar vergelijken.</span>" in whole and "geen cijfer gevonden" in whole
    borne = document(facts, replace(selection, place="borne", layers=("leegstand",)), texts("nl")).decode()
    assert "<span>Hiervan is nog geen cijfer gevonden. Onbekend is niet nul.</span>" in borne


def test_shipped_map_links_back_only_with_a_public_address(
    facts: Facts, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    assert b"Actuele kaart" not in document(facts, selection, texts("nl"))
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl")
    assert b'href="https://stadshart.voorbeeld.nl/kaart?' in document(facts, selection, texts("nl"))


# In a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A file opened from disk, with what the page tried to reach and what it complained about."""

    def __init__(self, browser: Browser, folder: Path, page: str | bytes, *, width: int = 1280, height: int = 800) -> None:
        file = folder / "kaart.html"
        file.write_bytes(page.encode("utf-8") if isinstance(page, str) else page)
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.route(re.compile(r"^(?!file:|data:)"), lambda route: (self.asked.append(route.request.url), route.abort()))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#map[data-ready]", timeout=20_000)

    def harmed(self) -> str | None:
        found = self.page.evaluate("window.harmed ?? null")
        return None if found is None else str(found)


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    given = Opened(browser, tmp_path_factory.mktemp("map"), text_of(scene()))
    yield given
    given.page.close()


@pytest.mark.browser
def test_file_draws_from_disk_and_asks_nobody(opened: Opened) -> None:
    assert opened.asked == []
    assert opened.complaints == []
    assert opened.page.locator(".leaflet-marker-icon[role=button]").count() == 17
    assert opened.page.locator(".leaflet-background-pane path").count() >= 7


@pytest.mark.parametrize(("lang", "said"), [("en", "made-up data"), ("de", "erfundene Daten")])
def test_made_up_town_says_so_in_the_language_of_the_file(lang: Lang, said: str) -> None:
    facts = Facts(catalogue.open(catalogue.EXAMPLE))
    known = Vocabulary(tuple(place.place_id for place in facts.centres), facts.street_keys, facts.years)
    selection = replace(opening(known, lang), layers=("straten", "panden"))
    page = document(facts, selection, texts(lang)).decode()
    caption = re.search(r"<figcaption.*?</figcaption>", page, re.DOTALL)
    assert caption is not None and said in caption[0] and "verzonnen" not in caption[0]
    legend = re.search(r'<details class="legend".*?</details>', page, re.DOTALL)
    assert legend is not None
    # Classes of vacancy from few to many.
    firsts = [int(found) for found in re.findall(r"<span>(?:vacancy|Leerstand) (\d+) ", legend[0])]
    assert len(firsts) >= 3 and firsts == sorted(firsts)


@pytest.mark.browser
def test_caption_and_legend_lie_within_the_first_screen(opened: Opened) -> None:
    for part in (".caption", ".legend", "h1"):
        frame = opened.page.locator(part).bounding_box()
        assert frame is not None
        assert frame["y"] >= 0
        assert frame["y"] + frame["height"] <= 800


@pytest.mark.browser
def test_labels_do_not_lie_on_one_another(opened: Opened) -> None:
    boxes = opened.page.eval_on_selector_all(
        ".label:not([hidden]), .name:not([hidden])",
        "found => found.map(e => e.getBoundingClientRect()).map(r => [r.left, r.top, r.right, r.bottom])",
    )
    assert len(boxes) >= 10
    clashes = [
        (a, b)
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 0 and min(a[3], b[3]) - max(a[1], b[1]) > 0
    ]
    assert clashes == []


@pytest.mark.browser
def test_table_row_opens_its_feature_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    given = Opened(browser, tmp_path, text_of(scene()))
    given.page.locator("button[data-row]", has_text="Initiatief 4").focus()
    given.page.keyboard.press("Enter")
    assert given.page.locator(".leaflet-popup h2").inner_text() == "Initiatief 4"
    assert given.page.locator("tr.chosen").count() == 1
    given.page.keyboard.press("Escape")
    given.page.wait_for_selector(".leaflet-popup", state="detached")
    assert given.page.evaluate("document.activeElement.textContent") == "Initiatief 4"


@pytest.mark.browser
def test_layer_control_takes_a_layer_off_and_its_row_brings_it_back(browser: Browser, tmp_path: Path) -> None:
    given = Opened(browser, tmp_path, text_of(scene()))
    marks = given.page.locator(".leaflet-marker-icon[role=button]")
    given.page.locator(".leaflet-control-layers label", has_text="Treinreizigers").locator("input").uncheck()
    assert marks.count() == 12
    given.page.locator("button[data-row]", has_text="Oosterdam, station").click()
    assert marks.count() == 17


@pytest.mark.browser
def test_phone_sees_map_and_caption_without_sideways_scrolling(browser: Browser, tmp_path: Path) -> None:
    given = Opened(browser, tmp_path, text_of(scene()), width=390, height=844)
    assert given.page.evaluate("document.documentElement.scrollWidth") <= 390
    map_box = given.page.locator("#map").bounding_box()
    assert map_box is not None
    assert map_box["height"] > 450


@pytest.mark.browser
@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_runs_nowhere_and_reads_as_written(browser: Browser, tmp_path: Path, payload: str) -> None:
    page = text_of(hostile(payload), hostile_caption(payload))
    # The policy would hide a hole in the escaping: without it, escaping alone must do.
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert bare != page
    given = Opened(browser, tmp_path, bare)
    said = " ".join(payload.split())
    for row in range(3):
        given.page.locator(f"#r{row} button").click()
        given.page.wait_for_function("document.querySelectorAll('.leaflet-popup').length === 1")
        assert given.page.locator(".leaflet-popup h2").inner_text() == said
    given.page.locator(".leaflet-control-layers").hover()
    shown = given.page.locator(".leaflet-control-layers-overlays label span span").all_inner_texts()
    assert [text.strip() for text in shown] == [said, f"{said} 2", f"{said} 3"]
    for place in ("h1", ".caption", ".legend h2", ".legend li", "caption", "tbody button", ".label b", ".name", ".below p"):
        assert said in " ".join(str(given.page.locator(place).first.text_content()).split())
    assert given.page.title() == said
    assert given.harmed() is None
    assert given.asked == []
    given.page.close()


@pytest.mark.browser
def test_policy_of_the_page_stops_a_script_that_is_not_its_own(browser: Browser, tmp_path: Path) -> None:
    page = text_of(scene()).replace("</main>", "</main><img src=x onerror=\"window.harmed='img'\"><script>window.harmed='own'</script>")
    given = Opened(browser, tmp_path, page)
    assert given.harmed() is None
    assert len(given.complaints) >= 2


def test_widest_line_of_the_screen_is_the_widest_here() -> None:
    streets = layer("straten", "Straten", "streets", Feature("a", LineString([CORE, near(900, 0)]), "vacancy_5", "A", None, (Cell("A"),)))
    page = text_of(scene(streets))
    assert f'"weight": {min(theme.STYLES["vacancy_5"].width_px, theme.WIDEST_LINE_PX)}' in page
