"""Counters of passers-by: a point each, with the mean of what was counted on the days that stand
beside it.
"""

from collections.abc import Iterator

from dashboard.analysis import quotable
from dashboard.facts.records import Counted
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Survey
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, Provenance
from dashboard.maps.layer import Citation, Features, MapLayer, note_where_shown
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, Layer, TableCell, TableColumn
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation, region_names
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = "passanten"
TITLE = Bilingual(nl="Passantentellingen", en="Passer-by counts", de="Passantenzählungen")
# So many counters after a break are named one by one.
MOST_NAMED = 6


def feature_id(row: Counted) -> str:
    """The mark of a stretch of a counter: it begins at a minute of its own."""
    return f"{row.counter_id}/{row.begun:%Y-%m-%dT%H%M}"


def name(row: Counted, text: Texts) -> str:
    """The street of a counter, with its own name."""
    return f"{row.street or text('unknown.street')} ({counter(row)})"


def counter(row: Counted) -> str:
    """The counter's name without the place before it."""
    return row.counter_id.partition(":")[2] or row.counter_id


def number(row: Counted, text: Texts) -> str:
    """The mean as a number: whole, unless it is small."""
    if row.value is None:
        return text("unknown.cell")
    return theme.number(row.value, text.lang, decimals=0 if row.value >= 10 else 1)


def figure(row: Counted, text: Texts) -> str:
    """The mean with what it is per: a counted hour or a counted day."""
    return (
        number(row, text)
        if row.value is None
        else text(f"passers.per_{row.per}", count=number(row, text))
    )


def period(row: Counted, text: Texts) -> str:
    """From which day to which, and on how many days of these was counted."""
    when = theme.period(row.start, row.end, text.lang)
    return (
        text("passers.when_one", when=when)
        if row.days == 1
        else text("passers.when", when=when, days=theme.number(row.days, text.lang))
    )


def definition(row: Counted, text: Texts) -> str:
    """What the mean is of, and that it is no visitors of the town."""
    return text(
        "passers.definition",
        intervals=theme.number(row.intervals, text.lang),
        minutes=theme.number(row.minutes, text.lang),
    )


def remark(row: Counted, text: Texts) -> str | None:
    """The break before it and the intervals without a value, in words; None when there
    is neither.
    """
    sentences = []
    if row.after_break:
        sentences.append(text("passers.after_break", start=theme.day(row.start, text.lang)))
    if row.failed:
        sentences.append(text("passers.failed", failed=theme.number(row.failed, text.lang)))
    return " ".join(sentences) or None


def shown(facts: Facts, selection: Selection) -> tuple[Counted, ...]:
    """The newest stretch within the period of each counter in view, on the chosen streets if there
    are any.
    """
    first, last = selection.years
    newest = {
        row.counter_id: row
        for row in facts.counters
        if selection.covers(row.place_id)
        and row.start.year <= last
        and row.end.year >= first
        and (not selection.streets or row.street_key in selection.streets)
    }
    return tuple(newest.values())


def layer(facts: Facts, text: Texts) -> Layer:
    """Every stretch of every counter."""
    return Layer(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            TableColumn(text("column.street")),
            TableColumn(text("passers.column"), numeric=True),
            TableColumn(text("passers.counted")),
            TableColumn(text("passers.interval"), numeric=True),
        ),
        features=tuple(_feature(row, text) for row in facts.counters),
        pane="labels",
        sentence=text.open("passers.sentence"),
        sentence_one=text.open("passers.sentence_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The counters in view, all drawn alike."""
    return {feature_id(row): "counter" for row in shown(facts, selection)}


def notes(context: Context) -> Iterator[str]:
    """What counts do and do not say, the breaks before what is shown, and where nothing was counted
    and how counts come in.
    """
    facts, text, selection = context.facts, context.text, context.selection
    rows = shown(facts, selection)
    if rows:
        yield text("passers.note")
    broken = [row for row in rows if row.after_break]
    if broken:
        names = "; ".join(
            f"{name(row, text)}, {theme.day(row.start, text.lang)}" for row in broken[:MOST_NAMED]
        )
        more = len(broken) - MOST_NAMED
        yield text("passers.breaks_more" if more > 0 else "passers.breaks", names=names, more=more)
    counted = {row.place_id for row in facts.counters}
    none = [
        place
        for place in facts.centres
        if selection.covers(place.place_id) and place.place_id not in counted
    ]
    if none:
        where = (
            region_names.centres(facts, text)
            if len(none) == len(facts.centres) > 1
            else ", ".join(place.names[text.lang] for place in none)
        )
        example_id = none[0].place_id if len(none) == 1 else "ID"
        yield text("passers.none", place=where, id=example_id)


def _feature(row: Counted, text: Texts) -> Feature:
    broken = f", {text('passers.break_short')}" if row.after_break else ""
    return Feature(
        id=feature_id(row),
        geometry=row.point,
        style="counter",
        name=f"{name(row, text)}: {figure(row, text)}",
        label=f"{figure(row, text)}\n{_months(row, text)}",
        cells=(
            TableCell(name(row, text)),
            TableCell(figure(row, text), row.value),
            TableCell(f"{period(row, text)}{broken}", row.start.toordinal()),
            TableCell(f"{theme.number(row.minutes, text.lang)} min", row.minutes),
        ),
    )


def _months(row: Counted, text: Texts) -> str:
    """When it was counted, as short as a label needs."""
    first, last = theme.short_month(row.start, text.lang), theme.short_month(row.end, text.lang)
    return first if first == last else f"{first} \N{EN DASH} {last}"


def _counter_rows(facts: Facts, features: Features) -> Iterator[Counted]:
    return (row for row in facts.counters if feature_id(row) in features)


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The counters as rows of the file of the map."""
    return {
        feature_id(row): MapRow(
            layer=TITLE.text(text.lang),
            id=feature_id(row),
            place=facts.places[row.place_id].names[text.lang] if row.place_id else None,
            what=text("passers.column"),
            value=row.value,
            written=figure(row, text),
            unit=text(f"passers.unit_{row.per}"),
            area=name(row, text),
            period_start=row.start,
            period_end=row.end,
            definition=definition(row, text),
            nature=text("nature.measured"),
            cite=text(f"cite.{quotable.PROXY.verdict}"),
            note=remark(row, text),
        ).sheet_row(
            *(citation.file_source(id_, facts, text) for id_ in facts.counter_source_ids),
            shape=row.point,
        )
        for row in _counter_rows(facts, features)
    }


def description(item: str, facts: Facts, text: Texts) -> Description | None:
    """What one counter counted between two breaks, with the days and intervals it rests on."""
    row = next(_counter_rows(facts, {item: ""}), None)
    if row is None:
        return None
    where, value, when = name(row, text), figure(row, text), period(row, text)
    provenance = tuple(
        Provenance.of_source(source_id, facts) for source_id in facts.counter_source_ids
    )
    cited = " ".join(source.cited(facts, text) for source in provenance)
    return Description(
        f"{where}: {value}",
        (
            ("what", text("passers.column")),
            ("value", value),
            ("period", when),
            ("definition", definition(row, text)),
            ("note", remark(row, text)),
        ),
        provenance,
        quotable.PROXY,
        quote=citation.linked(
            f"{text('passers.column')}, {where}, {when}: {value}. {cited}",
            "kaart",
            f"{ID}:{item}",
            text.lang,
        ),
    )


def source_ids(facts: Facts, features: Features) -> tuple[str, ...]:
    """The sources of all counters, where any is shown."""
    return facts.counter_source_ids if features else ()


def citations(
    facts: Facts, features: Features, text: Texts, survey: Survey | None
) -> Iterator[Citation]:
    """The sources of all counters with each period shown."""
    for row in _counter_rows(facts, features):
        when = theme.period(row.start, row.end, text.lang, short=True)
        yield from ((source_id, when) for source_id in facts.counter_source_ids)


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="passantentellingen", en="passer-by counts", de="Passantenzählungen"),
    order=80,
    order_in={"sources": 50, "picture_notes": 11, "picture_sources": 16},
    qgis_label="""concat("written", '\\n', "area", '\\n', year("period_start"))""",
    content=layer,
    visible=visible,
    notes=notes,
    rows=rows,
    source_ids=source_ids,
    description=description,
    citations=citations,
    picture_notes=note_where_shown("passers.note"),
)
