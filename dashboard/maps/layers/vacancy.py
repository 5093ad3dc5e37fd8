"""Published vacancy figures as neutral labels: the newest citable one per place."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from dashboard.analysis import figures, quotable, stations
from dashboard.analysis.street_measures import MEASURES
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import place_figure
from dashboard.maps.layer import Features, Headline, MapLayer
from dashboard.maps.scene import LayerContent
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures
from geo.bilingual import Bilingual

ID = figures.VACANCY_LAYER_ID
TITLE = Bilingual(nl="Leegstandscijfers", en="Vacancy figures", de="Leerstandszahlen")
_STYLE = "vacancy_figure"
_WHOLE = ("inner_city", "municipality")
_LONGEST_DEFINITION = 190
_LONGEST_FIGURE = 16


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    features = [
        place_figure.feature(
            row,
            facts,
            text,
            style=_style(row, facts),
            label=(
                None
                if facts.country
                else f"{citation.value(row, facts, text)}\n{_basis(row, text)}"
            ),
        )
        for row in figures.vacancy_candidates(facts)
    ]
    content = place_figure.layer(
        ID, TITLE.text(text.lang), features, facts, text, missing=text("map.no_figure")
    )
    newest = [figures.vacancy_figure(facts, place.place_id, facts.years) for place in facts.centres]
    if figures.comparable(newest):
        return replace(content, sentence=text.open("sentence.leegstand_alike"))
    return content


def visible(context: Context) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    rows = figures.ranked_vacancy(context.facts)
    shown = figures.best_by_place(rows, context.facts, context.selection)
    visible_rows = place_figure.visible(shown, _STYLE)
    if context.facts.country:
        styles = context.facts.derived(_styles)
        visible_rows |= {key: styles[key] for key in visible_rows.keys() & styles.keys()}
    return visible_rows


def _styles(facts: Facts) -> dict[str, str]:
    return {row.observation_id: _style(row, facts) for row in figures.vacancy_candidates(facts)}


def _style(row: Observation, facts: Facts) -> str:
    """A card; in a country a circle in the class of the share."""
    if not facts.country or row.value is None:
        return _STYLE
    return f"place_vacancy_{1 + sum(row.value >= cut for cut in MEASURES['leegstand'].breaks)}"


def notes(context: Context) -> Iterator[str]:
    """What the figure of each centre in view counts, where and when."""
    facts, text, selection = context.facts, context.text, context.selection
    centres = [place for place in facts.centres if selection.covers(place.place_id)]
    rows = [figures.vacancy_figure(facts, place.place_id, selection.years) for place in centres]
    if figures.comparable(rows):
        (first, *_) = (row for row in rows if row is not None)
        yield _with_age(text("note.vacancy_alike", **_counted(first, text)), first, facts, text)
        return
    if facts.country and selection.whole_region:
        # A sentence per place would go on for pages.
        known = sum(row is not None for row in rows)
        yield text("note.vacancy_country", known=known, total=len(rows))
        return
    per_place = (
        _place_note(place, row, facts, text) for place, row in zip(centres, rows, strict=True)
    )
    yield text("note.vacancy", per_place=" ".join(per_place))


def _place_note(place: RetailPlace, row: Observation | None, facts: Facts, text: Texts) -> str:
    name = place.names[text.lang]
    if row is None:
        numbers = headline_figures.about(facts, place.place_id, "vacancy")
        lacking = "no_share" if numbers else "unknown"
        return text(f"note.vacancy_{lacking}", place=name)
    note = text("note.vacancy_place", place=name, **_counted(row, text))
    return _with_age(note, row, facts, text)


def _with_age(note: str, row: Observation, facts: Facts, text: Texts) -> str:
    return f"{note} {citation.age_warning(row, facts, text)}".rstrip()


def _counted(row: Observation, text: Texts) -> dict[str, str]:
    """What a vacancy figure counts, where and when."""
    what, area = text(f"counted.{row.indicator}"), text(f"area.{row.area_kind}")
    return {"what": what, "area": area, "period": citation.period(row, text)}


def headline(context: Context, features: Features, layers: str) -> Headline | None:
    """The figure of the chosen place, else another reliable one, else that none is reliable."""
    facts, text, selection = context.facts, context.text, context.selection
    if selection.whole_region:
        return None
    name = facts.places[selection.place].names[text.lang]
    shown = place_figure.figures(facts, features)
    row = next((row for row in shown if row.place_id == selection.place), None)
    if row is not None and quotable.is_quotable_headline(row) and row.value is not None:
        words = text(
            "press.head_vacancy",
            area=text(f"press.area_{row.area_kind}", place=name),
            value=_unbroken(citation.value(row, facts, text)),
            what=text(f"counted.{row.indicator}"),
            period=citation.period(row, text),
        )
        return Headline(words, row, _preface(row, facts, text))
    other = _sure_figure(context)
    if other is not None:
        words = text(
            "press.head_figure",
            what=citation.what(other, facts, text),
            area=text(f"press.area_{other.area_kind}", place=name),
            value=_unbroken(citation.value_without_unit(other, facts, text)),
            period=citation.period(other, text),
        )
        return Headline(words, other, _preface(other, facts, text))
    # The absence of a reliable figure is the finding.
    finding = "press.head_no_vacancy" if row is None else "press.head_unsure_vacancy"
    return Headline(text(finding, place=name), fallback=True)


def _sure_figure(context: Context) -> Observation | None:
    """The newest reliable vacancy figure of the whole centre, else of the municipality."""
    first, last = context.selection.years
    rows = [
        row
        for row in headline_figures.about(context.facts, context.selection.place, "vacancy")
        if quotable.is_quotable_headline(row)
        and row.value is not None
        and row.area_kind in _WHOLE
        and first <= (row.year or 0) <= last
    ]
    return min(
        rows,
        key=lambda row: (_WHOLE.index(row.area_kind), -(row.year or 0), row.observation_id),
        default=None,
    )


def _unbroken(figure: str) -> str:
    """The figure with non-breaking spaces, unless it is a long text of the source."""
    return figure.replace(" ", "\u00a0") if len(figure) <= _LONGEST_FIGURE else figure


def _preface(row: Observation, facts: Facts, text: Texts) -> str:
    """The definition of the source, if short, and how old the figure is."""
    definition = facts.translate(row.definition, text.lang) if row.definition else ""
    sentences = (
        definition if len(definition) <= _LONGEST_DEFINITION else "",
        citation.age_warning(row, facts, text),
    )
    return "".join(f"{sentence} " for sentence in sentences if sentence)


def _basis(row: Observation, text: Texts) -> str:
    return (
        f"{text(f'counted.{row.indicator}')} · {text(f'area.{row.area_kind}')} ·"
        f" {citation.period(row, text, short=True)}"
    )


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="leegstand", en="vacancy", de="Leerstand"),
    order=10,
    on_at_opening=True,
    qgis_label=place_figure.QGIS_LABEL,
    companions=(stations.LAYER_ID, figures.RESIDENTS_LAYER_ID),
    content=layer,
    visible=visible,
    notes=notes,
    rows=partial(place_figure.rows, TITLE),
    description=partial(place_figure.description, missing="map.no_figure"),
    picture_notes=lambda context, features: (context.text("press.note_vacancy"),),
    headline=headline,
)
