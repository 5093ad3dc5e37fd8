"""Counters of passers-by: a point each, with the mean of what was counted on the days that stand
beside it.
"""

from dashboard import naming, theme
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import Counted
from dashboard.state import Selection
from dashboard.text import Texts

ID = "passanten"
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
    found = (
        [text("passers.after_break", start=theme.day(row.start, text.lang))]
        if row.after_break
        else []
    )
    if row.failed:
        found.append(text("passers.failed", failed=theme.number(row.failed, text.lang)))
    return " ".join(found) or None


def shown(facts: Facts, selection: Selection) -> tuple[Counted, ...]:
    """The newest stretch within the period of each counter in view, on the chosen streets if there
    are any.
    """
    first, last = selection.years
    newest = {
        row.counter_id: row
        for row in facts.counters
        if (selection.whole_region or row.place_id == selection.place)
        and row.start.year <= last
        and row.end.year >= first
        and (not selection.streets or row.street_key in selection.streets)
    }
    return tuple(newest.values())


def layer(facts: Facts, text: Texts) -> Layer:
    """Every stretch of every counter."""
    return Layer(
        id=ID,
        title=text("layer.passanten"),
        columns=(
            Column(text("column.street")),
            Column(text("passers.column"), numeric=True),
            Column(text("passers.counted")),
            Column(text("passers.interval"), numeric=True),
        ),
        features=tuple(_feature(row, text) for row in facts.counters),
        pane="labels",
        sentence=text.open("passers.sentence"),
        sentence_one=text.open("passers.sentence_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The counters in view, all drawn alike."""
    return {feature_id(row): "counter" for row in shown(facts, selection)}


def notes(facts: Facts, selection: Selection, text: Texts) -> list[str]:
    """What counts do and do not say, the breaks before what is shown, and where nothing was counted
    and how counts come in.
    """
    rows = shown(facts, selection)
    found = [text("passers.note")] if rows else []
    broken = [row for row in rows if row.after_break]
    if broken:
        names = "; ".join(
            f"{name(row, text)}, {theme.day(row.start, text.lang)}" for row in broken[:MOST_NAMED]
        )
        more = len(broken) - MOST_NAMED
        found.append(
            text("passers.breaks_more" if more > 0 else "passers.breaks", names=names, more=more)
        )
    centres = [
        place
        for place in facts.centres
        if selection.whole_region or place.place_id == selection.place
    ]
    counted = {row.place_id for row in facts.counters}
    none = [place for place in centres if place.place_id not in counted]
    if none:
        where = (
            naming.centres(facts, text)
            if len(none) == len(facts.centres) > 1
            else ", ".join(place.names[text.lang] for place in none)
        )
        one = none[0].place_id if len(none) == 1 else "ID"
        found.append(text("passers.none", place=where, id=one))
    return found


def _feature(row: Counted, text: Texts) -> Feature:
    broken = f", {text('passers.break_short')}" if row.after_break else ""
    return Feature(
        id=feature_id(row),
        geometry=row.point,
        style="counter",
        name=f"{name(row, text)}: {figure(row, text)}",
        label=f"{figure(row, text)}\n{_months(row, text)}",
        cells=(
            Cell(name(row, text)),
            Cell(figure(row, text), row.value),
            Cell(f"{period(row, text)}{broken}", row.start.toordinal()),
            Cell(f"{theme.number(row.minutes, text.lang)} min", row.minutes),
        ),
    )


def _months(row: Counted, text: Texts) -> str:
    """When it was counted, as short as a label needs."""
    first, last = theme.short_month(row.start, text.lang), theme.short_month(row.end, text.lang)
    return first if first == last else f"{first} \N{EN DASH} {last}"
