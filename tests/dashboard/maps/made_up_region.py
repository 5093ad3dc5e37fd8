"""A made-up region as a map of its own, with every kind of mark in it; and the same full of hostile
words.
"""

import base64
import gzip
import json
import re
from dataclasses import replace
from typing import Any

from shapely import LineString, Point, Polygon, box

from dashboard.maps.scene import (
    Background,
    Feature,
    LayerContent,
    Pane,
    PlaceName,
    Scene,
    SceneCell,
    SceneColumn,
)
from dashboard.maps.single_file.folium_map import map_file
from dashboard.maps.single_file.page import Caption
from dashboard.maps.wording import wording

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
    '" onmouseover="window.harmed=\'attribute\'" x="',
    "{{ 7 * 7 }} {% if 1 %}weg{% endif %} {# weg #}",
    "</template></style></title><svg onload=\"window.harmed='svg'\">",
]


def point(
    id_: str, at: tuple[float, float], style: str, name: str, label: str | None = None, *more: str
) -> Feature:
    return Feature(id_, Point(at), style, name, label, (SceneCell(name), *map(SceneCell, more)))


def layer(
    id_: str, title: str, pane: Pane, *features: Feature, columns: tuple[str, ...] = ("Naam",)
) -> LayerContent:
    return LayerContent(
        id=id_,
        title=title,
        columns=tuple(SceneColumn(name) for name in columns),
        features=features,
        pane=pane,
        sentence="{n} van {total} op de kaart.",
        sentence_one="Eén van {total} op de kaart.",
    )


def near(dx: float, dy: float) -> tuple[float, float]:
    return CORE[0] + dx, CORE[1] + dy


def figures() -> LayerContent:
    labels = [
        "19,3 %\nvan de panden, nov 2023",
        "15 %\nvan de winkelmeters, 2017",
        "14,3 %\nvan de verkooppunten, 2017",
    ]
    marks = [
        point(f"v{index}", at, "vacancy_figure", f"{town}: leegstand", label, label.split("\n")[0])
        for index, ((town, at), label) in enumerate(zip(TOWNS.items(), labels, strict=False))
    ]
    return layer("leegstand", "Leegstandscijfers", "labels", *marks, columns=("Plaats", "Cijfer"))


def initiatives() -> LayerContent:
    kinds = ("physical", "activity", "transformation")
    spots = [
        point(
            f"i{index}",
            near(90 * index, 40),
            f"initiative_{kinds[index % 3]}",
            f"Initiatief {index + 1}",
            f"Initiatief {index + 1}",
        )
        for index in range(5)
    ]
    towns = [
        point(
            f"t{index}",
            TOWNS["Oosterdam"],
            f"initiative_{kinds[index % 3]}_town",
            f"Stadsidee {index + 1}",
        )
        for index in range(3)
    ]
    nowhere = Feature(
        "n0", None, "initiative_activity", "Reizend plan", None, (SceneCell("Reizend plan"),)
    )
    return layer("initiatieven", "Initiatieven", "initiatives", *spots, *towns, nowhere)


def scene(*layers: LayerContent, background: Background | None = None) -> Scene:
    stations = [
        point(
            f"s{index}",
            (x + 350, y - 500),
            "station",
            f"{town}, station",
            f"{number}\ninstappers, 2023",
            number,
        )
        for index, ((town, (x, y)), number) in enumerate(
            zip(TOWNS.items(), ("11.540", "18.210", "7.900", "2.150", "3.480"), strict=True)
        )
    ]
    edge = point(
        "e0",
        (249_300, 474_700),
        "edge_retail",
        "Randpark",
        "Randpark\n68.000 m², 2019",
        "68.000 m²",
    )
    track = LineString([TOWNS["Westerhaven"], TOWNS["Noorderveld"], CORE, TOWNS["Oosterdam"]])
    border = LineString(
        [(262_500, 495_000), (265_000, 484_000), (268_500, 478_000), (264_500, 465_000)]
    )
    own = Background(
        shapes=(
            ("land_nl", box(225_000, 460_000, 264_000, 496_000)),
            (
                "land_de",
                Polygon(
                    [(262_500, 496_000), *border.coords, (280_000, 465_000), (280_000, 496_000)]
                ),
            ),
            ("rail", track),
            ("rail", LineString([CORE, TOWNS["Zuiderbroek"]])),
            ("border", border),
        ),
        names=(
            *(PlaceName(name, at) for name, at in TOWNS.items()),
            PlaceName("Grensheim", (270_500, 479_500), abroad=True),
        ),
        countries=(
            PlaceName("Nederland", (262_600, 489_000)),
            PlaceName("Duitsland", (268_000, 487_500)),
        ),
    )
    given = layers or (
        figures(),
        initiatives(),
        layer(
            "treinreizigers",
            "Treinreizigers",
            "labels",
            *stations,
            columns=("Station", "Instappers"),
        ),
        layer(
            "randwinkels",
            "Winkels aan de rand",
            "edge_retail",
            edge,
            columns=("Locatie", "Winkelvloer"),
        ),
    )
    return Scene(
        given, "nl", wording("nl"), background or own, home=(237_500, 468_500, 268_500, 489_000)
    )


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


def data_of(page: str | bytes) -> dict[str, Any]:
    """What the file holds for its map: the scene, and its layers and background by id."""
    text = page if isinstance(page, str) else page.decode("utf-8")
    packed = re.search(r'<script type="application/gzip" id="scene">([\w+/=]+)</script>', text)
    assert packed is not None
    message = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    scene = message["files"][message["scene"]]
    layers = {layer["id"]: message["files"][layer["file"]] for layer in scene["layers"]}
    return {**scene, "layers": layers, "background": message["files"][scene["background"]]}


def hostile(payload: str) -> Scene:
    label = f"{payload}\n{payload}"
    marks = layer(
        payload,
        payload,
        "labels",
        point(payload, CORE, "station", payload, label, payload),
        columns=(payload, payload),
    )
    town = layer(
        "towns",
        f"{payload} 2",
        "initiatives",
        point("t", CORE, "initiative_activity_town", payload),
    )
    line = Feature(
        "l",
        LineString([CORE, near(900, 900)]),
        "vacancy_3",
        payload,
        payload,
        (SceneCell(payload),),
    )
    given = scene(
        replace(
            marks,
            sentence=payload.replace("{", "{{").replace("}", "}}"),
            sentence_one="1",
            note=payload,
        ),
        town,
        layer("lines", f"{payload} 3", "streets", line),
        background=Background(
            names=(PlaceName(payload, near(400, 0)),), countries=(PlaceName(payload, near(0, 900)),)
        ),
    )
    return replace(
        given,
        texts=dict.fromkeys(given.texts, payload),
        home=(*near(-1_500, -1_500), *near(1_500, 1_500)),
    )


def hostile_caption(payload: str) -> Caption:
    return Caption(payload, payload, payload, payload, notes=(payload,), link=payload)
