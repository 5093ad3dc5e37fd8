"""Retail at the edge and abroad: marks of one size, labelled with floor area and its basis."""

from collections.abc import Collection, Iterator

from dashboard.analysis import quotable
from dashboard.analysis.competition import surveys
from dashboard.analysis.figures import site_floor_area
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, describe_figure
from dashboard.maps.layer import Features, Headline, MapLayer, note_where_shown
from dashboard.maps.map_row import MapRow, RowsById, figure_row
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures
from geo.bilingual import Bilingual

ID = "randwinkels"
TITLE = Bilingual(nl="Winkels aan de rand", en="Retail at the edge", de="Läden am Rand")


def sites(facts: Facts) -> tuple[RetailPlace, ...]:
    """The sites at the edge and abroad that have a sourced position."""
    return tuple(place for place in facts.places.values() if place.role != "centre")


def unplaced(facts: Facts) -> tuple[str, ...]:
    """Names of sites without a sourced position: listed, not drawn."""
    return facts.derived(_unplaced)


def _unplaced(facts: Facts) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                row.area_name
                for row in facts.observations
                if row.area_kind == "retail_site" and row.place_id is None
            }
        )
    )


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every site with a sourced position, and its floor area where one is known."""
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("column.site")),
            SceneColumn(text("column.floor"), numeric=True),
            SceneColumn(text("column.what")),
            SceneColumn(text("column.period")),
        ),
        features=tuple(_feature(place, facts, text) for place in sites(facts)),
        pane="edge_retail",
        sentence=text.open("sentence.randwinkels"),
        sentence_one=text.open("sentence.randwinkels_one"),
    )


def visible(context: Context) -> dict[str, str]:
    """All sites, whatever the selection: they compete with every centre."""
    return {place.place_id: "edge_retail" for place in sites(context.facts)}


def _feature(place: RetailPlace, facts: Facts, text: Texts) -> Feature:
    row = site_floor_area(facts, place)
    name = place.names[text.lang]
    if row is None:
        figure, basis, when, sort = text("unknown.cell"), text("map.no_floor_area"), "", None
    else:
        figure = citation.value(row, facts, text)
        basis = citation.definition(row, facts, text)
        when, sort = citation.period(row, text, short=True), row.value
    return Feature(
        id=place.place_id,
        geometry=place.core,
        style="edge_retail",
        name=name,
        label=name if row is None else f"{name}\n{figure}, {when}",
        cells=(
            SceneCell(name),
            SceneCell(figure, sort),
            SceneCell(basis),
            SceneCell(when, row.year if row else None),
        ),
    )


def notes(context: Context) -> Iterator[str]:
    """What the sites are, and the names of those without a sourced position."""
    yield context.text("note.edge")
    if names := unplaced(context.facts):
        yield context.text(
            "note.edge_unplaced",
            names="; ".join(context.facts.translate(name, context.text.lang) for name in names),
        )


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The sites with their floor area as rows of the map table."""
    title = TITLE.text(text.lang)
    table = {}
    for place in sites(facts):
        if place.place_id not in features:
            continue
        row = site_floor_area(facts, place)
        if row is not None:
            table[place.place_id] = figure_row(title, row, facts, text, shape=place.core)
            continue
        name = place.names[text.lang]
        sources = (citation.file_source(id_, facts, text) for id_ in facts.place_source_ids)
        table[place.place_id] = MapRow(
            layer=title, id=place.place_id, place=name, what=name, written=text("map.no_floor_area")
        ).sheet_row(*sources, shape=place.core)
    return table


def figures(facts: Facts, features: Collection[str]) -> Iterator[Observation]:
    """The floor areas of the visible sites."""
    rows = (site_floor_area(facts, place) for place in sites(facts) if place.place_id in features)
    return (row for row in rows if row is not None)


def description(item: str, facts: Facts, text: Texts) -> Description | None:
    """A site with its floor area and its basis, or that none is known."""
    place = facts.places.get(item)
    if place is None:
        return None
    row, name = site_floor_area(facts, place), place.names[text.lang]
    if row is not None:
        return describe_figure(row, facts, text, title=name)
    return Description(
        name,
        (("value", text("map.no_floor_area")), ("core", text(f"details.core_{place.core_basis}"))),
    )


def headline(context: Context, features: Features, layers: str) -> Headline | None:
    """Where visitors of the site at the edge come from; for the whole region only."""
    facts, text, selection = context.facts, context.text, context.selection
    survey = surveys.survey_of(facts)
    if survey is None or survey.home not in facts.places or not selection.whole_region:
        return None
    row = headline_figures.newest(facts, survey.edge, "visitors_from_outside_share", "retail_site")
    first, last = selection.years
    if (
        row is None
        or not quotable.is_quotable_headline(row)
        or not first <= (row.year or 0) <= last
    ):
        return None
    sentence = headline_figures.edge_sentence(survey, row, facts, text)
    warning = citation.age_warning(row, facts, text)
    return Headline(sentence.removesuffix("."), row, f"{warning} " if warning else "")


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(
        nl="winkelgebieden aan de rand", en="retail sites at the edge", de="Einzelhandel am Rand"
    ),
    order=40,
    on_at_opening=True,
    qgis_label='"place"',
    content=layer,
    visible=visible,
    notes=notes,
    rows=rows,
    description=description,
    figures=figures,
    picture_notes=note_where_shown("press.note_edge"),
    headline=headline,
)
