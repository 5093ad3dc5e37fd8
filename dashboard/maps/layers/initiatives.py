"""The documented initiatives: shape and colour per type, dashed where only the town is known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dashboard.analysis import initiatives, pilot
from dashboard.facts.records import Initiative
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, Provenance
from dashboard.maps.layer import Citation, Features, Headline, MapLayer
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.selection.context import Context
from dashboard.sentences import citation, region_names
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = "initiatieven"
TITLE = Bilingual(nl="Initiatieven", en="Initiatives", de="Initiativen")
_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")


def style(row: Initiative) -> str:
    """The class of its type; its town-level form where no street or square is known."""
    return f"initiative_{row.kind}" + ("" if row.point is not None else "_town")


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every initiative; one without a known spot is drawn at its town."""
    return initiative_layer(facts.initiatives, facts, text)


def initiative_layer(
    rows: Sequence[Initiative], facts: Facts, text: Texts, *, named: bool = True
) -> LayerContent:
    """The layer of these initiatives; unless `named`, the map has no labels for them."""
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("column.name")),
            SceneColumn(text("column.kind")),
            SceneColumn(text("column.street")),
            SceneColumn(text("column.tranche")),
        ),
        features=tuple(
            feature if named else replace(feature, label="")
            for feature in (_feature(row, facts, text) for row in rows)
        ),
        pane="initiatives",
        sentence=text.open("sentence.initiatieven"),
        sentence_one=text.open("sentence.initiatieven_one"),
    )


def visible(context: Context) -> dict[str, str]:
    """The initiatives the filters leave."""
    selection = context.selection
    matching = initiatives.matching(context.facts, selection)
    return {row.initiative_id: style(row) for row in initiatives.on_streets(matching, selection)}


def _feature(row: Initiative, facts: Facts, text: Texts) -> Feature:
    place = facts.places[row.place_id]
    town = place.names[text.lang]
    where = (
        f"{', '.join(row.streets)} ({town})" if row.streets else f"{town}, {text('unknown.street')}"
    )
    return Feature(
        id=row.initiative_id,
        geometry=row.point if row.point is not None else place.core,
        style=style(row),
        name=f"{row.name} ({town})",
        label=row.name if row.point is not None else None,
        cells=(
            SceneCell(row.name),
            SceneCell(text(f"kind.{row.kind}")),
            SceneCell(where),
            SceneCell(text(f"tranche.{row.tranche}")),
        ),
    )


def period(row: Initiative, text: Texts) -> str:
    """When it ran, as precise as the source; says where the end is open or nothing is known."""
    if row.start is None:
        return text("unknown.cell")
    if row.end is None:
        return text("timeline.open", year=row.start.year)
    if (row.start.month, row.start.day) == (1, 1) and (row.end.month, row.end.day) != (12, 31):
        # 1 January stands for the year: the source names no month.
        end = theme.period(row.end.replace(day=1), row.end, text.lang)
        return f"{row.start.year} \N{EN DASH} {end}"
    return theme.period(row.start, row.end, text.lang)


def count_note(facts: Facts, text: Texts) -> str:
    """What the number of initiatives means; stands beside every count of them."""
    described = len(facts.initiatives)
    if facts.example:
        return text("example.initiatives", described=described)
    if not pilot.figures_shown(facts):
        # A snapshot without the pilot says nothing about it.
        return (
            text("note.initiatives_other", described=described)
            if described
            else text("note.initiatives_none")
        )
    first = sum(row.tranche == "first" for row in facts.initiatives)
    return text("note.initiatives", described=described, first=first, unsure=described - first)


def notes(context: Context) -> Iterator[str]:
    """What their number means, and how many the filters of street and period cannot test."""
    facts, text, selection = context.facts, context.text, context.selection
    yield count_note(facts, text)
    matching = initiatives.matching(facts, selection)
    if selection.streets and (hidden := sum(not row.streets for row in matching)):
        yield text.counted("map.streets_hidden", hidden, count=hidden)
    undated = sum(
        row.start is None and row.end is None for row in initiatives.on_streets(matching, selection)
    )
    if undated and selection.years != facts.years:
        yield text.counted("map.undated_kept", undated, count=undated)


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The initiatives as rows of the map table; without a known spot a row has no geometry."""
    return {
        row.initiative_id: MapRow(
            layer=TITLE.text(text.lang),
            id=row.initiative_id,
            place=facts.places[row.place_id].names[text.lang],
            what=row.name,
            written=f"{text(f'kind.{row.kind}')}; {text(f'tranche.{row.tranche}')}",
            area=", ".join(row.streets) or text("unknown.street"),
            period_start=row.start,
            period_end=row.end,
            definition=written_description(row, text),
            nature=text(f"basis.{row.kind_basis}"),
            note=facts.translate(row.note, text.lang) if row.note else None,
        ).sheet_row(citation.file_source(row.source_id, facts, text, row=row), shape=row.point)
        for row in facts.initiatives
        if row.initiative_id in features
    }


def written_description(row: Initiative, text: Texts) -> str | None:
    """Its description in Dutch or English."""
    return row.descriptions["nl" if text.lang == "nl" else "en"]


def actors(row: Initiative, facts: Facts, text: Texts) -> str:
    """Its actors with their roles, or that they are unknown."""
    names = []
    for participation in facts.participations.get(row.initiative_id, ()):
        derived = f", {text('basis.derived')}" if participation.basis == "derived" else ""
        role = text(f"actor.{participation.role}")
        names.append(f"{facts.translate(participation.actor, text.lang)} ({role}{derived})")
    return "; ".join(names) or text("unknown.actor")


def description(item: str, facts: Facts, text: Texts) -> Description | None:
    """The initiative of that id."""
    row = next((row for row in facts.initiatives if row.initiative_id == item), None)
    return None if row is None else describe(row, facts, text)


def describe(row: Initiative, facts: Facts, text: Texts) -> Description:
    """One initiative with its actors; unknown values are named as such."""
    title = f"{row.name} ({facts.places[row.place_id].names[text.lang]})"
    return Description(
        title,
        (
            ("description", written_description(row, text) or text("unknown.cell")),
            ("kind", f"{text(f'kind.{row.kind}')} ({text(f'basis.{row.kind_basis}')})"),
            ("tranche", f"{text(f'tranche.{row.tranche}')} ({text(f'basis.{row.tranche_basis}')})"),
            ("period", period(row, text)),
            ("status", text(f"status.{row.status}")),
            ("streets", ", ".join(row.streets) or text("unknown.street")),
            ("precision", text(f"precision.{row.location_precision}")),
            ("actors", actors(row, facts, text)),
            ("note", facts.translate(row.note, text.lang) if row.note else None),
        ),
        (Provenance.of_row(row),),
        quote=citation.linked(
            f"{title}. {citation.row_source(row, facts, text)}",
            "initiatieven",
            f"{ID}:{row.initiative_id}",
            text.lang,
        ),
    )


def source_ids(facts: Facts, features: Features) -> Iterator[str]:
    """The sources of the visible initiatives."""
    return (row.source_id for row in facts.initiatives if row.initiative_id in features)


def citations(
    facts: Facts, features: Features, text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The source of each visible initiative, with its year of publication."""
    for row in facts.initiatives:
        if row.initiative_id in features:
            year = _YEAR.search(row.source_date or "")
            yield row.source_id, year[0] if year else text("unknown.year")


def picture_notes(context: Context, features: Features) -> Iterator[str]:
    """What their number means."""
    facts, text = context.facts, context.text
    if pilot.figures_shown(facts):
        yield text("press.note_initiatives", described=len(facts.initiatives))
    elif facts.initiatives and not facts.example:
        yield text("note.initiatives_other", described=len(facts.initiatives))


def headline(context: Context, features: Features, layers: str) -> Headline | None:
    """The number of described initiatives, for a map of this layer alone."""
    if context.selection.layers != (ID,) or not features or context.facts.example:
        return None
    return Headline(
        context.text.counted(
            "press.head_initiatives",
            len(features),
            count=len(features),
            place=region_names.selected(context),
        ),
        standfirst=context.text("press.stand_initiatives"),
    )


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="initiatieven", en="initiatives", de="Initiativen"),
    order=20,
    on_at_opening=True,
    qgis_label='"what"',
    content=layer,
    visible=visible,
    notes=notes,
    rows=rows,
    source_ids=source_ids,
    description=description,
    citations=citations,
    picture_notes=picture_notes,
    headline=headline,
)
