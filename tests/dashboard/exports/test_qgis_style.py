"""The style for QGIS: the classes of the screen, in its colours, by its words."""

import base64
from xml.etree import ElementTree

from dashboard.exports import qgis_style
from dashboard.style import theme
from data.export import tables
from data.export.geopackage import _SHAPES
from data.schema.tables import DECLARED

HOSTILE = """5 % & <b> "x" ' ]]> ${y}"""


def parsed(style: str) -> ElementTree.Element:
    return ElementTree.fromstring(style)


def settings(layer: ElementTree.Element) -> dict[str, str]:
    return {
        option.get("name", ""): option.get("value", "")
        for option in layer.findall("./Option/Option")
    }


def test_every_class_has_its_words_and_a_symbol_of_its_own():
    root = parsed(
        qgis_style.write_style(
            {"leeg": theme.style("unit_vacant"), "in gebruik": theme.style("unit_in_use")}
        )
    )
    found = [
        (one.get("value"), one.get("label"), one.get("symbol")) for one in root.iter("category")
    ]
    assert found == [("leeg", "leeg", "0"), ("in gebruik", "in gebruik", "1")]
    assert [symbol.get("name") for symbol in root.iter("symbol")] == ["0", "1"]
    assert root.find("renderer-v2").get("attr") == qgis_style.CLASS


def test_mark_is_the_drawing_of_the_legend_in_its_colour_and_size():
    root = parsed(qgis_style.write_style({"fysiek": theme.style("initiative_physical")}))
    (layer,) = root.iter("layer")
    mark = settings(layer)
    drawing = ElementTree.fromstring(base64.b64decode(mark["name"].removeprefix("base64:")))
    assert layer.get("class") == "SvgMarker" and mark["size"] == drawing.get("width")
    circle = drawing.find("{http://www.w3.org/2000/svg}circle")
    assert circle is not None and circle.get("fill") == theme.style("initiative_physical").fill


def test_hatching_of_the_edge_goes_along():
    root = parsed(qgis_style.write_style({"rand": theme.style("edge_retail")}))
    drawing = base64.b64decode(
        settings(next(root.iter("layer")))["name"].removeprefix("base64:")
    ).decode()
    assert drawing.count("path") >= 1 and theme.style("edge_retail").stroke in drawing


def test_line_lies_on_a_wider_one_and_a_dashed_one_does_not():
    style = theme.style("vacancy_4")
    root = parsed(
        qgis_style.write_style({"veel": style, "onbekend": theme.style("street_unknown")})
    )
    whole, dashed = root.iter("symbol")
    casing, core = [settings(layer) for layer in whole.iter("layer")]
    assert core["line_color"] == "143,55,20,255" and float(core["line_width"]) == style.width_px
    assert float(casing["line_width"]) > style.width_px
    assert [settings(layer)["customdash"] for layer in dashed.iter("layer")] == ["5;4"]


def test_casings_lie_below_every_line():
    root = parsed(qgis_style.write_style({"veel": theme.style("vacancy_4")}))
    assert [layer.get("pass") for layer in root.iter("layer")] == ["0", "1"]
    assert root.find("renderer-v2").get("symbollevels") == "1"


def test_labels_of_two_marks_on_one_spot_both_stand():
    # Tried with QGIS 3.22: at priority 0, which it takes where none is told, neither is drawn.
    placement = parsed(
        qgis_style.write_style({"vacant": theme.style("vacant")}, label='"what"')
    ).find("labeling/settings/placement")
    assert placement is not None
    assert int(placement.get("priority", "0")) > 0
    assert placement.get("offsetType") == "1"


def test_every_mark_holds_a_drawing():
    for name, style in theme.STYLES.items():
        for layer in parsed(qgis_style.write_style({name: style})).iter("layer"):
            if layer.get("class") == "SvgMarker":
                packed = settings(layer)["name"].removeprefix("base64:")
                assert len(ElementTree.fromstring(base64.b64decode(packed))), name


def test_hostile_words_stay_words():
    root = parsed(qgis_style.write_style({HOSTILE: theme.style("station")}, label=HOSTILE))
    assert next(root.iter("category")).get("label") == HOSTILE
    assert next(root.iter("text-style")).get("fieldName") == HOSTILE
    assert not list(root.iter("b"))


def test_every_class_of_the_style_table_can_be_drawn():
    for name, style in theme.STYLES.items():
        assert list(parsed(qgis_style.write_style({name: style})).iter("layer")), name


def test_styles_that_ship_for_published_tables_are_those_of_the_style_table():
    # `python -m tests.dashboard.exports.test_qgis_style` writes them after a change of the table.
    made = {style.layer: qgis_style.write_table_style(style) for style in qgis_style.TABLE_STYLES}
    assert dict(tables.table_styles()) == made


def test_every_shape_of_every_published_table_has_a_style():
    shapes = {
        f"{name}_{_SHAPES[shape]}"
        for name, table in DECLARED.items()
        if table.geometry is not None
        for shape in table.geometry.expected.removeprefix("a valid ").split(" or ")
    }
    rare = {"areas_point", "background_point", "notices_area", "notices_line"}
    assert shapes - rare == set(tables.table_styles())


def test_ground_lies_in_the_order_of_the_screen():
    root = parsed(tables.table_styles()["background_area"])
    assert [one.get("value") for one in root.iter("category")] == [
        "land_de",
        "land_nl",
        "green",
        "water",
        "building",
    ]
    assert [one.get("pass") for one in root.iter("layer")] == ["0", "1", "2", "3", "4"]


def test_outline_leaves_what_lies_inside_to_the_ground():
    (layer,) = parsed(tables.table_styles()["places_area"]).iter("layer")
    assert layer.get("class") == "SimpleFill"
    assert settings(layer)["style"] == "no" and settings(layer)["outline_color"] == "31,39,51,255"


def main() -> None:
    """Write the styles of published tables."""
    tables.STYLES.mkdir(exist_ok=True)
    for style in qgis_style.TABLE_STYLES:
        (tables.STYLES / f"{style.layer}.qml").write_text(
            qgis_style.write_table_style(style), "utf-8"
        )


if __name__ == "__main__":
    main()
