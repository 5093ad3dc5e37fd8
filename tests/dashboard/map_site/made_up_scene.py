"""A made-up scene for the browser: marks in the IJsselmeer, far from any real street."""

from functools import cache

from shapely.geometry import Point

from dashboard.maps import scene, scene_files, tiles
from dashboard.maps.wording import with_edge
from geo.bilingual import Language

X, Y = 150_000.0, 530_000.0
HOME = (X - 4_000, Y - 3_000, X + 4_000, Y + 3_000)
EDGE = (X + 1_000, Y + 1_000, X + 2_000, Y + 2_000)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`t Hoekje",
    "achter\\",
    "\"'><svg onload=alert(1)>",
)
MANY = 2_000


def _rows(
    layer: str, title: str, features: list[scene.Feature], pane: scene.Pane
) -> scene.LayerContent:
    columns = (scene.SceneColumn("Naam"), scene.SceneColumn("Aantal", numeric=True))
    return scene.LayerContent(
        layer,
        title,
        columns,
        tuple(features),
        pane,
        "{n} van {total} getoond",
        "1 van {total} getoond",
    )


def _feature(
    name: str,
    at: tuple[float, float] | None,
    style: str,
    number: int,
    label: str | None = None,
    id_: str = "",
) -> scene.Feature:
    cells = (scene.SceneCell(name), scene.SceneCell(f"{number}", float(number)))
    return scene.Feature(
        id_ or name.lower(), None if at is None else Point(at), style, name, label, cells
    )


@cache
def files(
    lang: Language, link_base: str | None = None, tiles_setting: str = "off"
) -> scene.SceneFiles:
    """The scene in one language, as files."""
    initiatives = [
        _feature("Midden", (X, Y), "initiative_physical", 3),
        _feature("Tweeling links", (X - 2_000, Y), "initiative_activity", 1, id_="links"),
        _feature("Tweeling rechts", (X - 2_000, Y), "initiative_transformation", 2, id_="rechts"),
        _feature("Ergens", (X + 2_000, Y - 1_500), "initiative_physical_town", 4),
        _feature("Nergens", None, "initiative_activity", 5),
    ]
    vacancy = [
        _feature(
            "Cijfer",
            (X + 2_000, Y + 1_500),
            "vacancy_figure",
            63,
            "63 panden\nbinnenstad · nov 2023",
        )
    ]
    hostile = [
        _feature(name, (X - 3_000 + 900 * n, Y + 2_200), "edge_retail", n, name, f"h{n}")
        for n, name in enumerate(HOSTILE)
    ]
    premises = [
        _feature(
            f"Pand {n}",
            (X - 3_500 + 140 * (n % 50), Y - 2_500 + 120 * (n // 50)),
            "in_use",
            n,
            None,
            f"p{n}",
        )
        for n in range(MANY)
    ]
    made = scene.Scene(
        layers=(
            _rows("initiatieven", "Initiatieven", initiatives, "initiatives"),
            _rows("leegstand", "Leegstand", vacancy, "labels"),
            _rows("vijandig", "Vijandig", hostile, "edge_retail"),
            _rows("panden", "Panden", premises, "initiatives"),
        ),
        lang=lang,
        texts=with_edge(lang, "Plein Westermaat"),
        background=scene.Background(
            names=(scene.PlaceName("Voorbeeldstad", (X + 2_000, Y - 1_500)),)
        ),
        home=HOME,
        edge=EDGE,
        tiles=tiles.parse(tiles_setting),
        link_base=link_base,
    )
    return scene_files.scene_files(made)
