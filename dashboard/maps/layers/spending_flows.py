"""Published figures of shopping flows as neutral labels: the newest citable one per place."""

from collections.abc import Iterator
from functools import partial

from dashboard.analysis import figures
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import place_figure
from dashboard.maps.layer import MapLayer, note_where_shown
from dashboard.maps.scene import LayerContent
from dashboard.selection import views
from dashboard.selection.context import Context
from dashboard.sentences import citation
from geo.bilingual import Bilingual

ID = "koopstromen"
TITLE = Bilingual(nl="Koopstroomcijfers", en="Shopping-flow figures", de="Kaufstromzahlen")
_STYLE = "flow_figure"


def by_place(context: Context) -> dict[str, Observation | None]:
    """Each place in view with its figure within the period; a centre without one has None."""
    rows = figures.ranked(figures.flow_candidates(context.facts), figures.flow_rank)
    return figures.best_by_place(rows, context.facts, context.selection)


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    features = [
        place_figure.feature(row, facts, text, style=_STYLE, label=_label(row, facts, text))
        for row in figures.flow_candidates(facts)
    ]
    return place_figure.layer(
        ID, TITLE.text(text.lang), features, facts, text, missing=text("map.no_flow_figure")
    )


def visible(context: Context) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    return place_figure.visible(by_place(context), _STYLE)


def notes(context: Context) -> Iterator[str]:
    """That these figures do not compare, where the modelled flows are, and what each one counts."""
    facts, text = context.facts, context.text
    per_place = []
    for place_id, row in by_place(context).items():
        name = facts.places[place_id].names[text.lang]
        if row is None:
            per_place.append(text("note.vacancy_unknown", place=name))
            continue
        per_place.append(
            text(
                "note.vacancy_place",
                place=name,
                what=citation.what(row, facts, text),
                area=text(f"area.{row.area_kind}"),
                period=citation.period(row, text),
            )
        )
    yield text(
        "note.spending_flows",
        view=views.title("concurrentie", text.lang),
        per_place=" ".join(per_place),
    )


def _label(row: Observation, facts: Facts, text: Texts) -> str:
    place, figure = facts.places[row.place_id or ""], citation.value(row, facts, text)
    # The map names centres; a site at the edge has no other name beside its figure.
    first = figure if place.role == "centre" else f"{place.names[text.lang]}: {figure}"
    basis = (
        citation.what(row, facts, text),
        text(f"area.{row.area_kind}"),
        citation.period(row, text, short=True),
    )
    return f"{first}\n{' · '.join(basis)}"


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(
        nl="gepubliceerde koopstroomcijfers",
        en="published shopping-flow figures",
        de="veröffentlichte Kaufstromzahlen",
    ),
    order=90,
    order_in={"picture_notes": 12},
    qgis_label=place_figure.QGIS_LABEL,
    content=layer,
    visible=visible,
    notes=notes,
    rows=partial(place_figure.rows, TITLE),
    description=partial(place_figure.description, missing="map.no_flow_figure"),
    picture_notes=note_where_shown("press.note_figures"),
)
