"""The profile of an inner city: intended profile, strong and weak sides, changes, measures."""

from collections.abc import Sequence

from dashboard.analysis import pilot, vitality
from dashboard.analysis.vitality import (
    IndicatorChange,
    IndicatorComparison,
    IndicatorValue,
    Side,
    Turn,
    Vitality,
)
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.panels import figures
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.sentences.indicator_value import written
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render
from geo.alike import explain, nearest
from geo.errors import TooFewToCompareError
from geo.indicator import GROUPS, Indicator

# From here on three places may be named as alike.
_MANY_PLACES = 10
_TURNS: tuple[Turn, ...] = ("up", "down", "same")
_SIDES: tuple[Side, ...] = ("strong", "weak", "between")


def own_profile(context: Context, place: RetailPlace) -> Markup:
    """The intended profile with its source, or that it is unknown, and related statements."""
    facts, text = context.facts, context.text
    intended = vitality.own_profile(facts, place)
    wanted = place.profile if intended is None else intended.value_text or text("unknown.cell")
    unknown = "profile.unknown" if pilot.figures_shown(facts) else "profile.unknown_other"
    return render(
        "profile.own_profile",
        profile=None if wanted is None else _capitalised(facts.translate(wanted, text.lang)),
        source=None if intended is None else _source(context, intended),
        unknown=supply(context, text(unknown, place=place.names[text.lang])),
        related=[
            _source(context, row, statement=_related(row, facts, text))
            for row in vitality.related(facts, place)
        ],
        text=text,
    )


def profiles(context: Context, vital: Vitality) -> Markup:
    """Every city with a link to its page, its intended profile, on what it stands out on either
    side, and its number of known measures.
    """
    facts, text, selection = context.facts, context.text, context.selection
    rows = []
    for place in facts.centres:
        intended = vitality.own_profile(facts, place)
        wanted = place.profile if intended is None else intended.value_text
        known = sum((place.place_id, name) in vital.readings for name in vital.indicators)
        address = permalink.address(permalink.at_place(selection, place.place_id), "profiel")
        comparisons = vitality.compare_with_others(vital, place.place_id)
        apart = (
            "; ".join(
                row.indicator.label.text(text.lang) for row in comparisons if row.side == side
            )
            or text("profile.side_none" if comparisons else "unknown.cell")
            for side in ("strong", "weak")
        )
        rows.append(
            (
                door(place.names[text.lang], address),
                text("unknown.cell") if wanted is None else facts.translate(wanted, text.lang),
                *apart,
                text("profile.known_of", known=known, total=len(vital.indicators)),
            )
        )
    return render("profile.profiles", rows=rows, text=text)


def supply(context: Context, unknown: str) -> Markup:
    """What is unknown, with a link to how to supply it."""
    way = permalink.address(context.selection, "bronnen", only=("taal",))
    return node("p", f"{unknown} ", door(context.text("unknown.door"), way), class_="quiet")


def sides(place: RetailPlace, vital: Vitality, text: Texts) -> Markup:
    """Where the city is strong, weak or in between, as dots beside the range of the others."""
    comparisons = vitality.compare_with_others(vital, place.place_id)
    if not comparisons:
        return node("p", text("profile.no_side", place=place.names[text.lang]), class_="caution")
    groups = [
        (text(f"profile.side_{side}"), [_compared(row, text) for row in rows])
        for side in _SIDES
        if (rows := [row for row in comparisons if row.side == side])
    ]
    note = text("profile.side_note", count=len(comparisons), total=len(vital.indicators))
    return render(
        "profile.sides", groups=groups, place=place.names[text.lang], note=note, text=text
    )


def _compared(row: IndicatorComparison, text: Texts) -> tuple[str, str, str | None, str, str]:
    """One measure: its name, its area with the year, its dot, the figure, and the others."""
    area = text(f"scope_name.{row.indicator.scope}")
    return (
        row.indicator.label.text(text.lang),
        f"{area}, {row.year}",
        None if row.indicator.yes_no else _dot(row),
        written(row.indicator, row.value, text.lang),
        others(row, text),
    )


def _dot(row: IndicatorComparison) -> str:
    """Where the dot and the bar of the others stand in per cent, the better end on the right."""
    low, high = min(row.value, row.lowest), max(row.value, row.highest)
    at, *ends = (
        100.0 * (value - low) / (high - low) if high > low else 50.0
        for value in (row.value, row.lowest, row.highest)
    )
    if row.indicator.better == "lower":
        at, *ends = (100.0 - share for share in (at, *reversed(ends)))
    return f"--at:{at:.1f};--low:{ends[0]:.1f};--high:{ends[1]:.1f}"


def others(row: IndicatorComparison, text: Texts) -> str:
    """The range of the other cities; of a question how many of them say yes."""
    low, high = (written(row.indicator, value, text.lang) for value in (row.lowest, row.highest))
    key = "profile.others_equal" if low == high else "profile.others"
    return text(
        "profile.others_yes" if row.indicator.yes_no and low != high else key,
        yes=row.yes,
        others=row.others,
        low=low if low == high else low.removesuffix(row.indicator.unit.text(text.lang)).rstrip(),
        high=high,
    )


def changed(
    place: RetailPlace,
    vital: Vitality,
    text: Texts,
    *,
    published: Sequence[tuple[Turn, str]] = (),
    goals: Sequence[str] = (),
) -> Markup:
    """What changed within a consistent series: up, down or the same, without a judgement.

    `published` are series that a source gives itself, `goals` stand beside them as goals.
    """
    turns = [(row.turn, sentence(row, text)) for row in vital.changes.get(place.place_id, ())]
    turns += published
    groups = [
        (text(f"profile.turn_{turn}"), sentences)
        for turn in _TURNS
        if (sentences := [words for known, words in turns if known == turn])
    ]
    if not groups:
        return node("p", text("profile.no_series", place=place.names[text.lang]), class_="caution")
    if goals:
        groups.append((text("profile.goals"), list(goals)))
    return render("profile.columns", groups=groups, note=text("profile.turn_note"))


def published(facts: Facts, place: RetailPlace, text: Texts) -> list[tuple[Turn, str]]:
    """The first and last figure of each series that a source gives itself, with their years."""
    turns: list[tuple[Turn, str]] = []
    for first, last in vitality.published_pairs(facts, place):
        before, after = first.value or 0.0, last.value or 0.0
        label = f"{citation.what(last, facts, text)} ({citation.area(last, facts, text)})"
        words = text(
            "profile.change",
            label=label,
            first=citation.value(first, facts, text),
            first_year=first.year or 0,
            last=citation.value(last, facts, text),
            last_year=last.year or 0,
        )
        turns.append(("up" if after > before else "down" if after < before else "same", words))
    return turns


def goals(facts: Facts, place: RetailPlace, text: Texts) -> list[str]:
    """The goals of a place with their area and year, said to be no measurements."""
    return [
        text(
            "profile.goal",
            label=citation.what(row, facts, text),
            area=citation.area(row, facts, text),
            value=citation.value(row, facts, text),
            period=citation.period(row, text),
        )
        for row in vitality.goals(facts, place)
    ]


def sentence(change: IndicatorChange, text: Texts) -> str:
    """One change in words: both figures with their years, not their difference."""
    label = change.indicator.label.text(text.lang)
    if change.first is None:
        return text(
            "profile.change_self",
            label=label,
            value=written(change.indicator, change.last, text.lang),
            first_year=change.first_year,
            year=change.last_year,
        )
    return text(
        "profile.change",
        label=label,
        first=written(change.indicator, change.first, text.lang),
        first_year=change.first_year,
        last=written(change.indicator, change.last, text.lang),
        last_year=change.last_year,
    )


def measures(context: Context, place: RetailPlace | None, vital: Vitality) -> Markup:
    """The indicators by group: value, year and basis for one place, and coverage of places."""

    def row(indicator: Indicator) -> tuple[object, ...]:
        known = vital.known(indicator.id)
        reading = None if place is None else vital.readings.get((place.place_id, indicator.id))
        if reading is None:
            return indicator, known, None, None, None
        figure = written(indicator, reading.value, context.text.lang)
        return indicator, known, reading, figure, _address(context, reading)

    indicators = vital.indicators.values()
    groups = [
        (
            context.text(f"group.{group}"),
            [row(indicator) for indicator in indicators if indicator.group == group],
        )
        for group in GROUPS
    ]
    return render(
        "profile.measures",
        groups=groups,
        placed=place is not None,
        places=len(vital.places),
        text=context.text,
    )


def _address(context: Context, reading: IndicatorValue) -> str | None:
    """Link to what a reading rests on, among the figures or the streets; None for neither."""
    facts, selection = context.facts, context.selection
    if any(row.observation_id == reading.row_id for row in facts.observations):
        return figures.address(reading.row_id, selection)
    return permalink.address(selection, "straten") if reading.row_id in surveys(facts) else None


def surveys(facts: Facts) -> dict[str, str]:
    """Source id by survey id."""
    return {survey.survey: survey.source_id for survey in facts.towns.surveys}


def alike(place: RetailPlace, vital: Vitality, facts: Facts, text: Texts) -> Markup:
    """The places most like this one and why the first of them is, or what data is missing."""
    name = place.names[text.lang]
    # Of a few others, all but the nearest are merely the rest.
    count = 1 if len(vital.places) < _MANY_PLACES else 3
    try:
        names = [
            str(place_id) for place_id in nearest(vital.table, place.place_id, count=count).index
        ]
    except TooFewToCompareError as refused:
        return node(
            "p",
            text(
                f"profile.alike_{refused.lacking}",
                place=name,
                needed=round(refused.needed),
                found=round(refused.actual),
            ),
            class_="caution",
        )
    return node(
        "p",
        text(
            "profile.alike",
            place=name,
            others=listed([facts.places[other].names[text.lang] for other in names], text),
            number=len(vital.places) - 1,
            features=vital.table.dropna(axis="columns").shape[1],
        ),
        " ",
        _resemblance(place, facts.places[names[0]], vital, text),
    )


def _resemblance(place: RetailPlace, other: RetailPlace, vital: Vitality, text: Texts) -> str:
    """What two places share and where they differ most, with their values."""

    def both(indicator_id: str) -> str:
        indicator = vital.indicators[indicator_id]
        own, others = (
            written(indicator, vital.readings[where.place_id, indicator_id].value, text.lang)
            for where in (place, other)
        )
        label = indicator.label.text(text.lang)
        return text("profile.alike_values", label=label, own=own, other=others)

    why = explain(vital.table, place.place_id, other.place_id)
    apart = text("profile.alike_apart", measure=both(why.apart))
    if not why.shared:
        return apart
    measures = listed([both(indicator_id) for indicator_id in why.shared], text)
    names = {"place": place.names[text.lang], "other": other.names[text.lang]}
    shared = text("profile.alike_shared", measures=measures, **names)
    return f"{shared} {apart}"


def _source(context: Context, row: Observation, *, statement: str | None = None) -> Markup:
    """An optional `statement`, the period of a figure and a link to it."""
    return render(
        "profile.source",
        period=_capitalised(citation.period(row, context.text)),
        publisher=context.facts.publisher(row.source_id, context.text.lang),
        address=figures.address(row.observation_id, context.selection),
        statement=statement,
    )


def _capitalised(words: str) -> str:
    """The words with a capital letter at the start."""
    return words[:1].upper() + words[1:]


def _related(row: Observation, facts: Facts, text: Texts) -> str:
    value = citation.value(row, facts, text)
    return f"{citation.what(row, facts, text)} ({text(f'nature.{row.nature}')}): {value}"
