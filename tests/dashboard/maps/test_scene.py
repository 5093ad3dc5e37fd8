import base64
import json
import random

import pytest
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from dashboard.errors import MapError
from dashboard.i18n.text import LANGUAGES
from dashboard.maps import packing, scene, scene_files
from dashboard.maps.shapes import to_degrees
from dashboard.maps.tiles import BRT_GREY
from dashboard.maps.wording import wording
from dashboard.style import theme

# The origin of RD, the tower in Amersfoort: 5.387204 east, 52.155173 north in ETRS89.
AMERSFOORT = (155_000.0, 463_000.0)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`t Hoekje",
    "a\\",
    '"',
]


def dots(count=3, style="in_use"):
    features = tuple(
        scene.Feature(
            f"p{index}",
            Point(AMERSFOORT),
            style,
            f"Pand {index}",
            None,
            (scene.SceneCell(f"Pand {index}"),),
        )
        for index in range(count)
    )
    return layer(*features)


def layer(*features, columns=("Naam",)):
    return scene.LayerContent(
        "panden",
        "Panden",
        tuple(scene.SceneColumn(name) for name in columns),
        features,
        "streets",
        "{n} panden",
        "1 pand",
    )


def drawn(*layers, **options):
    made = scene.Scene(
        layers or (dots(),),
        "nl",
        wording("nl"),
        scene.Background(),
        (230_000, 460_000, 270_000, 500_000),
        **options,
    )
    return scene_files.scene_files(made)


def unpack(text, length):
    """The signs again: the same steps the browser takes."""
    if text[0] == "~":
        return text[1] * length
    if text[0] == "=":
        out, count = "", ""
        for sign in text[1:]:
            if sign.isdigit():
                count += sign
            else:
                out, count = out + sign * int(count or 1), ""
        return out
    signs, _, packed = text[1:].partition(":")
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    bits = "".join(f"{byte:08b}" for byte in raw)
    width = (len(signs) - 1).bit_length()
    return "".join(signs[int(bits[at * width : (at + 1) * width], 2)] for at in range(length))


def steps_of(feature):
    return json.loads(scene_files.layer_bytes(layer(feature, columns=())))["shapes"][0]


def test_a_point_is_in_millionths_of_a_degree():
    lon, lat = steps_of(scene.Feature("a", Point(AMERSFOORT), "in_use", "a"))[0]
    assert (lon / 1e6, lat / 1e6) == (
        pytest.approx(5.387204, abs=2e-6),
        pytest.approx(52.155173, abs=2e-6),
    )


def test_a_line_counts_each_vertex_from_the_one_before():
    east = (AMERSFOORT[0] + 1_000, AMERSFOORT[1])
    lon, lat, d_lon, d_lat = steps_of(
        scene.Feature("a", LineString([AMERSFOORT, east]), "street", "a")
    )[0]
    assert (lon, lat) == (pytest.approx(538_720, abs=1), pytest.approx(5_215_517, abs=1))
    assert (d_lon, d_lat) == (pytest.approx(1_461, abs=2), pytest.approx(0, abs=2))


def test_a_street_in_parts_keeps_its_parts():
    parts = MultiLineString([[(0, 0), (1, 1)], [(9, 9), (8, 8)]])
    assert len(steps_of(scene.Feature("a", parts, "street", "a"))) == 2


def test_a_hole_is_a_ring_of_its_own():
    holed = Polygon([(0, 0), (9, 0), (9, 9)], [[(4, 1), (5, 1), (5, 2)]])
    assert len(steps_of(scene.Feature("a", holed, "edge_retail", "a"))) == 2


def test_an_initiative_without_a_place_is_in_the_table_only():
    assert steps_of(scene.Feature("a", None, "initiative_physical", "a")) is None


def test_unplaced_rows_do_not_shift_the_others():
    here, nowhere = Point(AMERSFOORT), None
    features = [
        scene.Feature(str(n), place, "in_use", "")
        for n, place in enumerate((nowhere, here, nowhere, here))
    ]
    shapes = json.loads(scene_files.layer_bytes(layer(*features, columns=())))["shapes"]
    assert [shape is None for shape in shapes] == [True, False, True, False]


def test_the_same_layer_gives_the_same_bytes():
    assert scene_files.layer_bytes(dots()) == scene_files.layer_bytes(dots())


def test_hostile_names_pass_unchanged_as_text():
    features = [
        scene.Feature(f"f{n}", None, "in_use", name, name, (scene.SceneCell(name),))
        for n, name in enumerate(HOSTILE)
    ]
    content = json.loads(scene_files.layer_bytes(layer(*features)))
    assert content["names"] == content["labels"] == [row[0] for row in content["cells"]] == HOSTILE


def test_rows_have_the_length_of_the_columns():
    with pytest.raises(MapError, match="'a' has 0 cells, expected 1"):
        scene_files.layer_bytes(layer(scene.Feature("a", None, "in_use", "a")))


def test_an_id_stands_for_one_feature():
    twice = scene.Feature("a", None, "in_use", "a")
    with pytest.raises(MapError, match="id 'a' stands for more than one"):
        scene_files.layer_bytes(layer(twice, twice, columns=()))


def test_points_and_lines_are_layers_apart():
    with pytest.raises(MapError, match="expected one of point, line, area"):
        scene_files.layer_bytes(
            layer(
                scene.Feature("a", Point(0, 0), "in_use", ""),
                scene.Feature("b", LineString([(0, 0), (1, 1)]), "street", ""),
                columns=(),
            )
        )


def test_a_hidden_feature_is_a_point_and_a_visible_one_a_star():
    positions, visible = {"a": 0, "b": 1, "c": 2}, {"a": "in_use", "c": "vacant"}
    assert packing.codes(positions, ["in_use"] * 3, visible) == f"*.{packing.LETTER['vacant']}"


def test_a_visible_stranger_is_refused():
    with pytest.raises(MapError, match="1 features that are not in the layer, such as 'z'"):
        scene.codes(dots(), {"z": "in_use"})


def test_all_alike_is_one_sign():
    assert (scene.codes(dots(), {}), scene.codes(dots(), scene.all_visible(dots()))) == ("~.", "~*")


def test_runs_are_counted():
    assert packing.pack("***..*") == "=3*2.*"


@pytest.mark.parametrize("signs", [".", ".*", ".*AB", ".*ABCDEFGH"])
@pytest.mark.parametrize("length", [1, 7, 8, 9, 500])
def test_what_is_packed_comes_out_again(signs, length):
    text = "".join(random.Random(length).choices(signs, k=length))
    assert unpack(packing.pack(text), length) == text


def test_a_message_for_two_thousand_streets_stays_under_two_kilobytes():
    classes = [f"vacancy_{n}" for n in range(1, 6)] + ["street_unknown"]
    choose = random.Random(0)
    streets = dots(2_000, "street")
    files = drawn(streets)
    visible = {
        feature.id: choose.choice(classes) for feature in streets.features if choose.random() < 0.6
    }
    sent = scene.message(
        files,
        {"panden": visible},
        name="Leegstand per straat in Hengelo, 2023",
        caption="Bron: opgave van de gemeente, 1 maart 2024. Kaartgegevens © Kadaster",
        selected=scene.Selected("panden", "p1"),
        goto=scene.ViewTarget("hengelo", (250_000, 475_000, 253_000, 478_000)),
    )
    assert len(json.dumps(sent).encode()) <= 2_000


def test_a_message_carries_no_names_and_no_geometry():
    sent = scene.message(drawn(), {"panden": scene.all_visible(dots())}, name="n", caption="c")
    assert "Pand" not in json.dumps(sent)
    assert sent["codes"] == {"panden": "~*"}


def test_a_layer_that_is_off_is_not_in_the_message():
    assert scene.message(drawn(), {}, name="n", caption="c")["codes"] == {}


def test_the_revision_follows_the_content():
    files = drawn()
    first, again = (scene.message(files, {}, name="n", caption="c") for _ in range(2))
    other = scene.message(files, {}, name="n", caption="d")
    assert first["revision"] == again["revision"] != other["revision"]


def test_an_unknown_layer_is_refused():
    with pytest.raises(MapError, match="layer 'wegen', expected one of panden"):
        scene.message(drawn(), {"wegen": {}}, name="n", caption="c")


def test_a_scene_names_all_its_files():
    files = drawn(tiles=BRT_GREY)
    content = json.loads(files.files[files.address])
    named = {entry["file"] for entry in content["layers"]} | {content["background"], files.address}
    assert named == files.files.keys()


def test_the_browser_knows_every_letter():
    files = drawn()
    content = json.loads(files.files[files.address])
    assert content["letters"] == {letter: name for name, letter in packing.LETTER.items()}
    assert content["styles"].keys() == theme.STYLES.keys() == packing.LETTER.keys()


def test_only_features_of_the_scene_can_be_clicked():
    files = drawn()
    assert [files.holds("panden", "p1"), files.holds("panden", "p9"), files.holds("p1", "p1")] == [
        True,
        False,
        False,
    ]


def test_bounds_are_in_degrees():
    west, south, east, north = to_degrees(
        (*AMERSFOORT, AMERSFOORT[0] + 1_000, AMERSFOORT[1] + 1_000)
    )
    assert (west, south) == (pytest.approx(5.3872, abs=1e-4), pytest.approx(52.1552, abs=1e-4))
    assert (east - west, north - south) == (
        pytest.approx(0.0146, abs=1e-4),
        pytest.approx(0.0090, abs=1e-4),
    )


def test_turned_bounds_are_refused():
    with pytest.raises(MapError, match="west < east"):
        to_degrees((2, 0, 1, 1))


def test_the_words_are_complete_in_every_language():
    keys = {lang: wording(lang).keys() for lang in LANGUAGES}
    assert keys["nl"] == keys["en"] == keys["de"]
