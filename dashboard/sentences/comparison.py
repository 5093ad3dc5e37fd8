"""Centres or years side by side on what was measured alike, and where they lie farthest apart."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from dashboard.analysis import comparison, figures
from dashboard.analysis.stations import CORONA_YEARS
from dashboard.analysis.vitality import IndicatorValue, Vitality
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.sentences import centre, citation, headline_figures, town_dots
from dashboard.sentences.indicator_value import written
from dashboard.sentences.town_dots import Cited, Dot, DotColumn
from dashboard.style import theme
from geo.indicator import Indicator

# What the centre itself is measured on comes first.
_SCOPES = ("centre", "nearby", "municipality")
_INFLOW = "non_daily_inflow"
_CORONA = frozenset(map(str, CORONA_YEARS))


def of_centres(
    places: Sequence[RetailPlace], vital: Vitality, facts: Facts, text: Texts
) -> tuple[DotColumn, ...]:
    """Every measure that two of the centres share; open where each centre counts in its own way.

    The dots of a measure are those of all centres, so that its scale stays as the choice changes.
    """
    chosen = {place.place_id for place in places}
    figures_by_id = {row.observation_id: row for row in facts.observations}
    measures = {
        name: _measure(indicator, vital, figures_by_id, facts, text)
        for name, indicator in vital.indicators.items()
        if not indicator.yes_no
    }
    shared = {name: row for name, row in measures.items() if len(chosen & row.dots.keys()) > 1}
    pages = [centre.words(facts, place, vital, text) for place in facts.centres]
    vacancy = [row for name, row in shared.items() if name in figures.VACANCY_RATES]
    if not any(chosen <= row.dots.keys() for row in vacancy):
        published = town_dots.vacancy(places, facts, text)
        # What compares stands among the measures.
        vacancy[:0] = [] if published.compares and vacancy else [published]
    others = sorted(
        shared.keys() - set(figures.VACANCY_RATES),
        key=lambda name: (
            _SCOPES.index(vital.indicators[name].scope),
            [*vital.indicators].index(name),
        ),
    )
    inflow = []
    if _INFLOW not in shared or not chosen <= shared[_INFLOW].dots.keys():
        inflow.append(town_dots.inflow(places, facts, text))
    travellers = town_dots.shared(pages, "travellers")
    rows = (
        *vacancy,
        *(() if travellers is None else (travellers,)),
        *(shared[name] for name in others),
        *inflow,
    )
    apart = text("comparison.apart")
    return tuple(
        row if row.compares else replace(row, note=apart)
        for row in rows
        if len(chosen & row.dots.keys()) > 1
    )


def _measure(
    indicator: Indicator,
    vital: Vitality,
    published: Mapping[str, Observation],
    facts: Facts,
    text: Texts,
) -> DotColumn:
    readings = {
        place_id: reading
        for (place_id, name), reading in vital.readings.items()
        if name == indicator.id and reading.beside
    }
    # A sign of per cent stands at the figure, another unit once for all.
    unit = "" if (sign := indicator.unit.text(text.lang)) == "%" else sign
    years = sorted({reading.year for reading in readings.values()})
    scope = text(f"scope_name.{indicator.scope}")
    return DotColumn(
        heading=indicator.label.text(text.lang),
        note=", ".join(filter(None, (unit, scope, _span(years)))),
        compares=True,
        dots={
            place_id: Dot(
                reading.value,
                written(indicator, reading.value, text.lang).removesuffix(f" {unit}"),
                cited=_behind(indicator, reading, published, facts),
            )
            for place_id, reading in readings.items()
        },
        of_size=indicator.of_size,
    )


def _behind(
    indicator: Indicator,
    reading: IndicatorValue,
    published: Mapping[str, Observation],
    facts: Facts,
) -> tuple[Cited, ...]:
    """The figure of a reading; else the source of its survey of shops or of its station."""
    if reading.row_id in published:
        return (published[reading.row_id],)
    if "stops" in indicator.needs:
        return ((facts.station_source_id, str(reading.year)),)
    return tuple(
        (survey.source_id, str(reading.year))
        for survey in facts.towns.surveys
        if survey.survey == reading.row_id
    )


def _span(years: Sequence[int]) -> str:
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else ""


def of_years(
    places: Sequence[RetailPlace], years: Sequence[int], facts: Facts, text: Texts
) -> tuple[DotColumn, ...]:
    """Every survey and series of the places with figures of two of the years, a dot per year.

    One source counted a series in one way; its years alone stand side by side, not its places.
    """
    rows: list[DotColumn] = []
    for place in places:
        of_place = [_series(series, facts, text) for series in comparison.series(facts, place)]
        # Without a published vacancy the surveys of shops stand for it, as on the centre's page.
        if figures.vacancy_figure(facts, place.place_id, facts.years) is None:
            of_place.insert(0, _surveys(place, facts, text))
        name = place.names[text.lang]
        rows += (
            replace(row, heading=text("comparison.of_place", place=name, what=row.heading))
            if len(places) > 1
            else row
            for row in of_place
        )
    chosen = set(map(str, years))
    return tuple(row for row in rows if len(chosen & row.dots.keys()) > 1)


def _series(series: Sequence[Observation], facts: Facts, text: Texts) -> DotColumn:
    last = series[-1]
    source = citation.publisher_name(last.source_id, facts, text)
    return DotColumn(
        heading=citation.what(last, facts, text),
        note=f"{text(f'area.{last.area_kind}')}, {source}",
        compares=True,
        dots={
            str(row.year): Dot(
                row.value or 0.0, citation.value_without_unit(row, facts, text), cited=(row,)
            )
            for row in series
        },
    )


def _surveys(place: RetailPlace, facts: Facts, text: Texts) -> DotColumn:
    """The share of empty units in each survey of shops."""
    town = facts.towns.get(place.place_id)
    dots = {}
    for survey in () if town is None else town.surveys:
        if survey.rate is not None:
            counts = headline_figures.survey_counts(survey, text)
            month = theme.month(survey.day, text.lang)
            dots[str(survey.year)] = Dot(
                survey.rate,
                theme.share(survey.rate, text.lang, decimals=1),
                text("inventory.basis", month=month, **counts),
                cited=((survey.source_id, month),),
            )
    return DotColumn(text("theme.vacancy"), text("comparison.survey"), compares=True, dots=dots)


def lead(rows: Sequence[DotColumn], names: Mapping[str, str], text: Texts) -> str:
    """On what `names`, the name by key of a dot, lie farthest apart, and on what least so.

    Apart is measured on the scale that is drawn, from zero to the highest value. What merely grows
    with size is left out; where the intervals of a modelled measure overlap, that is said. A corona
    year is told only where no two other years are.
    """
    names = _without_corona(names)
    every = listed(list(names.values()), text)
    apart = by_gap(rows, names)
    unsure = [row for row in rows if row.compares and _overlap(row, names)]
    sentences = [text("comparison.overlap", what=row.heading) for row in unsure]
    if apart:
        sentences.append(_ends("comparison.most", apart[0], names, text))
    if len(apart) > 1 and not unsure:
        last = apart[-1]
        written = {dot.written for key, dot in last.dots.items() if key in names}
        key = "comparison.least" if len(written) > 1 else "comparison.alike"
        sentences.append(_ends(key, last, names, text))
    return " ".join(sentences) or text("comparison.none", names=every)


def headline(rows: Sequence[DotColumn], names: Mapping[str, str], text: Texts) -> str:
    """The two ends of the row of `rows` that stands first; that nothing compares without rows."""
    names = _without_corona(names)
    if not rows:
        return text("comparison.none", names=listed(list(names.values()), text))
    # A name, its figure and the sign of per cent stay on one line.
    first, second = (
        f"{name} {dot.written}".replace(" ", "\u00a0") for name, dot in _two_ends(rows[0], names)
    )
    return text("comparison.head", what=rows[0].heading, one=first, other=second)


def by_gap(rows: Sequence[DotColumn], names: Mapping[str, str]) -> list[DotColumn]:
    """The rows on which `names` certainly differ or agree, the farthest apart first.

    What merely grows with size is left out.
    """
    names = _without_corona(names)
    gaps = [(gap, row) for row in rows if (gap := _gap(row, names)) is not None]
    return [row for _, row in sorted(gaps, key=lambda pair: -pair[0])]


def cited(rows: Iterable[DotColumn], keys: Collection[str]) -> tuple[Cited, ...]:
    """What the dots of `keys` rest on, each once."""
    dots = (dot for row in rows for key, dot in row.dots.items() if key in keys)
    return tuple(dict.fromkeys(source for dot in dots for source in dot.cited))


def _without_corona(names: Mapping[str, str]) -> Mapping[str, str]:
    """The names without those of corona years, unless fewer than two are left."""
    usual = {key: name for key, name in names.items() if key not in _CORONA}
    return usual if len(usual) > 1 else names


def _gap(row: DotColumn, names: Mapping[str, str]) -> float | None:
    """The part of the scale between the dots of `names`; None where they do not compare."""
    values = [dot.value for key, dot in row.dots.items() if key in names]
    low, high = row.scale
    tell = row.compares and not row.of_size and not _overlap(row, names)
    if not tell or len(values) < 2 or high == low:
        return None
    return (max(values) - min(values)) / (high - low)


def _overlap(row: DotColumn, names: Mapping[str, str]) -> bool:
    """Whether the intervals of the modelled dots of `names` have a value in common."""
    ends = [
        (dot.low, dot.high)
        for key, dot in row.dots.items()
        if key in names and dot.low is not None and dot.high is not None
    ]
    return len(ends) > 1 and max(low for low, _ in ends) <= min(high for _, high in ends)


def _ends(key: str, row: DotColumn, names: Mapping[str, str], text: Texts) -> str:
    """The sentence `key` about the two dots farthest apart."""
    (name, dot), (other_name, other_dot) = _two_ends(row, names)
    return text(
        key,
        names=listed(list(names.values()), text),
        what=row.heading,
        note=row.note,
        one=name,
        first=dot.written,
        other=other_name,
        last=other_dot.written,
    )


def _two_ends(row: DotColumn, names: Mapping[str, str]) -> list[tuple[str, Dot]]:
    """The two dots farthest apart with their names, in the order of the names."""
    known = [(name, row.dots[item]) for item, name in names.items() if item in row.dots]
    ends = sorted(known, key=lambda pair: pair[1].value)
    return sorted((ends[0], ends[-1]), key=known.index)
