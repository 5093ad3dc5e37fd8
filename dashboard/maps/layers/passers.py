"""Counters of passers-by: a point each, with the mean count and the days it rests on."""

from collections.abc import Iterator

from dashboard.analysis import quotable
from dashboard.facts.records import CountStretch
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, Provenance
from dashboard.maps.layer import Citation, Features, MapLayer, note_where_shown
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.selection.context import Context
from dashboard.sentences import citation, passer_counts, region_names
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = "passanten"
TITLE = Bilingual(nl="Passantentellingen", en="Passer-by counts", de="Passantenzählungen")
# At most this many counters after a break are named.
MOST_NAMED = 6


def feature_id(row: CountStretch) -> str:
    """The id of the stretch of a counter between two breaks, by its first minute."""
    return f"{row.counter_id}/{row.begun:%Y-%m-%dT%H%M}"


def name(row: CountStretch, text: Texts) -> str:
    """The street of a counter, with its own name."""
    return f"{row.street or text('unknown.street')} ({counter(row)})"


def counter(row: CountStretch) -> str:
    """The name of the counter without its place."""
    return row.counter_id.partition(":")[2] or row.counter_id


def number(row: CountStretch, text: Texts) -> str:
    """The mean as a number: whole, unless it is small."""
    if row.value is None:
        return text("unknown.cell")
    return theme.number(row.value, text.lang, decimals=0 if row.value >= 10 else 1)


def figure(row: CountStretch, text: Texts) -> str:
    """The mean per counted hour or counted day."""
    return (
        number(row, text)
        if row.value is None
        else text(f"passers.per_{row.per}", count=number(row, text))
    )


def period(row: CountStretch, text: Texts) -> str:
    """The first and last day, and the number of days with counts."""
    when = theme.period(row.start, row.end, text.lang)
    return (
        text("passers.when_one", when=when)
        if row.days == 1
        else text("passers.when", when=when, days=theme.number(row.days, text.lang))
    )


def definition(row: CountStretch, text: Texts) -> str:
    """What the mean is taken over, and that it is no number of visitors."""
    return text(
        "passers.definition",
        intervals=theme.number(row.intervals, text.lang),
        minutes=theme.number(row.minutes, text.lang),
    )


def remark(row: CountStretch, text: Texts) -> str | None:
    """The break before it and its intervals without a value, in words; None without either."""
    sentences = []
    if row.after_break:
        sentences.append(text("passers.after_break", start=theme.day(row.start, text.lang)))
    if row.failed:
        sentences.append(text("passers.failed", failed=theme.number(row.failed, text.lang)))
    return " ".join(sentences) or None


def shown(context: Context) -> tuple[CountStretch, ...]:
    """The newest stretch within the period of each counter in view, on chosen streets if any."""
    selection = context.selection
    first, last = selection.years
    newest = {
        row.counter_id: row
        for row in context.facts.counters
        if selection.covers(row.place_id)
        and row.start.year <= last
        and row.end.year >= first
        and (not selection.streets or row.street_key in selection.streets)
    }
    return tuple(newest.values())


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every stretch of every counter."""
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("column.street")),
            SceneColumn(text("passers.column"), numeric=True),
            SceneColumn(text("passers.counted")),
            SceneColumn(text("passers.interval"), numeric=True),
        ),
        features=tuple(_feature(row, text) for row in facts.counters),
        pane="labels",
        sentence=text.open("passers.sentence"),
        sentence_one=text.open("passers.sentence_one"),
    )


def visible(context: Context) -> dict[str, str]:
    """The counters in view, all drawn alike."""
    return {feature_id(row): "counter" for row in shown(context)}


def notes(context: Context) -> Iterator[str]:
    """What counts mean, the breaks before them, and where there are none and how to add them."""
    facts, text = context.facts, context.text
    rows = shown(context)
    if rows:
        yield text("passers.note")
    broken = [row for row in rows if row.after_break]
    if broken:
        names = "; ".join(
            f"{name(row, text)}, {theme.day(row.start, text.lang)}" for row in broken[:MOST_NAMED]
        )
        more = len(broken) - MOST_NAMED
        yield text("passers.breaks_more" if more > 0 else "passers.breaks", names=names, more=more)
    none = [
        place
        for place in passer_counts.uncounted(facts)
        if context.selection.covers(place.place_id)
    ]
    if none:
        where = (
            region_names.centres(facts, text)
            if len(none) == len(facts.centres) > 1
            else ", ".join(place.names[text.lang] for place in none)
        )
        example_id = none[0].place_id if len(none) == 1 else "ID"
        yield text("passers.none", place=where, id=example_id)
        yield from passer_counts.why_missing(none, facts, text)


def _feature(row: CountStretch, text: Texts) -> Feature:
    broken = f", {text('passers.break_short')}" if row.after_break else ""
    return Feature(
        id=feature_id(row),
        geometry=row.point,
        style="counter",
        name=f"{name(row, text)}: {figure(row, text)}",
        label=f"{figure(row, text)}\n{_months(row, text)}",
        cells=(
            SceneCell(name(row, text)),
            SceneCell(figure(row, text), row.value),
            SceneCell(f"{period(row, text)}{broken}", row.start.toordinal()),
            SceneCell(f"{theme.number(row.minutes, text.lang)} min", row.minutes),
        ),
    )


def _months(row: CountStretch, text: Texts) -> str:
    """The months of counting, short enough for a label."""
    first, last = theme.short_month(row.start, text.lang), theme.short_month(row.end, text.lang)
    return first if first == last else f"{first} \N{EN DASH} {last}"


def _counter_rows(facts: Facts, features: Features) -> Iterator[CountStretch]:
    return (row for row in facts.counters if feature_id(row) in features)


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The counters as rows of the map table."""
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
    """The mean of one counter between two breaks, with its days and intervals."""
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
    """The sources of all counters, if any is visible."""
    return facts.counter_source_ids if features else ()


def citations(
    facts: Facts, features: Features, text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The sources of all counters with each visible period."""
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
