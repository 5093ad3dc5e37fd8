"""The evaluation of effect in words, made from its numbers: at most "consistent with"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from dashboard.analysis.effect_evaluation import Evidence, Obstacle
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.style import theme
from geo.errors import RefusedError

if TYPE_CHECKING:
    # Both import scipy, which a page without a result does not need.
    from geo.effects import Effect
    from geo.synthetic import SyntheticControl

Design = Literal["difference", "synthetic"]


def difference(effect: "Effect", text: Texts) -> str:
    """Difference in differences in a sentence or two: up, down, none, or why it cannot tell."""
    gaps: dict[str, str | int] = {
        "estimate": _points(abs(effect.estimate), text),
        "low": _signed(effect.low, text),
        "high": _signed(effect.high, text),
        "treated": effect.n_treated,
        "control": effect.n_control,
    }
    finding = effect.consistent_with
    if finding != "cannot_tell":
        return text(f"verdict.difference_{finding}", **gaps)
    # NaN: one survey before the start shows no trend.
    if effect.pre_trend_p != effect.pre_trend_p:
        return text("verdict.difference_untested", **gaps)
    return text("verdict.difference_trend", **gaps)


def synthetic(result: "SyntheticControl", text: Texts) -> str:
    """Synthetic control in a sentence or two: up, down, none, or too few to tell."""
    donors = result.weights.size
    gaps: dict[str, str | int] = {
        "effect": _points(abs(result.effect), text),
        "donors": donors,
        "as_large": round(result.p_value * (donors + 1)),
        "units": donors + 1,
    }
    return text(f"verdict.synthetic_{result.consistent_with}", **gaps)


def trend(effect: "Effect", text: Texts) -> str | None:
    """The result of the test on the time before the start; None with a single survey there."""
    from geo.effects import PRE_TREND_DOUBT

    # NaN: the sentence of the design says why.
    if effect.pre_trend_p != effect.pre_trend_p:
        return None
    gaps = {
        "p": _probability(effect.pre_trend_p, text),
        "limit": _probability(PRE_TREND_DOUBT, text),
    }
    return text(
        "verdict.trend_passed" if effect.pre_trend_p >= PRE_TREND_DOUBT else "verdict.trend_failed",
        **gaps,
    )


def placebos(result: "SyntheticControl", text: Texts) -> str:
    """The fit of the synthetic control before the start, and its rank among the placebos."""
    units = result.weights.size + 1
    return text(
        "verdict.placebos_said",
        before=_points(result.rmspe_pre, text),
        ratio=theme.number(result.ratio, text.lang, decimals=1),
        as_large=round(result.p_value * units),
        units=units,
        p=_probability(result.p_value, text),
    )


def kinds(chosen: Sequence[str], any_measured: bool, text: Texts) -> str:
    """Says that only these kinds count, or that none of them began between two surveys."""
    names = listed([text(f"kind.{kind}") for kind in chosen], text)
    return text("verdict.kinds" if any_measured else "verdict.kinds_none", kinds=names)


def refused(error: RefusedError, design: Design, text: Texts) -> str:
    """Why a design gives no result, and what data it needs."""
    if error.lacking == "fit_before":
        return text(
            f"verdict.{design}_refused_fit_before",
            found=theme.number(error.actual, text.lang, decimals=1),
            needed=theme.number(error.needed, text.lang, decimals=1),
        )
    return text(
        f"verdict.{design}_refused_{error.lacking}",
        found=round(error.actual),
        needed=round(error.needed),
    )


def of_difference(result: "Effect | RefusedError", text: Texts) -> str:
    """What difference in differences says: its result or its refusal."""
    return (
        refused(result, "difference", text)
        if isinstance(result, RefusedError)
        else difference(result, text)
    )


def of_synthetic(result: "SyntheticControl | RefusedError", text: Texts) -> str:
    """What synthetic control says: its result or its refusal."""
    return (
        refused(result, "synthetic", text)
        if isinstance(result, RefusedError)
        else synthetic(result, text)
    )


def together(evidence: Evidence, text: Texts) -> str:
    """Whether the designs that give a result agree."""
    findings = [
        result.consistent_with
        for result in (evidence.difference, evidence.synthetic)
        if not isinstance(result, RefusedError) and result.consistent_with != "cannot_tell"
    ]
    if not findings:
        return text("verdict.together_neither")
    if len(findings) == 1:
        return text("verdict.together_one")
    return text(
        "verdict.together_agree" if findings[0] == findings[1] else "verdict.together_differ"
    )


def obstacle(hindrance: Obstacle, text: Texts) -> str:
    """One obstacle to an evaluation, with its dates and counts."""
    match hindrance.kind:
        case "series_start":
            if hindrance.launch is None or hindrance.first_year is None:
                raise ValueError(f"{hindrance}, expected a launch and a first year")
            return text(
                "verdict.obstacle_series_start",
                first_year=hindrance.first_year,
                launch=theme.period(*hindrance.launch, text.lang),
            )
        case "all_took_part":
            return text("verdict.obstacle_all_took_part", places=hindrance.places or 0)
        case "one_place":
            return text("verdict.obstacle_one_place")
        case "station":
            return text("verdict.obstacle_station")
        case "no_street_series":
            return text("verdict.obstacle_no_street_series")


def attempts(errors: Sequence[RefusedError], text: Texts) -> tuple[str, ...]:
    """Why each design refuses the series there are."""
    designs: tuple[Design, Design] = ("difference", "synthetic")
    return tuple(
        refused(error, kind, text)
        for kind, error in zip(designs[: len(errors)], errors, strict=True)
    )


def least_streets() -> int:
    """How many streets with an initiative, and as many without, both designs need at least."""
    from geo.effects import MIN_UNITS
    from geo.synthetic import MIN_DONORS

    return max(MIN_UNITS, MIN_DONORS)


def least_rounds() -> int:
    """How many surveys before an initiative begins both designs need at least."""
    from geo.synthetic import MIN_PERIODS_BEFORE

    return MIN_PERIODS_BEFORE


def needed(text: Texts) -> str:
    """What data both designs need at least."""
    return text("verdict.needed", units=least_streets(), before=least_rounds())


def compared(evidence: Evidence, names: Sequence[str], text: Texts) -> str:
    """Which streets are compared, and between which surveys their initiatives began."""
    sentence = text(
        "verdict.compared",
        streets=listed(names, text),
        before=theme.month(evidence.before, text.lang),
        start=theme.month(evidence.start, text.lang),
    )
    if not evidence.left_out:
        return sentence
    left_out = text.counted("verdict.left_out", evidence.left_out, count=evidence.left_out)
    return f"{sentence} {left_out}"


def _probability(value: float, text: Texts) -> str:
    return theme.number(value, text.lang, decimals=2)


def _points(value: float, text: Texts) -> str:
    return text("verdict.points", value=theme.number(value, text.lang, decimals=1))


def _signed(value: float, text: Texts) -> str:
    plus = "+" if round(value, 1) > 0 else ""
    return text("verdict.points", value=f"{plus}{theme.number(value, text.lang, decimals=1)}")
