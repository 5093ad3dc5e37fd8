"""The index: why there is none, or its weights, intervals and what they rest on."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard.analysis.ranking import (
    LEVEL,
    MIN_PLACES,
    NEEDED_COVERAGE,
    InsufficientCoverage,
    PlaceRank,
    Ranking,
    Sensitivity,
    Shift,
    reach,
)
from dashboard.analysis.vitality import Gap, Vitality, about_centre
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.panels import controls as widgets
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.index_weights import HEAVIEST
from dashboard.selection.permalink import Selection
from dashboard.session import visitor
from dashboard.session.visitor import Binding
from dashboard.style import theme
from dashboard.style.html import Markup
from dashboard.style.templates import render
from geo import presets
from geo.ageing import YEARLY_CHANGE
from geo.indicator import GROUPS
from geo.indicators import declared_measures

_SWITCH = "index"
_PRESET = "startgewichten"
_MEASURED = "maten"
_COLUMNS = 3
# More pairs than these are counted, not listed.
# With more, the others are the shorter list.
_NAMED_ALIKE = 4
_LISTED_PAIRS = 10


def centre_only(selection: Selection) -> bool:
    """Whether only the measures about the centre itself count."""
    return selection.measured != permalink.MEASURED[0]


def counted(selection: Selection, vital: Vitality) -> Vitality:
    """What the index of this selection counts."""
    return about_centre(vital) if centre_only(selection) else vital


def weights(selection: Selection, vital: Vitality) -> tuple[tuple[str, int], ...]:
    """The weights of the measures of `vital`; nothing when none of them has any."""
    chosen = tuple(pair for pair in selection.weights if pair[0] in vital.indicators)
    return chosen if any(weight for _, weight in chosen) else ()


def shortage(vital: Vitality) -> InsufficientCoverage | None:
    """Why there is no index, neither of all measures nor of those about the centre."""
    every = reach(vital)
    if isinstance(every, InsufficientCoverage) and isinstance(
        reach(about_centre(vital)), InsufficientCoverage
    ):
        return every
    return None


def too_little(context: Context, shortage: InsufficientCoverage, vital: Vitality) -> Markup:
    """Why there is no index, and which measures are missing for which places."""
    text = context.text
    gaps = [
        (
            gap.indicator.label.text(text.lang),
            _where(gap, context.facts, vital, text),
            " ".join(text(f"bring.{need}") for need in gap.tables or gap.indicator.needs),
        )
        for gap in vital.gaps
    ]
    return render(
        "index.too_little",
        reason=refusal(shortage, text),
        asked=bool(context.selection.weights) and not centre_only(context.selection),
        gaps=gaps,
        text=text,
    )


def refusal(shortage: InsufficientCoverage, text: Texts) -> str:
    """Why there is no index, in one sentence with the numbers."""
    if shortage.places < MIN_PLACES:
        return text(
            "index.few_places_one" if shortage.places == 1 else "index.few_places",
            places=shortage.places,
        )
    return text(
        "index.too_little",
        shared=shortage.shared,
        indicators=shortage.indicators,
        places=shortage.places,
        coverage=theme.share(shortage.coverage, text.lang, decimals=0),
        needed=theme.share(NEEDED_COVERAGE, text.lang, decimals=0),
    )


def _where(gap: Gap, facts: Facts, vital: Vitality, text: Texts) -> str:
    if len(gap.places) == len(vital.places) > 1:
        return text("index.everywhere")
    return listed([facts.places[place].names[text.lang] for place in gap.places], text)


def controls(context: Context, vital: Vitality) -> None:
    """Draw the switch (on when the link has weights), the presets and a slider per measure."""
    text, selection = context.text, context.selection
    switch = _switch(vital)
    widgets.switch(_SWITCH, text("index.switch"), switch, selection)
    if not switch.get(selection):
        return
    measured = {name: text(f"index.measured_{name}") for name in permalink.MEASURED}
    widgets.pill(
        _MEASURED, text("index.measured"), measured, widgets.binding("measured"), selection
    )
    vital = counted(selection, vital)
    if isinstance(reach(vital), InsufficientCoverage):
        return
    with st.container(key="weights"):
        labels = {preset.id: preset.label.text(text.lang) for preset in presets.PRESETS}
        widgets.pill(_PRESET, text("index.presets"), labels, _preset(vital), selection)
        with st.expander(text("index.sliders")):
            _sliders(context, vital)
        st.caption(text("index.of_size"))
    if not weights(selection, vital):
        st.caption(text("index.no_weight"))


def _switch(vital: Vitality) -> Binding[bool]:
    """Binding to whether an index is shown; without weights no address holds that."""
    entry = visitor.entry(_SWITCH, False)

    def put(selection: Selection, on: bool) -> Selection:
        first = _of_preset(presets.PRESETS[0], vital)
        return replace(entry.put(selection, on), weights=tuple(first.items()) if on else ())

    return Binding(lambda selection: bool(selection.weights) or entry.get(selection), put)


def _of_preset(preset: presets.Preset, vital: Vitality) -> dict[str, int]:
    """The weights of a preset; what merely grows with size gets none."""
    groups = {name: vital.groups[name] for name in vital.weighable}
    given = presets.weights(preset, groups, heaviest=HEAVIEST)
    return {name: given.get(name, 0) for name in vital.indicators}


def _weights(selection: Selection, vital: Vitality) -> dict[str, int]:
    """The weights on the screen, all 0 for an index without weights."""
    return dict.fromkeys(vital.indicators, 0) | dict(weights(selection, vital))


def _weighing(selection: Selection, chosen: Mapping[str, int]) -> Selection:
    """The selection with these weights; measures that do not count now keep theirs."""
    visitor.enter(_SWITCH, True)
    every = dict.fromkeys(declared_measures(), 0) | dict(selection.weights) | dict(chosen)
    return replace(selection, weights=tuple(every.items()) if any(every.values()) else ())


def _preset(vital: Vitality) -> Binding[str | None]:
    """Binding to the preset that gives the current weights, if any does."""

    def get(selection: Selection) -> str | None:
        chosen = _weights(selection, vital)
        return next((row.id for row in presets.PRESETS if _of_preset(row, vital) == chosen), None)

    def put(selection: Selection, chosen: str | None) -> Selection:
        preset = next(preset for preset in presets.PRESETS if preset.id == chosen)
        return _weighing(selection, _of_preset(preset, vital))

    return Binding(get, put)


def _weight(name: str, vital: Vitality) -> Binding[int]:
    """Binding to the weight of one measure."""

    def put(selection: Selection, weight: int) -> Selection:
        return _weighing(selection, {name: weight})

    return Binding(lambda selection: _weights(selection, vital)[name], put)


def _sliders(context: Context, vital: Vitality) -> None:
    members = {
        group: [name for name, member_of in vital.groups.items() if member_of == group]
        for group in GROUPS
    }
    columns: list[list[str]] = [[] for _ in range(_COLUMNS)]
    # The largest group first, each into the shortest column.
    for group in sorted(GROUPS, key=lambda group: -len(members[group])):
        min(columns, key=lambda groups: sum(len(members[name]) for name in groups)).append(group)
    shown = sorted(sorted(groups, key=GROUPS.index) for groups in columns)
    for column, groups in zip(st.columns(_COLUMNS, gap="large"), shown, strict=True):
        for group in groups:
            column.markdown(f"**{context.text(f'group.{group}')}**")
            for name in members[group]:
                with column:
                    widgets.slider(
                        f"gewicht_{name}",
                        vital.indicators[name].label.text(context.text.lang),
                        (0, HEAVIEST),
                        _weight(name, vital),
                        context.selection,
                    )


def origins(text: Texts) -> Markup:
    """Where each preset comes from."""
    return render("index.origins", presets=presets.PRESETS, lang=text.lang)


def result(ranking: Ranking, facts: Facts, vital: Vitality, text: Texts) -> Markup:
    """Score and rank intervals per place, ties, and what the outcome rests on."""
    return render(
        "index.result",
        headline=headline(ranking, facts, text),
        pairs=pairs(ranking, facts, text),
        modelled=modelled(ranking, vital, text),
        standings=[
            {
                "name": facts.places[row.place_id].names[text.lang],
                "score": _score(row, text),
                "bar": f"left:{row.score_low:.0f}%;"
                f"width:{max(row.score_high - row.score_low, 1.0):.0f}%",
                "dot": f"left:{row.score_median:.0f}%",
                "rank": rank(row, text),
                "apart": apart(row, facts, text),
            }
            for row in ranking.places
        ],
        summary=matters(ranking.sensitivities, text),
        matters=_matter_rows(ranking.sensitivities, text),
        shifts=left_out(ranking.shifts, facts, vital, text),
        text=text,
    )


def headline(ranking: Ranking, facts: Facts, text: Texts) -> str:
    """How many pairs cannot be told apart, or the only place that can."""
    count = len(ranking.places)
    total, apart = count * (count - 1) // 2, len(ranking.apart)
    if apart in (0, total):
        return text("index.all_apart") if apart else text("index.none_apart")
    in_all = [row.place_id for row in ranking.places if not row.same]
    if len(in_all) == 1 and apart == count - 1:
        return text("index.only_apart", place=facts.places[in_all[0]].names[text.lang])
    return text("index.some_apart", same=total - apart, total=total)


def pairs(ranking: Ranking, facts: Facts, text: Texts) -> list[str]:
    """First the pairs that cannot be told apart, then who stands above whom."""
    names = {row.place_id: facts.places[row.place_id].names[text.lang] for row in ranking.places}
    same = [
        listed([names[row.place_id], names[other.place_id]], text)
        for row, other in itertools.combinations(ranking.places, 2)
        if other.place_id in row.same
    ]
    sentences = [text("index.same_pairs", pairs="; ".join(same))]
    for place, name in names.items():
        if below := [names[lower] for higher, lower in ranking.apart if higher == place]:
            sentences.append(text("index.above", place=name, others=listed(below, text)))
    sentences.append(text("index.level", level=theme.number(100 * LEVEL, text.lang, decimals=0)))
    return sentences if 0 < len(same) <= _LISTED_PAIRS else sentences[1:]


def modelled(ranking: Ranking, vital: Vitality, text: Texts) -> str:
    """What the scores rest on, and what the margins hold."""
    about = [name for name in ranking.shared if vital.indicators[name].scope == "centre"]
    return text(
        "index.modelled",
        shared=len(ranking.shared),
        centre=len(about),
        coverage=theme.share(ranking.coverage, text.lang, decimals=0),
        level=theme.number(100 * LEVEL, text.lang, decimals=0),
        yearly=theme.share(YEARLY_CHANGE, text.lang, decimals=1),
    )


def _score(row: PlaceRank, text: Texts) -> str:
    scores = (row.score_low, row.score_high)
    return "–".join(theme.number(score, text.lang, decimals=0) for score in scores)


def rank(row: PlaceRank, text: Texts) -> str:
    """The rank as an interval, or as one rank where every draw agrees."""
    if row.rank_low == row.rank_high:
        return text("index.rank_one", rank=row.rank_low)
    return text("index.rank_between", low=row.rank_low, high=row.rank_high)


def apart(row: PlaceRank, facts: Facts, text: Texts) -> str:
    """Which other places cannot be told apart from this one; of many, which can."""
    if not row.same:
        return text("index.told_apart")
    others = [place.place_id for place in facts.centres if place.place_id != row.place_id]
    below_or_above = [other for other in others if other not in row.same]
    if not below_or_above:
        return text("index.none_told")
    if len(row.same) <= _NAMED_ALIKE:
        names = [facts.places[other].names[text.lang] for other in row.same]
        return text("index.same_as", others=listed(names, text))
    names = [facts.places[other].names[text.lang] for other in below_or_above]
    return text("index.only_told", others=listed(names, text))


def matters(assumptions: tuple[Sensitivity, ...], text: Texts) -> str:
    """Which assumption the ranking depends on most, or that it depends on none."""

    def named(matter: Sensitivity) -> tuple[str, str]:
        share = theme.share(matter.total or 0.0, text.lang, decimals=0)
        return text(f"assumption.{matter.assumption}"), share

    known = [matter for matter in assumptions if matter.total is not None and matter.varied]
    unvaried = (
        "" if all(matter.varied for matter in assumptions) else f" {text('index.data_unvaried')}"
    )
    if not known:
        return text("index.no_matter") + unvaried
    most, *others = sorted(known, key=lambda matter: -(matter.total or 0.0))
    further = [f"{name} ({share})" for name, share in map(named, others)]
    name, share = named(most)
    return (
        " ".join(
            [
                text("index.most_matter", assumption=name, share=share),
                *([text("index.then_matter", others=listed(further, text))] if further else []),
            ]
        )
        + unvaried
    )


def _matter_rows(assumptions: tuple[Sensitivity, ...], text: Texts) -> list[tuple[str, ...]]:
    return [
        (
            text(f"assumption.{row.assumption}"),
            *(
                theme.share(share, text.lang, decimals=0) if row.varied else text("index.unvaried")
                for share in (row.first, row.total)
            ),
        )
        for row in assumptions
        if row.total is not None and row.first is not None
    ]


def left_out(shifts: tuple[Shift, ...], facts: Facts, vital: Vitality, text: Texts) -> list[str]:
    """A sentence per measure that matters: which place moves most without it."""
    if not shifts:
        return [text("index.no_shift")]
    return [
        text(
            (
                ("index.shift_down_one" if shift.ranks == 1 else "index.shift_down")
                if shift.ranks > 0
                else ("index.shift_up_one" if shift.ranks == -1 else "index.shift_up")
            ),
            measure=vital.indicators[shift.indicator].label.text(text.lang),
            place=facts.places[shift.place_id].names[text.lang],
            ranks=abs(shift.ranks),
        )
        for shift in shifts
    ]
