"""Shop and hospitality units of a survey: vacant, in use or unknown."""

from collections.abc import Iterator, Sequence

from shapely.geometry.base import BaseGeometry

from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import REGISTERS, TownStreets, TownSurvey, Unit
from dashboard.i18n.text import Texts
from dashboard.maps import town_survey
from dashboard.maps.layer import Citation, Features, MapLayer
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.maps.town_survey import newest
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = "panden"
TITLE = Bilingual(nl="Panden", en="Premises", de="Lokale")


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every unit of the newest survey of every town."""
    return _layer(facts, [(town, newest(town)) for town in facts.listed_towns], text)


def town_layer(
    facts: Facts, town: TownStreets, survey: TownSurvey | None, text: Texts
) -> LayerContent:
    """The units of one town in one survey, in the order of their streets."""
    return _layer(facts, [(town, survey)], text)


def style(unit: Unit) -> str:
    """The class of its status."""
    return f"unit_{unit.status}"


def visible(context: Context) -> dict[str, str]:
    """The units in view in the newest survey, on the chosen streets if there are any."""
    shown = {}
    for town in context.facts.listed_towns:
        if not context.selection.covers(town.place_id):
            continue
        for unit in town.units_of(newest(town)):
            if not context.selection.streets or unit.street in context.selection.streets:
                shown[unit.key] = style(unit)
    return shown


def written_status(unit: Unit, text: Texts) -> str:
    """In use, vacant with the duration, or unknown."""
    if unit.status == "vacant" and unit.source_id in REGISTERS:
        return text("street.mapped")
    if unit.status == "vacant":
        return text(f"street.vacant_{unit.duration_class}")
    return text(f"street.{unit.status}")


def _layer(
    facts: Facts, towns: Sequence[tuple[TownStreets, TownSurvey | None]], text: Texts
) -> LayerContent:
    """The layer of units; without lines of streets the table has no column of sides."""
    drawn = any(town.drawn for town, _ in towns)
    units = [unit for town, survey in towns for unit in town.units_of(survey)]
    features = [_feature(facts, unit, text, drawn=drawn) for unit in units]
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("street.address")),
            *((SceneColumn(text("street.side")),) if drawn else ()),
            SceneColumn(text("street.branch")),
            SceneColumn(text("street.status")),
            SceneColumn(text("street.since")),
        ),
        features=tuple(features),
        pane="initiatives",
        sentence=text.open("street.sentence_units"),
        sentence_one=text.open("street.sentence_units_one"),
        note=text("street.units_note") if features and drawn else None,
    )


def side(unit: Unit, text: Texts) -> str:
    """The side of its street; empty where the street has no line."""
    return "" if unit.order is None else text(f"street.side_{unit.side or 'none'}")


def _feature(facts: Facts, unit: Unit, text: Texts, *, drawn: bool) -> Feature:
    name = unit.address or text("street.no_address")
    branch = facts.translate(unit.branch, text.lang) if unit.branch else ""
    if unit.ownership is not None:
        branch = text(f"street.{unit.ownership}", branch=branch)
    return Feature(
        id=unit.key,
        geometry=unit.point,
        style=style(unit),
        name=name,
        cells=(
            SceneCell(name),
            *(
                (SceneCell(side(unit, text), f"{unit.side or 'none'}{unit.order or 0:05d}"),)
                if drawn
                else ()
            ),
            SceneCell(branch),
            SceneCell(
                written_status(unit, text),
                {"frictional": 1, "long": 2, "structural": 3}.get(unit.duration or "", 0),
            ),
            SceneCell(
                theme.month(unit.since, text.lang) if unit.since else "",
                None if unit.since is None else unit.since.toordinal(),
            ),
        ),
    )


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The units as rows of the map table."""
    return {
        unit.key: MapRow(
            layer=TITLE.text(text.lang),
            id=unit.premises_id,
            place=facts.places[town.place_id].names[text.lang],
            what=text("street.status"),
            written=written_status(unit, text),
            area=unit.address or text("street.no_address"),
            period_start=unit.surveyed,
            period_end=unit.surveyed,
            nature=text("nature.measured"),
        ).sheet_row(citation.file_source(unit.source_id, facts, text), shape=unit.point)
        for town in facts.listed_towns
        for unit in town.units_of(newest(town))
        if unit.key in features
    }


def citations(
    facts: Facts, features: Features, text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The sources of each town with a visible unit."""
    towns = (
        town
        for town in facts.listed_towns
        if any(unit.key in features for unit in town.units_of(survey or newest(town)))
    )
    return town_survey.citations(towns, text, survey)


def town_frame(facts: Facts, town: TownStreets) -> list[BaseGeometry]:
    """The surveyed streets of a town, or without any its units of open sources."""
    survey = newest(town)
    if survey is None or facts.source(survey.source_id).sharing != "open":
        return town_survey.street_frame(facts, town)
    return town_survey.street_frame(facts, town) or [unit.point for unit in town.units_of(survey)]


def shareable(facts: Facts, features: Features) -> Features:
    """The units of open sources."""
    open_sources = {
        record.source_id for record in facts.manifest.sources if record.sharing == "open"
    }
    open_units = {
        unit.key
        for town in facts.listed_towns
        for units in town.units.values()
        for unit in units
        if unit.source_id in open_sources
    }
    return {key: style for key, style in features.items() if key in open_units}


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="panden", en="premises", de="Lokale"),
    order=70,
    content=layer,
    visible=visible,
    notes=town_survey.notes,
    rows=rows,
    source_ids=town_survey.source_ids,
    citations=citations,
    headline=town_survey.headline,
    town_frame=town_frame,
    shareable=shareable,
)
