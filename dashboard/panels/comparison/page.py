"""Content of the view that compares, cached for all visitors; draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.analysis import figures, published_street_figures
from dashboard.facts.snapshot import Facts
from dashboard.maps.layers import streets as street_layer
from dashboard.maps.layers import travellers
from dashboard.maps.street_content import town_of
from dashboard.panels import page_frame
from dashboard.panels.comparison import choice, maps, streets
from dashboard.panels.streets import notes as streets_notes
from dashboard.panels.streets import published_figures
from dashboard.selection import permalink
from dashboard.selection.comparison import KEY, STREETS, TOWNS
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import comparison, region_names
from dashboard.sentences.town_dots import DotColumn
from dashboard.session import cache
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render

# The first measures stand above the maps, the others below.
_FIRST_ROWS = 8


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The pieces above and below the maps, the message and the name of each map.

    `more` holds the measures that find no room above the maps.
    """

    above: tuple[Markup, ...]
    maps: tuple[maps.Message, ...]
    titles: tuple[str, ...]
    more: Markup | None
    below: tuple[Markup, ...]


def page(context: Context) -> ComparisonPage:
    """Where what is chosen differs, its figures on one scale per measure, and its maps."""
    kind = context.selection.beside.kind
    if kind == TOWNS:
        return _centres(context)
    return _streets(context) if kind == STREETS else _years(context)


def _centres(context: Context) -> ComparisonPage:
    facts, text = context.facts, context.text
    keys = choice.shown(context)
    chosen = [facts.places[key] for key in keys]
    rows = comparison.of_centres(chosen, cache.vitality(), facts, text)
    heads = {
        place.place_id: door(
            place.names[text.lang], _to(permalink.at_place(context.selection, key), "centrum")
        )
        for key, place in zip(keys, chosen, strict=True)
    }
    return _page(context, rows, heads, maps.of_centres(context, keys))


def _streets(context: Context) -> ComparisonPage:
    text = context.text
    keys = choice.shown(context)
    chosen = [street for key in keys if (street := choice.street_of(context, key)) is not None]
    if not chosen:
        return _without_streets(context)
    known = streets.contents(context, chosen)
    rows = streets.rows(chosen, known, text)
    names = choice.names(context, keys)
    heads = {}
    for street in chosen:
        there = permalink.at_place(context.selection, street.place_id)
        there = permalink.choose(there, f"{street_layer.ID}:{street.key}")
        heads[street.key] = door(names[street.key], _to(there, "straten"))
    strips = streets.strips(chosen, known, text)
    sources = [source for shown in known.values() for source in shown.town.source_ids]
    below = () if strips is None else (strips,)
    return _page(context, rows, heads, maps.of_streets(context, chosen, known), below, sources)


def _to(selection: Selection, view: str) -> str:
    """A short link to what stands in a column."""
    return permalink.address(selection, view, only=("plaats", "keuze", "periode", "taal"))


def _without_streets(context: Context) -> ComparisonPage:
    """Why no street stands here, what is published of streets, and how it looks with data."""
    facts, text, selection = context.facts, context.text, context.selection
    place = town_of(context)
    here = (
        region_names.centres(facts, text)
        if selection.whole_region
        else facts.places[place].names[text.lang]
    )
    example = f"{permalink.example('vergelijk', text.lang)}&{KEY}={STREETS}"
    named = published_street_figures.of_place(facts, place, text.lang)
    there = replace(context, selection=permalink.at_place(selection, place))
    return ComparisonPage(
        above=(
            streets_notes.without_streets(here, text),
            node("p", door(text("straten.try_example"), example), class_="quiet"),
            published_figures.known(there, named),
            published_figures.more(place, None, text),
        ),
        maps=(),
        titles=(),
        more=None,
        below=(page_frame.source_note_html(published_street_figures.sources(named), facts, text),),
    )


def _years(context: Context) -> ComparisonPage:
    facts, text = context.facts, context.text
    keys = choice.shown(context)
    years = [int(key) for key in keys]
    chosen = choice.places(context)
    rows = comparison.of_years(chosen, years, facts, text)
    heads = {key: key for key in keys}
    stations = [
        row
        for row in facts.stations
        if row.year in years and context.selection.covers(row.place_id)
    ]
    caveat = node("p", travellers.note(stations, text), class_="quiet small") if stations else None
    page = _page(context, rows, heads, maps.of_years(context, keys))
    unlike = (
        node("p", text("comparison.unlike"), class_="caution")
        if any(_unlike_vacancy(place.place_id, years, facts) for place in chosen)
        else None
    )
    return replace(page, above=(*page.above, *filter(None, (caveat, unlike))))


def _unlike_vacancy(place: str, years: Sequence[int], facts: Facts) -> bool:
    """Whether the vacancy figures of a place in these years are of different series."""
    shown = (figures.vacancy_figure(facts, place, (year, year)) for year in years)
    return len({row.series or row.observation_id for row in shown if row is not None}) > 1


def _page(
    context: Context,
    rows: Sequence[DotColumn],
    heads: Mapping[str, str],
    messages: tuple[maps.Message, ...],
    below: tuple[Markup, ...] = (),
    sources: Sequence[str] = (),
) -> ComparisonPage:
    """The page of rows that cite what they rest on, or of `sources`."""
    facts, text = context.facts, context.text
    names = choice.names(context, tuple(heads))
    remark = choice.remark(context)
    above = [] if remark is None else [node("p", remark, class_="caution", role="status")]
    if len(names) > 1:
        above += (
            node("p", comparison.lead(rows, names, text), class_="lead"),
            table(rows[:_FIRST_ROWS], heads, names, context),
        )
    further = rows[_FIRST_ROWS:]
    kind = context.selection.beside.kind
    no_picture = "" if kind == TOWNS else text(f"press.no_{kind}")
    note = node("p", f"{text('comparison.key')} {no_picture}", class_="quiet small")
    cited = [
        source[0] if isinstance(source, tuple) else source
        for source in comparison.cited(rows, tuple(heads))
    ]
    return ComparisonPage(
        above=tuple(above),
        maps=messages,
        titles=tuple(names.values()),
        more=table(further, names, names, context) if further else None,
        below=(*below, note, page_frame.source_note_html((*sources, *cited), facts, text)),
    )


def table(
    rows: Sequence[DotColumn],
    heads: Mapping[str, str],
    names: Mapping[str, str],
    context: Context,
) -> Markup:
    """A row per measure, a column per item: the dot on the scale of the row, and its figure."""
    return render(
        "comparison.dots",
        heads=tuple(heads.values()),
        rows=[(row, _at(row, 0.0), [_cell(row, key, names[key]) for key in heads]) for row in rows],
        text=context.text,
    )


def _cell(row: DotColumn, key: str, name: str) -> tuple[str, str, str, str]:
    """The name of the column, places on the scale as CSS, the figure and its basis."""
    dot = row.dots.get(key)
    if dot is None:
        return name, "", "", ""
    spots = {"at": dot.value, "low": dot.low, "high": dot.high, "dot": dot.counted}
    style = ";".join(f"--{spot}:{_at(row, at)}" for spot, at in spots.items() if at is not None)
    return name, style, dot.written, dot.basis


def _at(row: DotColumn, value: float) -> str:
    """Where a value stands on the scale of a row, in per cent."""
    low, high = row.scale
    return f"{100 * (value - low) / ((high - low) or 1.0):.0f}"
