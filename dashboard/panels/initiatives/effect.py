"""The effect of initiatives: why it is unknown, or both designs with drawing and table."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.analysis.effect_evaluation import Evidence, Standstill
from dashboard.charts import svg
from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, Mark, Point, TextMark
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.panels.initiatives import chain
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import effect
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render
from geo.errors import RefusedError

if TYPE_CHECKING:
    # They load scipy, which a page without a result does not need.
    from geo.effects import Effect
    from geo.synthetic import SyntheticControl

_WIDTH, _HEIGHT = 620.0, 250.0
# Right of the lines stand their names.
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 156.0, 34.0, 30.0
_NAME_SIZE, _NAME_LETTERS = 14.0, 14
# More labels would overlap on a phone.
_MOST_YEARS = 10
_TREATED, _CONTROL, _PLACEBO = "#b0186f", "#33475b", "#8d96a0"


def answer(measured: Sequence[Evidence], facts: Facts, text: Texts) -> str:
    """Whether it helped, in a sentence."""
    answers = [
        text(
            "verdict.answer",
            place=facts.places[evidence.place_id].names[text.lang],
            finding=f"{effect.of_difference(evidence.difference, text)} "
            f"{effect.together(evidence, text)}",
        )
        for evidence in measured
    ]
    return " ".join(answers) or text("verdict.answer_unknown")


def lead(context: Context, measured: Sequence[Evidence]) -> Markup:
    """The answer with a link to what it rests on, and links to the parts of the page."""
    text = context.text
    parts = (
        (permalink.address(context.selection, "effect"), chain.question(context.facts, text)),
        ("#tijd", text("timeline.title")),
        ("#wie", text("actors.title")),
    )
    return render(
        "effect.answer",
        sentence=answer(measured, context.facts, text),
        parts=parts,
        text=text,
    )


def card(standstill: Standstill, text: Texts) -> Markup:
    """Why the effect is unknown, what both designs answered, and what data would be needed."""
    return render(
        "effect.card",
        obstacles=[effect.obstacle(obstacle, text) for obstacle in standstill.obstacles],
        attempts=effect.attempts(standstill.refused, text) if standstill.refused else (),
        needed=effect.needed(text),
        text=text,
    )


def analysis(evidence: Evidence, facts: Facts, text: Texts) -> Markup:
    """Both designs in words, what was compared, and the tables of both drawings."""
    names = [facts.streets[key][1] for key in evidence.treated]
    difference, synthetic = evidence.difference, evidence.synthetic
    return render(
        "effect.analysis",
        place=facts.places[evidence.place_id].names[text.lang],
        compared=effect.compared(evidence, names, text),
        difference=effect.of_difference(difference, text),
        checked=None if isinstance(difference, RefusedError) else effect.trend(difference, text),
        synthetic=effect.of_synthetic(synthetic, text),
        beside=None if isinstance(synthetic, RefusedError) else effect.placebos(synthetic, text),
        together=effect.together(evidence, text),
        tables=_tables(evidence, facts, text),
        text=text,
    )


def drawn(evidence: Evidence, text: Texts) -> tuple[Markup, ...]:
    """The drawings: the difference with its interval, both paths, and the placebos of a synthetic
    control; empty without results.
    """
    difference, synthetic = evidence.difference, evidence.synthetic
    drawings = []
    if not isinstance(difference, RefusedError) and difference.consistent_with != "cannot_tell":
        drawings.append(interval(difference, text))
    if evidence.paths:
        drawings.append(paths(evidence, text))
    if not isinstance(synthetic, RefusedError):
        drawings.append(placebos(evidence, synthetic, text))
    return tuple(drawings)


def interval(effect: "Effect", text: Texts) -> Markup:
    """The difference as a dot within the bar of its interval, beside a line at no difference."""
    low, high = min(effect.low, 0.0), max(effect.high, 0.0)

    def x(value: float) -> float:
        return _LEFT + (_WIDTH - 2 * _LEFT) * (value - low) / ((high - low) or 1.0)

    def signed(value: float) -> str:
        return f"{'+' if value > 0 else ''}{theme.number(value, text.lang, decimals=1)}"

    zero, bar = x(0.0), (x(effect.low), x(effect.high))
    parts: list[Mark] = [
        LineMark(((zero, _TOP - 12.0), (zero, _TOP + 40.0)), dash=(2.0, 4.0)),
        TextMark(zero, _TOP - 18.0, text("verdict.no_difference"), _NAME_SIZE, anchor="middle"),
        BoxMark(bar[0], _TOP + 18.0, bar[1] - bar[0], 8.0, theme.HAIRLINE),
        DotMark(x(effect.estimate), _TOP + 22.0, 6.0, _TREATED),
        TextMark(bar[0] - 8.0, _TOP + 27.0, signed(effect.low), _NAME_SIZE, anchor="end"),
        TextMark(bar[1] + 8.0, _TOP + 27.0, signed(effect.high), _NAME_SIZE, halo=True),
        TextMark(
            x(effect.estimate),
            _TOP + 8.0,
            signed(effect.estimate),
            _NAME_SIZE,
            _TREATED,
            600,
            anchor="middle",
        ),
    ]
    return _figure(parts, text("verdict.interval"), _TOP + 44.0)


def _tables(evidence: Evidence, facts: Facts, text: Texts) -> list[Markup]:
    tables = [table(evidence, text)] if evidence.paths else []
    if isinstance(evidence.synthetic, RefusedError):
        return tables
    names = {key: street.name for key, street in facts.towns[evidence.place_id].streets.items()}
    return [*tables, placebo_tables(evidence.synthetic, names, text)]


def table(evidence: Evidence, text: Texts) -> Markup:
    """The paths as a table: per survey the mean share in both kinds of streets."""
    rows = [
        (
            theme.month(path.surveyed, text.lang),
            *(
                theme.share(share / 100, text.lang, decimals=1)
                for share in (path.treated, path.control)
            ),
        )
        for path in evidence.paths
    ]
    return render("effect.paths", rows=rows, text=text)


def paths(evidence: Evidence, text: Texts) -> Markup:
    """The two paths as a drawing: a full line with squares and a dashed one with circles."""
    first, last = evidence.paths[0].surveyed, evidence.paths[-1].surveyed
    top = max(max(path.treated, path.control) for path in evidence.paths) * 1.15 or 1.0
    days = max((last - first).days, 1)

    def x(day_ordinal: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day_ordinal - first.toordinal()) / days

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top

    treated = [(x(path.surveyed.toordinal()), y(path.treated)) for path in evidence.paths]
    control = [(x(path.surveyed.toordinal()), y(path.control)) for path in evidence.paths]
    parts = [
        *_scale(
            [(y(value), theme.share(value / 100, text.lang, decimals=0)) for value in ticks(top)],
            base=y(0),
        ),
        *_start_line(x((evidence.before.toordinal() + evidence.start.toordinal()) // 2), text),
        LineMark(tuple(control), _CONTROL, 2.0, dash=(6.0, 4.0)),
        LineMark(tuple(treated), _TREATED, 2.0),
        *(DotMark(px, py, 4.0, theme.PAPER, _CONTROL) for px, py in control),
        *_squares(treated),
        *_names(
            [(treated[-1][1], "treated", _TREATED), (control[-1][1], "control", _CONTROL)], text
        ),
        *_years([(x(path.surveyed.toordinal()), path.surveyed.year) for path in evidence.paths]),
    ]
    return _figure(parts, text("verdict.paths"))


def placebos(evidence: Evidence, synthetic: "SyntheticControl", text: Texts) -> Markup:
    """The gap of the treated streets as a full line with squares, among thin placebo lines."""
    days: list[int] = [moment.toordinal() for moment in synthetic.gap.index]
    size = (
        max(float(synthetic.gap.abs().max()), float(synthetic.placebos.abs().to_numpy().max()))
        or 1.0
    )

    def x(day: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - days[0]) / max(days[-1] - days[0], 1)

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1.0 - value / size) / 2.0

    treated = [(x(day), y(value)) for day, value in zip(days, synthetic.gap, strict=True)]
    drawn = [
        LineMark(tuple((x(day), y(value)) for day, value in zip(days, gaps, strict=True)), _PLACEBO)
        for _, gaps in synthetic.placebos.items()
    ]
    marks = [
        (value, f"+{theme.number(value, text.lang)}" if value else "0") for value in ticks(size)
    ]
    marks += [
        (-value, f"\N{MINUS SIGN}{theme.number(value, text.lang)}")
        for value in ticks(size)
        if value
    ]
    parts = [
        *_scale([(y(value), label) for value, label in marks], base=y(0)),
        *drawn,
        *_start_line(x((evidence.before.toordinal() + evidence.start.toordinal()) // 2), text),
        LineMark(tuple(treated), _TREATED, 2.0),
        *_squares(treated),
        *_names(
            [
                (treated[-1][1], "treated", _TREATED),
                (y(float(synthetic.placebos.iloc[-1].median())), "placebo_lines", "#59616a"),
            ],
            text,
        ),
        *_years([(x(moment.toordinal()), moment.year) for moment in synthetic.gap.index]),
    ]
    return _figure(parts, text("verdict.gaps"))


def placebo_tables(synthetic: "SyntheticControl", names: Mapping[str, str], text: Texts) -> Markup:
    """The placebos as tables: gaps per survey; weight in the synthetic control and ratio per
    street.
    """
    low, high = synthetic.placebos.min(axis=1), synthetic.placebos.max(axis=1)
    gaps = [
        (
            theme.month(moment.date(), text.lang),
            *(theme.number(value, text.lang, decimals=1) for value in values),
        )
        for moment, *values in zip(synthetic.gap.index, synthetic.gap, low, high, strict=True)
    ]
    order = synthetic.ratios.sort_values(ascending=False, kind="stable").index
    ratio = theme.number(synthetic.ratio, text.lang, decimals=1)
    ratios = [(text("verdict.treated"), "", ratio)] + [
        (
            names[street],
            theme.share(float(synthetic.weights[street]), text.lang, decimals=0),
            theme.number(float(synthetic.ratios[street]), text.lang, decimals=1),
        )
        for street in order
    ]
    return render("effect.placebos", gaps=gaps, ratios=ratios, text=text)


def _figure(marks: Sequence[Mark], title: str, height: float = _HEIGHT) -> Markup:
    drawing = svg.write(Drawing(_WIDTH, height, title, tuple(marks)))
    return node("figure", node("figcaption", title), drawing, class_="broad")


def _squares(points: Sequence[Point]) -> list[BoxMark]:
    return [BoxMark(x - 4.0, y - 4.0, 8.0, 8.0, _TREATED) for x, y in points]


def _start_line(x: float, text: Texts) -> tuple[Mark, Mark]:
    """Where the initiatives began."""
    return (
        LineMark(((x, _TOP - 24.0), (x, _HEIGHT - _BOTTOM)), dash=(2.0, 4.0)),
        TextMark(x + 4.0, _TOP - 14.0, text("verdict.start_line"), _NAME_SIZE),
    )


def ticks(top: float) -> list[float]:
    """Round values from 0 up to `top`, three to six of them where the scale allows."""
    magnitude = 10.0 ** math.floor(math.log10(top))
    step = next(size * magnitude for size in (0.2, 0.5, 1.0, 2.0) if top / (size * magnitude) < 5.0)
    step = max(step, 1.0)
    return [step * number for number in range(int(top / step + 1e-9) + 1)]


def _scale(marks: Sequence[tuple[float, str]], *, base: float) -> list[Mark]:
    """A thin line per value with its label left of it, the line at `base` stronger."""
    return [
        mark
        for y, label in marks
        for mark in (
            LineMark(
                ((_LEFT, y), (_WIDTH - _RIGHT, y)), theme.QUIET if y == base else theme.HAIRLINE
            ),
            TextMark(_LEFT - 8.0, y + 5.0, label, _NAME_SIZE, anchor="end"),
        )
    ]


def _years(moments: Sequence[tuple[float, int]]) -> list[Mark]:
    """The years under the drawing, always with the last."""
    step = math.ceil(len(moments) / _MOST_YEARS)
    return [
        TextMark(x, _HEIGHT - 8.0, str(year), _NAME_SIZE, anchor="middle")
        for x, year in moments[::-step]
    ]


def _names(ends: Sequence[tuple[float, str, str]], text: Texts) -> list[Mark]:
    """The names of lines in their colours where they end, one below the other."""
    written: list[Mark] = []
    free = 0.0
    for end, key, ink in sorted(ends):
        lines = textwrap.wrap(text(f"verdict.{key}"), _NAME_LETTERS)
        first = max(end - (len(lines) - 1) * _NAME_SIZE / 2, free)
        free = first + (len(lines) + 0.5) * 1.2 * _NAME_SIZE
        for number, line in enumerate(lines):
            y = first + number * 1.2 * _NAME_SIZE + 5.0
            written.append(TextMark(_WIDTH - _RIGHT + 10.0, y, line, _NAME_SIZE, ink, 600))
    return written
